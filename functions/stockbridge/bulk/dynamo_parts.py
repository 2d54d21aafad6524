"""The parts of operations on DynamoDB, beside their jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from stockbridge import aws
from stockbridge.bulk.parts import Part, document_of, part_of
from stockbridge.dynamo import translated
from stockbridge.dynamo_jobs import KEPT, job_partition
from stockbridge.jobs import JobKey
from stockbridge.tables import PartItem

_PREFIX = "page#"


class DynamoParts:
    """`parts.Parts` and `parts.PartPages` on the records table."""

    def __init__(self, table: str) -> None:
        aws.bind(PartItem, table)

    def get(self, job: JobKey, number: int) -> Part | None:
        with translated():
            try:
                return _part(PartItem.get(job_partition(job), _place(number), consistent_read=True))
            except PartItem.DoesNotExist:
                return None

    def save(self, job: JobKey, part: Part) -> Part:
        item = PartItem(
            job_partition(job),
            _place(part.number),
            rev=part.rev + 1,
            document=document_of(part),
            expires_at=datetime.fromtimestamp(part.at / 1000, UTC) + KEPT,
        )
        with translated():
            item.save(condition=PartItem.rev == part.rev if part.rev else PartItem.pk.does_not_exist())
        return replace(part, rev=part.rev + 1)

    def after(self, job: JobKey, number: int, *, limit: int) -> Sequence[Part]:
        following = PartItem.sk.between(_place(number + 1), f"{_PREFIX}:")
        with translated():
            items = PartItem.query(job_partition(job), following, page_size=limit, consistent_read=True)
            return [_part(item) for item in islice(items, limit)]


def _place(number: int) -> str:
    return f"{_PREFIX}{number:06d}"


def _part(item: PartItem) -> Part:
    return part_of(int(item.sk.removeprefix(_PREFIX)), item.document, int(item.rev))
