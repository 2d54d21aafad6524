"""What a look at VTEX does to a record: the ingest half of its life. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockbridge.channels import Channel, Strategy
from stockbridge.notifications import Key, Origin
from stockbridge.policy import apply_policy
from stockbridge.records import (
    HINT_GRACE_MS,
    Decision,
    Record,
    Skipped,
    Status,
    come_back,
    note_change,
    oldest,
)
from stockbridge.rule import Change, Verdict, decide

LOOK_BACKOFF_MS = 30_000
LOOK_BACKOFF_CAP_MS = 900_000
FUNCTION_TIMEOUT_S = 60  # as in template.yaml
MAX_LOOKS_VANISHED = 5  # well before the queue gives the message up


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
    origin: Origin = Origin.LOOK


@dataclass(frozen=True, slots=True)
class Sight:
    """What VTEX answered for one SKU. `quantity` counts nothing below zero."""

    quantity: int
    unlimited: bool


def observe(record: Record, notice: Notice, sight: Sight, channel: Channel, now: int) -> tuple[Record, Verdict]:
    """Decide on a balance that was read after `record.seen` was."""
    record = _with_flags(record, notice)
    balance, unlimited = balance_of(record, sight, channel)
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
        diverged=record.diverged,
    )
    verdict = decide(change, channel.threshold)
    looked = replace(
        record,
        balance=balance,
        unlimited=unlimited,
        allowed=wanted,
        observed_at=now,
        last_change_at=_last_change_at(record, notice, change, now),
        seen=record.seen + 1,
        look_at=None,
        look_tries=0,
        look_cause=None,
        looks_vanished=0,
        look_begun_at=None,
        deferred_flags=False,
        diverged=False,
    )
    if verdict.exports:
        return _accept(looked, notice, change, verdict, now), verdict
    return _hold_back(looked, change, verdict, now), verdict


def defer(record: Record, notice: Notice, *, cause: str, retry_after_s: float | None, now: int) -> Record:
    """VTEX could not be read: keep what the notification said and look again later."""
    wait = min(LOOK_BACKOFF_CAP_MS, LOOK_BACKOFF_MS * 2 ** min(record.look_tries, 10))
    if retry_after_s is not None:
        wait = max(wait, int(retry_after_s * 1000))
    record = _with_flags(record, notice)
    return replace(
        record,
        unread_since=oldest(record.unread_since, notice.received_at) if notice.changed else record.unread_since,
        seen=record.seen + 1,
        look_at=now + wait,
        look_tries=record.look_tries + 1,
        look_cause=cause,
        looks_vanished=0,
        look_begun_at=None,
        deferred_flags=record.deferred_flags or not notice.only_stock,
        listed_at=record.listed_at or now,
    )


def look_begun(record: Record, now: int) -> Record:
    """A look that may end the process that takes it is counted before it begins; not while another may go on."""
    if record.look_begun_at is not None and now - record.look_begun_at < FUNCTION_TIMEOUT_S * 1000:
        return record
    return replace(record, looks_vanished=record.looks_vanished + 1, look_begun_at=now)


def look_failed(record: Record) -> Record:
    """It ended in order, so whatever failed was not its SKU's fault."""
    return replace(record, looks_vanished=max(0, record.looks_vanished - 1), look_begun_at=None)


def unlookable(record: Record) -> bool:
    """So many looks never returned that the SKU itself must be what ends them."""
    return record.looks_vanished >= MAX_LOOKS_VANISHED


def park_look(record: Record, now: int) -> Record:
    """Stop looking and show it as an error; a reprocess tries again. Taking it again changes nothing."""
    if record.status is Status.ERROR and record.cause == "poison" and record.look_at is None:
        return record
    return come_back(
        replace(
            record,
            seen=record.seen + 1,
            look_at=None,
            status=Status.ERROR,
            cause="poison",
            message="",
            processed_at=now,
            listed_at=now,
            request_due=False,
            request_cause=None,
        )
    )


def _with_flags(record: Record, notice: Notice) -> Record:
    return replace(
        record,
        active=record.active if notice.active is None else notice.active,
        listed=record.listed if notice.listed is None else notice.listed,
        modified_at=max(filter(None, (record.modified_at, notice.modified_at)), default=None),
    )


def balance_of(record: Record, sight: Sight, channel: Channel) -> tuple[int, bool]:
    """A simulation leaves out what the affiliate may not sell; the inventory knows nothing of that, so there
    the last notified flags decide."""
    if channel.vtex.strategy is Strategy.LOGISTICS and (record.active is False or record.listed is False):
        return 0, False
    return max(0, sight.quantity), sight.unlimited


def _last_change_at(record: Record, notice: Notice, change: Change, now: int) -> int | None:
    """Messages come in any order: what an old one finds changed is no older than the change before."""
    if change.de == change.por:
        return record.last_change_at
    notified_at = _notified_at(record, notice)
    return max(record.last_change_at or 0, now if notified_at is None else notified_at)


def _notified_at(record: Record, notice: Notice) -> int | None:
    """Of the oldest notification that the read answers; None when nobody notified anything."""
    return oldest(notice.received_at if notice.changed else None, record.unread_since)


def _accept(record: Record, notice: Notice, change: Change, verdict: Verdict, now: int) -> Record:
    same = record.open and record.wanted == change.wanted and not record.request_due
    since = _notified_at(record, notice)
    if since is not None or not same:
        record = note_change(record, now if since is None else since, now, carried=same)
        record = replace(record, unread_since=None)
    if same:  # on its way already: the message, the retry or the sweep carries it
        return record
    return come_back(
        replace(
            record,
            wanted=change.wanted,
            version=record.version + 1,
            decision=Decision(verdict, change.de, change.por, now, since, _origin(notice, since)),
            status=Status.PENDING,
            listed_at=now,
            send_at=now + HINT_GRACE_MS,
            not_before=None,
            attempts_used=0,
            request=record.request if record.request_due else None,
            request_cause=record.request_cause if record.request_due else None,
            request_due=False,
        )
    )


def _origin(notice: Notice, notified_at: int | None) -> Origin:
    """A change whose notification came but could not be read at once was notified all the same."""
    return Origin.NOTIFICATION if notified_at is not None and not notice.changed else notice.origin


def _hold_back(record: Record, change: Change, verdict: Verdict, now: int) -> Record:
    record = replace(record, unread_since=None)
    if not record.open and record.status is not Status.ERROR:
        record = replace(record, changed_at=None, next_changed_at=None)
    if verdict is Verdict.ABOVE_THRESHOLD:
        record = replace(record, skipped=Skipped(change.de, change.por, now, verdict))
    return record
