"""Pages of records, newest first, merged over an account's affiliates and statuses.

The index has one partition for each affiliate and what is shown of a record: its status, or "removed". Entries of all
partitions have one total order, and a cursor is a place in it, so that pages neither skip nor repeat a row that
stayed where it was, whatever happened to the row at the cursor. A row that moved meanwhile is newer than every page
still to come: the index nominates, and a consistent read drops it.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from stockbridge.calls import AtOnce
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.errors import InvalidInput
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Records

REMOVED = "removed"
LISTED = tuple(status.value for status in Status)  # what a list shows when nobody asks for a status
SHOWN = (*LISTED, REMOVED)

MAX_ROUNDS = 4  # of filling a page whose rows moved; then it is shorter than asked for
MOST_AT_ONCE = 1_000  # entries of an index in one answer, which is one of 1 MB at most
LAST_MS = 9_999_999_999_999  # of thirteen digits, as the index has them: a longer time would sort before all of them
OLDEST, NEWEST = "0", ":"  # before and after every digit

_LIST_SK = re.compile(r"[0-9]{13}#[0-9]{1,10}")
CAUSE_CODE = r"[a-z][a-z0-9_.-]{0,59}"
_PARTITION = re.compile(rf"[A-Z0-9]{{2,10}}#({'|'.join(SHOWN)})")
_CAUSE_PARTITION = re.compile(rf"[A-Z0-9]{{2,10}}#{CAUSE_CODE}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: `when` is its time and SKU, the newest first; `partition` is affiliate#shown. In another
    order `when` is what sorts, with the SKU at its end, and `partition` begins with the affiliate."""

    when: str
    partition: str

    def follows(self, other: Place) -> bool:
        """It comes later in the list."""
        return (other.when, self.partition) > (self.when, other.partition)

    @property
    def affiliate(self) -> str:
        return self.partition.split("#")[0]

    @property
    def sku(self) -> str:
        return self.when.rsplit("#", 1)[1]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of an account. Times are of `listed_at`: since is inclusive, until is not. `causes`: the errors that
    have one of these, in a listing by cause; `shown` does not count then."""

    affiliates: Sequence[str]
    shown: Sequence[str] = LISTED
    since: int | None = None
    until: int | None = None
    causes: Sequence[str] = ()

    @property
    def partitions(self) -> Sequence[str]:
        ends = self.causes or self.shown
        return sorted(f"{affiliate}#{end}" for affiliate in set(self.affiliates) for end in ends)

    @property
    def low(self) -> str:
        return OLDEST if self.since is None else _beginning(self.since)

    @property
    def high(self) -> str:
        return NEWEST if self.until is None else _beginning(self.until)


@dataclass(frozen=True, slots=True)
class OfAffiliates(Wanted):
    """Every row of these affiliates, in an index that has one partition for each."""

    @property
    def partitions(self) -> Sequence[str]:
        return sorted(set(self.affiliates))


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the following page, None at the end."""

    records: Sequence[Record]
    next: str | None


@dataclass(frozen=True, slots=True)
class Nominated:
    """Rows as the index has them, unread. `next` as in Page."""

    places: Sequence[Place]
    next: str | None


class ListIndex(Protocol):
    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        """Of one partition, `when` of the newest rows with low <= when <= high, newest first: `limit` of them, or
        fewer when there are no more."""

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        """Those at which the SKU has a record."""


def _beginning(at: int) -> str:
    """Before every row of that time; an earlier or later one than an index can have is the first or the last."""
    return f"{max(0, min(at, LAST_MS)):013d}#"


def place_of(record: Record) -> Place:
    shown = REMOVED if record.removal is not None else record.status.value
    return Place(f"{record.listed_at:013d}#{record.key.sku}", f"{record.key.affiliate}#{shown}")


def read_place(cursor: str) -> Place:
    """Raises InvalidInput."""
    when, partition = read_cursor(cursor, 2)
    if not (_LIST_SK.fullmatch(when) and _PARTITION.fullmatch(partition)):
        raise InvalidInput("bad_cursor")
    return Place(when, partition)


def place_by_cause(record: Record) -> Place | None:
    place = place_of(record)
    affiliate, shown = place.partition.split("#")
    return Place(place.when, f"{affiliate}#{record.cause}") if shown == Status.ERROR else None


def read_place_by_cause(cursor: str) -> Place:
    """Raises InvalidInput."""
    when, partition = read_cursor(cursor, 2)
    if not (_LIST_SK.fullmatch(when) and _CAUSE_PARTITION.fullmatch(partition)):
        raise InvalidInput("bad_cursor")
    return Place(when, partition)


@dataclass(frozen=True, slots=True)
class Listing:
    """`place` is where a record stands in the order of the index, None when it does not; `read` reads a cursor;
    `at_once` asks all partitions for their beginnings."""

    index: ListIndex
    records: Records
    place: Callable[[Record], Place | None] = place_of
    read: Callable[[str], Place] = read_place
    at_once: AtOnce = map

    def page(self, account: str, wanted: Wanted, *, cursor: str | None, limit: int) -> Page:
        """Raises InvalidInput for a bad cursor, Unavailable."""
        after = self.read(cursor) if cursor is not None else None
        places = self._places(account, wanted, after, limit + 1)
        found: list[Record] = []
        for _ in range(MAX_ROUNDS):
            nominated = list(islice(places, limit - len(found)))
            found += self._standing(account, nominated)
            if not nominated:
                return Page(found, None)
            last = nominated[-1]
            if len(found) == limit:
                break
        return Page(found, write_place(last) if next(places, None) is not None else None)

    def nominated(self, account: str, wanted: Wanted, *, cursor: str | None, limit: int) -> Nominated:
        """A long page for whoever reads the records on their own terms. Raises as `page` does."""
        after = read_place(cursor) if cursor is not None else None
        batch = min(MOST_AT_ONCE, limit // max(1, len(wanted.partitions)) + 2)
        places = list(islice(self._places(account, wanted, after, batch), limit + 1))
        more = len(places) > limit
        return Nominated(places[:limit], write_place(places[limit - 1]) if more else None)

    def of_sku(self, account: str, sku: str, wanted: Wanted) -> Page:
        """The SKU's records that are wanted, in the list's order; there are never more than affiliates."""
        asked = set(wanted.affiliates)
        keys = [Key(account, one, sku) for one in self.index.affiliates(account, sku) if one in asked]
        partitions = set(wanted.partitions)
        fitting = [
            (place, record)
            for record in self.records.get_many(keys).values()
            if (place := self.place(record)) is not None
            and place.partition in partitions
            and wanted.low <= place.when <= wanted.high
        ]
        fitting.sort(key=lambda each: each[0].partition)
        fitting.sort(key=lambda each: each[0].when, reverse=True)
        return Page([record for _, record in fitting], None)

    def _places(self, account: str, wanted: Wanted, after: Place | None, batch: int) -> Iterator[Place]:
        """Every nominated row after a place, in the list's order."""
        low, high = wanted.low, wanted.high if after is None else min(wanted.high, after.when)
        if low > high:
            return iter(())

        def beginning(partition: str) -> Sequence[str]:
            return self.index.newest(account, partition, low=low, high=high, limit=batch)

        beginnings = zip(wanted.partitions, self.at_once(beginning, wanted.partitions), strict=True)
        walks = [self._walk(account, partition, low, first, batch) for partition, first in beginnings]
        merged = heapq.merge(*walks, key=lambda place: place.when, reverse=True)  # equal ones in the walks' order
        return (place for place in merged if after is None or place.follows(after))

    def _walk(self, account: str, partition: str, low: str, first: Sequence[str], batch: int) -> Iterator[Place]:
        """One partition's, read `batch` at a time (2 at least: each time begins with the last one of before)."""
        page, seen = first, ""
        while True:
            yield from (Place(when, partition) for when in page if when != seen)
            if len(page) < batch:
                return
            seen = page[-1]
            page = self.index.newest(account, partition, low=low, high=seen, limit=batch)

    def _standing(self, account: str, nominated: Sequence[Place]) -> Sequence[Record]:
        """Those that a consistent read finds where the index said."""
        keys = [Key(account, place.affiliate, place.sku) for place in nominated]
        records = self.records.get_many(keys)
        return [
            records[key]
            for key, place in zip(keys, nominated, strict=True)
            if records[key].rev and self.place(records[key]) == place
        ]


def by_cause(index: ListIndex, records: Records, at_once: AtOnce = map) -> Listing:
    """Errors by their causes (`Wanted.causes`), from the cause index."""
    return Listing(index, records, place=place_by_cause, read=read_place_by_cause, at_once=at_once)


def write_place(place: Place) -> str:
    return write_cursor(place.when, place.partition)
