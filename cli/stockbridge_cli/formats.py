"""Times and quantities as people read them in their language, and times as they type them, in this machine's zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_AGO = re.compile(r"(\d{1,6})([smhdw])")


def shown_time(instant: str, language: str) -> str:
    """An ISO instant in the zone of this machine."""
    local = datetime.fromisoformat(instant).astimezone()
    return local.strftime("%Y-%m-%d %H:%M:%S" if language == "en" else "%d/%m/%Y %H:%M:%S")


def shown_number(value: float, language: str, digits: int = 0) -> str:
    text = f"{value:,.{digits}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def seconds(text: str) -> int:
    """Of a duration such as 90s, 30m, 24h, 7d or 2w. Raises ValueError."""
    if not (found := _AGO.fullmatch(text.strip())):
        raise ValueError(f"{text}: not a duration such as 90s, 30m, 24h, 7d")
    return int(found[1]) * _UNITS[found[2]]


def moment(text: str) -> str:
    """An instant with its offset, from a time (of this machine's zone when it names none), a date, or how long ago.

    Raises ValueError.
    """
    if _AGO.fullmatch(text.strip()):
        try:
            return (datetime.now().astimezone() - timedelta(seconds=seconds(text))).isoformat()
        except OverflowError as error:
            raise ValueError(f"{text}: before all time") from error
    try:
        return datetime.fromisoformat(text.strip()).astimezone().isoformat()
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text}: not a time such as 24h, 7d, 2026-01-31 or 2026-01-31T08:00") from error
