"""stockbridge reprocess, remove, restore: one, several, a file of them; what is refused is told with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stockbridge.records import Status
from stockbridge_cli import deeds
from stockbridge_cli.skus import MOST_OF_A_RANGE
from tests.cli.conftest import Terminal
from tests.cli.rows import FAILURE, SUCCESS, Put, rows_of


@pytest.fixture
def put(terminal: Terminal) -> Put:
    return rows_of(terminal.account)


def test_several_skus_are_reprocessed_and_each_refusal_has_its_reason(terminal: Terminal, put: Put) -> None:
    put("1", **FAILURE)
    put("2", **SUCCESS)
    put("3", **FAILURE)
    ended = terminal("reprocess", "SPT", "1", "2", "3", "4", "042", user="otavio", language="en")
    assert (ended.exit_code, ended.stderr) == (1, "")
    *table, last = ended.stdout.splitlines()
    refused = [line.split(maxsplit=1) for line in table[1:]]
    assert [sku for sku, _ in refused] == ["2", "4", "042"]
    assert refused[0][1].rstrip() == "Records with success are not reprocessed."
    assert refused[2][1].startswith("sku: ")
    assert last == "Reprocess asked for: 2, refused: 3"
    report = json.loads(terminal("reprocess", "SPT", "1", "2", "--json").stdout)
    assert [one["record"]["sku"] for one in report["done"]] == ["1"]  # a second click gets the first one's answer
    assert [(one["sku"], one["problem"]["status"]) for one in report["refused"]] == [("2", 409)]


def test_a_row_is_removed_and_restored(terminal: Terminal, put: Put) -> None:
    put("1", **SUCCESS)
    assert terminal("remove", "SPT", "1").stdout == "Removidos: 1, recusados: 0\n"
    assert terminal.json("records") == []
    restored = terminal.json("restore", "SPT", "1")
    assert (restored["refused"], [one["removed"] for one in restored["done"]]) == ([], [None])
    again = terminal("restore", "SPT", "1", language="en")
    assert again.exit_code == 1
    assert again.stdout.splitlines()[-1] == "Restored: 0, refused: 1"


def test_skus_come_from_a_file_or_standard_input_each_once(terminal: Terminal, put: Put, tmp_path: Path) -> None:
    for sku in ("1", "2", "3"):
        put(sku, **SUCCESS)
    sheet = tmp_path / "skus.txt"
    sheet.write_text("# of today\n1, 2\n2;1 # again\n", encoding="utf-8")
    report = terminal.json("remove", "SPT", "2", "--file", str(sheet))
    assert [one["record"]["sku"] for one in report["done"]] == ["2", "1"]
    assert len(terminal.json("restore", "SPT", "--file", "-", stdin="1\n2\n")["done"]) == 2
    assert terminal("remove", "SPT").exit_code == 2
    assert terminal("remove", "SPT", "--file", "-", stdin="# none\n").exit_code == 2


@pytest.mark.parametrize("deed", ["reprocess", "remove", "restore"])
def test_a_dry_run_says_what_is_possible_and_does_nothing(terminal: Terminal, put: Put, deed: str) -> None:
    put("1", **FAILURE)
    put("2", **SUCCESS)
    told = terminal(deed, "SPT", "1", "2", "3", "--dry-run", language="en")
    assert told.exit_code == 1
    rows = {line.split()[0]: line.split()[1] for line in told.stdout.splitlines()[1:]}
    possible = {"reprocess": ["1"], "remove": ["1", "2"], "restore": []}[deed]
    assert rows == {sku: "yes" if sku in possible else "no" for sku in ("1", "2", "3")}
    document = json.loads(terminal(deed, "SPT", "1", "2", "3", "--dry-run", "--json").stdout)
    assert [one["sku"] for one in document["possible"]] == possible
    assert [one["sku"] for one in document["refused"]] == ["3"]
    assert terminal.json("activity", "--from", "24h") == []


def test_what_concerns_every_sku_ends_at_the_first(terminal: Terminal, put: Put) -> None:
    put("1", **FAILURE)
    told = terminal("reprocess", "SPT", "1", "2", user="vera", language="en")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.startswith("You may look but not act.")
    assert terminal("remove", "SPT", "1", password="wrong").stdout == ""


def test_a_reprocess_can_wait_for_its_outcome(terminal: Terminal, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("1", **FAILURE)
    put("2", **FAILURE)
    ends = iter(
        [
            lambda: put("1", status=Status.SUCCESS, confirmed=3, look_at=None, request_due=False),
            lambda: put("2", status=Status.ERROR, look_at=None, request_due=False),
        ]
    )
    monkeypatch.setattr(deeds.time, "sleep", lambda _: next(ends)())
    ended = terminal("reprocess", "SPT", "1", "2", "--wait", language="en")
    assert ended.exit_code == 1  # one of them failed again
    first, second = [line.split()[:3] for line in ended.stdout.splitlines()[1:3]]
    assert (first, second[:2]) == (["1", "success", "3"], ["2", "error"])
    monkeypatch.setattr(deeds.time, "sleep", lambda _: put("2", **SUCCESS, look_at=None, request_due=False))
    outcomes = terminal.json("reprocess", "SPT", "2", "--wait")["outcomes"]
    assert [(one["sku"], one["status"]) for one in outcomes] == [("2", "success")]


def test_a_wait_ends_and_says_what_still_waits(terminal: Terminal, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    put("1", **FAILURE)
    monkeypatch.setattr(deeds, "POLL_S", 0.6)
    ended = terminal("reprocess", "SPT", "1", "--wait", "--timeout", "1", "--json")
    assert ended.exit_code == 1
    assert [one["status"] for one in json.loads(ended.stdout)["outcomes"]] == ["pending"]


def test_the_largest_range_has_its_limit(terminal: Terminal) -> None:
    words = ("load-test", "http://127.0.0.1:9/x", "--affiliate", "SPT", "--account", "loja", "--yes", "--sku")
    assert terminal(*words, f"1-{MOST_OF_A_RANGE + 1}").exit_code == 2
    assert terminal(*words, "9-3").exit_code == 2
