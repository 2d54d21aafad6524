"""What an administrator does to an account's own causes. Each deed is saved with who did it, and regroups the errors
that are there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions.cause_documents import own_cause_document
from stockbridge.catalogue import GENERAL, OwnCause, Pattern
from stockbridge.cause_statistics import CauseCounts, Counted
from stockbridge.channels import Channel
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.differences import difference
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.errors import Conflict, NotFound, NotPossible
from stockbridge.listing import Listing, Wanted
from stockbridge.records import Record
from stockbridge.regrouping import CauseIndex, regroup_page
from stockbridge.store import Activity, Records

MAX_CAUSES = 50
BUDGET_S = 5  # for regrouping within one request
PAGE = 100
TRIED = 100  # records that patterns are tried on


@dataclass(frozen=True, slots=True)
class Regrouped:
    """`next` is where to go on, None when all is done."""

    changed: int
    next: str | None


@dataclass(frozen=True, slots=True)
class CauseDesk:
    own: DynamoOwnCauses
    records: Records
    counts: CauseCounts
    index: CauseIndex
    errors: Listing  # by cause
    channels: Callable[[str], Sequence[Channel]]
    clock: Callable[[], int]

    def cause(self, account: str, code: str) -> OwnCause:
        """Raises NotFound."""
        found = self.own.one(account, code)
        if found is None:
            raise NotFound("cause_not_found")
        return found

    def save(self, account: str, cause: OwnCause, rev: int | None, user: str) -> OwnCause:
        """What would change nothing is not saved. `rev`: only over this one. Raises NotPossible for one too many,
        Conflict."""
        there = self.own.one(account, cause.code)
        there_rev = there.rev if there is not None else 0
        if rev not in (None, there_rev):
            raise Conflict(f"rev {there_rev} is there")
        cause = replace(cause, rev=there_rev)
        if cause == there:
            return cause
        if there is None and len(self.own.all(account)) >= MAX_CAUSES:
            raise NotPossible("too_many_causes")
        before = own_cause_document(there) if there is not None else {}
        activity = self._activity(account, user, "cause.save", cause.code, before, own_cause_document(cause))
        return self.own.save(account, cause, activity=activity)

    def forget(self, account: str, code: str, user: str) -> None:
        """Raises NotFound, Conflict."""
        there = self.cause(account, code)
        activity = self._activity(account, user, "cause.forget", code, own_cause_document(there), {})
        self.own.forget(account, there, activity=activity)

    def regroup(self, account: str, cursor: str | None = None) -> Regrouped:
        """At least a page, and as many as there is time for. Raises InvalidInput for a bad cursor, Unavailable: then
        some may be regrouped, and it can be asked for again."""
        first, place = read_cursor(cursor, 2) if cursor is not None else ("", "")
        ends_at = self.clock() + BUDGET_S * 1000
        catalogue = self.own.catalogue(account)
        records = Counted(self.records, self.counts)
        changed, pages = 0, 0
        try:
            for channel in sorted(self.channels(account), key=lambda one: one.affiliate):
                if channel.affiliate < first:
                    continue
                inside: str | None = place if channel.affiliate == first else ""
                while inside is not None:
                    if pages and self.clock() >= ends_at:
                        return Regrouped(changed, write_cursor(channel.affiliate, inside))
                    inside, more = regroup_page(self.index, records, catalogue, channel, inside or None, PAGE)
                    changed, pages = changed + more, pages + 1
        finally:
            records.flush()
        return Regrouped(changed, None)

    def latest_general(self, account: str, affiliate: str) -> Sequence[Record]:
        """The affiliate's newest errors without a cause of ours."""
        wanted = Wanted([affiliate], causes=GENERAL)
        return self.errors.page(account, wanted, cursor=None, limit=TRIED).records

    def _activity(
        self, account: str, user: str, action: str, code: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Activity:
        return Activity(account, self.clock(), user, action, code, "", *difference(before, after))


def fitting(patterns: Sequence[Pattern], message: str) -> bool:
    return any(pattern.fits(message) for pattern in patterns)
