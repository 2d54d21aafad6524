"""What the Mirakl connector sends and asks, and what it makes of the answers together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

import pytest

from stockbridge.connectors import Checks, Feeds, Listing, Mode, Reads, Renews, Response, Session, StockUpdate
from stockbridge.errors import TimedOut, TransportError
from stockbridge.marketplaces.mirakl import Mirakl
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Throttled, Unauthorized, Unknown

NOW = 1_750_000_000_000
KEY = "key-canary-9f2c"
BASE: dict[str, Any] = {"secret": "stockbridge/prod/mundojuguete/CRF", "base_url": "https://shop.mirakl.net/"}
IMPORTS = "https://shop.mirakl.net/api/offers/stock/imports"
COMPLETE = {"has_error_report": True, "import_id": "77", "lines_in_error": 1, "lines_in_success": 1}


@dataclass
class Instance:
    """An `Http` that answers in order and remembers what it was asked."""

    answers: list[Response | TransportError]
    requests: list[tuple[str, str, Mapping[str, str], bytes | None, float]] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        self.requests.append((method, url, headers, body, deadline_s))
        answer = self.answers.pop(0)
        if isinstance(answer, TransportError):
            raise answer
        return answer

    @property
    def urls(self) -> list[str]:
        return [url for _, url, _, _, _ in self.requests]


def answer(status: int, body: object = "", **headers: str) -> Response:
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, text.encode())


def session(instance: Instance, credentials: Mapping[str, str] | None = None, **changes: Any) -> Session:
    secret = {"api_key": KEY} if credentials is None else credentials
    return Session(BASE | changes, secret, instance, lambda: NOW, NOW + 8000)


def update(sku: str, quantity: int = 1, **ids: str) -> StockUpdate:
    return StockUpdate("mundojuguete", "CRF", Listing(sku, ids), quantity, 1)


def file_of(headers: Mapping[str, str], body: bytes | None) -> tuple[str, str, str]:
    """Name, type and text of the only part."""
    message = message_from_bytes(b"content-type: " + headers["content-type"].encode() + b"\r\n\r\n" + (body or b""))
    [part] = message.get_payload()
    return (
        str(part.get_param("name", header="content-disposition")),
        part.get_content_type(),
        part.get_payload(decode=True).decode(),
    )


def test_it_is_a_feed_of_one_import_a_minute() -> None:
    connector = Mirakl()
    assert connector.capabilities.mode is Mode.FEED
    assert connector.capabilities.rate is not None
    assert (connector.capabilities.rate.per_second * 60, connector.capabilities.rate.burst) == (1, 1)
    assert connector.capabilities.late_effect_s == 3600
    assert isinstance(connector, Checks)
    assert isinstance(connector, Reads)
    assert not isinstance(connector, Renews)  # the key is static
    assert not isinstance(connector, Feeds)  # `push` is the feed


def test_many_quantities_are_one_file_and_wait_in_one_import() -> None:
    instance = Instance([answer(201, {"import_id": "77"}, location=f"{IMPORTS}/77/status")])
    updates = [update("43", 4, warehouse_code="WH-SP"), update("42", 12), update("9", 0, offer_sku='KIT;"9"')]
    outcomes = Mirakl().push(session(instance), updates)
    [(method, url, headers, body, deadline_s)] = instance.requests
    assert (method, url, deadline_s) == ("POST", IMPORTS, 8)
    assert (headers["authorization"], headers["accept"]) == (KEY, "application/json")
    name, kind, text = file_of(headers, body)
    assert (name, kind) == ("file", "text/csv")
    assert text == (
        '"offer-sku";"quantity";"warehouse-code";"update-delete"\n'
        '"42";"12";"";""\n'
        '"43";"4";"WH-SP";""\n'
        '"KIT;""9""";"0";"";""\n'
    )
    for outcome in outcomes:
        assert isinstance(outcome, Accepted)
        assert (outcome.ref, outcome.check_after_s) == ("77", 15)
        assert outcome.evidence is not None
        assert outcome.evidence.http_status == 201
    assert len(outcomes) == 3


def test_the_same_quantities_are_the_same_request() -> None:
    instance = Instance([answer(201, {"import_id": "77"}), answer(201, {"import_id": "78"})])
    Mirakl().push(session(instance), [update("1"), update("2")])
    Mirakl().push(session(instance), [update("2"), update("1")])
    assert instance.requests[0] == instance.requests[1]


def test_a_shop_of_several_is_named_in_every_request() -> None:
    status = {**COMPLETE, "status": "COMPLETE"}
    report = '"error-line";"error-message"\n"2";"The product does not exist"\n'
    instance = Instance(
        [answer(201, {"import_id": "77"}), answer(200, status), answer(200, report), answer(200, {"offers": []})]
    )
    asked = session(instance, shop_id="2000")
    Mirakl().push(asked, [update("1"), update("2")])
    Mirakl().check(asked, "77", [update("1"), update("2")])
    Mirakl().read(asked, [Listing("a b")])
    assert instance.urls == [
        f"{IMPORTS}?shop_id=2000",
        f"{IMPORTS}/77/status?shop_id=2000",
        f"{IMPORTS}/77/error_report?shop_id=2000",
        "https://shop.mirakl.net/api/offers?sku=a+b&max=100&shop_id=2000",
    ]


def test_nothing_is_sent_or_asked_for_nothing() -> None:
    instance = Instance([])
    assert Mirakl().push(session(instance), []) == []
    assert Mirakl().check(session(instance), "77", []) == []
    assert Mirakl().read(session(instance), []) == []
    assert instance.requests == []


@pytest.mark.parametrize("credentials", [{}, {"api_key": ""}, {"api_key": "two words"}, {"api_key": "line\n"}])
def test_without_a_key_that_can_be_sent_nothing_is(credentials: dict[str, str]) -> None:
    instance = Instance([])
    [pushed] = Mirakl().push(session(instance, credentials), [update("1")])
    [checked] = Mirakl().check(session(instance, credentials), "77", [update("1")])
    assert isinstance(pushed, Refused)
    assert pushed.cause == "configuration"
    assert isinstance(checked, Unknown)  # what was accepted may have been applied all the same
    assert instance.requests == []


def test_a_channel_whose_configuration_is_wrong_says_so() -> None:
    [outcome] = Mirakl().push(session(Instance([]), base_url=""), [update("1")])
    assert outcome == Refused("configuration", "base_url: required")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"shop_id": "2000"}, None),
        ({"secret": ""}, ("secret", "required")),
        ({"base_url": ""}, ("base_url", "required")),
        ({"base_url": "http://shop.mirakl.net"}, ("base_url", "not_https")),
        ({"base_url": "https://shop.mirakl.net.example.com"}, ("base_url", "host_not_allowed")),
        ({"base_url": "https://mirakl.net"}, ("base_url", "host_not_allowed")),
        ({"shop_id": "a shop"}, ("shop_id", "wrong_format")),
        ({"shop_id": 2000}, ("shop_id", "wrong_type")),
        ({"url": "https://shop.mirakl.net"}, ("url", "unknown_field")),
    ],
)
def test_what_is_wrong_with_a_configuration_is_named(change: dict[str, Any], problem: tuple[str, str] | None) -> None:
    found = Mirakl().problems(BASE | change, allow_private=False)
    assert [(each.field, each.reason) for each in found] == ([problem] if problem else [])


def test_an_offer_is_the_group_whatever_its_warehouse() -> None:
    connector = Mirakl()
    assert connector.group_of(BASE, Listing("42")) == "42"
    assert connector.group_of(BASE, Listing("42", {"offer_sku": "KIT", "warehouse_code": "SP"})) == "KIT"


def kinds(outcomes: Any) -> list[type[Outcome]]:
    return [type(outcome) for outcome in outcomes]


def test_an_import_under_way_is_asked_about_again_under_the_same_name() -> None:
    for status in ("WAITING", "RUNNING", "NEW_WORD"):
        instance = Instance([answer(200, {**COMPLETE, "status": status, "has_error_report": False})])
        [outcome] = Mirakl().check(session(instance), "77", [update("1")])
        assert isinstance(outcome, Accepted)
        assert (outcome.ref, outcome.check_after_s) == ("77", 15)
        assert instance.urls == [f"{IMPORTS}/77/status"]


def test_an_import_without_errors_is_applied_and_its_report_left_alone() -> None:
    status = {"has_error_report": False, "lines_in_error": 0, "lines_in_success": 2, "status": "COMPLETE"}
    instance = Instance([answer(200, status)])
    assert kinds(Mirakl().check(session(instance), "77", [update("1"), update("2")])) == [Applied, Applied]
    assert len(instance.requests) == 1


def test_some_of_a_file_can_be_asked_about_in_any_order() -> None:
    status = {"has_error_report": True, "lines_in_error": 2, "lines_in_success": 2, "status": "COMPLETE"}
    report = (
        "error-line;error-message;offer-sku;quantity;warehouse-code;update-delete\n"
        "3;The product does not exist;2;1;;\n"
        "5;Outro motivo;4;1;;\n"
    )
    instance = Instance([answer(200, status), answer(200, report)])
    outcomes = Mirakl().check(session(instance), "77", [update("4"), update("3"), update("2")])
    assert kinds(outcomes) == [Refused, Applied, Refused]
    assert [outcome.cause for outcome in outcomes if isinstance(outcome, Refused)] == ["uncatalogued", "not_found"]
    assert "text/csv" in instance.requests[1][2]["accept"]
    assert all(outcome.evidence is not None for outcome in outcomes)


def test_an_import_that_failed_as_a_whole_refuses_all() -> None:
    instance = Instance([answer(200, {**COMPLETE, "status": "FAILED"})])
    outcomes = Mirakl().check(session(instance), "77", [update("1"), update("2")])
    assert kinds(outcomes) == [Refused, Refused]
    assert {outcome.cause for outcome in outcomes if isinstance(outcome, Refused)} == {"import_failed"}


def test_a_name_of_an_import_cannot_leave_its_place_in_the_address() -> None:
    instance = Instance([answer(404)])
    Mirakl().check(session(instance), "../../x?y=", [update("1")])
    assert instance.urls == [f"{IMPORTS}/..%2F..%2Fx%3Fy%3D/status"]


def test_each_offer_is_read_by_its_own_request() -> None:
    offers = {"offers": [{"shop_sku": "1", "quantity": 7}], "total_count": 1}
    instance = Instance([answer(200, offers), answer(200, {"offers": [], "total_count": 0})])
    first, second = Mirakl().read(session(instance), [Listing("1"), Listing("2")])
    assert first == 7
    assert isinstance(second, Refused)
    assert second.evidence is not None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer(429, "", retry_after="30"), Throttled),
        (answer(401, {"status": 401, "message": "Unauthorized"}), Unauthorized),
        (answer(503), Unknown),
        (TimedOut("late"), Unknown),
    ],
)
def test_a_shop_that_does_not_answer_is_not_asked_for_each_offer(
    said: Response | TransportError, kind: type[Outcome]
) -> None:
    instance = Instance([said])
    assert kinds(Mirakl().read(session(instance), [Listing("1"), Listing("2"), Listing("3")])) == [kind] * 3
    assert len(instance.requests) == 1


def test_the_key_is_in_no_evidence_and_no_message() -> None:
    said = {"status": 400, "message": f"bad key {KEY}"}
    instance = Instance([answer(400, said), answer(401, said), answer(200, said)])
    [pushed] = Mirakl().push(session(instance), [update(KEY)])
    [checked] = Mirakl().check(session(instance), KEY, [update(KEY)])
    [read] = Mirakl().read(session(instance), [Listing(KEY)])
    assert isinstance(pushed, Refused)
    assert pushed.message == "bad key ***"
    assert KEY not in repr((pushed, checked, read))
