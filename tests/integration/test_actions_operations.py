"""Bulk operations through the operator API, done by the function of the operations queue, on the stack's own tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from stockbridge import aws, jobs
from stockbridge.activity_log import Asked, activity_page
from stockbridge.bulk.dynamo_parts import DynamoParts
from stockbridge.bulk.parts import End, Part, Row
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.errors import Conflict
from stockbridge.jobs import Family, Job, JobKey, State
from stockbridge.messages import read_notice
from stockbridge.notifications import Key
from stockbridge.records import Attempt, Record, Status
from stockbridge.store import Activity
from stockbridge.working import read_job
from tests import stack
from tests.integration.api import Api
from tests.memory import START, channel

ONE = {"affiliate": "SPT", "sku": "1"}


@pytest.fixture
def put(api: Api, records: DynamoRecords) -> Callable[..., Record]:
    """Store an error of the test's account, which has the channels SPT and MRC."""
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    for affiliate, name in (("SPT", "Um"), ("MRC", "Dois")):
        one = channel(affiliate, account=api.account, name=name, connector="mercado_livre")
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", one.id))

    def put(sku: int, affiliate: str = "SPT", **changes: Any) -> Record:
        key = Key(api.account, affiliate, str(sku))
        record = Record(key, status=Status.ERROR, cause="timeout", version=1, done_version=1, listed_at=START - sku)
        return records.save(replace(record, processed_at=START - sku, **changes), records.get(key))

    return put


@pytest.fixture
def stored(aws_stack: None) -> DynamoJobs:
    names = stack.environment()
    return DynamoJobs(names["RECORDS_TABLE"], names["CONTROL_TABLE"])


@pytest.fixture
def work(api: Api, stored: DynamoJobs, lambda_context: SimpleNamespace) -> Callable[[str], Job]:
    """Let the function do what is due of an operation, whenever it is due."""

    def work(name: str) -> Job:
        from operations.handler import handler  # it reads its settings: not before the environment is there

        key = JobKey(api.account, Family.OPERATION, name)
        job = stored.get(key)
        assert job is not None
        stored.save(replace(job, next_at=0), job)
        body = f'{{"v":1,"job":["{api.account}","operation","{name}"]}}'
        answer = handler({"Records": [{"messageId": "m1", "body": body}]}, lambda_context)  # type: ignore[arg-type]
        assert answer == {"batchItemFailures": []}
        done = stored.get(key)
        assert done is not None
        return done

    return work


def queued(url: str) -> list[dict[str, Any]]:
    answer = aws.sqs().receive_message(
        QueueUrl=stack.environment()[url], MaxNumberOfMessages=10, VisibilityTimeout=0, AttributeNames=["All"]
    )
    return list(answer.get("Messages", []))  # type: ignore[arg-type]


def test_a_preview_says_what_would_be_done_and_starts_nothing(api: Api, put: Callable[..., Record]) -> None:
    put(1)
    put(2, "MRC")
    put(3, cause="not_catalogued")
    put(4, status=Status.SUCCESS)
    put(5, status=Status.PENDING)
    told = api("POST", "/v1/operations", document={"action": "reprocess", "preview": True}, language="en")
    assert told.status == 200
    numbers = {"can_go": 2, "fix_first": 1, "already_waiting": 1, "success_ignored": 1, "nothing_to_do": 0}
    assert told.json["set"] == {**numbers, "more": False}
    assert {one["affiliate"]: one["can_go"] for one in told.json["affiliates"]} == {"SPT": 1, "MRC": 1}
    assert told.json["estimate"] == "About 1 min at the limit of Dois, Um"
    assert told.json["sample"] is False
    assert told.json["removal"] is None
    assert api("GET", "/v1/operations").json == {"items": [], "next": None}
    again = {"action": "reprocess", "until": told.json["until"]}
    assert api("POST", "/v1/operations", document=again).json["until"] == told.json["until"]


def test_a_preview_of_a_removal_says_what_goes_by_status_and_what_still_differs(
    api: Api, put: Callable[..., Record]
) -> None:
    put(1, wanted=3, confirmed=7)
    put(2, "MRC", cause="not_catalogued")
    put(3, status=Status.SUCCESS, wanted=3, confirmed=3)
    put(4, status=Status.PENDING, wanted=0, confirmed=7)
    told = api("POST", "/v1/operations", document={"action": "remove", "preview": True}).json
    assert told["set"]["can_go"] == 4
    assert told["removal"] == {
        "success": 1, "error": 2, "pending": 1, "looked_at": 4, "differing": 2, "more": False,
    }  # fmt: skip
    of_cause = {"affiliates": ["SPT"], "cause": "timeout"}
    told = api("POST", "/v1/operations", document={"action": "remove", "filter": of_cause, "preview": True}).json
    assert (told["removal"]["error"], told["removal"]["differing"]) == (1, 1)


def test_an_operators_selection_over_several_affiliates_is_acted_upon_exactly(
    api: Api, records: DynamoRecords, put: Callable[..., Record], work: Callable[[str], Job]
) -> None:
    for sku in (1, 2):
        put(sku)
        put(sku, "MRC")
    chosen = [{"affiliate": "spt", "sku": "1"}, {"affiliate": "MRC", "sku": "2"}, {"affiliate": "MRC", "sku": "2"}]
    document = {"action": "remove", "filter": {"records": chosen}}
    preview = api("POST", "/v1/operations", document={**document, "preview": True}).json
    assert (preview["set"]["can_go"], preview["set"]["more"]) == (2, False)
    assert {one["affiliate"]: one["can_go"] for one in preview["affiliates"]} == {"SPT": 1, "MRC": 1}
    started = api("POST", "/v1/operations", document=document).json
    assert started["filter"] == {"records": {"SPT": ["1"], "MRC": ["2"]}}
    assert work(started["id"]).counts == {"acted": 2, "removed": 2}

    def removed() -> list[tuple[str, str]]:
        items = api("GET", "/v1/records", query={"status": "removed"}).json["items"]
        return sorted((one["affiliate"], one["sku"]) for one in items)

    assert removed() == [("MRC", "2"), ("SPT", "1")]
    undo = api("POST", f"/v1/operations/{started['id']}/undo").json
    assert work(undo["id"]).counts["restored"] == 2
    assert removed() == []


def test_a_page_of_records_goes_through_the_function_and_its_answers_are_counted(
    api: Api, records: DynamoRecords, put: Callable[..., Record], work: Callable[[str], Job]
) -> None:
    for sku in range(1, 4):
        put(sku)
    put(4, cause="fulfillment")
    started = api("POST", "/v1/operations", document={"action": "reprocess"}, role="operator")
    assert started.status == 202
    assert (started.json["state"], started.json["set"]["can_go"], started.json["percent"]) == ("running", 3, 0)
    name = started.json["id"]
    (hint,) = queued("OPERATIONS_QUEUE_URL") or [{"Body": f'{{"v":1,"job":["{api.account}","operation","{name}"]}}'}]
    assert read_job(hint["Body"]) == JobKey(api.account, Family.OPERATION, name)
    job = work(name)
    assert job.counts == {"acted": 3, "waiting": 3, "nothing_to_do": 1}
    assert {read_notice(message["Body"])[0].key.sku for message in queued("INTAKE_QUEUE_URL")} == {"1", "2", "3"}
    for sku in (1, 2, 3):
        record = records.get(Key(api.account, "SPT", str(sku)))
        assert record.request == f"{name}.1"
        failed = sku == 2
        attempt = Attempt(now_ms(), "refused" if failed else "applied", 7, 2, request=record.request)
        done = replace(
            record,
            status=Status.ERROR if failed else Status.SUCCESS,
            cause="listing_closed" if failed else None,
            message="closed" if failed else "",
            request_due=False,
            attempts=(attempt,),
        )
        records.save(done, record)
    assert work(name).state is State.DONE
    shown = api("GET", f"/v1/operations/{name}", role="viewer", language="en").json
    assert (shown["state"], shown["percent"], shown["eta_s"], shown["actions"]) == ("done", 100, None, [])
    assert shown["text"] == "Finished: 2 success, 1 error again"
    assert [(one["cause"]["code"], one["count"]) for one in shown["failures"]] == [("listing_closed", 1)]
    (failure,) = api("GET", f"/v1/operations/{name}/failures", role="viewer").json["items"]
    assert (failure["affiliate"], failure["sku"], failure["message"]) == ("SPT", "2", "closed")
    assert [one["id"] for one in api("GET", "/v1/operations").json["items"]] == [name]


def test_a_second_post_with_the_same_key_starts_nothing_and_another_request_with_it_is_refused(
    api: Api, put: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(1)
    document = {"action": "remove", "filter": {"affiliates": ["spt"], "status": "error"}}
    headers = {"idempotency-key": "click-1"}
    first = keyed(api, document, headers)
    second = keyed(api, document, headers)
    assert (first.status, second.status, first.json["id"]) == (202, 202, second.json["id"])
    assert first.json["number"] == second.json["number"] == 1
    other = keyed(api, {"action": "remove"}, headers)
    assert (other.status, other.json["type"]) == (409, "urn:stockbridge:problem:operation_key_reused")
    assert len(api("GET", "/v1/operations").json["items"]) == 1
    deeds = [(one.action, one.subject) for one in activity_page(api.account, Asked(), cursor=None, limit=9).items]
    assert deeds.count(("operation.start", "1")) == 1
    assert [keyed(api, document, {}).json["number"] for _ in range(2)] == [2, 3]


def keyed(api: Api, document: Any, headers: dict[str, str]) -> Any:
    return api("POST", "/v1/operations", document=document, headers=headers)


def test_a_removal_is_undone_as_one_operation_once(
    api: Api, records: DynamoRecords, put: Callable[..., Record], work: Callable[[str], Job]
) -> None:
    put(1)
    put(2, status=Status.SUCCESS)
    name = api("POST", "/v1/operations", document={"action": "remove"}).json["id"]
    early = api("POST", f"/v1/operations/{name}/undo")
    assert (early.status, early.json["type"]) == (409, "urn:stockbridge:problem:operation_not_undoable")
    assert work(name).state is State.DONE
    assert len(api("GET", "/v1/records", query={"status": "removed"}).json["items"]) == 2
    assert api("GET", f"/v1/operations/{name}").json["actions"] == ["undo"]
    undone = api("POST", f"/v1/operations/{name}/undo")
    assert (undone.status, undone.json["action"], undone.json["undoes"]) == (202, "restore", name)
    assert (undone.json["number"], undone.json["undoes_number"]) == (2, 1)
    assert api("POST", f"/v1/operations/{name}/undo").json["id"] == undone.json["id"]
    assert work(undone.json["id"]).counts["restored"] == 2
    assert len(api("GET", "/v1/records").json["items"]) == 2


def test_an_operation_pauses_goes_on_and_is_cancelled_each_with_who_did_it(
    api: Api, put: Callable[..., Record], stored: DynamoJobs, work: Callable[[str], Job]
) -> None:
    put(1)
    name = api("POST", "/v1/operations", document={"action": "reprocess"}).json["id"]
    assert api("POST", f"/v1/operations/{name}/pause").json["actions"] == ["resume", "cancel"]
    assert api("POST", f"/v1/operations/{name}/pause").json["state"] == "paused"
    assert work(name).pages == 0
    assert api("POST", f"/v1/operations/{name}/resume").json["state"] == "running"
    assert api("POST", f"/v1/operations/{name}/cancel").json["state"] == "cancelled"
    refused = api("POST", f"/v1/operations/{name}/resume")
    assert (refused.status, refused.json["type"]) == (409, "urn:stockbridge:problem:job_is_over")
    deeds = [one.action for one in activity_page(api.account, Asked(subject="1"), cursor=None, limit=4).items]
    assert deeds == ["operation.cancel", "operation.resume", "operation.pause", "operation.start"]


def test_an_operation_answers_to_its_number_as_to_its_id(
    api: Api, put: Callable[..., Record], work: Callable[[str], Job]
) -> None:
    put(1)
    started = api("POST", "/v1/operations", document={"action": "remove"}).json
    assert api("GET", "/v1/operations/1").json["id"] == started["id"]
    assert api("GET", "/v1/operations/1/failures").json["items"] == []
    assert api("POST", "/v1/operations/1/pause").json["state"] == "paused"
    assert api("POST", "/v1/operations/1/resume").json["state"] == "running"
    work(started["id"])
    undone = api("POST", "/v1/operations/1/undo").json
    assert (undone["undoes"], undone["number"]) == (started["id"], 2)
    assert api("POST", f"/v1/operations/{started['id']}/undo").json["id"] == undone["id"]
    assert api("POST", "/v1/operations/2/cancel").json["id"] == undone["id"]
    deeds = activity_page(api.account, Asked(action="operation.undo"), cursor=None, limit=4).items
    told = [(one.subject, one.after["operation"], one.after["number"]) for one in deeds]
    assert told == [("1", undone["id"], 2)]


def test_an_operation_from_before_there_were_numbers_has_none(api: Api, stored: DynamoJobs) -> None:
    key = JobKey(api.account, Family.OPERATION, "0123456789ab")
    stored.save(Job(key, "remove", {"until": START, "counted": {}, "estimate_s": 0}, START, "ana"), None)
    shown = api("GET", f"/v1/operations/{key.id}").json
    assert (shown["id"], shown["number"], shown["undoes_number"]) == (key.id, None, None)
    assert api("POST", f"/v1/operations/{key.id}/cancel").json["state"] == "cancelled"
    (deed,) = activity_page(api.account, Asked(), cursor=None, limit=1).items
    assert (deed.action, deed.subject) == ("operation.cancel", key.id)
    assert api("POST", f"/v1/operations/{key.id}/undo").json["number"] == 1


def test_going_on_after_a_sample_stopped_does_not_ask_for_another(api: Api, stored: DynamoJobs) -> None:
    key = JobKey(api.account, Family.OPERATION, "0123456789ab")
    asked = {"until": START, "affiliates": ["SPT"], "sample": True, "counted": {"can_go": 99}, "estimate_s": 9}
    job = stored.save(Job(key, "reprocess", asked, START, "ana"), None)
    taken = stored.save(jobs.take(job, START, lease_s=75), job)
    page = jobs.Page({"part": 1}, {"acted": 20}, ends=State.STOPPED, reason="same_cause listing_closed 19 20")
    stored.save(jobs.commit(taken, taken.epoch, page, START), taken)
    shown = api("GET", f"/v1/operations/{key.id}").json
    assert (shown["state"], shown["sample"], shown["percent"]) == ("stopped", "waiting", 20)
    assert shown["reason"] == (
        "Paramos após a amostra: 19 de 20 voltaram com a mesma causa (Anúncio encerrado). Corrija e continue."
    )
    assert api("POST", f"/v1/operations/{key.id}/resume").json["sample"] == "over"


def test_failures_are_paged_over_parts_without_any(api: Api, stored: DynamoJobs) -> None:
    key = JobKey(api.account, Family.OPERATION, "0123456789ab")
    stored.save(Job(key, "reprocess", {"until": START, "counted": {}, "estimate_s": 0}, START, "ana"), None)
    parts = DynamoParts(stack.environment()["RECORDS_TABLE"])
    for number in range(1, 13):
        end = End.FAILED if number in (1, 12) else End.SUCCESS
        rows = [Row("SPT", str(number * 10 + place), 1, end=end, cause="timeout") for place in range(2)]
        saved = parts.save(key, Part(number, START, rows))
        assert parts.get(key, number) == saved
        with pytest.raises(Conflict):
            parts.save(key, Part(number, START, rows))
    found: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        query = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = api("GET", f"/v1/operations/{key.id}/failures", query=query).json
        found += [one["sku"] for one in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert found == ["10", "11", "120", "121"]
    assert api("GET", f"/v1/operations/{key.id}/failures", query={"cursor": "bm8"}).status == 400


@pytest.mark.parametrize(
    ("document", "field", "reason"),
    [
        ({}, "action", "required"),
        ({"action": "delete"}, "action", "not_one_of"),
        ({"action": "remove", "filter": {"cause": "timeout"}}, "filter.affiliates", "cause_needs_affiliates"),
        ({"action": "remove", "filter": {"status": "removed"}}, "filter.status", "status_not_of_action"),
        ({"action": "remove", "filter": {"skus": ["0"]}}, "sku", "sku_format"),
        ({"action": "remove", "filter": {"skus": ["1"] * 1_001}}, "filter.skus", "too_long"),
        ({"action": "remove", "filter": {"records": []}}, "filter.records", "too_short"),
        ({"action": "remove", "filter": {"records": [ONE] * 1_001}}, "filter.records", "too_long"),
        ({"action": "remove", "filter": {"records": [{"sku": "1"}]}}, "filter.records.0.affiliate", "required"),
        ({"action": "remove", "filter": {"records": [{**ONE, "sku": "x"}]}}, "sku", "sku_format"),
        ({"action": "remove", "filter": {"records": [ONE], "skus": ["1"]}}, "filter.skus", "not_with_records"),
        ({"action": "remove", "filter": {"records": [ONE], "cause": "a"}}, "filter.cause", "not_with_records"),
        (
            {"action": "remove", "filter": {"records": [ONE], "affiliates": ["A"]}},
            "filter.affiliates",
            "not_with_records",
        ),
        ({"action": "remove", "filter": {"from": "yesterday"}}, "filter.from", "wrong_instant"),
        ({"action": "remove", "filter": {"from": "2300-01-01T00:00:00Z"}}, "filter.from", "from_after_to"),
        ({"action": "remove", "until": "2999-01-01T00:00:00Z"}, "until", "time_ahead"),
        ({"action": "remove", "everything": True}, "everything", "unknown_field"),
    ],
)
def test_a_wrong_request_is_told_field_by_field(api: Api, document: dict[str, Any], field: str, reason: str) -> None:
    answer = api("POST", "/v1/operations", document=document)
    assert answer.status == 422
    assert [(one["field"], one["reason"]) for one in answer.json["problems"]] == [(field, reason)]


@pytest.mark.parametrize("deed", ["", "/failures", "/pause", "/resume", "/cancel", "/undo"])
@pytest.mark.parametrize("name", ["0123456789ab", "x", "0" * 40, "0", "7", "1" * 40])
def test_an_operation_that_is_not_there_is_not_found(api: Api, deed: str, name: str) -> None:
    method = "GET" if deed in ("", "/failures") else "POST"
    answer = api(method, f"/v1/operations/{name}{deed}")
    assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:operation_not_found")


def test_nobodys_key_takes_the_place_of_an_undo(
    api: Api, put: Callable[..., Record], work: Callable[[str], Job]
) -> None:
    put(1)
    name = api("POST", "/v1/operations", document={"action": "remove"}).json["id"]
    taken = keyed(api, {"action": "reprocess"}, {"idempotency-key": f"undo {name}"})
    assert work(name).state is State.DONE
    undone = api("POST", f"/v1/operations/{name}/undo").json
    assert (undone["action"], undone["undoes"]) == ("restore", name)
    assert undone["id"] != taken.json["id"]


def test_an_undo_that_was_cancelled_can_be_asked_for_again(
    api: Api, put: Callable[..., Record], work: Callable[[str], Job]
) -> None:
    put(1)
    name = api("POST", "/v1/operations", document={"action": "remove"}).json["id"]
    work(name)
    first = api("POST", f"/v1/operations/{name}/undo").json["id"]
    assert api("POST", f"/v1/operations/{first}/cancel").status == 200
    second = api("POST", f"/v1/operations/{name}/undo").json["id"]
    assert second != first
    assert api("POST", f"/v1/operations/{name}/undo").json["id"] == second
    assert work(second).counts["restored"] == 1


def test_an_undo_begins_when_the_page_under_way_of_a_cancelled_removal_is_over(api: Api, stored: DynamoJobs) -> None:
    """Or it would find no more pages, and the last one would stay removed."""
    key = JobKey(api.account, Family.OPERATION, "0123456789ab")
    asked = {"until": START, "affiliates": ["SPT"], "counted": {"can_go": 9}, "estimate_s": 0}
    job = stored.save(Job(key, "remove", asked, START, "ana"), None)
    taken = stored.save(jobs.take(job, now_ms(), lease_s=75), job)
    assert api("POST", f"/v1/operations/{key.id}/cancel").status == 200
    undone = stored.get(JobKey(api.account, Family.OPERATION, api("POST", f"/v1/operations/{key.id}/undo").json["id"]))
    assert undone is not None
    assert undone.next_at == taken.lease_until


def test_one_account_has_not_all_of_the_function(api: Api, stored: DynamoJobs) -> None:
    asked = {"until": START, "affiliates": ["SPT"], "counted": {}, "estimate_s": 0}
    for number in range(20):
        key = JobKey(api.account, Family.OPERATION, f"{number:012d}")
        stored.save(Job(key, "reprocess", asked, START + number, "ana"), None)
    refused = api("POST", "/v1/operations", document={"action": "reprocess"})
    assert (refused.status, refused.json["type"]) == (409, "urn:stockbridge:problem:too_many_operations")
    assert api("POST", f"/v1/operations/{key.id}/pause").status == 200
    assert api("POST", "/v1/operations", document={"action": "reprocess"}).status == 202
    assert api("POST", f"/v1/operations/{key.id}/resume").status == 409
