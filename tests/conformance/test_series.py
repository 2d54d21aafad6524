"""The series of the simulation add up as the product's adapter on DynamoDB does."""

from __future__ import annotations

from random import Random

from tests.conformance.lockstep import Lockstep
from tests.conformance.series_play import SeriesPlay


def test_both_add_up_alike(over_the_wire: Lockstep) -> None:
    play = SeriesPlay(over_the_wire, Random(1))
    play.run(60)
    assert play.found > 10
