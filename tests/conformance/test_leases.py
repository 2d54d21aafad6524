"""Leases of the simulation behave as the product's adapter on DynamoDB does, call by call."""

from __future__ import annotations

from random import Random

import pytest

from tests.conformance.leases_play import LeasesPlay
from tests.conformance.lockstep import Lockstep

CALLS = 250


@pytest.mark.parametrize("seed", range(2))
def test_both_give_a_lease_to_one_at_a_time_whatever_the_network_loses(over_the_wire: Lockstep, seed: int) -> None:
    play = LeasesPlay(over_the_wire, Random(seed), faults=True)
    play.run(CALLS)
    assert play.taken > 20
    assert play.refused > 20
