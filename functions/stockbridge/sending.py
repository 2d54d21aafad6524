"""What a send does to a record: the export half of its life. Pure.

    claim -> send -> commit [-> check -> commit]

The claim takes a lease (nobody else sends meanwhile), an epoch (whoever lost the lease cannot commit) and, before
anything is sent, writes down until when this send may take effect. Marketplaces check no fencing token, so a write
that we gave up on can still land: after it, nothing is skipped as "already shown", and a write that overtakes it
is repeated once its time has passed.

What a marketplace only accepted stays open until it says what became of it; nothing newer of that SKU is sent before,
or the older could be the last to arrive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.outcomes import (
    Accepted,
    Applied,
    Busy,
    Outcome,
    Refused,
    Throttled,
    Unauthorized,
    Unknown,
)
from stockbridge.records import HINT_GRACE_MS, AcceptedWrite, Attempt, Record, Status, come_back, oldest, with_attempt

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
BUSY_BACKOFF_MS = 1_000
CHECKED_FOR_MS = 24 * 3_600_000  # then nobody believes any more that it will be confirmed
HOUR_MS = 3_600_000
SETTLE_MARGIN_MS = 1_000
REOPENING_SPREAD_MS = 5_000
ZEROING_SPREAD_MS = 1_000
HEAD_START_MS = 2_000  # of zeroing changes; messages wait whole seconds, so this is one second at least


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
        and not _under_way(record, now)
        and not record.leased(now)
        and (record.not_before is None or record.not_before <= now)
    )


def _under_way(record: Record, now: int) -> bool:
    """An accepted write is to be asked about first. Only for what is newer is there an end to waiting."""
    if record.check_at is None or record.accepted is None:
        return False
    return record.accepted.version == record.version or (record.may_land_until or 0) > now


def checkable(record: Record, now: int) -> bool:
    """It is time to ask what became of an accepted write."""
    return awaited(record, now) and record.check_at is not None and record.check_at <= now


def awaited(record: Record, now: int) -> bool:
    """It can be asked what became of an accepted write, be it time or not."""
    return record.check_at is not None and not record.leased(now)


def shown_already(record: Record) -> bool:
    """The marketplace is known to show the wanted quantity and no ambiguous write can change that."""
    return record.confirmed == record.wanted and record.may_land_until is None and record.accepted is None


def claim(record: Record, now: int, *, late_effect_s: int) -> tuple[Record, Claim]:
    """Take the right to send. Raises NotNow. Ask `poisoned` first."""
    quantity = record.wanted
    if not claimable(record, now) or quantity is None:
        raise NotNow
    lease_until = now + LEASE_S * 1000
    # What was accepted is done in the order of its acceptance; only what came before it without an answer is not.
    prior = record.accepted.settle_until if record.accepted is not None else record.may_land_until
    record = _not_reflected(record)  # a claim before this one may have vanished
    claimed = replace(
        record,
        epoch=record.epoch + 1,
        vanished=record.vanished + 1,
        lease_until=lease_until,
        claimed_at=now,
        claimed_version=record.version,
        send_at=lease_until + HINT_GRACE_MS,
        may_land_until=lease_until + late_effect_s * 1000,
        confirmed=record.confirmed if record.accepted is None else None,  # it may have been applied since
        accepted=None,
        check_at=None,
    )
    return claimed, Claim(claimed.epoch, record.version, quantity, prior)


def poisoned(record: Record) -> bool:
    """So many claims never returned that the SKU itself must be what kills them."""
    return record.vanished >= MAX_VANISHED


def rounds(records: Iterable[Record], now: int) -> Iterator[list[Record]]:
    """Which records one process may send together, in this order. What ends a process takes along whatever that process
    is doing, so the more claims of a record vanished, the fewer others travel with it; the last one travels alone.
    Among those that vanished as often the most urgent go first."""
    by_vanished: dict[int, list[Record]] = defaultdict(list)
    for record in sorted(records, key=urgency):
        by_vanished[record.vanished if claimable(record, now) else 0].append(record)
    for vanished, own in sorted(by_vanished.items()):
        size = together(vanished, len(own))
        for start in range(0, len(own), size):
            yield own[start : start + size]


def urgency(record: Record) -> tuple[bool, int]:
    """Zeroing changes first, because each is a sale of what is not there, then the oldest."""
    return record.wanted != 0, record.changed_at or 0


def after_reopening_ms(record: Record, jitter: float) -> int:
    """How long after a pause of its channel a record is sent: spread, so that not all come at once, and zeroing changes
    before the others. `jitter` is 0 to 1."""
    if record.wanted == 0:
        return int(jitter * ZEROING_SPREAD_MS)
    return HEAD_START_MS + int(jitter * REOPENING_SPREAD_MS)


def together(vanished: int, most: int) -> int:
    """Of `most` records whose claims vanished so often, how many may travel in one process."""
    return max(1, most >> 2 * vanished)


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
    checks: bool = False,
    catalogue: Catalogue = BUILT_IN,
) -> Record:
    """Write down what came of a claim. Raises LostClaim.

    `jitter` is 0 to 1; `reopens_at` is when a pause ends that the marketplace asked for; `checks` says that the
    connector can be asked later what became of an accepted write; `catalogue` holds the causes that the account
    described itself.
    """
    if record.epoch != claim.epoch or record.lease_until is None:  # no lease: committed already, the reply was lost
        raise LostClaim
    record = with_attempt(record, _attempt_of(record, claim, outcome, now))
    record = replace(record, vanished=0, lease_until=None, not_before=None)
    match outcome:
        case Applied(quantity=clamped):
            shown = claim.quantity if clamped is None else clamped
            return _applied(record, shown, claim.version, claim.prior_may_land, now, written_at=now)
        case Accepted():
            return _accepted(record, claim, outcome, now, late_effect_s, checks=checks)
        case Refused(cause=cause, message=message):
            return _refused(_not_reflected(record), claim, cause, message, now, catalogue)
        case Throttled(message=message):
            at = max(now, reopens_at) + after_reopening_ms(record, jitter)
            return _postponed(_not_reflected(record), claim, "throttled", message, at)
        case Unauthorized(message=message):
            at = max(now, reopens_at) + after_reopening_ms(record, jitter)
            return _postponed(_not_reflected(record), claim, "auth", message, at)
        case Busy(message=message):
            record = replace(_not_reflected(record), may_land_until=claim.prior_may_land)
            return _unanswered(record, claim, "busy", message, now, jitter, backoff_ms=BUSY_BACKOFF_MS)
        case Unknown(cause=cause, message=message):
            record = replace(_not_reflected(record), may_land_until=now + late_effect_s * 1000)
            return _unanswered(record, claim, cause, message, now, jitter)


def check(
    record: Record,
    ref: str,
    outcome: Outcome,
    now: int,
    *,
    jitter: float,
    reopens_at: int = 0,
    catalogue: Catalogue = BUILT_IN,
) -> Record:
    """Write down what became of the write that was accepted as `ref`. Raises LostClaim when it is not waited for."""
    accepted = record.accepted
    if accepted is None or accepted.ref != ref or record.check_at is None or record.leased(now):
        raise LostClaim
    claim = Claim(record.epoch, accepted.version, accepted.quantity, accepted.settle_until)
    match outcome:
        case Applied():
            return _confirmed(record, accepted, outcome, now)
        case Refused(cause=cause, message=message):
            record = with_attempt(record, _attempt_of(record, claim, outcome, now))
            record = replace(record, accepted=None, check_at=None, confirmed=None)  # some of it may have been done
            return _refused(_not_reflected(record), claim, cause, message, now, catalogue)
        case Throttled(message=message) | Unauthorized(message=message):
            cause = "throttled" if isinstance(outcome, Throttled) else "auth"
            at = max(now, reopens_at) + int(jitter * REOPENING_SPREAD_MS)
            return replace(record, cause=cause, message=message, check_at=at)
        case Unknown(cause="unconfirmed", message=message):  # asking again will not tell more
            return _again(record, claim, message, now, jitter)
        case Accepted(check_after_s=wait_s):
            if _overwritten(record, accepted, now):
                return _again(record, claim, "", now, jitter)
            wait_ms = int(wait_s * 1000)
        case _:
            wait_ms = BACKOFF_MS
    age_ms = now - accepted.at
    if age_ms > CHECKED_FOR_MS:
        record = replace(_not_reflected(record), check_at=None)
        return _end(record, Status.ERROR, now, cause="unconfirmed", message="", done=accepted.version)
    wait_ms = max(wait_ms, min(BACKOFF_CAP_MS, age_ms // 4))
    return replace(record, cause=None, message="", check_at=now + int(wait_ms * (1 + 0.2 * jitter)))


def _confirmed(record: Record, accepted: AcceptedWrite, outcome: Applied, now: int) -> Record:
    """What is only seen to be shown may be another write's doing: the accepted one can still land."""
    record = with_attempt(record, _attempt(record, now, "confirmed", accepted.quantity, accepted.version))
    shown = accepted.quantity if outcome.quantity is None else outcome.quantity
    prior, until = accepted.settle_until, record.may_land_until
    if not outcome.by_sight or until is None:
        return _applied(record, shown, accepted.version, prior, now, written_at=accepted.at)
    if prior is not None and prior > accepted.at:
        prior = max(prior, until)
    applied = _applied(record, shown, accepted.version, prior, now, written_at=accepted.at)
    return replace(applied, may_land_until=max(until, prior or 0))


def _overwritten(record: Record, accepted: AcceptedWrite, now: int) -> bool:
    """An earlier unanswered write may have landed on top of an accepted one, which then is never shown; and neither
    can land any more."""
    prior = accepted.settle_until
    if prior is None or prior <= accepted.at:
        return False
    return max(prior, record.may_land_until or 0) + SETTLE_MARGIN_MS <= now


def _again(record: Record, claim: Claim, message: str, now: int, jitter: float) -> Record:
    """Nobody can say what became of an accepted write: it is written again, as one without an answer is."""
    record = with_attempt(record, _attempt(record, now, "unknown", claim.quantity, claim.version, message))
    record = replace(_not_reflected(record), confirmed=None, accepted=None, check_at=None)
    return _unanswered(record, claim, "unconfirmed", message, now, jitter)


def _applied(
    record: Record, quantity: int, version: int, prior_may_land: int | None, now: int, *, written_at: int
) -> Record:
    record = replace(
        record,
        confirmed=quantity,
        confirmed_version=version,
        confirmed_at=now,
        may_land_until=None,
        accepted=None,
        check_at=None,
    )
    record = _reflected(record, now, version=version)
    if prior_may_land is not None and prior_may_land > written_at:
        return _settle(replace(record, may_land_until=prior_may_land), prior_may_land, now)
    return record


def _settle(record: Record, prior_may_land: int, now: int) -> Record:
    """An earlier write may land on top of ours: after that ours is written again, unless something newer is."""
    if record.open:
        return record
    at = max(prior_may_land + SETTLE_MARGIN_MS, now)
    return replace(record, not_before=at, send_at=at)


def _accepted(record: Record, claim: Claim, outcome: Accepted, now: int, late_effect_s: int, *, checks: bool) -> Record:
    """Taken, not applied. Where nobody can be asked about it that is all there will be: then the change ends here, and
    because it is not known what the marketplace shows, the next one always writes."""
    may_land_until = now + late_effect_s * 1000
    accepted = AcceptedWrite(outcome.ref, claim.quantity, claim.version, now, claim.prior_may_land)
    record = replace(record, accepted=accepted, may_land_until=may_land_until)
    if not checks:
        record = _reflected(record, now, version=claim.version)
        prior = claim.prior_may_land
        return _settle(record, prior, now) if prior is not None and prior > now else record
    return replace(
        record,
        check_at=now + int(outcome.check_after_s * 1000),
        send_at=may_land_until if record.version > claim.version else None,
        status=Status.PENDING,
        cause=None,
        message="",
        listed_at=now,
    )


def _reflected(record: Record, now: int, *, version: int) -> Record:
    """`version` reached the marketplace; a newer one stays to be sent."""
    if version > record.done_version:
        elapsed = now - record.changed_at if record.changed_at is not None else None
        record = replace(
            record,
            reflected_ms=elapsed if elapsed is not None else record.reflected_ms,
            changed_at=record.next_changed_at if record.version > version else None,
            next_changed_at=None,
        )
    else:  # once more: whatever waits is newer
        record = _not_reflected(record)
    return _end(replace(record, attempts_used=0), Status.SUCCESS, now, cause=None, message="", done=version)


def _not_reflected(record: Record) -> Record:
    """The claim is over and its change did not arrive: the oldest one waiting is older than the newest."""
    if record.next_changed_at is None:
        return record
    return replace(record, changed_at=oldest(record.changed_at, record.next_changed_at), next_changed_at=None)


def _refused(record: Record, claim: Claim, cause: str, message: str, now: int, catalogue: Catalogue) -> Record:
    before = record.done_version  # when this write only settled an earlier one, its version has ended already
    record = replace(record, may_land_until=claim.prior_may_land, attempts_used=0)
    ended = _end(record, Status.ERROR, now, cause=cause, message=message, done=claim.version)
    retry_after_s = catalogue.cause_of(cause).retry_after_s
    if ended.open or retry_after_s is None:
        return ended
    # Worth repeating by itself, more slowly than any backoff: the change stays open until then.
    at = now + retry_after_s * 1000
    return replace(ended, done_version=max(before, claim.version - 1), not_before=at, send_at=at)


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


def _unanswered(
    record: Record,
    claim: Claim,
    cause: str,
    message: str,
    now: int,
    jitter: float,
    *,
    backoff_ms: int = BACKOFF_MS,
) -> Record:
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
        at = now + int(min(BACKOFF_CAP_MS, backoff_ms * 2 ** (used - 1)) * (1 + 0.2 * jitter))
        record = replace(record, cause=cause, message=message)
    return replace(record, not_before=at, send_at=at + HINT_GRACE_MS)


def _end(record: Record, status: Status, now: int, *, cause: str | None, message: str, done: int) -> Record:
    """One accepted version ended. Whatever is newer stays due and keeps the row pending."""
    newer = record.version > done
    first = done > record.done_version  # or the write is repeated to settle an earlier one
    shown = Status.PENDING if newer and (first or status is Status.SUCCESS) else status
    removal = record.removal
    if removal is not None and (record.version > removal.version or shown is not removal.status):
        record = come_back(record)
    return replace(
        record,
        done_version=max(record.done_version, done),
        status=shown,
        cause=cause,
        message=message,
        processed_at=now,
        listed_at=now,
        came_back_after=None if status is Status.SUCCESS and (first or not newer) else record.came_back_after,
        send_at=now + HINT_GRACE_MS if newer else None,
        request_cause=record.request_cause if record.request_due or shown is Status.PENDING else None,
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
