"""What an operation does to one record, told from the record as it is now. Pure: doing it twice is doing it once."""

from __future__ import annotations

from stockbridge import operating
from stockbridge.bulk.asked import Action, Asked, Eligibility
from stockbridge.bulk.parts import End, Part, Row, asked_by, request_of
from stockbridge.errors import NotPossible
from stockbridge.jobs import JobKey
from stockbridge.records import Record


def deed(job: JobKey, asked: Asked, part: Part, row: Row, record: Record, now: int) -> tuple[Record, End]:
    """The record as it is to be (the same one: there is nothing to save), and what came of it."""
    match asked.action:
        case Action.REPROCESS:
            return _reprocess(job, asked, part, record, now)
        case Action.REMOVE:
            return _remove(asked, part, row, record)
        case Action.RESTORE:
            return _restore(row, record, now)


def _reprocess(job: JobKey, asked: Asked, part: Part, record: Record, now: int) -> tuple[Record, End]:
    request = request_of(job, part)
    if asked_by(record, request):
        return record, End.WAITING
    if not asked.has(record) or asked.eligibility(record) is not Eligibility.CAN_GO:
        return record, End.CHANGED
    return operating.reprocess(record, request, now), End.WAITING


def _remove(asked: Asked, part: Part, row: Row, record: Record) -> tuple[Record, End]:
    """The part's own time marks its removals. What was removed by it and restored by somebody stands where it stood,
    so only a record that nobody touched since is removed."""
    if record.removal is not None and record.removal.at == part.at:
        return record, End.REMOVED
    if record.rev != row.rev or not asked.has(record):
        return record, End.CHANGED
    return operating.remove(record, part.at), End.REMOVED


def _restore(row: Row, record: Record, now: int) -> tuple[Record, End]:
    """Only what is removed since then; whoever put it back meanwhile, it is back."""
    if record.removal is None:
        return record, End.RESTORED
    if record.removal.at != row.stamp:
        return record, End.CHANGED
    try:
        return operating.restore(record, now), End.RESTORED
    except NotPossible:  # removed too long ago
        return record, End.CHANGED
