"""What is counted of a channel, and what the counts say. Pure.

Everything is derived from a saved step of a record, `events(before, after)`, and is a set of counts by name, so that
counts of batches, hours and channels are merged by adding them up. Durations are histograms of the same form: a count
for each bucket, the buckets growing by a fifth, so what is read from them is at most 10 % off.

They are statistics: the records are the truth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.records import Record, Status

Counts = Mapping[str, int]

ACCEPTED = "accepted"
HELD_BACK = "held_back"
SUCCESS = "success"
ERROR = "error"
LATE = "late"  # reflected, later than the limit
WITHIN = "within"  # reflected in time
REPROCESS_WORKED = "reprocess_worked"
REPROCESS_FAILED = "reprocess_failed"
COUNTERS = (ACCEPTED, HELD_BACK, SUCCESS, ERROR, LATE, WITHIN, REPROCESS_WORKED, REPROCESS_FAILED)

OBJECTIVE = 0.99
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SLOT_MS = 300_000  # an hour's item says apart what was in time and what was late in each five minutes

_GROWTH = 1.2  # from a bucket to the next; its middle is at most sqrt(1.2) = 1.095 times away
_SHORTEST_MS = 10  # all of the first bucket
_LAST = 110  # beyond 50 days
_CAUSE = "error:"


class Part(StrEnum):
    """Durations, in milliseconds. The parts need not add up to the total: a change may wait for several decisions."""

    TOTAL = "total"  # from the change, as we heard of it, to its reflection
    NOTIFY = "notify"  # from VTEX's own time of the change to the receipt of its notification, where VTEX told it
    INTAKE = "intake"  # from the receipt to the decision
    QUEUE = "queue"  # from the decision to the claim whose write arrived
    MARKETPLACE = "marketplace"  # from that claim to the answer after which the marketplace shows it


class Period(StrEnum):
    """Days are those of UTC."""

    HOUR = "hour"
    DAY = "day"

    @property
    def length_ms(self) -> int:
        return HOUR_MS if self is Period.HOUR else DAY_MS

    def start(self, at: int) -> int:
        return at - at % self.length_ms


def since_an_hour(now: int) -> int:
    """Where the last hour begins: with the five minutes in which it does."""
    return (now - HOUR_MS) // SLOT_MS * SLOT_MS


def since_a_day(now: int) -> int:
    """Where the last day begins: with the hour in which it does."""
    return Period.HOUR.start(now - DAY_MS)


# ---------------------------------------------------------------------- what a step counts


def events(before: Record, after: Record, limit_ms: int) -> Counter[str]:
    """What the saved step from `before` to `after` adds. A change that arrives counts once, as in time or as late by
    `limit_ms`; one without a clock (a repeated write) as neither."""
    counts: Counter[str] = Counter()
    if after.version > before.version:
        counts[ACCEPTED] += 1
        _count_way_in(counts, before, after)
    if after.skipped is not None and after.skipped != before.skipped:
        counts[HELD_BACK] += 1
    if after.cause is None and _ended(before, after):
        _count_arrival(counts, before, after, limit_ms)
    elif after.cause is not None and _failed(before, after):
        counts[ERROR] += 1
        counts[_CAUSE + after.cause] += 1
        if _answers_reprocess(before, after):
            counts[REPROCESS_FAILED] += 1
    return counts


def _count_way_in(counts: Counter[str], before: Record, after: Record) -> None:
    decision = after.decision
    if decision is None or decision.received_at is None:
        return
    if after.modified_at is not None and after.modified_at != before.modified_at:  # this notification brought it
        _count_time(counts, Part.NOTIFY, after.modified_at, decision.received_at)
    _count_time(counts, Part.INTAKE, decision.received_at, decision.at)


def _count_arrival(counts: Counter[str], before: Record, after: Record, limit_ms: int) -> None:
    now = after.processed_at or 0
    if after.done_version == before.done_version and before.status is not Status.ERROR:
        return  # the same once more, because an earlier write could have landed on top of it
    if before.changed_at is not None:
        counts[LATE if now - before.changed_at > limit_ms else WITHIN] += 1
        counts[_bucket_name(Part.TOTAL, now - before.changed_at)] += 1
    counts[SUCCESS] += 1
    if _answers_reprocess(before, after):
        counts[REPROCESS_WORKED] += 1
    decision, claimed_at = after.decision, after.claimed_at
    written = bool(after.attempts) and after.attempts[-1].outcome != "nothing_to_send"
    if written and claimed_at is not None and decision is not None and not after.open:
        _count_time(counts, Part.QUEUE, decision.at, claimed_at)
        _count_time(counts, Part.MARKETPLACE, max(decision.at, claimed_at), now)


def _ended(before: Record, after: Record) -> bool:
    """Something came to its end. By clocks that differ it may be at the very time of what ended before."""
    return after.processed_at != before.processed_at or after.done_version > before.done_version


def _failed(before: Record, after: Record) -> bool:
    """The row became an error, or would have if nothing newer waited."""
    if after.status is Status.ERROR:
        return before.status is not Status.ERROR
    return after.done_version > before.done_version


def _answers_reprocess(before: Record, after: Record) -> bool:
    return after.request is not None and not after.request_due and (before.open or before.request_due)


def _count_time(counts: Counter[str], part: Part, begin: int, end: int) -> None:
    """Two clocks may disagree: then nothing is known."""
    if end >= begin:
        counts[_bucket_name(part, end - begin)] += 1


# ---------------------------------------------------------------------- histograms

# By the first letter of a name: an hour's item has hundreds of these.
_LETTERS = {Part.TOTAL: "t", Part.NOTIFY: "n", Part.INTAKE: "i", Part.QUEUE: "q", Part.MARKETPLACE: "m"}


def _bucket_name(part: Part, ms: int) -> str:
    return f"{_LETTERS[part]}{_bucket(ms)}"


def _bucket(ms: int) -> int:
    if ms <= _SHORTEST_MS:
        return 0
    return min(_LAST, math.ceil(math.log(ms / _SHORTEST_MS) / math.log(_GROWTH)))


def _middle(bucket: int) -> int:
    return round(_SHORTEST_MS * _GROWTH ** (bucket - 0.5)) if bucket else _SHORTEST_MS


def histogram(counts: Counts, part: Part) -> dict[int, int]:
    """How often each duration (the middle of its bucket, milliseconds), in rising order."""
    letter = _LETTERS[part]
    found = {int(name[1:]): n for name, n in counts.items() if name[0] == letter and name[1:].isdecimal()}
    return {_middle(bucket): found[bucket] for bucket in sorted(found)}


def percentile(durations: Mapping[int, int], share: float) -> int | None:
    """The duration that `share` (0 to 1) of all do not exceed; None of none. `durations` as of `histogram`."""
    rank = math.ceil(share * sum(durations.values()))
    for duration, times in durations.items():
        rank -= times
        if rank <= 0:
            return duration
    return None


# ---------------------------------------------------------------------- periods


def merged(many: Iterable[Counts]) -> Counter[str]:
    together: Counter[str] = Counter()
    for counts in many:
        together.update(counts)
    return together


def errors_by_cause(counts: Counts) -> dict[str, int]:
    return {name.removeprefix(_CAUSE): n for name, n in sorted(counts.items()) if name.startswith(_CAUSE)}


def of_period(period: Period, at: int, counts: Counts) -> Counts:
    """What is added to the period's item for counts of the time `at`."""
    if period is Period.DAY:
        return counts
    slot = at % HOUR_MS // SLOT_MS
    return {**counts, **{f"{name}@{slot}": counts[name] for name in (WITHIN, LATE) if counts.get(name)}}


def of_slots(hours: Mapping[int, Counts], since: int) -> Counter[str]:
    """What was in time and what was late in the five-minute slots that began at `since` or later. `hours` by start."""
    found: Counter[str] = Counter()
    for start, counts in hours.items():
        for slot in range(HOUR_MS // SLOT_MS):
            if start + slot * SLOT_MS >= since:
                found.update({name: counts.get(f"{name}@{slot}", 0) for name in (WITHIN, LATE)})
    return found


# ---------------------------------------------------------------------- service level


@dataclass(frozen=True, slots=True)
class Service:
    """`overdue` are changes that have not arrived and are over the limit already: they count as they age, so that an
    outage is seen before it ends."""

    within: int
    late: int
    overdue: int

    @property
    def share(self) -> float | None:
        """0 to 1; None when there was nothing to be in time."""
        everything = self.within + self.late + self.overdue
        return self.within / everything if everything else None

    def burn_rate(self, objective: float) -> float | None:
        """How many times faster than allowed changes are late: at 1 exactly the allowed share of them."""
        share = self.share
        return None if share is None else (1 - share) / (1 - objective)
