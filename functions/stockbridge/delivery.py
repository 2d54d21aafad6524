"""Delivery: from "something may be due" to a marketplace that shows it and a record that says so.

A batch goes through three steps: claim each record, send all claims at the same time, commit each outcome. A hint
that finds nothing to do is simply done: the record is the truth, and what is due is hinted again by the sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stockbridge import gates, sending
from stockbridge.channels import Channel
from stockbridge.connectors import Connector, Http, StockUpdate
from stockbridge.errors import Conflict, MissingSecret, Unavailable
from stockbridge.gates import Gate
from stockbridge.messages import hint_message
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.records import Record, Status
from stockbridge.store import Control, KeptEvidence, Message, Queue, Records
from stockbridge.telemetry import count, logger

MAX_DELAY_S = 900  # SQS's own limit; longer waits are the sweep's
GATE_TRIES = 3
COMMIT_TRIES = 10


@dataclass(frozen=True, slots=True)
class Send:
    """A claim on its way to the marketplace."""

    channel: Channel
    connector: Connector
    gate: Gate  # as it was when the batch began
    record: Record
    claim: sending.Claim


@dataclass(frozen=True, slots=True)
class Delivery:
    records: Records
    control: Control
    connector: Callable[[str], Connector]
    credentials: Callable[[str, bool], Mapping[str, str]]  # (secret's name, fresh?)
    http: Http
    export_queue: Queue
    clock: Callable[[], int]
    random: Callable[[], float]  # 0 to 1
    at_once: Callable[[Callable[[Send], Outcome], Sequence[Send]], Iterable[Outcome]]  # map, or a pool's map

    def deliver(self, keys: Sequence[Key]) -> None:
        """Send what is due of these records. Raises Unavailable when the database does not answer."""
        count("HintsTaken", len(keys))
        seen: dict[str, Gate] = {}
        sends = [send for key in dict.fromkeys(keys) if (send := self._claim(key, seen)) is not None]
        hints: list[Message] = []
        for send, outcome in zip(sends, self.at_once(self._push, sends), strict=True):
            committed = self._commit(send, outcome)
            if committed is not None and committed.send_at is not None:
                hints.append(_hint(committed, self.clock()))
        try:
            self.export_queue.send([hint for hint in hints if hint.delay_s <= MAX_DELAY_S])
        except Unavailable as error:  # the sweep hints again
            logger.warning("hints not sent", extra={"reason": str(error), "messages": len(hints)})

    # ------------------------------------------------------------------ claim

    def _claim(self, key: Key, seen: dict[str, Gate]) -> Send | None:
        channel = self.control.channel(key.account, key.affiliate)
        if channel is None or not channel.enabled:
            return None
        if channel.id not in seen:  # one read a batch
            seen[channel.id] = self.control.gate(channel.id)
        gate = seen[channel.id]
        if gate.closed(self.clock()):
            return None
        record = self.records.get(key)
        may_pass = not gate.needs_probe
        while sending.claimable(record, self.clock()):
            now = self.clock()
            try:
                if sending.poisoned(record):
                    self.records.save(sending.park(record, now), record)
                    count("Parked")
                    return None
                if record.open and sending.shown_already(record):
                    self.records.save(sending.nothing_to_send(record, now), record)
                    count("NothingToSend")
                    return None
                may_pass = may_pass or self._probe(gate, now)
                if not may_pass:
                    return None
                connector = self.connector(channel.connector)
                late_effect_s = connector.capabilities.late_effect_s
                claimed, claim = sending.claim(record, now, late_effect_s=late_effect_s)
                return Send(channel, connector, gate, self.records.save(claimed, record), claim)
            except Conflict:
                record = self.records.get(key)
        return None

    def _probe(self, gate: Gate, now: int) -> bool:
        """Be the one call that finds out whether the marketplace answers again."""
        try:
            self.control.save_gate(gates.probing(gate, now), gate)
        except Conflict:
            return False
        return True

    # ------------------------------------------------------------------ send

    def _push(self, send: Send) -> Outcome:
        """Never raises: a bug of a connector is an unknown outcome of one SKU, not of its batch-mates."""
        try:
            outcome = self._push_once(send, fresh=False)
            if isinstance(outcome, Unauthorized):  # the secret may have been rotated since it was read
                outcome = self._push_once(send, fresh=True)
            return outcome
        except MissingSecret as error:
            return Refused("configuration", str(error))
        except Exception as error:  # noqa: BLE001 -- see the docstring
            logger.exception("connector failed", extra={"channel": send.channel.id})
            return Unknown("uncatalogued", f"{type(error).__name__} in the connector {send.channel.connector}")

    def _push_once(self, send: Send, *, fresh: bool) -> Outcome:
        secret = send.channel.marketplace.get("secret")
        key = send.record.key
        return send.connector.push(
            send.channel.marketplace,
            self.credentials(secret, fresh) if secret else {},
            StockUpdate(key.account, key.affiliate, key.sku, send.claim.quantity, send.claim.version),
            self.http,
            deadline_s=sending.HTTP_DEADLINE_S,
        )

    # ------------------------------------------------------------------ commit

    def _commit(self, send: Send, outcome: Outcome) -> Record | None:
        """Write the outcome down; None when somebody claimed after us and settles what we did."""
        reopens_at = self._tell_gate(send.gate, outcome)
        record = send.record
        jitter = self.random()
        for _ in range(COMMIT_TRIES):
            now = self.clock()
            try:
                step = sending.commit(
                    record,
                    send.claim,
                    outcome,
                    now,
                    late_effect_s=send.connector.capabilities.late_effect_s,
                    jitter=jitter,
                    reopens_at=reopens_at,
                )
                saved = self.records.save(step, record)
            except sending.LostClaim:
                count("ClaimLost")
                return None
            except Conflict:  # intake decided, or an operator clicked: commit on what they left
                record = self.records.get(record.key)
                continue
            self._report(send, outcome, record, saved)
            return saved
        raise Unavailable("the record changed faster than an outcome could be written")

    def _tell_gate(self, gate: Gate, outcome: Outcome) -> int:
        """Open, close or trip the channel's gate; the answer is when it opens again, 0 when it is open."""
        if _gate_after(gate, outcome, self.clock()) == gate:  # nothing to tell it, as of the batch's beginning
            return gate.closed_until or 0
        for _ in range(GATE_TRIES):
            gate = self.control.gate(gate.channel_id)
            step = _gate_after(gate, outcome, self.clock())
            if step == gate:
                return gate.closed_until or 0
            try:
                self.control.save_gate(step, gate)
            except Conflict:
                continue
            return step.closed_until or 0
        return 0

    def _report(self, send: Send, outcome: Outcome, before: Record, after: Record) -> None:
        kind = type(outcome).__name__.lower()
        evidence = outcome.evidence
        if evidence is not None and not isinstance(outcome, Applied | Accepted):
            self.records.keep(KeptEvidence(after.key, self.clock(), send.claim.epoch, evidence))
        count(f"Sent{kind.capitalize()}")
        if after.status is Status.ERROR and before.status is not Status.ERROR:
            count("RecordFailed")
        logger.info(
            kind,
            extra={
                "channel": send.channel.id,
                "sku": after.key.sku,
                "quantity": send.claim.quantity,
                "version": send.claim.version,
                "status": after.status,
                "cause": after.cause,
                "reflected_ms": after.reflected_ms if isinstance(outcome, Applied) else None,
            },
        )


def _gate_after(gate: Gate, outcome: Outcome, now: int) -> Gate:
    match outcome:
        case Throttled(retry_after_s=retry_after_s):
            return gates.throttled(gate, now, retry_after_s)
        case Unauthorized(message=message):
            return gates.refused(gate, now, message)
        case Unknown():
            return gates.failed(gate, now)
        case _:
            return gates.answered(gate)


def _hint(record: Record, now: int) -> Message:
    wait_ms = (record.not_before or now) - now
    return Message(hint_message(record.key), max(0, -(-wait_ms // 1000)))
