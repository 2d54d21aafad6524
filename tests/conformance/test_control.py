"""Channels and gates of the simulation behave as the product's adapter on DynamoDB does, call by call."""

from __future__ import annotations

from random import Random

import pytest

from tests.conformance.lockstep import Lockstep
from tests.conformance.plays import ControlPlay

CALLS = 250


@pytest.mark.parametrize("seed", range(2))
def test_both_answer_alike_whoever_closes_a_gate_first_and_whatever_the_network_loses(
    over_the_wire: Lockstep, seed: int
) -> None:
    _play(over_the_wire, seed, faults=True)


def test_moto_answers_as_the_simulation_too(in_moto: Lockstep) -> None:
    _play(in_moto, 100, faults=False)


def _play(lockstep: Lockstep, seed: int, *, faults: bool) -> None:
    play = ControlPlay(lockstep, Random(seed), faults=faults)
    play.run(CALLS)
    play.compare_all()
    assert lockstep.compared > CALLS / 2
    gates = [item for item in lockstep.wire.stored_control() if item["pk"] == "gate"]
    assert {item["sk"] for item in gates} == lockstep.simulated.control.gates.keys()
