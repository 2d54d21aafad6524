"""A stop in the middle of changes, after all other tests: nothing is lost, and what is on disk then holds no secret but
where it belongs.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import pytest

from tests.e2e.canaries import CANARIES, files, seen_in
from tests.e2e.places import PLACES
from tests.e2e.test_a_stock_change_travels import SHOP, shows
from tests.local_system import LocalSystem

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]  # alone, the first test also waits for the demonstration

SKUS = [str(sku) for sku in range(60, 100)]


@dataclass(frozen=True, slots=True)
class Disk:
    """What was on it while nothing ran. `kept`: the canaries where secrets are kept; `strayed`: those elsewhere, with
    the names of the files; `planted`: the values of the channels' secrets."""

    planted: Set[str]
    kept: Set[str]
    strayed: Set[tuple[str, str]]
    searched: Set[str]


@pytest.fixture(scope="module")
def disk(system: LocalSystem) -> Disk:
    """Of a system that was stopped while much changed, and runs again."""
    for sku in SKUS:
        system.vtex(f"stock {sku} 30")
    for number, sku in enumerate(SKUS):
        system.vtex(f"stock {sku} {number % 6}")
    planted = {value for name in PLACES for key, value in system.secret(name).items() if key != "expires_at"}
    system.stop()
    try:
        secrets = (system.folder / "state/emulator/current/secretsmanager.json").resolve()
        own = (secrets, system.folder / "state/standins")
        searched = [path for path in files(system.folder) if not any(path.is_relative_to(each) for each in own)]
        strayed = {(path.name, canary) for path in searched for canary in seen_in(path.read_bytes())}
        return Disk(planted, seen_in(secrets.read_bytes()), strayed, {path.name for path in searched})
    finally:
        system.start()


def test_a_restart_in_the_middle_loses_nothing(system: LocalSystem, disk: Disk) -> None:
    for number, sku in enumerate(SKUS):
        sells = system.shown(SHOP, sku) is not None
        assert not sells or shows(system, sku, number % 6, within_s=90)


def test_secrets_are_found_where_they_belong_and_nowhere_else(disk: Disk) -> None:
    assert disk.kept == {canary for of_one in CANARIES.values() for canary in of_one}
    assert all(any(value.startswith(canary) for canary in disk.kept) for value in disk.planted)
    assert disk.searched >= {"functions.log", "access.log", "standins.log", "dynamodb.json", "sqs.json", "output.txt"}
    assert disk.strayed == set()
