"""The test of a channel asks one harmless thing, as a send would ask it, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from stockbridge.causes import CAUSES
from stockbridge.channel_test import ChannelTest, Finding, Result
from stockbridge.channels import Channel
from stockbridge.connectors import Connector, Listing, Session
from stockbridge.errors import Conflict
from stockbridge.gates import Gate, refused, throttled
from stockbridge.listing_entries import Entry
from stockbridge.listing_map import EntryPage
from stockbridge.logins import Logins
from stockbridge.marketplaces import CONNECTORS
from stockbridge.outcomes import Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from tests.memory import START, Clock, MemoryControl, MemoryLeases, MemoryMarketplace, MemorySecrets, NoHttp, channel


@dataclass
class Readable(MemoryMarketplace):
    """Tells what it shows, or what it was told to answer; `lets_in` are the only credentials that are good."""

    told: list[int | Outcome] = field(default_factory=list)
    asked: list[Listing] = field(default_factory=list)
    lets_in: str | None = None

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        self.asked += listings
        if self.lets_in is not None and session.credentials.get("token") != self.lets_in:
            return [Unauthorized("401")] * len(listings)
        return [self.told.pop(0) if self.told else self.shown.get(one.sku, 0) for one in listings]


@dataclass
class Renewing(Readable):
    renewed: Mapping[str, str] | Outcome = field(default_factory=lambda: {"token": "new"})

    def renew(self, _session: Session) -> Mapping[str, str] | Outcome:
        return self.renewed


@dataclass
class Map:
    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, one: Channel, skus: Sequence[str]) -> Mapping[str, Listing]:
        return {sku: Listing(sku, self.entries[sku]) for sku in skus if sku in self.entries and one.listing_map}

    def page(self, _channel: Channel, *, cursor: str | None, limit: int) -> EntryPage:
        return EntryPage([Entry(sku, ids, 1) for sku, ids in self.entries.items()][:limit], cursor)


@dataclass
class Index:
    """SKUs by what is shown of their records."""

    rows: Mapping[str, str] = field(default_factory=dict)

    def newest(self, _account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        found = self.rows.get(partition)
        return [f"1767225600000#{found}"] if found and low < "1767225600000" < high else []

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        raise AssertionError("not asked here")


@dataclass
class Bench:
    marketplace: Connector = field(default_factory=Readable)
    listings: Map = field(default_factory=Map)
    index: Index = field(default_factory=lambda: Index({"SPT#success": "42"}))
    secrets: MemorySecrets = field(default_factory=lambda: MemorySecrets({"shop": {"token": "old"}}))
    control: MemoryControl = field(default_factory=MemoryControl)

    def run(self, sku: str | None = None, **changes: object) -> Finding:
        clock = Clock()
        test = ChannelTest(
            connector=lambda _name: self.marketplace,
            listings=self.listings,
            index=self.index,
            control=self.control,
            logins=Logins(self.secrets, MemoryLeases(), clock),
            http=NoHttp(),
            clock=clock,
        )
        return test.run(channel(**{"marketplace": {"secret": "shop"}, **changes}), sku)  # type: ignore[arg-type]


def test_what_the_marketplace_shows_says_that_the_channel_works() -> None:
    marketplace = Readable(shown={"42": 7})
    assert Bench(marketplace).run() == Finding(Result.WORKS, "42", shown=7)
    assert marketplace.pushes == []


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (Refused("listing_closed", "closed"), "listing_closed"),
        (Unknown("timeout", "closed"), "timeout"),
        (Throttled(3, "closed"), "throttled"),
        (Busy("closed"), "busy"),
        (Unauthorized("closed", revoked=True), "auth"),
    ],
)
def test_what_else_it_answers_has_a_cause_and_its_own_words(told: Outcome, cause: str) -> None:
    assert Bench(Readable(told=[told])).run() == Finding(Result.FAILS, "42", cause=cause, message="closed")
    assert cause in CAUSES


def test_an_answer_to_a_write_is_a_bug_of_the_connector_and_no_success() -> None:
    with pytest.raises(TypeError):
        Bench(Readable(told=[Applied()])).run()


@pytest.mark.parametrize(
    ("rows", "sku"),
    [
        ({"SPT#success": "1", "SPT#error": "2"}, "1"),
        ({"SPT#pending": "3", "SPT#error": "2"}, "2"),
        ({"SPT#pending": "3"}, "3"),
    ],
)
def test_it_asks_about_the_newest_record_a_success_before_an_error(rows: dict[str, str], sku: str) -> None:
    assert Bench(index=Index(rows)).run().sku == sku


def test_it_asks_about_a_mapped_sku_by_its_ids_or_about_the_one_that_was_named() -> None:
    marketplace = Readable()
    bench = Bench(marketplace, Map({"7": {"item_id": "MLB7"}, "8": {"item_id": "MLB8"}}))
    assert [bench.run(listing_map=True).sku, bench.run("8", listing_map=True).sku, bench.run("9").sku] == [
        "7",
        "8",
        "9",
    ]
    assert marketplace.asked == [Listing("7", {"item_id": "MLB7"}), Listing("8", {"item_id": "MLB8"}), Listing("9")]


def test_without_any_sku_there_is_nothing_to_ask() -> None:
    assert Bench(index=Index()).run() == Finding(Result.NO_SKU)


def test_a_marketplace_that_cannot_be_asked_is_not_said_to_work() -> None:
    assert Bench(MemoryMarketplace()).run() == Finding(Result.NOT_READABLE)
    untold = Refused("unconfirmed", "tells nobody")
    assert Bench(Readable(told=[untold])).run() == Finding(Result.NOT_READABLE)


@pytest.mark.parametrize("name", sorted(set(CONNECTORS) - {"generic"}))
def test_every_connector_but_the_generic_one_can_be_asked_and_says_what_is_misconfigured(name: str) -> None:
    bench = Bench(CONNECTORS[name], secrets=MemorySecrets({"shop": {}}))
    found = bench.run(marketplace={"secret": "shop", "no_such_field": "x"})
    assert (found.result, found.sku) == (Result.FAILS, "42")
    assert found.cause in {"configuration", "auth", "unmapped"}


def test_credentials_that_were_changed_meanwhile_are_read_again() -> None:
    bench = Bench(Readable(lets_in="new", shown={"42": 7}))
    bench.secrets.remembered["shop"] = {"token": "old"}
    bench.secrets.stored["shop"] = {"token": "new"}
    assert bench.run().result is Result.WORKS


def test_credentials_that_ended_are_renewed_and_stored_as_a_send_would_do() -> None:
    bench = Bench(Renewing(lets_in="new", shown={"42": 7}))
    assert bench.run() == Finding(Result.WORKS, "42", shown=7)
    assert bench.secrets.stored["shop"] == {"token": "new"}


def test_a_login_that_is_refused_says_so() -> None:
    bench = Bench(Renewing(lets_in="new", renewed=Refused("configuration", "client_id is missing")))
    assert bench.run() == Finding(Result.FAILS, "42", cause="configuration", message="client_id is missing")


def test_credentials_that_are_simply_wrong_are_told() -> None:
    assert Bench(Readable(lets_in="other")).run() == Finding(Result.FAILS, "42", cause="auth", message="401")


def test_a_secret_that_is_not_there_is_a_misconfigured_channel() -> None:
    found = Bench().run(marketplace={"secret": "gone"})
    assert (found.cause, found.message) == ("configuration", "gone")


# ---------------------------------------------------------------------- what happens next

STOPPED = refused(Gate("loja#SPT", 1), START - 1_000, "401")


def test_credentials_that_work_again_let_a_stopped_channel_try_at_once() -> None:
    bench = Bench(control=MemoryControl(gates={"loja#SPT": STOPPED}))
    assert bench.run().resumes
    gate = bench.control.gate("loja#SPT")
    assert (gate.closed(START), gate.incident) == (False, "auth")
    assert bench.run().resumes  # it is still true
    assert bench.control.gate("loja#SPT") == gate


def test_a_test_that_fails_leaves_the_gate_alone() -> None:
    bench = Bench(Readable(told=[Unauthorized("401")]), control=MemoryControl(gates={"loja#SPT": STOPPED}))
    assert not bench.run().resumes
    assert bench.control.gates == {"loja#SPT": STOPPED}


@pytest.mark.parametrize("gate", [None, throttled(Gate("loja#SPT", 1), START, 60)])
def test_a_channel_that_refused_credentials_did_not_stop_keeps_its_gate(gate: Gate | None) -> None:
    control = MemoryControl(gates={"loja#SPT": gate} if gate is not None else {})
    assert not Bench(control=control).run().resumes
    assert control.gates == ({"loja#SPT": gate} if gate is not None else {})


def test_nothing_is_promised_of_a_channel_that_is_switched_off_or_whose_marketplace_asked_for_time() -> None:
    switched_off = Bench(control=MemoryControl(gates={"loja#SPT": STOPPED}))
    assert not switched_off.run(enabled=False).resumes
    assert not switched_off.control.gate("loja#SPT").closed(START)  # once it is switched on
    asked = Bench(control=MemoryControl(gates={"loja#SPT": throttled(STOPPED, START, 600)}))
    assert not asked.run().resumes
    assert asked.control.gate("loja#SPT").closed(START + 599_000)


def test_a_gate_that_somebody_else_saves_meanwhile_is_read_again() -> None:
    @dataclass
    class Contested(MemoryControl):
        rivals: int = 0

        def save_gate(self, gate: Gate, was: Gate) -> Gate:
            if self.rivals:
                self.rivals -= 1
                raise Conflict
            return super().save_gate(gate, was)

    assert Bench(control=Contested(gates={"loja#SPT": STOPPED}, rivals=1)).run().resumes
    too_many = Bench(control=Contested(gates={"loja#SPT": STOPPED}, rivals=9))
    assert too_many.run() == Finding(Result.WORKS, "42", shown=0)
