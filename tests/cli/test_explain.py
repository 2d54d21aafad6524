"""stockbridge explain and stockbridge risks: the way of a change, and what is sold and not there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from stockbridge.clock import now_ms
from stockbridge.dynamo import DynamoRecords
from stockbridge.notifications import Key
from stockbridge.records import Attempt, Decision, Record, Status
from stockbridge.rule import Verdict
from tests import stack
from tests.cli.conftest import Terminal


@pytest.fixture(autouse=True)
def channels(terminal: Terminal, documents: dict[str, str]) -> None:
    for affiliate in ("SPT", "MLB"):
        terminal("channel", "add", affiliate, documents[affiliate])


@pytest.fixture
def put(terminal: Terminal) -> Callable[..., None]:
    """Store an error of the test's account: it should show 3 and shows 7."""
    names = stack.environment()
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])

    def put(affiliate: str = "SPT", sku: str = "42", **changes: Any) -> None:
        blank, now = Record(Key(terminal.account, affiliate, sku)), now_ms()
        fields: dict[str, Any] = {
            "balance": 3,
            "allowed": 3,
            "wanted": 3,
            "version": 2,
            "done_version": 2,
            "confirmed": 7,
            "decision": Decision(Verdict.AT_THRESHOLD, 7, 3, now - 2_000, now - 3_000),
            "status": Status.ERROR,
            "cause": "not_catalogued",
            "processed_at": now,
            "listed_at": now,
            "attempts": (Attempt(now - 1_000, "refused", 3, 2, "no such [SKU]", 404),),
            **changes,
        }
        records.save(Record(blank.key, **fields), blank)

    return put


def test_a_sku_is_explained_at_every_affiliate_also_where_nobody_heard_of_it(
    terminal: Terminal, put: Callable[..., None]
) -> None:
    put()
    answer = terminal.json("explain", "42")
    assert {one["affiliate"]: one["conclusion"]["code"] for one in answer["affiliates"]} == {
        "MLB": "never_heard",
        "SPT": "error_fix_first",
    }
    told = terminal("explain", "42", language="en", user="vera")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0].startswith("MLB Mercado Livre")
    assert any("We never heard of this SKU in this channel" in line for line in lines)
    assert any("✗" in line and "The marketplace refused 3" in line for line in lines)
    assert any("✓" in line and "The rule exports: from 7 to 3" in line for line in lines)


def test_a_narrow_terminal_folds_what_it_cannot_show_in_a_line(
    terminal: Terminal, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put()
    wide = terminal("explain", "42", language="en").stdout
    monkeypatch.setattr(terminal, "columns", "60")
    narrow = terminal("explain", "42", language="en").stdout
    assert max(map(len, narrow.splitlines())) <= 60
    assert words(narrow) == words(wide)


def words(told: str) -> list[str]:
    return [word for word in told.split() if word.isalpha()]


def test_one_affiliate_is_enough_and_one_that_is_not_there_is_refused(
    terminal: Terminal, put: Callable[..., None]
) -> None:
    put()
    assert [one["affiliate"] for one in terminal.json("explain", "42", "--affiliate", "spt")["affiliates"]] == ["SPT"]
    assert terminal("explain", "42", "--affiliate", "ZZZ").exit_code == 1
    assert terminal("explain", "042").exit_code == 1


def test_risks_are_listed_with_the_worst_first(terminal: Terminal, put: Callable[..., None]) -> None:
    put(sku="41", status=Status.SUCCESS, confirmed=3)
    put(sku="42")
    put(sku="43", balance=0, allowed=0, wanted=0, cause="validation", confirmed=None)
    put(sku="44", affiliate="MLB", confirmed=50)
    assert [one["sku"] for one in terminal.json("risks")] == ["43", "44", "42"]
    assert [one["sku"] for one in terminal.json("risks", "--limit", "1", "--affiliate", "MLB")] == ["44"]
    heading, *rows = [line.split() for line in terminal("risks", language="en").stdout.splitlines()]
    assert heading[:3] == ["Affiliate", "SKU", "Units"]
    assert [row[:5] for row in rows] == [
        ["SPT", "43", "unknown", "0", "unknown"],
        ["MLB", "44", "47", "3", "50"],
        ["SPT", "42", "4", "3", "7"],
    ]


def test_nothing_at_risk_is_said(terminal: Terminal) -> None:
    assert terminal("risks", language="en").stdout == "Nothing here.\n"


def test_times_in_a_sentence_are_of_this_machine_s_zone_too(
    terminal: Terminal, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(status=Status.SUCCESS, cause=None, confirmed=3, confirmed_version=2, confirmed_at=1_769_860_800_000)
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/Sao_Paulo")
        time.tzset()
        told = " ".join(terminal("explain", "42", "--affiliate", "SPT").stdout.split())
    time.tzset()
    assert "desde 31/01/2026 09:00:00" in told
    assert "UTC" not in told


def test_a_quantity_that_nobody_knows_is_not_said_to_be_shown(terminal: Terminal, put: Callable[..., None]) -> None:
    put(confirmed=None)
    (told,) = terminal.json("explain", "42", "--affiliate", "SPT")["affiliates"]
    assert told["conclusion"]["text"].endswith(" Por enquanto, não se sabe o que o marketplace mostra.")
