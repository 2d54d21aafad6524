"""Kills function environments of a running system at random moments, with the signal that nobody can handle."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from contextlib import suppress

from benchmarks.running import LocalSystem


class Killer:
    """Kills while used as `with`, so many a minute on average. `kills` says how many of each handler."""

    def __init__(self, system: LocalSystem, per_minute: float, chance: random.Random) -> None:
        self.kills: Counter[str] = Counter()
        self._system = system
        self._per_minute = per_minute
        self._chance = chance
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._kill_at_random, name="killer", daemon=True)

    def __enter__(self) -> Killer:
        if self._per_minute > 0:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _kill_at_random(self) -> None:
        while not self._over.wait(self._chance.expovariate(self._per_minute / 60)):
            workers = self._system.workers()
            if not workers:  # the system is being restarted
                continue
            pid = self._chance.choice(list(workers))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[workers[pid]] += 1
