"""The queues of the simulation behave as the product's adapter on SQS does, and as Lambda's pollers find them."""

from __future__ import annotations

from random import Random

import pytest

from stockbridge.errors import Unavailable
from stockbridge.store import Message
from tests.conformance.conftest import Running
from tests.conformance.lockstep import Lockstep
from tests.conformance.queue_play import QueuePlay
from tests.simulation.faults import Fault

CALLS = 250


@pytest.mark.parametrize("seed", range(4))
def test_both_deliver_hide_and_bury_alike_whatever_the_network_loses(
    over_the_wire: Lockstep, running: Running, seed: int
) -> None:
    play = QueuePlay(over_the_wire, Random(seed), f"queue-{seed}", running.set_clock, faults=True)
    play.run(CALLS)
    play.compare_all()
    assert over_the_wire.compared > CALLS
    assert over_the_wire.simulated.happened["queue dead letter"] > 0


def test_of_a_page_that_is_refused_in_part_the_rest_is_there(over_the_wire: Lockstep, running: Running) -> None:
    fake = over_the_wire.simulated.queue("partial", visibility_s=30)
    real = over_the_wire.wire.queue("partial", visibility_s=30)
    good = [Message("1"), Message("2")]
    over_the_wire.simulated.arm(Fault.ERROR_BEFORE, calls_later=1)  # the call's entries come after the call
    refused = over_the_wire.both(
        "queue.send",
        lambda: fake.send([*good, Message("3"), Message("4")]),
        lambda: real.send([*good, Message("\x01"), Message("\x02")]),  # characters that SQS does not take
    )
    assert refused is Unavailable
    assert over_the_wire.both("queue.waiting", fake.waiting, real.waiting) == len(good)
