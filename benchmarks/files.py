"""A file of a million records, through the code that makes it, between a table in memory and a folder.

    .venv/bin/python -m benchmarks.files

Records are made up as they are read, so what is measured is the files function's own work: walking, filtering, telling,
spooling, and putting both formats together. The reads themselves, of DynamoDB and S3, are not in it; what reading
costs a processor is measured apart, by unpacking items as the adapter does.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from files.pages import FilePages
from stockbridge import jobs
from stockbridge.causes import CAUSES
from stockbridge.channels import Channel, VtexSource
from stockbridge.dynamo import _record, _values
from stockbridge.file_requests import ZONE, FileRequest, Filter, Format, object_name
from stockbridge.jobs import Family, Job, JobKey, State
from stockbridge.listing import Listing
from stockbridge.notifications import Key
from stockbridge.records import Attempt, Decision, Record, Status
from stockbridge.rule import Verdict
from stockbridge.tables import RecordItem

NOW = 1_800_000_000_000
STEP_MS = 37  # between two rows
CODES = sorted(CAUSES)
TIMEOUT_S = 600  # the function's
MEMORY_MB, PROCESSOR = 1024, 1024 / 1769  # what template.yaml gives it; Lambda's share of one processor
DISK_MB = 6144


def record(number: int) -> Record:
    """An error, because errors have the longest rows."""
    at = NOW - number * STEP_MS
    message = f"item.attributes.missing_required: The attributes [GTIN, BRAND] are required for {number} [{at:x}]"
    attempts = [Attempt(at - wait, "refused", 3, 2, message, 400) for wait in (90_000, 60_000, 0)]
    return Record(
        Key("loja", "SPT", str(1 + number)),
        rev=9,
        balance=number % 1000,
        allowed=number % 1000,
        active=True,
        listed=True,
        observed_at=at - 95_000,
        seen=3,
        wanted=number % 1000,
        version=2,
        decision=Decision(Verdict.AT_THRESHOLD, number % 7, number % 1000, at - 95_000, at - 99_000),
        confirmed=number % 7,
        confirmed_version=1,
        confirmed_at=at - 9_000_000,
        done_version=2,
        epoch=4,
        status=Status.ERROR,
        cause=CODES[number % len(CODES)],
        message=message,
        processed_at=at,
        listed_at=at,
        reflected_ms=61_000 + number % 900_000,
        attempts=tuple(attempts),
    )


@dataclass(frozen=True)
class Table:
    """The list index and the records of one channel, made up."""

    size: int

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        first = max(0, -(-(NOW - int(high[:13])) // STEP_MS))
        first += 1 if "#" in high and high.split("#")[1] and f"{NOW - first * STEP_MS}#{1 + first}" > high else 0
        numbers = range(first, min(first + limit, self.size))
        found = (f"{NOW - number * STEP_MS:013d}#{1 + number}" for number in numbers)
        return [when for when in found if low <= when]

    def total(self, account: str, partition: str, *, low: str, high: str) -> int:
        return self.size

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Record]:
        return {key: record(int(key.sku) - 1) for key in keys}

    def channels(self, account: str | None = None) -> Sequence[Channel]:
        return [Channel("loja", "SPT", "Mercado Exemplo", "generic", VtexSource("https://loja.example", "secret"), {})]


@dataclass(frozen=True)
class Folder:
    path: Path

    def put(self, name: str, content: bytes) -> None:
        self._place(name).write_bytes(content)

    def get(self, name: str) -> bytes:
        return self._place(name).read_bytes()

    def save(self, name: str, chunks: Iterable[bytes], *, media_type: str, saved_as: str) -> int:
        with self._place(name).open("wb") as file:
            return sum(file.write(chunk) for chunk in chunks)

    def _place(self, name: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class Disk:
    """The most that a folder held while it was watched. Files that are open and have no name any more count too."""

    def __init__(self, folder: Path) -> None:
        self.most = 0
        self._folder = folder
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch)

    def __enter__(self) -> Disk:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            seen = {}
            for path in (*self._folder.rglob("*"), *Path("/proc/self/fd").iterdir()):
                try:
                    found = path.stat()
                    if found.st_dev == self._folder.stat().st_dev and str(path.resolve()).startswith(str(self._folder)):
                        seen[found.st_ino] = found.st_size
                except OSError:
                    continue
            self.most = max(self.most, sum(seen.values()))


def made(kind: Format, rows: int, folder: Path) -> Iterator[tuple[str, float, float]]:
    """Each phase with its seconds, of the clock and of the processor."""
    table, store, scratch = Table(rows), Folder(folder), folder / "scratch"
    scratch.mkdir()
    pages = FilePages(
        listing=Listing(table, table),  # type: ignore[arg-type]  # what a file needs of them
        totals=table,
        control=table,
        store=store,
        clock=lambda: NOW,
        late_after_s=3600,
        at_once=map,
        folder=scratch,
    )
    request = FileRequest(Filter(["SPT"], shown="error"), "pt", ZONE)
    job = Job(JobKey("loja", Family.FILE, kind.value), kind.value, request.document(), NOW, "ana", next_at=NOW)
    spent: dict[str, list[float]] = {}
    widest = 0
    with Disk(scratch) as disk:
        while job.state is State.RUNNING:
            job = jobs.take(replace(job, next_at=0), NOW, lease_s=630)
            phase = str(job.position.get("phase", "count"))
            began = time.perf_counter(), time.process_time()
            page = pages(job)
            took = spent.setdefault(phase, [0.0, 0.0])
            took[0] += time.perf_counter() - began[0]
            took[1] += time.process_time() - began[1]
            job = jobs.commit(job, job.epoch, page, NOW)
            widest = max(widest, len(json.dumps(dict(job.position))))
    assert (job.state, job.counts["rows"]) == (State.DONE, rows), job
    spool = sum(path.stat().st_size for path in (folder / "spool").rglob("*") if path.is_file())
    print(
        f"{kind}: {rows} rows, file {job.counts['bytes'] / 1e6:.0f} MB, spool {spool / 1e6:.0f} MB, "
        f"scratch at most {disk.most / 1e6:.0f} MB, {job.pages} pages, position at most {widest} B"
    )
    assert (folder / object_name(job)).stat().st_size == job.counts["bytes"]
    assert disk.most < DISK_MB * 1e6 / 2
    for phase, (clock, processor) in spent.items():
        yield phase, clock, processor


def unpacking(items: int) -> float:
    """Seconds of a processor to make records of that many items, as the adapter does for each that it reads."""
    one = record(7)
    raw = RecordItem("loja#8", "SPT", rev=9, **_values(one)).to_dynamodb_dict()
    began = time.process_time()
    for _ in range(items):
        item = RecordItem()
        item.deserialize(raw)
        _record(one.key, item)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    for kind in Format:
        if os.fork() == 0:  # a process for each, so that one's memory is not the other's
            folder = Path(tempfile.mkdtemp(prefix="files-"))
            try:
                for phase, clock, processor in made(kind, given.rows, folder):
                    lambda_s = processor / PROCESSOR
                    print(f"  {phase}: {clock:.1f} s, {processor:.1f} s of a processor: about {lambda_s:.0f} s there")
                    assert phase == "read" or lambda_s < TIMEOUT_S / 2
                most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(f"  memory at most {most_mb:.0f} MB")
                assert most_mb < MEMORY_MB / 3
            except Exception:  # noqa: BLE001 -- this process ends here, whatever it was
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            finally:
                shutil.rmtree(folder)
            sys.stdout.flush()
            os._exit(0)
        _, status = os.wait()
        assert status == 0
    print(f"unpacking what is read: {unpacking(2_000) * 500:.0f} s of a processor for a million items")


if __name__ == "__main__":
    main()
