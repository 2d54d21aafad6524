"""What the connector sends to another VTEX account, in each of its two ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from stockbridge.connectors import Checks, Connector, Listing, Reads, Renews, Response, Session, StockUpdate
from stockbridge.marketplaces.vtex_account import VtexAccount
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Throttled, Unknown

NOW = 1_750_000_000_000
SECRET = {"app_key": "vtexappkey-other-KEY", "app_token": "hush-token"}
BASE = "https://otherstore.vtexcommercestable.com.br"
INVENTORY = {"secret": "stockbridge/prod/loja/OTR", "base_url": BASE, "warehouse": "1_1"}
NOTIFICATOR = {"secret": "stockbridge/prod/loja/OTR", "base_url": BASE, "way": "notificator", "seller": "mystore"}
UPDATE = StockUpdate("loja", "OTR", Listing("42"), 7, 3)
VTEX = VtexAccount()


@dataclass
class Wire:
    """Gives its answers in order and remembers the requests."""

    answers: list[Response]
    requests: list[tuple[str, str, Mapping[str, str], bytes | None]] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        self.requests.append((method, url.removeprefix(BASE), headers, body))
        return self.answers.pop(0)


def answer(status: int, body: object = None, **headers: str) -> Response:
    return Response(status, headers, b"" if body is None else json.dumps(body).encode())


def inventory(warehouse: str = "1_1", total: int = 3, lead_time: str = "2.00:00:00") -> Response:
    held = {"warehouseId": warehouse, "totalQuantity": total, "reservedQuantity": 1, "leadTime": lead_time}
    return answer(200, {"skuId": "42", "balance": [held | {"hasUnlimitedQuantity": False}]})


def session(wire: Wire, configuration: Mapping[str, Any], secret: Mapping[str, str] = SECRET) -> Session:
    return Session(configuration, secret, wire, lambda: NOW, NOW + 8_000)


def pushed(wire: Wire, configuration: Mapping[str, Any] = INVENTORY, update: StockUpdate = UPDATE) -> Outcome:
    [outcome] = VTEX.push(session(wire, configuration), [update])
    return outcome


def read(wire: Wire, configuration: Mapping[str, Any] = INVENTORY) -> int | Outcome:
    [shown] = VTEX.read(session(wire, configuration), [UPDATE.listing])
    return shown


def sent(wire: Wire, index: int) -> Any:
    body = wire.requests[index][3]
    assert body is not None
    return json.loads(body)


def test_it_is_a_connector_that_reads_and_has_nothing_to_check_or_renew() -> None:
    connector: Connector = VTEX
    assert [isinstance(connector, kind) for kind in (Reads, Checks, Renews)] == [True, False, False]


def test_a_quantity_is_written_with_the_lead_time_that_was_there() -> None:
    wire = Wire([inventory(), answer(200, True)])
    assert isinstance(pushed(wire), Applied)
    assert [request[:2] for request in wire.requests] == [
        ("GET", "/api/logistics/pvt/inventory/skus/42"),
        ("PUT", "/api/logistics/pvt/inventory/skus/42/warehouses/1_1"),
    ]
    assert sent(wire, 1) == {"quantity": 7, "unlimitedQuantity": False, "leadTime": "2.00:00:00"}
    assert wire.requests[1][2] == {
        "accept": "application/json",
        "content-type": "application/json",
        "x-vtex-api-appkey": "vtexappkey-other-KEY",
        "x-vtex-api-apptoken": "hush-token",
    }


def test_a_channel_that_says_the_lead_time_needs_one_request() -> None:
    wire = Wire([answer(200, True)])
    assert isinstance(pushed(wire, INVENTORY | {"lead_time": "1.00:00:00"}), Applied)
    assert sent(wire, 0)["leadTime"] == "1.00:00:00"


def test_nothing_is_written_when_the_lead_time_cannot_be_read() -> None:
    wire = Wire([answer(429, "slow down", **{"retry-after": "9"})])
    outcome = pushed(wire)
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s == 9.0
    assert len(wire.requests) == 1


def test_a_warehouse_that_vtex_does_not_list_is_written_to_and_named_when_it_is_refused() -> None:
    assert isinstance(pushed(Wire([inventory("other"), answer(200, True)])), Applied)
    outcome = pushed(Wire([inventory("other"), answer(404, "no such thing")]))
    assert isinstance(outcome, Refused)
    assert outcome.cause == "warehouse_unknown"


def test_the_listing_map_goes_before_the_channel() -> None:
    listing = Listing("42", {"sku": "9 0/1", "warehouse": "2_1"})
    wire = Wire([inventory("2_1"), answer(200, True)])
    pushed(wire, update=replace(UPDATE, listing=listing))
    assert wire.requests[1][1] == "/api/logistics/pvt/inventory/skus/9%200%2F1/warehouses/2_1"
    assert VTEX.group_of(INVENTORY, listing) == "9 0/1@2_1"
    assert VTEX.group_of(INVENTORY, Listing("42")) == "42@1_1"
    assert VTEX.group_of(NOTIFICATOR, Listing("42", {"sku": "9"})) == "42"


def test_a_sku_cannot_lead_to_another_path() -> None:
    wire = Wire([answer(404, "no")])
    pushed(wire, update=replace(UPDATE, listing=Listing("42", {"sku": ".."})))
    assert wire.requests[0][1] == "/api/logistics/pvt/inventory/skus/%2E%2E"


def test_without_a_warehouse_nothing_is_sent() -> None:
    nowhere = {name: value for name, value in INVENTORY.items() if name != "warehouse"}
    wire = Wire([])
    outcomes = [pushed(wire, nowhere), read(wire, nowhere)]
    assert outcomes == [Refused("configuration", "warehouse: neither the channel nor the listing map names one")] * 2
    assert wire.requests == []


def test_what_is_read_is_what_a_write_sets_reserved_units_included() -> None:
    assert read(Wire([inventory(total=3)])) == 3
    missing, failing = read(Wire([inventory("other")])), read(Wire([answer(503)]))
    assert isinstance(missing, Refused)
    assert missing.cause == "warehouse_unknown"
    assert isinstance(failing, Unknown)


def test_a_notification_carries_no_quantity_and_the_sellers_own_id() -> None:
    wire = Wire([answer(202)])
    outcome = pushed(wire, NOTIFICATOR, replace(UPDATE, listing=Listing("42", {"sku": "900"})))
    assert isinstance(outcome, Accepted)
    assert "cannot be checked" in outcome.ref
    [(method, path, headers, body)] = wire.requests
    assert (method, path, body) == ("POST", "/api/notificator/mystore/changenotification/42/inventory", None)
    assert headers["x-vtex-api-apptoken"] == "hush-token"


def test_an_address_that_ends_as_the_specification_of_the_notificator_writes_it_is_the_same() -> None:
    wire = Wire([answer(202)])
    pushed(wire, NOTIFICATOR | {"base_url": f"{BASE}/api/"})
    assert wire.requests[0][1] == "/api/notificator/mystore/changenotification/42/inventory"


def test_what_the_notificators_account_shows_nobody_can_read() -> None:
    wire = Wire([])
    shown = read(wire, NOTIFICATOR)
    assert isinstance(shown, Refused)
    assert (shown.cause, wire.requests) == ("unconfirmed", [])


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ({"app_key": "k"}, "secret.app_token: the channel's secret has no such value"),
        ({"app_key": "", "app_token": "t"}, "secret.app_key: the channel's secret has no such value"),
    ],
)
def test_a_key_that_is_not_whole_is_named(secret: dict[str, str], message: str) -> None:
    [outcome] = VTEX.push(session(Wire([]), INVENTORY, secret), [UPDATE])
    assert outcome == Refused("configuration", message)


def test_a_key_that_no_header_may_hold_is_a_fault_of_the_secret() -> None:
    [outcome] = VTEX.push(session(Wire([]), INVENTORY, SECRET | {"app_token": "a\nb"}), [UPDATE])
    assert isinstance(outcome, Refused)
    assert outcome.cause == "configuration"


def test_no_key_is_in_what_is_kept() -> None:
    echo = {"error": {"message": "vtexappkey-other-KEY hush-token"}}
    kept = str([pushed(Wire([answer(status, echo)]), NOTIFICATOR) for status in (202, 400, 401, 404, 500)])
    assert "***" in kept
    assert not [value for value in SECRET.values() if value in kept]


def test_each_fault_of_a_configuration_is_named_by_its_field() -> None:
    wrong = {"base_url": "https://example.com", "way": "carrier pigeon", "lead_time": "2 days", "warehouse": "a/b"}
    problems = VTEX.problems(wrong, allow_private=False)
    assert {problem.field: problem.reason for problem in problems} == {
        "secret": "required",
        "base_url": "host_not_allowed",
        "way": "not_one_of",
        "lead_time": "wrong_format",
        "warehouse": "wrong_format",
    }


def test_the_notificator_needs_to_know_the_seller() -> None:
    nobody = {name: value for name, value in NOTIFICATOR.items() if name != "seller"}
    [problem] = VTEX.problems(nobody, allow_private=False)
    assert (problem.field, problem.reason) == ("seller", "required")
    assert pushed(Wire([]), nobody) == Refused("configuration", "seller: required")
    assert [*VTEX.problems(NOTIFICATOR, allow_private=False), *VTEX.problems(INVENTORY, allow_private=False)] == []
