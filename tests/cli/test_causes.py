"""stockbridge causes: what happens why, and causes of one's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from actions import cause_desk
from stockbridge.cause_statistics import Tally
from stockbridge.clock import now_ms
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from tests import stack
from tests.cli.conftest import Terminal

DESCRIBED = ("--title", "Sem foto", "--hint", "Envie uma foto", "--text", "foto")


@pytest.fixture(autouse=True)
def failed(terminal: Terminal, documents: dict[str, str]) -> None:
    """Two errors without a cause of ours at SPT, of which one is about a picture."""
    terminal("channel", "add", "SPT", documents["SPT"])
    names = stack.environment()
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    for sku, message in (("1", "falta a foto"), ("2", "falta o preço")):
        blank = Record(Key(terminal.account, "SPT", sku))
        error = Record(blank.key, status=Status.ERROR, cause="uncatalogued", message=message, listed_at=now_ms())
        records.save(error, blank)
    seen = Tally(f"{terminal.account}#SPT", "uncatalogued", now_ms(), now_ms(), worked=1, failed=3)
    DynamoCauseCounts(names["RECORDS_TABLE"]).add(seen)


def test_a_cause_is_described_listed_shown_and_forgotten(terminal: Terminal) -> None:
    described = terminal("causes", "describe", "own.sem-foto", *DESCRIBED)
    assert (described.exit_code, described.stdout) == (0, "Salvo: own.sem-foto (Sem foto)\nErros reagrupados: 1\n")
    listed = terminal("causes", "list", "--affiliate", "SPT").stdout.splitlines()[1:]
    ours, seen = sorted(listed, key=lambda line: line.split()[1])
    assert (ours.split()[1], ours.split()[-3:]) == ("own.sem-foto", ["Envie", "uma", "foto"])
    assert "1 / 4" in seen
    assert re.search(r" \d\d/\d\d/\d{4} \d\d:\d\d:\d\d ", seen)  # in this machine's zone
    own = [line.split() for line in terminal("causes", "list", "--own", language="en").stdout.splitlines()]
    assert own[1][:4] == ["own.sem-foto", "Sem", "foto", "fix_first"]
    assert terminal.json("causes", "list", "--own")[0] == terminal.json("causes", "show", "own", "own.sem-foto")
    assert terminal.json("causes", "show", "SPT", "own.sem-foto")["open"]["count"] == 1
    shown = terminal("causes", "show", "SPT", "own.sem-foto").stdout
    assert "Sem foto (own.sem-foto)" in shown
    assert "espera uma correção; depois, reprocesse" in shown
    gone = terminal("causes", "forget", "own.sem-foto", language="en")
    assert (gone.exit_code, gone.stdout) == (0, "Forgotten: own.sem-foto\nErrors regrouped: 1\n")
    assert terminal("causes", "show", "own", "own.sem-foto").exit_code == 1


def test_a_cause_is_described_by_a_file_and_not_replaced_by_mistake(terminal: Terminal, tmp_path: Path) -> None:
    document = {"title": {"pt": "A"}, "hint": {"pt": "B"}, "cure": "nothing_to_do", "patterns": [{"regex": "fot."}]}
    file = tmp_path / "cause.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    told = terminal.json("causes", "describe", "own.a", "--file", str(file))
    assert (told["cause"]["cure"], told["regrouped"]) == ("nothing_to_do", 1)
    again = terminal("causes", "describe", "own.a", *DESCRIBED, language="en")
    assert (again.exit_code, again.stderr) == (1, "own.a is there already: --replace puts this in its place.\n")
    replaced = terminal.json("causes", "describe", "own.a", *DESCRIBED, "--replace", "--cure", "retries_alone")
    assert (replaced["cause"]["rev"], replaced["cause"]["cure"]) == (2, "retries_alone")


def test_what_is_wrong_with_a_description_is_told(terminal: Terminal) -> None:
    told = terminal("causes", "describe", "own.a", "--title", "A", "--regex", "(a+)+", language="en")
    assert told.exit_code == 1
    assert "hint.pt" in told.stderr
    assert terminal("causes", "describe", "own.a", "--cure", "magic").exit_code == 2


def test_patterns_are_tried_before_they_are_saved(terminal: Terminal) -> None:
    fits = terminal("causes", "test", "--affiliate", "SPT", "--text", "FOTO", language="en")
    assert fits.exit_code == 0
    assert fits.stdout.splitlines()[-1] == "1 of 2 errors without a catalogued cause"
    message = terminal("causes", "test", "--message", "falta o preço", "--regex", "foto")
    assert (message.exit_code, message.stdout) == (1, "Não serve para a mensagem.\n")
    assert terminal.json("causes", "test", "--message", "foto", "--text", "foto")["message"] is True


def test_regrouping_goes_on_until_nothing_is_left(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cause_desk, "BUDGET_S", 0)
    monkeypatch.setattr(cause_desk, "PAGE", 2)
    assert terminal.json("causes", "describe", "own.sem-foto", *DESCRIBED)["regrouped"] == 1
    assert terminal("causes", "regroup").stdout == "Erros reagrupados: 0\n"
