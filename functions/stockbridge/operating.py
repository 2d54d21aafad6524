"""What people do to a record: Reprocessar, Remover Log, taking the removal back, and another listing. Pure."""

from __future__ import annotations

from dataclasses import replace

from stockbridge.errors import NotPossible
from stockbridge.records import HINT_GRACE_MS, Record, Removal, Status, show_again

RESTORABLE_MS = 30 * 24 * 3_600_000


def reprocess(record: Record, request: str, now: int) -> Record:
    """Ask for one more try, with the balance of then. A second click while it waits changes nothing: `request`
    of the answer is the first one's. Raises NotPossible for a row without an error."""
    if record.status is Status.PENDING and record.request is not None:
        return record
    if record.status is Status.PENDING:
        raise NotPossible("already_waiting")
    if record.status is Status.SUCCESS:
        raise NotPossible("success_is_not_reprocessed")
    return show_again(
        replace(
            record,
            request=request,
            request_due=True,
            request_cause=record.cause,
            seen=record.seen + 1,  # the read that answers it starts after the click
            look_at=now + HINT_GRACE_MS,
            look_tries=0,
            looks_vanished=0,
            look_begun_at=None,
            vanished=0,
            attempts_used=0,
            status=Status.PENDING,
            listed_at=now,
        )
    )


def remap(record: Record, now: int) -> Record:
    """The marketplace calls the SKU something else from now on: what it was known to show, and what is under way, is
    another listing's. The new one is written, even after an error: the listing may have been its cause."""
    return replace(
        record,
        confirmed=None,
        accepted=None,
        check_at=None,
        lease_until=None,
        epoch=record.epoch + 1,  # whoever writes the other listing has nothing to say about this one
        vanished=0,
        diverged=True,
        seen=record.seen + 1,
        look_at=now + HINT_GRACE_MS,
        look_tries=0,
        send_at=now + HINT_GRACE_MS if record.open else record.send_at,
    )


def remove(record: Record, now: int) -> Record:
    """Take the row out of the lists. It cancels no send and forgets no balance; removing twice is removing once."""
    if record.removal is not None:
        return record
    return replace(record, removal=Removal(now, record.version, record.status), listed_at=now)


def restore(record: Record, now: int) -> Record:
    """Put a removed row back. Raises NotPossible when it was not removed, or more than 30 days ago."""
    if record.removal is None:
        raise NotPossible("not_removed")
    if now - record.removal.at > RESTORABLE_MS:
        raise NotPossible("removed_too_long_ago")
    # where it stood when it ended; what waits stood elsewhere, and an operation that goes on must not meet it again
    ended = record.processed_at if record.status is not Status.PENDING else None
    return replace(show_again(record), listed_at=ended or now)
