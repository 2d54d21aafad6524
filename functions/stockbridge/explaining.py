"""Why a marketplace shows what it shows: the way of a SKU's last change, and one conclusion. Pure.

Times are milliseconds since the epoch, quantities are units. The texts are in step_texts.py and
conclusion_texts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.causes import Cure
from stockbridge.channels import Channel
from stockbridge.explaining_steps import Details, State, Step, held, inactive, newer_waits, reading, steps_of
from stockbridge.gates import Gate
from stockbridge.listing_entries import Entry
from stockbridge.records import Record, Status
from stockbridge.rule import Verdict


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The one sentence. `details["cause"]` is a code of causes.py; `at`: when it goes on by itself, if it does."""

    code: str
    details: Details = field(default_factory=dict)
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The times of the steps that are done never decrease."""

    steps: tuple[Step, ...]
    conclusion: Conclusion
    late: bool = False


ENDS: Mapping[Cure, str] = {
    Cure.FIX_FIRST: "error_fix_first",
    Cure.NOTHING_TO_DO: "error_no_cure",
    Cure.RETRIES_ALONE: "error_gave_up",
}


def explain(
    record: Record,
    channel: Channel,
    gate: Gate,
    listing: Entry | None,
    now: int,
    late_after_ms: int,
    catalogue: Catalogue = BUILT_IN,
) -> Explanation:
    """`listing` is the SKU's entry in the channel's listing map, if there is one."""
    if not record.rev:
        return Explanation((Step("heard", State.STOPPED),), Conclusion("never_heard"))
    steps = list(_in_order(steps_of(record, channel, gate, listing, now)))
    return Explanation(
        (*steps, *_read_again(record, steps)),
        _conclusion(record, channel, gate, now, catalogue),
        late=record.late(now, late_after_ms),
    )


def _in_order(steps: Iterable[Step]) -> Iterator[Step]:
    """Two functions' clocks may differ by moments: nothing is done before what came before it."""
    last = 0
    for step in steps:
        if step.state is State.DONE and step.at is not None:
            last = max(last, step.at)
            yield replace(step, at=last)
        else:
            yield step


def _read_again(record: Record, steps: Iterable[Step]) -> Iterator[Step]:
    """VTEX was read after all that, and nothing new came of it."""
    last = max((step.at for step in steps if step.state is State.DONE and step.at is not None), default=0)
    if not reading(record) and record.observed_at is not None and record.observed_at > last:
        yield Step("read_again", State.DONE, record.observed_at, {"balance": record.balance})


# ---------------------------------------------------------------------- the conclusion


def _conclusion(record: Record, channel: Channel, gate: Gate, now: int, catalogue: Catalogue) -> Conclusion:
    both: Details = {"wanted": record.wanted, "shown": record.confirmed}
    if record.leased(now):
        return Conclusion("sending", both)
    if reading(record):
        return _unread(record)
    if record.check_at is not None and record.accepted is not None:
        asked: Details = {"quantity": record.accepted.quantity, "since": record.accepted.at}
        return Conclusion("newer_open" if newer_waits(record) else "accepted", {**asked, **both}, record.check_at)
    if record.send_at is not None:
        return _unsent(record, channel, gate, now)
    if record.status is Status.ERROR:
        cause = record.cause or "uncatalogued"
        return Conclusion(ENDS[catalogue.cause_of(cause).cure], {"cause": cause, **both})
    if record.status is Status.PENDING:
        return Conclusion("queued", both)
    return _arrived(record, channel)


def _unread(record: Record) -> Conclusion:
    shown: Details = {"shown": record.confirmed}
    if record.look_cause is not None:
        return Conclusion("unread", {"cause": record.look_cause, "until": record.look_at, **shown}, record.look_at)
    return Conclusion("asked" if record.request_due else "looking", shown)


def _unsent(record: Record, channel: Channel, gate: Gate, now: int) -> Conclusion:
    """Something is to be sent: what does it wait for?"""
    both: Details = {"wanted": record.wanted, "shown": record.confirmed}
    if not channel.enabled:
        return Conclusion("switched_off", both)
    if gate.incident is not None:
        until = max(gate.opens_at, now)
        return Conclusion("incident", {"cause": gate.incident, "since": gate.since, "until": until, **both}, until)
    if gate.closed(now):
        return Conclusion("gate_closed", {"until": gate.opens_at, **both}, gate.opens_at)
    at = record.not_before if record.not_before is not None and record.not_before > now else None
    if record.status is Status.SUCCESS:
        return Conclusion("settling", both, at)
    again: Details = {"until": at or now, "cause": record.cause or "uncatalogued", **both}
    if record.status is Status.ERROR:
        return Conclusion("error_retrying", again, at)
    if newer_waits(record):
        last = record.attempts[-1]
        return Conclusion("newer_open", {"quantity": last.quantity, "since": last.at, **both}, at)
    if record.cause is not None and (at is not None or record.attempts_used):
        return Conclusion("retrying", again, at)
    return Conclusion("queued", both, at)


def _arrived(record: Record, channel: Channel) -> Conclusion:
    """Nothing is going on."""
    shown: Details = {"shown": record.confirmed, "since": record.confirmed_at}
    took_ms = None if _unnoticed(record) else record.reflected_ms
    skipped, last = held(record), record.attempts[-1] if record.attempts else None
    if record.accepted is not None:
        return Conclusion("accepted_blind", {"quantity": record.accepted.quantity, "since": record.accepted.at})
    if record.confirmed is None:
        return Conclusion("unknown")
    if skipped is not None:
        compared = {"de": skipped.de, "por": skipped.por, "threshold": channel.threshold}
        code = "held_same" if record.confirmed == record.allowed else "held"
        return Conclusion(code, {**shown, **compared})
    if inactive(record) and record.balance == 0 and record.confirmed == 0:
        return Conclusion("inactive", shown)
    if record.confirmed != record.wanted:
        return Conclusion("clamped", {**shown, "wanted": record.wanted})
    if last is not None and last.outcome == "nothing_to_send":
        return Conclusion("already_shown", shown)
    if record.confirmed != record.balance:
        return Conclusion("applied_policy", {**shown, "balance": record.balance, "took_ms": took_ms})
    return Conclusion("applied", {**shown, "took_ms": took_ms})


def _unnoticed(record: Record) -> bool:
    """Nobody notified the change: when it was found is known, and not when it happened."""
    decision = record.decision
    return decision is not None and decision.received_at is None and decision.verdict is not Verdict.FORCED
