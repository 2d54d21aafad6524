"""The stand-ins as fixtures."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from local.standins.demo import demo_marketplace, demo_vtex
from local.standins.marketplace import Marketplace
from local.standins.vtex import Vtex
from tests.standins.world import Clock, Marketed, Receiver, Vtexed, client_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vtex(clock: Clock) -> Iterator[Vtexed]:
    """Every affiliate has an endpoint, and a failed notification is repeated at once."""
    state = demo_vtex()
    for account in state.accounts.values():
        for name, affiliate in account.affiliates.items():
            account.affiliates[name] = replace(affiliate, endpoint=f"http://bridge.test/{account.name}/{name}?an=x")
    state.habits = replace(state.habits, first_backoff_s=0.0)
    receiver = Receiver()
    stand_in = Vtex(state, now_ms=clock, chance=random.Random(5), post=receiver.post)
    with client_of(stand_in.app) as client:
        yield Vtexed(client, stand_in, clock, receiver)


@pytest.fixture
def market(clock: Clock) -> Iterator[Marketed]:
    """Without the faults of the demonstration."""
    state = demo_marketplace(demo_vtex())
    state.faults.clear()
    stand_in = Marketplace(state, now_ms=clock, chance=random.Random(5))
    with client_of(stand_in.app) as client:
        yield Marketed(client, stand_in, clock)
