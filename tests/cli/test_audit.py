"""stockbridge audit and stockbridge series."""

from __future__ import annotations

import pytest
import typer

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.measures import HOUR_MS
from stockbridge_cli.audit import _percent, _time
from stockbridge_cli.screen import Screen
from tests import stack
from tests.cli.conftest import Terminal


@pytest.fixture
def counted(terminal: Terminal, documents: dict[str, str]) -> Terminal:
    """A channel, and an hour of it."""
    assert terminal("channel", "add", "SPT", documents["SPT"]).exit_code == 0
    series = DynamoSeries(aws.dynamodb(), stack.environment()["RECORDS_TABLE"])
    counts = {"accepted": 101, "success": 100, "within": 99, "late": 1, "error": 1, "error:timeout": 1}
    series.add(terminal.account, "SPT", now_ms(), counts | {"t40": 100, "m20": 100})
    return terminal


def test_the_audit_shows_the_service_level_of_each_channel_and_in_total(counted: Terminal) -> None:
    ended = counted("audit", language="en")
    assert ended.exit_code == 0, ended.output
    rows = [line.split() for line in ended.stdout.splitlines()]
    assert ["SPT", *["99", "%"] * 3, *["1.0"] * 3, "0", "-"] in rows
    assert ["Total", *["99", "%"] * 3, *["1.0"] * 3, "0", "-"] in rows
    assert "objective 99 %" in ended.stdout


def test_with_json_it_is_the_apis_own_document(counted: Terminal) -> None:
    document = counted.json("audit", "--objective", "0.9")
    assert document["objective"] == 0.9
    assert [one["affiliate"] for one in document["affiliates"]] == ["SPT"]
    rows = counted.json("series", "--affiliate", "SPT", "--period", "day")["rows"]
    assert (len(rows), rows[-1]["success"]) == (30, 100)


def test_the_audit_is_watched_until_somebody_ends_it(counted: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise typer.Exit

    monkeypatch.setattr("stockbridge_cli.audit.time.sleep", sleep)
    ended = counted("audit", "--watch", "3")
    assert (ended.exit_code, waits) == (0, [3, 3])
    assert ended.stdout.count("Total") == 4


def test_the_series_shows_only_hours_in_which_something_happened(counted: Terminal) -> None:
    ended = counted("series", language="en")
    heading, *rows = ended.stdout.splitlines()
    assert heading.split()[:3] == ["Start", "(UTC)", "Accepted"]
    assert len(rows) == 1
    assert rows[0].split()[2:7] == ["101", "0", "100", "1", "1"]
    assert rows[0].endswith("timeout 1")
    assert len(counted("series", "--empty").stdout.splitlines()) == 25


def test_a_time_that_nobody_understands_is_refused_in_words(counted: Terminal) -> None:
    ended = counted("series", "--from", "yesterday", language="en")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "yesterday: not a time such as 24h" in " ".join(ended.stderr.replace("│", " ").split())


def test_a_series_begins_as_long_ago_as_is_said(counted: Terminal) -> None:
    assert len(counted("series", "--empty", "--from", "2h").stdout.splitlines()) == 4


@pytest.mark.parametrize(
    ("ms", "shown"), [(None, "-"), (999, "999 ms"), (1_500, "1.5 s"), (90_000, "1.5 min"), (5 * HOUR_MS, "5 h")]
)
def test_a_duration_is_shown_in_the_unit_that_fits(ms: int | None, shown: str) -> None:
    assert _time(Screen("en", False), ms) == shown


@pytest.mark.parametrize(("share", "shown"), [(None, "-"), (1.0, "100 %"), (0.99996, "99.99 %"), (0.29, "29 %")])
def test_a_share_is_never_shown_as_more_than_it_is(share: float | None, shown: str) -> None:
    assert _percent(Screen("en", False), share) == shown
    assert _percent(Screen("pt", False), share) == shown.replace(".", ",")
