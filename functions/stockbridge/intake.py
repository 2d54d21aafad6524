"""Intake: from "look at this SKU" to a record that says what the marketplace should show.

One batch of messages is merged by SKU, the records are read, then the balances in bulk, and each decision is saved
only if the record was not decided upon meanwhile: otherwise the balance may be older than somebody else's, so both
are read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from stockbridge.channels import Channel
from stockbridge.errors import Conflict, InvalidInput, StockBridgeError, Unavailable, VtexUnavailable
from stockbridge.hinting import send_hints
from stockbridge.history import NOTHING_KEPT, History, ObservedChange, observed_change
from stockbridge.messages import hint_message, notice_message, read_notice
from stockbridge.notifications import Key, Origin
from stockbridge.observing import (
    Notice,
    Sight,
    defer,
    look_begun,
    look_failed,
    observe,
    park_look,
    unlookable,
)
from stockbridge.records import Record
from stockbridge.rule import Verdict
from stockbridge.sending import urgency
from stockbridge.store import Control, Message, Queue, Records
from stockbridge.telemetry import count, logger
from stockbridge.vtex import Readings

BUDGET_S = 30  # for beginning to read VTEX; one read takes up to 25 s and the function ends after 60 s
FORGIVE_TRIES = 10
MAX_ROUNDS = 5  # of reading again because others decided meanwhile; then the messages come back by themselves


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as the queue delivered it."""

    id: str
    body: str
    receive_count: int


@dataclass(frozen=True, slots=True)
class Intake:
    records: Records
    control: Control
    read_balances: Callable[[Channel, Sequence[str]], Readings]
    intake_queue: Queue
    export_queue: Queue
    clock: Callable[[], int]
    second_look_s: int
    history: History = NOTHING_KEPT

    def take(self, batch: Sequence[Delivered]) -> list[str]:
        """Handle a batch; the answer is the ids of the messages to deliver again. Raises Unavailable when all are.

        What ends a process takes along all that it does, so whatever did not come back from an earlier look is handled
        alone, and last: a poisonous message spoils no other.
        """
        count("MessagesTaken", len(batch))
        ends_at = self.clock() + BUDGET_S * 1000
        failed: list[str] = []
        noticed: dict[str, tuple[Notice, bool]] = {}
        for message in batch:
            try:
                noticed[message.id] = read_notice(message.body)
            except InvalidInput as error:
                logger.warning("unreadable message", extra={"reason": str(error)})
                failed.append(message.id)
        known = self._known(notice for notice, _ in noticed.values())
        again = {message.id for message in batch if message.receive_count > 1}
        vanished = {name: known[notice.key].looks_vanished for name, (notice, _) in noticed.items()}
        fresh = [name for name in noticed if name not in again and not vanished[name]]
        groups = [fresh] if fresh else []
        groups += [[name] for name in sorted(noticed, key=vanished.__getitem__) if name not in fresh]
        for group in groups:
            try:
                if group is fresh:
                    self._take([noticed[name] for name in group], ends_at, known)
                else:
                    self._take_again(*noticed[group[0]], ends_at)
            except Exception:  # noqa: BLE001 -- whatever it is, the queue delivers the group again, then parks it
                logger.exception("intake failed", extra={"messages": len(group)})
                failed += group
        return failed

    def _known(self, notices: Iterable[Notice]) -> Mapping[Key, Record]:
        """The records as they are before VTEX is read."""
        return self.records.get_many(list({notice.key: None for notice in notices}))

    def _take(
        self, noticed: Sequence[tuple[Notice, bool]], ends_at: int, known: Mapping[Key, Record] | None = None
    ) -> None:
        first_looks = {notice.key for notice, second in noticed if notice.stock and notice.changed and not second}
        notices = merge([notice for notice, _ in noticed])
        hints: list[Key] = []
        changes: dict[str, list[ObservedChange]] = defaultdict(list)
        for (account, affiliate), own in _by_channel(notices).items():
            channel = self.control.channel(account, affiliate)
            if channel is None:
                count("NotificationForUnknownAffiliate", len(own))
                logger.warning("no such channel", extra={"account": account, "affiliate": affiliate})
                first_looks -= set(own)
                continue
            hints += self._look(channel, own, ends_at, known, changes[channel.id])
        self._tell(hints, [notices[key] for key in sorted(first_looks)])
        self._keep(changes)

    def _take_again(self, notice: Notice, second_look: bool, ends_at: int) -> None:
        """One that did not end in order before: counted first, so that one that never will is found out. Counted is
        only what ends the process or is a bug; an outage is nobody's fault."""
        key = notice.key
        if self.control.channel(key.account, key.affiliate) is None:
            self._take([(notice, second_look)], ends_at)
            return
        record = self.records.get(key)
        if unlookable(record):
            parked = park_look(record, self.clock())
            if parked != record:
                self.records.save(parked, record)
                count("Parked")
            return
        try:
            begun = look_begun(record, self.clock())
            if begun != record:
                self.records.save(begun, record)
            self._take([(notice, second_look)], ends_at)
        except StockBridgeError:
            self._forgive(record)
            raise

    def _forgive(self, before: Record) -> None:
        for _ in range(FORGIVE_TRIES):
            with suppress(Conflict, Unavailable):
                after = self.records.get(before.key)
                if after.looks_vanished > before.looks_vanished:
                    self.records.save(look_failed(after), after)
                return

    def _look(
        self,
        channel: Channel,
        notices: Mapping[Key, Notice],
        ends_at: int,
        known: Mapping[Key, Record] | None,
        changes: list[ObservedChange],
    ) -> list[Key]:
        """Read, decide, save; the answer is what has something new to export, the most urgent first. `known` are the
        records, if they were read already; `changes` gets what was observed."""
        accepted: list[Record] = []
        waiting = dict(notices)
        for _ in range(MAX_ROUNDS):
            if not waiting:
                break
            records, known = known or self.records.get_many(list(waiting)), None
            readings = self._read(channel, [key.sku for key in waiting], ends_at)
            for key in list(waiting):
                decided = self._decide(channel, records[key], waiting[key], readings, changes)
                if decided is None:
                    continue
                del waiting[key]
                if decided.version > records[key].version:
                    accepted.append(decided)
        if waiting:
            raise Unavailable(f"{len(waiting)} records were decided upon {MAX_ROUNDS} times meanwhile")
        return [record.key for record in sorted(accepted, key=urgency)]

    def _read(self, channel: Channel, skus: Sequence[str], ends_at: int) -> Readings:
        """The balances; unreadable for now when a slow VTEX has used up the time of this batch."""
        if self.clock() < ends_at:
            return self.read_balances(channel, skus)
        return Readings(found={}, unreadable=dict.fromkeys(skus, VtexUnavailable("no time was left to ask VTEX")))

    def _decide(
        self, channel: Channel, record: Record, notice: Notice, readings: Readings, changes: list[ObservedChange]
    ) -> Record | None:
        """One record's decision, saved; None when somebody decided since `record` was read."""
        seen = record.seen
        while record.seen == seen:
            now = self.clock()
            step, change = self._step(channel, record, notice, readings, now)
            try:
                saved = self.records.save(step, record)
            except Conflict:  # an export's write does not matter: decide again on what it left
                record = self.records.get(record.key)
                continue
            if change is not None:
                changes.append(change)
            return saved
        return None

    def _step(
        self, channel: Channel, record: Record, notice: Notice, readings: Readings, now: int
    ) -> tuple[Record, ObservedChange | None]:
        problem = readings.unreadable.get(record.key.sku)
        if problem is not None:
            count("BalanceUnreadable")
            return defer(record, notice, cause=problem.cause, retry_after_s=problem.retry_after_s, now=now), None
        reading = readings.found[record.key.sku]
        step, verdict = observe(record, notice, Sight(reading.quantity, reading.unlimited), channel, now)
        if step.version > record.version:
            count("ChangeAccepted")
        elif verdict is Verdict.ABOVE_THRESHOLD:
            count("ChangeHeldBack")
        return step, observed_change(record, notice, step, verdict)

    def _tell(self, hints: Sequence[Key], first_looks: Sequence[Notice]) -> None:
        """Hints save time, the sweep and the reconciliation replace lost ones; so a refusal is not a failure."""
        seconds = [
            Message(notice_message(replace(notice, origin=Origin.SECOND_LOOK), second_look=True), self.second_look_s)
            for notice in first_looks
        ]
        for queue, messages in (
            (self.export_queue, [Message(hint_message(key)) for key in hints]),
            (self.intake_queue, seconds),
        ):
            send_hints(queue, messages)

    def _keep(self, changes: Mapping[str, Sequence[ObservedChange]]) -> None:
        """Last, because nothing waits for it and nothing depends on it."""
        for channel_id, own in changes.items():
            if not own:
                continue
            try:
                self.history.append(channel_id, own)
            except Unavailable as error:
                count("HistoryLost", len(own))
                logger.warning("history not kept", extra={"reason": str(error), "changes": len(own)})


def merge(notices: Sequence[Notice]) -> dict[Key, Notice]:
    """One notice a SKU: the oldest time of a notification, every flag that any of them set, the newest states."""
    merged: dict[Key, Notice] = {}
    for notice in sorted(notices, key=lambda notice: (notice.modified_at or 0, notice.received_at)):
        known = merged.get(notice.key)
        merged[notice.key] = notice if known is None else _both(known, notice)
    return merged


def _both(older: Notice, newer: Notice) -> Notice:
    told = [notice for notice in (older, newer) if notice.changed] or [older, newer]
    return replace(
        newer,
        received_at=min(notice.received_at for notice in told),
        only_stock=older.only_stock and newer.only_stock,
        changed=older.changed or newer.changed,
        origin=min(older.origin, newer.origin, key=list(Origin).index),
        stock=older.stock or newer.stock,
        active=older.active if newer.active is None else newer.active,
        listed=older.listed if newer.listed is None else newer.listed,
        modified_at=newer.modified_at if newer.modified_at is not None else older.modified_at,
    )


def _by_channel(notices: Mapping[Key, Notice]) -> dict[tuple[str, str], dict[Key, Notice]]:
    groups: dict[tuple[str, str], dict[Key, Notice]] = defaultdict(dict)
    for key, notice in notices.items():
        groups[key.account, key.affiliate][key] = notice
    return groups
