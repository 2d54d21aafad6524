"""Pages of records whose change is late and still open, the oldest change first, merged over an account's channels.

No index has this order: the due index has what a channel has to do, by when it has to be done. So what it has is read
as far as LOOKED_AT, put in order and kept some seconds. What holds of the lists (listing.py) holds here: one total
order, a cursor is a place in it, and a consistent read drops what is no longer late.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from stockbridge.channels import Channel, late_after_ms
from stockbridge.cursors import read_cursor
from stockbridge.dynamo_listing import Count
from stockbridge.errors import InvalidInput
from stockbridge.listing import LAST_MS, ListIndex, Listing, OfAffiliates, Place
from stockbridge.recent import Recent
from stockbridge.records import Record
from stockbridge.store import Due, Records

LOOKED_AT = 10_000  # of what a channel has to do
KEPT_S = 5
CAPPED_KEPT_TIMES = 6  # as long, where there is more than was looked at: it took seconds to read
KEPT_CHANNELS = 20  # each is up to a megabyte

_WHEN = re.compile(r"[0-9]{13}#[0-9]{1,10}")
_AFFILIATE = re.compile(r"[A-Z0-9]{2,10}")


class Dues(Protocol):
    def due(self, channel: Channel, *, before: int | None) -> Iterable[Due]: ...


@dataclass(frozen=True, slots=True)
class OpenChanges:
    """Those of a channel. `whens` are `Place.when`, sorted: the oldest change is the last. `more`: the channel has more
    to do than was looked at."""

    whens: Sequence[str]
    more: bool

    @property
    def oldest(self) -> int | None:
        """When it arrived, in milliseconds."""
        return LAST_MS - int(self.whens[-1].split("#")[0]) if self.whens else None

    def late(self, since: int) -> Count:
        """Those that arrived before."""
        return Count(len(self.whens) - bisect_left(self.whens, _before(since)), self.more)


class OpenChangesOf:
    """The open changes of a channel, up to KEPT_S old, or CAPPED_KEPT_TIMES as old. Raises Unavailable."""

    def __init__(self, records: Dues, clock: Callable[[], int], *, kept_s: float = KEPT_S) -> None:
        self._records = records
        self._recent: Recent[str, OpenChanges] = Recent(
            clock, keep_s=lambda found: kept_s * (CAPPED_KEPT_TIMES if found.more else 1), size=KEPT_CHANNELS
        )

    def __call__(self, channel: Channel) -> OpenChanges:
        return self._recent.get(channel.id, lambda: self._read(channel))

    def _read(self, channel: Channel) -> OpenChanges:
        due = list(islice(self._records.due(channel, before=None), LOOKED_AT + 1))
        return OpenChanges(sorted(_whens(due[:LOOKED_AT])), more=len(due) > LOOKED_AT)


@dataclass(frozen=True, slots=True)
class Late:
    """What of an account is late at a time, as the audit counts it: a channel that is switched off waits on purpose.
    `listing.ListIndex`, with counts; its partitions are the affiliates. `index` is the one of lists."""

    channels: Mapping[str, Channel]  # by affiliate
    now: int
    late_after_s: int
    open_changes: Callable[[Channel], OpenChanges]
    index: ListIndex

    def listing(self, records: Records) -> Listing:
        return Listing(self, records, place=self.place, read=read_place)

    def wanted(self, affiliates: Iterable[str]) -> OfAffiliates:
        return OfAffiliates([one for one in affiliates if one in self.channels and self.channels[one].enabled])

    def place(self, record: Record) -> Place | None:
        channel, since = self.channels[record.key.affiliate], record.waiting_since
        if since is None or not record.waiting or not record.overdue(self.now, self._limit_ms(channel)):
            return None
        return Place(_when(since, record.key.sku), record.key.affiliate)

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:  # noqa: ARG002 -- the channels' own
        """The oldest changes: `when` counts backwards."""
        return self._between(partition, low, high)[-limit:][::-1]

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        return self.index.affiliates(account, sku)

    def count(self, account: str, partition: str, *, low: str, high: str, up_to: int) -> Count:  # noqa: ARG002 -- the channels' own
        found = len(self._between(partition, low, high))
        return Count(min(found, up_to), found > up_to or self.more([partition]))

    def more(self, affiliates: Iterable[str]) -> bool:
        """There may be late changes among what was not looked at."""
        return any(self.open_changes(self.channels[one]).more for one in affiliates)

    def _between(self, affiliate: str, low: str, high: str) -> Sequence[str]:
        channel = self.channels[affiliate]
        whens = self.open_changes(channel).whens
        first = max(low, _before(self.now - self._limit_ms(channel)))
        return whens[bisect_left(whens, first) : bisect_right(whens, high)]

    def _limit_ms(self, channel: Channel) -> int:
        return late_after_ms(channel, self.late_after_s)


def read_place(cursor: str) -> Place:
    """Raises InvalidInput."""
    when, partition = read_cursor(cursor, 2)
    if not (_WHEN.fullmatch(when) and _AFFILIATE.fullmatch(partition)):
        raise InvalidInput("bad_cursor")
    return Place(when, partition)


def _whens(due: Iterable[Due]) -> Iterator[str]:
    return (_when(one.waiting_since, one.key.sku) for one in due if one.waiting_since is not None)


def _when(since: int, sku: str) -> str:
    return f"{LAST_MS - since:013d}#{sku}"


def _before(since: int) -> str:
    """Where those begin that arrived before that time."""
    return f"{LAST_MS - since + 1:013d}#"
