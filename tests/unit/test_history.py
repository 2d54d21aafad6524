"""The history of observed changes: nothing of it is lost in packing, and it takes little room."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.history import Batch, ObservedChange, in_order, observed_change, pack, unpack
from stockbridge.notifications import MAX_SKU_ID, Key
from stockbridge.observing import Notice, Sight, observe
from stockbridge.records import Record
from stockbridge.rule import Verdict
from tests.memory import START, channel

KEY = Key("loja", "SPT", "42")
UNITS = st.integers(0, 2**31 - 1)
CHANGES = st.builds(
    ObservedChange,
    sku=st.integers(1, MAX_SKU_ID).map(str),
    at=st.integers(START, START + 60_000),
    de=st.none() | UNITS,
    por=UNITS,
    wanted_before=st.none() | UNITS,
    wanted=UNITS,
    only_stock=st.booleans(),
    verdict=st.sampled_from(Verdict),
)


def batch(*changes: ObservedChange) -> Batch:
    newest, packed = pack(changes)
    return Batch(newest, len(changes), packed)


def a_change(sku: str = "42", at: int = START, de: int | None = 20, por: int = 30) -> ObservedChange:
    return ObservedChange(sku, at, de, por, de, por, only_stock=True, verdict=Verdict.ABOVE_THRESHOLD)


@given(st.lists(CHANGES, min_size=1, max_size=20))
def test_what_is_packed_comes_out_as_it_was_by_sku_and_time(changes: list[ObservedChange]) -> None:
    newest, packed = pack(changes)
    assert newest == max(change.at for change in changes)
    assert list(unpack(packed, newest)) == sorted(changes, key=lambda change: (int(change.sku), change.at))


def test_a_change_takes_no_more_than_ten_bytes_in_a_batch_of_fifty() -> None:
    random = Random(0)
    changes = [
        a_change(str(sku), START + random.randrange(2_000), random.randrange(1_000), random.randrange(1_000))
        for sku in random.sample(range(1, 1_000_000), 50)
    ]
    assert len(pack(changes)[1]) <= 50 * 10


@given(st.lists(st.integers(0, 600_000), max_size=40), st.randoms(use_true_random=False))
def test_changes_of_batches_that_overlap_come_in_the_order_of_their_times(ends: list[int], random: Random) -> None:
    batches = [
        batch(*(a_change(at=START + end - random.randrange(60_000)) for _ in range(3)), a_change(at=START + end))
        for end in sorted(ends)
    ]
    times = [change.at for change in in_order(batches)]
    assert times == sorted(times)
    assert len(times) == 4 * len(ends)


def test_a_look_that_changes_something_is_a_change_with_its_own_de() -> None:
    seen = Record(KEY, balance=20, allowed=15, confirmed=15)
    capped = replace(channel(), policy=replace(channel().policy, cap=25))
    after, verdict = observe(seen, Notice(KEY, START), Sight(30, unlimited=False), capped, START)
    assert observed_change(seen, Notice(KEY, START), after, verdict) == ObservedChange(
        "42", START, 20, 30, 15, 25, only_stock=True, verdict=Verdict.ABOVE_THRESHOLD
    )


def test_a_look_that_changes_nothing_is_none_unless_an_operator_asked() -> None:
    seen = Record(KEY, balance=20, allowed=20, confirmed=20)
    for record, kept in ((seen, False), (replace(seen, request_due=True), True)):
        after, verdict = observe(record, Notice(KEY, START), Sight(20, unlimited=False), channel(), START)
        change = observed_change(record, Notice(KEY, START), after, verdict)
        assert (change is not None and change.verdict is Verdict.FORCED) is kept


def test_a_flag_that_could_not_be_read_at_once_makes_it_more_than_stock() -> None:
    seen = Record(KEY, balance=20, allowed=20, deferred_flags=True)
    after, verdict = observe(seen, Notice(KEY, START), Sight(30, unlimited=False), channel(), START)
    change = observed_change(seen, Notice(KEY, START), after, verdict)
    assert change is not None
    assert not change.only_stock
