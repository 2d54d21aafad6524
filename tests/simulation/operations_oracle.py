"""What must be true of bulk operations, said without the product's code: from the saves of jobs and of records.

Number 9: an operation ends or is somebody's to go on with; it asks each record of its frozen set once and no other;
what it counts is what happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stockbridge.bulk.parts import Part
from stockbridge.jobs import Job, JobKey
from stockbridge.notifications import Key
from stockbridge.records import Record

SKEW_MS = 5_000
TO_BE_FIXED = {"validation", "poison", "not_catalogued"}  # of the causes that happen here
ENDS = ("waiting", "success", "nothing_to_send", "failed", "superseded", "removed", "restored")
HALF_MS = 15 * 60_000
HOURS_MS = 2 * 3_600_000


@dataclass(slots=True)
class Told:
    """One operation, as it was seen."""

    job: Job
    frozen: Mapping[Key, Record]  # the records of its set when it began
    asked: Counter[Key] = field(default_factory=Counter)
    when: dict[Key, int] = field(default_factory=dict)
    outcomes: dict[Key, set[str]] = field(default_factory=dict)
    last: dict[Key, str] = field(default_factory=dict)  # outcome
    versions: dict[Key, int] = field(default_factory=dict)  # that its request made of the record
    touched: set[Key] = field(default_factory=set)  # by somebody else, before it was asked
    unmarked: set[Key] = field(default_factory=set)  # somebody else took away, after it was asked, what tells of that
    forgotten: set[Key] = field(default_factory=set)  # of these: what the page found that was done again
    removals: dict[Key, Any] = field(default_factory=dict)
    ended_at: int | None = None
    vanished: int = 0
    after_end: Counter[str] = field(default_factory=Counter)  # asked after it ended, of the page under way
    insisted: bool = False  # somebody went on in spite of the sample


class OperationsOracle:
    def __init__(self, fail: Callable[..., None], now: Callable[[], int], size: int, sample: int) -> None:
        self.told: dict[str, Told] = {}
        self._fail = fail
        self._now = now
        self._size = size
        self._sample = sample

    # ------------------------------------------------------------------ saves of jobs

    def job_saved(self, before: Job | None, after: Job, run: str, records: Mapping[Key, Record]) -> None:
        if before is None:
            self._begun(after, records)
            return
        told = self.told[after.key.id]
        told.job = after
        if after.epoch > before.epoch:
            if before.state != "running":
                self._fail(9, f"a page of an operation that is {before.state} was begun")
            if before.lease_until is not None:
                told.vanished += 1
                if before.lease_until > self._now() + SKEW_MS:
                    self._fail(9, "two take the same page")
        elif before.lease_until is not None and after.lease_until is None:
            told.vanished = 0
        if before.state == "stopped" and after.state == "running":
            told.insisted = True
        if after.state != "running" and before.state == "running":
            told.ended_at = self._now()
        if after.state == "running":
            told.ended_at, told.after_end = None, Counter()

    def _begun(self, job: Job, records: Mapping[Key, Record]) -> None:
        until = job.asked["until"]
        undone = self.told[job.asked["undoes"]] if job.asked.get("undoes") else None
        frozen = {
            key: record
            for key, record in records.items()
            if (_in_set(job, record, until) if undone is None else _still_removed(undone, key, record))
        }
        self.told[job.key.id] = Told(job, frozen)

    # ------------------------------------------------------------------ saves of records

    def record_saved(self, before: Record, after: Record, name: str | None) -> None:
        for other, told in self.told.items():
            if other != name:
                self._seen(told, other, before, after)
        if name is not None:
            self._acted(self.told[name], name, before, after)

    def _seen(self, told: Told, name: str, before: Record, after: Record) -> None:
        key = after.key
        if key not in told.asked:
            told.touched.add(key)
            return
        if told.job.kind != "reprocess" and after.removal != told.removals[key]:
            told.unmarked.add(key)
        mine = str(after.request or "").startswith(f"{name}.")
        if mine and not after.request_due:
            told.versions[key] = after.version
        if told.job.kind == "reprocess" and mine and after.status.value != "pending":
            outcome = f"failed:{after.cause}" if after.status.value == "error" else "success"
            told.outcomes.setdefault(key, set()).add(outcome)
            told.last[key] = outcome
        elif told.job.kind == "reprocess" and not mine:
            if not any(str(attempt.request or "").startswith(f"{name}.") for attempt in after.attempts):
                told.unmarked.add(key)
            told.outcomes.setdefault(key, set()).add("superseded")
            told.last.setdefault(key, "superseded")
            if before.done_version < after.done_version == told.versions.get(key) and after.cause is None:
                told.outcomes[key].add("success")  # it ended, not something newer that it gave way to

    def _acted(self, told: Told, name: str, before: Record, after: Record) -> None:
        key, job = after.key, told.job
        told.asked[key] += 1
        told.when[key] = self._now()
        if told.asked[key] > 1:
            self._fail(9, f"{job.kind} of one record twice", key)
        if job.asked.get("undoes"):
            undone = self.told[job.asked["undoes"]]
            if before.removal is None or before.removal != undone.removals.get(key):
                self._fail(9, "restored what that operation did not remove", key)
        elif not _in_set(job, before, job.asked["until"]):
            self._fail(9, f"{job.kind} of a record outside of the set", key)
        told.removals[key] = after.removal
        if (after.removal is not None) != (job.kind == "remove"):
            self._fail(9, f"{job.kind} left a removal, or none", key)
        if job.kind == "reprocess" and not (after.status.value == "pending" and after.request_due):
            self._fail(9, "a reprocess that asks for nothing", key)
        if told.ended_at is not None:
            told.after_end["asked"] += 1
            if told.after_end["asked"] > self._size:
                self._fail(9, f"asked beyond the page under way, though it is {job.state}", key)
        self._sampled(told)

    def _sampled(self, told: Told) -> None:
        """The first record after the sample: what had the sample said?"""
        if not told.job.asked.get("sample") or told.insisted:
            return
        known = sorted(told.asked.keys() - told.forgotten, key=lambda key: told.when[key])
        if len(known) != self._sample + 1:
            return
        first = known[: self._sample]
        answers = [told.last[key] for key in first if key in told.last]
        answered = [answer for answer in answers if answer != "superseded"]
        waits = self._now() - max(told.when[key] for key in first)
        if len(answers) < self._sample and (waits < HALF_MS - SKEW_MS or 2 * len(answers) < self._sample):
            self._fail(9, f"went on after {len(answers)} answers of the sample")
        same = max(Counter(answer for answer in answered if answer.startswith("failed:")).values(), default=0)
        steady = all(len(told.outcomes[key]) == 1 for key in first if key in told.outcomes)
        if same and same >= 0.8 * len(answered) and steady:
            self._fail(9, f"went on though {same} of {len(answered)} came back with the same cause")

    # ------------------------------------------------------------------ saves of pages

    def part_saved(self, job: JobKey, part: Part) -> None:
        """A page that was cut off and is done again asks what bears its mark no second time. What bears it no more is
        somebody else's: it counts as changed, and not for the sample."""
        told = self.told[job.id]
        for row in part.rows:
            key = Key(job.account, row.affiliate, row.sku)
            if row.end == "changed" and key in told.asked:
                told.forgotten.add(key)
                if key not in told.unmarked:
                    self._fail(9, "called changed, and it bears the mark", key)

    # ------------------------------------------------------------------ at rest

    def ended(self, job: Job, rows: Sequence[tuple[int, Any]], records: Mapping[Key, Record]) -> None:
        told = self.told[job.key.id]
        if job.state == "running":
            self._fail(9, "an operation that never ends")
        if job.state == "failed" and told.vanished < 4:
            self._fail(9, "an operation failed though its pages came back")
        self._counted(told, job, rows)
        if job.state == "done":
            self._complete(told, job, rows)

    def _counted(self, told: Told, job: Job, rows: Sequence[tuple[int, Any]]) -> None:
        counts = {name: count for name, count in job.counts.items() if count}
        if sum(counts.get(end, 0) for end in ENDS) != counts.get("acted", 0):
            self._fail(9, f"the counts do not add up: {counts}")
        if any(count < 0 for count in counts.values()):
            self._fail(9, f"less than nothing: {counts}")
        committed = [(at, row) for at, row in rows if row.end is not None]
        if job.state == "done" or len(told.asked) == counts.get("acted", 0):
            tally = Counter(str(row.end.value) for _, row in committed)
            # of what is to be undone, what is not removed any more is in no page
            names = ENDS if job.asked.get("undoes") else (*ENDS, "changed")
            if job.state == "done" and any(counts.get(end, 0) != tally[end] for end in names):
                self._fail(9, f"counted {counts}, its pages say {dict(tally)}")
        named = [(row.affiliate, row.sku) for _, row in rows]
        if len(named) != len(set(named)):
            self._fail(9, "one record is in two pages")
        for at, row in committed:
            self._plausible(told, job, at, row)

    def _plausible(self, told: Told, job: Job, at: int, row: Any) -> None:
        key = Key(job.key.account, row.affiliate, row.sku)
        end = row.end.value
        if end == "changed":
            if key not in told.touched | told.forgotten:
                self._fail(9, "called changed, and nobody touched it", key)
            return
        if end == "restored" and key not in told.asked and key in told.touched:
            return  # somebody else did
        if key not in told.asked:
            self._fail(9, f"called {end}, and it was not asked", key)
        if end == "waiting" and job.state == "done" and self._now() - at < HOURS_MS - SKEW_MS:
            self._fail(9, "ended without waiting for an answer", key)
        if end in ("success", "failed", "superseded", "nothing_to_send"):
            said = {"nothing_to_send": "success", "failed": f"failed:{row.cause}"}.get(end, end)
            if said not in told.outcomes.get(key, ()):
                self._fail(9, f"called {said}, seen were {told.outcomes.get(key)}", key)

    def _complete(self, told: Told, job: Job, rows: Sequence[tuple[int, Any]]) -> None:
        left = [key for key in told.frozen if key not in told.asked and key not in told.touched]
        if left:
            self._fail(9, f"{job.kind}: {len(left)} records of the set were never asked", left[0])
        ended = {Key(job.key.account, row.affiliate, row.sku) for _, row in rows if row.end != "changed"}
        if wrong := (told.asked.keys() - told.forgotten) - ended:
            self._fail(9, f"{job.kind}: {len(wrong)} records were asked and are not counted", min(wrong))
        if job.counts.get("acted", 0) != len(ended):
            self._fail(9, f"{job.kind}: counted {job.counts.get('acted', 0)}, its pages have {len(ended)}")


def _in_set(job: Job, record: Record, until: int) -> bool:
    asked = job.asked
    if record.key.affiliate not in asked["affiliates"] or record.listed_at >= until or not record.rev:
        return False
    if asked.get("skus") is not None and record.key.sku not in asked["skus"]:
        return False
    if asked.get("records") is not None and record.key.sku not in asked["records"].get(record.key.affiliate, ()):
        return False
    if (record.removal is not None) != (job.kind == "restore"):
        return False
    if job.kind != "reprocess":
        return True
    if record.status.value != "error" or asked.get("cause") not in (None, record.cause):
        return False
    return bool(asked.get("include_fix_first")) or record.cause not in TO_BE_FIXED


def _still_removed(undone: Told, key: Key, record: Record) -> bool:
    return record.removal is not None and record.removal == undone.removals.get(key)
