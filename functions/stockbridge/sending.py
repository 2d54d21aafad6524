"""What a send does to a record: the export half of its life. Pure.

    claim -> send -> commit

The claim takes a lease (nobody else sends meanwhile), an epoch (whoever lost the lease cannot commit) and, before
anything is sent, writes down until when this send may take effect. Marketplaces check no fencing token, so a write
that we gave up on can still land: after it, nothing is skipped as "already shown", and a write that overtakes it
is repeated once its time has passed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockbridge.causes import cause_of
from stockbridge.outcomes import (
    Accepted,
    Applied,
    Outcome,
    Refused,
    Throttled,
    Unauthorized,
    Unknown,
)
from stockbridge.records import HINT_GRACE_MS, Attempt, Record, Status, show_again, with_attempt

# An HTTP exchange ends, then the claim's budget, then the function, then the lease, then the message is seen again.
HTTP_DEADLINE_S = 8
CLAIM_BUDGET_S = 20
FUNCTION_TIMEOUT_S = 30
LEASE_S = 40
VISIBILITY_S = 180
assert HTTP_DEADLINE_S < CLAIM_BUDGET_S < FUNCTION_TIMEOUT_S < LEASE_S < VISIBILITY_S

MAX_VANISHED = 8
MAX_ATTEMPTS = 10  # VTEX's demand on connectors before a dead letter
HOURLY_ATTEMPTS = 24
BACKOFF_MS = 30_000
BACKOFF_CAP_MS = 900_000
HOUR_MS = 3_600_000
SETTLE_MARGIN_MS = 1_000
REOPENING_SPREAD_MS = 5_000


class NotNow(Exception):
    """There is nothing to claim: already done, claimed by somebody, or not yet due."""


class LostClaim(Exception):
    """Somebody claimed after us, or parked the record: what we know may be old."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one quantity."""

    epoch: int
    version: int
    quantity: int
    prior_may_land: int | None  # an earlier write that may still take effect, until when


def claimable(record: Record, now: int) -> bool:
    """Something is to be sent, nobody is sending it, and its time has come."""
    settling = record.send_at is not None and record.may_land_until is not None
    return (
        (record.open or settling)
        and record.wanted is not None
        and not record.leased(now)
        and (record.not_before is None or record.not_before <= now)
    )


def shown_already(record: Record) -> bool:
    """The marketplace is known to show the wanted quantity and no ambiguous write can change that."""
    return record.confirmed == record.wanted and record.may_land_until is None and record.accepted_ref is None


def claim(record: Record, now: int, *, late_effect_s: int) -> tuple[Record, Claim]:
    """Take the right to send. Raises NotNow. Ask `poisoned` first."""
    quantity = record.wanted
    if not claimable(record, now) or quantity is None:
        raise NotNow
    lease_until = now + LEASE_S * 1000
    record = _not_reflected(record)  # a claim before this one may have vanished
    claimed = replace(
        record,
        epoch=record.epoch + 1,
        vanished=record.vanished + 1,
        lease_until=lease_until,
        send_at=lease_until + HINT_GRACE_MS,
        may_land_until=lease_until + late_effect_s * 1000,
    )
    return claimed, Claim(claimed.epoch, record.version, quantity, record.may_land_until)


def poisoned(record: Record) -> bool:
    """So many claims never returned that the SKU itself must be what kills them."""
    return record.vanished >= MAX_VANISHED


def park(record: Record, now: int) -> Record:
    """Stop trying a poisoned record and show it as an error; a reprocess or a newer change tries again."""
    record = replace(record, vanished=0, lease_until=None, epoch=record.epoch + 1)
    return _end(record, Status.ERROR, now, cause="poison", message="", done=record.version)


def nothing_to_send(record: Record, now: int) -> Record:
    """End an accepted change that the marketplace already shows."""
    record = with_attempt(record, _attempt(record, now, "nothing_to_send", record.wanted or 0, record.version))
    return _reflected(record, now, version=record.version)


def commit(
    record: Record,
    claim: Claim,
    outcome: Outcome,
    now: int,
    *,
    late_effect_s: int,
    jitter: float,
    reopens_at: int = 0,
) -> Record:
    """Write down what came of a claim. Raises LostClaim.

    `jitter` is 0 to 1; `reopens_at` is when the channel's gate opens again, after a throttle or a refused login.
    """
    if record.epoch != claim.epoch or record.lease_until is None:  # no lease: committed already, the reply was lost
        raise LostClaim
    record = with_attempt(record, _attempt_of(record, claim, outcome, now))
    record = replace(record, vanished=0, lease_until=None, not_before=None)
    match outcome:
        case Applied():
            return _applied(record, claim, now)
        case Accepted(ref=ref):
            return _accepted(record, claim, ref, now, late_effect_s)
        case Refused(cause=cause, message=message):
            return _refused(_not_reflected(record), claim, cause, message, now)
        case Throttled(message=message):
            at = max(now, reopens_at) + int(jitter * REOPENING_SPREAD_MS)
            return _postponed(_not_reflected(record), claim, "throttled", message, at)
        case Unauthorized(message=message):
            at = max(now, reopens_at) + int(jitter * REOPENING_SPREAD_MS)
            return _postponed(_not_reflected(record), claim, "auth", message, at)
        case Unknown(cause=cause, message=message):
            record = replace(_not_reflected(record), may_land_until=now + late_effect_s * 1000)
            return _unanswered(record, claim, cause, message, now, jitter)


def _applied(record: Record, claim: Claim, now: int) -> Record:
    record = replace(
        record,
        confirmed=claim.quantity,
        confirmed_version=claim.version,
        confirmed_at=now,
        may_land_until=None,
        accepted_ref=None,
    )
    settle_until = claim.prior_may_land if claim.prior_may_land is not None else 0
    record = _reflected(record, now, version=claim.version)
    if settle_until <= now:
        return record
    at = settle_until + SETTLE_MARGIN_MS  # an earlier write may still land on top of ours
    if record.open:
        return replace(record, may_land_until=settle_until)
    return replace(record, may_land_until=settle_until, not_before=at, send_at=at)


def _accepted(record: Record, claim: Claim, ref: str, now: int, late_effect_s: int) -> Record:
    """Taken, not applied: what it shows is not known until it is read, so the next change always writes."""
    record = replace(record, accepted_ref=ref, may_land_until=now + late_effect_s * 1000)
    return _reflected(record, now, version=claim.version)


def _reflected(record: Record, now: int, *, version: int) -> Record:
    """`version` reached the marketplace; a newer one stays to be sent."""
    elapsed = now - record.changed_at if record.changed_at is not None else None
    record = replace(
        record,
        reflected_ms=elapsed if elapsed is not None else record.reflected_ms,
        changed_at=record.next_changed_at if record.version > version or record.look_at else None,
        next_changed_at=None,
        late_noted=False,
        attempts_used=0,
    )
    return _end(record, Status.SUCCESS, now, cause=None, message="", done=version)


def _not_reflected(record: Record) -> Record:
    """The claim is over and its change did not arrive: the oldest one waiting is older than the newest."""
    if record.next_changed_at is None:
        return record
    oldest = min(record.next_changed_at, record.changed_at or record.next_changed_at)
    return replace(record, changed_at=oldest, next_changed_at=None)


def _refused(record: Record, claim: Claim, cause: str, message: str, now: int) -> Record:
    record = replace(record, may_land_until=claim.prior_may_land, attempts_used=0)
    ended = _end(record, Status.ERROR, now, cause=cause, message=message, done=claim.version)
    retry_after_s = cause_of(cause).retry_after_s
    if ended.open or retry_after_s is None:
        return ended
    # Worth repeating by itself, more slowly than any backoff: the change stays open until then.
    at = now + retry_after_s * 1000
    return replace(ended, done_version=claim.version - 1, not_before=at, send_at=at)


def _postponed(record: Record, claim: Claim, cause: str, message: str, at: int) -> Record:
    """Definitely not applied and not this SKU's fault: no attempt is used, the row says what it waits for."""
    return replace(
        record,
        may_land_until=claim.prior_may_land,
        cause=cause,
        message=message,
        not_before=at,
        send_at=at + HINT_GRACE_MS,
    )


def _unanswered(record: Record, claim: Claim, cause: str, message: str, now: int, jitter: float) -> Record:
    if record.version > claim.version:  # a newer change starts again
        return replace(record, attempts_used=0, cause=cause, message=message, send_at=now + HINT_GRACE_MS)
    used = record.attempts_used + 1
    record = replace(record, attempts_used=used)
    if used >= MAX_ATTEMPTS + HOURLY_ATTEMPTS:
        return _end(record, Status.ERROR, now, cause=cause, message=message, done=record.version)
    if used >= MAX_ATTEMPTS:
        at = now + HOUR_MS
        record = _end(record, Status.ERROR, now, cause=cause, message=message, done=record.done_version)
    else:
        at = now + int(min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** (used - 1)) * (1 + 0.2 * jitter))
        record = replace(record, cause=cause, message=message)
    return replace(record, not_before=at, send_at=at + HINT_GRACE_MS)


def _end(record: Record, status: Status, now: int, *, cause: str | None, message: str, done: int) -> Record:
    """One accepted version ended. Whatever is newer stays due and keeps the row pending."""
    newer = record.version > done
    ended = done > record.done_version or status is Status.SUCCESS
    shown = Status.PENDING if newer and ended else status
    removal = record.removal
    if removal is not None and (record.version > removal.version or shown is not removal.status):
        record = show_again(record)
    return replace(
        record,
        done_version=max(record.done_version, done),
        status=shown,
        cause=cause,
        message=message,
        processed_at=now,
        listed_at=now,
        send_at=now + HINT_GRACE_MS if newer else None,
    )


def _attempt_of(record: Record, claim: Claim, outcome: Outcome, now: int) -> Attempt:
    message = getattr(outcome, "message", "")
    http_status = outcome.evidence.http_status if outcome.evidence is not None else None
    kind = type(outcome).__name__.lower()
    return _attempt(record, now, kind, claim.quantity, claim.version, message, http_status)


def _attempt(
    record: Record,
    now: int,
    kind: str,
    quantity: int,
    version: int,
    message: str = "",
    http_status: int | None = None,
) -> Attempt:
    return Attempt(now, kind, quantity, version, message[:200], http_status, record.request)
