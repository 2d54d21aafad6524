"""The jobs on DynamoDB, in the records table: what is due of them is in the index that the sweep reads anyway."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from stockbridge import aws
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.dynamo import add_activity, transaction, translated
from stockbridge.errors import InvalidInput
from stockbridge.jobs import Family, Job, JobKey, State
from stockbridge.store import Activity
from stockbridge.tables import ActivityItem, DueIndex, JobItem, LastNumberItem, ListIndex, NumberItem

KEPT = timedelta(days=90)
DUE_SHARDS = 2
DUE_AT_ONCE = 200
NEWEST = 50  # jobs that are looked at for those that go on
_FIELDS = tuple(field.name for field in fields(Job) if field.name not in ("key", "rev"))


@dataclass(frozen=True, slots=True)
class JobPage:
    """Newest first. `next` is the cursor of the following page, None at the end."""

    jobs: Sequence[Job]
    next: str | None


class DynamoJobs:
    """`working.Jobs` on the stack's tables, and an account's jobs as pages."""

    def __init__(self, table: str, control_table: str) -> None:
        for model in (JobItem, NumberItem, LastNumberItem):
            aws.bind(model, table)
        aws.bind(ActivityItem, control_table)

    def get(self, key: JobKey) -> Job | None:
        with translated():
            try:
                return _job(JobItem.get(job_partition(key), "job", consistent_read=True))
            except JobItem.DoesNotExist:
                return None

    def save(self, job: Job, was: Job | None, *, activity: Activity | None = None) -> Job:
        rev = was.rev if was is not None else 0
        item = _item(replace(job, rev=rev + 1))
        condition = JobItem.rev == rev if rev else JobItem.pk.does_not_exist()
        number = _number(job) if not rev else None
        with translated():
            if activity is None and number is None:
                item.save(condition=condition)
            else:
                with transaction() as together:
                    together.save(item, condition=condition)
                    if activity is not None:
                        add_activity(together, activity)
                    if number is not None:
                        together.save(number, condition=NumberItem.pk.does_not_exist())
        return replace(job, rev=rev + 1)

    def next_number(self, account: str, family: Family) -> int:
        """Nobody else's, and greater than any before. Raises Unavailable: then one may have been taken for nobody."""
        item = LastNumberItem(f"numbers#{account}", family)
        with translated():
            item.update([LastNumberItem.last.add(1)])
        return int(item.last)

    def numbered(self, account: str, family: Family, number: int) -> JobKey | None:
        """As of now: whoever started an operation goes to its number at once. Raises Unavailable."""
        place = job_partition(JobKey(account, family, str(number)))
        with translated():
            try:
                item = NumberItem.get(place, "number", consistent_read=True)
            except NumberItem.DoesNotExist:
                return None
        return JobKey(account, family, item.job)

    def due(self, before: int) -> Iterator[JobKey]:
        for shard in range(DUE_SHARDS):
            with translated():
                items = JobItem.due_index.query(f"jobs#{shard}", DueIndex.due_at <= before, page_size=DUE_AT_ONCE)
                for item in islice(items, DUE_AT_ONCE):
                    yield _key(item.pk)

    def page(self, account: str, family: Family, *, cursor: str | None, limit: int) -> JobPage:
        """Raises InvalidInput for a bad cursor, Unavailable."""
        older = ListIndex.list_sk < _place(cursor) if cursor is not None else None
        with translated():
            items = JobItem.list_index.query(
                _listed(account, family), older, scan_index_forward=False, page_size=limit + 1
            )
            nominated = [(item.pk, item.list_sk) for item in islice(items, limit + 1)]
            shown = nominated[:limit]
            found = {item.pk: _job(item) for item in JobItem.batch_get([(pk, "job") for pk, _ in shown])}
        jobs = [found[pk] for pk, _ in shown if pk in found]
        return JobPage(jobs, write_cursor(shown[-1][1]) if len(nominated) > limit else None)

    def running(self, account: str, family: Family) -> int:
        """How many of its newest ones go on. Raises Unavailable."""
        return sum(job.state is State.RUNNING for job in self.page(account, family, cursor=None, limit=NEWEST).jobs)


def job_partition(key: JobKey) -> str:
    """What lies beside a job, its pages, is there too."""
    return f"job#{key.account}#{key.family}#{key.id}"


def _key(partition: str) -> JobKey:
    _, account, family, name = partition.split("#")
    return JobKey(account, Family(family), name)


def _listed(account: str, family: Family) -> str:
    return f"{account}#jobs#{family}"


def _place(cursor: str) -> str:
    (place,) = read_cursor(cursor, 1)
    if not (place[:13].isdigit() and place[13:14] == "#" and len(place) < 60):
        raise InvalidInput("bad_cursor")
    return place


def _expires_at(job: Job) -> datetime:
    return datetime.fromtimestamp(job.created_at / 1000, UTC) + KEPT


def _number(job: Job) -> NumberItem | None:
    """The way from its number to it."""
    if job.number is None:
        return None
    called = replace(job.key, id=job.name)
    return NumberItem(job_partition(called), "number", job=job.key.id, expires_at=_expires_at(job))


def _item(job: Job) -> JobItem:
    values = {name: value for name, value in asdict(job).items() if name in _FIELDS}
    item = JobItem(
        job_partition(job.key),
        "job",
        rev=job.rev,
        document=values,
        list_pk=_listed(job.key.account, job.key.family),
        list_sk=f"{job.created_at:013d}#{job.key.id}",
        expires_at=_expires_at(job),
    )
    if job.due_at is not None:
        item.due_pk = f"jobs#{zlib.crc32(job.key.id.encode()) % DUE_SHARDS}"
        item.due_at = job.due_at
    return item


def _job(item: JobItem) -> Job:
    document: dict[str, Any] = {name: value for name, value in item.document.items() if name in _FIELDS}
    return Job(key=_key(item.pk), rev=int(item.rev), **{**document, "state": State(document["state"])})
