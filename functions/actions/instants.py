"""Times at the edge: milliseconds inside, UTC instants in JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@overload
def instant(milliseconds: int) -> datetime: ...
@overload
def instant(milliseconds: None) -> None: ...
@overload
def instant(milliseconds: int | None) -> datetime | None: ...
def instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)


def milliseconds_of(moment: datetime) -> int:
    """Of a moment with an offset."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
