"""Where a record is between a change and its end: what it waits for, and until when. Pure."""

from __future__ import annotations

from typing import Literal

from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.causes import Cure
from stockbridge.records import Record, Status

Code = Literal[
    "waiting",
    "sending",
    "retrying",
    "accepted",
    "waiting_vtex",
    "reprocessing",
    "paused",
    "switched_off",
    "confirming",
    "held",
    "needs_fix",
    "no_cure",
    "failed",
    "done",
]

_ENDS: dict[Cure, Code] = {
    Cure.FIX_FIRST: "needs_fix",
    Cure.NOTHING_TO_DO: "no_cure",
    Cure.RETRIES_ALONE: "failed",  # and yet nothing is due: it was retried for long enough
}


def situation_of(
    record: Record, now: int, *, enabled: bool, catalogue: Catalogue = BUILT_IN
) -> tuple[Code, int | None]:
    """The code, and when it goes on (milliseconds) if that is known. `enabled` is the channel's stock switch."""
    if record.leased(now):
        return "sending", None
    if record.request_due:
        return "reprocessing", record.look_at if record.look_cause else None
    if record.look_at is not None:
        return "waiting_vtex", record.look_at
    if record.check_at is not None and not _postponed(record):
        return "accepted", record.check_at
    if _held(record):  # also while what was sent before it is confirmed
        return "held", None
    if record.send_at is not None:
        return _unsent(record, now, enabled=enabled)
    if record.status is Status.ERROR:
        return _ENDS[catalogue.cause_of(record.cause or "").cure], None
    if record.status is Status.PENDING:
        return "waiting", None
    return "done", None


def cause_code(record: Record) -> str | None:
    """The cause of the situation. A pending record may still carry the cause of the change before."""
    if record.look_at is not None and record.look_cause is not None:
        return record.look_cause
    if record.status is Status.ERROR or _postponed(record):
        return record.cause
    return None


def _held(record: Record) -> bool:
    """The rule held back the last change, after one that was exported."""
    newest = record.skipped is not None and record.skipped.at > (record.processed_at or 0)
    return record.status is Status.SUCCESS and newest


def _postponed(record: Record) -> bool:
    tried = record.not_before is not None or record.attempts_used > 0
    return record.status is Status.PENDING and not record.request_due and tried


def _unsent(record: Record, now: int, *, enabled: bool) -> tuple[Code, int | None]:
    if record.status is Status.SUCCESS:
        return "confirming", record.send_at
    if not enabled:
        return "switched_off", None
    if cause_code(record) == "auth":
        return "paused", None  # the channel's gate alone knows
    goes_on = record.not_before if record.not_before is not None and record.not_before > now else None
    if goes_on is not None or record.attempts_used or record.status is Status.ERROR:
        return "retrying", goes_on
    return ("reprocessing" if record.request is not None else "waiting"), None
