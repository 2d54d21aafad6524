"""Which records may be sold beyond the stock, and in which order they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.dynamo import _index_values
from stockbridge.errors import InvalidInput
from stockbridge.listing import OfAffiliates, Place, write_place
from stockbridge.notifications import Key
from stockbridge.records import AcceptedWrite, Record, Removal, Status
from stockbridge.risk import exposure_of
from stockbridge.risks import place_of, read_place, risk_sort, risks
from tests.memory import START, MemoryRecords

FAILED = Record(
    Key("loja", "SPT", "42"), rev=1, balance=3, allowed=3, wanted=3, version=2, done_version=2, confirmed=7,
    status=Status.ERROR, cause="validation", changed_at=START, listed_at=START + 5,
)  # fmt: skip
SENT = replace(FAILED, status=Status.SUCCESS, cause=None, confirmed=3, changed_at=None)


def exposure(record: Record) -> tuple[int | None, bool] | None:
    found = exposure_of(record)
    return None if found is None else (found.units, found.zero)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (FAILED, (4, False)),
        (replace(FAILED, balance=0, allowed=0), (7, True)),
        (replace(FAILED, confirmed=3), None),
        (replace(FAILED, confirmed=1), None),
        (replace(FAILED, confirmed=None), None),
        (replace(FAILED, balance=0, allowed=0, confirmed=None), (None, True)),
        (replace(FAILED, balance=0, allowed=0, confirmed=0), None),
        (SENT, None),
        (replace(SENT, confirmed=7), None),  # the rule allows it
        (replace(SENT, confirmed=7, unread_since=START), (4, False)),
        (replace(FAILED, status=Status.PENDING, version=3), (4, False)),
        (replace(FAILED, status=Status.PENDING, request_due=True), (4, False)),
        (replace(FAILED, removal=Removal(START, 2, Status.ERROR)), (4, False)),
        (replace(FAILED, balance=None), None),
        # the policy keeps a reserve, and what is shown eats into it
        (replace(FAILED, balance=9, allowed=5), (0, False)),
        (replace(FAILED, balance=9, allowed=7), None),
        # accepted and not yet shown: either may be seen
        (replace(FAILED, confirmed=None, accepted=AcceptedWrite("r", 9, 1, START)), (6, False)),
        (replace(FAILED, confirmed=7, accepted=AcceptedWrite("r", 3, 2, START)), (4, False)),
        # nothing is on sale there, as far as anybody knows
        (replace(FAILED, cause="not_catalogued", balance=0, allowed=0, confirmed=None), None),
        (replace(FAILED, cause="not_catalogued", balance=0, allowed=0), (7, True)),
        (replace(FAILED, cause="fulfillment", balance=0, allowed=0), None),
        # unlimited stock is never none
        (replace(FAILED, balance=0, unlimited=True, allowed=9999, confirmed=None), None),
    ],
)
def test_a_record_is_at_risk_while_more_is_shown_than_should_be_and_that_is_not_over(
    record: Record, expected: tuple[int | None, bool] | None
) -> None:
    assert exposure(record) == expected


AMOUNTS = st.none() | st.integers(0, 20) | st.integers(0, 10**12)
RECORDS = st.builds(
    replace,
    st.just(FAILED),
    key=st.builds(Key, st.just("loja"), st.sampled_from(["MRC", "SPT", "MGL"]), st.integers(1, 40).map(str)),
    balance=AMOUNTS,
    allowed=AMOUNTS,
    confirmed=AMOUNTS,
    status=st.sampled_from(Status),
    changed_at=st.none() | st.integers(START, START + 9),
)


@given(st.lists(RECORDS, max_size=20))
def test_read_backwards_the_index_has_nothing_left_first_then_the_most_units_then_the_oldest(
    records: list[Record],
) -> None:
    sorts = sorted((sort, number) for number, one in enumerate(records) if (sort := risk_sort(one)) is not None)
    found = [exposure_of(records[number]) for _, number in reversed(sorts)]
    keys = [(not one.zero, -min(9_999_999_999, one.units or 0), one.since) for one in found if one is not None]
    assert keys == sorted(keys)


def test_only_a_record_at_risk_is_in_the_index() -> None:
    assert _index_values(FAILED)["risk_pk"] == "loja#SPT"
    assert _index_values(FAILED)["risk_sk"] == f"0#0000000004#{9_999_999_999_999 - START}#42"
    assert not {"risk_pk", "risk_sk"} & _index_values(SENT).keys()


def test_an_attempt_that_changes_nothing_of_the_exposure_moves_no_entry() -> None:
    again = replace(FAILED, listed_at=START + 9_000, attempts_used=3, message="again", rev=7)
    assert risk_sort(again) == risk_sort(FAILED)


@dataclass
class MemoryRiskIndex:
    entries: list[tuple[str, Place]] = field(default_factory=list)

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        found = [
            place.when
            for name, place in self.entries
            if (name, place.partition) == (account, partition) and low <= place.when <= high
        ]
        return sorted(found, reverse=True)[:limit]

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        raise AssertionError("nobody asks")


@given(st.lists(RECORDS, max_size=25, unique_by=lambda one: one.key), st.integers(1, 6))
def test_pages_hold_every_record_at_risk_once_the_worst_first(rows: list[Record], limit: int) -> None:
    records, index = MemoryRecords(), MemoryRiskIndex()
    for row in rows:
        records.stored[row.key] = row
        if (place := place_of(row)) is not None:
            index.entries += [("loja", place), ("alheia", place)]
    listing = risks(index, records)
    got: list[Record] = []
    cursor = None
    while True:
        page = listing.page("loja", OfAffiliates(["SPT", "MRC", "MGL"]), cursor=cursor, limit=limit)
        got += page.records
        cursor = page.next
        if cursor is None:
            break
    assert sorted(one.key for one in got) == sorted(row.key for row in rows if exposure_of(row) is not None)
    places = [place for one in got if (place := place_of(one)) is not None]
    assert all(later.follows(earlier) for earlier, later in pairwise(places))


def test_an_entry_that_the_record_contradicts_is_dropped() -> None:
    records, index = MemoryRecords(), MemoryRiskIndex()
    place = place_of(FAILED)
    assert place is not None
    index.entries.append(("loja", place))
    records.stored[FAILED.key] = SENT
    assert risks(index, records).page("loja", OfAffiliates(["SPT"]), cursor=None, limit=5).records == []


def test_a_cursor_is_a_place_and_one_of_another_list_is_none() -> None:
    place = place_of(FAILED)
    assert place is not None
    assert read_place(write_place(place)) == place
    for other in (
        Place(f"{START}#42", "SPT#error"),
        Place(place.when, "SPT#error"),
        Place("2" + place.when[1:], "SPT"),
    ):
        with pytest.raises(InvalidInput):
            read_place(write_place(other))
