"""Work that is done page by page: what a crash, a rival or an operator does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from stockbridge import jobs
from stockbridge.errors import InvalidInput, NotPossible, Unavailable
from stockbridge.jobs import Family, Job, JobKey, LostPage, NotNow, Page, State
from stockbridge.working import JobSweep, Working, job_message, read_job, take_batch
from tests.memory import START, Clock, MemoryJobs, MemoryQueue

T = START
KEY = JobKey("loja", Family.OPERATION, "842")
JOB = Job(KEY, "count", {"until": T}, T, "ana", next_at=T)
LEASE_S = 60


def taken(job: Job = JOB, now: int = T) -> Job:
    return jobs.take(job, now, lease_s=LEASE_S)


def test_a_page_goes_on_where_the_one_before_ended() -> None:
    job = taken()
    job = jobs.commit(job, job.epoch, Page({"cursor": "b"}, {"asked": 20}, wait_s=5), T + 1_000)
    assert (job.position, job.counts, job.pages) == ({"cursor": "b"}, {"asked": 20}, 1)
    with pytest.raises(NotNow):
        taken(job, T + 4_000)
    job = taken(job, T + 6_000)
    job = jobs.commit(job, job.epoch, Page({}, {"asked": 3, "refused": 1}, ends=State.DONE), T + 7_000)
    assert (job.state, job.counts, job.ended_at) == (State.DONE, {"asked": 23, "refused": 1}, T + 7_000)
    assert job.due_at is None


def test_nobody_takes_a_page_that_somebody_has() -> None:
    with pytest.raises(NotNow):
        taken(taken(), T + 1_000)


def test_a_hint_that_comes_a_little_early_is_not_lost() -> None:
    assert taken(replace(JOB, next_at=T + 900)).epoch == 1


def test_a_page_that_was_cut_off_is_taken_again_and_the_first_one_cannot_count_it() -> None:
    first = taken()
    second = taken(first, T + LEASE_S * 1000)
    with pytest.raises(LostPage):
        jobs.commit(second, first.epoch, Page(counts={"asked": 20}), T + LEASE_S * 1000 + 1)
    assert jobs.commit(second, second.epoch, Page(counts={"asked": 20}), T).counts == {"asked": 20}


def test_a_page_is_counted_once_though_its_answer_was_lost() -> None:
    job = taken()
    done = jobs.commit(job, job.epoch, Page(counts={"asked": 20}), T)
    with pytest.raises(LostPage):
        jobs.commit(done, job.epoch, Page(counts={"asked": 20}), T)


def test_pages_that_never_come_back_end_the_job() -> None:
    job, now = JOB, T
    for _ in range(jobs.MAX_VANISHED):
        job = taken(job, now)
        now = job.due_at or 0
    failed = taken(job, now)
    assert (failed.state, failed.reason, failed.due_at) == (State.FAILED, "pages_vanish", None)


def test_an_outage_ends_nothing_and_its_pauses_grow() -> None:
    job, now, pauses = JOB, T, []
    for _ in range(12):
        job = taken(job, now)
        job = jobs.postpone(job, job.epoch, now, jitter=0.0)
        pauses.append(job.next_at - now)
        now = job.next_at
    assert (job.state, pauses[:3], pauses[-1]) == (State.RUNNING, [15_000, 30_000, 60_000], jobs.BACKOFF_CAP_MS)


@pytest.mark.parametrize(("deed", "state"), [(jobs.pause, State.PAUSED), (jobs.cancel, State.CANCELLED)])
def test_what_an_operator_does_during_a_page_keeps_the_pages_work(
    deed: Callable[[Job, int], Job], state: State
) -> None:
    job = taken()
    stopped = deed(job, T + 100)
    done = jobs.commit(stopped, job.epoch, Page({"cursor": "b"}, {"asked": 20}), T + 200)
    assert (done.state, done.counts, done.due_at) == (state, {"asked": 20}, None)
    with pytest.raises(NotNow):
        taken(done, T + 300_000)


def test_the_last_page_of_a_paused_job_ends_it_and_one_of_a_cancelled_job_changes_nothing() -> None:
    job = taken()
    last = Page(ends=State.DONE)
    assert jobs.commit(jobs.pause(job, T), job.epoch, last, T).state is State.DONE
    assert jobs.commit(jobs.cancel(job, T), job.epoch, last, T).state is State.CANCELLED


def test_what_paused_or_stopped_goes_on_and_what_is_over_does_not() -> None:
    stopped = jobs.commit(taken(), 1, Page({"cursor": "b"}, ends=State.STOPPED, reason="same_cause"), T)
    assert (stopped.reason, stopped.due_at, stopped.ended_at) == ("same_cause", None, None)
    resumed = jobs.resume(stopped, T + 5)
    assert (resumed.state, resumed.reason, resumed.position) == (State.RUNNING, "", {"cursor": "b"})
    over = jobs.cancel(stopped, T)
    for deed in (jobs.resume, jobs.pause):
        with pytest.raises(NotPossible):
            deed(over, T)
    assert jobs.cancel(over, T + 9) == over
    assert jobs.pause(jobs.pause(JOB, T), T + 9) == jobs.pause(JOB, T)
    assert jobs.resume(JOB, T + 9) == JOB


# ------------------------------------------------------------------ the runner


@dataclass
class Counting:
    """Ten things in pages of four. `outage`: so many pages fail first; `bug`: every page does."""

    outage: int = 0
    bug: bool = False
    wait_s: float = 0.0
    done: list[int] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None

    def __call__(self, job: Job) -> Page:
        if self.bug:
            raise ZeroDivisionError
        if self.outage:
            self.outage -= 1
            raise Unavailable("throttled")
        at = job.position.get("at", 0)
        own = list(range(at, min(at + 4, 10)))
        self.done += own
        if self.meanwhile is not None:
            self.meanwhile()
        ends = State.DONE if at + 4 >= 10 else None
        return Page({"at": at + 4}, {"done": len(own)}, self.wait_s, ends)


@dataclass
class There:
    pages: Counting
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.jobs.save(JOB, None)

    @property
    def working(self) -> Working:
        return Working(self.jobs, {"count": self.pages}, self.queue, self.clock, lambda: 0.0, LEASE_S, budget_s=30)

    @property
    def job(self) -> Job:
        return self.jobs.stored[KEY]


def test_one_message_does_all_pages_that_there_is_time_for() -> None:
    there = There(Counting())
    assert take_batch(there.working, [("m1", job_message(KEY))]) == []
    assert (there.job.state, there.job.counts, there.job.pages) == (State.DONE, {"done": 10}, 3)
    assert there.pages.done == list(range(10))
    there.working.work(KEY)
    assert there.job.pages == 3


def test_a_page_that_must_wait_is_hinted_for_then() -> None:
    there = There(Counting(wait_s=20))
    there.working.work(KEY)
    assert [(message.body, message.delay_s) for message in there.queue.messages] == [(job_message(KEY), 20)]
    assert there.job.pages == 1


def test_no_page_begins_when_the_function_must_end() -> None:
    there = There(Counting())
    there.pages.meanwhile = lambda: there.clock.forward(31)
    there.working.work(KEY)
    assert there.job.pages == 1
    assert [message.delay_s for message in there.queue.messages] == [0]


def test_an_outage_postpones_the_page_and_the_work_goes_on_after_it() -> None:
    there = There(Counting(outage=1))
    there.working.work(KEY)
    assert (there.job.pages, there.job.failures, there.job.next_at) == (0, 1, T + 15_000)
    there.clock.forward(15)
    there.working.work(KEY)
    assert (there.job.state, there.job.counts) == (State.DONE, {"done": 10})


def test_a_bug_takes_nothing_along_and_ends_its_job_in_the_end() -> None:
    there = There(Counting(bug=True))
    for _ in range(jobs.MAX_VANISHED + 1):
        assert take_batch(there.working, [("m1", job_message(KEY))]) == []
        there.clock.forward(LEASE_S + 31)
    assert there.job.state is State.FAILED


def test_a_page_counts_though_somebody_paused_the_job_meanwhile() -> None:
    there = There(Counting())
    there.pages.meanwhile = lambda: there.jobs.save(jobs.pause(there.job, there.clock()), there.job) and None
    there.working.work(KEY)
    assert (there.job.state, there.job.counts) == (State.PAUSED, {"done": 4})


def test_of_two_functions_with_the_same_hint_one_does_the_page() -> None:
    there = There(Counting(wait_s=1))
    there.pages.meanwhile = lambda: there.working.work(KEY)
    there.working.work(KEY)
    assert (there.pages.done, there.job.counts) == ([0, 1, 2, 3], {"done": 4})


def test_the_sweep_hints_what_is_due_and_has_no_message() -> None:
    there = There(Counting())
    sweep = JobSweep(there.jobs, {Family.OPERATION: there.queue}, there.clock)
    sweep()
    assert there.queue.messages == []
    there.clock.forward(31)
    sweep()
    assert [message.body for message in there.queue.messages] == [job_message(KEY)]


@pytest.mark.parametrize("body", ["", "[]", '{"v":1}', '{"v":2,"job":["loja","operation","1"]}', '{"v":1,"job":[1,2]}'])
def test_what_is_no_jobs_message_is_delivered_again(body: str) -> None:
    with pytest.raises(InvalidInput):
        read_job(body)
    assert take_batch(There(Counting()).working, [("m1", body)]) == ["m1"]


def test_a_job_that_is_not_there_is_nobodys_work() -> None:
    there = There(Counting())
    there.jobs.stored.clear()
    there.working.work(KEY)
    assert there.pages.done == []
