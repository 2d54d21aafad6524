"""A random sequence of what several processes count, and of what is asked about it."""

from __future__ import annotations

from random import Random

from stockbridge.measures import DAY_MS, HOUR_MS, Counts, Period
from tests.conformance.lockstep import Lockstep
from tests.conformance.values import NOW

CHANNELS = (("loja", "SPT"), ("loja", "MLB"), ("outra", "SPT"))
CAUSES = ("timeout", "marketplace_down", "ação: 漢")


class SeriesPlay:
    """Nothing is made to fail: an addition whose answer is lost is not repeated, and may count or not."""

    def __init__(self, lockstep: Lockstep, random: Random) -> None:
        self._lockstep = lockstep
        self._random = random
        self.found = 0

    def run(self, calls: int) -> None:
        for _ in range(calls):
            self._random.choice((self.add, self.add, self.read))()

    def add(self) -> None:
        at = NOW + self._random.choice((0, 1, HOUR_MS - 1, HOUR_MS, self._random.randrange(3 * DAY_MS)))
        self._lockstep.call("series", "add", *self._random.choice(CHANNELS), at, self._counts())

    def read(self) -> None:
        period = self._random.choice(list(Period))
        first = period.start(NOW) + self._random.choice((-1, 0, 1, 0)) * period.length_ms
        last = first + self._random.choice((0, 1, 10, 80)) * period.length_ms
        found = self._lockstep.call("series", "between", *self._random.choice(CHANNELS), period, first, last, told=dict)
        self.found += len(found)

    def _counts(self) -> Counts:
        names = ["accepted", "within", "late", *(f"error:{cause}" for cause in CAUSES)]
        counts = {name: self._random.randint(1, 9) for name in self._random.sample(names, 3)}
        many = self._random.choice((0, 5, 0, 5, 100))  # more than one update takes
        return counts | {f"{self._random.choice('tniqm')}{bucket}": 1 for bucket in range(many)}
