"""stockbridge simulate-rule: what it asks, shows and ends with."""

from __future__ import annotations

from itertools import pairwise

import pytest

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.dynamo_history import DynamoHistory
from stockbridge.history import ObservedChange
from stockbridge.rule import Verdict
from tests import stack
from tests.cli.conftest import Terminal

DAY = 24 * 3_600_000


@pytest.fixture
def told(terminal: Terminal, documents: dict[str, str]) -> Terminal:
    """SPT and MLB have channels, and a SKU of SPT went 23, 14, 6, 30, 12 three days ago."""
    for affiliate, document in documents.items():
        terminal("channel", "add", affiliate, document)
    began = now_ms() - 3 * DAY
    changes = [
        ObservedChange("42", began + place, de, por, de, por, only_stock=True, verdict=Verdict.ABOVE_THRESHOLD)
        for place, (de, por) in enumerate(pairwise((23, 14, 6, 30, 12)))
    ]
    history = DynamoHistory(aws.dynamodb(), stack.environment()["RECORDS_TABLE"])
    history.append(f"{terminal.account}#SPT", changes)
    return terminal


def test_each_threshold_is_a_row_and_the_one_in_force_is_marked(told: Terminal) -> None:
    shown = told("simulate-rule", "--threshold", "10,20", "--affiliate", "SPT")
    assert shown.exit_code == 0
    heading, *rows, mark, covered = shown.stdout.splitlines()
    assert heading.split()[:3] == ["Afiliado", "Limite", "Envios"]
    assert [" ".join(row.split()) for row in rows] == [
        "SPT 5 * 0 1 23 x 6 (SKU 42) 23 x 6 (SKU 42)",
        "SPT 10 2 -2 1 30 x 12 (SKU 42) 30 x 12 (SKU 42)",
        "SPT 20 4 -4 0",
    ]
    assert (mark, covered) == ("* em vigor", "SPT: 4 mudanças, o período inteiro")


def test_several_channels_are_summed_up(told: Terminal) -> None:
    shown = told("simulate-rule", "--threshold", "5", "--days", "2", language="en")
    rows = [line.split() for line in shown.stdout.splitlines()[1:]]
    assert rows[:3] == [[name, "5", "*", "0", "0"] for name in ("MLB", "SPT", "All")]
    assert shown.stdout.splitlines()[-1] == "SPT: 0 changes, the whole period"


def test_with_json_the_answer_is_the_apis_own_document(told: Terminal) -> None:
    answer = told.json("simulate-rule", "--threshold", "5,10")
    assert [one["affiliate"] for one in answer["affiliates"]] == ["MLB", "SPT"]
    assert [one["threshold"] for one in answer["total"]["results"]] == [5, 10]


def test_what_is_no_threshold_is_not_understood(told: Terminal) -> None:
    assert told("simulate-rule", "--threshold", "five").exit_code == 2
    refused = told("simulate-rule", "--threshold", "-5", language="en")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "thresholds.0" in refused.stderr
