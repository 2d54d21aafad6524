"""A call over the network: it takes time, and it fails in four ways, with the effect or without it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar

from stockbridge.errors import Conflict, Unavailable
from tests.simulation.faults import ChosenFaults, Fault, RandomFaults
from tests.simulation.schedule import Scheduler, invocation

T = TypeVar("T")


class Network:
    """`latency` is the shortest and the longest time of a call, in ms; `slow` the probability of a much longer one."""

    def __init__(
        self,
        scheduler: Scheduler,
        faults: RandomFaults | ChosenFaults,
        random: Random,
        *,
        latency: tuple[int, int],
        slow: float,
    ) -> None:
        self.scheduler = scheduler
        self.faults = faults
        self._random = random.random
        self._shortest = latency[0]
        self._spread = latency[1] - latency[0]
        self._slow = slow

    def stop_failing(self) -> None:
        self.faults.stop()
        self._slow = 0.0

    def travel(self) -> None:
        """Half a second at most, mostly; other invocations run meanwhile."""
        self.scheduler.pause(self.delay())

    def delay(self) -> int:
        wait = self._shortest
        if self._spread:
            wait += int(self._random() * self._spread)
            if self._slow and self._random() < self._slow:
                wait += int(self._random() * 6_000)
        return wait

    def call(self, site: str, effect: Callable[[], T], *details: object) -> T:
        """Do `effect` on the other side. Raises Unavailable, and Killed."""
        fault = self.faults.next(site)
        self.travel()
        scheduler = self.scheduler
        if fault is None:
            if scheduler.trace is not None:
                scheduler.note(site, *details)
            return effect()
        scheduler.note(site, *details, f"<-- {fault.value}")
        if fault is Fault.CRASH_BEFORE:
            scheduler.kill(invocation(), "crashed")
        if fault is Fault.ERROR_BEFORE:
            raise Unavailable(f"{site}: no answer")
        try:
            answer = effect()
        except Conflict:  # of an answer that is lost, nobody knows what it said
            if fault is Fault.RETRIED:
                raise
        if fault is Fault.CRASH_AFTER:
            scheduler.kill(invocation(), "crashed")
        if fault is Fault.RETRIED:
            raise Conflict("our own write, seen by its repetition")
        if fault is Fault.APPLIED_BUT_ERROR:
            raise Unavailable(f"{site}: the answer was lost")
        return answer
