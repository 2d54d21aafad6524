"""The pages of a file's job: one that counts, those that read, each leaving its rows as one part of the spool, and the
last, which streams the parts into the file.

A page that is done again leaves its rows under another name, and only the name that was committed is ever read.

The list moves while it is read: a row that changes goes to its head, where no page looks any more. So when the list as
it was asked for has been read, what moved since is read too, and in the file the newer of two readings of a row counts.
Each row is told as it was when it was read; one that does not fit then is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from files import csv_file, xlsx_file
from files.about import about
from files.rows import COLUMNS, Cell, Row, Rows
from files.spool import pack, unpack
from stockbridge.calls import AtOnce
from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.channels import Channel
from stockbridge.errors import NotFound
from stockbridge.file_requests import FileRequest, Format, file_name, object_name, part_name, read_request
from stockbridge.file_store import FileStore
from stockbridge.jobs import Job, Page, State
from stockbridge.listing import Listing, Place, Wanted, place_of
from stockbridge.notifications import Key
from stockbridge.records import Record

ROWS_A_PAGE = 5_000
READ_AT_ONCE = 100  # records in one batch read
MAX_ROWS = 2_000_000  # what a workbook takes in time, and on the disk
COUNT, READ, MOVED, ASSEMBLE = "count", "read", "moved", "assemble"
_SKU, _AFFILIATE = (next(at for at, one in enumerate(COLUMNS) if one.name == name) for name in ("sku", "affiliate"))
NEW_INVOCATION_S = 1.0  # a page that must wait is done by another invocation, which has all its time before it


class Channels(Protocol):
    def channels(self, account: str | None = None) -> Sequence[Channel]: ...


class Totals(Protocol):
    def total(self, account: str, partition: str, *, low: str, high: str) -> int: ...


@dataclass(frozen=True, slots=True)
class FilePages:
    listing: Listing
    totals: Totals
    control: Channels
    store: FileStore
    clock: Callable[[], int]
    late_after_s: int
    at_once: AtOnce
    folder: Path  # where a workbook is written before it is stored
    catalogue: Callable[[str], Catalogue] = lambda _account: BUILT_IN
    rows_a_page: int = ROWS_A_PAGE
    max_rows: int = MAX_ROWS

    def __call__(self, job: Job) -> Page:
        """Raises Unavailable."""
        request = read_request(job.asked)
        match job.position.get("phase", COUNT):
            case "count":
                return self._count(job, request)
            case "read":
                return self._read(job, request, request.filter.wanted(job.created_at))
            case "moved":
                moved = request.filter.wanted_since(job.created_at, job.position["until"])
                assert moved is not None  # or there is no such phase
                return self._read(job, request, moved)
            case _:
                return self._assemble(job, request)

    def _count(self, job: Job, request: FileRequest) -> Page:
        """How many rows are to be looked at."""
        wanted = request.filter.wanted(job.created_at)
        rows = 0
        if not request.filter.sku and wanted.low <= wanted.high:
            account = job.key.account
            rows = sum(self.totals.total(account, each, low=wanted.low, high=wanted.high) for each in wanted.partitions)
        return Page({"phase": READ, READ: [], MOVED: []}, {"estimate": rows})

    def _read(self, job: Job, request: FileRequest, wanted: Wanted) -> Page:
        phase = job.position["phase"]
        records, seen, following = self._records(job, request, wanted)
        channels = {channel.affiliate: channel for channel in self.control.channels(job.key.account)}
        views = Rows(channels, request.language, self.clock(), self.late_after_s, self.catalogue(job.key.account))
        rows = [views.row(one) for one in records if request.filter.fits(one, late=views.late(one))]
        parts = {READ: job.position[READ], MOVED: job.position[MOVED]}
        if rows:
            self.store.put(part_name(job, job.epoch), pack(rows))
            parts[phase] = [*parts[phase], job.epoch]
        counts = {"seen": seen, "rows": len(rows)}
        if job.counts.get("rows", 0) + len(rows) > self.max_rows:
            return Page(counts=counts, ends=State.FAILED, reason="too_many_rows")
        if following is not None:
            return Page({**job.position, **parts, "cursor": following}, counts)
        now = self.clock()
        if phase == READ and request.filter.wanted_since(job.created_at, now) is not None:
            return Page({"phase": MOVED, "until": now, **parts}, counts)
        return Page({"phase": ASSEMBLE, **parts}, counts, wait_s=NEW_INVOCATION_S)

    def _records(self, job: Job, request: FileRequest, wanted: Wanted) -> tuple[Sequence[Record], int, str | None]:
        """The page's records, how many were looked at, and the cursor of the next page."""
        account, sku = job.key.account, request.filter.sku
        if sku:
            records = self.listing.of_sku(account, sku, wanted).records
            return records, len(records), None
        page = self.listing.nominated(account, wanted, cursor=job.position.get("cursor"), limit=self.rows_a_page)
        batches = [page.places[at : at + READ_AT_ONCE] for at in range(0, len(page.places), READ_AT_ONCE)]
        read = self.at_once(lambda batch: self._batch(account, batch, job.created_at), batches)
        return [record for batch in read for record in batch], len(page.places), page.next

    def _batch(self, account: str, places: Sequence[Place], asked_at: int) -> Sequence[Record]:
        """Those that stand where the index said, or moved since the file was asked for: no other page finds these."""
        keys = [Key(account, place.affiliate, place.sku) for place in places]
        found = self.listing.records.get_many(keys)
        return [
            found[key]
            for key, place in zip(keys, places, strict=True)
            if found[key].rev and (found[key].listed_at > asked_at or place_of(found[key]) == place)
        ]

    def _assemble(self, job: Job, request: FileRequest) -> Page:
        zone = ZoneInfo(request.zone)
        rows = _Spooled(lambda epoch: unpack(self.store.get(part_name(job, epoch))), job.position)
        try:
            if job.kind == Format.CSV:
                chunks = csv_file.csv_chunks(rows, language=request.language, zone=zone)
                size = self._save(job, chunks, csv_file.MEDIA_TYPE)
            else:
                with TemporaryDirectory(dir=self.folder) as folder:
                    path = Path(folder) / "file.xlsx"
                    xlsx_file.write_xlsx(
                        path,
                        rows,
                        lambda: about(job, rows.given, self.catalogue(job.key.account)),
                        language=request.language,
                        zone=zone,
                    )
                    size = self._save(job, xlsx_file.chunks_of(path), xlsx_file.MEDIA_TYPE)
        except NotFound:
            return Page(ends=State.FAILED, reason="spool_gone")
        return Page({"phase": "done"}, {"bytes": size, "rows": rows.given - job.counts.get("rows", 0)}, ends=State.DONE)

    def _save(self, job: Job, chunks: Iterator[bytes], media_type: str) -> int:
        return self.store.save(object_name(job), chunks, media_type=media_type, saved_as=file_name(job))


class _Spooled:
    """The rows of all parts, the newest first, each once. In memory are one part, and the names of rows that moved."""

    def __init__(self, part: Callable[[int], Iterable[Row]], position: Mapping[str, Any]) -> None:
        self._part = part
        self._position = position
        self.given = 0

    def __iter__(self) -> Iterator[Row]:
        moved = set()
        for row in self._rows(MOVED):
            if _name(row) not in moved:  # it moved again while these were read
                moved.add(_name(row))
                yield self._counted(row)
        for row in self._rows(READ):
            if _name(row) not in moved:
                yield self._counted(row)

    def _rows(self, phase: str) -> Iterator[Row]:
        for epoch in self._position[phase]:
            yield from self._part(epoch)

    def _counted(self, row: Row) -> Row:
        self.given += 1
        return row


def _name(row: Row) -> tuple[Cell, Cell]:
    return row[_SKU], row[_AFFILIATE]
