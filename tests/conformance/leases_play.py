"""A random sequence of what several processes do to a few leases."""

from __future__ import annotations

from random import Random

from tests.conformance.lockstep import Lockstep
from tests.conformance.values import NOW
from tests.simulation.faults import Fault

NAMES = ("listing#a", "listing#b", "login#loja#SPT")
LEASE_MS = 40_000


class LeasesPlay:
    """Who holds a lease is called otherwise on each side, so what is compared is whether somebody got it."""

    def __init__(self, lockstep: Lockstep, random: Random, *, faults: bool) -> None:
        self._lockstep = lockstep
        self._random = random
        self._faults = faults
        self._now = NOW
        self._held: list[tuple[str, str, str]] = []  # name, the simulation's holder, the product's
        self.taken = self.refused = 0

    def run(self, calls: int) -> None:
        for _ in range(calls):
            self._now += self._random.choice((0, 1, 1_000, LEASE_MS - 1, LEASE_MS))
            self._random.choice((self.take, self.take, self.release))()

    def take(self) -> None:
        name, until = self._random.choice(NAMES), self._now + LEASE_MS
        fake, real = self._lockstep.simulated.leases, self._lockstep.wire.leases
        holders: list[str | None] = []

        def take(leases: object) -> bool:
            holders.append(leases.take(name, self._now, until))  # type: ignore[attr-defined]  # both are Leases
            return holders[-1] is not None

        got = self._lockstep.both("leases.take", lambda: take(fake), lambda: take(real), fault=self._fault())
        if got is True:
            self._held.append((name, *holders))  # type: ignore[arg-type]  # two texts
            self.taken += 1
        elif got is False:
            self.refused += 1

    def release(self) -> None:
        """Now or long after somebody else has it."""
        if not self._held:
            return
        name, simulated, wired = self._random.choice(self._held)
        self._lockstep.both(
            "leases.release",
            lambda: self._lockstep.simulated.leases.release(name, simulated),
            lambda: self._lockstep.wire.leases.release(name, wired),
            fault=self._fault(),
        )

    def _fault(self) -> Fault | None:
        if not self._faults or self._random.random() > 0.1:
            return None
        return self._random.choice((Fault.ERROR_BEFORE, Fault.APPLIED_BUT_ERROR))
