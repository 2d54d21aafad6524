"""The parts of the soak that decide what it says."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.account import Account
from benchmarks.running import LocalSystem
from benchmarks.soak import FIRST, Change, burst_of, may_be, wrong
from benchmarks.tally import Followed, Tally
from stockbridge import rule

SKUS = [str(number) for number in range(1, 101)]


def admitted(de: int, por: int) -> bool:
    change = rule.Change(de=de, por=por, wanted_before=de, wanted=por, confirmed=de, only_stock=True)
    return rule.decide(change).exports


def test_the_rule_admits_every_change_of_the_burst_but_one_in_ten_whichever_is_seen() -> None:
    burst, again = burst_of(SKUS)
    held_back = {sku for sku in SKUS if not admitted(FIRST, burst[sku])}
    assert len(held_back) == 10
    assert len(again) == 20
    assert not held_back & set(again)
    assert all(admitted(FIRST, again[sku]) and admitted(burst[sku], again[sku]) for sku in again)
    assert {sku for sku, balance in (burst | again).items() if FIRST in may_be(balance)} == held_back


def test_a_balance_is_wrong_when_no_change_can_have_left_it(tmp_path: Path) -> None:
    account = Account(LocalSystem(tmp_path), skus=["1", "2", "3"], shops={"MKB": "soak-mkb", "MKC": "soak-mkc"})
    changes = {"1": Change(0, may_be(4)), "2": Change(0, may_be(7)), "3": Change(0, may_be(0))}
    right = {("soak-mkb", sku): (quantity, 0.0) for sku, quantity in (("1", 3), ("2", 9), ("3", 0))}  # one in reserve
    right |= {("soak-mkc", sku): (quantity, 0.0) for sku, quantity in (("1", 4), ("2", 7), ("3", 0))}
    assert wrong(account, changes, right) == []
    assert wrong(account, changes, right | {("soak-mkb", "1"): (4, 0.0)}) == [("soak-mkb", "1")]
    assert wrong(account, changes, right | {("soak-mkc", "2"): (9, 0.0)}) == [("soak-mkc", "2")]
    del right["soak-mkc", "3"]
    assert wrong(account, changes, right) == [("soak-mkc", "3")]


def test_every_line_is_read_once_though_the_log_rotates_and_its_writer_is_slow(tmp_path: Path) -> None:
    log = tmp_path / "functions.log"
    followed = Followed(log)
    assert list(followed.new_lines()) == []
    log.write_text("one\ntw")
    assert list(followed.new_lines()) == ["one\n"]
    with log.open("a") as file:
        file.write("o\nthree\n")
    log.rename(tmp_path / "functions.log.1")
    log.write_text("four\n")
    assert list(followed.new_lines()) == ["two\n", "three\n", "four\n"]
    assert list(followed.new_lines()) == []


def test_what_functions_count_and_how_invocations_end_is_added_up() -> None:
    tally = Tally()
    metrics = {"CloudWatchMetrics": [{"Metrics": [{"Name": "HintsTaken"}, {"Name": "SentApplied"}]}]}
    line = json.dumps({"_aws": metrics, "service": "stockbridge", "HintsTaken": [10.0], "SentApplied": [4.0, 3.0]})
    for output in (
        f"2026-11-24T12:00:00.000Z ExportFunction {line}\n",
        f"... {line}\n",
        f"... {line[:80]}\n",
        "other\n",
    ):
        tally.add_output(output)
    for ran_ms, error in ((20, None), (900, None), (30_000, "Sandbox.Timedout")):
        tally.add_invocation(json.dumps({"function": "ExportFunction", "ran_ms": ran_ms, "error": error}))
    assert tally.counts == {"HintsTaken": 20, "SentApplied": 14}
    assert tally.invocations == {"ExportFunction": 3}
    assert tally.failed == {("ExportFunction", "Sandbox.Timedout"): 1}
    assert tally.longest_ms == {"ExportFunction": 900}
