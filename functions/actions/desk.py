"""What an operator does to records: each deed is saved together with who did it, once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stockbridge import operating
from stockbridge.differences import difference
from stockbridge.errors import Conflict, NotFound
from stockbridge.hinting import send_hints
from stockbridge.messages import look_message
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Activity, Message, Queue, Records
from stockbridge.telemetry import count

TRIES = 5  # of taking a step again because somebody saved the record first

Step = Callable[[Record, int], Record]


@dataclass(frozen=True, slots=True)
class Desk:
    """Every method raises NotFound without a record, NotPossible when its state forbids the deed, Conflict when the
    record changed again and again."""

    records: Records
    intake_queue: Queue
    clock: Callable[[], int]
    new_request: Callable[[], str]

    def record(self, key: Key) -> Record:
        record = self.records.get(key)
        if not record.rev:
            raise NotFound("record_not_found")
        return record

    def reprocess(self, key: Key, user: str) -> Record:
        """`request` of the answer names the reprocess; a second click while it waits gets the first one's."""
        request = self.new_request()
        record = self._do("reprocess", key, user, lambda record, now: operating.reprocess(record, request, now))
        if record.request == request:
            count("ReprocessAsked")
            send_hints(self.intake_queue, [Message(look_message(key, self.clock()))])
        return record

    def remove(self, key: Key, user: str) -> Record:
        return self._do("remove", key, user, operating.remove)

    def restore(self, key: Key, user: str) -> Record:
        return self._do("restore", key, user, operating.restore)

    def _do(self, action: str, key: Key, user: str, step: Step) -> Record:
        for _ in range(TRIES):
            record, now = self.record(key), self.clock()
            after = step(record, now)
            if after == record:
                return record
            changed = difference(_told(record), _told(after))
            activity = Activity(key.account, now, user, action, f"{key.affiliate}#{key.sku}", "", *changed)
            try:
                return self.records.save(after, record, activity=activity)
            except Conflict:
                continue
        raise Conflict(f"{key} changed {TRIES} times")


def _told(record: Record) -> dict[str, Any]:
    """What of a record a deed is told by. A pending one has no quantity yet: it is read anew."""
    return {
        "status": record.status,
        "cause": record.cause if record.status is Status.ERROR else None,
        "quantity": record.wanted if record.status is not Status.PENDING else None,
        "request": record.request,
        "removed": record.removal is not None,
    }
