"""Runs over ports in memory: what they read, what they repair, what they list, and what a crash costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from stockbridge.channels import Channel, Repairs
from stockbridge.connectors import Capabilities, Listing, Rate, Session
from stockbridge.dynamo_differences import DIFFERENCES, Slot
from stockbridge.errors import Conflict, VtexUnavailable
from stockbridge.gates import Gate
from stockbridge.intake import Delivered, Intake
from stockbridge.jobs import Job, State
from stockbridge.listing import place_of
from stockbridge.listing_map import LISTINGS
from stockbridge.logins import Logins
from stockbridge.messages import read_notice
from stockbridge.notifications import Key, Origin
from stockbridge.outcomes import Outcome, Throttled, Unauthorized, Unknown
from stockbridge.reconciliation import PAGE, Reconciliation
from stockbridge.reconciling import Difference, Kind
from stockbridge.records import Record, Status
from stockbridge.runs import FULL, HOT, REPAIR, SCHEDULE, Runs, start_all
from stockbridge.showing import Showing
from stockbridge.vtex import Readings
from stockbridge.working import Working
from tests.memory import (
    Clock,
    MemoryControl,
    MemoryJobs,
    MemoryLeases,
    MemoryMarketplace,
    MemoryQueue,
    MemoryRecords,
    MemorySecrets,
    MemoryVtex,
    NoHttp,
    channel,
)


@dataclass
class Shop(MemoryMarketplace):
    """Can be asked what it shows; refuses the old token."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    says: list[Outcome] = field(default_factory=list)  # instead, the next times
    token: str = "good"

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        self.asked.append(tuple(listing.sku for listing in listings))
        if session.credentials.get("token", self.token) != self.token:
            return [Unauthorized("401")] * len(listings)
        if self.says:
            return [self.says.pop(0)] * len(listings)
        return [self.shown.get(listing.sku, 0) for listing in listings]


@dataclass
class MemoryDifferences:
    slots: dict[Key, Slot] = field(default_factory=dict)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Slot]:
        return {key: self.slots.get(key, Slot(key)) for key in keys}

    def save(self, slot: Slot, difference: Difference | None) -> None:
        if self.slots.get(slot.key, Slot(slot.key)).rev != slot.rev:
            raise Conflict
        self.slots[slot.key] = Slot(slot.key, slot.rev + 1, difference)


class World:
    def __init__(self, *, page_size: int = 2, **changes: object) -> None:
        self.clock, self.records, self.control = Clock(), MemoryRecords(), MemoryControl()
        self.vtex, self.shop, self.jobs = MemoryVtex(), Shop(), MemoryJobs()
        self.leases, self.secrets = MemoryLeases(), MemorySecrets({"shop": {"token": "good"}})
        self.queue, self.intake_queue, self.differences = MemoryQueue(), MemoryQueue(), MemoryDifferences()
        self.mapped: list[str] = []
        self.waited: list[float] = []
        self.names = iter(range(1, 1_000))
        self.channel = channel(marketplace={"secret": "shop"}, **changes)
        self.control.add(self.channel)
        self.runs = Runs(self.jobs, self.leases, self.queue, self.clock, lambda: f"run{next(self.names)}")
        self.showing = Showing(
            connector=lambda _: self.shop,
            listings=lambda *_: {},
            control=self.control,
            logins=Logins(self.secrets, self.leases, self.clock),
            http=NoHttp(),
            clock=self.clock,
            wait=self.wait,
            at_once=map,
        )
        self.reconciliation = Reconciliation(
            records=self.records,
            control=self.control,
            index=self,
            differences=self.differences,
            runs=self.runs,
            read_balances=self.vtex.read,
            read_shown=self.showing.read,
            intake_queue=self.intake_queue,
            clock=self.clock,
            at_once=map,
            page_size=page_size,
        )
        self.working = Working(
            self.jobs,
            dict.fromkeys((HOT, FULL, REPAIR), self.reconciliation.page),
            self.queue,
            self.clock,
            lambda: 0.0,
            lease_s=150,
            budget_s=40,
        )

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.forward(seconds)

    # the index, as of now
    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        name = partition.split("#")[1]
        listed = [one for one in self.differences.slots.values() if one.difference is not None]
        places = {
            LISTINGS: self.mapped,
            DIFFERENCES: [f"{one.difference.kind.box}#{one.key.sku}" for one in listed if one.difference],
        }.get(name) or [
            place_of(one).when for one in self.records.stored.values() if place_of(one).partition == partition
        ]
        return sorted((one for one in places if low <= one <= high), reverse=True)[:limit]

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        raise AssertionError

    def equal(self, sku: str, balance: int, **changes: object) -> Record:
        """A record at rest, as of some hours ago, and both sides as it says."""
        key = Key("loja", "SPT", sku)
        at = self.clock() - 3 * 3_600_000
        record = Record(
            key,
            balance=balance,
            allowed=balance,
            wanted=balance,
            version=1,
            done_version=1,
            confirmed=balance,
            confirmed_at=at,
            processed_at=at,
            observed_at=at,
            listed_at=at + int(sku),
            status=Status.SUCCESS,
        )
        self.vtex.balances["SPT", sku] = balance
        self.shop.shown[sku] = balance
        return self.records.save(replace(record, **changes), Record(key))  # type: ignore[arg-type]  # fields of it

    def run(self, kind: str = HOT, *, sku: str | None = None, user: str = SCHEDULE) -> Job:
        job = self.runs.start(self.channel, kind, user, sku=sku)
        for _ in range(50):
            self.working.work(job.key)
            job = self.jobs.stored[job.key]
            if job.state is not State.RUNNING:
                return job
            self.clock.now = job.next_at
        raise AssertionError("it does not end")

    def listed(self) -> dict[str, Kind]:
        return {key.sku: one.difference.kind for key, one in self.differences.slots.items() if one.difference}

    def looks(self) -> dict[str, Origin]:
        notices = [read_notice(message.body)[0] for message in self.intake_queue.messages]
        return {notice.key.sku: notice.origin for notice in notices}

    def take_in(self) -> None:
        """What the intake makes of the looks."""
        intake = Intake(
            self.records, self.control, self.vtex.read, MemoryQueue(), MemoryQueue(), self.clock, second_look_s=330
        )
        bodies = [message.body for message in self.intake_queue.drain()]
        assert intake.take([Delivered(str(number), body, 1) for number, body in enumerate(bodies)]) == []


def test_a_run_reads_every_record_once_in_bulk_on_both_sides() -> None:
    world = World(page_size=3)
    world.shop.capabilities = Capabilities(reads_at_once=2)
    for sku in range(1, 8):
        world.equal(str(sku), 9)
    job = world.run()
    assert (job.state, job.counts["read"], job.counts["equal"]) == (State.DONE, 7, 7)
    assert sorted(sku for _, skus in world.vtex.reads for sku in skus) == list("1234567")
    assert len(world.vtex.reads) == 3
    assert sorted(sku for skus in world.shop.asked for sku in skus) == list("1234567")
    assert max(len(skus) for skus in world.shop.asked) == 2
    assert (world.listed(), world.looks(), world.shop.pushes) == ({}, {}, [])


def test_a_notification_that_was_lost_becomes_a_change_that_says_so() -> None:
    world = World()
    world.equal("1", 9)
    world.vtex.balances["SPT", "1"] = 2
    job = world.run()
    assert (world.listed(), world.looks()) == ({"1": Kind.MISSED}, {"1": Origin.RECONCILIATION})
    assert (job.counts["missed"], job.counts["silent"], job.counts["repaired"]) == (1, 1, 1)
    world.take_in()
    record = world.records.get(Key("loja", "SPT", "1"))
    assert (record.wanted, record.version) == (2, 2)
    assert record.decision is not None
    assert record.decision.origin is Origin.RECONCILIATION


def test_what_the_rule_holds_back_is_looked_at_so_that_de_is_right_and_sends_nothing() -> None:
    world = World()
    world.equal("1", 23)
    world.vtex.balances["SPT", "1"] = 10
    job = world.run()
    assert (job.counts["allowed"], job.counts["silent"], job.counts.get("repaired", 0)) == (1, 1, 0)
    world.take_in()
    record = world.records.get(Key("loja", "SPT", "1"))
    assert (record.balance, record.version, record.wanted) == (10, 1, 23)


def test_a_marketplace_that_shows_too_much_is_made_to_show_the_truth() -> None:
    world = World()
    world.equal("1", 3)
    world.shop.shown["1"] = 8
    world.run()
    noted = world.records.get(Key("loja", "SPT", "1"))
    assert (noted.confirmed, noted.diverged, world.listed()) == (8, True, {"1": Kind.DRIFTED})
    world.take_in()
    assert world.records.get(noted.key).to_export


def test_a_difference_that_is_gone_is_listed_no_more() -> None:
    world = World()
    world.equal("1", 3)
    world.shop.shown["1"] = 2
    world.run()
    assert world.listed() == {"1": Kind.DRIFTED}
    assert world.intake_queue.messages == []  # it may be a sale on its way to VTEX
    world.vtex.balances["SPT", "1"] = 2
    world.clock.forward(1_800)
    world.run()
    assert world.looks() == {"1": Origin.RECONCILIATION}
    key = Key("loja", "SPT", "1")
    world.take_in()
    changed = world.records.get(key)
    ended = replace(
        changed, done_version=2, confirmed=2, status=Status.SUCCESS, send_at=None, processed_at=world.clock()
    )
    world.records.save(ended, changed)
    world.clock.forward(1_800)
    world.run()
    assert world.listed() == {}


def test_what_is_held_is_listed_until_an_operator_has_it_repaired() -> None:
    world = World(repairs=Repairs.HOLD)
    for sku in ("1", "2"):
        world.equal(sku, 3)
        world.shop.shown[sku] = 8
    job = world.run()
    assert (job.counts["held"], world.looks()) == (2, {})
    world.run(REPAIR, sku="1", user="ana")
    assert set(world.looks()) == {"1"}
    world.run(REPAIR, user="ana")
    assert set(world.looks()) == {"1", "2"}
    assert [(one.user, one.action, one.subject) for one in world.jobs.activities] == [
        ("ana", "reconciliation.repair", "SPT#1"),
        ("ana", "reconciliation.repair", "SPT"),
    ]


def test_a_mapped_sku_that_was_never_notified_is_looked_at() -> None:
    world = World()
    world.equal("1", 3)
    world.mapped = ["1", "2", "3"]
    world.vtex.balances["SPT", "2"] = 4
    job = world.run(FULL)
    assert set(world.looks()) == {"2", "3"}
    assert (job.counts["never"], job.counts["read"]) == (2, 3)


def test_whatever_happens_to_a_record_while_it_is_compared_wins() -> None:
    world = World()
    record = world.equal("1", 3)
    world.shop.shown["1"] = 8

    def rival(_: Record) -> None:
        world.records.stored[record.key] = replace(record, rev=2, balance=1, wanted=1, version=2)

    world.records.before_save = rival
    job = world.run()
    assert world.records.get(record.key).confirmed == 3
    assert job.counts["under_way"] == 1


def test_a_page_that_was_cut_off_is_done_again_and_nothing_is_repaired_twice() -> None:
    world = World()
    for sku in ("1", "2", "3", "4"):
        world.equal(sku, 3)
        world.shop.shown[sku] = 8
    world.vtex.deadly = {"1"}
    job = world.runs.start(world.channel, HOT, SCHEDULE)
    world.working.work(job.key)
    world.clock.now = world.jobs.stored[job.key].next_at
    with pytest.raises(KeyboardInterrupt):
        world.working.work(job.key)
    world.vtex.deadly = set()
    world.clock.forward(200)
    for _ in range(10):
        world.working.work(job.key)
        world.clock.now = max(world.clock.now, world.jobs.stored[job.key].next_at)
    done = world.jobs.stored[job.key]
    assert (done.state, done.counts["drifted"]) == (State.DONE, 4)
    world.take_in()
    assert [world.records.get(Key("loja", "SPT", sku)).version for sku in "1234"] == [2, 2, 2, 2]


def test_an_outage_of_vtex_postpones_the_page() -> None:
    world = World()
    world.equal("1", 9)
    world.vtex.unavailable = VtexUnavailable("503")
    job = world.runs.start(world.channel, HOT, SCHEDULE)
    world.working.work(job.key)
    postponed = world.jobs.stored[job.key]
    assert (postponed.state, postponed.failures, postponed.counts) == (State.RUNNING, 1, {})


def test_a_closed_gate_postpones_the_page_until_it_opens() -> None:
    world = World()
    world.equal("1", 9)
    world.control.gates["loja#SPT"] = Gate("loja#SPT", 1, closed_until=world.clock() + 60_000)
    job = world.runs.start(world.channel, HOT, SCHEDULE)
    world.working.work(job.key)
    assert (world.shop.asked, world.vtex.reads) == ([], [])
    assert world.jobs.stored[job.key].next_at == world.clock() + 60_000


def test_a_switched_off_channel_is_compared_with_vtex_alone() -> None:
    world = World(enabled=False)
    world.equal("1", 9)
    world.vtex.balances["SPT", "1"] = 2
    world.run()
    assert (world.shop.asked, set(world.looks())) == ([], {"1"})


def test_a_threshold_that_was_raised_makes_abnormal_what_was_allowed_also_where_nobody_can_be_asked() -> None:
    world = World(threshold=20)
    world.equal("1", 10, wanted=30, confirmed=30)
    world.shop.says = [Unknown("unconfirmed", "it tells nothing")]
    assert world.run().counts["drifted"] == 1
    world.take_in()
    assert world.records.get(Key("loja", "SPT", "1")).wanted == 10


# ------------------------------------------------------------------ what a marketplace allows


def test_reads_keep_to_the_marketplaces_rate() -> None:
    world = World(page_size=50)
    world.shop.capabilities = Capabilities(reads=Rate(2.0, burst=2), reads_at_once=1)
    for sku in range(1, 13):
        world.equal(str(sku), 9)
    began = world.clock()
    assert world.run().counts["equal"] == 12
    assert sum(world.waited) == pytest.approx(5.0, abs=0.3)  # ten of twelve wait for half a second each
    assert world.control.gates["loja#SPT"].calls_paced_until < began  # sending has its own rate


def test_a_marketplace_that_asks_for_time_is_left_alone_and_its_skus_stay_unknown() -> None:
    world = World(page_size=8)
    world.shop.capabilities = Capabilities(reads_at_once=1)
    for sku in range(1, 9):
        world.equal(str(sku), 9)
    world.shop.says = [Throttled(30.0, "429")]
    job = world.run()
    assert (len(world.shop.asked), job.counts["unknown"], job.counts["equal"]) == (4, 5, 8)


def test_a_token_that_was_replaced_is_read_again() -> None:
    world = World()
    world.equal("1", 3)
    world.secrets.remembered["shop"] = {"token": "old"}
    world.shop.shown["1"] = 8
    assert world.run().counts["drifted"] == 1


def test_of_requests_at_once_that_are_refused_some_are_made_again_because_one_may_have_logged_in() -> None:
    world = World()
    world.equal("1", 3)
    world.shop.shown["1"] = 8
    world.shop.says = [Unauthorized("401")]
    assert world.run().counts["drifted"] == 1


def test_refused_credentials_are_not_tried_again_and_again() -> None:
    world = World()
    world.equal("1", 3)
    world.shop.says = [Unauthorized("401")] * 3
    assert (world.run(FULL).counts["unknown"], len(world.shop.asked)) == (1, 2)


def test_what_was_seen_stays_listed_while_the_marketplace_cannot_be_asked() -> None:
    world = World()
    key = world.equal("1", 3).key
    world.shop.shown["1"] = 2
    world.run()
    seen = world.differences.slots[key].difference
    assert seen is not None
    assert seen.waits
    world.clock.forward(1_800)
    world.shop.says = [Unknown("timeout", "no answer")]
    world.run()
    assert world.differences.slots[key].difference == seen
    world.clock.forward(1_800)
    assert world.run().counts["repaired"] == 1


@pytest.mark.parametrize(
    ("can", "request_s"),
    [
        (Capabilities(reads=Rate(20.0, burst=20)), 0.15),  # SKU by SKU, at a rate
        (Capabilities(reads=Rate(5.0, burst=5), reads_at_once=20), 0.4),  # searched, twenty at a time
        (Capabilities(), 0.15),  # SKU by SKU, four at once
    ],
)
def test_of_25000_skus_a_fiftieth_is_compared_in_less_than_a_fiftieth_of_half_an_hour(
    can: Capabilities, request_s: float
) -> None:
    """In virtual time: VTEX answers a simulation of 50 after 0.6 s, and the marketplace as the figures say."""
    world = World(page_size=PAGE)
    world.shop.capabilities = can
    for sku in range(1, 501):
        world.equal(str(sku), 9)

    def read_balances(of: Channel, skus: Sequence[str]) -> Readings:
        world.clock.forward(0.6 * -(-len(skus) // 50))
        return world.vtex.read(of, skus)

    def at_once(function: Any, items: Any) -> Any:
        these = list(items)
        if these and not isinstance(these[0], tuple):  # requests, as many as there are threads for
            world.clock.forward(request_s)
        return map(function, these)

    showing = replace(world.showing, at_once=at_once)
    quick = replace(world.reconciliation, read_balances=read_balances, read_shown=showing.read)
    world.working = replace(world.working, pages={HOT: quick.page})
    began = world.clock()
    assert world.run().counts["equal"] == 500
    assert (world.clock() - began) / 1000 < 30 * 60 / 50


# ------------------------------------------------------------------ one at a time


def test_a_second_start_is_the_run_that_goes_on_already() -> None:
    world = World()
    first = world.runs.start(world.channel, HOT, SCHEDULE)
    assert world.runs.start(world.channel, HOT, "ana").key == first.key
    assert world.runs.start(world.channel, FULL, "ana").key != first.key
    start_all(world.runs, world.control, HOT)
    assert len(world.jobs.stored) == 2


def test_a_run_that_ended_makes_room_for_the_next() -> None:
    world = World()
    done = world.run()
    cancelled = world.runs.start(world.channel, HOT, SCHEDULE)
    assert cancelled.key != done.key
    world.runs.cancel(cancelled.key, "ana")
    assert world.runs.start(world.channel, HOT, SCHEDULE).key not in (done.key, cancelled.key)


def test_of_two_that_began_at_the_same_moment_one_compares() -> None:
    world = World()
    world.equal("1", 9)
    loser = world.runs.start(world.channel, HOT, SCHEDULE)
    world.leases.held.clear()  # as if it had been cut off before its job was there
    winner = world.runs.start(world.channel, HOT, SCHEDULE)
    world.working.work(loser.key)
    assert world.jobs.stored[loser.key].reason == "another_runs"
    world.working.work(winner.key)
    assert world.jobs.stored[winner.key].counts["equal"] == 1


def test_a_run_of_a_channel_that_is_gone_ends() -> None:
    world = World()
    job = world.runs.start(world.channel, HOT, SCHEDULE)
    world.control.configured.clear()
    world.working.work(job.key)
    assert world.jobs.stored[job.key].reason == "no_channel"
