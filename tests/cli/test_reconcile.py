"""stockbridge reconcile: runs, and the differences that they listed."""

from __future__ import annotations

import pytest

from stockbridge import jobs
from stockbridge.clock import now_ms
from stockbridge.dynamo_differences import DynamoDifferences, Slot
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.jobs import Family, JobKey, Page, State
from stockbridge.notifications import Key
from stockbridge.reconciling import Difference, Kind
from stockbridge_cli import reconcile
from tests import stack
from tests.cli.conftest import Terminal


@pytest.fixture(autouse=True)
def channel(terminal: Terminal, documents: dict[str, str]) -> None:
    terminal("channel", "add", "SPT", documents["SPT"])


def list_difference(terminal: Terminal, sku: str, kind: Kind, **more: int) -> None:
    key = Key(terminal.account, "SPT", sku)
    difference = Difference(key, kind, balance=2, wanted=2, since=now_ms(), version=1, shown=9, confirmed=9, **more)
    DynamoDifferences(stack.environment()["RECORDS_TABLE"]).save(Slot(key), difference)


def finish(terminal: Terminal, run: str, **counts: int) -> None:
    """What the function does with the run's pages."""
    table = DynamoJobs(stack.environment()["RECORDS_TABLE"], stack.environment()["CONTROL_TABLE"])
    job = table.get(JobKey(terminal.account, Family.RECONCILIATION, run))
    assert job is not None
    taken = table.save(jobs.take(job, now_ms(), lease_s=60), job)
    table.save(jobs.commit(taken, taken.epoch, Page({}, counts, ends=State.DONE), now_ms()), taken)


def test_a_run_is_started_waited_for_and_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    (run,) = terminal.json("reconcile", "start", "--kind", "full", "--affiliate", "SPT")
    assert (run["state"], run["kind"]) == ("running", "full")
    monkeypatch.setattr(
        reconcile.time, "sleep", lambda _: finish(terminal, run["id"], read=5, equal=4, missed=1, repaired=1)
    )
    told = terminal("reconcile", "start", "--kind", "full", "--wait", language="en")
    assert told.exit_code == 0
    assert "SKUs compared: 5. Equal: 4" in " ".join(told.stdout.split())
    assert terminal.json("reconcile", "show", run["id"])["counts"] == {
        "equal": 4,
        "missed": 1,
        "read": 5,
        "repaired": 1,
    }
    assert "missed" in terminal("reconcile", "show", run["id"]).stdout
    assert [one["id"] for one in terminal.json("reconcile", "list")] == [run["id"]]


def test_a_cancelled_run_ends_with_1(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    (run,) = terminal.json("reconcile", "start")
    monkeypatch.setattr(reconcile.time, "sleep", lambda _: None)
    assert terminal("reconcile", "cancel", run["id"]).stdout == f"Cancelado: {run['id']}\n"
    assert terminal("reconcile", "cancel", run["id"]).exit_code == 0
    assert terminal.json("reconcile", "show", run["id"])["state"] == "cancelled"


def test_differences_are_shown_by_box_and_repaired(terminal: Terminal) -> None:
    list_difference(terminal, "42", Kind.DRIFTED)
    list_difference(terminal, "43", Kind.ALLOWED, de=20, por=10)
    lines = terminal("reconcile", "differences").stdout.splitlines()
    assert "O marketplace mostra 9 e deveria mostrar 2" in lines[1]
    assert "permitida pela regra" in lines[2]
    assert [one["sku"] for one in terminal.json("reconcile", "differences", "--kind", "allowed")] == ["43"]
    assert [one["sku"] for one in terminal.json("reconcile", "differences", "--affiliate", "SPT")] == ["42", "43"]
    (run,) = terminal.json("reconcile", "repair", "SPT", "42")
    assert run["kind"] == "repair"
    refused = terminal("reconcile", "repair", "SPT", "43")
    assert (refused.exit_code, refused.stderr) == (1, "O SKU não tem diferença anormal neste afiliado.\n")
