"""Nothing is ever lost or stale, whatever fails: thousands of schedules, and every rare event among them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.simulation import mutants
from tests.simulation.configurations import CONFIGURATIONS
from tests.simulation.running import replay_command
from tests.simulation.world import simulate

ROOT = Path(__file__).parents[2]
SCHEDULES = 2_796  # twelve times the sum of the shares


def simulation(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "tests.simulation", *arguments]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def tallies() -> Mapping[str, Any]:
    return dict(json.loads(simulation("run", "--schedules", str(SCHEDULES), "--json")))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_promise_holds_in_every_schedule(tallies: Mapping[str, Any], name: str) -> None:
    violated = tallies[name]["violated"]

    assert not violated, "\n".join(f"{whats[0]}: {replay_command(name, int(seed))}" for seed, whats in violated.items())


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_rare_event_happened(tallies: Mapping[str, Any], name: str) -> None:
    happened = tallies[name]["happened"]

    assert [event for event in CONFIGURATIONS[name].sometimes if not happened.get(event)] == []


def test_as_many_schedules_ran_as_were_asked_for(tallies: Mapping[str, Any]) -> None:
    assert sum(tally["schedules"] for tally in tallies.values()) >= SCHEDULES


@pytest.mark.parametrize("name", ["storm", "kinds", "clicks", "operations", "tokens", "all real"])
def test_a_seed_is_one_schedule_whatever_the_order_of_sets(name: str) -> None:
    first = simulation("replay", name, "7", "--digest", PYTHONHASHSEED="1")

    assert len(first) == 65
    assert simulation("replay", name, "7", "--digest", PYTHONHASHSEED="2") == first


def test_a_violation_is_told_with_the_command_that_shows_it_again() -> None:
    """The mutant forgets what came while it was sending."""
    with mutants.mutated(mutants.MUTANTS["newer not due"]):
        seed = next(seed for seed in range(100) if simulate(CONFIGURATIONS["biased"], seed).violations)
        result = simulate(CONFIGURATIONS["biased"], seed, traced=True)

    assert "invariant" in result.violations[0]
    assert any("market.push" in line for line in result.trace)
    assert replay_command("biased", seed).endswith(f'replay "biased" {seed}')


@pytest.mark.parametrize("name", mutants.MUTANTS)
def test_every_mutant_changes_the_code_as_it_is(name: str) -> None:
    with mutants.mutated(mutants.MUTANTS[name]):
        pass


# What the simulation found, by the seeds that showed it.
FOUND = {
    "healthy SKUs were parked with the poisonous one beside them": ("poison", 3),
    "neighbours of a poisonous look ended in the dead letters for ever": ("looks", 17),
    "a file took the neighbours of a poisonous SKU along": ("file poison", 28),
    "an accepted write before an unanswered one was not written again": ("many", 14),
    "an answer that came after the unanswered write could land hid it": ("kinds", 9),
    "a refused settling write opened an ended version again": ("storm", 1),
    "the clock of an unread change stopped when an older one arrived": ("outage", 44),
    "a change that was reflected meanwhile was told as late": ("lagging", 1),
    "an error was told as late while the index still named it": ("lagging", 12),
    "an accepted write that was given up counted as never sent": ("kinds", 76),
    "the clock of a carried change ran on after its arrival": ("feeds", 11),
    "a call was made after its gate was seen closed": ("paced", 82),
    "messages of a parked SKU came again for ever": ("looks", 316),
    "a reprocess of what was under way waited since no time": ("all real", 39),
    "an accepted write below an earlier one was asked about for a day, and not written again": ("amazon", 10),
    "the same at another marketplace": ("magalu", 72),
    "what another write made it show counted as the write that was asked about": ("amazon", 96),
    "a report that did not say was read again and again for a day": ("mirakl", 57),
    "the call that tried a closed gate was not counted, and a file followed it at once": ("everything", 2),
    "the same where all calls are files": ("feeds", 102),
    "what was only accepted when a newer change came counted as a success": ("operations", 0),
    "an error that was looked at again was late since its change, for the oracle": ("everything", 14),
    "an error that was reprocessed was late at once, for the oracle": ("everything", 222),
    "what was seen at a marketplace was forgotten when it could not be asked": ("everything", 30030),
    "of the requests that found a token at its end one was answered, and always the same": ("compared", 30007),
    "a waiting row that was put back by hand was removed again by the same operation": ("everything", 50057),
    "what a run that died had to say was held against the present, by the oracle": ("everything", 102),
    "the same of a run that had died less than a minute before": ("everything", 222),
    "what a look ended while the audit read was told as late, for the oracle": ("everything", 798),
    "what was restored and removed again before its page told of it was missed, by the oracle": ("everything", 959),
    "what nobody notified was as young as its save, which took five seconds, for the oracle": ("storm", 429),
    "what was edited, seen and then sold was nobody's, for the oracle": ("beside", 357),
    "an error that came back was forgotten when an earlier write was repeated": ("everything", 28),
    "what came while an earlier write was repeated was late, and nobody was told": ("everything", 1095),
    "a notification was as old as the look of the sweep that it was read with": ("all real", 293),
    "a renewal stored its tokens over those of a person, who never looked again": ("everything", 1663),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_once_stays_mended(what: str) -> None:
    name, seed = FOUND[what]

    assert simulate(CONFIGURATIONS[name], seed).violations == []
