"""What a look at VTEX does to a record: the ingest half of its life. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockbridge.channels import Channel, Strategy
from stockbridge.notifications import Key
from stockbridge.policy import apply_policy
from stockbridge.records import (
    HINT_GRACE_MS,
    Record,
    Skipped,
    Status,
    note_change,
    show_again,
)
from stockbridge.rule import Change, Verdict, decide

LOOK_BACKOFF_MS = 30_000
LOOK_BACKOFF_CAP_MS = 900_000


@dataclass(frozen=True, slots=True)
class Notice:
    """What is known of a change before VTEX is read: notifications of one SKU merged, or a bare "look again".

    `changed` is False for a look that nobody's notification asked for (the sweep, an operator).
    """

    key: Key
    received_at: int
    only_stock: bool = True
    changed: bool = False
    stock: bool = False
    active: bool | None = None
    listed: bool | None = None
    modified_at: int | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What VTEX answered for one SKU. `quantity` counts nothing below zero."""

    quantity: int
    unlimited: bool


def observe(record: Record, notice: Notice, sight: Sight, channel: Channel, now: int) -> tuple[Record, Verdict]:
    """Decide on a balance that was read after `record.seen` was."""
    record = _with_flags(record, notice)
    balance, unlimited = _balance(record, sight, channel)
    wanted = apply_policy(channel.policy, balance, unlimited=unlimited)[-1].quantity
    change = Change(
        de=record.balance,
        por=balance,
        wanted_before=record.allowed,
        wanted=wanted,
        confirmed=record.confirmed,
        only_stock=notice.only_stock and not record.deferred_flags,
        unresolved=record.open,
        failed=record.status is Status.ERROR,
        forced=record.request_due,
    )
    verdict = decide(change, channel.threshold)
    looked = replace(
        record,
        balance=balance,
        unlimited=unlimited,
        allowed=wanted,
        observed_at=now,
        seen=record.seen + 1,
        look_at=None,
        look_tries=0,
        look_cause=None,
        deferred_flags=False,
    )
    if verdict.exports:
        return _accept(looked, notice, verdict, wanted, now), verdict
    return _hold_back(looked, change, verdict, now), verdict


def defer(record: Record, notice: Notice, *, cause: str, retry_after_s: float | None, now: int) -> Record:
    """VTEX could not be read: keep what the notification said and look again later."""
    wait = min(LOOK_BACKOFF_CAP_MS, LOOK_BACKOFF_MS * 2 ** min(record.look_tries, 10))
    if retry_after_s is not None:
        wait = max(wait, int(retry_after_s * 1000))
    record = _with_flags(record, notice)
    if notice.changed:
        record = note_change(record, notice.received_at, now)
    return replace(
        record,
        seen=record.seen + 1,
        look_at=now + wait,
        look_tries=record.look_tries + 1,
        look_cause=cause,
        deferred_flags=record.deferred_flags or not notice.only_stock,
        listed_at=record.listed_at or now,
    )


def _with_flags(record: Record, notice: Notice) -> Record:
    return replace(
        record,
        active=record.active if notice.active is None else notice.active,
        listed=record.listed if notice.listed is None else notice.listed,
        modified_at=max(filter(None, (record.modified_at, notice.modified_at)), default=None),
    )


def _balance(record: Record, sight: Sight, channel: Channel) -> tuple[int, bool]:
    """A simulation leaves out what the affiliate may not sell; the inventory knows nothing of that, so there
    the last notified flags decide."""
    if channel.vtex.strategy is Strategy.LOGISTICS and (record.active is False or record.listed is False):
        return 0, False
    return max(0, sight.quantity), sight.unlimited


def _accept(record: Record, notice: Notice, verdict: Verdict, wanted: int, now: int) -> Record:
    same = record.open and record.wanted == wanted and not record.request_due
    record = note_change(record, notice.received_at, now) if notice.changed or not record.open else record
    if same:  # on its way already: the message, the retry or the sweep carries it
        return record
    return show_again(
        replace(
            record,
            wanted=wanted,
            version=record.version + 1,
            verdict=verdict,
            status=Status.PENDING,
            listed_at=now,
            send_at=now + HINT_GRACE_MS,
            not_before=None,
            attempts_used=0,
            request=record.request if record.request_due else None,
            request_due=False,
        )
    )


def _hold_back(record: Record, change: Change, verdict: Verdict, now: int) -> Record:
    if not record.open and record.status is not Status.ERROR:
        record = replace(record, changed_at=None, next_changed_at=None)
    if verdict is Verdict.ABOVE_THRESHOLD:
        record = replace(record, skipped=Skipped(change.de, change.por, now, verdict))
    return record
