"""stockbridge operation: what is started is watched to its end, and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actions import operation_desk
from stockbridge.bulk.dynamo_parts import DynamoParts
from stockbridge.bulk.parts import End, Part, Row
from stockbridge.clock import now_ms
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.jobs import Family, State
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge_cli import operations
from tests import stack
from tests.cli.conftest import Terminal


@pytest.fixture(autouse=True)
def errors(terminal: Terminal, documents: dict[str, str]) -> None:
    """Two of a channel."""
    terminal("channel", "add", "SPT", documents["SPT"])
    names = stack.environment()
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    for sku in ("1", "2"):
        blank = Record(Key(terminal.account, "SPT", sku))
        records.save(replace(blank, status=Status.ERROR, cause="timeout", listed_at=now_ms() - 60_000), blank)


@pytest.fixture
def ends(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """While the command waits, the operation comes to this state and these counts, with a failed record."""

    def ends(state: State, reason: str = "", **counts: int) -> None:
        def meanwhile(_seconds: float) -> None:
            names = stack.environment()
            jobs = DynamoJobs(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
            (job,) = jobs.page(terminal.account, Family.OPERATION, cursor=None, limit=5).jobs
            jobs.save(replace(job, state=state, reason=reason, counts={"acted": sum(counts.values()), **counts}), job)
            failed = Row("SPT", "1", 1, end=End.FAILED, cause="listing_closed", message="closed")
            DynamoParts(names["RECORDS_TABLE"]).save(job.key, Part(1, job.created_at, [failed]))

        monkeypatch.setattr(operations, "sleep", meanwhile)

    return ends


def test_records_are_named_one_by_one(terminal: Terminal) -> None:
    words = ("operation", "start", "remove", "--record", "SPT#2", "--record", "SPT#9")
    assert terminal.json(*words)["filter"] == {"records": {"SPT": ["2", "9"]}}
    assert terminal("operation", "start", "remove", "--record", "2").exit_code == 1
    assert terminal("operation", "start", "remove", "--record", "SPT#2", "--sku", "1").exit_code == 1


def test_a_preview_says_what_can_go_and_how_long_it_takes(terminal: Terminal) -> None:
    told = terminal("operation", "start", "reprocess", "--affiliate", "SPT", "--dry-run", language="en")
    assert told.exit_code == 0
    assert told.stdout.splitlines()[1].split() == ["Mercado", "Exemplo", "2", "0", "0", "0", "0"]
    assert "About 1 min at the limit of Mercado Exemplo" in told.stdout
    assert terminal.json("operation", "list") == []


def test_a_preview_of_a_removal_says_what_goes_and_what_still_differs(terminal: Terminal) -> None:
    told = terminal("operation", "start", "remove", "--dry-run", language="en")
    assert told.stdout.splitlines()[2:4] == [
        "0 Success, 2 Error, 0 Waiting to be processed",
        "Of the 2 looked at, 0 with a different or an unconfirmed stock",
    ]


def test_a_preview_that_had_no_time_to_count_says_that_there_are_more(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation_desk, "COUNTS_FOR_MS", 0)
    told = terminal("operation", "start", "remove", "--dry-run", language="en")
    assert "At least 0 Success, 0 Error, 0 Waiting to be processed\n" in told.stdout
    assert "looked at" not in told.stdout


def test_an_operation_is_started_once_by_its_key_listed_and_stopped_by_hand(terminal: Terminal) -> None:
    words = ("operation", "start", "remove", "--status", "error", "--key", "monday")
    name = terminal.json(*words)["id"]
    assert terminal(*words).stdout == "Operação em massa nº 1: 2 registros\n"
    assert [one["id"] for one in terminal.json("operation", "list")] == [name]
    assert terminal("operation", "list").stdout.splitlines()[1].split()[:2] == ["1", "remove"]
    assert terminal("operation", "pause", "1").stdout.startswith("1  0 %  Pausada: nenhum registro")
    assert terminal.json("operation", "resume", name)["state"] == "running"
    assert terminal.json("operation", "cancel", name)["state"] == "cancelled"
    assert terminal.json("operation", "show", name)["actions"] == ["undo"]
    assert terminal("operation", "undo", "1", language="en").stdout == "Bulk operation no. 2: 0 records\n"
    assert [one["action"] for one in terminal.json("activity", "--subject", "1")][:2] == [
        "operation.undo",
        "operation.cancel",
    ]
    refused = terminal("operation", "pause", name, language="en")
    assert (refused.exit_code, refused.stderr) == (1, "The operation is not under way.\n")


def test_who_waits_is_told_the_end_and_why_records_came_back(terminal: Terminal, ends: Callable[..., None]) -> None:
    counts: dict[str, Any] = {"success": 1, "failed": 1, "failed:listing_closed": 1}
    ends(State.DONE, **counts)
    told = terminal("operation", "start", "reprocess", "--sku", "1", "--sku", "2", "--wait", language="en")
    assert told.exit_code == 0
    first, cause = told.stdout.splitlines()
    assert first.endswith("100 %  Finished: 1 success, 1 error again")
    assert cause.startswith("  1  The listing is closed: ")
    name = first.split()[0]
    (row,) = terminal.json("operation", "failures", name)
    assert (row["sku"], row["message"]) == ("1", "closed")
    assert terminal("operation", "failures", name).stdout.splitlines()[1].split()[:2] == ["SPT", "1"]


def test_a_sample_that_stops_the_operation_ends_the_command_with_the_reason(
    terminal: Terminal, ends: Callable[..., None]
) -> None:
    ends(State.STOPPED, "same_cause listing_closed 19 20", failed=19, success=1)
    told = terminal("operation", "start", "reprocess", "--wait", language="en")
    assert told.exit_code == 1
    assert "19 of 20 came back with the same cause (The listing is closed)" in told.stdout


def test_what_is_left_out_of_a_reprocess_is_told_with_the_way_to_have_it(terminal: Terminal) -> None:
    names = stack.environment()
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    blank = Record(Key(terminal.account, "SPT", "3"))
    records.save(replace(blank, status=Status.ERROR, cause="listing_closed", listed_at=now_ms() - 60_000), blank)
    started = terminal("operation", "start", "reprocess", "--from", "24h", "--sku", "3", language="en")
    assert started.exit_code == 0, started.output
    assert started.stdout.splitlines()[1] == "Left out: 1 to be fixed first (--include-fix-first has them go too)"
    listed = terminal("operation", "list").stdout.splitlines()[1]
    assert re.search(r" \d\d/\d\d/\d{4} \d\d:\d\d:\d\d ", listed)  # in this machine's zone
