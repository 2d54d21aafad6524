"""The operator API called as API Gateway calls it: payload format 2.0 of an HTTP API with a JWT authorizer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def event(
    method: str,
    path: str,
    *,
    groups: str | None,
    query: dict[str, Any] | None = None,
    body: str | None = None,
    content_type: str = "application/json",
    language: str | None = None,
    user: str = "ana",
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """`groups` is the claim as the gateway writes a list: "[a:admin b:viewer]"; None is a public route."""
    raw_query = urlencode(query or {})
    given = headers or {}
    headers = {"accept": "*/*", "host": "api.example.com", "user-agent": "test", "x-forwarded-proto": "https", **given}
    if language is not None:
        headers["accept-language"] = language
    if body is not None:
        headers |= {"content-type": content_type, "content-length": str(len(body))}
    claims = {
        "sub": "b7c1d0f2-0000-4000-8000-000000000000",
        "username": user,
        "scope": "stockbridge/api",
        "token_use": "access",
        "client_id": "console",
        "cognito:groups": groups,
    }
    document: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} /v1/{{proxy+}}",
        "rawPath": path,
        "rawQueryString": raw_query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} /v1/{{proxy+}}",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1767225600000,
        },
        "isBase64Encoded": False,
    }
    if raw_query:
        document["queryStringParameters"] = dict(parse_qsl(raw_query, keep_blank_values=True))
    if body is not None:
        document["body"] = body
    if groups is not None:
        document["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": ["stockbridge/api"]}}
    return document


@dataclass(frozen=True)
class Api:
    """Calls as one user of one account, unless told otherwise."""

    account: str
    context: SimpleNamespace

    def __call__(self, method: str, path: str, *, role: str = "admin", document: Any = None, **more: Any) -> Answer:
        """`document` is a JSON body; query, content_type, language, user, headers and groups as in `event`."""
        from actions.handler import handler  # reads its settings: not before the environment is there

        if document is not None:
            more["body"] = json.dumps(document)
        groups = more.pop("groups", f"[{self.account}:{role}]")
        answer = handler(event(method, path, groups=groups, **more), self.context)  # type: ignore[arg-type]
        assert not answer["isBase64Encoded"]
        return Answer(answer["statusCode"], answer["headers"], answer["body"])
