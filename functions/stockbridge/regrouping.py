"""Errors that are there already get the cause that the account's catalogue has for them now, page by page.

Only the cause changes: an error is not sent again for it, and keeps its place in every list. A page that is taken again
changes nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from stockbridge.catalogue import GENERAL, Catalogue, classify, is_own
from stockbridge.channels import Channel
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.errors import Conflict, InvalidInput
from stockbridge.listing import CAUSE_CODE
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Records

TRIES = 3  # of saving a record that somebody else saves at the same time

_PLACE = re.compile(rf"({CAUSE_CODE})\n([0-9]{{13}}#[0-9]{{1,10}})")
_OLDEST, _NEWEST = "0", ":"  # before and after every digit


class CauseIndex(Protocol):
    def seen(self, channel: Channel) -> Sequence[str]:
        """Codes of the causes that were ever seen at the channel."""

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        """As `listing.ListIndex`; partitions are affiliate#cause."""


def regroup_page(
    index: CauseIndex, records: Records, catalogue: Catalogue, channel: Channel, cursor: str | None, limit: int
) -> tuple[str | None, int]:
    """Up to `limit` errors of the channel (2 at least), cause by cause and of each the newest first. The answer is the
    cursor of the next page, None at the end, and how many got another cause. Raises InvalidInput for a bad cursor,
    Unavailable."""
    first, high = _read(cursor) if cursor is not None else ("", _NEWEST)
    room, changed = limit, 0
    for code in (one for one in _codes(index, catalogue, channel) if one >= first):
        below = high if code == first else _NEWEST
        partition = f"{channel.affiliate}#{code}"
        places = index.newest(channel.account, partition, low=_OLDEST, high=below, limit=room)
        keys = [Key(channel.account, channel.affiliate, place.split("#")[1]) for place in places]
        found = records.get_many(keys)
        changed += sum(_regroup(records, catalogue, channel, found[key]) for key in keys)
        room -= len(places)
        if not room:
            return write_cursor(code, places[-1]), changed
    return None, changed


def regrouped(record: Record, catalogue: Catalogue, channel: Channel) -> Record:
    """The record with the cause of now; the same one when that is what it has. Pure."""
    if record.status is not Status.ERROR or record.cause is None:
        return record
    cause = classify(catalogue, channel.affiliate, channel.connector, record.cause, record.message)
    return record if cause == record.cause else replace(record, cause=cause)


def _codes(index: CauseIndex, catalogue: Catalogue, channel: Channel) -> Sequence[str]:
    """What may be regrouped: also causes that are forgotten by now."""
    own = {one.code for one in catalogue.own} | {code for code in index.seen(channel) if is_own(code)}
    return sorted({*GENERAL, *own})


def _regroup(records: Records, catalogue: Catalogue, channel: Channel, record: Record) -> bool:
    for _ in range(TRIES):
        after = regrouped(record, catalogue, channel)
        if after == record or not record.rev:
            return False
        try:
            records.save(after, record)
        except Conflict:
            record = records.get(record.key)
            continue
        return True
    return False  # it changes so often that it will soon be told apart by itself


def _read(cursor: str) -> tuple[str, str]:
    found = _PLACE.fullmatch("\n".join(read_cursor(cursor, 2)))
    if found is None:
        raise InvalidInput("bad_cursor")
    return found[1], found[2]
