"""Files of records through the operator API, its queue and its bucket, made by the function that makes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
from botocore.exceptions import ClientError

from stockbridge import aws, jobs
from stockbridge.activity_log import Asked, activity_page
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.errors import NotFound, Unavailable
from stockbridge.file_requests import KEPT_MS
from stockbridge.file_store import PART_BYTES, S3Files
from stockbridge.jobs import Family, JobKey, Page, State
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Api
from tests.memory import START, channel

NAMES = stack.environment()
PATH = "/v1/files"


@pytest.fixture
def work(aws_stack: None, lambda_context: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Give the function what waits in its queue, until nothing does; how many messages that were. One is enough for a
    file: the second, for the last page, would come a second later."""
    monkeypatch.setattr("files.pages.NEW_INVOCATION_S", 0.0)

    def work() -> int:
        from files.handler import handler  # reads its settings: not before the environment is there

        worked = 0
        while True:
            queue = aws.sqs().receive_message(QueueUrl=NAMES["FILES_QUEUE_URL"])
            for message in queue.get("Messages", ()):
                event = {"Records": [{"messageId": message["MessageId"], "body": message["Body"]}]}
                answer = handler(event, lambda_context)  # type: ignore[arg-type]  # what it needs of a context
                assert answer == {"batchItemFailures": []}
                aws.sqs().delete_message(QueueUrl=NAMES["FILES_QUEUE_URL"], ReceiptHandle=message["ReceiptHandle"])
                worked += 1
            if not queue.get("Messages"):
                return worked

    return work


@pytest.fixture
def rows(api: Api, records: DynamoRecords) -> list[Record]:
    """Of the channels SPT and MRC: three errors, the first with a hostile message, and a success."""
    control = DynamoControl(NAMES["CONTROL_TABLE"], clock=now_ms)
    for affiliate, name in (("SPT", "Um"), ("MRC", "=Dois")):
        one = channel(affiliate, account=api.account, name=name)
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", one.id))
    made = []
    for number in range(4):
        key = Key(api.account, "MRC" if number == 1 else "SPT", str(40 + number))
        status = Status.SUCCESS if number == 3 else Status.ERROR
        record = Record(key, listed_at=START - number, status=status, wanted=number, version=1, done_version=1)
        if status is Status.ERROR:
            record = replace(record, cause="unmapped", message="=HYPERLINK(A1)" if number == 0 else "não achei; -1")
        made.append(records.save(record, Record(key)))
    return made


def content(answer: Any) -> bytes:
    """What the address leads to, read as its bucket's owner: nobody serves it here."""
    parts = urlsplit(answer["url"])
    (bucket, _, _), key = parts.netloc.split(".", 2), parts.path[1:]
    return aws.s3().get_object(Bucket=bucket, Key=key)["Body"].read()


def test_a_file_is_asked_for_made_and_had(api: Api, rows: list[Record], work: Callable[[], int]) -> None:
    asked = api("POST", PATH, role="viewer", document={"format": "csv", "filter": {"status": "error"}})
    assert asked.status == 202
    file = asked.json
    assert (file["state"], file["url"], file["size"]) == ("running", None, None)
    assert file["progress"] == {"rows": 0, "seen": 0, "estimate": None}
    assert file["filter"]["affiliates"] == ["MRC", "SPT"]
    assert work() == 1
    done = api("GET", f"{PATH}/{file['id']}", role="viewer").json
    assert (done["state"], done["progress"]) == ("done", {"rows": 3, "seen": 3, "estimate": 3})
    assert done["name"].startswith(f"stockbridge_{api.account}_erro_")
    text = content(done)
    assert len(text) == done["size"]
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [line[0] for line in lines] == ["SKU", "40", "41", "42"]
    assert [line[7] for line in lines] == ["Mensagem", "'=HYPERLINK(A1)", "não achei; '-1", "não achei; '-1"]
    assert [line[1] for line in lines[1:]] == ["Um", "'=Dois", "Um"]


def test_the_address_is_signed_for_a_quarter_of_an_hour_and_saves_under_a_speaking_name(
    api: Api, rows: list[Record], work: Callable[[], int]
) -> None:
    name = api("POST", PATH, document={"format": "xlsx", "filter": {"affiliates": ["spt"]}, "language": "en"}).json[
        "id"
    ]
    work()
    done = api("GET", f"{PATH}/{name}").json
    parts = urlsplit(done["url"])
    query = parse_qs(parts.query)
    assert parts.path == f"/files/{api.account}/{name}.xlsx"
    assert (query["X-Amz-Expires"], query["X-Amz-Algorithm"]) == (["900"], ["AWS4-HMAC-SHA256"])
    there = aws.s3().head_object(Bucket=NAMES["FILES_BUCKET"], Key=parts.path[1:])
    assert there["ContentDisposition"] == f'attachment; filename="{done["name"]}"'
    assert there["ContentType"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with ZipFile(io.BytesIO(content(done))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK(A1)" in sheet
    assert "<f>" not in sheet
    assert "What to do" in sheet


def test_asking_for_data_is_a_deed(api: Api, rows: list[Record]) -> None:
    document = {"format": "csv", "filter": {"status": "error", "cause": "unmapped", "late": False}}
    name = api("POST", PATH, role="viewer", document=document, user="vera").json["id"]
    (deed, *_) = activity_page(api.account, Asked(), cursor=None, limit=5).items
    assert (deed.user, deed.action, deed.subject) == ("vera", "file.create", name)
    assert deed.details == "csv, affiliates MRC,SPT, status error, cause unmapped, late False"


def test_another_account_sees_none_of_it(api: Api, rows: list[Record], work: Callable[[], int]) -> None:
    name = api("POST", PATH, document={"format": "csv"}).json["id"]
    work()
    stranger = "[outra:admin]"
    assert api("GET", f"{PATH}/{name}", groups=stranger).status == 404
    assert api("POST", f"{PATH}/{name}/cancel", groups=stranger).status == 404
    assert api("GET", PATH, groups=stranger).json == {"items": [], "next": None}
    mine = api("GET", f"{PATH}/{name}").json
    assert urlsplit(mine["url"]).path.split("/")[2] == api.account
    assert len(name) == 32


def test_the_list_is_paged_and_holds_no_addresses(api: Api, rows: list[Record], work: Callable[[], int]) -> None:
    names = [api("POST", PATH, document={"format": "csv"}).json["id"] for _ in range(3)]
    work()
    first = api("GET", PATH, query={"limit": 2}).json
    second = api("GET", PATH, query={"limit": 2, "cursor": first["next"]}).json
    assert sorted(one["id"] for one in (*first["items"], *second["items"])) == sorted(names)
    assert {(one["state"], one["url"]) for one in first["items"]} == {("done", None)}
    assert second["next"] is None


def test_a_cancelled_file_is_not_made(api: Api, rows: list[Record], work: Callable[[], int]) -> None:
    name = api("POST", PATH, document={"format": "csv"}).json["id"]
    assert api("POST", f"{PATH}/{name}/cancel", role="viewer").json["state"] == "cancelled"
    assert api("POST", f"{PATH}/{name}/cancel").json["state"] == "cancelled"
    work()
    assert api("GET", f"{PATH}/{name}").json["url"] is None
    assert "Contents" not in aws.s3().list_objects_v2(Bucket=NAMES["FILES_BUCKET"])
    assert [one.action for one in activity_page(api.account, Asked(), cursor=None, limit=2).items] == [
        "file.cancel",
        "file.create",
    ]


def test_a_finished_file_is_not_cancelled_and_one_that_expired_has_no_address(
    api: Api, rows: list[Record], work: Callable[[], int]
) -> None:
    name = api("POST", PATH, document={"format": "csv"}).json["id"]
    work()
    assert api("POST", f"{PATH}/{name}/cancel").json["type"] == "urn:stockbridge:problem:job_is_over"
    there = DynamoJobs(NAMES["RECORDS_TABLE"], NAMES["CONTROL_TABLE"])
    job = there.get(JobKey(api.account, Family.FILE, name))
    assert job is not None
    there.save(replace(job, ended_at=now_ms() - KEPT_MS), job)
    assert api("GET", f"{PATH}/{name}").json["url"] is None


def test_no_account_has_more_than_five_in_the_making(api: Api, rows: list[Record], work: Callable[[], int]) -> None:
    for _ in range(5):
        assert api("POST", PATH, document={"format": "csv"}).status == 202
    refused = api("POST", PATH, document={"format": "csv"})
    assert (refused.status, refused.json["type"]) == (409, "urn:stockbridge:problem:too_many_files")
    work()
    assert api("POST", PATH, document={"format": "csv"}).status == 202


def test_a_file_that_failed_says_why_in_the_callers_language(api: Api, rows: list[Record]) -> None:
    name = api("POST", PATH, document={"format": "csv"}).json["id"]
    there = DynamoJobs(NAMES["RECORDS_TABLE"], NAMES["CONTROL_TABLE"])
    job = there.get(JobKey(api.account, Family.FILE, name))
    assert job is not None
    taken = there.save(jobs.take(job, now_ms(), lease_s=60), job)
    page = Page(ends=State.FAILED, reason="too_many_rows")
    there.save(jobs.commit(taken, taken.epoch, page, now_ms()), taken)
    told = api("GET", f"{PATH}/{name}", language="en").json
    assert (told["state"], told["reason"]) == ("failed", "too_many_rows")
    assert told["detail"] == "There are more rows than a file holds. Choose a shorter period."


@pytest.mark.parametrize(
    ("document", "field", "reason"),
    [
        ({}, "format", "required"),
        ({"format": "pdf"}, "format", "not_one_of"),
        ({"format": "csv", "zone": "Mars/Olympus"}, "zone", "unknown_zone"),
        ({"format": "csv", "zone": "../../etc/passwd"}, "zone", "unknown_zone"),
        ({"format": "csv", "zone": "America"}, "zone", "unknown_zone"),
        ({"format": "csv", "language": "fr"}, "language", "not_one_of"),
        ({"format": "csv", "filter": {"status": "open"}}, "filter.status", "not_one_of"),
        ({"format": "csv", "filter": {"affiliates": []}}, "filter.affiliates", "too_short"),
        ({"format": "csv", "filter": {"affiliates": ["S#T"]}}, "affiliate", "affiliate_format"),
        ({"format": "csv", "filter": {"from": "yesterday"}}, "filter.from", "wrong_instant"),
        ({"format": "csv", "filter": {"sku": "x"}}, "sku", "sku_format"),
        ({"format": "csv", "filter": {"other": 1}}, "filter.other", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(api: Api, document: dict[str, Any], field: str, reason: str) -> None:
    answer = api("POST", PATH, document=document)
    assert answer.status == 422
    assert [(one["field"], one["reason"]) for one in answer.json["problems"]] == [(field, reason)]


def test_an_affiliate_without_a_channel_is_not_found(api: Api, rows: list[Record]) -> None:
    answer = api("POST", PATH, document={"format": "csv", "filter": {"affiliates": ["NEN"]}})
    assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:channel_not_found")
    assert api("GET", f"{PATH}/0123").status == 404
    assert api("GET", f"{PATH}/a%23b").status == 404


def test_the_periods_of_a_filter_come_back_as_they_were_asked_for(api: Api, rows: list[Record]) -> None:
    period = {"from": "2025-12-31T23:59:59.999Z", "to": "9999-12-31T00:00:00Z"}
    filter_ = api("POST", PATH, document={"format": "csv", "filter": period}).json["filter"]
    assert filter_["from"] == "2025-12-31T23:59:59.999000Z"
    assert filter_["to"].startswith("2286-")


def test_the_sweep_hints_a_file_whose_message_was_lost(
    api: Api, rows: list[Record], work: Callable[[], int], lambda_context: SimpleNamespace
) -> None:
    from audit.handler import handler

    name = api("POST", PATH, document={"format": "csv"}).json["id"]
    aws.sqs().purge_queue(QueueUrl=NAMES["FILES_QUEUE_URL"])
    there = DynamoJobs(NAMES["RECORDS_TABLE"], NAMES["CONTROL_TABLE"])
    job = there.get(JobKey(api.account, Family.FILE, name))
    assert job is not None
    there.save(replace(job, next_at=job.next_at - 60_000), job)
    handler({"job": "minute"}, lambda_context)  # type: ignore[arg-type]  # what it needs of a context
    assert work() == 1
    assert api("GET", f"{PATH}/{name}").json["state"] == "done"


# ---------------------------------------------------------------------- the bucket


@pytest.fixture
def store(aws_stack: None) -> S3Files:
    return S3Files(aws.s3(), NAMES["FILES_BUCKET"])


def test_a_file_of_several_parts_is_stored_as_one(store: S3Files) -> None:
    chunks = [bytes([number]) * 1_000_003 for number in range(20)]
    assert len(b"".join(chunks)) > 2 * PART_BYTES
    assert store.save("files/loja/1.csv", iter(chunks), media_type="text/csv", saved_as="a.csv") == 20 * 1_000_003
    assert store.get("files/loja/1.csv") == b"".join(chunks)
    assert store.save("files/loja/2.csv", [], media_type="text/csv", saved_as="a.csv") == 0
    assert store.get("files/loja/2.csv") == b""


def test_a_file_that_is_cut_off_is_not_there_and_leaves_no_upload(store: S3Files) -> None:
    def failing() -> Any:
        yield b"x" * PART_BYTES
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.save("files/loja/1.csv", failing(), media_type="text/csv", saved_as="a.csv")
    with pytest.raises(NotFound):
        store.get("files/loja/1.csv")
    assert "Uploads" not in aws.s3().list_multipart_uploads(Bucket=NAMES["FILES_BUCKET"])


def test_a_bucket_that_does_not_answer_is_unavailable(aws_stack: None) -> None:
    store = S3Files(aws.s3(), "not-there")
    for deed in (lambda: store.put("spool/1", b""), lambda: store.save("files/1", [], media_type="x", saved_as="x")):
        with pytest.raises(Unavailable):
            deed()


def test_what_the_functions_may_not_list_is_not_there(store: S3Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(**_asked: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    monkeypatch.setattr(aws.s3(), "get_object", denied)
    with pytest.raises(NotFound):
        store.get("spool/loja/1/1")
    monkeypatch.setattr(aws.s3(), "put_object", denied)
    with pytest.raises(Unavailable):
        store.put("spool/loja/1/1", b"")


def test_the_contract_names_the_filters_from_and_to(api: Api) -> None:
    schemas = json.loads(api("GET", "/openapi.json", groups=None).text)["components"]["schemas"]
    for name in ("FileFilter", "FileFilterAnswer"):
        assert {"from", "to", "late", "sku"} <= schemas[name]["properties"].keys()


def test_a_viewer_cancels_no_file_of_somebody_else(api: Api) -> None:
    mine = api("POST", PATH, document={"format": "csv"}, role="viewer", user="eva").json["id"]
    other = api("POST", PATH, document={"format": "csv"}, user="ana").json["id"]
    refused = api("POST", f"{PATH}/{other}/cancel", role="viewer", user="eva")
    assert (refused.status, refused.json["type"]) == (403, "urn:stockbridge:problem:needs_operator")
    assert api("POST", f"{PATH}/{mine}/cancel", role="viewer", user="eva").json["state"] == "cancelled"
    assert api("POST", f"{PATH}/{other}/cancel", role="operator", user="rui").json["state"] == "cancelled"
