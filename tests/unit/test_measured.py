"""Counts go with the saves that a process knows of, and no batch fails for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from stockbridge.errors import Conflict, Unavailable
from stockbridge.measured import Measured, limits
from stockbridge.measures import Counts
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Measures
from tests.memory import START, MemoryControl, MemoryRecords, channel

KEY, OTHER = Key("loja", "SPT", "42"), Key("loja", "MLB", "42")


@dataclass
class Told:
    counts: list[tuple[str, int, Counts]] = field(default_factory=list)
    fails: bool = False

    def add(self, account: str, affiliate: str, at: int, counts: Counts) -> None:
        if self.fails:
            raise Unavailable("throttled")
        self.counts.append((f"{account}#{affiliate}", at, dict(counts)))


def measured(records: MemoryRecords, *tell: Measures) -> Measured:
    return Measured(records, tell, lambda _key: 3_600_000, lambda: START)


def accepted(key: Key = KEY) -> Record:
    return replace(Record(key), version=1, wanted=3)


def test_a_batch_is_told_once_for_each_channel() -> None:
    told = Told()
    records = measured(MemoryRecords(), told)
    first = records.save(accepted(), Record(KEY))
    records.save(replace(first, version=2), first)
    records.save(accepted(OTHER), Record(OTHER))
    assert told.counts == []
    records.flush()
    assert told.counts == [("loja#SPT", START, {"accepted": 2}), ("loja#MLB", START, {"accepted": 1})]


def test_what_was_told_is_not_told_again() -> None:
    told = Told()
    records = measured(MemoryRecords(), told)
    records.save(accepted(), Record(KEY))
    records.flush()
    records.flush()
    assert len(told.counts) == 1


def test_a_save_that_conflicted_counts_nothing() -> None:
    told = Told()
    records = measured(MemoryRecords({KEY: replace(Record(KEY), rev=7)}), told)
    with pytest.raises(Conflict):
        records.save(accepted(), Record(KEY))
    records.flush()
    assert told.counts == []


def test_counts_that_cannot_be_told_fail_no_batch_and_are_told_elsewhere_all_the_same() -> None:
    broken, told = Told(fails=True), Told()
    records = measured(MemoryRecords(), broken, told)
    records.save(accepted(), Record(KEY))
    records.flush()
    assert len(told.counts) == 1
    broken.fails = False
    records.flush()  # it may have been taken: it is not told twice
    assert broken.counts == []


def test_nobody_waits_again_for_what_did_not_answer() -> None:
    asked: list[str] = []

    class Slow:
        def add(self, account: str, affiliate: str, at: int, counts: Counts) -> None:
            asked.append(affiliate)
            raise Unavailable("no answer in a second")

    records = measured(MemoryRecords(), Slow())
    for key in (KEY, OTHER):
        records.save(accepted(key), Record(key))
    records.flush()
    assert asked == ["SPT"]


def test_a_save_that_cannot_be_counted_is_a_save() -> None:
    def broken(_key: Key) -> int:
        raise ZeroDivisionError

    inside = MemoryRecords()
    saved = Measured(inside, [], broken, lambda: START).save(accepted(), Record(KEY))
    assert inside.get(KEY) == saved


def test_the_limit_is_the_channels_or_the_installations() -> None:
    control = MemoryControl()
    control.add(channel("SPT", late_after_s=60), channel("MLB"))
    limit_ms = limits(control, 3600)
    assert [limit_ms(Key("loja", name, "42")) for name in ("SPT", "MLB", "gone")] == [60_000, 3_600_000, 3_600_000]


def test_a_limit_that_cannot_be_read_is_the_installations() -> None:
    class Down(MemoryControl):
        def channel(self, account: str, affiliate: str) -> None:
            raise Unavailable("throttled")

    assert limits(Down(), 3600)(KEY) == 3_600_000
