"""EventBridge's schedule expressions."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import pytest

from local.errors import TemplateError
from local.schedules import times

START = datetime(2026, 11, 24, 8, 10, 40, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", ["2026-11-24T08:11:40", "2026-11-24T08:12:40"]),
        ("rate(2 hours)", ["2026-11-24T10:10:40", "2026-11-24T12:10:40"]),
        ("rate(1 day)", ["2026-11-25T08:10:40", "2026-11-26T08:10:40"]),
        ("cron(0/30 * * * ? *)", ["2026-11-24T08:30:00", "2026-11-24T09:00:00"]),
        ("cron(0 12 ? * 1 *)", ["2026-11-29T12:00:00", "2026-12-06T12:00:00"]),  # 1 is Sunday
        ("cron(0 12 ? * MON-FRI *)", ["2026-11-24T12:00:00", "2026-11-25T12:00:00"]),
        ("cron(15 10 ? * 6L *)", ["2026-11-27T10:15:00", "2026-12-25T10:15:00"]),  # the last Friday
        ("cron(0 0 1 1 ? 2030)", ["2030-01-01T00:00:00"]),
    ],
)
def test_an_expression_fires_when_eventbridge_would(expression: str, expected: list[str]) -> None:
    fired = islice(times(expression, START), len(expected))

    assert [f"{at:%Y-%m-%dT%H:%M:%S}" for at in fired] == expected


@pytest.mark.parametrize(
    "expression",
    ["rate(1 minutes)", "rate(2 minute)", "rate(0 minutes)", "rate(5 seconds)", "cron(* * * * *)", "cron(61 * * * ? *)",
     "every minute", ""],
)  # fmt: skip
def test_an_expression_that_eventbridge_refuses_is_refused_at_once(expression: str) -> None:
    with pytest.raises(TemplateError):
        times(expression, START)
