"""stockbridge export: what it asks, waits for, saves and ends with."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import is_zipfile

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.dynamo import DynamoRecords
from stockbridge.file_store import S3Files
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from tests import stack
from tests.cli.conftest import Terminal
from tests.standins.served import served

NAMES = stack.environment()
DAY = 24 * 3_600_000


class Bucket:
    """Serves the bucket's files; `cut`: one byte less of each than it has."""

    def __init__(self) -> None:
        self.cut = False
        self.asked: list[Request] = []

    async def serve(self, request: Request) -> Response:
        self.asked.append(request)
        body = aws.s3().get_object(Bucket=NAMES["FILES_BUCKET"], Key=request.path_params["name"])["Body"].read()
        return Response(body[:-1] if self.cut else body)


@pytest.fixture(scope="module")
def bucket(installed: Terminal) -> Iterator[tuple[Bucket, str]]:
    there = Bucket()
    with served(Starlette(routes=[Route("/{name:path}", there.serve)]), "") as url:
        yield there, url


@pytest.fixture
def told(
    terminal: Terminal, documents: dict[str, str], bucket: tuple[Bucket, str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """SPT and MLB have an error each, of an hour and of ten days ago; while the command waits, files are made."""
    for affiliate, document in documents.items():
        terminal("channel", "add", affiliate, document)
    records = DynamoRecords(NAMES["RECORDS_TABLE"], NAMES["CONTROL_TABLE"])
    for affiliate, age in (("SPT", DAY // 24), ("MLB", 10 * DAY)):
        key = Key(terminal.account, affiliate, "42")
        row = Record(key, listed_at=now_ms() - age, status=Status.ERROR, cause="unmapped", message="=1+1", version=1)
        records.save(row, Record(key))
    there, url = bucket
    there.cut = False
    monkeypatch.setattr(S3Files, "url", lambda self, name, *, valid_s: f"{url}/{name}?signed={valid_s}")
    monkeypatch.setattr("files.pages.NEW_INVOCATION_S", 0.0)
    monkeypatch.setattr("stockbridge_cli.files.sleep", lambda seconds: work())
    return terminal


def work() -> None:
    from files.handler import handler  # it reads its settings: not before the environment is there

    context: Any = SimpleNamespace(
        function_name="f", function_version="1", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="1"
    )
    answer = aws.sqs().receive_message(QueueUrl=NAMES["FILES_QUEUE_URL"])
    for message in answer.get("Messages", ()):
        handler({"Records": [{"messageId": "1", "body": message["Body"]}]}, context)
        aws.sqs().delete_message(QueueUrl=NAMES["FILES_QUEUE_URL"], ReceiptHandle=message["ReceiptHandle"])


def test_the_rows_of_a_filter_are_saved_as_a_file(told: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "erros.csv"
    ended = told("export", "--status", "error", "--from", "7d", "-o", str(path))
    assert ended.exit_code == 0, ended.output + repr(ended.exception)
    assert (ended.exit_code, ended.stdout) == (0, f"Salvo: {path} (1 linhas)\n")
    _, line = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert (line[0], line[2], line[3], line[7]) == ("42", "SPT", "Erro", "'=1+1")
    assert not path.with_name("erros.csv.part").exists()


def test_without_a_name_it_is_saved_here_under_its_own(
    told: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = told("export", "--affiliate", "MLB", language="en")
    assert ended.exit_code == 0
    (saved,) = tmp_path.glob("stockbridge_*_MLB_all_*.xlsx")
    assert is_zipfile(saved)


def test_with_json_the_file_is_told_with_where_it_was_saved(told: Terminal, tmp_path: Path) -> None:
    answer = told.json("export", "--format", "csv", "--late", "--sku", "42", "-o", str(tmp_path / "a"))
    assert (answer["state"], answer["path"]) == ("done", str(tmp_path / "a"))
    assert (answer["filter"]["late"], answer["filter"]["sku"]) == (True, "42")
    assert (tmp_path / "a").stat().st_size == answer["size"]


def test_the_access_token_stays_with_the_api(told: Terminal, bucket: tuple[Bucket, str], tmp_path: Path) -> None:
    told("export", "-o", str(tmp_path / "a.csv"))
    assert "authorization" not in bucket[0].asked[-1].headers
    assert dict(bucket[0].asked[-1].query_params) == {"signed": "900"}


def test_a_download_that_is_cut_off_leaves_what_was_there(
    told: Terminal, bucket: tuple[Bucket, str], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before", encoding="utf-8")
    bucket[0].cut = True
    assert told("export", "-o", str(path)).exit_code == 3
    assert [each.read_text(encoding="utf-8") for each in tmp_path.glob("a.csv*")] == ["before"]


def test_a_folder_that_is_not_there_is_told_before_a_file_is_made(told: Terminal, tmp_path: Path) -> None:
    assert told("export", "-o", str(tmp_path / "none" / "a.csv")).exit_code == 2
    assert not any(one["action"].startswith("file") for one in told.json("activity"))


def test_a_file_that_is_not_made_is_refused_with_its_reason(
    told: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(_seconds: float) -> None:
        from actions.handler import handler
        from tests.integration.api import event

        context: Any = SimpleNamespace(
            function_name="f", function_version="1", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="1"
        )
        groups = f"[{told.account}:viewer]"
        (newest, *_) = json.loads(handler(event("GET", "/v1/files", groups=groups), context)["body"])["items"]
        handler(event("POST", f"/v1/files/{newest['id']}/cancel", groups=groups), context)

    monkeypatch.setattr("stockbridge_cli.files.sleep", cancelled)
    ended = told("export", "-o", str(tmp_path / "a.csv"), language="en")
    assert (ended.exit_code, ended.stderr) == (1, "The file was not made: cancelled\n")
    assert list(tmp_path.glob("a.csv*")) == []


def test_what_is_no_time_and_where_nothing_can_be_saved_is_not_understood(told: Terminal, tmp_path: Path) -> None:
    assert told("export", "--from", "yesterday").exit_code == 2
    assert told("export", "-o", str(tmp_path / "no" / "a.csv")).exit_code == 2
    refused = told("export", "--affiliate", "NEN", language="en")
    assert (refused.exit_code, refused.stderr) == (1, "There is no channel for this affiliate.\n")
