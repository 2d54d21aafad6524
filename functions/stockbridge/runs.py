"""The runs of reconciliations: how they begin, and that there are never two of a kind for one channel at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from stockbridge import jobs
from stockbridge.channels import Channel
from stockbridge.differences import Changed, difference
from stockbridge.errors import Conflict, NotFound, StockBridgeError
from stockbridge.hinting import send_hints
from stockbridge.job_deeds import take_step
from stockbridge.jobs import Family, Job, JobKey
from stockbridge.store import Activity, Control, Message, Queue
from stockbridge.telemetry import count, logger
from stockbridge.working import Jobs, job_message

HOT = "hot"  # what changed within a day, and what was different
FULL = "full"  # every record, and every entry of the listing map
REPAIR = "repair"  # what is listed as abnormal, because an operator asked
RECENT_MS = 24 * 3_600_000
HELD_MS = 3_600_000  # longer than any pause between two pages
SCHEDULE = "schedule"  # who began it, when nobody did
TRIES = 5  # of having the turn of a run that is over


class Turns(Protocol):
    def hold(self, name: str, holder: str, now: int, until: int) -> str:
        """Who has it from now on: `holder`, or whoever had it before and still does."""

    def release(self, name: str, holder: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Runs:
    jobs: Jobs
    turns: Turns
    queue: Queue
    clock: Callable[[], int]
    new_id: Callable[[], str] = lambda: uuid4().hex

    def start(self, channel: Channel, kind: str, user: str, *, sku: str | None = None) -> Job:
        """The new run, or the one that goes on already. Raises Unavailable."""
        now = self.clock()
        asked: dict[str, Any] = {"affiliate": channel.affiliate, "since": now - RECENT_MS}
        if sku is not None:
            asked["sku"] = sku
        key = JobKey(channel.account, Family.RECONCILIATION, self.new_id())
        job = Job(key, kind, asked, now, user, next_at=now, changed_at=now)
        running = self._running(job)
        if running is not None:
            return running
        action = f"reconciliation.{kind}"
        subject = channel.affiliate if sku is None else f"{channel.affiliate}#{sku}"
        began = difference({}, {"run": key.id})
        activity = Activity(channel.account, now, user, action, subject, "", *began) if user != SCHEDULE else None
        saved = self.jobs.save(job, None, activity=activity)
        count("ReconciliationStarted")
        send_hints(self.queue, [Message(job_message(saved.key))])
        return saved

    def get(self, key: JobKey) -> Job:
        """Raises NotFound."""
        job = self.jobs.get(key)
        if job is None:
            raise NotFound("reconciliation_not_found")
        return job

    def cancel(self, key: JobKey, user: str) -> Job:
        """Raises NotFound, NotPossible when it is over, Conflict when it changed again and again."""

        def activity(job: Job, now: int, changed: Changed) -> Activity:
            subject = str(job.asked["affiliate"])
            return Activity(key.account, now, user, "reconciliation.cancel", subject, key.id, *changed)

        return take_step(self.jobs, lambda: self.get(key), jobs.cancel, self.clock, activity)

    def hold(self, job: Job) -> bool:
        """Whether it is this one's turn, from now on for an hour."""
        now = self.clock()
        return self.turns.hold(_turn(job), job.key.id, now, now + HELD_MS) == job.key.id

    def _running(self, job: Job) -> Job | None:
        """Who has the turn, if that is another run that is not over."""
        for _ in range(TRIES):
            now = self.clock()
            holder = self.turns.hold(_turn(job), job.key.id, now, now + HELD_MS)
            if holder == job.key.id:
                return None
            other = self.jobs.get(JobKey(job.key.account, job.key.family, holder))
            if other is not None and not other.state.over:
                return other
            self.turns.release(_turn(job), holder)  # it ended, and has no turn any more
        raise Conflict("other runs begin again and again")


def _turn(job: Job) -> str:
    names: Mapping[str, Any] = job.asked
    return "#".join(("reconcile", job.key.account, str(names["affiliate"]), job.kind, str(names.get("sku", ""))))


def start_all(runs: Runs, control: Control, kind: str) -> None:
    """A run for every channel, as the schedules want it. Whatever is wrong with one, the others begin; then it fails,
    so that it is seen and repeated. Raises Conflict, Unavailable."""
    failed: list[StockBridgeError] = []
    for channel in control.channels():
        try:
            runs.start(channel, kind, SCHEDULE)
        except StockBridgeError as error:
            logger.warning("run not begun", extra={"channel": channel.id, "reason": str(error)})
            failed.append(error)
    if failed:
        raise failed[0]
