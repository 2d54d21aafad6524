"""The parts of an operation: the records of one page, and what came of each.

A part is laid out before anything is done to its records, and stored once. Whoever does the page again after a crash
does the same records, and leaves those alone that bear the part's mark: the request of a reprocess, the time of a
removal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from stockbridge.jobs import JobKey
from stockbridge.notifications import Key
from stockbridge.records import Record, Status

MESSAGE = 200  # characters of a marketplace's words that are kept


class End(StrEnum):
    """What came of a record of a part."""

    WAITING = "waiting"  # it was asked, and there is no answer yet
    SUCCESS = "success"
    NOTHING_TO_SEND = "nothing_to_send"
    FAILED = "failed"
    SUPERSEDED = "superseded"  # a newer change came between, and took the answer along
    REMOVED = "removed"
    RESTORED = "restored"
    CHANGED = "changed"  # it was in the set, and was not any more when its turn came


ANSWERS = (End.SUCCESS, End.NOTHING_TO_SEND, End.FAILED)
FAILED_OF = "failed:"  # in counts, before a cause


@dataclass(frozen=True, slots=True)
class Row:
    """`rev` and `stamp` (its removal's time, where it is to be restored) are as it was laid out."""

    affiliate: str
    sku: str
    rev: int
    stamp: int | None = None
    end: End | None = None
    cause: str = ""
    message: str = ""

    def key(self, account: str) -> Key:
        return Key(account, self.affiliate, self.sku)


@dataclass(frozen=True, slots=True)
class Part:
    """`left`: records of the set that are not acted upon, by why. `next`: where the following one begins; `over`: there
    is none."""

    number: int
    at: int  # when it was laid out: the time of its removals
    rows: Sequence[Row]
    left: Mapping[str, int] = field(default_factory=dict)
    next: Mapping[str, Any] = field(default_factory=dict)
    over: bool = False
    rev: int = 0  # 0: not stored yet

    @property
    def waiting(self) -> Sequence[Row]:
        return [row for row in self.rows if row.end is End.WAITING]

    @property
    def tally(self) -> Counter[str]:
        """How many records came to which end, and the failed ones by cause."""
        counts: Counter[str] = Counter(row.end for row in self.rows if row.end is not None)
        counts.update(f"{FAILED_OF}{row.cause}" for row in self.rows if row.end is End.FAILED)
        return counts

    def ended(self, rows: Sequence[Row]) -> Part:
        """With these instead of its own of the same records."""
        known = {(row.affiliate, row.sku): row for row in rows}
        return replace(self, rows=[known.get((row.affiliate, row.sku), row) for row in self.rows])


class Parts(Protocol):
    def get(self, job: JobKey, number: int) -> Part | None:
        """As of now. Numbers begin with 1."""

    def save(self, job: JobKey, part: Part) -> Part:
        """Store over the one with `part.rev`; the answer has the next. Raises Conflict when that is not the stored
        one."""


class PartPages(Protocol):
    def after(self, job: JobKey, number: int, *, limit: int) -> Sequence[Part]:
        """The parts that follow that one, in their order."""


def request_of(job: JobKey, part: Part) -> str:
    """What the records say asked for their reprocess."""
    return f"{job.id}.{part.number}"


def operation_of(request: str) -> str | None:
    """The operation that asked; None: somebody asked for this record alone."""
    operation, dot, _ = request.partition(".")
    return operation if dot else None


def end_of(row: Row, record: Record, request: str, *, checked: bool) -> Row:
    """What came of a reprocess, as the record says now. `checked`: its marketplace says later what became of a write
    that it accepted."""
    own = [attempt for attempt in record.attempts if attempt.request == request]
    nothing = bool(own) and own[-1].outcome == "nothing_to_send"
    success = End.NOTHING_TO_SEND if nothing else End.SUCCESS
    if record.request != request:
        arrived = bool(own) and _arrived(record, own[-1].version, checked=checked)
        return replace(row, end=success if arrived else End.SUPERSEDED)
    if record.status is Status.SUCCESS:
        return replace(row, end=success)
    if record.status is Status.ERROR:
        return replace(row, end=End.FAILED, cause=record.cause or "uncatalogued", message=record.message[:MESSAGE])
    return row


def _arrived(record: Record, version: int, *, checked: bool) -> bool:
    """That write was done, though a newer change took the request's place since. Accepted is done where nobody can be
    asked. Where somebody can (`checked`), an attempt of its own says what became of it, or the newer change was sent
    without waiting for that, and nobody ever knows."""
    last = [attempt.outcome for attempt in record.attempts if attempt.version == version][-1]
    return last in ("applied", "confirmed", "nothing_to_send") or (last == "accepted" and not checked)


def asked_by(record: Record, request: str) -> bool:
    return record.request == request or any(attempt.request == request for attempt in record.attempts)


def document_of(part: Part) -> dict[str, Any]:
    return {
        "at": part.at,
        "rows": [_brief(row) for row in part.rows],
        "left": dict(part.left),
        "next": dict(part.next),
        "over": part.over,
    }


def part_of(number: int, document: Mapping[str, Any], rev: int) -> Part:
    rows = [Row(**{**row, "end": End(row["end"]) if "end" in row else None}) for row in document["rows"]]
    return Part(number, rows=rows, rev=rev, **{name: document[name] for name in ("at", "left", "next", "over")})


def _brief(row: Row) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if value not in (None, "")}


def failures(parts: Sequence[Part]) -> Iterator[tuple[Part, int, Row]]:
    """The failed rows, each with its part and its place in it."""
    for part in parts:
        for place, row in enumerate(part.rows):
            if row.end is End.FAILED:
                yield part, place, row
