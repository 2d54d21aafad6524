"""The ports of bulk operations in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stockbridge.bulk.parts import Part
from stockbridge.dynamo_listing import Count
from stockbridge.errors import Conflict
from stockbridge.jobs import JobKey
from stockbridge.listing import place_of
from stockbridge.notifications import Key
from stockbridge.records import Record


@dataclass
class MemoryParts:
    stored: dict[tuple[JobKey, int], Part] = field(default_factory=dict)

    def get(self, job: JobKey, number: int) -> Part | None:
        return self.stored.get((job, number))

    def save(self, job: JobKey, part: Part) -> Part:
        stored = self.stored.get((job, part.number))
        if (stored.rev if stored is not None else 0) != part.rev:
            raise Conflict
        self.stored[job, part.number] = replace(part, rev=part.rev + 1)
        return self.stored[job, part.number]


@dataclass
class MemoryIndex:
    """Over records as they are; `reads` counts how many rows were ever answered."""

    records: Mapping[Key, Record]
    reads: int = 0

    def newest(self, index: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        rows = sorted((row for row in self._rows(index, partition) if low <= row <= high), reverse=True)[:limit]
        self.reads += len(rows)
        return rows

    def count(self, index: str, partition: str, *, low: str, high: str, ends_at: int) -> Count:
        return Count(sum(low <= row <= high for row in self._rows(index, partition)))

    def _rows(self, index: str, partition: str) -> Iterable[str]:
        return rows_of(self.records.values(), index, partition)


def rows_of(records: Iterable[Record], index: str, partition: str) -> Iterable[str]:
    for record in records:
        place = place_of(record)
        affiliate, shown = place.partition.split("#")
        named = record.cause if index == "cause" else shown
        in_it = index == "list" or shown == "error"
        if in_it and partition == f"{record.key.account}#{affiliate}#{named}":
            yield place.when
