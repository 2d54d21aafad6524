"""What the saves of a batch say of causes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from stockbridge import operating
from stockbridge.cause_statistics import (
    DAY_MS,
    DAYS,
    Counted,
    Direction,
    Happened,
    Tally,
    day_of,
    direction,
    happened,
    last_days,
    tallied,
)
from stockbridge.errors import Conflict, Unavailable
from stockbridge.notifications import Key
from stockbridge.observing import Notice, Sight, observe, park_look
from stockbridge.outcomes import Applied, Busy, Outcome, Refused
from stockbridge.records import Record, Status
from stockbridge.sending import claim, commit, park
from tests.memory import START, MemoryRecords, channel

KEY = Key("loja", "SPT", "42")
CLOSED, REVIEW = Refused("listing_closed", "closed"), Refused("under_review", "wait")
HOUR = 3_600_000


@dataclass
class Life:
    """A record from step to step, and what each said."""

    record: Record = field(default_factory=lambda: Record(KEY))
    now: int = START
    events: list[Happened] = field(default_factory=list)

    def step(self, after: Record) -> None:
        self.events += happened(self.record, after)
        self.record = after

    def see(self, quantity: int) -> None:
        notice = Notice(KEY, self.now, changed=True, stock=True)
        self.step(observe(self.record, notice, Sight(quantity, False), channel(), self.now)[0])

    def send(self, outcome: Outcome) -> None:
        """Now, or as soon as it may be sent again."""
        self.now = max(self.now, self.record.not_before or 0)
        claimed, right = claim(self.record, self.now, late_effect_s=0)
        self.step(claimed)
        self.step(commit(claimed, right, outcome, self.now, late_effect_s=0, jitter=0.0))

    def reprocess(self) -> None:
        self.step(operating.reprocess(self.record, f"request-{self.now}", self.now))
        self.look()

    def look(self) -> None:
        self.step(observe(self.record, Notice(KEY, self.now), Sight(3, False), channel(), self.now)[0])

    def told(self) -> list[Happened]:
        told, self.events = self.events, []
        return told


def error(cause: str, at: int = START) -> Happened:
    return Happened("loja#SPT", cause, at, errors=1)


@pytest.fixture
def life() -> Life:
    life = Life()
    life.see(3)
    return life


def test_a_record_that_becomes_an_error_counts_once_with_its_cause(life: Life) -> None:
    life.send(CLOSED)
    assert life.told() == [error("listing_closed")]


def test_what_works_or_waits_says_nothing_of_causes(life: Life) -> None:
    life.send(Busy("another"))
    life.send(Applied())
    assert life.told() == []


def test_an_error_that_is_tried_again_by_itself_is_seen_again_and_counts_once(life: Life) -> None:
    life.send(REVIEW)
    life.send(REVIEW)
    assert life.told() == [error("under_review"), Happened("loja#SPT", "under_review", START + HOUR)]


def test_an_error_that_turns_out_to_have_another_cause_counts_there(life: Life) -> None:
    life.send(REVIEW)
    life.send(CLOSED)
    assert life.told() == [error("under_review"), error("listing_closed", START + HOUR)]


def test_an_error_that_comes_back_after_a_newer_change_counts_again(life: Life) -> None:
    life.send(CLOSED)
    life.see(2)
    life.send(CLOSED)
    assert life.told() == [error("listing_closed")] * 2


def test_a_reprocess_that_works_counts_for_the_cause_that_the_operator_saw(life: Life) -> None:
    life.send(CLOSED)
    life.told()
    life.reprocess()
    life.send(Busy("another"))  # its cause replaces that of the error
    life.send(Applied())
    assert life.told() == [Happened("loja#SPT", "listing_closed", worked=1)]
    assert life.record.request_cause is None


def test_a_reprocess_that_fails_counts_for_the_cause_that_the_operator_saw(life: Life) -> None:
    life.send(CLOSED)
    life.told()
    life.reprocess()
    life.send(REVIEW)
    assert life.told() == [error("under_review"), Happened("loja#SPT", "listing_closed", failed=1)]
    life.send(Applied())  # by itself, an hour later
    assert life.told() == []


def test_a_reprocess_that_a_newer_change_replaces_is_neither(life: Life) -> None:
    life.send(CLOSED)
    life.reprocess()
    life.told()
    life.see(1)
    life.send(Applied())
    assert life.told() == []


def test_a_click_while_a_retry_is_under_way_waits_for_its_own_answer(life: Life) -> None:
    life.send(REVIEW)
    life.now += HOUR
    claimed, right = claim(life.record, life.now, late_effect_s=0)
    life.step(operating.reprocess(claimed, "request-1", life.now))
    life.told()
    life.step(commit(life.record, right, REVIEW, life.now, late_effect_s=0, jitter=0.0))
    assert life.told() == [error("under_review", life.now)]
    life.look()
    life.send(Applied())
    assert life.told() == [Happened("loja#SPT", "under_review", worked=1)]


def test_what_is_parked_is_an_error_and_ends_a_reprocess_ill(life: Life) -> None:
    life.send(CLOSED)
    life.step(operating.reprocess(life.record, "request-1", life.now))
    life.told()
    life.step(park_look(life.record, life.now))
    assert life.told() == [error("poison"), Happened("loja#SPT", "listing_closed", failed=1)]
    life.reprocess()
    life.step(park(life.record, life.now))
    assert life.told() == [error("poison"), Happened("loja#SPT", "poison", failed=1)]


def test_removing_and_restoring_an_error_counts_nothing(life: Life) -> None:
    life.send(CLOSED)
    life.told()
    life.step(operating.remove(life.record, life.now))
    life.step(operating.restore(life.record, life.now))
    assert life.told() == []


# ---------------------------------------------------------------------- a batch


@dataclass
class MemoryCounts:
    tallies: list[Tally] = field(default_factory=list)
    left: int = 100

    def add(self, tally: Tally) -> None:
        if not self.left:
            raise Unavailable("throttled")
        self.left -= 1
        self.tallies.append(tally)


def failed(sku: str, cause: str, at: int) -> Record:
    return Record(Key("loja", "SPT", sku), status=Status.ERROR, cause=cause, processed_at=at)


def test_a_batch_is_one_tally_for_each_cause_of_a_channel() -> None:
    tomorrow = START + DAY_MS
    events = [error("auth"), error("auth", tomorrow), Happened("loja#SPT", "auth", worked=1), error("busy")]
    assert tallied(events) == [
        Tally("loja#SPT", "auth", START, tomorrow, {"2026-01-01": 1, "2026-01-02": 1}, worked=1),
        Tally("loja#SPT", "busy", START, START, {"2026-01-01": 1}),
    ]


def test_what_was_saved_is_counted_once_at_the_end() -> None:
    counts = MemoryCounts()
    records = Counted(MemoryRecords(), counts)
    for sku in ("1", "2"):
        records.save(failed(sku, "auth", START), Record(Key("loja", "SPT", sku)))
    assert counts.tallies == []
    records.flush()
    records.flush()
    assert [(one.cause, one.errors) for one in counts.tallies] == [("auth", {"2026-01-01": 2})]


def test_what_could_not_be_saved_is_not_counted() -> None:
    counts, memory = MemoryCounts(), MemoryRecords()
    records = Counted(memory, counts)
    was = Record(Key("loja", "SPT", "1"))
    memory.stored[was.key] = replace(was, rev=5)
    with pytest.raises(Conflict):
        records.save(failed("1", "auth", START), was)
    records.flush()
    assert counts.tallies == []


def test_a_count_that_is_refused_is_lost_and_hurts_nobody() -> None:
    counts = MemoryCounts(left=1)
    records = Counted(MemoryRecords(), counts)
    for sku, cause in (("1", "auth"), ("2", "busy"), ("3", "poison")):
        records.save(failed(sku, cause, START), Record(Key("loja", "SPT", sku)))
    records.flush()
    counts.left = 100
    records.flush()
    assert len(counts.tallies) == 1


# ---------------------------------------------------------------------- trend


def test_the_days_are_the_last_fourteen_of_utc() -> None:
    days = last_days(START + DAY_MS - 1)
    assert (len(days), days[0], days[-1]) == (DAYS, "2025-12-19", "2026-01-01")
    assert day_of(START + DAY_MS) == "2026-01-02"


@pytest.mark.parametrize(
    ("before", "lately", "found"),
    [
        (0, 0, Direction.STEADY),
        (0, 4, Direction.STEADY),
        (0, 5, Direction.RISING),
        (10, 14, Direction.STEADY),
        (10, 15, Direction.RISING),
        (100, 149, Direction.STEADY),
        (100, 150, Direction.RISING),
        (15, 10, Direction.FALLING),
        (5, 0, Direction.FALLING),
        (14, 10, Direction.STEADY),
    ],
)
def test_a_trend_is_the_last_week_against_the_one_before(before: int, lately: int, found: Direction) -> None:
    daily = [0] * DAYS
    daily[6], daily[7] = before, lately
    assert direction(daily) is found
