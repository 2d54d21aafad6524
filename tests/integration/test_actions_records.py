"""Records through the operator API, on the stack's own tables and queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from stockbridge.channels import Channel
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.gates import Gate, refused, throttled
from stockbridge.messages import read_notice
from stockbridge.notifications import Key
from stockbridge.outcomes import Evidence
from stockbridge.policy import QuantityPolicy
from stockbridge.records import Attempt, Record, Status
from stockbridge.store import Activity, KeptEvidence
from tests import stack
from tests.integration.api import Api
from tests.memory import START, channel


@pytest.fixture
def control(api: Api) -> DynamoControl:
    return DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)


@pytest.fixture
def channels(api: Api, control: DynamoControl) -> list[Channel]:
    """SPT and MRC, of the test's account."""
    made = [channel(affiliate, account=api.account, name=name) for affiliate, name in (("SPT", "Um"), ("MRC", "Dois"))]
    for one in made:
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", one.id))
    return made


@pytest.fixture
def put(api: Api, records: DynamoRecords) -> Callable[..., Record]:
    """Store a row of the test's account."""

    def put(affiliate: str = "SPT", sku: str = "42", account: str = api.account, **changes: Any) -> Record:
        key = Key(account, affiliate, sku)
        was = records.get(key)
        blank = replace(was, balance=7, wanted=7, version=1, listed_at=START, processed_at=START)
        return records.save(replace(blank, **changes), was)

    return put


def success(put: Callable[..., Record], **more: Any) -> Record:
    return put(status=Status.SUCCESS, confirmed=7, done_version=1, confirmed_at=START, **more)


def failure(put: Callable[..., Record], **more: Any) -> Record:
    return put(status=Status.ERROR, cause="not_catalogued", message="SKU not catalogued", done_version=1, **more)


def skus(answer_items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(item["affiliate"], item["sku"]) for item in answer_items]


# ---------------------------------------------------------------------- reading


def test_one_record_is_explained_by_the_channels_policy_of_now_and_a_list_is_not(
    api: Api, control: DynamoControl, channels: list[Channel], put: Callable[..., Record]
) -> None:
    success(put)
    deed = Activity(api.account, START, "setup", "channel.save", "SPT")
    control.save_channel(replace(channels[0], policy=QuantityPolicy(safety=2)), was_rev=1, activity=deed)
    assert api("GET", "/v1/records/SPT/42", role="viewer", language="en").json["policy"] == [
        {"code": "balance", "text": "Balance at VTEX", "quantity": 7},
        {"code": "safety", "text": "Minus the reserve of 2", "quantity": 5},
    ]
    assert api("GET", "/v1/records").json["items"][0]["policy"] == []


def test_a_record_is_shown_with_its_channel_attempts_and_evidence(
    api: Api, records: DynamoRecords, channels: list[Channel], put: Callable[..., Record]
) -> None:
    record = failure(put, attempts=(Attempt(START, "refused", 7, 1, "SKU not catalogued", 404),))
    evidence = Evidence('PUT https://m.example/42\n{"quantity":7}', "404\n\nSKU not catalogued", 404, 31)
    records.keep(KeptEvidence(record.key, START + 3, 1, evidence))
    other = replace(record.key, affiliate="MRC")
    records.keep(KeptEvidence(other, START + 3, 1, evidence))
    shown = api("GET", "/v1/records/SPT/42", role="viewer").json
    assert (shown["channel"], shown["sku"], shown["status"]) == ("Um", "42", "error")
    assert shown["cause"]["title"] == "Produto ainda não catalogado no marketplace"
    assert shown["situation"]["code"] == "needs_fix"
    assert shown["listed_at"] == "2026-01-01T00:00:00Z"
    (attempt,) = shown["attempts"]
    assert (attempt["outcome"], attempt["evidence"]["http_status"]) == ("refused", 404)
    assert attempt["evidence"]["response"] == evidence.response


def test_an_attempt_that_a_person_asked_for_names_them_in_the_view_of_one_record(
    api: Api, channels: list[Channel], put: Callable[..., Record], records: DynamoRecords
) -> None:
    failure(put, sku="41")
    asked_of_another = api("POST", "/v1/records/SPT/41/reprocess", user="bia").json["request"]
    failure(put)
    request = api("POST", "/v1/records/SPT/42/reprocess", user="ana").json["request"]
    operation = api("POST", "/v1/operations", document={"action": "remove"}, user="caio").json["id"]
    now = now_ms()
    requests = [None, request, request, f"{operation}.7", "0123456789ab.1", asked_of_another]
    attempts = tuple(Attempt(now + each, "refused", 7, 2, request=one) for each, one in enumerate(requests))
    put(attempts=attempts)
    shown = api("GET", "/v1/records/SPT/42", role="viewer").json["attempts"]
    assert [one["asked_by"] for one in shown] == [None, "ana", "ana", "caio", None, None]
    listed = api("GET", "/v1/records", query={"sku": "42"}).json["items"][0]["attempts"]
    assert [one["asked_by"] for one in listed] == [None] * 6


def test_who_asked_is_not_looked_for_without_end(
    api: Api, channels: list[Channel], put: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    for read, expected in ((3, None), (4, "ana")):
        failure(put)
        request = api("POST", "/v1/records/SPT/42/reprocess", user="ana").json["request"]
        for sku in ("1", "2", "3"):
            failure(put, sku=sku)
            api("DELETE", f"/v1/records/SPT/{sku}")
        put(attempts=(Attempt(now_ms(), "applied", 7, 2, request=request),))
        monkeypatch.setattr("stockbridge.activity_log.READ_AT_MOST", read)
        (attempt,) = api("GET", "/v1/records/SPT/42").json["attempts"]
        assert (attempt["request"], attempt["asked_by"]) == (request, expected)


def test_who_asked_is_looked_for_once_however_often_the_record_is_looked_at(
    api: Api, channels: list[Channel], put: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    failure(put)
    request = api("POST", "/v1/records/SPT/42/reprocess", user="ana").json["request"]
    put(attempts=(Attempt(now_ms(), "applied", 7, 2, request=request),))
    for read in (1_000, 0):
        monkeypatch.setattr("stockbridge.activity_log.READ_AT_MOST", read)
        assert [one["asked_by"] for one in api("GET", "/v1/records/SPT/42").json["attempts"]] == ["ana"]


@pytest.mark.parametrize("path", ["/v1/records/SPT/43", "/v1/records/MRC/42", "/v1/records/ZZZ/42"])
def test_a_record_that_is_not_there_is_not_found(api: Api, put: Callable[..., Record], path: str) -> None:
    success(put)
    assert api("GET", path).status == 404


def test_a_record_of_another_account_is_not_found_by_any_route(api: Api, put: Callable[..., Record]) -> None:
    failure(put, account="alheia")
    for method, path in (
        ("GET", "/v1/records/SPT/42"),
        ("DELETE", "/v1/records/SPT/42"),
        ("POST", "/v1/records/SPT/42/reprocess"),
        ("POST", "/v1/records/SPT/42/restore"),
    ):
        answer = api(method, path)
        assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:record_not_found")
    assert api("GET", "/v1/records", query={"sku": "42"}).json["items"] == []


def test_an_affiliate_is_found_in_any_casing(api: Api, put: Callable[..., Record]) -> None:
    success(put)
    assert api("GET", "/v1/records/spt/42").status == 200


def test_the_list_is_of_all_affiliates_newest_first_without_removed_ones(
    api: Api, channels: list[Channel], put: Callable[..., Record]
) -> None:
    success(put, sku="1", listed_at=START + 1)
    failure(put, sku="2", affiliate="MRC", listed_at=START + 3)
    put(sku="3", listed_at=START + 2)
    success(put, sku="4", affiliate="GONE")  # its channel was deleted
    success(put, sku="5", account="alheia")
    success(put, sku="6")
    assert api("DELETE", "/v1/records/SPT/6").status == 200

    def listed(**query: Any) -> list[tuple[str, str]]:
        return skus(api("GET", "/v1/records", query=query).json["items"])

    assert listed() == [("MRC", "2"), ("SPT", "3"), ("SPT", "1")]
    assert listed(status="error") == [("MRC", "2")]
    assert listed(status="pending", affiliate="spt") == [("SPT", "3")]
    assert listed(status="removed") == [("SPT", "6")]
    assert listed(sku="2") == [("MRC", "2")]
    assert listed(sku="6") == []
    assert listed(sku="6", status="removed") == [("SPT", "6")]
    at = [datetime.fromtimestamp((START + offset) / 1000, UTC).isoformat() for offset in (1, 2, 3)]
    assert listed(**{"from": at[1], "to": at[2]}) == [("SPT", "3")]


def test_pages_are_complete_and_repeat_nothing_though_rows_move_in_between(
    api: Api, channels: list[Channel], put: Callable[..., Record], records: DynamoRecords
) -> None:
    for number in range(40):
        kind = failure if number % 3 else success
        kind(put, sku=str(number + 1), affiliate=("SPT", "MRC")[number % 2], listed_at=START + number // 4)
    seen: list[tuple[str, str]] = []
    query: dict[str, Any] = {"limit": 7}
    while True:
        page = api("GET", "/v1/records", query=query).json
        seen += skus(page["items"])
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
        last = page["items"][-1]  # the row at the cursor goes elsewhere
        stored = records.get(Key(api.account, last["affiliate"], last["sku"]))
        records.save(replace(stored, status=Status.PENDING, listed_at=START + 9_000), stored)
    assert len(seen) == len(set(seen)) == 40


def test_a_cursor_of_one_account_opens_nothing_of_another(
    api: Api, channels: list[Channel], put: Callable[..., Record]
) -> None:
    for sku in ("1", "2", "3"):
        success(put, sku=sku)
    cursor = api("GET", "/v1/records", query={"limit": 1}).json["next"]
    assert cursor is not None
    other = api("GET", "/v1/records", groups="[alheia:admin]", query={"cursor": cursor})
    assert (other.status, other.json["items"]) == (200, [])


# ---------------------------------------------------------------------- what is late, and how many there are


def late(put: Callable[..., Record], minutes: int, **more: Any) -> Record:
    now = now_ms()
    return put(send_at=now, changed_at=now - minutes * 60_000, **more)


def test_what_is_late_is_listed_with_the_oldest_change_first_and_counted_as_the_overview_counts(
    api: Api, control: DynamoControl, channels: list[Channel], put: Callable[..., Record]
) -> None:
    late(put, 90, sku="1", listed_at=START + 9)
    late(put, 240, sku="2", affiliate="MRC")
    late(put, 120, sku="3")
    late(put, 59, sku="4")  # not yet
    late(put, 900, sku="5", affiliate="GONE")  # its channel was deleted
    success(put, sku="6", reflected_ms=9_000_000)  # it was, and has arrived

    def listed(**query: Any) -> list[tuple[str, str]]:
        items = api("GET", "/v1/records", role="viewer", query={"late": "true", **query}).json["items"]
        assert all(item["late"] for item in items)
        return skus(items)

    assert listed() == [("MRC", "2"), ("SPT", "3"), ("SPT", "1")]
    assert listed(affiliate="spt") == [("SPT", "3"), ("SPT", "1")]
    assert listed(sku="2") == [("MRC", "2")]
    assert listed(sku="4") == listed(sku="2", affiliate="SPT") == []
    first = api("GET", "/v1/records", query={"late": "true", "limit": 2}).json
    assert listed(cursor=first["next"]) == [("SPT", "1")]
    assert api("GET", "/v1/overview").json["late"] == {"count": 3, "more": False}
    assert api("GET", "/v1/records/total", query={"late": "true"}).json == {"count": 3, "more": False}
    assert skus(api("GET", "/v1/records", query={"late": "false"}).json["items"])[0] == ("SPT", "1")


def test_a_channel_that_is_switched_off_has_nothing_late(
    api: Api, control: DynamoControl, channels: list[Channel], put: Callable[..., Record]
) -> None:
    late(put, 90)
    deed = Activity(api.account, START, "setup", "channel.save", "SPT")
    control.save_channel(replace(channels[0], enabled=False), was_rev=1, activity=deed)
    assert api("GET", "/v1/records", query={"late": "true"}).json["items"] == []
    assert api("GET", "/v1/records", query={"late": "true", "affiliate": "SPT"}).json["items"] == []
    assert api("GET", "/v1/overview").json["late"]["count"] == 0


def test_a_list_that_has_not_all_that_is_late_says_so(
    api: Api, channels: list[Channel], put: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stockbridge.late.LOOKED_AT", 2)
    for sku in ("1", "2", "3"):
        late(put, 90, sku=sku)
    page = api("GET", "/v1/records", query={"late": "true"}).json
    assert (len(page["items"]), page["next"], page["more"]) == (2, None, True)
    assert api("GET", "/v1/records/total", query={"late": "true"}).json == {"count": 2, "more": True}
    assert api("GET", "/v1/records", query={"late": "true", "sku": "3"}).json["more"] is False
    assert api("GET", "/v1/records").json["more"] is False


@pytest.mark.parametrize("path", ["/v1/records", "/v1/records/total"])
def test_late_goes_with_no_status_cause_or_period_and_the_answer_names_them(api: Api, path: str) -> None:
    query = {"late": "true", "status": "error", "cause": "auth", "from": "2026-01-01T00:00:00Z"}
    answer = api("GET", path, query=query, language="en")
    assert answer.status == 422
    assert [one["field"] for one in answer.json["problems"]] == ["status", "cause", "from"]
    assert answer.json["problems"][0]["detail"].startswith("It does not go with late")
    assert api("GET", path, query={"late": "perhaps"}).status == 422


def test_a_total_is_of_the_rows_that_the_same_filter_lists(
    api: Api, channels: list[Channel], put: Callable[..., Record]
) -> None:
    for number in range(12):
        kind = failure if number % 3 else success
        kind(put, sku=str(number + 1), affiliate=("SPT", "MRC")[number % 2], listed_at=START + number)
    assert api("DELETE", "/v1/records/SPT/1").status == 200
    at = [datetime.fromtimestamp((START + offset) / 1000, UTC).isoformat() for offset in (2, 7)]
    for query in (
        {},
        {"status": "error"},
        {"status": "removed"},
        {"status": "success", "affiliate": "mrc"},
        {"cause": "not_catalogued"},
        {"cause": "not_catalogued", "from": at[0], "to": at[1]},
        {"from": at[0], "to": at[1]},
        {"from": at[1], "to": at[0]},
        {"sku": "2"},
        {"sku": "2", "status": "success"},
        {"affiliate": "SPT", "cause": "auth"},
    ):
        listed = api("GET", "/v1/records", query={**query, "limit": 200}).json["items"]
        counted = api("GET", "/v1/records/total", role="viewer", query=query).json
        assert counted == {"count": len(listed), "more": False}, query
    assert api("GET", "/v1/records/total", query={"status": "error", "cause": "auth"}).status == 200
    assert api("GET", "/v1/records/total", query={"status": "success", "cause": "auth"}).status == 422


def test_a_total_ends_at_its_limit_over_all_affiliates_and_statuses_together(
    api: Api, channels: list[Channel], put: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    for sku in ("1", "2"):
        success(put, sku=sku)
        failure(put, sku=sku, affiliate="MRC")
    monkeypatch.setattr("actions.record_lists.EXACT_UP_TO", 4)
    assert api("GET", "/v1/records/total").json == {"count": 4, "more": False}
    monkeypatch.setattr("actions.record_lists.EXACT_UP_TO", 3)
    assert api("GET", "/v1/records/total").json == {"count": 3, "more": True}
    monkeypatch.setattr("actions.record_lists.EXACT_UP_TO", 2)
    assert api("GET", "/v1/records/total").json == {"count": 2, "more": True}


# ---------------------------------------------------------------------- acting


def test_a_reprocess_answers_at_once_and_asks_for_a_fresh_read(
    api: Api, put: Callable[..., Record], intake_messages: Callable[[], list[str]]
) -> None:
    failure(put)
    answer = api("POST", "/v1/records/SPT/42/reprocess", role="operator")
    assert answer.status == 202
    assert answer.json["record"]["situation"]["code"] == "reprocessing"
    assert answer.json["record"]["request"] == answer.json["request"]
    (message,) = intake_messages()
    notice, second = read_notice(message)
    assert (notice.key.sku, notice.changed, second) == ("42", False, False)


def test_a_double_click_acts_once(
    api: Api, put: Callable[..., Record], intake_messages: Callable[[], list[str]]
) -> None:
    failure(put)
    first, second = (api("POST", "/v1/records/SPT/42/reprocess") for _ in range(2))
    assert (first.status, second.status) == (202, 202)
    assert first.json["request"] == second.json["request"]
    assert len(intake_messages()) == 1
    assert len(api("GET", "/v1/activity").json["items"]) == 1


def test_a_success_is_not_reprocessed_and_the_answer_says_why(api: Api, put: Callable[..., Record]) -> None:
    success(put)
    answer = api("POST", "/v1/records/SPT/42/reprocess")
    assert answer.status == 409
    assert answer.json["detail"] == "Registros com sucesso não são reprocessados."
    assert api("GET", "/v1/activity").json["items"] == []


def test_a_row_that_waits_by_itself_is_not_reprocessed(api: Api, put: Callable[..., Record]) -> None:
    put()
    assert api("POST", "/v1/records/SPT/42/reprocess").json["type"] == "urn:stockbridge:problem:already_waiting"


@pytest.mark.parametrize("kind", [success, failure])
def test_a_removed_row_comes_back_as_it_was(
    api: Api, channels: list[Channel], put: Callable[..., Record], kind: Callable[..., Record]
) -> None:
    kind(put)
    before = api("GET", "/v1/records/SPT/42").json
    removed = api("DELETE", "/v1/records/SPT/42")
    assert removed.status == 200
    assert removed.json["record"]["actions"][-1] == "restore"
    assert removed.json["undo_until"] > removed.json["record"]["removed"]["at"]
    assert api("GET", "/v1/records").json["items"] == []
    restored = api("POST", "/v1/records/SPT/42/restore")
    assert restored.status == 200
    assert api("GET", "/v1/records/SPT/42").json == before
    assert skus(api("GET", "/v1/records").json["items"]) == [("SPT", "42")]


def test_a_row_that_was_not_removed_is_not_restored(api: Api, put: Callable[..., Record]) -> None:
    success(put)
    answer = api("POST", "/v1/records/SPT/42/restore")
    assert (answer.status, answer.json["type"]) == (409, "urn:stockbridge:problem:not_removed")


def test_every_deed_is_in_the_activity_of_its_account_newest_first(api: Api, put: Callable[..., Record]) -> None:
    failure(put)
    api("POST", "/v1/records/SPT/42/reprocess", user="ana")
    api("DELETE", "/v1/records/SPT/42", user="bia")
    api("POST", "/v1/records/SPT/42/restore", user="caio")
    first = api("GET", "/v1/activity", query={"limit": 2}).json
    second = api("GET", "/v1/activity", query={"limit": 2, "cursor": first["next"]}).json
    deeds = [(one["user"], one["action"], one["subject"]) for one in first["items"] + second["items"]]
    assert sorted(deeds) == [("ana", "reprocess", "SPT#42"), ("bia", "remove", "SPT#42"), ("caio", "restore", "SPT#42")]
    assert second["next"] is None
    assert api("GET", "/v1/activity", groups="[alheia:admin]").json["items"] == []


# ---------------------------------------------------------------------- overview


def test_the_overview_counts_by_status_and_affiliate_and_tells_of_incidents(
    api: Api, control: DynamoControl, channels: list[Channel], put: Callable[..., Record]
) -> None:
    now = now_ms()
    success(put, sku="1")
    failure(put, sku="2")
    failure(put, sku="3", affiliate="MRC")
    put(sku="4", send_at=now, changed_at=now - 7_200_000)
    put(sku="5", send_at=now, changed_at=now - 60_000)
    control.save_gate(refused(Gate(f"{api.account}#MRC"), now, "token expired"), Gate(f"{api.account}#MRC"))
    overview = api("GET", "/v1/overview", language="en").json
    assert {status: each["count"] for status, each in overview["counts"].items()} == {
        "success": 1,
        "error": 2,
        "pending": 2,
        "removed": 0,
    }
    assert overview["late"] == {"count": 1, "more": False}
    assert overview["oldest_open"] is not None
    assert {one["affiliate"]: one["counts"]["error"]["count"] for one in overview["affiliates"]} == {"MRC": 1, "SPT": 1}
    (incident,) = overview["incidents"]
    assert (incident["affiliate"], incident["channel"], incident["message"]) == ("MRC", "Dois", "token expired")
    assert incident["cause"]["title"] == "The connection to the marketplace expired"
    assert incident["until"] > incident["since"]


def test_the_overview_tells_until_when_a_marketplace_asked_for_time_and_from_when_on_a_change_is_late(
    api: Api, control: DynamoControl, channels: list[Channel]
) -> None:
    now, over, asked = now_ms(), Gate(f"{api.account}#MRC"), Gate(f"{api.account}#SPT")
    control.save_gate(throttled(over, now - 60_000, 30), over)
    control.save_gate(throttled(asked, now, 600), asked)
    deed = Activity(api.account, START, "setup", "channel.save", "SPT")
    control.save_channel(replace(channels[0], late_after_s=900), was_rev=1, activity=deed)
    overview = api("GET", "/v1/overview", role="viewer").json
    told = {one["affiliate"]: (one["late_after_s"], one["asked_until"]) for one in overview["affiliates"]}
    assert told["MRC"] == (3600, None)
    assert told["SPT"][0] == 900
    assert datetime.fromisoformat(told["SPT"][1]) == datetime.fromtimestamp((now + 600_000) / 1000, UTC)
    assert overview["incidents"] == []


@pytest.mark.parametrize("path", ["/v1/records", "/v1/records/total", "/v1/risks", "/v1/differences"])
def test_nothing_at_a_mistyped_affiliate_is_no_good_news(api: Api, path: str) -> None:
    answer = api("GET", path, query={"affiliate": "TYP"})
    assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:channel_not_found")
