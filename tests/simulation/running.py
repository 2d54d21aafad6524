"""Many schedules over all configurations, on all processors; what came of them, and how fast."""

from __future__ import annotations

import hashlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing import get_context

from tests.simulation.configurations import CONFIGURATIONS
from tests.simulation.world import Result, simulate

CHUNK = 50  # schedules that a process runs before it reports


@dataclass(slots=True)
class Tally:
    """What came of the schedules of one configuration. `violated`: by seed, what each broke."""

    schedules: int = 0
    cpu_s: float = 0.0
    virtual_s: float = 0.0
    calls: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    violated: dict[int, Sequence[str]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        self.schedules += other.schedules
        self.cpu_s += other.cpu_s
        self.virtual_s += other.virtual_s
        self.calls += other.calls
        self.happened += other.happened
        self.violated |= other.violated


def run(
    names: Sequence[str], schedules: int, *, first: int = 0, jobs: int = 1, told: Callable[[int], None] = lambda _: None
) -> Mapping[str, Tally]:
    """So many schedules, divided among the configurations by their shares. `told` hears how many are done."""
    tallies = {name: Tally() for name in names}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for name, tally in pool.map(_chunk, list(_chunks(names, schedules, first))):
            tallies[name].add(tally)
            told(sum(each.schedules for each in tallies.values()))
    return tallies


def _chunks(names: Sequence[str], schedules: int, first: int) -> Iterator[tuple[str, int, int]]:
    """Interleaved, so that a run that is stopped early saw every configuration."""
    shares = sum(CONFIGURATIONS[name].share for name in names)
    ends = {name: first + -(-schedules * CONFIGURATIONS[name].share // shares) for name in names}
    longest = max(ends.values())
    for start, end in pairwise([*range(first, longest, CHUNK), longest]):
        for name in names:
            if start < ends[name]:
                yield name, start, min(end, ends[name])


def _chunk(what: tuple[str, int, int]) -> tuple[str, Tally]:
    name, start, end = what
    began = time.process_time()
    tally = Tally()
    for seed in range(start, end):
        result = simulate(CONFIGURATIONS[name], seed)
        tally.schedules += 1
        tally.virtual_s += result.virtual_ms / 1000
        tally.calls += result.calls
        tally.happened += result.happened
        if result.violations:
            tally.violated[seed] = result.violations
    tally.cpu_s = time.process_time() - began
    return name, tally


def digest(result: Result) -> str:
    """Two runs of a schedule with the same digest did the same, call by call."""
    told = "\n".join([*result.trace, *result.violations, *result.ended])
    return hashlib.sha256(told.encode()).hexdigest()


def replay_command(name: str, seed: int) -> str:
    return f'.venv/bin/python -m tests.simulation replay "{name}" {seed}'


def report(tallies: Mapping[str, Tally], wall_s: float, *, out: Callable[[str], object] = sys.stdout.write) -> int:
    """A line a configuration; the answer is how many schedules broke something."""
    out(f"{'configuration':14} {'schedules':>9} {'/CPU s':>8} {'calls':>10} {'violated':>8}\n")
    total = Tally()
    for name, tally in tallies.items():
        total.add(tally)
        speed = tally.schedules / tally.cpu_s if tally.cpu_s else 0.0
        out(f"{name:14} {tally.schedules:9} {speed:8.0f} {tally.calls:10} {len(tally.violated):8}\n")
    for name, tally in tallies.items():
        for seed, violations in list(tally.violated.items())[:3]:
            out(f"\n{name} {seed}: {violations[0]}\n    {replay_command(name, seed)}\n")
    out(
        f"\n{total.schedules} schedules, {total.calls} calls, {total.virtual_s / 86_400:.0f} days of virtual time in "
        f"{total.cpu_s:.0f} CPU seconds ({wall_s:.0f} s): {len(total.violated)} violated\n"
    )
    return len(total.violated)
