"""Is what VTEX holds, what a record says and what a marketplace shows the same? And what is to be done if not. Pure.

A difference is allowed by the 5-unit rule when the rule held the last change back and everything is above the
threshold. Every other one is abnormal: nobody notified the change, the marketplace changed by itself, the last send
ended in an error. Selling what is not there is repaired at once. A marketplace that shows fewer units than it should
may have sold them a moment ago, so that is believed only when it is seen a second time.

Times are milliseconds since the epoch, UTC; quantities are units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from stockbridge.channels import Channel
from stockbridge.notifications import Key
from stockbridge.observing import Sight, balance_of
from stockbridge.outcomes import Outcome, Refused
from stockbridge.policy import apply_policy
from stockbridge.records import HINT_GRACE_MS, Record, Status
from stockbridge.rule import Change, Verdict, decide
from stockbridge.sending import SETTLE_MARGIN_MS

# VTEX notifies up to minutes late and is read a second time after 330 s; a sale at a marketplace reaches VTEX as an
# order some minutes later. What changed more recently is still on its way, and no difference.
QUIET_MS = 600_000
# Less than the half hour between two runs, more than somebody needs to start two runs in a row.
SECOND_SIGHT_MS = 900_000

ALLOWED, ABNORMAL = "allowed", "abnormal"

_NOT_LIVE = frozenset({"not_found", "not_catalogued", "unmapped", "listing_closed"})


class Kind(StrEnum):
    EQUAL = "equal"
    UNDER_WAY = "under_way"  # the record is not at rest, or something changed too recently
    ALLOWED = "allowed"
    MISSED = "missed"  # VTEX changed and nobody notified it, or the notification was lost
    POLICY = "policy"  # the channel's policy makes another quantity of the same balance, and nobody looked
    DRIFTED = "drifted"  # the marketplace shows something else than it was told
    NEVER = "never"  # a SKU of the listing map without any record
    NOT_LIVE = "not_live"  # the marketplace does not offer what it should show
    FAILED = "failed"  # the last send ended in an error: its cause must be cured

    @property
    def box(self) -> str | None:
        """The list that such a difference is in."""
        if self in (Kind.EQUAL, Kind.UNDER_WAY):
            return None
        return ALLOWED if self is Kind.ALLOWED else ABNORMAL


class Repair(StrEnum):
    """How it is made equal again; the rest is only told."""

    LOOK = "look"  # at VTEX, as after a notification: rule, policy, version
    REWRITE = "rewrite"  # the record is told what the marketplace shows, and is decided upon anew


@dataclass(frozen=True, slots=True)
class Finding:
    """`target`: what the channel's policy makes of VTEX's balance. `silent`: VTEX's balance changed without a sound.
    `confirms`: the marketplace shows the right quantity and the record does not know it. `waits`: for another sight."""

    kind: Kind
    balance: int
    target: int
    shown: int | None = None
    repair: Repair | None = None
    silent: bool = False
    confirms: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One that is listed. `since`: when it was first seen as it is; `repaired_at`: when its repair was last begun."""

    key: Key
    kind: Kind
    balance: int
    wanted: int
    since: int
    version: int  # of the record
    shown: int | None = None
    confirmed: int | None = None
    de: int | None = None  # of the change that the rule held back
    por: int | None = None
    waits: bool = False
    repaired_at: int | None = None


def judge(
    record: Record,
    sight: Sight,
    shown: int | Outcome | None,
    channel: Channel,
    now: int,
    before: Difference | None = None,
    *,
    mapped: bool = False,
    asked: bool = False,
) -> Finding | None:
    """None for a SKU that is nobody's: without a record, and not `mapped`.

    `sight` and `shown` were read after `record`; `shown` is None when the marketplace was not asked, an outcome when it
    did not say. `before` is what was listed of it; `asked` says that an operator wants it repaired now.
    """
    balance, unlimited = balance_of(record, sight, channel)
    target = apply_policy(channel.policy, balance, unlimited=unlimited)[-1].quantity
    seen = shown if isinstance(shown, int) else None
    found = Finding(Kind.EQUAL, balance, target, seen)
    if not record.rev or record.balance is None:
        if not record.rev and mapped:
            return replace(found, kind=Kind.NEVER, repair=Repair.LOOK, silent=True)
        return replace(found, kind=Kind.UNDER_WAY) if record.rev else None
    if under_way(record, now):
        return replace(found, kind=Kind.UNDER_WAY)
    verdict = decide(_unseen_change(record, balance, target), channel.threshold)
    if verdict is not Verdict.UNCHANGED:
        return _unnoticed(record, found, verdict, channel, now)
    if record.status is Status.ERROR:
        return _of_error(record, found)
    if isinstance(shown, Refused) and shown.cause in _NOT_LIVE and target > 0:
        return replace(found, kind=Kind.NOT_LIVE)
    return _beside(record, found, channel, now, before, asked=asked)


def under_way(record: Record, now: int) -> bool:
    """Not at rest, or so recently that the marketplaces and VTEX may not know of it yet."""
    if record.waiting or record.open or record.leased(now) or record.status is Status.PENDING:
        return True
    if record.accepted is not None or not _landed(record, now):
        return True
    changes = (record.decision, record.skipped)
    last = max((each.at for each in changes if each is not None), default=0)
    return now - max(last, record.processed_at or 0, record.confirmed_at or 0) < QUIET_MS


def _landed(record: Record, now: int) -> bool:
    """No write of ours can take effect any more."""
    return record.may_land_until is None or record.may_land_until + SETTLE_MARGIN_MS <= now


def _of_error(record: Record, found: Finding) -> Finding:
    shown = found.shown if found.shown is not None else record.confirmed
    return found if shown == found.target else replace(found, kind=Kind.FAILED)


def _unseen_change(record: Record, balance: int, target: int) -> Change:
    """What a look would decide upon."""
    return Change(
        de=record.balance,
        por=balance,
        wanted_before=record.allowed,
        wanted=target,
        confirmed=record.confirmed,
        only_stock=True,
        failed=record.status is Status.ERROR,
    )


def _unnoticed(record: Record, found: Finding, verdict: Verdict, channel: Channel, now: int) -> Finding:
    """VTEX or the policy says something else than when we last looked. The look makes "De" right, whatever the rule
    says."""
    silent = record.balance != found.balance
    if silent and now - (record.observed_at or 0) < QUIET_MS:  # its notification may be on the way
        return replace(found, kind=Kind.UNDER_WAY)
    found = replace(found, repair=Repair.LOOK, silent=silent)
    if not verdict.exports and not (found.shown is not None and found.shown <= channel.threshold):
        return replace(found, kind=Kind.ALLOWED)
    return replace(found, kind=Kind.MISSED if silent else Kind.POLICY)


def _beside(
    record: Record, found: Finding, channel: Channel, now: int, before: Difference | None, *, asked: bool
) -> Finding:
    """VTEX is as we know it; is the marketplace?"""
    shown = found.shown if found.shown is not None else record.confirmed
    as_told = shown == record.confirmed
    held_back = record.wanted != found.target
    if shown is None or shown == found.target:
        return replace(found, confirms=not as_told)
    if as_told and not held_back:  # as much as the marketplace takes of it
        return found
    low = min(found.balance, found.target, shown) <= channel.threshold
    grown = record.confirmed is not None and shown > record.confirmed
    if held_back and not low and not grown:  # fewer than it was told: its own sales
        return replace(found, kind=Kind.ALLOWED)
    if shown < found.target and not asked and not _seen_before(record, before, found, now):
        return replace(found, kind=Kind.DRIFTED, waits=True)
    return replace(found, kind=Kind.DRIFTED, repair=Repair.REWRITE)


def _seen_before(record: Record, before: Difference | None, found: Finding, now: int) -> bool:
    """And nothing happened since."""
    return (
        before is not None
        and _sight(before) == (Kind.DRIFTED, found.balance, found.shown, record.version)
        and now - before.since >= SECOND_SIGHT_MS
    )


def _unseen_since(record: Record, found: Finding, before: Difference | None) -> bool:
    """What was seen at the marketplace stays until it is seen there again, or something new was sent."""
    seen = before is not None and before.kind in (Kind.DRIFTED, Kind.NOT_LIVE) and before.version == record.version
    return seen and found.shown is None


def _sight(difference: Difference) -> tuple[Kind, int, int | None, int]:
    return difference.kind, difference.balance, difference.shown, difference.version


def shows(record: Record, shown: int, now: int, *, rewrite: bool) -> Record:
    """Note what the marketplace was seen to show, on a record that was at rest before it was asked. `rewrite`: it is
    wrong, so VTEX is read and the SKU decided upon anew."""
    noted = replace(record, confirmed=shown, confirmed_at=now, may_land_until=None)
    if not rewrite:
        return noted
    return replace(noted, diverged=True, seen=record.seen + 1, look_at=now + HINT_GRACE_MS, look_tries=0)


def listed(record: Record, found: Finding, before: Difference | None, now: int, *, repaired: bool) -> Difference | None:
    """The difference as it is to be listed from now on; None when there is none."""
    if found.kind is Kind.EQUAL:
        return before if _unseen_since(record, found, before) else None
    if found.kind is Kind.UNDER_WAY:
        return None if before is not None and before.waits else before  # a first sight that was overtaken is none
    skipped = record.skipped if found.kind is Kind.ALLOWED else None
    fresh = Difference(
        record.key,
        found.kind,
        found.balance,
        found.target,
        since=now,
        version=record.version,
        shown=found.shown,
        confirmed=record.confirmed,
        de=record.balance if found.silent else skipped.de if skipped is not None else None,
        por=found.balance if found.silent else skipped.por if skipped is not None else None,
        waits=found.waits,
        repaired_at=now if repaired else None,
    )
    if before is None:
        return fresh
    return replace(
        fresh,
        since=before.since if _sight(before) == _sight(fresh) else now,
        repaired_at=fresh.repaired_at or before.repaired_at,
    )
