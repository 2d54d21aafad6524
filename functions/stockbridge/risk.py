"""The risk of selling what is not there: which records carry it, and which of them comes first. Pure.

At risk is what a marketplace shows, or may show, beyond what it should, while that is not over: an error, a change on
its way, a change that could not be read yet. A difference that the 5-unit rule allows is none of these.

A removed row is at risk as any other: "Remover Log" takes it out of the lists, and the marketplace goes on selling.
"""

from __future__ import annotations

from dataclasses import dataclass

from stockbridge.records import Record, Status

NO_LISTING = frozenset({"not_catalogued", "not_found", "listing_closed", "unmapped"})  # causes
OF_OTHERS = frozenset({"fulfillment"})  # what is sold lies in the marketplace's own warehouse

_MOST = 9_999_999_999
_LATEST = 9_999_999_999_999


@dataclass(frozen=True, slots=True)
class Exposure:
    """`units` that may be sold beyond the balance; None when nobody knows what is shown. `zero`: nothing is left at
    VTEX and something may be on sale. `since`: when the oldest change came that did not arrive (milliseconds)."""

    units: int | None
    zero: bool
    since: int

    @property
    def order(self) -> str:
        """The greatest comes first: nothing left, then the most units, then the oldest."""
        units = min(_MOST, self.units or 0)
        return f"{int(self.zero)}#{units:010d}#{max(0, _LATEST - self.since):013d}"


def exposure_of(record: Record) -> Exposure | None:
    """None for a record without risk."""
    if record.balance is None or not _unsettled(record):
        return None
    failed = record.cause if record.status is Status.ERROR else None
    shown = believed(record)
    if failed in OF_OTHERS or (failed in NO_LISTING and shown is None):
        return None
    empty = record.balance == 0 and not record.unlimited
    should = record.wanted if record.allowed is None else record.allowed
    if not (empty if shown is None else shown > (should or 0)):
        return None
    units = None if shown is None else max(0, shown - record.balance)
    return Exposure(units, empty, record.waiting_since or record.listed_at)


def believed(record: Record) -> int | None:
    """The most that the marketplace may show, in units: what it is known to show, or what it accepted since. None when
    nobody knows."""
    accepted = record.accepted.quantity if record.accepted is not None else None
    return max((units for units in (record.confirmed, accepted) if units is not None), default=None)


def _unsettled(record: Record) -> bool:
    """An error, or not read, or not arrived, or to be tried again by an operator's wish."""
    return record.status is not Status.SUCCESS or record.open or record.unread_since is not None
