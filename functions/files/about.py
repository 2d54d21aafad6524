"""What a workbook says of itself: who asked for which rows, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from files.cells import clean
from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.file_requests import read_request
from stockbridge.jobs import Job
from stockbridge.texts import say


def about(job: Job, rows: int, catalogue: Catalogue = BUILT_IN) -> list[tuple[str, str]]:
    """Names and texts, in the language and zone of the request."""
    language = read_request(job.asked).language
    told = [*_told(job, catalogue), ("file.about.rows", str(rows))]
    return [(say(key, language), clean(text)) for key, text in told]


def _told(job: Job, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    request = read_request(job.asked)
    wanted, zone, language = request.filter, ZoneInfo(request.zone), request.language

    def instant(at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M:%S}"

    yield "file.about.account", job.key.account
    yield "file.about.affiliates", ", ".join(wanted.affiliates)
    yield "file.column.status", say(f"file.status.{wanted.shown or 'all'}", language)
    if wanted.cause:
        yield "file.column.cause", catalogue.cause_of(wanted.cause).title[language]
    if wanted.late is not None:
        yield "file.column.late", say("file.yes" if wanted.late else "file.no", language)
    if wanted.sku:
        yield "file.column.sku", wanted.sku
    yield "file.about.from", instant(wanted.since) if wanted.since is not None else "-"
    yield "file.about.to", instant(job.created_at if wanted.until is None else wanted.until)
    yield "file.about.zone", request.zone
    yield "file.about.by", job.created_by
    yield "file.about.at", instant(job.created_at)
