"""Starting operations and what is done to them: each deed is saved together with who did it, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from stockbridge import jobs
from stockbridge.bulk.asked import Action, Asked, Eligibility, asked_of, estimate_s
from stockbridge.bulk.counting import COUNTS_FOR_MS, Counting, Looked, SetSize
from stockbridge.bulk.operation import STARTS_AFTER_MS
from stockbridge.bulk.position import SAMPLE, without_sample
from stockbridge.differences import Changed, difference
from stockbridge.errors import Conflict, NotFound, NotPossible
from stockbridge.hinting import send_hints
from stockbridge.job_deeds import Step, take_step
from stockbridge.jobs import Family, Job, JobKey, State
from stockbridge.store import Activity, Message, Queue
from stockbridge.telemetry import count
from stockbridge.working import Jobs, job_message

RUNNING_AT_ONCE = 20  # of an account: the function has others to work for


@dataclass(frozen=True, slots=True)
class Preview:
    size: SetSize
    estimate_s: float
    looked: Looked | None  # None: it removes nothing


@dataclass(frozen=True, slots=True)
class OperationDesk:
    jobs: Jobs
    counting: Counting
    per_second: Callable[[str, str], float]
    queue: Queue
    clock: Callable[[], int]
    next_number: Callable[[str], int]  # of an account's operations
    sample_above: int = SAMPLE
    running: Callable[[str], int] = lambda _account: 0  # how many of the account's go on

    def preview(self, asked: Asked) -> Preview:
        """Raises Unavailable."""
        ends_at = self.clock() + COUNTS_FOR_MS
        size = self.counting.size(asked, ends_at)
        looked = self.counting.look(asked, ends_at) if asked.action is Action.REMOVE else None
        return Preview(size, self._estimate_s(asked, size), looked)

    def start(self, asked: Asked, said: Mapping[str, Any], user: str, key: str | None, *, sample: bool) -> Job:
        """`said` is the request as it came: the same key with another one is refused with NotPossible. Raises
        Unavailable."""
        job = JobKey(asked.account, Family.OPERATION, _id("key", key) if key is not None else uuid4().hex[:12])
        if key is not None and (known := self.jobs.get(job)) is not None:
            return self._same(known, said)
        self._not_too_many(asked.account)
        size = self.counting.size(asked, self.clock() + COUNTS_FOR_MS)
        estimate = self._estimate_s(asked, size)
        can_go = size.of(Eligibility.CAN_GO)
        sample = sample and asked.action is Action.REPROCESS and (can_go > self.sample_above or size.more)
        counted = {which.value: size.of(which) for which in Eligibility} | {"more": size.more}
        return self._start(job, replace(asked, sample=sample), said, counted, estimate, user)

    def undo(self, account: str, name: str, user: str) -> Job:
        """Restore exactly what a removal removed, as an operation of its own; undoing twice is undoing once, unless the
        first one ended before it was done. Raises NotFound, NotPossible, Unavailable."""
        removal = self.get(account, name)
        if removal.kind != Action.REMOVE or not removal.state.over:
            raise NotPossible("operation_not_undoable")
        job = JobKey(account, Family.OPERATION, _id("undo", name))
        while (known := self.jobs.get(job)) is not None:
            if known.state not in (State.CANCELLED, State.FAILED):
                return known
            job = JobKey(account, Family.OPERATION, _id("undo", known.key.id))
        asked = Asked(account, Action.RESTORE, self.clock(), undoes=name)
        counted = {Eligibility.CAN_GO.value: removal.counts.get("acted", 0)}
        return self._start(job, asked, {}, counted, 0.0, user, removal)

    def get(self, account: str, name: str) -> Job:
        """Raises NotFound."""
        job = self.jobs.get(JobKey(account, Family.OPERATION, name))
        if job is None:
            raise NotFound("operation_not_found")
        return job

    def pause(self, account: str, name: str, user: str) -> Job:
        """This and the next two raise NotFound, NotPossible when its state forbids it, Unavailable."""
        return self._do("pause", account, name, user, jobs.pause)

    def resume(self, account: str, name: str, user: str) -> Job:
        if self.get(account, name).state in (State.PAUSED, State.STOPPED):
            self._not_too_many(account)
        job = self._do("resume", account, name, user, _go_on)
        send_hints(self.queue, [Message(job_message(job.key))])
        return job

    def cancel(self, account: str, name: str, user: str) -> Job:
        return self._do("cancel", account, name, user, jobs.cancel)

    def _start(
        self,
        key: JobKey,
        asked: Asked,
        said: Mapping[str, Any],
        counted: Mapping[str, Any],
        estimate: float,
        user: str,
        removal: Job | None = None,
    ) -> Job:
        """`removal`: what it undoes. A number that was taken and then not saved stays nobody's."""
        now = self.clock()
        next_at = now + STARTS_AFTER_MS
        document = {**asked.document, "said": _digest(said), "counted": dict(counted), "estimate_s": int(estimate)}
        if removal is not None:
            document["undoes_number"] = removal.number
            # a cancelled one may still have a page under way, which nobody must walk past
            next_at = max(next_at, removal.lease_until or 0)
        number = self.next_number(key.account)
        job = Job(key, asked.action, document, now, user, number, next_at=next_at, changed_at=now)
        action, of = ("operation.undo", removal) if removal is not None else ("operation.start", job)
        began = {"operation": key.id, "action": asked.action, **said}
        if of is not job:
            began["number"] = number
        activity = Activity(key.account, now, user, action, of.name, "", *difference({}, began))
        try:
            job = self.jobs.save(job, None, activity=activity)
        except Conflict:  # the same request, a moment ago
            known = self.jobs.get(key)
            if known is None:
                raise
            return self._same(known, said)
        count("OperationStarted")
        send_hints(self.queue, [Message(job_message(job.key), (next_at - now) // 1000)])
        return job

    def _not_too_many(self, account: str) -> None:
        if self.running(account) >= RUNNING_AT_ONCE:
            raise NotPossible("too_many_operations")

    def _same(self, known: Job, said: Mapping[str, Any]) -> Job:
        if known.asked.get("said") != _digest(said):
            raise NotPossible("operation_key_reused")
        return known

    def _do(self, deed: str, account: str, name: str, user: str, step: Step) -> Job:

        def activity(job: Job, now: int, changed: Changed) -> Activity:
            return Activity(account, now, user, f"operation.{deed}", job.name, "", *changed)

        return take_step(self.jobs, lambda: self.get(account, name), step, self.clock, activity)

    def _estimate_s(self, asked: Asked, size: SetSize) -> float:
        if asked.action is not Action.REPROCESS:
            return 0.0
        can_go = {affiliate: counts.get(Eligibility.CAN_GO, 0) for affiliate, counts in size.by_affiliate.items()}
        return estimate_s(can_go, {affiliate: self.per_second(asked.account, affiliate) for affiliate in can_go})


def _go_on(job: Job, now: int) -> Job:
    resumed = jobs.resume(job, now)
    if job.state is State.STOPPED and asked_of(job).sample:
        return replace(resumed, position=without_sample(job))
    return resumed


def _id(of: str, name: str) -> str:
    """Of a client's key, or of what an undo undoes: neither can be taken for the other."""
    return hashlib.sha256(f"{of} {name}".encode()).hexdigest()[:12]


def _digest(said: Mapping[str, Any]) -> str:
    """Of a request as it came."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
