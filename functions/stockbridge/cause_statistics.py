"""How often each cause comes at each channel, and how often a reprocess of it works.

Nothing is counted by reading records: what a batch saved is counted when it ends, with an update for each cause of each
channel that it touched. A count that cannot be written is lost and logged; it never costs a batch its outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from stockbridge.errors import Unavailable
from stockbridge.records import Record, Status
from stockbridge.store import Records
from stockbridge.telemetry import count, logger
from stockbridge.watched import Watched

DAY_MS = 24 * 3_600_000
DAYS = 14  # of a trend
FADES_AT = 80  # tried reprocesses; then both counters are halved, so that what is long ago counts less and less
NOTICEABLE = 5  # errors a week


@dataclass(frozen=True, slots=True)
class Happened:
    """At one channel, of one cause: `seen_at` is None when only a reprocess ended."""

    channel_id: str
    cause: str
    seen_at: int | None = None
    errors: int = 0
    worked: int = 0
    failed: int = 0


@dataclass(slots=True)
class Tally:
    """What happened of one cause at one channel; `errors` by day (YYYY-MM-DD, UTC)."""

    channel_id: str
    cause: str
    first_seen: int | None = None
    last_seen: int | None = None
    errors: dict[str, int] = field(default_factory=dict)
    worked: int = 0
    failed: int = 0

    def add(self, one: Happened) -> None:
        if one.seen_at is not None:
            self.first_seen = min(one.seen_at, self.first_seen or one.seen_at)
            self.last_seen = max(one.seen_at, self.last_seen or one.seen_at)
            if one.errors:
                day = day_of(one.seen_at)
                self.errors[day] = self.errors.get(day, 0) + one.errors
        self.worked += one.worked
        self.failed += one.failed


@dataclass(frozen=True, slots=True)
class Statistic:
    """`errors` in all since the first one was seen; `days` of those days that had some; `worked` and `failed` are the
    latest reprocesses, see FADES_AT."""

    affiliate: str
    cause: str
    errors: int = 0
    first_seen: int | None = None
    last_seen: int | None = None
    worked: int = 0
    failed: int = 0
    days: Mapping[str, int] = field(default_factory=dict)


class CauseCounts(Protocol):
    def add(self, tally: Tally) -> None:
        """Raises Unavailable."""


def happened(before: Record, after: Record) -> Iterator[Happened]:
    """What a save that was done says. A record counts as an error when it becomes one, comes back as one, or turns out
    to have another cause; an error that is tried again by itself and ends the same is seen again, and counts once."""
    channel, failed = after.key.channel_id, after.status is Status.ERROR
    cause = after.cause or ""
    if failed and (before.status is not Status.ERROR or before.cause != after.cause):
        yield Happened(channel, cause, after.processed_at, errors=1)
    elif failed and before.processed_at != after.processed_at:
        yield Happened(channel, cause, after.processed_at)
    if before.request_cause is not None and after.request_cause is None and after.status is not Status.PENDING:
        yield Happened(channel, before.request_cause, worked=int(not failed), failed=int(failed))


def tallied(events: Iterable[Happened]) -> Sequence[Tally]:
    tallies: dict[tuple[str, str], Tally] = {}
    for one in events:
        tallies.setdefault((one.channel_id, one.cause), Tally(one.channel_id, one.cause)).add(one)
    return list(tallies.values())


class Counted(Watched):
    """Of a batch; `flush` at its end counts what was saved."""

    def __init__(self, records: Records, counts: CauseCounts) -> None:
        super().__init__(records)
        self._counts = counts
        self._events: list[Happened] = []

    def _saved(self, was: Record, saved: Record) -> None:
        self._events.extend(happened(was, saved))

    def flush(self) -> None:
        """Never raises Unavailable. After the first refusal the rest is lost too: there is no time to wait for each."""
        events, self._events = self._events, []
        left = list(tallied(events))
        try:
            while left:
                self._counts.add(left[-1])
                left.pop()
        except Unavailable as error:
            count("CausesNotCounted", len(left))
            logger.warning("causes not counted", extra={"reason": str(error), "causes": len(left)})


# ---------------------------------------------------------------------- trend


class Direction(StrEnum):
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


def day_of(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def last_days(now: int) -> Sequence[str]:
    """The last DAYS ones, oldest first; the last is the one that `now` is in."""
    return [day_of(now - ago * DAY_MS) for ago in reversed(range(DAYS))]


def direction(daily: Sequence[int]) -> Direction:
    """Of DAYS counts, oldest first. The last seven days are held against the seven before: rising or falling, when they
    differ by at least NOTICEABLE errors and the larger is at least half as much again as the smaller."""
    before, lately = sum(daily[: DAYS // 2]), sum(daily[DAYS // 2 :])
    if abs(lately - before) < NOTICEABLE or max(before, lately) * 2 < min(before, lately) * 3:
        return Direction.STEADY
    return Direction.RISING if lately > before else Direction.FALLING
