"""A bulk operation over very many records: pages, the longest page, and the memory that it takes besides the records.

    .venv/bin/python -m benchmarks.bulk --records 100000 [--action remove]

The stores are in memory and the clock is virtual, so the figures are of the operation's own code: what AWS adds is two
dozen calls a page. Every reprocess is answered at once, one in ten with an error.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stockbridge.bulk.asked import Action, Asked
from stockbridge.bulk.operation import STARTS_AFTER_MS, Operation
from stockbridge.bulk.parts import Part, document_of, part_of
from stockbridge.bulk.walking import Walk
from stockbridge.jobs import Family, Job, JobKey, Page, State
from stockbridge.listing import place_of
from stockbridge.notifications import Key
from stockbridge.records import Attempt, Record, Status
from stockbridge.store import Activity, Message
from stockbridge.telemetry import metrics
from stockbridge.working import Working
from tests.memory import START, Clock, MemoryJobs, MemoryQueue, MemoryRecords

JOB = JobKey("loja", Family.OPERATION, "0123456789ab")
PER_SECOND = 50.0


@dataclass
class SortedRecords(MemoryRecords):
    """With an index that is kept as it is written, as DynamoDB's is."""

    rows: dict[str, list[str]] = field(default_factory=dict)

    def save(self, record: Record, was: Record, *, activity: Activity | None = None) -> Record:
        if was.rev:
            before = place_of(was)
            rows = self.rows[f"loja#{before.partition}"]
            del rows[bisect_left(rows, before.when)]
        after = place_of(record)
        insort(self.rows.setdefault(f"loja#{after.partition}", []), after.when)
        return super().save(record, was, activity=activity)

    def newest(self, _index: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        rows = self.rows.get(partition, [])
        end = bisect_right(rows, high)
        return rows[max(bisect_left(rows, low), end - limit) : end][::-1]


@dataclass
class StoredParts:
    """As documents, which is all that DynamoDB keeps."""

    stored: dict[int, tuple[dict[str, Any], int]] = field(default_factory=dict)

    def get(self, _job: JobKey, number: int) -> Part | None:
        found = self.stored.get(number)
        return None if found is None else part_of(number, *found)

    def save(self, _job: JobKey, part: Part) -> Part:
        self.stored[part.number] = (document_of(part), part.rev + 1)
        return replace(part, rev=part.rev + 1)

    def after(self, _job: JobKey, number: int, *, limit: int) -> Sequence[Part]:
        return [part_of(each, *found) for each, found in self.stored.items() if number < each <= number + limit]


@dataclass
class Answering(MemoryQueue):
    """The intake queue, with everything behind it: a reprocess is answered when it is hinted."""

    records: SortedRecords = field(default_factory=SortedRecords)
    asked: list[Record] = field(default_factory=list)

    def send(self, messages: Sequence[Message]) -> None:
        """Hints are not kept."""

    def answer(self, part: Part) -> None:
        for row in part.rows:
            record = self.records.get(row.key("loja"))
            if record.status is not Status.PENDING:
                continue
            failed = int(row.sku) % 10 == 0
            attempt = Attempt(record.listed_at, "refused" if failed else "applied", 1, 2, request=record.request)
            status, cause = (Status.ERROR, "busy") if failed else (Status.SUCCESS, None)
            done = replace(record, status=status, cause=cause, attempts=(attempt,), request_due=False)
            self.records.save(done, record)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--action", type=Action, choices=list(Action), default=Action.REPROCESS)
    options = parser.parse_args()
    clock, records, parts, jobs = Clock(), SortedRecords(), StoredParts(), MemoryJobs()
    for sku in range(1, options.records + 1):
        blank = Record(Key("loja", "SPT", str(sku)))
        records.save(replace(blank, status=Status.ERROR, cause="timeout", listed_at=START - sku), blank)
    answering = Answering(records=records)
    at_once: Any = map
    operation = Operation(
        records, parts, Walk(records, parts), answering, lambda *_: PER_SECOND, lambda *_: False, clock, at_once
    )
    longest, largest = 0.0, 0

    def page(job: Job) -> Page:
        """Memory is traced of every fiftieth page, which is ten times as slow and whose time does not count."""
        nonlocal longest, largest
        metrics.clear_metrics()  # as at the end of each invocation
        if job.pages % 50 == 0:
            tracemalloc.start()
            done = operation(job)
            largest = max(largest, tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            return done
        began = time.perf_counter()
        done = operation(job)
        longest = max(longest, time.perf_counter() - began)
        return done

    asked = Asked("loja", options.action, clock(), ["SPT"], sample=options.action is Action.REPROCESS)
    clock.now += STARTS_AFTER_MS
    job = jobs.save(Job(JOB, options.action, asked.document, START, "ana", next_at=clock()), None)
    working = Working(jobs, dict.fromkeys(Action, page), MemoryQueue(), clock, lambda: 0.0, 75, budget_s=25)
    began = time.perf_counter()
    while job.state is State.RUNNING:
        working.work(JOB)
        job = jobs.stored[JOB]
        clock.now = max(clock.now, job.next_at)
        if options.action is Action.REPROCESS and (last := parts.get(JOB, len(parts.stored))) is not None:
            answering.answer(last)
    counts = {str(name): count for name, count in sorted(job.counts.items()) if count}
    print(f"{options.action} of {options.records} records: {job.state}, {counts}")
    print(f"{job.pages} pages, {len(parts.stored)} parts, in {time.perf_counter() - began:.1f} s of this machine")
    print(f"virtual time {(clock() - START) / 60_000:.1f} min at {PER_SECOND:g} records a second")
    print(f"longest page {longest * 1000:.0f} ms, memory of one {largest / 1024:.0f} KiB at most")
    print(f"the job's own item {len(repr(job.position)) + len(repr(dict(job.counts)))} characters at the end")


if __name__ == "__main__":
    main()
