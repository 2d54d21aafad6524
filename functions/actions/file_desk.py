"""What people do about files of records. Asking for one is a deed, because data leaves: it is saved with who did it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from actions.access import Access, Role
from stockbridge import jobs
from stockbridge.differences import difference
from stockbridge.dynamo_jobs import DynamoJobs, JobPage
from stockbridge.errors import Conflict, NotAllowed, NotFound, NotPossible, Unavailable
from stockbridge.file_requests import FileRequest, Format
from stockbridge.jobs import Family, Job, JobKey
from stockbridge.store import Activity, Message, Queue
from stockbridge.telemetry import count, logger
from stockbridge.working import job_message

TRIES = 5
RUNNING_AT_ONCE = 5  # of an account

_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class FileDesk:
    jobs: DynamoJobs
    queue: Queue
    clock: Callable[[], int]
    new_id: Callable[[], str]  # a UUID's 32 hexadecimal digits

    def start(self, account: str, kind: Format, request: FileRequest, user: str) -> Job:
        """Raises NotPossible when too many are being made."""
        if self.jobs.running(account, Family.FILE) >= RUNNING_AT_ONCE:
            raise NotPossible("too_many_files")
        now = self.clock()
        key = JobKey(account, Family.FILE, self.new_id())
        job = Job(key, kind.value, request.document(), created_at=now, created_by=user, next_at=now, changed_at=now)
        activity = Activity(
            account, now, user, "file.create", key.id, _told(kind, request), *difference({}, request.document())
        )
        saved = self.jobs.save(job, None, activity=activity)
        count("FileAsked")
        self._hint(key)
        return saved

    def file(self, account: str, name: str) -> Job:
        """Raises NotFound."""
        job = self.jobs.get(JobKey(account, Family.FILE, name)) if _NAME.fullmatch(name) else None
        if job is None:
            raise NotFound("file_not_found")
        return job

    def page(self, account: str, *, cursor: str | None, limit: int) -> JobPage:
        """Raises InvalidInput for a bad cursor."""
        return self.jobs.page(account, Family.FILE, cursor=cursor, limit=limit)

    def cancel(self, access: Access, name: str) -> Job:
        """Viewers cancel their own. Raises NotFound, NotAllowed, NotPossible when it is over, Conflict when it changed
        again and again."""
        account, user = access.account, access.user
        for _ in range(TRIES):
            job, now = self.file(account, name), self.clock()
            if access.role < Role.OPERATOR and job.created_by != user:
                raise NotAllowed("needs_operator")
            after = jobs.cancel(job, now)
            if after == job:
                return job
            changed = difference({"state": job.state}, {"state": after.state})
            try:
                activity = Activity(account, now, user, "file.cancel", name, "", *changed)
                return self.jobs.save(after, job, activity=activity)
            except Conflict:
                continue
        raise Conflict(f"the file {name} changed {TRIES} times")

    def _hint(self, key: JobKey) -> None:
        """Only saves time: what is due is found by the sweep too."""
        try:
            self.queue.send([Message(job_message(key))])
        except Unavailable as error:
            count("HintLost")
            logger.warning("file not hinted", extra={"reason": str(error)})


def _told(kind: Format, request: FileRequest) -> str:
    """Which data it was, for whoever reads the activity."""
    wanted = request.filter
    told = {
        "affiliates": ",".join(wanted.affiliates),
        "status": wanted.shown,
        "cause": wanted.cause,
        "from": wanted.since,
        "to": wanted.until,
        "late": wanted.late,
        "sku": wanted.sku,
    }
    return ", ".join([kind.value, *(f"{name} {value}" for name, value in told.items() if value not in (None, ""))])
