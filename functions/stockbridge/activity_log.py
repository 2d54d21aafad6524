"""Who did what in an account, newest first. The deeds themselves append to it (dynamo.add_activity)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.dynamo import translated
from stockbridge.errors import InvalidInput
from stockbridge.store import Activity
from stockbridge.tables import ActivityItem

_POSITION = re.compile(r"[0-9]{13}#[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """`next` is the cursor of the following page, None at the end."""

    items: Sequence[Activity]
    next: str | None


def activity_page(account: str, *, cursor: str | None, limit: int) -> ActivityPage:
    """On the control table; `DynamoControl` binds its model. Raises InvalidInput for a bad cursor, Unavailable."""
    older = ActivityItem.sk < _position(cursor) if cursor is not None else None
    with translated():
        newest_first = ActivityItem.query(
            f"activity#{account}", older, scan_index_forward=False, page_size=limit + 1, consistent_read=True
        )
        items = list(islice(newest_first, limit + 1))
    page = items[:limit]
    return ActivityPage(
        [Activity(account, int(item.at), item.user, item.action, item.subject, item.details) for item in page],
        write_cursor(page[-1].sk) if len(items) > limit else None,
    )


def _position(cursor: str) -> str:
    (position,) = read_cursor(cursor, 1)
    if not _POSITION.fullmatch(position):
        raise InvalidInput("bad_cursor")
    return position
