"""Both sides of a comparison: the simulator's fakes, and the product's adapters on an emulator or on moto."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from moto import mock_aws

from local import emulator
from tests.conformance.clocked import CLOCK
from tests.conformance.lockstep import Lockstep
from tests.conformance.simulated import Simulated
from tests.conformance.values import NOW
from tests.conformance.wire import wired

_names = count(1)


@dataclass(frozen=True)
class Running:
    """The emulator's address; `set_clock` is for its queues, in milliseconds."""

    url: str
    folder: Path

    def set_clock(self, now: int) -> None:
        (self.folder / CLOCK).write_text(str(now), encoding="ascii")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("emulator")
    there = Running("", folder)
    there.set_clock(NOW)
    with asyncio.Runner() as runner:
        started = runner.run(emulator.start(folder, folder, module="tests.conformance.clocked"))
        try:
            runner.run(started.ready())
            yield Running(started.url, folder)
        finally:
            assert runner.run(started.stop())


@pytest.fixture
def over_the_wire(running: Running) -> Iterator[Lockstep]:
    with wired(f"compared{next(_names)}", running.url) as wire:
        yield Lockstep(Simulated(), wire)


@pytest.fixture
def in_moto() -> Iterator[Lockstep]:
    """Another author's implementation, in this process."""
    with mock_aws(), wired(f"compared{next(_names)}") as wire:
        yield Lockstep(Simulated(), wire)
