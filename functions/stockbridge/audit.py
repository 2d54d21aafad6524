"""The audit of every minute: what is late, what is due and has no message, and what the intake could not handle.

It keeps no state of its own: an index nominates, a consistent read decides, and a run that dies is made good by
the next one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from stockbridge.channels import Channel
from stockbridge.errors import Conflict, Unavailable
from stockbridge.messages import hint_message, look_message, redriven
from stockbridge.notifications import Key
from stockbridge.records import Record, note_late
from stockbridge.store import Control, Due, Message, Queue, Records
from stockbridge.telemetry import count, logger

QUEUE_FULL = 2_000  # messages waiting; more hints would only be duplicates of them
SUBJECT = 99  # characters, without line breaks: SNS takes fewer than 100
NAMED_SKUS = 20  # in one alert
REDRIVEN = 200  # messages a run; the next minute goes on
REDRIVES = 3  # of a message that cannot be read


class Countable(Queue, Protocol):
    def waiting(self) -> int: ...


class DeadLetters(Protocol):
    def take(self, at_most: int) -> Iterable[tuple[str, Callable[[], None]]]:
        """Bodies, each with the call that deletes it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """For people: one transition, said once."""

    subject: str
    body: str


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
        limit_ms = (channel.late_after_s or self.late_after_s) * 1000
        due = list(self.records.due(channel, before=None))
        self._sweep(channel, [one for one in due if one.due_at <= now], now)
        if channel.enabled:
            aged = [one for one in due if one.waiting_since is not None and now - one.waiting_since > limit_ms]
            self._tell_late(channel, [one.key for one in aged], limit_ms, now)
        count("ChangesWaiting", len(due))

    # ------------------------------------------------------------------ sweep

    def _sweep(self, channel: Channel, due: Sequence[Due], now: int) -> None:
        """Hint again: zeroing changes first, because each is a sale of what is not there, then the oldest."""
        first = sorted(due, key=lambda one: (one.wanted != 0, one.waiting_since or one.due_at))
        looks = [one.key for one in first if _passed(one.look_at, now)]
        self._hint(self.intake_queue, [look_message(key, now) for key in looks])
        if channel.enabled and not self.control.gate(channel.id).closed(now):
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

    def _tell_late(self, channel: Channel, keys: Sequence[Key], limit_ms: int, now: int) -> None:
        """One alert for all that became late since the last run; told before noted, so that none stays untold."""
        records = [record for record in self.records.get_many(keys).values() if record.overdue(now, limit_ms)]
        count("ChangesLate", len(records))
        fresh = sorted((record for record in records if not record.late_noted), key=lambda record: record.key)
        if not fresh:
            return
        self.publish(_late_alert(channel, [record.key.sku for record in fresh], limit_ms))
        for record in fresh:
            self._note(record, limit_ms, now)

    def _note(self, record: Record, limit_ms: int, now: int) -> None:
        while record.overdue(now, limit_ms) and not record.late_noted:
            try:
                self.records.save(note_late(record), record)
            except Conflict:  # something happened to it meanwhile
                record = self.records.get(record.key)
            else:
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


def _late_alert(channel: Channel, skus: Sequence[str], limit_ms: int) -> Alert:
    minutes = limit_ms // 60_000
    subject = f"[Estoque] {channel.name} ({channel.account}): {len(skus)} mudanças atrasadas"
    body = {
        "event": "late",
        "account": channel.account,
        "affiliate": channel.affiliate,
        "count": len(skus),
        "limit_minutes": minutes,
        "skus": list(skus[:NAMED_SKUS]),
    }
    return Alert(" ".join(subject.split())[:SUBJECT], json.dumps(body, ensure_ascii=False))
