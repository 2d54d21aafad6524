"""Payload format 2.0, both ways."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from local.http_events import Request, answer, event
from local.routes import Match
from local.wiring import Route

REQUEST = Request(
    method="POST",
    path="/v1/açaí/2",
    query="a=1&b=x%20y&a=2&empty=",
    headers=[
        ("host", "127.0.0.1:8080"),
        ("user-agent", "probe/1"),
        ("accept", "text/html"),
        ("accept", "text/plain"),
        ("cookie", "one=1; two=2"),
        ("content-type", "application/json; charset=utf-8"),
    ],
    body='{"é":1}'.encode(),
    source_ip="127.0.0.1",
    protocol="HTTP/1.1",
    request_id="id-1",
    at_ms=1_583_349_317_135,
)
MATCH = Match(Route("POST", "/v1/{name}/{id}", "F"), {"name": "açaí", "id": "2"})


def test_a_request_becomes_the_event_that_api_gateway_sends() -> None:
    claims = {"sub": "ana", "cognito:groups": "[a b]"}

    assert event(REQUEST, MATCH, {"jwt": {"claims": claims, "scopes": ["s"]}}) == {
        "version": "2.0",
        "routeKey": "POST /v1/{name}/{id}",
        "rawPath": "/v1/açaí/2",
        "rawQueryString": "a=1&b=x%20y&a=2&empty=",
        "cookies": ["one=1", "two=2"],
        "headers": {
            "host": "127.0.0.1:8080",
            "user-agent": "probe/1",
            "accept": "text/html,text/plain",
            "content-type": "application/json; charset=utf-8",
        },
        "queryStringParameters": {"a": "1,2", "b": "x y", "empty": ""},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "authorizer": {"jwt": {"claims": claims, "scopes": ["s"]}},
            "domainName": "127.0.0.1",
            "domainPrefix": "127",
            "http": {
                "method": "POST",
                "path": "/v1/açaí/2",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "probe/1",
            },
            "requestId": "id-1",
            "routeKey": "POST /v1/{name}/{id}",
            "stage": "$default",
            "time": "04/Mar/2020:19:15:17 +0000",
            "timeEpoch": 1_583_349_317_135,
        },
        "pathParameters": {"name": "açaí", "id": "2"},
        "body": '{"é":1}',
        "isBase64Encoded": False,
    }


def test_what_a_request_does_not_have_is_left_out() -> None:
    bare = replace(REQUEST, query="", headers=[("host", "h")], body=b"")

    document = event(bare, Match(Route("GET", "/health", "F"), {}), None)

    assert document.keys() == {
        "version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded",
    }  # fmt: skip
    assert "authorizer" not in document["requestContext"]


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("application/json", b"{}", False),
        ("text/plain; charset=utf-8", b"hi", False),
        ("application/xml", b"<a/>", False),
        ("application/x-www-form-urlencoded", b"a=1", True),
        ("application/octet-stream", b"{}", True),
        ("application/json", b"\xff\xfe", True),
        (None, b"{}", True),
    ],
)
def test_a_body_arrives_as_text_or_base64_by_its_type(content_type: str | None, body: bytes, encoded: bool) -> None:
    headers = [("content-type", content_type)] if content_type else []

    document = event(replace(REQUEST, headers=headers, body=body), MATCH, None)

    assert document["isBase64Encoded"] is encoded
    assert (base64.b64decode(document["body"]) if encoded else document["body"].encode()) == body


def test_an_answer_with_a_status_is_taken_at_its_word() -> None:
    got = answer(
        json.dumps(
            {
                "statusCode": 201,
                "headers": {"Content-Type": "image/png", "X-Count": 3, "Content-Length": "999"},
                "cookies": ["a=1; Secure", "b=2"],
                "body": base64.b64encode(b"\x89PNG").decode(),
                "isBase64Encoded": True,
            }
        ).encode()
    )

    assert (got.status, got.body) == (201, b"\x89PNG")
    assert got.headers == [
        ("content-type", "image/png"), ("x-count", "3"), ("set-cookie", "a=1; Secure"), ("set-cookie", "b=2"),
    ]  # fmt: skip


def test_an_answer_without_a_type_is_plain_text() -> None:
    assert answer(b'{"statusCode": 204}').headers == [("content-type", "text/plain;charset=UTF-8")]


@pytest.mark.parametrize("payload", [b'{"message":"hi"}', b'"hi"', b"null", b"[1]", b"{not json"])
def test_an_answer_without_a_status_is_the_body_of_a_200(payload: bytes) -> None:
    got = answer(payload)

    assert (got.status, got.headers, got.body) == (200, [("content-type", "application/json")], payload)


@pytest.mark.parametrize(
    "document",
    [
        {"statusCode": "many"},
        {"statusCode": None},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": ["b"]}},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
    ],
)
def test_an_answer_that_cannot_be_read_is_a_500_without_details(document: dict[str, Any]) -> None:
    got = answer(json.dumps(document).encode())

    assert (got.status, got.body) == (500, b'{"message":"Internal Server Error"}')
