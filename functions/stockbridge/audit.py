"""The audit of every minute: what is late, what is due and has no message, and what the intake could not handle.

It keeps no state of its own: an index nominates, a consistent read decides, and a run that dies is made good by
the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from stockbridge import alerting
from stockbridge.alerting import Alert, Alerts
from stockbridge.burning import Burning
from stockbridge.channels import Channel, late_after_ms
from stockbridge.errors import Conflict, Unavailable
from stockbridge.gates import Gate
from stockbridge.messages import hint_message, look_message, redriven
from stockbridge.store import Control, Due, Message, Queue, Records
from stockbridge.telemetry import count, logger

BURN_MINUTES = 5
QUEUE_FULL = 2_000  # messages waiting; more hints would only be duplicates of them
NAMED_SKUS = 20  # in one alert
REDRIVEN = 200  # messages a run; the next minute goes on
REDRIVES = 3  # of a message that cannot be read


class _NotLookedAt(Exception):
    pass


class Countable(Queue, Protocol):
    def waiting(self) -> int: ...


class DeadLetters(Protocol):
    def take(self, at_most: int) -> Iterable[tuple[str, Callable[[], None]]]:
        """Bodies, each with the call that deletes it."""


@dataclass(frozen=True, slots=True)
class Audit:
    records: Records
    control: Control
    intake_queue: Countable
    export_queue: Countable
    intake_dead_letters: DeadLetters
    publish: Callable[[Alert], None]
    clock: Callable[[], int]
    late_after_s: int
    more: Sequence[Callable[[], None]] = ()  # to be done every minute
    burning: Burning | None = None

    def every_minute(self) -> None:
        """Whatever is wrong with one channel, the others are watched; then the run fails, so that it is seen."""
        failed: list[Exception] = []
        watches: list[Callable[[], None]] = [partial(self._watch, channel) for channel in self.control.channels()]
        for watch in (*watches, self._redrive, *self.more):
            try:
                watch()
            except Exception as error:  # noqa: BLE001 -- see the docstring
                logger.exception("not watched")
                failed.append(error)
        if failed:
            raise failed[0]
        count("AuditRun")

    def _watch(self, channel: Channel) -> None:
        """One pass over what the channel has to do."""
        now = self.clock()
        limit_ms = late_after_ms(channel, self.late_after_s)
        due = list(self.records.due(channel, before=None))
        gate = self.control.gate(channel.id)
        self._sweep(channel, [one for one in due if one.due_at <= now], gate, now)
        alerts = self.control.alerts(channel.id)
        troubles: list[alerting.Trouble | None] = []
        unknown: Collection[alerting.Kind] = ()
        if channel.enabled:  # what is switched off waits on purpose
            late = self._late(due, limit_ms, now)
            troubles = [late, alerting.incident(gate, now, len(due))]
            try:
                troubles.append(self._burning(channel, late.size if late is not None else 0, alerts, now))
            except _NotLookedAt:
                unknown = {alerting.Kind.BURN}
        known = [trouble for trouble in troubles if trouble is not None]
        self._tell(alerts, alerting.follow(alerts, channel, known, now, unknown=unknown), now)
        count("ChangesWaiting", len(due))

    # ------------------------------------------------------------------ sweep

    def _sweep(self, channel: Channel, due: Sequence[Due], gate: Gate, now: int) -> None:
        """Hint again: zeroing changes first, because each is a sale of what is not there, then the oldest."""
        first = sorted(due, key=lambda one: (one.wanted != 0, one.waiting_since or one.due_at))
        looks = [one.key for one in first if _passed(one.look_at, now)]
        self._hint(self.intake_queue, [look_message(key, now) for key in looks])
        if channel.enabled and not gate.closed(now):
            exports = [one.key for one in first if _passed(one.send_at, now) or _passed(one.check_at, now)]
            self._hint(self.export_queue, [hint_message(key) for key in exports])

    def _hint(self, queue: Countable, bodies: Sequence[str]) -> None:
        if not bodies:
            return
        try:
            room = max(0, QUEUE_FULL - queue.waiting())
            queue.send([Message(body) for body in bodies[:room]])
            count("SweptAgain", min(room, len(bodies)))
        except Unavailable as error:  # still due: the next minute's run sends them
            logger.warning("sweep could not hint", extra={"reason": str(error), "messages": len(bodies)})

    # ------------------------------------------------------------------ late

    def _late(self, nominated: Sequence[Due], limit_ms: int, now: int) -> alerting.Trouble | None:
        aged = [one.key for one in nominated if one.waiting_since is not None and now - one.waiting_since > limit_ms]
        found = self.records.get_many(aged).values()
        records = [record for record in found if record.waiting and record.overdue(now, limit_ms)]
        count("ChangesLate", len(records))
        if not records:
            return None
        oldest = sorted(records, key=lambda record: (record.waiting_since or 0, record.key))
        return alerting.late(len(records), [record.key.sku for record in oldest[:NAMED_SKUS]], limit_ms)

    # ------------------------------------------------------------------ alerts

    def _burning(self, channel: Channel, late: int, alerts: Alerts, now: int) -> alerting.Trouble | None:
        """A day's counts are read for it, so not every minute. Raises _NotLookedAt."""
        if self.burning is None or now // 60_000 % BURN_MINUTES:
            raise _NotLookedAt
        try:
            last_hour, last_day = self.burning.rates(channel, late, now)
        except Unavailable as error:
            logger.warning("service level unknown", extra={"channel": channel.id, "reason": str(error)})
            raise _NotLookedAt from error
        told = alerting.Kind.BURN in alerts.opened
        return alerting.burning(last_hour, last_day, self.burning.objective, open_already=told)

    def _tell(self, known: Alerts, alerts: Alerts, now: int) -> None:
        if alerts == known:
            if not alerting.left_unsaid(alerts, now):
                return
            alerts = replace(alerts, outbox_at=now)
        try:
            alerts = self.control.save_alerts(alerts, known)
            while alerts.outbox:
                self.publish(alerts.outbox[0])
                alerts = self.control.save_alerts(replace(alerts, outbox=alerts.outbox[1:]), alerts)
        except Conflict:  # another run of the audit says it
            return

    # ------------------------------------------------------------------ dead letters

    def _redrive(self) -> None:
        """Until its first handling an intake message is the only copy of a notification, so it is tried again and
        again. What nobody can read stays a dead letter, as evidence: it may be a newer version's."""
        for body, delete in self.intake_dead_letters.take(REDRIVEN):
            again = redriven(body, REDRIVES)
            if again is None:
                count("NotRedriven")
                continue
            try:
                self.intake_queue.send([Message(again)])
            except Unavailable:
                return
            delete()
            count("Redriven")


def _passed(at: int | None, now: int) -> bool:
    return at is not None and at <= now
