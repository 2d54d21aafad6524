"""Pages of records at risk, the worst first, merged over an account's affiliates.

The `risk` index has one partition for each affiliate. What holds of the lists (listing.py) holds here: one total order,
a cursor is a place in it, the index nominates and a consistent read decides. A row whose exposure changes while pages
are turned stands elsewhere then, so it may be missed or come twice; one that stays where it was comes once.
"""

from __future__ import annotations

import re

from stockbridge.cursors import read_cursor
from stockbridge.errors import InvalidInput
from stockbridge.listing import ListIndex, Listing, Place
from stockbridge.records import Record
from stockbridge.risk import exposure_of
from stockbridge.store import Records

_RISK_SK = re.compile(r"[01]#[0-9]{10}#[0-9]{13}#[0-9]{1,10}")
_AFFILIATE = re.compile(r"[A-Z0-9]{2,10}")


def risks(index: ListIndex, records: Records) -> Listing:
    """`index` is the one of risk."""
    return Listing(index, records, place=place_of, read=read_place)


def risk_sort(record: Record) -> str | None:
    """Where it stands in its affiliate's partition, read backwards; None for a record without risk."""
    exposure = exposure_of(record)
    return None if exposure is None else f"{exposure.order}#{record.key.sku}"


def place_of(record: Record) -> Place | None:
    sort = risk_sort(record)
    return None if sort is None else Place(sort, record.key.affiliate)


def read_place(cursor: str) -> Place:
    """Raises InvalidInput."""
    when, partition = read_cursor(cursor, 2)
    if not (_RISK_SK.fullmatch(when) and _AFFILIATE.fullmatch(partition)):
        raise InvalidInput("bad_cursor")
    return Place(when, partition)
