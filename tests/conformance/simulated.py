"""The simulator's fakes between two faults: no latency, no lag of the index, nothing that fails by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

from tests.conformance.values import NOW
from tests.simulation.counting import MemorySeries
from tests.simulation.faults import Fault
from tests.simulation.network import Network
from tests.simulation.schedule import Invocation, Scheduler
from tests.simulation.sqs import Sqs
from tests.simulation.table import Control, Leases, Table

T = TypeVar("T")
FOREVER = 10**15


class InOrder(Random):
    """Messages stay in the order in which they were sent: SQS promises none, the emulator keeps this one."""

    def shuffle(self, x: Any) -> None:
        return


class Armed:
    """No call fails but the one that was asked to."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._calls_later = 0

    def arm(self, fault: Fault, calls_later: int) -> None:
        self._fault, self._calls_later = fault, calls_later

    def next(self, site: str) -> Fault | None:
        if self._fault is None:
            return None
        if self._calls_later:
            self._calls_later -= 1
            return None
        fault, self._fault = self._fault, None
        return fault


class Simulated:
    def __init__(self) -> None:
        self.scheduler = Scheduler(NOW)
        self._faults: Any = Armed()  # in the place of the simulation's own
        self.network = Network(self.scheduler, self._faults, InOrder(0), latency=(0, 0), slow=0.0)
        self.records = Table(self.network, InOrder(0), saved=lambda *_: None, index_lag=0)
        self.control = Control(self.network, InOrder(0), [])
        self.leases = Leases(self.network)
        self.series = MemorySeries()
        self.happened: Counter[str] = Counter()

    def queue(self, name: str, *, visibility_s: int, max_receives: int = 0, dead_letters: Sqs | None = None) -> Sqs:
        return Sqs(
            name,
            self.network,
            InOrder(0),
            self.happened,
            visibility_ms=visibility_s * 1000,
            max_receives=max_receives,
            dead_letters=dead_letters,
        )

    def arm(self, fault: Fault, *, calls_later: int = 0) -> None:
        """The next call fails so, or the one after that."""
        self._faults.arm(fault, calls_later)

    def run(self, work: Callable[[], T]) -> T:
        """In an invocation, as everything that the fakes are asked is."""
        raised: list[Exception] = []
        answers: list[Any] = []
        self.scheduler.raised = raised.append
        run = Invocation("comparison", "comparison", 0, FOREVER)
        self.scheduler.invoke(run, work, lambda answer, well: answers.append(answer) if well else None)
        self.scheduler.run(self.scheduler.now)
        if raised:
            raise raised[0]
        (answer,) = answers
        return answer  # type: ignore[no-any-return]  # what `work` answered
