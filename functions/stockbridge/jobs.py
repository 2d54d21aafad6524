"""Work that is too much for one invocation, done page by page: bulk operations, reconciliations, files. Pure.

    take -> the page's own work -> commit

A page is taken as a record is claimed: the lease keeps others away meanwhile, the epoch lets nobody commit who lost
the lease. A crash repeats the page it interrupted and no other, so doing a page twice must come to the same as doing it
once. Pausing or cancelling does not wait for the page under way: its work counts, and no other page follows.

Times are milliseconds since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from stockbridge.errors import NotPossible

MAX_VANISHED = 5  # pages in a row that never came back
BACKOFF_MS = 15_000
BACKOFF_CAP_MS = 900_000
EARLY_MS = 1_000  # clocks differ; a hint that comes a little early is not sent again
HINT_GRACE_MS = 30_000  # a message is on its way; the sweep worries only after this


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # by itself, and it can be resumed; `reason` says why
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"  # its pages do not come back

    @property
    def over(self) -> bool:
        return self in (State.CANCELLED, State.DONE, State.FAILED)


class Family(StrEnum):
    """Which function works on it."""

    OPERATION = "operation"
    RECONCILIATION = "reconciliation"
    FILE = "file"


@dataclass(frozen=True, slots=True, order=True)
class JobKey:
    account: str
    family: Family
    id: str


@dataclass(frozen=True, slots=True)
class Job:
    """`asked` is what is to be done and never changes; `position` is where the next page begins, in the words of
    whoever does the pages; `counts` add up over the pages. `number`: what people say of an operation, 1 and up in its
    account; other jobs have none, and neither have operations from before there were numbers."""

    key: JobKey
    kind: str
    asked: Mapping[str, Any]
    created_at: int
    created_by: str
    number: int | None = None
    rev: int = 0  # 0: not stored yet
    state: State = State.RUNNING
    reason: str = ""
    position: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    pages: int = 0
    next_at: int = 0  # when the next page is due
    lease_until: int | None = None
    epoch: int = 0
    vanished: int = 0  # pages that never came back
    failures: int = 0  # pages in a row that a service failed
    changed_at: int = 0
    ended_at: int | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.key.id if self.number is None else str(self.number)

    @property
    def due_at(self) -> int | None:
        """When the sweep must care, whatever happened to the messages."""
        if self.state is not State.RUNNING:
            return None
        return max(self.next_at, self.lease_until or 0) + HINT_GRACE_MS


@dataclass(frozen=True, slots=True)
class Page:
    """What came of a page. `ends`: none follows, in this state and for this `reason`; else the next one is due after
    `wait_s` seconds."""

    position: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    wait_s: float = 0.0
    ends: State | None = None
    reason: str = ""


class NotNow(Exception):
    """No page is to be taken: it is not due, somebody has it, or the job does not run."""


class LostPage(Exception):
    """Somebody took the page after us: what we did of it is theirs to count."""


def take(job: Job, now: int, *, lease_s: int) -> Job:
    """Take the right to do the next page. Raises NotNow. One that never comes back ends the job: FAILED."""
    if job.state is not State.RUNNING or (job.lease_until or 0) > now or job.next_at > now + EARLY_MS:
        raise NotNow
    if job.vanished >= MAX_VANISHED:
        return _ended(job, State.FAILED, "pages_vanish", now)
    return replace(job, lease_until=now + lease_s * 1000, epoch=job.epoch + 1, vanished=job.vanished + 1)


def commit(job: Job, epoch: int, page: Page, now: int) -> Job:
    """Write a page down on the job as it is now. Raises LostPage."""
    job = _returned(job, epoch)
    counts = {name: job.counts.get(name, 0) + page.counts.get(name, 0) for name in {**job.counts, **page.counts}}
    job = replace(
        job,
        position=page.position,
        counts=counts,
        pages=job.pages + 1,
        failures=0,
        next_at=now + int(page.wait_s * 1000),
        changed_at=now,
    )
    if page.ends is None or job.state.over:
        return job
    if job.state is State.PAUSED and not page.ends.over:
        return job
    return _ended(job, page.ends, page.reason, now)


def postpone(job: Job, epoch: int, now: int, *, jitter: float) -> Job:
    """A service failed during the page; it is done again after a growing pause. Raises LostPage."""
    job = _returned(job, epoch)
    wait = min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** min(job.failures, 10))
    return replace(job, failures=job.failures + 1, next_at=now + int(wait * (1 + 0.2 * jitter)), changed_at=now)


def pause(job: Job, now: int) -> Job:
    """No further page. Pausing twice is pausing once. Raises NotPossible when it does not run."""
    if job.state is State.PAUSED:
        return job
    if job.state is not State.RUNNING:
        raise NotPossible("job_does_not_run")
    return replace(job, state=State.PAUSED, changed_at=now)


def resume(job: Job, now: int) -> Job:
    """Go on where it paused or stopped. Raises NotPossible when it is over."""
    if job.state is State.RUNNING:
        return job
    if job.state.over:
        raise NotPossible("job_is_over")
    return replace(job, state=State.RUNNING, reason="", next_at=now, vanished=0, failures=0, changed_at=now)


def cancel(job: Job, now: int) -> Job:
    """None of what is left is done. Cancelling twice is cancelling once. Raises NotPossible when it is over already."""
    if job.state is State.CANCELLED:
        return job
    if job.state.over:
        raise NotPossible("job_is_over")
    return _ended(job, State.CANCELLED, "", now)


def _returned(job: Job, epoch: int) -> Job:
    if job.epoch != epoch or job.lease_until is None:  # no lease: committed already, the reply was lost
        raise LostPage
    return replace(job, lease_until=None, vanished=0)


def _ended(job: Job, state: State, reason: str, now: int) -> Job:
    return replace(job, state=state, reason=reason, changed_at=now, ended_at=now if state.over else None)
