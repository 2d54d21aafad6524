"""The logs as VTEX reads them: the authorizer and the function behind it, as API Gateway calls them."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from stockbridge import aws
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.errors import Unavailable
from stockbridge.notifications import Key
from stockbridge.records import Attempt, Decision, Record, Skipped, Status
from stockbridge.rule import Verdict
from stockbridge.store import Activity
from stockbridge.tokens import TokenKind
from tests import stack
from tests.integration.api import Answer, event
from tests.memory import START, Clock, channel

SAMPLE = json.loads((Path(__file__).parents[1] / "events/vtex/connector-logs-endpoint.response.json").read_text())
NOON = START + 15 * 3_600_000  # of 2026-01-01 in Sao Paulo
DAY = "2026-01-01"

DONE = Record(
    Key("loja", "SPT", "42"),
    balance=7,
    wanted=7,
    version=1,
    done_version=1,
    decision=Decision(Verdict.AT_THRESHOLD, 4, 7, NOON),
    confirmed=7,
    status=Status.SUCCESS,
    processed_at=NOON,
    listed_at=NOON,
    attempts=(Attempt(NOON, "applied", 7, 1, http_status=200),),
)
ROWS = {
    "42": DONE,
    "43": replace(DONE, status=Status.ERROR, cause="not_catalogued", listed_at=NOON - 1),
    "44": replace(DONE, status=Status.PENDING, version=2, send_at=NOON, listed_at=NOON - 2),
    "45": replace(DONE, skipped=Skipped(30, 40, NOON + 1, Verdict.ABOVE_THRESHOLD), listed_at=NOON - 3),
}


class Logs:
    """Of the accounts loja and outra, each with a key; only loja has rows."""

    def __init__(self, context: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
        import logs.authorizer  # they read their settings: not before the environment is there
        import logs.handler

        self.context = context
        self.clock = Clock(NOON)
        self.control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=self.clock)
        book = replace(logs.handler._logbook, control=self.control, clock=self.clock)
        monkeypatch.setattr(logs.handler, "_logbook", book)
        monkeypatch.setattr(logs.handler, "now_ms", self.clock)
        monkeypatch.setattr(logs.authorizer, "_tokens", self.control.tokens)  # this process remembers nothing yet
        self._handler, self._authorizer = logs.handler.handler, logs.authorizer.handler
        self.keys = {name: self.make_key(name) for name in ("loja", "outra")}

    def make_key(self, account: str, kind: TokenKind = TokenKind.LOGS) -> str:
        return self.control.tokens.create(account, user="ana", kind=kind)[1]

    def judge(self, key: str, account: str) -> dict[str, Any]:
        """What the authorizer answers."""
        asked = event("GET", f"/{account}/logs/", groups=None)
        asked |= {"type": "REQUEST", "identitySource": [key], "pathParameters": {"account": account}}
        asked["headers"]["x-api-key"] = key
        answer: dict[str, Any] = self._authorizer(asked, self.context)
        return answer

    def __call__(self, account: str = "loja", language: str | None = None, **query: Any) -> Answer:
        asked = event("GET", f"/{account}/logs/", groups=None, query=query, language=language)
        asked["requestContext"]["authorizer"] = {"lambda": self.judge(self.keys[account], account)["context"]}
        answer = self._handler(asked, self.context)
        return Answer(answer["statusCode"], answer["headers"], answer["body"])


@pytest.fixture
def logs(aws_stack: None, lambda_context: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Logs:
    there = Logs(lambda_context, monkeypatch)
    names = stack.environment()
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    for account in ("loja", "outra"):
        activity = Activity(account, START, "ana", "channel.save", "SPT")
        there.control.save_channel(channel("SPT", account=account), was_rev=0, activity=activity)
    for sku, row in ROWS.items():
        key = Key("loja", "SPT", sku)
        records.save(replace(row, key=key), Record(key))
    return there


# ---------------------------------------------------------------------- what is answered


def test_the_answer_has_exactly_the_names_and_types_of_vtexs_own_sample(logs: Logs) -> None:
    answer = logs(DateAt=DAY, status="all")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    [sample] = SAMPLE["Messages"]
    assert answer.json.keys() == SAMPLE.keys()
    assert len(answer.json["Messages"]) == len(ROWS)
    for message in answer.json["Messages"]:
        assert list(message) == list(sample)
        assert {name: type(value) for name, value in message.items()} == {
            name: type(value) for name, value in sample.items()
        }
        assert message["Status"] in {"Success", "Error", "Alert", "Pending"}  # of the same page of VTEX
        json.loads(message["ContentSource"])


def test_a_day_is_told_newest_first_and_by_status(logs: Logs) -> None:
    def told(**query: str) -> list[tuple[str, str]]:
        return [(one["id"], one["Status"]) for one in logs(**query).json["Messages"]]

    everything = [("SPT-42-1", "Success"), ("SPT-43-1", "Error"), ("SPT-44-2", "Pending"), ("SPT-45-1", "Alert")]
    assert told(DateAt=DAY, status="all") == told(DateAt=DAY) == told() == everything
    assert told(DateAt=DAY, status="sucess,error") == everything[:2]
    assert told(DateAt=DAY, status="warning") == everything[3:]
    assert told(DateAt="2025-12-31") == []


def test_an_account_without_rows_has_an_empty_log(logs: Logs) -> None:
    assert logs("outra", DateAt=DAY).json == {"Messages": []}


def test_the_header_link_leads_through_every_page(logs: Logs) -> None:
    pages, query = [], {"DateAt": DAY, "status": "error,success,alert", "limit": "1"}
    while True:
        answer = logs(**query)
        pages.append([one["id"] for one in answer.json["Messages"]])
        link = answer.headers.get("link")
        if link is None:
            break
        assert (link[:2], link[-13:]) == ("<?", '>; rel="next"')
        query = dict(parse_qsl(link[2:-13]))
        assert query["DateAt"] == DAY
    assert pages == [["SPT-42-1"], ["SPT-43-1"], ["SPT-45-1"]]


def test_nothing_is_kept_by_caches_on_the_way(logs: Logs) -> None:
    assert {logs(DateAt=day).headers["cache-control"] for day in (DAY, "x")} == {"no-store"}


def test_wrong_values_are_a_400_that_names_them_in_the_callers_language(logs: Logs) -> None:
    answer = logs(DateAt="31/12/2025", status="ok", language="en")
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.headers["content-language"] == "en"
    problem = answer.json
    assert problem.keys() == {"type", "title", "status", "detail", "instance", "problems"}
    assert problem["type"] == "urn:stockbridge:problem:invalid_fields"
    assert problem["problems"] == [
        {
            "field": "DateAt",
            "reason": "wrong_day",
            "detail": "It must be a day of the calendar, such as 2026-01-31.",
        },
        {
            "field": "status",
            "reason": "not_one_of",
            "detail": "Use one of these: all, success, sucess, error, alert, warning, pending.",
        },
    ]
    assert logs(DateAt="x").headers["content-language"] == "pt-BR"


def test_a_bad_cursor_is_refused(logs: Logs) -> None:
    answer = logs(cursor="bm8")
    assert (answer.status, answer.json["type"]) == (400, "urn:stockbridge:problem:bad_cursor")


def test_a_table_that_does_not_answer_is_a_503(logs: Logs) -> None:
    aws.dynamodb().delete_table(TableName=stack.environment()["RECORDS_TABLE"])
    answer = logs(DateAt=DAY)
    assert (answer.status, answer.json["type"]) == (503, "urn:stockbridge:problem:unavailable")


# ---------------------------------------------------------------------- who may read


def test_a_key_opens_the_logs_of_its_own_account(logs: Logs) -> None:
    assert logs.judge(logs.keys["loja"], "loja") == {"isAuthorized": True, "context": {"account": "loja"}}


def test_every_other_key_is_refused_with_one_and_the_same_answer(logs: Logs) -> None:
    webhook = logs.make_key("loja", TokenKind.WEBHOOK)
    others = (logs.keys["outra"], webhook, "x", logs.keys["loja"][:-1], logs.keys["loja"].lower(), "é", "k" * 9_000)
    refused = [logs.judge(key, "loja") for key in others]
    refused += [logs.judge(logs.keys["loja"], account) for account in ("outra", "LOJA", "ninguém", "loja ")]
    assert refused == [{"isAuthorized": False}] * len(refused)


def test_an_old_key_ends_with_its_grace_and_a_revoked_one_within_a_minute(logs: Logs) -> None:
    tokens = logs.control.tokens
    old, old_key = tokens.create("loja", user="ana", kind=TokenKind.LOGS)
    new, new_key = tokens.rotate("loja", old.id, user="ana", grace_s=600)

    def open_keys() -> list[bool]:
        return [logs.judge(key, "loja")["isAuthorized"] for key in (old_key, new_key)]

    assert open_keys() == [True, True]
    logs.clock.forward(600)
    assert open_keys() == [False, True]
    DynamoControl(stack.environment()["CONTROL_TABLE"], clock=logs.clock).tokens.revoke("loja", new.id, user="ana")
    logs.clock.forward(60)
    assert open_keys() == [False, False]


def test_without_an_answer_of_the_table_nobody_is_refused_or_let_in(logs: Logs) -> None:
    aws.dynamodb().delete_table(TableName=stack.environment()["CONTROL_TABLE"])
    with pytest.raises(Unavailable):
        logs.judge(logs.keys["loja"], "loja")


def test_the_account_is_the_keys_whatever_the_path_says(logs: Logs) -> None:
    """Should a request ever get past the authorizer, it is still answered with the key's own log."""
    asked = event("GET", "/loja/logs/", groups=None, query={"DateAt": DAY})
    asked["pathParameters"] = {"account": "loja"}
    asked["requestContext"]["authorizer"] = {"lambda": {"account": "outra"}}
    assert json.loads(logs._handler(asked, logs.context)["body"]) == {"Messages": []}


def test_a_key_is_said_nowhere(
    logs: Logs, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answers = [logs(DateAt=DAY), logs(DateAt="x"), logs("outra")]
        logs.judge(logs.keys["outra"], "loja")
        logs.judge("my-unknown-key", "loja")
    printed = capsys.readouterr()
    everything = printed.out + printed.err + caplog.text + "".join(answer.text for answer in answers)
    assert "logs refused" in everything
    assert [key for key in (*logs.keys.values(), "my-unknown-key") if key in everything] == []
    assert urlencode({"DateAt": DAY}) not in printed.out
