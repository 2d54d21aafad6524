"""One page of an operation: look what became of what was asked, ask some more, and say when to come again.

Nothing of a page is only in the process: the part is laid out and stored, then its records, then what came of them,
then the job. A crash anywhere repeats the page, and the repetition finds what there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from stockbridge.bulk.asked import Action, Asked, Eligibility, asked_of
from stockbridge.bulk.deeds import deed
from stockbridge.bulk.parts import End, Part, Parts, Row, end_of, request_of
from stockbridge.bulk.position import SAMPLE, Position, Sampled, judge, position_of
from stockbridge.bulk.walking import Step, Walk
from stockbridge.calls import AtOnce
from stockbridge.errors import Conflict, Unavailable
from stockbridge.hinting import send_hints
from stockbridge.jobs import Job, Page, State
from stockbridge.messages import look_message
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Message, Queue, Records

STARTS_AFTER_MS = 5_000  # the index is a little behind, and clocks differ
SIZE = 100  # records of a part
MOST_WAITING = 500  # records without an answer; more are asked when they have one
MOST_OPEN = 50  # parts with such records
LOOKS = 10  # parts that a page looks at
LOOK_AGAIN_S = 10
WAITS_MS = 2 * 3_600_000  # for the answers of a part; then it counts as it is
TRIES = 5  # of taking a step again because somebody saved the record first


@dataclass(frozen=True, slots=True)
class Operation:
    """`per_second`: how many records a second an affiliate's channel takes; `checked`: its marketplace says later what
    became of a write that it accepted. The numbers are records, of a part, without an answer, and of the sample."""

    records: Records
    parts: Parts
    walk: Walk
    intake_queue: Queue
    per_second: Callable[[str, str], float]
    checked: Callable[[str, str], bool]
    clock: Callable[[], int]
    at_once: AtOnce
    size: int = SIZE
    most_waiting: int = MOST_WAITING
    sample: int = SAMPLE

    def __call__(self, job: Job) -> Page:
        """Raises Unavailable."""
        asked, position = asked_of(job), position_of(job)
        counts: Counter[str] = Counter()
        position = self._look(job, position, counts)
        limit = self.size
        if asked.sample and not position.sampled and not position.over:
            so_far = Counter(job.counts)
            so_far.update(counts)
            limit = min(self.size, self.sample - so_far["acted"])
            if limit <= 0:
                sample = judge(so_far, position.asked_at, self.clock())
                if sample.verdict is Sampled.WAIT:
                    return Page(position.document, counts, LOOK_AGAIN_S)
                if sample.verdict is Sampled.STOP:  # whoever goes on says so, see `without_sample`
                    return Page(position.document, counts, ends=State.STOPPED, reason=sample.reason)
                position, limit = replace(position, sampled=True), self.size
        wait_s = float(LOOK_AGAIN_S)
        if not position.over and position.waiting <= self.most_waiting - self.size and len(position.open) < MOST_OPEN:
            position, wait_s = self._act(job, asked, position, counts, limit)
        if position.over and not position.open:
            return Page(position.document, counts, ends=State.DONE)
        return Page(position.document, counts, wait_s)

    # ------------------------------------------------------------------ what became of it

    def _look(self, job: Job, position: Position, counts: Counter[str]) -> Position:
        """At the open parts in turn. What was counted of a part is in the position, so each change counts once."""
        numbers = sorted(map(int, position.open))
        turn = [number for number in numbers if number > position.looked][:LOOKS]
        still = dict(position.open)
        for number in turn:
            part = self._looked(job, number)
            tally = part.tally
            _add(counts, tally, still.pop(str(number)))
            if tally[End.WAITING] and self.clock() - part.at < WAITS_MS:
                still[str(number)] = dict(tally)
        return replace(position, open=still, looked=turn[-1] if len(turn) == LOOKS else 0)

    def _looked(self, job: Job, number: int) -> Part:
        part = self.parts.get(job.key, number)
        if part is None:
            raise Unavailable(f"part {number} of {job.key.id} is not there")
        waiting, account = part.waiting, job.key.account
        records = self.records.get_many([row.key(account) for row in waiting])
        request = request_of(job.key, part)
        checked = {affiliate: self.checked(account, affiliate) for affiliate in {row.affiliate for row in waiting}}
        rows = [end_of(row, records[row.key(account)], request, checked=checked[row.affiliate]) for row in waiting]
        return part if rows == waiting else self._save(job, part.ended(rows))

    # ------------------------------------------------------------------ asking

    def _act(
        self, job: Job, asked: Asked, position: Position, counts: Counter[str], limit: int
    ) -> tuple[Position, float]:
        """Do the next part; after how many seconds the channels have room for another."""
        part = self.parts.get(job.key, position.part + 1)
        known: dict[Key, Record] = {}
        if part is None:
            part, known = self._lay_out(asked, position, limit)
            if part.rows:
                part = self._begin(job, part)
        counts.update(part.left)
        position = replace(position, place=part.next, over=part.over)
        if not part.rows:
            return position, 0.0
        part = self._done(job, asked, part, known)
        tally = part.tally
        _add(counts, tally, {})
        counts["acted"] += len(part.rows) - tally[End.CHANGED]
        still = dict(position.open)
        if tally[End.WAITING]:
            still[str(part.number)] = dict(tally)
        position = replace(position, part=part.number, open=still, asked_at=self.clock())
        return position, self._pause_s(asked, part)

    def _lay_out(self, asked: Asked, position: Position, limit: int) -> tuple[Part, dict[Key, Record]]:
        """The records of the set among the next nominations: up to `limit` that can go, and why others cannot."""
        found = self.walk.on(asked, position.place, self.size)
        records = self.records.get_many([step.key for step in found.steps])
        rows: list[Row] = []
        left: Counter[str] = Counter()
        last, after, over = position.place, found.after, found.over
        for step in found.steps:
            if len(rows) == limit:
                after, over = last, False
                break
            last = step.after
            record = records[step.key]
            why = _eligible(asked, step, record)
            if why is Eligibility.CAN_GO:
                stamp = record.removal.at if record.removal is not None else None
                rows.append(Row(step.key.affiliate, step.key.sku, record.rev, stamp))
            elif why is not None:
                left[why] += 1
        return Part(position.part + 1, self.clock(), rows, left, after, over), records

    def _begin(self, job: Job, part: Part) -> Part:
        """Store it as it was laid out; whoever did so first decides."""
        try:
            return self.parts.save(job.key, part)
        except Conflict:
            stored = self.parts.get(job.key, part.number)
            if stored is None:
                raise Unavailable("the part is gone") from None
            return stored

    def _done(self, job: Job, asked: Asked, part: Part, known: dict[Key, Record]) -> Part:
        rows = [row for row in part.rows if row.end is None]
        keys = [row.key(job.key.account) for row in rows]
        records = known if known.keys() >= set(keys) else self.records.get_many(keys)
        one = partial(self._do, job, asked, part, records)
        ended = list(self.at_once(one, rows))
        if asked.action is Action.REPROCESS:
            waiting = [row.key(job.key.account) for row in ended if row.end is End.WAITING]
            send_hints(self.intake_queue, [Message(look_message(key, self.clock())) for key in waiting])
        return self._save(job, part.ended(ended)) if ended else part

    def _do(self, job: Job, asked: Asked, part: Part, records: dict[Key, Record], row: Row) -> Row:
        record = records[row.key(job.key.account)]
        for _ in range(TRIES):
            after, end = deed(job.key, asked, part, row, record, self.clock())
            if after == record:
                return replace(row, end=end)
            try:
                self.records.save(after, record)
            except Conflict:
                record = self.records.get(record.key)
            else:
                return replace(row, end=end)
        raise Unavailable(f"{record.key} changed {TRIES} times")

    def _save(self, job: Job, part: Part) -> Part:
        try:
            return self.parts.save(job.key, part)
        except Conflict as error:  # another process does the page, or did it a moment ago
            raise Unavailable("somebody else saved the part") from error

    def _pause_s(self, asked: Asked, part: Part) -> float:
        if asked.action is not Action.REPROCESS:
            return 0.0
        rows = Counter(row.affiliate for row in part.rows if row.end is End.WAITING)
        return sum(each / self.per_second(asked.account, affiliate) for affiliate, each in rows.items())


def _eligible(asked: Asked, step: Step, record: Record) -> Eligibility | End | None:
    """None: the record is not in the set."""
    if step.stamp is not None:
        removed = record.removal is not None and record.removal.at == step.stamp
        return Eligibility.CAN_GO if removed else End.CHANGED
    return asked.eligibility(record) if asked.has(record) else None


def _add(counts: Counter[str], now: Counter[str], before: Any) -> None:
    for name in sorted({*now, *before}):
        counts[name] += now[name] - before.get(name, 0)
