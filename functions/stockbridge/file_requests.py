"""A file of records that somebody asked for: which rows, in which format, and how its reader counts time. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stockbridge.errors import FieldProblem, InvalidFields
from stockbridge.jobs import Job
from stockbridge.listing import LAST_MS, LISTED, REMOVED, Wanted
from stockbridge.records import Record
from stockbridge.situations import cause_code
from stockbridge.texts import say

KEPT_DAYS = 7  # as the bucket's lifecycle in template.yaml
KEPT_MS = KEPT_DAYS * 24 * 3_600_000
ZONE = "America/Sao_Paulo"


class Format(StrEnum):
    """The kind of the job that makes it."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows of an account. `since` is inclusive and `until` is not, both of listed_at in milliseconds; None and ""
    filter nothing."""

    affiliates: Sequence[str]
    shown: str = ""  # a status, or "removed"; else all that are not removed
    cause: str = ""  # as the row shows it
    since: int | None = None
    until: int | None = None
    late: bool | None = None
    sku: str = ""

    def wanted(self, asked_at: int) -> Wanted:
        """The rows as they stood when the file was asked for."""
        return self._listed(self.since, min(self._end, asked_at + 1))

    def wanted_since(self, asked_at: int, now: int) -> Wanted | None:
        """What changed its place in the list from then on, until now; None when the filter ends before."""
        since = max(self.since or 0, asked_at + 1)
        return self._listed(since, min(self._end, now + 1)) if self._end > since and not self.sku else None

    @property
    def _end(self) -> int:
        return LAST_MS if self.until is None else self.until

    def _listed(self, since: int | None, until: int) -> Wanted:
        return Wanted(self.affiliates, [self.shown] if self.shown else LISTED, since, until)

    def fits(self, record: Record, *, late: bool) -> bool:
        """Whatever the index cannot tell, and what became of the row since it told."""
        shown = REMOVED if record.removal is not None else record.status.value
        return (
            (shown == self.shown if self.shown else shown != REMOVED)
            and (not self.cause or cause_code(record) == self.cause)
            and (self.late is None or late == self.late)
        )


@dataclass(frozen=True, slots=True)
class FileRequest:
    filter: Filter
    language: str
    zone: str

    def document(self) -> dict[str, Any]:
        """For `Job.asked`."""
        return {**asdict(self), "filter": {**asdict(self.filter), "affiliates": list(self.filter.affiliates)}}


def read_request(asked: Mapping[str, Any]) -> FileRequest:
    """What `FileRequest.document` wrote."""
    return FileRequest(Filter(**asked["filter"]), asked["language"], asked["zone"])


def zone_of(name: str) -> ZoneInfo:
    """Raises InvalidFields."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder of zones is an OSError
        raise InvalidFields([FieldProblem("zone", "unknown_zone", {})]) from error


def object_name(job: Job) -> str:
    """Where the file lies. The account comes first: whoever is in another one never gets there."""
    return f"files/{job.key.account}/{job.key.id}.{job.kind}"


def part_name(job: Job, epoch: int) -> str:
    """Where the rows of a page lie. A page that lost its lease had another epoch, so it overwrites nobody's."""
    return f"spool/{job.key.account}/{job.key.id}/{epoch}"


def file_name(job: Job) -> str:
    """What it is saved as: account, affiliate when it is one, status, and the days that it covers, in ASCII."""
    request = read_request(job.asked)
    wanted, zone = request.filter.wanted(job.created_at), ZoneInfo(request.zone)
    status = say(f"file.status.{request.filter.shown or 'all'}", request.language)
    days = [_day(at, zone) for at in (wanted.since, (wanted.until or 1) - 1) if at is not None]
    only = list(wanted.affiliates) if len(wanted.affiliates) == 1 else []
    words = ["stockbridge", job.key.account, *only, _ascii(status).lower(), *dict.fromkeys(days)]
    return f"{'_'.join(words)}.{job.kind}"


def _day(at: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
