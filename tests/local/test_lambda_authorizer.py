"""A Lambda authorizer: what it is asked, what becomes of its answer, and how long that is kept."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from local.authorizer import Denied
from local.environment import Outcome
from local.http_events import Answer, Request
from local.lambda_authorizer import LambdaAuthorizers
from local.routes import Match
from local.wiring import LambdaAuthorizer, Route
from tests.local.test_http_events import REQUEST

KEY = LambdaAuthorizer("Key", "Judge", ("x-key",), ttl_s=0)
MATCH = Match(Route("GET", "/{shop}/logs", "F", KEY), {"shop": "loja"})
LET_IN = {"isAuthorized": True, "context": {"shop": "loja", "level": 1}}


def asking(key: str) -> Request:
    return replace(REQUEST, method="GET", path="/loja/logs", headers=[("host", "h"), ("x-key", key)])


@dataclass
class Judge:
    """The functions, of which one is asked; `answer` is what it says, or its error."""

    answer: Any = None
    error: str | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    now_s: float = 1_000.0

    async def invoke(self, function: str, event: bytes) -> Outcome:
        self.asked.append((function, json.loads(event)))
        return Outcome(json.dumps(self.answer).encode(), self.error)

    def ask(self, *requests: Request | float, authorizer: LambdaAuthorizer = KEY, match: Match = MATCH) -> list[Any]:
        """What each request got, its context or the refusal; a number lets so many seconds pass."""
        authorizers = LambdaAuthorizers(self.invoke, lambda: self.now_s)

        async def each() -> list[Any]:
            got: list[Any] = []
            for request in requests:
                if isinstance(request, float):
                    self.now_s += request
                    continue
                try:
                    got.append(await authorizers.authorize(request, match, authorizer))
                except Denied as denied:
                    got.append(denied.answer)
            return got

        return asyncio.run(each())


def told(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


def test_the_function_is_asked_with_an_event_of_version_2() -> None:
    judge = Judge(LET_IN)

    assert judge.ask(replace(asking("k"), body=b"secret")) == [{"shop": "loja", "level": 1}]
    [(function, event)] = judge.asked
    assert function == "Judge"
    assert event == {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:us-east-1:000000000000:local/$default/GET/loja/logs",
        "identitySource": ["k"],
        "routeKey": "GET /{shop}/logs",
        "rawPath": "/loja/logs",
        "rawQueryString": REQUEST.query,
        "headers": {"host": "h", "x-key": "k"},
        "queryStringParameters": event["queryStringParameters"],
        "requestContext": event["requestContext"],
        "pathParameters": {"shop": "loja"},
    }
    assert event["requestContext"]["http"]["path"] == "/loja/logs"
    assert "authorizer" not in event["requestContext"]


def test_without_every_identity_source_nobody_is_asked() -> None:
    judge = Judge(LET_IN)
    both = replace(KEY, headers=("x-key", "x-shop"))

    refusals = judge.ask(replace(asking(""), headers=[]), asking(""))
    refusals += judge.ask(asking("k"), authorizer=both)

    assert [told(refusal) for refusal in refusals] == [(401, b'{"message":"Unauthorized"}')] * 3
    assert judge.asked == []


def test_who_is_not_authorized_is_forbidden() -> None:
    [refusal] = Judge({"isAuthorized": False, "context": {"why": "secret"}}).ask(asking("k"))
    assert told(refusal) == (403, b'{"message":"Forbidden"}')


def test_a_context_may_be_left_out() -> None:
    assert Judge({"isAuthorized": True}).ask(asking("k")) == [{}]


@pytest.mark.parametrize("answer", [None, [], "yes", {}, {"isAuthorized": "true"}, {"isAuthorized": 1}])
def test_an_answer_of_another_form_is_our_failure(answer: Any) -> None:
    [refusal] = Judge(answer).ask(asking("k"))
    assert told(refusal) == (500, b'{"message":"Internal Server Error"}')


def test_a_function_that_fails_lets_nobody_in_and_its_failure_is_not_kept() -> None:
    judge = Judge(LET_IN, error="Unhandled")
    refusals = judge.ask(asking("k"), asking("k"), authorizer=replace(KEY, ttl_s=60))
    assert [told(refusal) for refusal in refusals] == [(500, b'{"message":"Internal Server Error"}')] * 2
    assert len(judge.asked) == 2


def test_without_a_time_to_live_each_request_is_judged() -> None:
    judge = Judge(LET_IN)
    judge.ask(asking("k"), asking("k"))
    assert len(judge.asked) == 2


@pytest.mark.parametrize("let_in", [True, False])
def test_an_answer_is_kept_for_its_identity_sources_whatever_the_path(let_in: bool) -> None:
    judge = Judge({"isAuthorized": let_in})
    another_path = replace(asking("k"), path="/outra/logs")

    got = judge.ask(asking("k"), another_path, asking("k2"), 59.0, asking("k"), authorizer=replace(KEY, ttl_s=60))
    assert len({str(each) for each in got}) == 1
    assert [event["identitySource"] for _, event in judge.asked] == [["k"], ["k2"]]

    judge.asked.clear()
    judge.ask(asking("k"), 60.0, asking("k"), authorizer=replace(KEY, ttl_s=60))
    assert len(judge.asked) == 2
