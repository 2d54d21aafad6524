"""What is asked of the logs: one day, some statuses, and which page. Pure.

`DateAt` and `status` are VTEX's; `limit` and `cursor` are ours, because the contract knows no pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from logs.messages import LogStatus
from stockbridge.errors import FieldProblem, InvalidFields

MAX_PAGE = 200

# A day is one of America/Sao_Paulo. The contract names no time zone; this is where VTEX's operators read the logs. Its
# offset is fixed: Brazil gave up summer time in 2019 (decree 9772), and Lambda's Python brings no time zone data.
UTC_OFFSET_MS = -3 * 3_600_000

_DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_ALL = "all"
_SPELLINGS = {
    "success": LogStatus.SUCCESS,
    "sucess": LogStatus.SUCCESS,  # sic: the contract's own example
    "error": LogStatus.ERROR,
    "alert": LogStatus.ALERT,
    "warning": LogStatus.ALERT,  # the contract's other word for it
    "pending": LogStatus.PENDING,
}


@dataclass(frozen=True, slots=True)
class Question:
    day: date
    statuses: frozenset[LogStatus]
    cursor: str | None
    limit: int

    @property
    def since(self) -> int:
        """The first millisecond of the day."""
        return (self.day - _EPOCH).days * _DAY_MS - UTC_OFFSET_MS

    @property
    def until(self) -> int:
        """The first one after it."""
        return self.since + _DAY_MS

    def following(self, cursor: str) -> str:
        """The query of the next page. It names the day: "today" may be over by then."""
        return urlencode(
            {
                "DateAt": self.day.isoformat(),
                "status": ",".join(status.lower() for status in LogStatus if status in self.statuses),
                "limit": self.limit,
                "cursor": cursor,
            },
            safe=",",
        )


def read_question(parameters: Mapping[str, str], now: int) -> Question:
    """Of a query, as API Gateway hands it over. Without DateAt it is today, without status all.

    Raises InvalidFields naming every parameter that is wrong.
    """
    problems: list[FieldProblem] = []
    question = Question(
        day=_day(parameters.get("DateAt"), now, problems),
        statuses=_statuses(parameters.get("status", _ALL), problems),
        cursor=parameters.get("cursor"),
        limit=_limit(parameters.get("limit"), problems),
    )
    if problems:
        raise InvalidFields(problems)
    return question


def _day(text: str | None, now: int, problems: list[FieldProblem]) -> date:
    today = _EPOCH + timedelta(milliseconds=now + UTC_OFFSET_MS)
    if text is None:
        return today
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # such as 2026-02-30
    problems.append(FieldProblem("DateAt", "wrong_day", {}))
    return today


def _statuses(text: str, problems: list[FieldProblem]) -> frozenset[LogStatus]:
    names: Sequence[str] = [name.strip().lower() for name in text.split(",")]
    if all(name in _SPELLINGS or name == _ALL for name in names):
        return frozenset(LogStatus) if _ALL in names else frozenset(_SPELLINGS[name] for name in names)
    problems.append(FieldProblem("status", "not_one_of", {"allowed": ", ".join((_ALL, *_SPELLINGS))}))
    return frozenset()


def _limit(text: str | None, problems: list[FieldProblem]) -> int:
    if text is None:
        return MAX_PAGE
    if not _NUMBER.fullmatch(text):
        problems.append(FieldProblem("limit", "wrong_type", {"expected": "number"}))
    elif int(text) < 1:
        problems.append(FieldProblem("limit", "too_small", {"min": 1}))
    elif int(text) > MAX_PAGE:
        problems.append(FieldProblem("limit", "too_large", {"max": MAX_PAGE}))
    else:
        return int(text)
    return MAX_PAGE
