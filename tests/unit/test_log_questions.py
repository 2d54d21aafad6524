"""What may be asked of the logs, and how it is spelled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest

from logs.messages import LogStatus
from logs.questions import MAX_PAGE, read_question
from stockbridge.errors import InvalidFields

NOW = int(datetime(2026, 3, 10, 2, 59, 59, tzinfo=UTC).timestamp() * 1000)  # in Brazil it is the 9th


def test_nothing_said_is_everything_of_today_in_brazil() -> None:
    question = read_question({}, NOW)
    assert (question.day, question.statuses) == (date(2026, 3, 9), set(LogStatus))
    assert (question.cursor, question.limit) == (None, MAX_PAGE)
    assert read_question({}, NOW + 1_000).day == date(2026, 3, 10)


@pytest.mark.parametrize("day", ["2026-01-15", "2026-02-28", "2026-07-15", "2026-12-31"])
def test_a_day_is_one_of_sao_paulo(day: str) -> None:
    question = read_question({"DateAt": day}, NOW)
    assert question.since == int(datetime.fromisoformat(f"{day}T03:00:00Z").timestamp() * 1000)
    assert question.until - question.since == 24 * 3_600_000


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("all", set(LogStatus)),
        ("sucess,error", {LogStatus.SUCCESS, LogStatus.ERROR}),  # sic, as VTEX's page has it
        ("success", {LogStatus.SUCCESS}),
        (" Error , PENDING", {LogStatus.ERROR, LogStatus.PENDING}),
        ("alert", {LogStatus.ALERT}),
        ("warning", {LogStatus.ALERT}),
        ("error,ALL", set(LogStatus)),
    ],
)
def test_statuses_are_read_in_every_spelling(text: str, statuses: set[LogStatus]) -> None:
    assert read_question({"status": text}, NOW).statuses == statuses


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        *[("DateAt", value, "wrong_day") for value in ("", "today", "2026-02-30", "20260301", "2026-W10-1", "1-1-1")],
        ("DateAt", "2026-03-01,2026-03-02", "wrong_day"),  # given twice, as API Gateway joins it
        ("DateAt", "\u0662026-03-01", "wrong_day"),
        *[("status", value, "not_one_of") for value in ("", "ok", "error,", "error;success")],
        *[("limit", value, "wrong_type") for value in ("", "x", "-1", "1.5", "\u0665", "9" * 5_000)],
        ("limit", "0", "too_small"),
        ("limit", "201", "too_large"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, reason: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        read_question({name: value}, NOW)
    assert [(problem.field, problem.reason) for problem in refused.value.problems] == [(name, reason)]


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(InvalidFields) as refused:
        read_question({"DateAt": "x", "status": "x", "limit": "x"}, NOW)
    assert [problem.field for problem in refused.value.problems] == ["DateAt", "status", "limit"]


@pytest.mark.parametrize("asked", [{}, {"DateAt": "2026-03-01", "status": "warning,Error", "limit": "7"}])
def test_the_next_page_asks_the_same_even_when_today_is_over(asked: dict[str, str]) -> None:
    question = read_question(asked, NOW)
    query = {name: values[0] for name, values in parse_qs(question.following("abc-_9")).items()}
    again = read_question(query, NOW + 24 * 3_600_000)
    assert (again.day, again.statuses, again.limit) == (question.day, question.statuses, question.limit)
    assert again.cursor == "abc-_9"
