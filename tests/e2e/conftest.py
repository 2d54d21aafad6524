"""What takes its time is begun first, and looked at when the other tests are done."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.e2e.places import PLACES, QUANTITIES, repeat_secrets
from tests.local_system import LocalSystem


@pytest.fixture(scope="package")
def first_tokens(system: LocalSystem) -> Mapping[str, str]:
    """The access tokens of the demonstration's first writes, by affiliate."""
    return {affiliate: system.secret(affiliate)["access_token"] for affiliate in ("MLB", "MGZ", "MZN")}


@pytest.fixture(scope="package", autouse=True)
def changed(system: LocalSystem, first_tokens: Mapping[str, str]) -> LocalSystem:
    """New balances on their way to all marketplaces, of which one takes a file a minute and one tells half a minute
    later what became of a write."""
    system.vtex("ok")
    for place in PLACES.values():
        for command in ("ok", *place.hurry, place.trouble):
            system.marketplace(command, place.prefix)
    repeat_secrets(system, "CRF")
    for sku, quantity in QUANTITIES.items():
        system.vtex(f"stock {sku} {quantity} and price")
    return system
