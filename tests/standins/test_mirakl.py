"""The Mirakl connector against the stand-in, over real sockets; the stand-in's clock is moved by hand."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from local.standins.keeping import Memory
from local.standins.mirakl import Mirakl as StandIn
from local.standins.mirakl_state import UNCATALOGUED, MiraklState, seeded
from local.standins.misbehaving import OpenWire
from stockbridge.connectors import Listing, Session, StockUpdate
from stockbridge.marketplaces.mirakl import Mirakl
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.transport import Transport
from tests.standins.world import Clock

SHOP = "carrefour-demo"
SKUS = [str(number) for number in range(41, 51)]  # 47 has an odd error, 48 and 49 are not catalogued, 50 is not offered
KEY = f"local-key-{SHOP}"
SHORT_S, LONG_S = 0.5, 20.0


@dataclass
class Served:
    url: str  # under a prefix, as the stand-ins' port has it
    stand_in: StandIn
    clock: Clock
    transport: Transport

    def do(self, *lines: str) -> Any:
        answer = httpx.post(f"{self.url}/_scenario", content="\n".join(lines))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def session(self, key: str = KEY, within_s: float = LONG_S, **changes: str) -> Session:
        configuration = {"secret": "stockbridge/local/demoloja/CRF", "base_url": self.url, **changes}
        now = time.time_ns() // 1_000_000
        return Session(
            configuration,
            {"api_key": key},
            self.transport,
            lambda: time.time_ns() // 1_000_000,
            now + int(within_s * 1000),
        )

    def push(self, quantities: dict[str, int], **session: Any) -> list[Outcome]:
        return list(Mirakl().push(self.session(**session), updates(quantities)))

    def check(self, ref: str, quantities: dict[str, int], **session: Any) -> list[Outcome]:
        return list(Mirakl().check(self.session(**session), ref, updates(quantities)))

    def accepted(self, quantities: dict[str, int]) -> str:
        """The import's name, a minute after whatever was before."""
        self.clock.pass_s(60)
        refs = {outcome.ref for outcome in self.push(quantities) if isinstance(outcome, Accepted)}
        assert len(refs) == 1
        return refs.pop()

    def offers(self) -> dict[str, Any]:
        shown = httpx.get(f"{self.url}/_state/{SHOP}").json()["offers"]
        return {sku: offer["quantity"] for sku, offer in shown.items()}


def updates(quantities: dict[str, int]) -> list[StockUpdate]:
    return [StockUpdate("demoloja", "CRF", Listing(sku), quantity, 1) for sku, quantity in quantities.items()]


def kinds(outcomes: list[Outcome]) -> list[type[Outcome]]:
    return [type(outcome) for outcome in outcomes]


@pytest.fixture
def mirakl(clock: Clock) -> Iterator[Served]:
    stand_in = StandIn(seeded(SKUS), now_ms=clock, chance=random.Random(5))
    app = Starlette(routes=[Mount("/mirakl", stand_in.app)])
    config = uvicorn.Config(
        app, port=0, http=OpenWire, ws="none", log_level="critical", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with Transport(allow_private=True) as transport:
            yield Served(f"http://127.0.0.1:{port}/mirakl", stand_in, clock, transport)
    finally:
        server.should_exit = True
        thread.join()


def test_a_file_waits_runs_and_is_applied(mirakl: Served) -> None:
    quantities = {"42": 3, "41": 0, "43": 12}
    ref = mirakl.accepted(quantities)
    mirakl.clock.pass_s(1)
    assert kinds(mirakl.check(ref, quantities)) == [Accepted] * 3
    assert mirakl.offers()["42"] == 0
    mirakl.do("limits off")
    mirakl.clock.pass_s(5)
    waiting, *_ = mirakl.check(ref, quantities)
    assert isinstance(waiting, Accepted)
    assert waiting.ref == ref
    assert waiting.evidence is not None
    assert '"status":"RUNNING"' in waiting.evidence.response
    mirakl.clock.pass_s(5)
    assert kinds(mirakl.check(ref, quantities)) == [Applied] * 3
    shown = mirakl.offers()
    assert (shown["41"], shown["42"], shown["43"]) == (0, 3, 12)


def test_a_word_that_nobody_knows_for_running_is_not_an_end(mirakl: Served) -> None:
    mirakl.do("call running QUEUED", "wait 0", "run 30")
    ref = mirakl.accepted({"42": 3})
    assert kinds(mirakl.check(ref, {"42": 3})) == [Accepted]
    mirakl.clock.pass_s(30)
    assert kinds(mirakl.check(ref, {"42": 3})) == [Applied]


@pytest.mark.parametrize("reports", ["full", "bare"])
def test_the_lines_in_error_are_refused_with_their_reasons(mirakl: Served, reports: str) -> None:
    mirakl.do(f"{reports} reports")
    quantities = dict.fromkeys(reversed(SKUS), 5)
    ref = mirakl.accepted(quantities)
    mirakl.clock.pass_s(10)
    outcomes = dict(zip(quantities, mirakl.check(ref, quantities), strict=True))
    assert {sku for sku, outcome in outcomes.items() if isinstance(outcome, Applied)} == set(SKUS[:6])
    told = {sku: (o.cause, o.message) for sku, o in outcomes.items() if isinstance(o, Refused)}
    assert told == {
        "47": ("uncatalogued", "Erro interno ao gravar o estoque da oferta"),
        "48": ("not_catalogued", UNCATALOGUED),
        "49": ("not_catalogued", UNCATALOGUED),
        "50": ("not_found", "The product does not exist"),
    }
    assert mirakl.offers() == {sku: 5 if sku in SKUS[:6] else 0 for sku in SKUS[:-1]}


def test_some_of_a_file_are_settled_by_their_names_and_left_open_where_the_report_has_none(mirakl: Served) -> None:
    quantities = dict.fromkeys(SKUS, 5)
    ref = mirakl.accepted(quantities)
    mirakl.clock.pass_s(10)
    some = {"50": 5, "41": 5, "47": 5}
    assert kinds(mirakl.check(ref, some)) == [Refused, Applied, Refused]
    mirakl.do("bare reports")
    mirakl.clock.pass_s(60)
    assert kinds(mirakl.check(ref, some)) == [Unknown, Unknown, Unknown]
    mirakl.clock.pass_s(60)
    assert kinds(mirakl.check(ref, {"41": 5, "42": 5, **dict.fromkeys(SKUS[3:], 5)})) == [
        *[Applied] * 5,
        *[Unknown] * 4,  # 47 may be line 7, which was imported, or line 8, which was not
    ]


def test_a_second_file_within_a_minute_is_refused_and_told_how_long_to_wait(mirakl: Served) -> None:
    mirakl.accepted({"42": 3})
    mirakl.clock.pass_s(23)
    [outcome] = mirakl.push({"43": 4})
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s == 37
    mirakl.clock.pass_s(37)
    assert kinds(mirakl.push({"43": 4})) == [Accepted]


def test_the_status_and_the_report_have_limits_of_their_own(mirakl: Served) -> None:
    quantities = {"42": 3, "50": 3}
    ref = mirakl.accepted(quantities)
    mirakl.clock.pass_s(10)
    assert kinds(mirakl.check(ref, quantities)) == [Applied, Refused]
    [status, _] = mirakl.check(ref, quantities)
    assert isinstance(status, Throttled)
    assert status.retry_after_s == 15
    mirakl.clock.pass_s(15)
    [report, _] = mirakl.check(ref, quantities)
    assert isinstance(report, Accepted)
    assert (report.ref, report.check_after_s) == (ref, 60)
    mirakl.clock.pass_s(60)
    assert kinds(mirakl.check(ref, quantities)) == [Applied, Refused]


def test_an_import_that_fails_changes_nothing(mirakl: Served) -> None:
    mirakl.do("spoil 1 imports")
    ref = mirakl.accepted({"42": 3})
    mirakl.clock.pass_s(10)
    [outcome] = mirakl.check(ref, {"42": 3})
    assert isinstance(outcome, Refused)
    assert outcome.cause == "import_failed"
    assert mirakl.offers()["42"] == 0
    ref = mirakl.accepted({"42": 3})
    mirakl.clock.pass_s(10)
    assert kinds(mirakl.check(ref, {"42": 3})) == [Applied]


def test_a_key_that_was_revoked_opens_nothing_until_a_person_acts(mirakl: Served) -> None:
    ref = mirakl.accepted({"42": 3})
    mirakl.do("revoke")
    for outcome in [*mirakl.push({"42": 4}), *mirakl.check(ref, {"42": 3})]:
        assert isinstance(outcome, Unauthorized)
        assert (outcome.revoked, outcome.message) == (True, "Unauthorized")
    mirakl.do("restore")
    mirakl.clock.pass_s(10)
    assert kinds(mirakl.check(ref, {"42": 3})) == [Applied]


def test_only_the_shops_own_key_and_number_open_it(mirakl: Served) -> None:
    assert kinds(mirakl.push({"42": 3}, key="wrong")) == [Unauthorized]
    assert kinds(mirakl.push({"42": 3}, shop_id="2001")) == [Unauthorized]
    assert kinds(mirakl.push({"42": 3}, shop_id="2000")) == [Accepted]


def test_an_import_of_another_name_confirms_nothing(mirakl: Served) -> None:
    [outcome] = mirakl.check("4711", {"42": 3})
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "unconfirmed"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_after_the_file_was_taken_leaves_its_effect_unknown(mirakl: Served, status: int) -> None:
    mirakl.do(f"fail next 1 with {status} after applying")
    [outcome] = mirakl.push({"42": 3})
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "marketplace_down"
    mirakl.clock.pass_s(10)
    assert mirakl.offers()["42"] == 3


@pytest.mark.parametrize(("when", "shown"), [(" after applying", 3), ("", 0)])
def test_no_answer_is_a_time_out_whether_or_not_the_file_was_taken(mirakl: Served, when: str, shown: int) -> None:
    mirakl.do(f"hang{when}")
    [outcome] = mirakl.push({"42": 3}, within_s=SHORT_S)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"
    mirakl.clock.pass_s(10)
    assert mirakl.offers()["42"] == shown


@pytest.mark.parametrize("fault", ["slow 3000", "drip headers every 200", "drip body every 200"])
def test_a_late_answer_is_a_time_out(mirakl: Served, fault: str) -> None:
    mirakl.do(fault)
    began = time.monotonic()
    [outcome] = mirakl.push({"42": 3}, within_s=SHORT_S)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"
    assert time.monotonic() - began < 2.5


def test_a_throttle_of_the_whole_instance_says_for_how_long(mirakl: Served) -> None:
    mirakl.do("throttle 30")
    [outcome] = mirakl.push({"42": 3})
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s == 30


def test_a_sku_with_quotes_and_semicolons_arrives_as_it_is(mirakl: Served) -> None:
    mirakl.do("know any skus")
    sku = 'KIT;"12""";=1+1'
    ref = mirakl.accepted({sku: 7, "42": 1})
    mirakl.clock.pass_s(10)
    assert kinds(mirakl.check(ref, {sku: 7, "42": 1})) == [Applied, Applied]
    assert mirakl.offers()[sku] == 7
    mirakl.do("know listed skus")
    httpx.post(f"{mirakl.url}/_scenario", content="forget 42")
    mirakl.stand_in.state.shops[SHOP].refuse(sku, "Não; mesmo")
    ref = mirakl.accepted({sku: 8, "42": 1})
    mirakl.clock.pass_s(10)
    told = [o.message for o in mirakl.check(ref, {sku: 8, "42": 1}) if isinstance(o, Refused)]
    assert told == ["Não; mesmo", "The product does not exist"]


def test_thousands_of_lines_in_error_fit_into_one_report(mirakl: Served) -> None:
    quantities = {f"SKU-{number:05}": number for number in range(Mirakl.capabilities.max_batch)}
    ref = mirakl.accepted(quantities)
    mirakl.clock.pass_s(10)
    outcomes = mirakl.check(ref, quantities)
    assert {o.cause for o in outcomes if isinstance(o, Refused)} == {"not_found"}
    assert len(outcomes) == 2000


def test_a_report_that_is_cut_is_settled_file_by_file(mirakl: Served) -> None:
    mirakl.do("limits off")
    quantities = {f"SKU-{number:05}": number for number in range(2000)}
    for sku in quantities:
        mirakl.stand_in.state.shops[SHOP].refuse(sku, UNCATALOGUED)
    ref = mirakl.accepted(quantities)
    mirakl.clock.pass_s(10)
    first = mirakl.check(ref, quantities)
    assert set(kinds(first)) == {Refused, Unknown}
    rest = {sku: 1 for sku, outcome in zip(quantities, first, strict=True) if isinstance(outcome, Unknown)}
    ref = mirakl.accepted(rest)
    mirakl.clock.pass_s(10)
    assert set(kinds(mirakl.check(ref, rest))) == {Refused}


def test_what_an_offer_shows_is_read_and_a_zero_is_proven_by_its_reason(mirakl: Served) -> None:
    listing = Listing("42", {"warehouse_code": "WH-SP"})
    Mirakl().push(mirakl.session(), [StockUpdate("demoloja", "CRF", listing, 3, 1)])
    mirakl.clock.pass_s(10)
    shown = Mirakl().read(mirakl.session(), [Listing("42"), listing, Listing("41"), Listing("50")])
    assert shown[:3] == [3, 3, 0]
    assert isinstance(shown[3], Refused)


def test_the_key_is_in_no_evidence(mirakl: Served) -> None:
    secret = "canary-7d1f-key"
    mirakl.stand_in.state.shops[SHOP].key = secret
    mirakl.do(f'refuse 42 with "no, {secret}"')
    outcomes = mirakl.push({"42": 3, secret: 1}, key=secret)
    mirakl.clock.pass_s(10)
    assert isinstance(outcomes[0], Accepted)
    checked = mirakl.check(outcomes[0].ref, {"42": 3, secret: 1}, key=secret)
    mirakl.do(f'fail 100 % with 422 "{secret}"')
    failed = mirakl.push({"42": 3}, key=secret)
    assert kinds([*outcomes, *checked, *failed]) == [Accepted, Accepted, Refused, Refused, Refused]
    assert secret not in repr([outcomes, checked, failed])
    assert "no, ***" in repr(checked)


def test_what_was_handed_in_is_remembered_with_what_came_of_it(mirakl: Served) -> None:
    mirakl.push({"42": 3, "41": 9})
    mirakl.push({"42": 4})
    shown = httpx.get(f"{mirakl.url}/_writes?sku=42").json()
    assert [(write["asked"], write["status"], bool(write["import_id"])) for write in shown["items"]] == [
        ({"42": "4"}, 429, False),
        ({"41": "9", "42": "3"}, 201, True),
    ]
    assert httpx.get(f"{mirakl.url}/_writes?sku=41").json()["total"] == 1
    assert httpx.get(f"{mirakl.url}/_state").json()["shops"][SHOP]["counts"] == {"201": 1, "429": 1}


def test_the_address_of_the_status_is_below_the_prefix(mirakl: Served) -> None:
    file = {"file": ("stock.csv", b'"offer-sku";"quantity";"warehouse-code";"update-delete"\n"42";"3";"";""\n')}
    answer = httpx.post(f"{mirakl.url}/api/offers/stock/imports", files=file, headers={"Authorization": KEY})
    assert answer.headers["location"] == f"{mirakl.url}/api/offers/stock/imports/{answer.json()['import_id']}/status"
    assert httpx.get(answer.headers["location"], headers={"Authorization": KEY}).json()["status"] == "WAITING"


def test_a_request_without_a_file_and_a_file_that_is_none_are_told_apart(mirakl: Served) -> None:
    url, key = f"{mirakl.url}/api/offers/stock/imports", {"Authorization": KEY}
    assert httpx.post(url, json={"offers": []}, headers=key).status_code == 400
    mirakl.clock.pass_s(60)
    ref = httpx.post(url, files={"file": b"sku;quantity\n42;3\n"}, headers=key).json()["import_id"]
    mirakl.clock.pass_s(10)
    [outcome] = mirakl.check(ref, {"42": 3})
    assert isinstance(outcome, Refused)
    assert outcome.cause == "import_failed"


def test_a_stand_in_remembers_its_imports(mirakl: Served, tmp_path: Path) -> None:
    ref = mirakl.accepted({"42": 3, "50": 1})
    memory = Memory(tmp_path / "mirakl.json", MiraklState, lambda: mirakl.stand_in.state)
    memory.save()
    again = Memory(tmp_path / "mirakl.json", MiraklState, lambda: seeded([])).value
    shop = again.shops[SHOP]
    assert shop.status_of(shop.imports[ref], mirakl.clock() + 10_000) == "COMPLETE"
    assert (shop.offers["42"].quantity, shop.imports[ref].in_error) == (3, 1)
