"""Who did what in an account, newest first. The deeds themselves append to it (dynamo.add_activity)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.dynamo import translated
from stockbridge.errors import InvalidInput
from stockbridge.store import Activity
from stockbridge.tables import ActivityItem

READ_AT_MOST = 1_000  # activities for one page: a filter that nothing fits must end too
SOME = 200

_POSITION = re.compile(r"[0-9]{13}#[0-9a-f]{8}")
_LAST_MS = 9_999_999_999_999  # of 13 digits


@dataclass(frozen=True, slots=True)
class Asked:
    """Which activities; None is any. `since` is inclusive and `until` is not, in milliseconds."""

    user: str | None = None
    action: str | None = None
    subject: str | None = None
    since: int | None = None
    until: int | None = None

    def fits(self, item: ActivityItem) -> bool:
        wanted = ((self.user, item.user), (self.action, item.action), (self.subject, item.subject))
        return all(asked is None or asked == found for asked, found in wanted)


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """`next` is the cursor of the following page, None at the end. A page may have few items or none before it."""

    items: Sequence[Activity]
    next: str | None


def activity_page(account: str, asked: Asked, *, cursor: str | None, limit: int) -> ActivityPage:
    """On the control table; `DynamoControl` binds its model. Raises InvalidInput for a bad cursor, Unavailable."""
    found: list[ActivityItem] = []
    read, last, left = 0, None, False
    with translated():
        for item in _newest_first(account, asked, _position(cursor) if cursor is not None else None, limit):
            if len(found) == limit or read == READ_AT_MOST:
                left = True
                break
            read, last = read + 1, item.sk
            if asked.fits(item):
                found.append(item)
    return ActivityPage(
        [_activity(account, item) for item in found], write_cursor(last) if left and last is not None else None
    )


def asked_by(account: str, subject: str, request: str, before: int) -> str | None:
    """Who asked for that reprocess of the subject before a time in milliseconds; None when it is not among the
    READ_AT_MOST activities before. Raises Unavailable."""
    asked = Asked(action="reprocess", subject=subject, until=before)
    with translated():
        items = islice(_newest_first(account, asked, None, 1), READ_AT_MOST)
        found = (item.user for item in items if asked.fits(item) and (item.after or {}).get("request") == request)
        return next(found, None)


def _newest_first(account: str, asked: Asked, before: str | None, limit: int) -> Iterator[ActivityItem]:
    """Of the times asked for, from behind the cursor on; one more than may be read tells whether there is more."""
    earliest = _time(asked.since if asked.since is not None else 0)
    latest = _time(asked.until) if asked.until is not None else _time(_LAST_MS) + "~"
    if before is not None:
        latest = min(latest, before)
    if latest <= earliest:
        return
    filtered = (asked.user, asked.action, asked.subject) != (None, None, None)
    items = ActivityItem.query(
        f"activity#{account}",
        ActivityItem.sk.between(earliest, latest),  # a time alone is before all that happened at it
        scan_index_forward=False,
        page_size=SOME if filtered else limit + 2,  # the cursor's own item, and one more
        consistent_read=True,
    )
    yield from islice((item for item in items if item.sk != before), READ_AT_MOST + 1)


def _time(at: int) -> str:
    return f"{min(max(at, 0), _LAST_MS):013d}"


def _position(cursor: str) -> str:
    (position,) = read_cursor(cursor, 1)
    if not _POSITION.fullmatch(position):
        raise InvalidInput("bad_cursor")
    return position


def _activity(account: str, item: ActivityItem) -> Activity:
    return Activity(
        account,
        int(item.at),
        item.user,
        item.action,
        item.subject,
        item.details,
        item.before or {},
        item.after or {},
        bool(item.cut),
    )
