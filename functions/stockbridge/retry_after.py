"""Retry-After: how long the other side wants to be left alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

MAX_S = 86_400.0


def retry_after_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """In seconds, 0 to a day; None when it named no time that can be read.

    A date is compared with the answer's own Date, whose clock it was written by; `now_s` is ours, for want of it.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    wait_s: float | None
    try:
        wait_s = float(value)
    except ValueError:
        at = _date(value)
        wait_s = None if at is None else at - (_date(headers.get("date", "")) or now_s)
    if wait_s is None or wait_s != wait_s:
        return None
    return min(MAX_S, max(0.0, wait_s))


def _date(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
