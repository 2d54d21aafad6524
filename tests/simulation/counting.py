"""The series in the simulated world, and a ledger that counts the same saves without the product's code.

The ledger looks at a save when it takes effect, and counts it when its answer reaches the invocation: what a process
does not know it cannot count. What is told at the end of a batch must be what the ledger has, and at the end of a
schedule so must the sums.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from stockbridge.measured import Measured
from stockbridge.measures import Counts, Period, merged, of_period
from stockbridge.records import Record
from tests.simulation.schedule import Invocation, invocation

NEAR_MS = 60_000  # of the limit: clocks differ and saves take time, so either is right
ARRIVED = ("applied", "accepted", "confirmed", "nothing_to_send")
COMPARED = ("accepted", "held_back", "success", "error", "reprocess_worked", "reprocess_failed")


class MeasuredByInvocation(Measured):
    """Each invocation is a process of its own: what it counted ends with it."""

    @property
    def _pending(self) -> Any:
        return invocation().counted

    @_pending.setter
    def _pending(self, _: Any) -> None:
        """There is one already."""


class MemorySeries:
    """`store.Series`. `told` hears of each addition."""

    def __init__(self, told: Callable[[str, Counts], None] = lambda _channel, _counts: None) -> None:
        self.stored: dict[tuple[str, Period], dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._told = told

    def add(self, account: str, affiliate: str, at: int, counts: Counts) -> None:
        channel = f"{account}#{affiliate}"
        for period in Period:
            self.stored[channel, period][period.start(at)].update(of_period(period, at, counts))
        self._told(channel, counts)

    def between(self, account: str, affiliate: str, period: Period, first: int, last: int) -> Mapping[int, Counts]:
        return {
            start: dict(counts)
            for start, counts in self.stored[f"{account}#{affiliate}", period].items()
            if first <= start <= last
        }


class Ledger:
    """`unsure` are arrivals so near the limit that they may count as late or not."""

    def __init__(self, fail: Callable[[str], None]) -> None:
        self._fail = fail
        self._sums: dict[str, Counter[str]] = defaultdict(Counter)

    def effect(self, before: Record, after: Record, run: Invocation, waited_ms: int | None, late_ms: int) -> None:
        """A save was done; `waited_ms` is how long the oldest change waited that arrived by it."""
        if run.kind not in ("intake", "export"):
            return
        found: Counter[str] = Counter()
        asked = after.request is not None and not after.request_due
        asked = asked and (before.version > before.done_version or before.request_due)
        newly_done = after.done_version > before.done_version
        outcome = after.attempts[-1].outcome if after.attempts and after.attempts != before.attempts else ""
        if after.version != before.version:
            found["accepted"] = 1
        elif run.kind == "intake" and _looked(before, after) and after.balance != before.balance:
            found["held_back"] = int(not _carried(before, after))
        fixed = before.status.value == "error" and after.status.value == "success"
        if outcome in ARRIVED and after.cause is None and (newly_done or fixed):
            found["success"], found["reprocess_worked"] = 1, int(asked)
        broke = before.status.value != "error" and after.status.value == "error"
        if broke or (newly_done and after.cause is not None and after.status.value == "pending"):
            found["error"], found["reprocess_failed"] = 1, int(asked)
        if waited_ms is not None:
            near = abs(waited_ms - late_ms) < NEAR_MS
            found["unsure" if near else "late" if waited_ms > late_ms else "within"] = 1
        if found:
            run.steps[after.key, after.rev] = found

    def answered(self, after: Record, run: Invocation) -> None:
        """And the invocation knows."""
        found = run.steps.pop((after.key, after.rev), None)
        if found is not None:
            run.steps.setdefault(after.key.channel_id, Counter()).update(found)

    def told(self, channel: str, counts: Counts) -> None:
        """The series were told, by the invocation that runs."""
        expected = invocation().steps.pop(channel, Counter())
        self._sums[channel].update(expected)
        self._compare(f"{invocation().name} of {channel}", expected, counts)

    def ended(self, run: Invocation) -> None:
        """In order: so nothing is left untold."""
        left = {name: +counts for name, counts in run.steps.items() if isinstance(name, str) and +counts}
        if left:
            self._fail(f"{run.name} did not count {left}")

    def at_rest(self, series: MemorySeries) -> None:
        for period in Period:
            for (channel, of), items in series.stored.items():
                if of is period:
                    self._compare(f"{channel} by {period.value}", self._sums[channel], merged(items.values()))

    def _compare(self, what: str, expected: Counter[str], counts: Counts) -> None:
        wrong = [name for name in COMPARED if counts.get(name, 0) != expected[name]]
        arrived, late = counts.get("within", 0) + counts.get("late", 0), counts.get("late", 0)
        if arrived != expected["within"] + expected["late"] + expected["unsure"]:
            wrong.append("arrived")
        if not expected["late"] <= late <= expected["late"] + expected["unsure"]:
            wrong.append("late")
        if sum(n for name, n in counts.items() if name.startswith("error:")) != expected["error"]:
            wrong.append("causes")
        if wrong:
            self._fail(f"{what}: {', '.join(wrong)} of {dict(counts)}, the saves said {dict(expected)}")


def _looked(before: Record, after: Record) -> bool:
    """VTEX was read, and what it said was decided upon."""
    return after.seen != before.seen and after.observed_at is not None and after.look_at is None


def _carried(before: Record, after: Record) -> bool:
    """What is on its way says it already."""
    return before.version > before.done_version and before.wanted == after.allowed
