"""How VTEX is asked: in chunks or one by one, with one key, and no longer once it wants to be left alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from stockbridge.balances import NOT_LISTED, Readings
from stockbridge.channels import Channel, Strategy, VtexSource
from stockbridge.connectors import Response
from stockbridge.errors import EgressRefused, MissingSecret, NotSent, TimedOut, TransportError, Unavailable
from stockbridge.vtex import MAX_SPLITS, Vtex

CHANNEL = Channel(
    "loja",
    "SPT",
    "Mercado",
    "generic",
    VtexSource("https://loja.vtexcommercestable.com.br/", "stockbridge/prod/loja/vtex", trade_policy="2", chunk=4),
    {},
)
BY_WAREHOUSE = replace(CHANNEL, vtex=replace(CHANNEL.vtex, strategy=Strategy.LOGISTICS, warehouses=("1_1",)))
SKUS = [str(number) for number in range(1, 11)]

Answer = Response | TransportError


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    skus: list[str]
    deadline_s: float
    body: Any


@dataclass
class FakeVtex:
    """Answers each SKU with ten times its number, unless `special` answers the request."""

    special: Callable[[Asked], Answer | None] = lambda asked: None
    requests: list[Asked] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        parts = urlsplit(url)
        document = json.loads(body) if body else None
        skus = [item["id"] for item in document["items"]] if document else [parts.path.rpartition("/")[2]]
        asked = Asked(method, parts.path, parse_qs(parts.query), headers, skus, deadline_s, document)
        self.requests.append(asked)
        answer = self.special(asked)
        if isinstance(answer, TransportError):
            raise answer
        return answer or (_simulation(skus) if document else _inventory(skus[0]))


def _simulation(skus: list[str]) -> Response:
    return _json(
        200,
        {
            "items": [{"id": sku, "requestIndex": index} for index, sku in enumerate(skus)],
            "logisticsInfo": [{"itemIndex": index, "stockBalance": int(sku) * 10} for index, sku in enumerate(skus)],
        },
    )


def _inventory(sku: str) -> Response:
    row = {"warehouseId": "1_1", "totalQuantity": int(sku) * 10, "reservedQuantity": 0, "hasUnlimitedQuantity": False}
    return _json(200, {"skuId": sku, "balance": [row, row | {"warehouseId": "2_1"}]})


def _json(status: int, document: Any, **headers: str) -> Response:
    body = json.dumps(document).encode()
    return Response(
        status, {"content-type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}, body
    )


@dataclass
class Secrets:
    """The kept key, and the one that a fresh read finds."""

    kept: str = "key-1"
    current: str = "key-1"
    error: Exception | None = None
    reads: list[tuple[str, bool]] = field(default_factory=list)

    def __call__(self, name: str, fresh: bool = False, /) -> Mapping[str, str]:
        self.reads.append((name, fresh))
        if self.error is not None:
            raise self.error
        return {"app_key": self.current if fresh else self.kept, "app_token": "s3cr3t-token"}


@dataclass
class Timer:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def vtex_of(fake: FakeVtex, secrets: Secrets | None = None, timer: Timer | None = None) -> Vtex:
    return Vtex(fake, secrets or Secrets(), timer=timer or Timer(), clock=lambda: 0.0)


def quantities(readings: Readings) -> dict[str, int]:
    return {sku: reading.quantity for sku, reading in readings.found.items()}


ALL = {sku: int(sku) * 10 for sku in SKUS}
both = pytest.mark.parametrize("channel", [CHANNEL, BY_WAREHOUSE], ids=["simulation", "logistics"])


def test_a_simulation_asks_for_many_skus_at_once() -> None:
    fake = FakeVtex()
    assert quantities(vtex_of(fake).read(CHANNEL, SKUS)) == ALL
    assert [asked.skus for asked in fake.requests] == [SKUS[:4], SKUS[4:8], SKUS[8:]]
    first = fake.requests[0]
    assert (first.method, first.path) == ("POST", "/api/fulfillment/pvt/orderForms/simulation")
    assert first.query == {"sc": ["2"], "affiliateId": ["SPT"]}
    assert first.body == {"items": [{"id": sku, "quantity": 1, "seller": "1"} for sku in SKUS[:4]]}
    assert first.headers["x-vtex-api-appkey"] == "key-1"
    assert first.headers["x-vtex-api-apptoken"] == "s3cr3t-token"


def test_the_inventory_is_asked_for_each_sku_and_only_the_mapped_warehouses_count() -> None:
    fake = FakeVtex()
    readings = vtex_of(fake).read(BY_WAREHOUSE, SKUS)
    assert quantities(readings) == ALL
    assert readings.found["1"].warehouses == {"1_1": 10}
    assert sorted(asked.path for asked in fake.requests) == sorted(
        f"/api/logistics/pvt/inventory/skus/{sku}" for sku in SKUS
    )
    assert {asked.method for asked in fake.requests} == {"GET"}


@both
def test_a_sku_is_asked_for_once_however_often_it_is_named(channel: Channel) -> None:
    fake = FakeVtex()
    assert quantities(vtex_of(fake).read(channel, ["1", "1"])) == {"1": 10}
    assert len(fake.requests) == 1


@both
def test_nothing_asked_is_nothing_read(channel: Channel) -> None:
    fake = FakeVtex()
    assert vtex_of(fake).read(channel, []) == Readings({}, {})
    assert fake.requests == []


@pytest.mark.parametrize("status", [400, 200])
def test_a_simulation_of_too_many_items_is_halved_and_the_lesson_is_kept(status: int) -> None:
    def at_most_one(asked: Asked) -> Answer | None:
        if len(asked.skus) == 1:
            return None
        message = {"code": "CHK0062", "message": "Max allowed items exceeded: 1"}
        body = {"error": message} if status == 400 else {"items": [], "logisticsInfo": [], "messages": [message]}
        return _json(status, body)

    fake = FakeVtex(at_most_one)
    vtex = vtex_of(fake)
    assert quantities(vtex.read(CHANNEL, SKUS[:4])) == {sku: ALL[sku] for sku in SKUS[:4]}
    asked_before = len(fake.requests)
    vtex.read(CHANNEL, SKUS[:2])
    assert [asked.skus for asked in fake.requests[asked_before:]] == [["1"], ["2"]]


def test_an_answer_too_long_to_be_read_is_asked_for_in_halves() -> None:
    fake = FakeVtex(lambda asked: Response(200, {}, b'{"items": [', cut=True) if len(asked.skus) > 2 else None)
    assert quantities(vtex_of(fake).read(CHANNEL, SKUS)) == ALL


def test_one_sku_that_vtex_cannot_read_does_not_spoil_the_others() -> None:
    fake = FakeVtex(lambda asked: _json(400, {"error": {"code": "1"}}) if "3" in asked.skus else None)
    readings = vtex_of(fake).read(CHANNEL, SKUS)
    assert quantities(readings) == {sku: quantity for sku, quantity in ALL.items() if sku != "3"}
    assert set(readings.unreadable) == {"3"}


def test_a_refusal_of_everything_is_not_hammered() -> None:
    fake = FakeVtex(lambda asked: _json(400, {"error": {"code": "1", "message": "sales channel not found"}}))
    channel = replace(CHANNEL, vtex=replace(CHANNEL.vtex, chunk=50))
    readings = vtex_of(fake).read(channel, [str(number) for number in range(100)])
    assert len(readings.unreadable) == 100
    assert "sales channel not found" in readings.unreadable["7"].reason
    assert len(fake.requests) <= 2 + 2 * MAX_SPLITS


def test_a_sku_that_the_inventory_does_not_know_has_nothing() -> None:
    fake = FakeVtex(lambda asked: _json(404, "SKU not found") if asked.skus == ["3"] else None)
    readings = vtex_of(fake).read(BY_WAREHOUSE, SKUS)
    assert readings.found["3"] == NOT_LISTED
    assert readings.found["4"].quantity == 40


def test_a_page_that_is_not_vtexs_api_is_no_empty_inventory() -> None:
    page = Response(404, {"content-type": "text/html; charset=utf-8"}, b"<html>not here</html>")
    readings = vtex_of(FakeVtex(lambda asked: page)).read(BY_WAREHOUSE, ["1"])
    assert readings.found == {}
    assert set(readings.unreadable) == {"1"}


def test_a_failure_of_one_inventory_does_not_spoil_the_others() -> None:
    fake = FakeVtex(lambda asked: _json(500, "oops") if asked.skus == ["3"] else None)
    readings = vtex_of(fake).read(BY_WAREHOUSE, SKUS)
    assert set(readings.unreadable) == {"3"}
    assert len(readings.found) == 9


@both
@pytest.mark.parametrize(
    ("answer", "cause", "retry_after_s"),
    [
        (_json(429, {"error": "too many"}, retry_after="60"), "vtex_unavailable", 60.0),
        (_json(429, {"error": "too many"}), "vtex_unavailable", None),
        (_json(503, {"error": "down"}, retry_after="5"), "vtex_unavailable", 5.0),
        (_json(403, {"error": "Access denied"}), "vtex_auth", None),
        (_json(401, {"error": "Access denied"}), "vtex_auth", None),
        (TimedOut("no complete answer before the deadline"), "vtex_unavailable", None),
        (NotSent("connection refused"), "vtex_unavailable", None),
        (EgressRefused("the address is not public"), "configuration", None),
    ],
)
def test_the_first_sign_that_nothing_will_be_answered_ends_the_read(
    channel: Channel, answer: Answer, cause: str, retry_after_s: float | None
) -> None:
    many = [str(number) for number in range(1, 101)]
    fake = FakeVtex(lambda asked: answer)
    readings = vtex_of(fake).read(channel, many)
    assert readings.found == {}
    assert set(readings.unreadable) == set(many)
    assert {(p.cause, p.retry_after_s) for p in readings.unreadable.values()} == {(cause, retry_after_s)}
    assert len(fake.requests) <= 8  # what was on its way at once


def test_what_was_read_before_the_end_is_kept() -> None:
    fake = FakeVtex(lambda asked: _json(429, {}, retry_after="9") if "5" in asked.skus else None)
    readings = vtex_of(fake).read(CHANNEL, SKUS)
    assert quantities(readings) == {sku: ALL[sku] for sku in SKUS[:4]}
    assert set(readings.unreadable) == set(SKUS[4:])


def test_vtex_is_left_alone_as_long_as_it_asked_for() -> None:
    timer = Timer()
    fake = FakeVtex(lambda asked: _json(429, {}, retry_after="60"))
    vtex = vtex_of(fake, timer=timer)
    vtex.read(CHANNEL, ["1"])
    timer.now += 59
    readings = vtex.read(replace(CHANNEL, affiliate="MGL"), ["1"])
    assert len(fake.requests) == 1
    assert readings.unreadable["1"].retry_after_s == pytest.approx(1)
    timer.now += 2
    fake.special = lambda asked: None
    assert quantities(vtex.read(CHANNEL, ["1"])) == {"1": 10}


@both
def test_a_rotated_key_is_read_again_once(channel: Channel) -> None:
    fake = FakeVtex(lambda asked: None if asked.headers["x-vtex-api-appkey"] == "key-2" else _json(401, {}))
    secrets = Secrets(kept="key-1", current="key-2")
    assert quantities(vtex_of(fake, secrets).read(channel, SKUS)) == ALL
    assert secrets.reads == [(CHANNEL.vtex.secret, False), (CHANNEL.vtex.secret, True)]


@both
def test_a_key_that_is_refused_twice_is_not_tried_a_third_time(channel: Channel) -> None:
    fake = FakeVtex(lambda asked: _json(401, {"error": "key-2 with s3cr3t-token is not valid"}))
    secrets = Secrets(kept="key-1", current="key-2")
    readings = vtex_of(fake, secrets).read(channel, ["1"])
    assert [asked.headers["x-vtex-api-appkey"] for asked in fake.requests] == ["key-1", "key-2"]
    assert readings.unreadable["1"].cause == "vtex_auth"
    assert "s3cr3t" not in readings.unreadable["1"].reason


@both
@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (MissingSecret("the secret x does not exist"), "configuration"),
        (KeyError("app_key"), "configuration"),
        (Unavailable("Secrets Manager: throttled"), "vtex_unavailable"),
    ],
)
def test_without_a_key_vtex_is_not_asked(channel: Channel, error: Exception, cause: str) -> None:
    fake = FakeVtex()
    readings = vtex_of(fake, Secrets(error=error)).read(channel, SKUS)
    assert {problem.cause for problem in readings.unreadable.values()} == {cause}
    assert set(readings.unreadable) == set(SKUS)
    assert fake.requests == []


@both
def test_a_read_ends_within_its_budget(channel: Channel) -> None:
    timer = Timer()

    def slow(asked: Asked) -> None:
        timer.now += 10

    fake = FakeVtex(slow)
    one_by_one = replace(channel, vtex=replace(channel.vtex, chunk=1))
    readings = vtex_of(fake, timer=timer).read(one_by_one, [str(number) for number in range(1, 51)])
    assert set(readings.unreadable)
    assert len(fake.requests) <= 3 + 8
    assert all(0 < asked.deadline_s <= 5 for asked in fake.requests)


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[" * 100_000, b"\xff"])
@both
def test_an_answer_that_is_not_json_is_not_zero(channel: Channel, body: bytes) -> None:
    readings = vtex_of(FakeVtex(lambda asked: Response(200, {}, body))).read(channel, ["1"])
    assert readings.found == {}
    assert set(readings.unreadable) == {"1"}
