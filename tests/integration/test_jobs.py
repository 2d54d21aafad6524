"""Jobs in the records table: saved under a rev, found by the sweep, paged newest first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from stockbridge import aws, jobs
from stockbridge.activity_log import Asked, activity_page
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.errors import Conflict, InvalidInput
from stockbridge.jobs import Family, Job, JobKey, Page, State
from stockbridge.store import Activity
from tests import stack
from tests.memory import START

T = START
ASKED = {"action": "reprocess", "filter": {"affiliates": ["SPT"], "until": T}}


@pytest.fixture
def there(aws_stack: None) -> DynamoJobs:
    names = stack.environment()
    return DynamoJobs(names["RECORDS_TABLE"], names["CONTROL_TABLE"])


def job(name: str, at: int = T, family: Family = Family.OPERATION) -> Job:
    return Job(JobKey("loja", family, name), "reprocess", ASKED, at, "ana", next_at=at)


def test_a_job_is_read_as_it_was_saved(there: DynamoJobs) -> None:
    saved = there.save(job("1"), None)
    assert there.get(saved.key) == saved
    taken = there.save(jobs.take(saved, T, lease_s=60), saved)
    done = jobs.commit(taken, taken.epoch, Page({"cursor": "x"}, {"asked": 20}, ends=State.DONE), T + 1)
    assert there.get(saved.key) == taken
    there.save(done, taken)
    assert there.get(saved.key) == replace(done, rev=3)
    assert there.get(JobKey("loja", Family.FILE, "1")) is None


def test_somebody_who_saves_over_another_is_refused_with_what_they_did(there: DynamoJobs) -> None:
    saved = there.save(job("1"), None)
    there.save(jobs.pause(saved, T), saved)
    activity = Activity("loja", T, "ana", "operation.cancel", "1")
    with pytest.raises(Conflict):
        there.save(jobs.cancel(saved, T), saved, activity=activity)
    with pytest.raises(Conflict):
        there.save(job("1"), None)
    assert activity_page("loja", Asked(), cursor=None, limit=5).items == []
    now = there.get(saved.key)
    assert now is not None
    there.save(jobs.cancel(now, T), now, activity=activity)
    assert activity_page("loja", Asked(), cursor=None, limit=5).items == [activity]


def test_the_sweep_finds_what_runs_and_nothing_else(there: DynamoJobs) -> None:
    running, paused = there.save(job("1"), None), there.save(job("2"), None)
    there.save(jobs.pause(paused, T), paused)
    there.save(job("3", T + 3_600_000), None)
    assert list(there.due(T)) == []
    assert list(there.due(T + jobs.HINT_GRACE_MS)) == [running.key]


def test_an_accounts_jobs_are_paged_newest_first(there: DynamoJobs) -> None:
    for number in range(5):
        there.save(job(str(number), T + number), None)
    there.save(job("file", family=Family.FILE), None)
    there.save(replace(job("other"), key=JobKey("loja2", Family.OPERATION, "other")), None)
    first = there.page("loja", Family.OPERATION, cursor=None, limit=3)
    second = there.page("loja", Family.OPERATION, cursor=first.next, limit=3)
    assert [one.key.id for one in (*first.jobs, *second.jobs)] == ["4", "3", "2", "1", "0"]
    assert second.next is None
    with pytest.raises(InvalidInput):
        there.page("loja", Family.OPERATION, cursor="MQp4", limit=3)


def test_each_number_of_an_account_is_taken_once_and_in_turn(there: DynamoJobs) -> None:
    with ThreadPoolExecutor(8) as several:
        taken = list(several.map(lambda _: there.next_number("loja", Family.OPERATION), range(40)))
    assert sorted(taken) == list(range(1, 41))
    assert there.next_number("loja", Family.FILE) == there.next_number("loja2", Family.OPERATION) == 1


def test_a_number_leads_to_the_job_that_was_saved_with_it(there: DynamoJobs) -> None:
    saved = there.save(replace(job("a1"), number=7), None)
    assert there.numbered("loja", Family.OPERATION, 7) == saved.key
    assert there.get(saved.key) == saved
    there.save(jobs.pause(saved, T), saved)
    assert there.numbered("loja", Family.OPERATION, 7) == saved.key
    assert there.numbered("loja", Family.OPERATION, 8) is None
    assert there.numbered("loja", Family.FILE, 7) is None
    assert there.numbered("loja2", Family.OPERATION, 7) is None


def test_a_number_is_known_as_soon_as_its_job_is(there: DynamoJobs) -> None:
    """Moto is never behind itself, as DynamoDB may be: what is asked of it is looked at."""
    asked: list[bool] = []
    events, name = aws.dynamodb().meta.events, "before-parameter-build.dynamodb.GetItem"

    def called(params: dict[str, Any], **_: Any) -> None:
        asked.append(params.get("ConsistentRead", False))

    events.register(name, called)
    try:
        there.numbered("loja", Family.OPERATION, 7)
    finally:
        events.unregister(name, called)
    assert asked == [True]


def test_a_job_that_is_not_saved_keeps_no_number(there: DynamoJobs) -> None:
    there.save(replace(job("a1"), number=1), None)
    with pytest.raises(Conflict):
        there.save(replace(job("a1"), number=2), None)
    assert there.numbered("loja", Family.OPERATION, 2) is None
    with pytest.raises(Conflict):
        there.save(replace(job("a2"), number=1), None)
    assert there.get(JobKey("loja", Family.OPERATION, "a2")) is None
