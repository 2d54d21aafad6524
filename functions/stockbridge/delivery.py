"""Delivery: from "something may be due" to a marketplace that shows it and a record that says so.

A batch goes through three steps: plan the calls and claim what they send (planning.py), make all of them at the same
time, commit each outcome. A hint that finds nothing to do is simply done: the record is the truth, and what is due is
hinted again by the sweep.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from stockbridge import gates, sending
from stockbridge.calls import AtOnce, Call, Send, clamped, hint
from stockbridge.catalogue import BUILT_IN, Catalogue, general, told_apart
from stockbridge.channels import Channel
from stockbridge.connectors import Checks, Feeds, Http, Session
from stockbridge.errors import Conflict, MissingSecret, Unavailable
from stockbridge.gates import Gate
from stockbridge.hinting import send_hints
from stockbridge.logins import Logins
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.planning import Planning
from stockbridge.records import Record, Status
from stockbridge.store import Control, KeptEvidence, Leases, Message, Queue, Records
from stockbridge.telemetry import count, logger

MAX_DELAY_S = 900  # SQS's own limit; longer waits are the sweep's
GATE_TRIES = 3
COMMIT_TRIES = 10
SHORTEST_CALL_S = 0.5
LOG_IN_S = 5.0
LAST_ROUND_S = sending.CLAIM_BUDGET_S - sending.HTTP_DEADLINE_S
SHOWN = 10  # records of one call that are logged and whose evidence is kept one by one


@dataclass(frozen=True, slots=True)
class Delivery:
    planning: Planning
    records: Records
    control: Control
    leases: Leases
    logins: Logins
    http: Http
    export_queue: Queue
    clock: Callable[[], int]
    random: Callable[[], float]  # 0 to 1
    at_once: AtOnce
    catalogue: Callable[[str], Catalogue] = lambda _account: BUILT_IN

    def deliver(self, keys: Sequence[Key]) -> None:
        """Send what is due of these records. Raises Unavailable when the database does not answer."""
        count("HintsTaken", len(keys))
        began = self.clock()
        hints: list[Message] = []
        records = self.records.get_many(list(dict.fromkeys(keys)))
        for together in sending.rounds(records.values(), began):
            if self.clock() - began < LAST_ROUND_S * 1000:
                hints += self._deliver(together, began)
            else:
                hints += [hint(record.key, 0) for record in together]
        send_hints(self.export_queue, [hint for hint in hints if hint.delay_s <= MAX_DELAY_S])

    def _deliver(self, records: Sequence[Record], began: int) -> list[Message]:
        """What is to be hinted then."""
        hints: list[Message] = []
        calls: list[Call] = []
        for (account, affiliate), own in _by_channel(records).items():
            channel = self.control.channel(account, affiliate)
            if channel is not None and channel.enabled:
                try:
                    planned = self.planning.plan(channel, own)
                except Exception:  # noqa: BLE001 -- whatever is wrong with one channel, the others are sent
                    logger.exception("channel not planned", extra={"channel": channel.id})
                    count("ChannelNotPlanned")
                    continue
                calls += planned.calls
                hints += planned.hints
        outcomes = self.at_once(lambda call: self._make(call, began), calls)
        for call, outcome in zip(calls, outcomes, strict=True):
            if outcome is not None:
                hints += self._commit(call, outcome, began)
        return hints

    # ------------------------------------------------------------------ call

    def _make(self, call: Call, began: int) -> Sequence[Outcome] | None:
        """Never raises: a bug of a connector is an unknown outcome of its SKU, not of the calls beside it. Of a call
        with several SKUs it is not known whose bug it is: None, as if the process had ended, so that fewer of them
        travel together the next time."""
        try:
            outcomes = self._called(call, began)
        except Exception as error:  # noqa: BLE001 -- see the docstring
            logger.exception("connector failed", extra={"channel": call.channel.id})
            if len(call.sends) > 1 and call.ref is None:
                return None
            outcomes = []
            reason = f"{type(error).__name__} in the connector {call.channel.connector}"
        else:
            reason = f"{len(outcomes)} outcomes for {len(call.sends)} updates in the connector {call.channel.connector}"
        if len(outcomes) != len(call.sends):
            return [Unknown("uncatalogued", reason)] * len(call.sends)
        if call.ref is None:
            return outcomes
        return [_unasked(outcome) for outcome in outcomes]

    def _called(self, call: Call, began: int) -> Sequence[Outcome]:
        try:
            session = self._session(call, began, self.logins.credentials(call.channel))
        except (MissingSecret, Unavailable) as error:
            return [_without_credentials(error)] * len(call.sends)
        outcomes = self._act(call, session)
        if not any(isinstance(outcome, Unauthorized) for outcome in outcomes):
            return outcomes
        instead: Mapping[str, str] | Outcome | None
        session = self._session(call, began, session.credentials)
        try:
            if session.left_s >= LOG_IN_S:  # one that is cut off may have used the refresh token up
                instead = self.logins.renewed(call.channel, call.connector, session, outcomes)
            else:
                instead = Busy("no time was left to log in")
        except (MissingSecret, Unavailable) as error:
            instead = _without_credentials(error)
        if isinstance(instead, Mapping):
            return self._act(call, self._session(call, began, instead))
        if instead is None:
            return outcomes
        return [instead if isinstance(outcome, Unauthorized) else outcome for outcome in outcomes]

    def _session(self, call: Call, began: int, credentials: Mapping[str, str]) -> Session:
        now = self.clock()
        ends_at = min(now + sending.HTTP_DEADLINE_S * 1000, began + sending.CLAIM_BUDGET_S * 1000)
        return Session(call.channel.marketplace, credentials, self.http, self.clock, ends_at)

    def _act(self, call: Call, session: Session) -> Sequence[Outcome]:
        most = call.connector.capabilities.max_quantity
        updates = [send.update if most is None else clamped(send.update, most) for send in call.sends]
        if session.ends_at - self.clock() < SHORTEST_CALL_S * 1000:
            return [Busy("no time was left to call the marketplace")] * len(updates)
        if call.ref is not None:
            if isinstance(call.connector, Checks):
                return call.connector.check(session, call.ref, updates)
            return [Accepted(call.ref)] * len(updates)  # the channel's connector was another one when it was sent
        if call.feed and isinstance(call.connector, Feeds):
            return call.connector.submit(session, updates)
        outcomes = call.connector.push(session, updates)
        if most is None or len(outcomes) != len(updates):
            return outcomes
        return [
            replace(outcome, quantity=update.quantity)
            if isinstance(outcome, Applied) and outcome.quantity is None and send.update.quantity > most
            else outcome
            for send, update, outcome in zip(call.sends, updates, outcomes, strict=True)
        ]

    # ------------------------------------------------------------------ commit

    def _commit(self, call: Call, outcomes: Sequence[Outcome], began: int) -> list[Message]:
        """Write the outcomes down; what is still due is to be hinted."""
        reopens_at = self._tell_gate(call.gate, _of_the_call(outcomes, asked=call.ref is not None))
        catalogue = self._catalogue(call.channel, outcomes)
        outcomes = told_apart(catalogue, call.channel, outcomes)
        pairs = list(zip(call.sends, outcomes, range(len(outcomes)), strict=True))
        committed = self.at_once(
            lambda pair: self._commit_one(call, *pair, reopens_at=reopens_at, began=began, catalogue=catalogue), pairs
        )
        hints = [_next_hint(saved, self.clock()) for saved in committed if saved is not None and saved.to_export]
        if call.lease is not None and not any(isinstance(outcome, Unknown) for outcome in outcomes):
            with suppress(Unavailable):
                self.leases.release(*call.lease)  # after an unknown one the call may still be going on
        if len(pairs) > SHOWN:
            kinds = Counter(_kind(outcome) for outcome in outcomes)
            logger.info("file", extra={"channel": call.channel.id, "ref": call.ref, "outcomes": kinds})
            return hints[:1]  # the first to be taken gathers the others
        return hints

    def _catalogue(self, channel: Channel, outcomes: Sequence[Outcome]) -> Catalogue:
        """With the account's own causes, where some outcome may be one of them. An outcome is written down without them
        rather than not at all."""
        if not any(general(outcome) for outcome in outcomes):
            return BUILT_IN
        try:
            return self.catalogue(channel.account)
        except Unavailable as error:
            logger.warning("own causes not read", extra={"channel": channel.id, "reason": str(error)})
            return BUILT_IN

    def _commit_one(
        self,
        call: Call,
        send: Send,
        outcome: Outcome,
        place: int,
        *,
        reopens_at: int,
        began: int,
        catalogue: Catalogue,
    ) -> Record | None:
        """None when somebody claimed after us and settles what we did, or nobody waits for this answer any more."""
        record, jitter = send.record, self.random()
        for _ in range(COMMIT_TRIES):
            try:
                step = self._step(call, send, record, outcome, jitter, reopens_at, catalogue)
                saved = self.records.save(step, record)
            except sending.LostClaim:
                count("ClaimLost")
                return None
            except Conflict:  # intake decided, or an operator clicked: commit on what they left
                record = self.records.get(record.key)
                continue
            except Unavailable:  # what is not written down was sent for nothing, and counts as a claim that vanished
                if self.clock() - began > sending.CLAIM_BUDGET_S * 1000:
                    break
                continue
            self._report(call, send, outcome, record, saved, alone=place < SHOWN)
            return saved
        logger.error("outcome not written", extra={"channel": call.channel.id, "sku": record.key.sku})
        count("OutcomeLost")
        return None  # the claim ends by itself, and what was sent counts as unknown

    def _step(
        self,
        call: Call,
        send: Send,
        record: Record,
        outcome: Outcome,
        jitter: float,
        reopens_at: int,
        catalogue: Catalogue,
    ) -> Record:
        now = self.clock()
        if send.claim is None:
            return sending.check(
                record, call.ref or "", outcome, now, jitter=jitter, reopens_at=reopens_at, catalogue=catalogue
            )
        return sending.commit(
            record,
            send.claim,
            outcome,
            now,
            late_effect_s=call.connector.capabilities.late_effect_s,
            jitter=jitter,
            reopens_at=reopens_at,
            checks=isinstance(call.connector, Checks),
            catalogue=catalogue,
        )

    def _tell_gate(self, gate: Gate, outcome: Outcome) -> int:
        """Open, close or trip the channel's gate. The answer is until when the marketplace asked for time, 0 when it
        did not: refused credentials are the gate's alone to wait for, so that whatever opens it lets everybody go."""
        if not gate.needs_probe and _gate_after(gate, outcome, self.clock()) == gate:  # as of the batch's beginning
            return gate.asked_until or 0
        step = _gate_after(gate, outcome, self.clock())
        for _ in range(GATE_TRIES):
            try:
                gate = self.control.gate(gate.channel_id)
                step = _gate_after(gate, outcome, self.clock())
                if step == gate:
                    return gate.asked_until or 0
                self.control.save_gate(step, gate)
            except (Conflict, Unavailable):
                continue
            count("BreakerOpened", step.trips - gate.trips if step.trips > gate.trips else 0)
            break
        return step.asked_until or 0

    def _report(self, call: Call, send: Send, outcome: Outcome, before: Record, after: Record, *, alone: bool) -> None:
        evidence = outcome.evidence
        if alone and evidence is not None and not isinstance(outcome, Applied | Accepted):
            epoch = send.claim.epoch if send.claim is not None else before.epoch
            with suppress(Unavailable):  # it explains an outcome that is written down already
                self.records.keep(KeptEvidence(after.key, self.clock(), epoch, evidence))
        kind = _kind(outcome).capitalize()
        if send.claim is not None:
            count(f"Sent{kind}")
        else:
            count(f"Checked{kind}")
        if after.status is Status.ERROR and before.status is not Status.ERROR:
            count("RecordFailed")
        if not alone:
            return
        logger.info(
            _kind(outcome),
            extra={
                "channel": call.channel.id,
                "sku": after.key.sku,
                "quantity": send.update.quantity,
                "version": send.update.version,
                "status": after.status,
                "cause": after.cause,
                "reflected_ms": after.reflected_ms if isinstance(outcome, Applied) else None,
            },
        )


def _by_channel(records: Sequence[Record]) -> Mapping[tuple[str, str], list[Record]]:
    together: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        together[record.key.account, record.key.affiliate].append(record)
    return together


def _unasked(outcome: Outcome) -> Outcome:
    """A question that could not be asked says nothing of the write that it was about."""
    return Busy(outcome.message) if isinstance(outcome, Refused) and outcome.cause == "configuration" else outcome


def _of_the_call(outcomes: Sequence[Outcome], *, asked: bool) -> Outcome:
    """The one that says how the marketplace is, beside those that only say how a SKU is. A question may be answered
    without being settled: that is no failure."""
    troubles = [
        one
        for one in outcomes
        if isinstance(one, Throttled | Unauthorized)
        or (isinstance(one, Unknown) and not (asked and one.cause not in ("timeout", "marketplace_down")))
    ]
    if asked and not troubles and isinstance(outcomes[0], Unknown):
        return Applied()
    return troubles[0] if troubles else outcomes[0]


def _gate_after(gate: Gate, outcome: Outcome, now: int) -> Gate:
    match outcome:
        case Throttled(retry_after_s=retry_after_s):
            return gates.throttled(gate, now, retry_after_s)
        case Unauthorized(message=message):
            return gates.refused(gate, now, message)
        case Unknown():
            return gates.failed(gate, now)
        case Busy(evidence=None) | Refused(evidence=None):  # of our own finding: no secret, no listing, no time
            return gates.unasked(gate)
        case _:
            return gates.answered(gate)


def _kind(outcome: Outcome) -> str:
    return type(outcome).__name__.lower()


def _without_credentials(error: MissingSecret | Unavailable) -> Outcome:
    return Refused("configuration", str(error)) if isinstance(error, MissingSecret) else Busy(str(error))


def _next_hint(record: Record, now: int) -> Message:
    at = record.not_before if record.check_at is None else record.check_at
    return hint(record.key, (at or now) - now)
