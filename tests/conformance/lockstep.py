"""One call on both sides, and what came of it compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from stockbridge.errors import Conflict, Unavailable
from tests.conformance.simulated import Simulated
from tests.conformance.wire import Wire
from tests.simulation.faults import Fault

T = TypeVar("T")
PRODUCT = ("records", "control", "leases", "queue", "series")  # whose calls are; the others are pollers' and people's


class Lockstep:
    """`called` has the names of the ports' methods, `compared` is the number of their calls."""

    def __init__(self, simulated: Simulated, wire: Wire) -> None:
        self.simulated = simulated
        self.wire = wire
        self.called: set[str] = set()
        self.compared = 0

    def call(
        self,
        port: str,
        method: str,
        *arguments: Any,
        fault: Fault | None = None,
        told: Callable[[Any], Any] = lambda answer: answer,
        **named: Any,
    ) -> Any:
        """`told` makes of an answer what both must say alike. Conflict and Unavailable are answers too: their class."""
        fake, real = getattr(self.simulated, port), getattr(self.wire, port)
        return self.both(
            f"{port}.{method}",
            lambda: told(getattr(fake, method)(*arguments, **named)),
            lambda: told(getattr(real, method)(*arguments, **named)),
            fault=fault,
            details=(arguments, named),
        )

    def both(
        self,
        name: str,
        fake: Callable[[], T],
        real: Callable[[], T],
        *,
        fault: Fault | None = None,
        details: object = (),
    ) -> T | type[Exception]:
        if fault is not None:
            self.simulated.arm(fault)
            self.wire.arm(fault)
        simulated = _outcome(lambda: self.simulated.run(fake))
        self.wire.recording = name.partition(".")[0] in PRODUCT
        wired = _outcome(real)
        self.wire.recording = False
        self.called.add(name)
        self.compared += 1
        assert simulated == wired, f"call {self.compared}: {name} {details}, {fault}\n{simulated}\n{wired}"
        return wired


def _outcome(work: Callable[[], T]) -> T | type[Exception]:
    try:
        return work()
    except (Conflict, Unavailable) as error:
        return type(error)
