"""Doing a job's pages: one message of its queue is one hint that a page may be due, as everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stockbridge import jobs
from stockbridge.errors import Conflict, InvalidInput, StockBridgeError, Unavailable
from stockbridge.hinting import send_hints
from stockbridge.jobs import Family, Job, JobKey, Page
from stockbridge.store import Activity, Message, Queue
from stockbridge.telemetry import count, logger

MAX_DELAY_S = 900  # SQS's own limit; longer waits are the sweep's
COMMIT_TRIES = 10
VERSION = 1


class Jobs(Protocol):
    def get(self, key: JobKey) -> Job | None:
        """As of now."""

    def save(self, job: Job, was: Job | None, *, activity: Activity | None = None) -> Job:
        """Store the step from `was` (None: it is new); the answer has the next rev. Raises Conflict when somebody saved
        it meanwhile, Unavailable. The activity is stored with it or not at all."""

    def due(self, before: int) -> Iterable[JobKey]:
        """Nominations of the index, at most some hundred."""


def job_message(key: JobKey) -> str:
    return json.dumps({"v": VERSION, "job": [key.account, key.family, key.id]}, separators=(",", ":"))


def read_job(body: str) -> JobKey:
    """Raises InvalidInput."""
    try:
        document = json.loads(body)
        account, family, name = document["job"]
        if document["v"] != VERSION or not (isinstance(account, str) and isinstance(name, str)):
            raise InvalidInput("the message is of an unknown version")
        return JobKey(account, Family(family), name)
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput("not a job's message") from error


@dataclass(frozen=True, slots=True)
class Working:
    """`pages` does one page of each kind of job. It may raise Unavailable: then the page is done again. The lease is
    longer than the function lives, and the budget leaves it time to end in order."""

    jobs: Jobs
    pages: Mapping[str, Callable[[Job], Page]]
    queue: Queue
    clock: Callable[[], int]
    random: Callable[[], float]  # 0 to 1
    lease_s: int
    budget_s: int

    def work(self, key: JobKey) -> None:
        """Do what is due of a job, page after page while there is time. Raises Unavailable."""
        ends_at = self.clock() + self.budget_s * 1000
        while True:
            job = self._take(key)
            if job is None:
                return
            done = self._do(job)
            if done is None or done.state is not jobs.State.RUNNING:
                return
            wait_s = max(0, done.next_at - self.clock()) / 1000
            if wait_s > 0 or self.clock() >= ends_at:
                self._hint(key, wait_s)
                return

    def _take(self, key: JobKey) -> Job | None:
        job = self.jobs.get(key)
        if job is None:
            return None
        try:
            taken = jobs.take(job, self.clock(), lease_s=self.lease_s)
            taken = self.jobs.save(taken, job)
        except (jobs.NotNow, Conflict):  # whoever was first does it
            return None
        if taken.state is jobs.State.FAILED:
            count("JobFailed")
            logger.error("job failed", extra={"job": key.id, "kind": job.kind, "reason": taken.reason})
            return None
        return taken

    def _do(self, job: Job) -> Job | None:
        """The job with its page written down; None when the page counts as one that never came back."""
        try:
            page = self.pages[job.kind](job)
        except Unavailable as error:
            logger.warning("page postponed", extra={"job": job.key.id, "reason": str(error)})
            jitter = self.random()
            return self._write(job, lambda now_job, now: jobs.postpone(now_job, job.epoch, now, jitter=jitter))
        except StockBridgeError:
            raise
        except Exception:  # noqa: BLE001 -- a bug: the lease ends by itself, and too many of them end the job
            logger.exception("page failed", extra={"job": job.key.id, "kind": job.kind})
            count("JobPageFailed")
            return None
        count("JobPage")
        return self._write(job, lambda now_job, now: jobs.commit(now_job, job.epoch, page, now))

    def _write(self, job: Job, step: Callable[[Job, int], Job]) -> Job | None:
        for _ in range(COMMIT_TRIES):
            try:
                return self.jobs.save(step(job, self.clock()), job)
            except Conflict:  # an operator paused it, or somebody took the page after us
                found = self.jobs.get(job.key)
                if found is None:
                    return None
                job = found
            except jobs.LostPage:
                count("JobPageLost")
                return None
        return None

    def _hint(self, key: JobKey, wait_s: float) -> None:
        if wait_s <= MAX_DELAY_S:
            send_hints(self.queue, [Message(job_message(key), int(wait_s) + (wait_s % 1 > 0))])


@dataclass(frozen=True, slots=True)
class JobSweep:
    """For the audit of every minute: what is due and has no message."""

    jobs: Jobs
    queues: Mapping[Family, Queue]
    clock: Callable[[], int]

    def __call__(self) -> None:
        for key in self.jobs.due(self.clock()):
            try:
                self.queues[key.family].send([Message(job_message(key))])
                count("JobsSwept")
            except Unavailable as error:
                logger.warning("job not hinted", extra={"job": key.id, "reason": str(error)})


def take_batch(working: Working, batch: Sequence[tuple[str, str]]) -> list[str]:
    """Handle messages (id, body); the answer is the ids of those to deliver again."""
    failed: list[str] = []
    for name, body in batch:
        try:
            working.work(read_job(body))
        except StockBridgeError as error:
            logger.warning("job message failed", extra={"reason": str(error)})
            failed.append(name)
    return failed
