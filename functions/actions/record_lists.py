"""The lists of records that an operator asks for by a filter, and how many rows each has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from actions.answers import CountAnswer
from actions.inputs import affiliate_of, channel_is_there, sku_of
from actions.instants import milliseconds_of
from actions.record_answers import RecordPage
from actions.record_views import RecordViews
from stockbridge.calls import AtOnce
from stockbridge.channels import Channel
from stockbridge.dynamo_listing import EXACT_UP_TO, Count
from stockbridge.errors import FieldProblem, InvalidFields
from stockbridge.late import Late, OpenChanges
from stockbridge.listing import LISTED, ListIndex, Listing, Wanted, by_cause
from stockbridge.store import Records

Shown = Literal["success", "error", "pending", "removed"]


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """As it was asked for. `since` and `until` have an offset."""

    status: Shown | None = None
    affiliate: str | None = None
    sku: str | None = None
    cause: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    late: bool = False

    def check(self) -> None:
        """Raises InvalidFields for what does not go together."""
        if self.late:
            said = {"status": self.status, "cause": self.cause, "from": self.since, "to": self.until}
            if wrong := [name for name, value in said.items() if value is not None]:
                raise InvalidFields([FieldProblem(name, "not_with_late", {}) for name in wrong])
        if self.cause is not None and self.status not in (None, "error"):
            raise InvalidFields([FieldProblem("cause", "only_errors_have_causes", {})])

    def wanted(self, affiliates: Sequence[str]) -> Wanted:
        return Wanted(
            affiliates,
            shown=[self.status] if self.status is not None else LISTED,
            since=milliseconds_of(self.since) if self.since is not None else None,
            until=milliseconds_of(self.until) if self.until is not None else None,
            causes=[self.cause] if self.cause is not None else (),
        )


class Counts(Protocol):
    def count(self, account: str, partition: str, *, low: str, high: str, up_to: int) -> Count:
        """Rows of a partition between two places, counted no further than `up_to`."""


class CountedIndex(ListIndex, Counts, Protocol): ...


@dataclass(frozen=True, slots=True)
class RecordLists:
    """`cause_index` has errors by cause. Every method raises InvalidFields, NotFound for an affiliate that is mistyped,
    and Unavailable."""

    records: Records
    index: CountedIndex
    cause_index: CountedIndex
    open_changes: Callable[[Channel], OpenChanges]
    at_once: AtOnce = map

    def page(
        self, account: str, asked: RecordFilter, views: RecordViews, *, cursor: str | None, limit: int
    ) -> RecordPage:
        """Raises InvalidInput for a bad cursor."""
        found = self._list(asked, views)
        if asked.sku is not None:
            page = found.listing.of_sku(account, sku_of(asked.sku), found.wanted)
        else:
            page = found.listing.page(account, found.wanted, cursor=cursor, limit=limit)
        channel_is_there(asked.affiliate, views.channels, found=page.records or cursor)
        more = found.late is not None and asked.sku is None and found.late.more(found.wanted.affiliates)
        return RecordPage(items=[views.view(record) for record in page.records], next=page.next, more=more)

    def total(self, account: str, asked: RecordFilter, views: RecordViews) -> CountAnswer:
        """Exact up to EXACT_UP_TO; of further rows not even the index is read."""
        found = self._list(asked, views)
        if asked.sku is not None:
            count = Count(len(found.listing.of_sku(account, sku_of(asked.sku), found.wanted).records))
        else:
            count = _total(found.counts, account, found.wanted)
        channel_is_there(asked.affiliate, views.channels, found=count.count)
        return CountAnswer(count=count.count, more=count.more)

    def _list(self, asked: RecordFilter, views: RecordViews) -> _List:
        asked.check()
        affiliates = [affiliate_of(asked.affiliate)] if asked.affiliate is not None else list(views.channels)
        if asked.late:
            late = Late(views.channels, views.now, views.late_after_s, self.open_changes, self.index)
            return _List(late.listing(self.records), late, late.wanted(affiliates), late)
        wanted = asked.wanted(affiliates)
        if asked.cause is not None:
            return _List(by_cause(self.cause_index, self.records, self.at_once), self.cause_index, wanted)
        return _List(Listing(self.index, self.records, at_once=self.at_once), self.index, wanted)


@dataclass(frozen=True, slots=True)
class _List:
    listing: Listing
    counts: Counts
    wanted: Wanted
    late: Late | None = None


def _total(counts: Counts, account: str, wanted: Wanted) -> Count:
    """Each partition is counted as for itself, so that a count that somebody else asked for a moment ago is not read
    again."""
    found = Count(0)
    if wanted.low > wanted.high:
        return found
    for partition in wanted.partitions:
        found += counts.count(account, partition, low=wanted.low, high=wanted.high, up_to=EXACT_UP_TO)
        if found.count > EXACT_UP_TO or (found.more and found.count == EXACT_UP_TO):
            return Count(EXACT_UP_TO, more=True)
    return found
