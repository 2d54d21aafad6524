"""What people do about files of records. Asking for one is a deed, because data leaves: it is saved with who did it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from actions.access import Access, Role
from stockbridge import jobs
from stockbridge.differences import Changed, difference
from stockbridge.dynamo_jobs import DynamoJobs, JobPage
from stockbridge.errors import NotAllowed, NotFound, NotPossible
from stockbridge.file_requests import FileRequest, Format
from stockbridge.hinting import send_hints
from stockbridge.job_deeds import take_step
from stockbridge.jobs import Family, Job, JobKey
from stockbridge.store import Activity, Message, Queue
from stockbridge.telemetry import count
from stockbridge.working import job_message

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
        send_hints(self.queue, [Message(job_message(key))])
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

        def find() -> Job:
            job = self.file(access.account, name)
            if access.role < Role.OPERATOR and job.created_by != access.user:
                raise NotAllowed("needs_operator")
            return job

        def activity(_job: Job, now: int, changed: Changed) -> Activity:
            return Activity(access.account, now, access.user, "file.cancel", name, "", *changed)

        return take_step(self.jobs, find, jobs.cancel, self.clock, activity)


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
