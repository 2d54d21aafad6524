"""The way of a SKU's last change, gate by gate, as far as its record remembers it. Pure.

A record remembers one accepted change, one that the rule held back, and the last attempts. What it does not remember is
said to be unknown and never guessed. The gate, the switch, the policy and the listing are as of now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from stockbridge.channels import Channel
from stockbridge.gates import Gate
from stockbridge.listing_entries import Entry
from stockbridge.policy import apply_policy
from stockbridge.records import Attempt, Record, Skipped, Status
from stockbridge.rule import Verdict

Details = Mapping[str, str | int | None]


class State(StrEnum):
    """Of a step: it happened, it is to come, it goes no further here, it is not for this change, nobody knows."""

    DONE = "done"
    WAITING = "waiting"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """`at`: when it was done or since when it stands so; of a waiting one, when it goes on, if that is known."""

    code: str
    state: State
    at: int | None = None
    details: Details = field(default_factory=dict)


ATTEMPTS: Mapping[str, State] = {
    "applied": State.DONE,
    "confirmed": State.DONE,
    "nothing_to_send": State.DONE,
    "accepted": State.DONE,
    "refused": State.STOPPED,
    "throttled": State.WAITING,
    "unauthorized": State.WAITING,
    "busy": State.WAITING,
    "unknown": State.UNKNOWN,
}


def steps_of(record: Record, channel: Channel, gate: Gate, listing: Entry | None, now: int) -> Iterator[Step]:
    """Of a record that is stored, in the order of the way."""
    yield from _unread(record) if reading(record) else _decided(record, channel)
    yield from _gates(record, channel, gate, listing, now)
    if not reading(record):
        yield from _sent(record, now)
    yield from _shown(record)


def held(record: Record) -> Skipped | None:
    """The change that the rule held back, when it was the last one and nothing else is going on."""
    skipped = record.skipped
    if skipped is None or record.status is not Status.SUCCESS or record.open or record.waiting:
        return None
    return skipped if record.decision is None or skipped.at > record.decision.at else None


def reading(record: Record) -> bool:
    """VTEX is to be read before anything is decided."""
    return record.look_at is not None or record.request_due


# ---------------------------------------------------------------------- from VTEX to a decision


def _unread(record: Record) -> Iterator[Step]:
    if record.unread_since is not None:
        yield Step("heard", State.DONE, record.unread_since)
    elif record.request_due:
        yield Step("asked", State.DONE)
    else:
        yield Step("heard", State.UNKNOWN)
    if record.look_cause is not None:
        yield Step("unread", State.WAITING, record.look_at, {"cause": record.look_cause, "tries": record.look_tries})
    else:
        yield Step("read", State.WAITING, record.look_at)
    yield _active(record)
    yield Step("rule", State.WAITING)


def _decided(record: Record, channel: Channel) -> Iterator[Step]:
    skipped, decision = held(record), record.decision
    if skipped is not None:
        yield Step("heard", State.UNKNOWN)
        yield Step("read", State.DONE, skipped.at, {"balance": skipped.por})
        yield _active(record)
        compared: Details = {"de": skipped.de, "por": skipped.por, "threshold": channel.threshold}
        yield Step("rule", State.STOPPED, skipped.at, compared)
    elif decision is not None:
        if decision.verdict is Verdict.FORCED:
            yield Step("asked", State.DONE)
        elif decision.received_at is not None:
            yield Step("heard", State.DONE, decision.received_at)
        else:
            yield Step("heard", State.SKIPPED)
        yield Step("read", State.DONE, decision.at, {"balance": decision.por})
        yield _active(record)
        code = "rule_first" if decision.de is None else "rule"
        told: Details = {"de": decision.de, "por": decision.por, "verdict": decision.verdict.value}
        yield Step(code, State.DONE, decision.at, told)
    elif record.balance is not None:
        yield Step("heard", State.UNKNOWN)
        yield Step("read", State.DONE, record.observed_at, {"balance": record.balance})
        yield _active(record)
        yield Step("rule", State.UNKNOWN)
    else:
        yield Step("heard", State.UNKNOWN)
        yield Step("read", State.STOPPED if record.status is Status.ERROR else State.UNKNOWN)
    yield from _policy(record, channel)


def _active(record: Record) -> Step:
    if inactive(record):
        return Step("active", State.STOPPED)
    return Step("active", State.UNKNOWN if record.active is None else State.DONE)


def inactive(record: Record) -> bool:
    return record.active is False or record.listed is False


def _policy(record: Record, channel: Channel) -> Iterator[Step]:
    """As it is now: what it would make of the last balance."""
    if record.balance is None:
        return
    settings = {**asdict(channel.policy), "unlimited": channel.policy.unlimited_as}
    first, *others = apply_policy(channel.policy, record.balance, unlimited=record.unlimited)
    if not others:
        yield Step("policy", State.SKIPPED)
        return
    yield Step("policy", State.DONE, details={"balance": first.quantity, "quantity": others[-1].quantity})
    for one in others:
        yield Step(f"policy_{one.name}", State.DONE, details={"setting": settings[one.name], "quantity": one.quantity})


# ---------------------------------------------------------------------- to the marketplace


def _gates(record: Record, channel: Channel, gate: Gate, listing: Entry | None, now: int) -> Iterator[Step]:
    if not channel.listing_map:
        yield Step("listing", State.SKIPPED)
    elif listing is not None and listing.ids:
        told = ", ".join(f"{name}={value}" for name, value in sorted(listing.ids.items()))
        yield Step("listing", State.DONE, details={"ids": told})
    else:
        stops = record.status is Status.ERROR and record.cause == "unmapped"
        yield Step("listing", State.STOPPED if stops else State.UNKNOWN)
    yield Step("channel", State.DONE if channel.enabled else State.STOPPED)
    if gate.incident is not None:
        details: Details = {"cause": gate.incident, "until": max(gate.opens_at, now)}
        yield Step("gate", State.STOPPED, gate.since, details)
    else:
        closed = gate.closed(now)
        yield Step("gate", State.WAITING if closed else State.DONE, gate.opens_at if closed else None)


def _sent(record: Record, now: int) -> Iterator[Step]:
    if held(record) is not None:
        yield Step("queue", State.SKIPPED)
        return
    mine = [one for one in record.attempts if one.version == record.version]
    older = [one for one in record.attempts if one not in mine and _of_this_change(record, one)]
    leased, due = record.leased(now), record.send_at is not None
    if mine or leased or not due:
        since = record.decision.at if record.decision is not None else None
        yield Step("queue", State.DONE if since is not None else State.UNKNOWN, since)
    yield from (_attempt(one) for one in sorted([*older, *mine], key=lambda one: one.at))
    if leased:
        yield Step("sending", State.WAITING, details={"quantity": record.wanted})
    elif record.check_at is not None and record.accepted is not None:
        yield Step("check", State.WAITING, record.check_at, {"quantity": record.accepted.quantity})
    elif record.status is Status.ERROR:
        yield Step("error", State.STOPPED, record.processed_at, {"cause": record.cause or ""})
    if newer_waits(record):
        yield Step("newer", State.WAITING, details={"wanted": record.wanted})
    if due and not leased and not mine:
        yield Step("queue", State.WAITING, record.not_before)
    elif due and not leased:
        settles = record.status is Status.SUCCESS
        yield Step("settle" if settles else "retry", State.WAITING, record.send_at if settles else record.not_before)


def _attempt(attempt: Attempt) -> Step:
    outcome = attempt.outcome if attempt.outcome in ATTEMPTS else "unknown"
    return Step(f"attempt_{outcome}", ATTEMPTS[outcome], attempt.at, {"quantity": attempt.quantity})


def _of_this_change(record: Record, attempt: Attempt) -> bool:
    return attempt.version == record.version or (record.decision is not None and attempt.at >= record.decision.at)


def newer_waits(record: Record) -> bool:
    """An older value was under way when the last change was accepted, and went on being so."""
    if not record.open:
        return False
    if record.check_at is not None and record.accepted is not None:
        return record.accepted.version < record.version
    last = record.attempts[-1] if record.attempts else None
    return last is not None and last.version < record.version and _of_this_change(record, last)


def _shown(record: Record) -> Iterator[Step]:
    arrived = record.status is Status.SUCCESS and not record.open and not reading(record) and held(record) is None
    if record.confirmed is None or (arrived and record.accepted is not None):
        yield Step("shown", State.UNKNOWN)
    else:
        state = State.DONE if arrived and record.confirmed_version == record.version else State.SKIPPED
        yield Step("shown", state, record.confirmed_at, {"shown": record.confirmed})
    if record.removal is not None:
        yield Step("removed", State.SKIPPED, record.removal.at)
