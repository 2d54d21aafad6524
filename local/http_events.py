"""HTTP as Lambda sees it behind an HTTP API: payload format 2.0, both ways.

What the developer guide leaves open follows observations of the real service: paths arrive decoded; only text/* and
JSON, XML and JavaScript bodies arrive as text, everything else, forms and bodies without a type included, as base64
(ministackorg/ministack#766); an answer without statusCode is the body of a 200 whatever it is (aws/aws-lambda-dotnet).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from local.names import ACCOUNT
from local.routes import Match

_TEXT = {"application/json", "application/xml", "application/javascript"}
_JSON = [("content-type", "application/json")]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are lower case, repeated ones in order; `path` is decoded, `query` is not."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str
    protocol: str
    request_id: str
    at_ms: int

    def header(self, name: str) -> str:
        return ",".join(value for field, value in self.headers if field == name)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


def refusal(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    """An answer of the gateway itself."""
    return Answer(status, [*_JSON, *headers], json.dumps({"message": message}, separators=(",", ":")).encode())


def event(request: Request, match: Match, authorizer: Mapping[str, Any] | None) -> dict[str, Any]:
    """The event of a request. `authorizer` is what one found: {"jwt": {claims, scopes}} or {"lambda": context}.
    Absent parts are left out."""
    domain = request.header("host").partition(":")[0]
    at = datetime.fromtimestamp(request.at_ms / 1000, UTC)
    cookies = [part.strip() for name, value in request.headers if name == "cookie" for part in value.split(";")]
    queries: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        queries[name] = f"{queries[name]},{value}" if name in queries else value
    names = dict.fromkeys(name for name, _ in request.headers if name != "cookie")
    document: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "cookies": cookies,
        "headers": {name: request.header(name) for name in names},
        "queryStringParameters": queries,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            **({"authorizer": authorizer} if authorizer is not None else {}),
            "domainName": domain,
            "domainPrefix": domain.partition(".")[0],
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.header("user-agent"),
            },
            "requestId": request.request_id,
            "routeKey": match.route.key,
            "stage": "$default",
            "time": f"{at:%d/%b/%Y:%H:%M:%S} +0000",
            "timeEpoch": request.at_ms,
        },
        "pathParameters": dict(match.path_parameters),
        **_body(request),
    }
    return {name: value for name, value in document.items() if value not in ([], {})}


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {"isBase64Encoded": False}
    media_type = request.header("content-type").partition(";")[0].strip().lower()
    if media_type in _TEXT or media_type.startswith("text/"):
        try:
            return {"body": request.body.decode("utf-8"), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def answer(payload: bytes) -> Answer:
    """What API Gateway makes of a function's answer. One that it cannot read is a 500."""
    try:
        document = json.loads(payload)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "statusCode" not in document:
        return Answer(200, _JSON, payload)
    try:
        return _explicit(document)
    except (AttributeError, TypeError, ValueError, binascii.Error):
        return refusal(500, "Internal Server Error")


def _explicit(document: Mapping[str, Any]) -> Answer:
    status = int(document["statusCode"])
    if not 100 <= status <= 599:
        raise ValueError(status)
    body = document.get("body") or ""
    content = base64.b64decode(body, validate=True) if document.get("isBase64Encoded") else body.encode()
    headers = [(name.lower(), _field(value)) for name, value in (document.get("headers") or {}).items()]
    headers += [("set-cookie", _field(cookie)) for cookie in document.get("cookies") or ()]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    return Answer(status, [field for field in headers if field[0] != "content-length"], content)


def _field(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError(value)
