"""Bulk operations, page by page, over ports in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any

import pytest

from actions.operation_desk import OperationDesk
from stockbridge import jobs, operating, sending
from stockbridge.bulk.asked import Action, Asked, Eligibility, asked_of
from stockbridge.bulk.checked import checked_by
from stockbridge.bulk.counting import COUNTS_FOR_MS, LOOKED_AT, Counting, Looked
from stockbridge.bulk.operation import STARTS_AFTER_MS, WAITS_MS, Operation
from stockbridge.bulk.pace import DEFAULT_PER_SECOND, per_second
from stockbridge.bulk.parts import End, document_of, part_of
from stockbridge.bulk.position import without_sample
from stockbridge.bulk.walking import Walk
from stockbridge.connectors import Capabilities, Mode, Rate
from stockbridge.errors import Unavailable
from stockbridge.jobs import Family, Job, JobKey, State
from stockbridge.marketplaces import CONNECTORS
from stockbridge.messages import read_notice
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused
from stockbridge.records import Attempt, Record, Status
from stockbridge.working import Working
from tests.bulk import MemoryIndex, MemoryParts
from tests.memory import START, Clock, MemoryControl, MemoryJobs, MemoryQueue, MemoryRecords, channel

OPERATION = JobKey("loja", Family.OPERATION, "0123456789ab")


class Crash(BaseException):
    """The process is gone."""


@dataclass
class There:
    """An account with records, and the function that works on its operations."""

    records: MemoryRecords = field(default_factory=MemoryRecords)
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    parts: MemoryParts = field(default_factory=MemoryParts)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    intake: MemoryQueue = field(default_factory=MemoryQueue)
    clock: Clock = field(default_factory=Clock)
    pace: float = 100.0
    checked: bool = True

    def put(self, sku: int, affiliate: str = "SPT", **changes: Any) -> Record:
        key = Key("loja", affiliate, str(sku))
        record = Record(key, status=Status.ERROR, cause="timeout", listed_at=START - sku, version=1, done_version=1)
        was = self.records.get(key)
        return self.records.save(replace(record, processed_at=record.listed_at, **changes), was)

    def of(self, sku: int, affiliate: str = "SPT") -> Record:
        return self.records.get(Key("loja", affiliate, str(sku)))

    def start(self, action: Action = Action.REPROCESS, key: JobKey = OPERATION, **asked: Any) -> None:
        now = self.clock()
        wanted = Asked("loja", action, **{"until": now, "affiliates": ["SPT"], **asked})
        self.clock.now += STARTS_AFTER_MS
        self.jobs.save(Job(key, action, wanted.document, now, "ana", next_at=self.clock()), None)

    def counting(self) -> Counting:
        index = MemoryIndex(self.records.stored)
        return Counting(index, self.records, Walk(index, self.parts), self.clock)

    @property
    def operation(self) -> Operation:
        walk = Walk(MemoryIndex(self.records.stored), self.parts)
        at_once: Any = map
        return Operation(
            self.records,
            self.parts,
            walk,
            self.intake,
            lambda *_: self.pace,
            lambda *_: self.checked,
            self.clock,
            at_once,
        )

    def work(self, key: JobKey = OPERATION) -> Job:
        working = Working(
            self.jobs, dict.fromkeys(Action, self.operation), self.queue, self.clock, lambda: 0.0, 75, budget_s=25
        )
        working.work(key)
        return self.jobs.stored[key]

    def work_on(self, turns: int = 100, key: JobKey = OPERATION) -> Job:
        """Until it runs no more, the clock following."""
        for _ in range(turns):
            job = self.work(key)
            if job.state is not State.RUNNING:
                return job
            self.clock.now = max(self.clock.now, job.next_at)
        return job

    def answer(self, *skus: int, cause: str | None = None, outcome: str = "applied") -> None:
        """Intake and export did their work on what was asked."""
        for sku in skus:
            record = self.of(sku)
            attempt = Attempt(self.clock(), outcome, 7, record.version + 1, request=record.request)
            done = replace(
                record,
                status=Status.SUCCESS if cause is None else Status.ERROR,
                cause=cause,
                message="" if cause is None else "said no",
                request_due=False,
                attempts=(*record.attempts, attempt),
                listed_at=self.clock(),
                processed_at=self.clock(),
            )
            self.records.save(done, record)

    @property
    def asked(self) -> list[int]:
        """SKUs of the messages that the intake got, in their order."""
        return [int(read_notice(message.body)[0].key.sku) for message in self.intake.messages]


@pytest.fixture
def there() -> There:
    return There()


# ---------------------------------------------------------------------- reprocess


def test_every_error_of_the_set_is_asked_once_newest_first_and_its_answer_counted(there: There) -> None:
    for sku in range(1, 4):
        there.put(sku)
    there.start()
    job = there.work()
    assert there.asked == [1, 2, 3]
    assert {there.of(sku).request for sku in (1, 2, 3)} == {"0123456789ab.1"}
    assert (job.state, job.counts["acted"], job.counts["waiting"]) == (State.RUNNING, 3, 3)
    there.answer(1)
    there.answer(2, outcome="nothing_to_send")
    there.answer(3, cause="listing_closed", outcome="refused")
    job = there.work_on()
    counts = {name: count for name, count in job.counts.items() if count}
    assert job.state is State.DONE
    assert counts == {"acted": 3, "success": 1, "nothing_to_send": 1, "failed": 1, "failed:listing_closed": 1}
    part = there.parts.stored[OPERATION, 1]
    assert [(row.end, row.cause, row.message) for row in part.rows][2] == (End.FAILED, "listing_closed", "said no")
    assert part_of(1, document_of(part), part.rev) == replace(part, rows=list(part.rows))


def test_what_cannot_go_is_counted_by_why_and_left_as_it_is(there: There) -> None:
    there.put(1)
    there.put(2, cause="not_catalogued")
    there.put(3, cause="fulfillment")
    there.put(4, status=Status.SUCCESS)
    there.put(5, status=Status.PENDING)
    there.start(skus=["1", "2", "3", "4", "5", "6"])
    job = there.work()
    assert there.asked == [1]
    assert {
        name: job.counts[name] for name in ("fix_first", "nothing_to_do", "success_ignored", "already_waiting")
    } == {
        "fix_first": 1,
        "nothing_to_do": 1,
        "success_ignored": 1,
        "already_waiting": 1,
    }
    assert [there.of(sku).rev for sku in range(1, 6)] == [2, 1, 1, 1, 1]


def test_causes_to_be_fixed_first_go_along_when_that_is_asked_for_and_those_without_cure_never(there: There) -> None:
    there.put(1, cause="not_catalogued")
    there.put(2, cause="fulfillment")
    there.start(include_fix_first=True)
    there.work()
    assert there.asked == [1]


def test_a_cause_a_time_and_an_affiliate_limit_the_set(there: There) -> None:
    there.put(1, cause="busy")
    there.put(2)
    there.put(3, cause="busy")
    there.put(4, cause="busy", affiliate="MRC")
    there.start(cause="busy", since=START - 2)
    there.work()
    assert there.asked == [1]


def test_what_moved_after_the_frozen_time_is_not_in_the_set(there: There) -> None:
    there.put(1, listed_at=START)
    there.put(2)
    there.start()
    there.work()
    assert there.asked == [2]


def test_no_more_is_asked_while_too_many_wait_and_the_pace_is_the_channels(there: There) -> None:
    there.pace = 10.0
    for sku in range(1, 701):
        there.put(sku)
    there.start()
    began = there.clock()
    job = there.work_on(5)
    assert (job.counts["acted"], there.clock() - began) == (500, 50_000)
    job = there.work_on(5)
    assert job.counts["acted"] == 500
    there.answer(*range(1, 201))
    job = there.work_on(3)
    assert (job.counts["acted"], job.counts["success"]) == (700, 200)


def test_what_stays_without_an_answer_for_hours_ends_the_operation_as_waiting(there: There) -> None:
    there.put(1)
    there.start()
    there.work()
    there.clock.now += WAITS_MS
    job = there.work_on()
    assert (job.state, job.counts["waiting"]) == (State.DONE, 1)


def test_an_answer_that_a_newer_change_took_along_is_superseded_and_one_that_came_before_it_counts(
    there: There,
) -> None:
    for sku in (1, 2):
        there.put(sku)
    there.start()
    there.work()
    there.answer(2)
    for sku in (1, 2):
        record = there.of(sku)
        there.records.save(replace(record, request=None, status=Status.PENDING, version=9), record)
    job = there.work_on()
    assert (job.counts["superseded"], job.counts["success"]) == (1, 1)


@pytest.mark.parametrize(
    ("later", "end"),
    [
        ([], "superseded"),  # nobody knows yet
        ([("confirmed", 2)], "success"),
        ([("refused", 2)], "superseded"),
        ([("confirmed", 2), ("refused", 3)], "success"),
    ],
)
def test_what_was_only_accepted_when_a_newer_change_came_counts_as_what_became_of_it(
    there: There, later: list[tuple[str, int]], end: str
) -> None:
    there.put(1)
    there.start()
    there.work()
    record = there.of(1)
    attempts = [Attempt(START, "accepted", 7, 2, request=record.request)]
    attempts += [Attempt(START, outcome, 7, version) for outcome, version in later]
    there.records.save(replace(record, request=None, version=3, attempts=tuple(attempts)), record)
    assert there.work_on().counts[end] == 1


def sent(record: Record, outcome: Outcome, now: int, *, checks: bool) -> Record:
    claimed, claim = sending.claim(record, now, late_effect_s=10)
    return sending.commit(claimed, claim, outcome, now, late_effect_s=10, jitter=0.0, checks=checks)


@pytest.mark.parametrize(
    "newer", [Applied(), Refused("validation", ""), Refused("under_review", "")], ids=["done", "refused", "repeated"]
)
@pytest.mark.parametrize(("checked", "end"), [(False, "success"), (True, "superseded")])
def test_an_accepted_write_that_nobody_asked_about_before_the_newer_one_is_a_success_only_where_nobody_can(
    there: There, checked: bool, end: str, newer: Outcome
) -> None:
    there.checked = checked
    there.put(1)
    there.start()
    there.work()
    record = there.of(1)
    accepted = sent(replace(record, version=2, wanted=7, send_at=START), Accepted("r"), START, checks=checked)
    overtaken = replace(accepted, request=None, version=3, wanted=9)
    there.records.save(sent(overtaken, newer, START + 60_000, checks=checked), record)
    assert there.work_on().counts[end] == 1


@pytest.mark.parametrize(("connector", "expected"), [("generic", False), ("magalu", True), (None, True)])
def test_whether_a_marketplace_says_what_became_of_a_write_is_its_connectors_and_unsure_without_a_channel(
    connector: str | None, expected: bool
) -> None:
    control = MemoryControl()
    if connector is not None:
        control.add(channel(connector=connector))
    assert checked_by(control, CONNECTORS)("loja", "SPT") is expected


# ---------------------------------------------------------------------- crashes


def crashes_at(there: There, call: int) -> Callable[[], None]:
    """The process ends before its `call`th save of a record, a part or the job."""
    left = [call]

    def step() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crash

    for port in (there.records, there.parts, there.jobs):
        save: Any = port.save

        def saving(*given: Any, save: Any = save, **more: Any) -> Any:
            step()
            return save(*given, **more)

        port.save = saving  # type: ignore[method-assign]

    def mended() -> None:
        left[0] = 10**9

    return mended


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("call", range(1, 9))
def test_a_crash_at_any_save_changes_nothing_of_what_is_done(there: There, action: Action, call: int) -> None:
    for sku in range(1, 5):
        record = there.put(sku)
        if action is Action.RESTORE:
            there.records.save(operating.remove(record, START - 1), record)
    there.start(action)
    mended = crashes_at(there, call)
    try:
        there.work()
    except Crash:
        there.clock.forward(75)
    mended()
    job = there.work_on(3)
    assert job.counts["acted"] == 4
    saves = {sku: there.of(sku).rev for sku in range(1, 5)}
    assert set(saves.values()) == {3 if action is Action.RESTORE else 2}
    assert len(there.parts.stored) == 1


def test_a_row_that_came_back_between_crash_and_repetition_is_not_removed_again(there: There) -> None:
    there.put(1, status=Status.SUCCESS)
    there.start(Action.REMOVE)
    mended = crashes_at(there, 4)  # the job, the part, the record, and then
    with pytest.raises(Crash):
        there.work()
    mended()
    removed = there.of(1)
    assert removed.removal is not None
    there.records.save(operating.restore(removed, there.clock()), removed)
    there.clock.forward(75)
    job = there.work_on()
    assert there.of(1).removal is None
    assert (job.state, job.counts["acted"], job.counts["changed"]) == (State.DONE, 0, 1)


def test_a_record_that_somebody_else_saves_at_the_same_time_is_judged_again(there: There) -> None:
    there.put(1)
    there.start()

    def rival(_: Record) -> None:
        record = there.of(1)
        there.records.save(replace(record, status=Status.SUCCESS, listed_at=there.clock()), record)

    there.records.before_save = rival
    job = there.work_on()
    assert (job.state, job.counts["acted"], job.counts["changed"]) == (State.DONE, 0, 1)
    assert there.of(1).request is None


def test_hints_that_the_intake_queue_refuses_end_nothing(there: There) -> None:
    there.put(1)
    there.start()
    there.intake.refuses = True
    assert there.work().counts["acted"] == 1


def test_a_part_that_vanished_is_an_outage_and_not_a_bug(there: There) -> None:
    there.put(1)
    there.start()
    there.work()
    there.parts.stored.clear()
    with pytest.raises(Unavailable):
        there.operation(there.jobs.stored[OPERATION])


# ---------------------------------------------------------------------- the sample


def sampled(there: There, failing: int, cause: str = "listing_closed") -> Job:
    """Of 30 errors the first 20 are asked, and `failing` of them come back."""
    for sku in range(1, 31):
        there.put(sku)
    there.start(sample=True)
    assert there.work().counts["acted"] == 20
    there.answer(*range(1, failing + 1), cause=cause, outcome="refused")
    there.answer(*range(failing + 1, 21))
    return there.work_on(2)


def test_a_sample_that_comes_back_with_one_cause_stops_the_operation_and_an_operator_may_go_on(there: There) -> None:
    job = sampled(there, 16)
    assert (job.state, job.reason, job.counts["acted"]) == (State.STOPPED, "same_cause listing_closed 16 20", 20)
    resumed = replace(jobs.resume(job, there.clock()), position=without_sample(job))
    there.jobs.save(resumed, job)
    job = there.work()
    assert (job.state, job.counts["acted"]) == (State.RUNNING, 30)


def test_a_sample_that_mostly_succeeds_goes_on_by_itself(there: There) -> None:
    assert sampled(there, 15).counts["acted"] == 30


def test_a_sample_that_stops_a_paused_operation_stops_it_when_it_goes_on(there: There) -> None:
    for sku in range(1, 31):
        there.put(sku)
    there.start(sample=True)
    there.work()
    there.answer(*range(1, 21), cause="listing_closed", outcome="refused")
    there.clock.forward(10)
    pauses = there.parts.save

    def paused_meanwhile(*given: Any) -> Any:
        there.jobs.stored[OPERATION] = replace(
            jobs.pause(there.jobs.stored[OPERATION], there.clock()), rev=there.jobs.stored[OPERATION].rev + 1
        )
        return pauses(*given)

    there.parts.save = paused_meanwhile  # type: ignore[method-assign]
    job = there.work()
    there.parts.save = pauses  # type: ignore[method-assign]
    assert job.state is State.PAUSED
    there.jobs.save(jobs.resume(job, there.clock()), job)
    assert there.work_on(3).state is State.STOPPED


@pytest.mark.parametrize(("answered", "goes_on"), [(9, False), (10, True)])
def test_after_a_quarter_of_an_hour_half_of_a_sample_is_enough(there: There, answered: int, goes_on: bool) -> None:
    for sku in range(1, 31):
        there.put(sku)
    there.start(sample=True)
    there.work()
    there.answer(*range(1, answered + 1))
    there.clock.forward(14 * 60)
    assert there.work().counts["acted"] == 20
    there.clock.forward(2 * 60)
    assert there.work().counts["acted"] == (30 if goes_on else 20)


def test_a_sample_is_of_records_that_can_go(there: There) -> None:
    for sku in range(1, 41):
        there.put(sku, cause="timeout" if sku % 2 else "not_catalogued")
    for sku in range(41, 81):
        there.put(sku)
    there.start(sample=True)
    there.work()
    assert there.asked == list(range(1, 40, 2))
    there.answer(*there.asked)
    there.work_on(2)
    assert len(set(there.asked)) == len(there.asked) == 60


# ---------------------------------------------------------------------- remove and undo


def test_rows_of_every_status_are_removed_and_one_undo_restores_exactly_those(there: There) -> None:
    there.put(1)
    there.put(2, status=Status.SUCCESS)
    there.put(3, status=Status.PENDING)
    there.put(4)
    already = there.put(5)
    there.records.save(operating.remove(already, START - 1), already)
    there.start(Action.REMOVE)
    job = there.work_on()
    assert (job.state, job.counts["acted"]) == (State.DONE, 4)
    for sku in (3, 4):  # one came back, one was restored and removed by hand
        record = there.of(sku)
        back = there.records.save(operating.restore(record, there.clock()), record)
        if sku == 4:
            there.clock.forward(1)
            there.records.save(operating.remove(back, there.clock()), back)
    undo = JobKey("loja", Family.OPERATION, "ba9876543210")
    there.start(Action.RESTORE, undo, undoes=OPERATION.id, affiliates=[])
    job = there.work_on(key=undo)
    assert (job.state, job.counts["acted"], job.counts["changed"]) == (State.DONE, 2, 2)
    assert [there.of(sku).removal is None for sku in range(1, 6)] == [True, True, True, False, False]
    assert there.of(1).listed_at == START - 1


def test_a_removal_that_is_too_old_is_not_undone(there: There) -> None:
    there.put(1)
    there.start(Action.REMOVE)
    there.work_on()
    there.clock.now += operating.RESTORABLE_MS + 1
    undo = JobKey("loja", Family.OPERATION, "ba9876543210")
    there.start(Action.RESTORE, undo, undoes=OPERATION.id, affiliates=[])
    assert there.work_on(key=undo).counts["changed"] == 1
    assert there.of(1).removal is not None


def test_a_large_removal_goes_on_page_after_page_in_bounded_parts(there: There) -> None:
    for sku in range(1, 351):
        there.put(sku, status=Status.SUCCESS, affiliate="SPT" if sku % 2 else "MRC")
    there.start(Action.REMOVE, affiliates=["SPT", "MRC"], status="success")
    job = there.work_on()
    assert (job.state, job.counts["acted"]) == (State.DONE, 350)
    assert [len(part.rows) for part in there.parts.stored.values()] == [100, 100, 100, 50]


# ---------------------------------------------------------------------- counts and pace


def test_a_set_is_counted_by_what_becomes_of_its_records_in_both_ways(there: There) -> None:
    for sku, changes in enumerate(
        (
            {"cause": "timeout"},
            {"cause": "busy"},
            {"cause": "fulfillment"},
            {"cause": "not_catalogued"},
            {"cause": "nobody_knows"},
            {"status": Status.SUCCESS},
            {"status": Status.PENDING},
            {"listed_at": START},
        ),
        start=1,
    ):
        there.put(sku, **changes)
    counting, ends_at = there.counting(), there.clock() + COUNTS_FOR_MS
    expected = {"can_go": 2, "fix_first": 2, "nothing_to_do": 1, "success_ignored": 1, "already_waiting": 1}
    for skus in (None, [str(sku) for sku in range(1, 20)]):
        size = counting.size(Asked("loja", Action.REPROCESS, START, ["SPT"], skus=skus), ends_at)
        assert {which: size.of(which) for which in Eligibility} == expected
        assert not size.more
    fixed = counting.size(Asked("loja", Action.REPROCESS, START, ["SPT"], include_fix_first=True), ends_at)
    assert (fixed.of(Eligibility.CAN_GO), fixed.of(Eligibility.FIX_FIRST)) == (4, 0)
    for skus in (None, [str(sku) for sku in range(1, 20)]):
        removal = counting.size(Asked("loja", Action.REMOVE, START, ["SPT"], skus=skus), ends_at)
        assert removal.of(Eligibility.CAN_GO) == 7
        assert removal.by_status == {"success": 1, "error": 5, "pending": 1}
    one = counting.size(Asked("loja", Action.REPROCESS, START, ["SPT"], cause="not_catalogued"), ends_at)
    assert one.by_affiliate["SPT"] == {"fix_first": 1}


def test_of_a_removal_those_are_told_whose_marketplace_is_not_known_to_show_what_it_should(there: There) -> None:
    there.put(1, wanted=3, confirmed=7)
    there.put(2, wanted=3, confirmed=3)
    there.put(3, wanted=3)  # nobody knows what is shown
    there.put(4, "MRC", wanted=0, confirmed=1, status=Status.PENDING)
    there.put(5, wanted=3, confirmed=7, listed_at=START)  # it came later
    counting, ends_at = there.counting(), there.clock() + COUNTS_FOR_MS
    removal = partial(Asked, "loja", Action.REMOVE, START)
    assert counting.look(removal(["SPT", "MRC"]), ends_at) == Looked(4, 3)
    assert counting.look(removal(["SPT"], status="error"), ends_at) == Looked(3, 2)
    assert counting.look(removal(["SPT"], cause="timeout"), ends_at) == Looked(3, 2)
    named = {"SPT": ["1", "2", "5", "9"], "MRC": ["4"]}
    assert counting.look(removal(sorted(named), records=named), ends_at) == Looked(3, 2)


def test_of_a_large_removal_the_errors_are_looked_at_and_as_many_more_as_there_is_room_for(there: There) -> None:
    for sku in range(1, LOOKED_AT + 1):
        there.put(sku, status=Status.SUCCESS)
    for sku in range(LOOKED_AT + 1, LOOKED_AT + 11):
        there.put(sku, wanted=1, confirmed=0)
    removal = Asked("loja", Action.REMOVE, START, ["SPT"])
    assert there.counting().look(removal, there.clock() + COUNTS_FOR_MS) == Looked(LOOKED_AT + 10, 10)
    there.put(LOOKED_AT + 11, wanted=1, confirmed=0)
    there.put(9_999, status=Status.SUCCESS)
    looked = there.counting().look(removal, there.clock() + COUNTS_FOR_MS)
    assert (looked.differing, looked.more) == (11, True)


def test_counting_ends_in_time(there: There) -> None:
    there.put(1)

    def late() -> int:
        there.clock.forward(6)
        return there.clock.now

    counting = replace(there.counting(), clock=late)
    assert counting.size(Asked("loja", Action.REPROCESS, START, ["SPT"]), START + COUNTS_FOR_MS).more
    assert counting.look(Asked("loja", Action.REMOVE, START, ["SPT"]), START + COUNTS_FOR_MS) == Looked(0, 0, more=True)


def test_named_records_are_acted_upon_and_no_other_of_their_affiliates_or_skus(there: There) -> None:
    for affiliate in ("SPT", "MRC"):
        for sku in (1, 2, 3):
            there.put(sku, affiliate)
    there.put(4, "MRC", cause="not_catalogued")
    named = {"SPT": ["1", "3", "9"], "MRC": ["2", "4"]}
    there.start(affiliates=sorted(named), records=named)
    asked = asked_of(there.jobs.stored[OPERATION])
    size = there.counting().size(asked, there.clock() + COUNTS_FOR_MS)
    assert size.by_affiliate == {"SPT": {"can_go": 2}, "MRC": {"can_go": 1, "fix_first": 1}}
    job = there.work()
    asked_keys = [(key.affiliate, key.sku) for key, record in there.records.stored.items() if record.request]
    assert sorted(asked_keys) == [("MRC", "2"), ("SPT", "1"), ("SPT", "3")]
    assert (job.counts["acted"], job.counts["fix_first"]) == (3, 1)


def test_a_removal_of_named_records_is_undone_exactly(there: There) -> None:
    for affiliate in ("SPT", "MRC"):
        for sku in (1, 2):
            there.put(sku, affiliate)
    named = {"SPT": ["1"], "MRC": ["2"]}
    there.start(Action.REMOVE, affiliates=sorted(named), records=named)
    assert there.work_on().counts["removed"] == 2
    assert [there.of(sku, one).removal is None for one in ("SPT", "MRC") for sku in (1, 2)] == [
        False,
        True,
        True,
        False,
    ]
    undo = JobKey("loja", Family.OPERATION, "ba9876543210")
    there.start(Action.RESTORE, undo, affiliates=[], undoes=OPERATION.id)
    assert there.work_on(key=undo).counts["restored"] == 2
    assert all(record.removal is None for record in there.records.stored.values())


def test_what_was_asked_is_read_as_it_was_stored(there: There) -> None:
    there.start(Action.REPROCESS, cause="busy", since=3, skus=["1"], include_fix_first=True, sample=True)
    job = there.jobs.stored[OPERATION]
    assert asked_of(job) == Asked(
        "loja", Action.REPROCESS, START, ["SPT"], None, "busy", 3, ["1"], include_fix_first=True, sample=True
    )


def test_two_clicks_at_once_are_one_operation_with_one_number(there: There) -> None:
    """Both found none yet and took a number; the number of the one that came second stays nobody's."""
    there.put(1)
    numbers = count(1)
    desk = OperationDesk(
        there.jobs, there.counting(), lambda *_: there.pace, there.queue, there.clock, lambda _account: next(numbers)
    )
    click = partial(desk.start, Asked("loja", Action.REMOVE, START, ["SPT"]), {"action": "remove"}, "ana", sample=True)
    there.jobs.before_save = lambda _job: click(key="click")
    first = click(key="click")
    assert list(there.jobs.stored.values()) == [first] == [click(key="click")]
    assert first.number == 2
    assert click(key=None).number == 3
    assert [one.subject for one in there.jobs.activities] == ["2", "3"]


def test_a_set_that_ends_with_the_epoch_is_empty_and_no_error(there: There) -> None:
    there.put(1)
    there.start(until=0)
    assert there.work().state is State.DONE
    assert there.asked == []


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        (None, DEFAULT_PER_SECOND),
        (Capabilities(), DEFAULT_PER_SECOND),
        (Capabilities(rate=Rate(5.0)), 5.0),
        (Capabilities(Mode.GROUP, 10, Rate(5.0)), 5.0),
        (Capabilities(Mode.BULK, 4, Rate(5.0)), 20.0),
        (Capabilities(Mode.FEED, 10_000, Rate(1 / 60)), 50.0),
    ],
)
def test_the_pace_is_what_the_marketplace_takes(capabilities: Capabilities | None, expected: float) -> None:
    assert per_second(capabilities) == expected
