"""What is late and still open: complete, without repeats, the oldest change first, and only what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge import late
from stockbridge.channels import Channel
from stockbridge.dynamo_listing import Count
from stockbridge.errors import InvalidInput
from stockbridge.late import Late, OpenChangesOf, read_place
from stockbridge.listing import Place, place_of, write_place
from stockbridge.notifications import Key
from stockbridge.records import Record, Removal, Status
from tests.memory import START, Clock, MemoryRecords, channel

HOUR_MS = 3_600_000
CHANNELS = [channel("SPT"), channel("MRC", late_after_s=7_200), channel("OFF", enabled=False)]


@dataclass
class World:
    """`skus` has where a SKU has records."""

    records: MemoryRecords = field(default_factory=MemoryRecords)
    channels: Sequence[Channel] = tuple(CHANNELS)

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        raise AssertionError("the late ones are in no list")

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        return [key.affiliate for key in self.records.stored if (key.account, key.sku) == (account, sku)]

    def put(self, *rows: Record) -> None:
        self.records.stored |= {row.key: row for row in rows}

    def late(self, *, kept_s: float = 0) -> Late:
        by_affiliate = {one.affiliate: one for one in self.channels}
        changes = OpenChangesOf(self.records, lambda: START, kept_s=kept_s)
        return Late(by_affiliate, START, late_after_s=3_600, open_changes=changes, index=self)

    def pages(self, limit: int) -> list[Sequence[Record]]:
        found = self.late()
        listing, wanted, pages, cursor = found.listing(self.records), found.wanted(found.channels), [], None
        while True:
            page = listing.page("loja", wanted, cursor=cursor, limit=limit)
            pages.append(page.records)
            if page.next is None:
                return pages
            cursor = page.next

    def listed(self) -> list[tuple[str, str]]:
        return [(record.key.affiliate, record.key.sku) for page in self.pages(10) for record in page]


def row(sku: int, age_h: float, affiliate: str = "SPT", **changes: object) -> Record:
    """Its change arrived so long ago, and is still to be sent."""
    at = START - int(age_h * HOUR_MS)
    waiting = Record(Key("loja", affiliate, str(sku)), rev=1, version=1, changed_at=at, send_at=START)
    return replace(waiting, **changes)  # type: ignore[arg-type]  # any field of a record


ROWS = st.lists(
    st.builds(
        row,
        st.integers(1, 30),
        st.sampled_from([0.5, 1, 1.5, 2, 3]),
        st.sampled_from([one.affiliate for one in CHANNELS]),
        status=st.sampled_from(Status),
        send_at=st.sampled_from([None, START - 1, START + HOUR_MS]),
    ),
    unique_by=lambda record: record.key,
    max_size=30,
)


@given(ROWS, st.integers(1, 5))
def test_pages_hold_every_late_row_once_the_oldest_change_first(rows: list[Record], limit: int) -> None:
    world = World()
    world.put(*rows)
    pages = world.pages(limit)
    got = [record for page in pages for record in page]
    limits = {"SPT": HOUR_MS, "MRC": 2 * HOUR_MS}
    fitting = {one.key for one in rows if one.waiting and one.late(START, limits.get(one.key.affiliate, START))}
    assert sorted(record.key for record in got) == sorted(fitting)
    assert all(len(page) == limit for page in pages[:-1])
    ages = [record.changed_at or 0 for record in got]
    assert ages == sorted(ages)


@given(ROWS)
def test_the_count_is_of_the_rows_that_are_listed(rows: list[Record]) -> None:
    world = World()
    world.put(*rows)
    found = world.late()
    listed = world.listed()
    for affiliate in ("SPT", "MRC"):
        counted = found.count("loja", affiliate, low="0", high=":", up_to=100)
        assert counted == Count(sum(one == affiliate for one, _ in listed))


def test_a_change_that_was_not_even_read_counts_from_its_notification() -> None:
    world = World()
    world.put(
        row(1, 2),
        row(2, 0.1, unread_since=START - 3 * HOUR_MS, look_at=START),
        row(3, 3, changed_at=None, look_at=START),  # a second look: nothing changed
    )
    assert world.listed() == [("SPT", "2"), ("SPT", "1")]


def test_what_is_late_is_listed_although_it_was_removed_or_is_an_error_that_is_tried_again() -> None:
    world = World()
    world.put(row(1, 3, removal=Removal(START, 1, Status.PENDING)), row(2, 2, status=Status.ERROR, cause="unknown"))
    assert world.listed() == [("SPT", "1"), ("SPT", "2")]


def test_a_row_that_arrived_meanwhile_is_dropped_and_the_page_is_filled() -> None:
    world = World()
    world.put(*(row(sku, 10 - sku) for sku in range(1, 6)))
    found = world.late(kept_s=5)
    listing, wanted = found.listing(world.records), found.wanted(["SPT"])
    assert len(listing.page("loja", wanted, cursor=None, limit=9).records) == 5
    world.put(row(1, 9, changed_at=None, send_at=None, status=Status.SUCCESS, reflected_ms=9 * HOUR_MS))
    world.put(row(2, 1.5))  # a newer change, late as well, stands elsewhere
    page = listing.page("loja", wanted, cursor=None, limit=2)
    assert [record.key.sku for record in page.records] == ["3", "4"]
    assert page.next is not None


def test_a_channel_with_more_than_is_looked_at_is_read_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    world, clock = World(), Clock()
    changes = OpenChangesOf(world.records, clock)
    world.put(row(1, 3))
    assert len(changes(CHANNELS[0]).whens) == 1
    world.put(row(2, 2))
    clock.forward(late.KEPT_S)
    monkeypatch.setattr(late, "LOOKED_AT", 1)
    assert changes(CHANNELS[0]).more
    world.records.stored.clear()
    clock.forward(late.KEPT_S)
    assert changes(CHANNELS[0]).more
    clock.forward(late.KEPT_S * late.CAPPED_KEPT_TIMES)
    assert not changes(CHANNELS[0]).whens


def test_one_sku_is_found_at_the_channels_where_it_is_late() -> None:
    world = World()
    world.put(row(42, 3), row(42, 1.5, "MRC"), row(42, 9, "OFF"), row(43, 9))
    found = world.late()
    page = found.listing(world.records).of_sku("loja", "42", found.wanted(["SPT", "MRC", "OFF", "GONE"]))
    assert [record.key.affiliate for record in page.records] == ["SPT"]


def test_what_was_not_looked_at_is_said_and_never_more_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "LOOKED_AT", 3)
    world = World()
    world.put(*(row(sku, 2) for sku in range(1, 4)))
    assert not world.late().more(["SPT", "MRC"])
    world.put(row(4, 9))
    found = world.late()
    assert found.more(["SPT", "MRC"])
    assert found.count("loja", "SPT", low="0", high=":", up_to=100) == Count(3, more=True)
    assert len(world.listed()) == 3


@pytest.mark.parametrize(
    "cursor", [write_place(place_of(row(1, 2))), write_place(Place("1#2", "SPT")), write_place(Place("0" * 13, "S"))]
)
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        read_place(cursor)
