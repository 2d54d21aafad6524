"""Pages over many partitions: complete, without repeats, whatever moves meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.errors import InvalidInput
from stockbridge.listing import SHOWN, Listing, Place, Wanted, place_of, read_place, write_place
from stockbridge.notifications import Key
from stockbridge.records import Record, Removal, Status
from tests.memory import START, MemoryRecords

AFFILIATES = ("MRC", "SPT", "MGL")


@dataclass
class MemoryIndex:
    """As the index of a database: its entries may be older than the records."""

    entries: set[tuple[str, Place]] = field(default_factory=set)
    reads: list[int] = field(default_factory=list)

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        assert low <= high, "DynamoDB refuses such a BETWEEN"
        found = [
            place.when
            for name, place in self.entries
            if (name, place.partition) == (account, partition) and low <= place.when <= high
        ]
        page = sorted(found, reverse=True)[:limit]
        self.reads.append(len(page))
        return page

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        return sorted({place.affiliate for name, place in self.entries if name == account and place.sku == sku})


@dataclass
class World:
    records: MemoryRecords = field(default_factory=MemoryRecords)
    index: MemoryIndex = field(default_factory=MemoryIndex)

    def put(self, record: Record, *, indexed: bool = True) -> None:
        was = self.records.get(record.key)
        if indexed and was.rev:
            self.index.entries.discard((record.key.account, place_of(was)))
        self.records.save(record, was)
        if indexed:
            self.index.entries.add((record.key.account, place_of(record)))

    def pages(self, wanted: Wanted, limit: int, account: str = "loja") -> list[list[Record]]:
        listing, cursor, pages = Listing(self.index, self.records), None, []
        while True:
            page = listing.page(account, wanted, cursor=cursor, limit=limit)
            pages.append(list(page.records))
            assert len(page.records) <= limit
            if page.next is None:
                return pages
            cursor = page.next


def row(affiliate: str, sku: int, at: int, shown: str = "success", account: str = "loja") -> Record:
    record = Record(Key(account, affiliate, str(sku)), listed_at=START + at, status=Status.SUCCESS)
    if shown == "removed":
        return replace(record, removal=Removal(START, 0, Status.SUCCESS))
    return replace(record, status=Status(shown))


ROWS = st.lists(
    st.builds(row, st.sampled_from(AFFILIATES), st.integers(1, 30), st.integers(0, 5), st.sampled_from(SHOWN)),
    unique_by=lambda record: record.key,
    max_size=60,
)


@given(
    ROWS,
    st.integers(1, 7),
    st.sets(st.sampled_from(AFFILIATES), min_size=1),
    st.sets(st.sampled_from(SHOWN), min_size=1),
)
def test_pages_hold_every_wanted_row_once_newest_first(
    rows: list[Record], limit: int, affiliates: set[str], shown: set[str]
) -> None:
    world = World()
    for one in rows:
        world.put(one)
        world.put(replace(one, key=replace(one.key, account="alheia")))
    wanted = Wanted(tuple(affiliates), tuple(shown))
    pages = world.pages(wanted, limit)
    got = [record for page in pages for record in page]
    fitting = [one for one in rows if place_of(one).partition in wanted.partitions]
    assert sorted(record.key for record in got) == sorted(one.key for one in fitting)
    assert all(len(page) == limit for page in pages[:-1])
    places = [place_of(record) for record in got]
    assert all(later.follows(earlier) for earlier, later in pairwise(places))


@given(ROWS, st.integers(1, 4), st.data())
def test_rows_that_move_while_pages_are_turned_hide_and_repeat_no_other(
    rows: list[Record], limit: int, data: st.DataObject
) -> None:
    world = World()
    for one in rows:
        world.put(one)
    listing, wanted = Listing(world.index, world.records), Wanted(AFFILIATES)
    moved: set[Key] = set()
    got: list[Key] = []
    cursor, clock = None, START + 1000
    while True:
        page = listing.page("loja", wanted, cursor=cursor, limit=limit)
        got += [record.key for record in page.records]
        cursor = page.next
        if cursor is None:
            break
        at_cursor = read_place(cursor)
        choices = [one.key for one in rows] + [Key("loja", at_cursor.affiliate, at_cursor.sku)] * 5
        for key in data.draw(st.lists(st.sampled_from(choices), max_size=3, unique=True)):
            clock += 1
            shown = Status(data.draw(st.sampled_from([status.value for status in Status])))
            world.put(
                replace(world.records.get(key), listed_at=clock, status=shown, removal=None),
                indexed=data.draw(st.booleans()),
            )
            moved.add(key)
    assert len(got) == len(set(got))
    still = {one.key for one in rows if one.key not in moved and one.removal is None}
    assert still <= set(got)


class MeetingIndex(MemoryIndex):
    """Answers about a partition when it is asked about all."""

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        MEETING.wait()
        return super().newest(account, partition, low=low, high=high, limit=limit)


MEETING = Barrier(len(AFFILIATES), timeout=10)


def test_the_partitions_of_a_page_are_read_at_the_same_time() -> None:
    world = World(index=MeetingIndex())
    for number, affiliate in enumerate(AFFILIATES):
        world.put(row(affiliate, sku=1, at=number))
    with ThreadPoolExecutor(len(AFFILIATES)) as pool:
        listing = Listing(world.index, world.records, at_once=pool.map)
        page = listing.page("loja", Wanted(AFFILIATES, ["success"]), cursor=None, limit=50)
    assert [record.key.affiliate for record in page.records] == list(reversed(AFFILIATES))


def test_an_entry_that_the_record_contradicts_is_dropped_and_the_page_is_filled() -> None:
    world = World()
    for sku in range(1, 7):
        world.put(row("SPT", sku, sku))
    world.put(replace(world.records.get(Key("loja", "SPT", "5")), status=Status.ERROR), indexed=False)
    pages = world.pages(Wanted(["SPT"], ["success"]), 3)
    assert [[record.key.sku for record in page] for page in pages] == [["6", "4", "3"], ["2", "1"]]


def test_an_entry_without_a_record_is_dropped() -> None:
    world = World()
    world.index.entries.add(("loja", place_of(row("SPT", 1, 0))))
    assert world.pages(Wanted(["SPT"]), 5) == [[]]


def test_a_period_includes_its_beginning_and_not_its_end() -> None:
    world = World()
    for at in range(5):
        world.put(row("SPT", at + 1, at))
    (page,) = world.pages(Wanted(["SPT"], since=START + 1, until=START + 3), 10)
    assert [record.listed_at - START for record in page] == [2, 1]


@pytest.mark.parametrize(("since", "until"), [(START + 3, START + 1), (START + 2, START + 2)])
def test_a_period_that_ends_before_it_begins_is_empty(since: int, until: int) -> None:
    world = World()
    world.put(row("SPT", 1, 2))
    assert world.pages(Wanted(["SPT"], since=since, until=until), 10) == [[]]


def test_a_cursor_older_than_the_period_ends_the_list() -> None:
    world = World()
    world.put(row("SPT", 1, 2))
    cursor = write_place(Place(f"{START:013d}#1", "SPT#success"))
    page = Listing(world.index, world.records).page("loja", Wanted(["SPT"], since=START + 1), cursor=cursor, limit=5)
    assert (page.records, page.next) == ([], None)


def test_a_sku_is_found_at_every_affiliate_by_the_same_filters() -> None:
    world = World()
    for affiliate, at, shown in (("MRC", 1, "success"), ("SPT", 3, "error"), ("MGL", 2, "removed")):
        world.put(row(affiliate, 42, at, shown))
    listing = Listing(world.index, world.records)

    def found(wanted: Wanted) -> list[str]:
        return [record.key.affiliate for record in listing.of_sku("loja", "42", wanted).records]

    assert found(Wanted(AFFILIATES)) == ["SPT", "MRC"]
    assert found(Wanted(AFFILIATES, ["removed"])) == ["MGL"]
    assert found(Wanted(["MRC"])) == ["MRC"]
    assert found(Wanted(AFFILIATES, since=START + 2)) == ["SPT"]
    assert listing.of_sku("alheia", "42", Wanted(AFFILIATES)).records == []


def test_a_page_reads_no_more_than_it_needs() -> None:
    world = World()
    for sku in range(1, 1001):
        world.put(row("SPT", sku, sku))
    Listing(world.index, world.records).page("loja", Wanted(["SPT"], ["success"]), cursor=None, limit=50)
    assert world.index.reads == [51]


@given(
    st.sampled_from(AFFILIATES),
    st.integers(1, 2_147_483_647),
    st.integers(0, 9_999_999_999_999),
    st.sampled_from(SHOWN),
)
def test_a_cursor_is_the_place_that_it_was_written_for(affiliate: str, sku: int, at: int, shown: str) -> None:
    place = Place(f"{at:013d}#{sku}", f"{affiliate}#{shown}")
    cursor = write_place(place)
    assert read_place(cursor) == place
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?#")


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "a",
        "!!!!",
        "AAAA",
        "é",
        "=" * 9,
        encoded("1"),
        encoded("2\n1767225600000#1\nSPT#success"),
        encoded("1\n1767225600000#1\nSPT#success\nmore"),
        encoded("1\n1767225600000#1\nSPT#other"),
        encoded("1\n1767225600000\nSPT#success"),
        encoded("1\n1767225600000#1\nalheia#SPT#success"),
        encoded("1\n1767225600000#1\nSPT#success\n"),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="bad_cursor"):
        read_place(cursor)


def test_times_that_no_row_can_have_are_before_or_after_all_of_them() -> None:
    """As texts, fourteen digits would sort among thirteen."""
    world = World()
    world.put(Record(Key("loja", "SPT", "1"), listed_at=START))
    far, before = 10_413_792_000_000, -(10**14)  # the year 2300, and one before Christ
    for since, until, found in ((None, far, 1), (far, None, 0), (before, far, 1), (None, before, 0)):
        pages = world.pages(Wanted(AFFILIATES, SHOWN, since, until), 5)
        assert sum(map(len, pages)) == found, (since, until)
