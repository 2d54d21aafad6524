"""A record as a row of a file. Pure: the language and the time come from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from files.cells import clean
from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.channels import Channel, late_after_ms
from stockbridge.listing import REMOVED
from stockbridge.records import Record
from stockbridge.situations import cause_code, situation_of
from stockbridge.texts import say

Cell = str | int | float | bool | None  # None: empty


class Kind(Enum):
    """What a column's cells are."""

    TEXT = auto()
    NUMBER = auto()
    TIME = auto()  # milliseconds since the epoch, UTC
    YES_NO = auto()


@dataclass(frozen=True, slots=True)
class Column:
    name: str  # file.column.{name} is its heading
    kind: Kind
    width: int  # characters


COLUMNS = (
    Column("sku", Kind.NUMBER, 12),
    Column("marketplace", Kind.TEXT, 22),
    Column("affiliate", Kind.TEXT, 10),
    Column("status", Kind.TEXT, 11),
    Column("situation", Kind.TEXT, 32),
    Column("cause", Kind.TEXT, 40),
    Column("hint", Kind.TEXT, 48),
    Column("message", Kind.TEXT, 48),
    Column("de", Kind.NUMBER, 8),
    Column("por", Kind.NUMBER, 8),
    Column("wanted", Kind.NUMBER, 13),
    Column("confirmed", Kind.NUMBER, 12),
    Column("changed_at", Kind.TIME, 19),
    Column("processed_at", Kind.TIME, 19),
    Column("minutes", Kind.NUMBER, 20),
    Column("late", Kind.YES_NO, 10),
    Column("attempts", Kind.NUMBER, 11),
    Column("removed_at", Kind.TIME, 19),
)

Row = Sequence[Cell]  # one cell for each of COLUMNS


def headings(language: str) -> list[str]:
    return [say(f"file.column.{column.name}", language) for column in COLUMNS]


@dataclass(frozen=True, slots=True)
class Rows:
    """`channels` are the account's, by affiliate; a record may outlive its channel."""

    channels: Mapping[str, Channel]
    language: str
    now: int
    late_after_s: int
    catalogue: Catalogue = BUILT_IN

    def late(self, record: Record) -> bool:
        channel = self.channels.get(record.key.affiliate)
        return record.late(self.now, late_after_ms(channel, self.late_after_s))

    def row(self, record: Record) -> Row:
        """In the order of COLUMNS."""
        channel = self.channels.get(record.key.affiliate)
        code, _ = situation_of(record, self.now, enabled=channel is None or channel.enabled, catalogue=self.catalogue)
        found = cause_code(record)
        cause = self.catalogue.cause_of(found) if found is not None else None
        change = record.skipped if code == "held" else record.decision
        return (
            int(record.key.sku),
            clean(channel.name if channel else record.key.affiliate),
            record.key.affiliate,
            say(f"file.status.{REMOVED if record.removal is not None else record.status}", self.language),
            say(f"situation.{code}", self.language),
            clean(cause.title[self.language]) if cause is not None else None,
            clean(cause.hint[self.language]) if cause is not None else None,
            (clean(record.message) or None) if found is not None and found == record.cause else None,
            change.de if change is not None else None,
            change.por if change is not None else None,
            record.wanted,
            record.confirmed,
            record.waiting_since or record.last_change_at,
            record.processed_at,
            None if record.reflected_ms is None else round(record.reflected_ms / 60_000, 1),
            self.late(record),
            len(record.attempts),
            record.removal.at if record.removal is not None else None,
        )
