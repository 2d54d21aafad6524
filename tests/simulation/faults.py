"""What goes wrong with a call, decided by the schedule's randomness or at one chosen call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import Enum
from random import Random


class Fault(Enum):
    """Of any call over the network."""

    CRASH_BEFORE = "crash before"
    ERROR_BEFORE = "error before"
    APPLIED_BUT_ERROR = "applied but error"
    CRASH_AFTER = "crash after"
    RETRIED = "applied, then refused to the SDK's own retry"  # of conditional writes only


CONDITIONAL = frozenset({"records.save", "jobs.save", "parts.save"})
KINDS = (Fault.CRASH_BEFORE, Fault.ERROR_BEFORE, Fault.APPLIED_BUT_ERROR, Fault.CRASH_AFTER)


class RandomFaults:
    """Each call fails with the configuration's probability; none after `stop`."""

    def __init__(self, random: Random, probability: float, happened: Counter[str]) -> None:
        self._random = random.random
        self._choice = random.choice
        self._probability = probability
        self._happened = happened
        self.calls = 0

    def stop(self) -> None:
        self._probability = 0.0

    def next(self, site: str) -> Fault | None:
        self.calls += 1
        if self._probability == 0.0 or self._random() >= self._probability:
            return None
        kinds = (*KINDS, Fault.RETRIED) if site in CONDITIONAL else KINDS
        fault = self._choice(kinds)
        self._happened[fault.value] += 1
        return fault


class ChosenFaults:
    """The calls of the given numbers fail in the given ways, and no others. Calls are counted from 0, from `begin`
    on; `times` and `sites` are when and what each was."""

    def __init__(self, chosen: dict[int, Fault]) -> None:
        self._chosen = chosen
        self._now: Callable[[], int] | None = None
        self.times: list[int] = []
        self.sites: list[str] = []

    @property
    def calls(self) -> int:
        return len(self.times)

    def begin(self, now: Callable[[], int]) -> None:
        self._now = now

    def stop(self) -> None:
        self._now = None

    def next(self, site: str) -> Fault | None:
        if self._now is None:
            return None
        number = len(self.times)
        self.times.append(self._now())
        self.sites.append(site)
        fault = self._chosen.get(number)
        if fault is Fault.RETRIED and site != "records.save":
            return None
        return fault
