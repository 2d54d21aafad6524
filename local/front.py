"""The HTTP API in front of the functions: routes, authorizer, CORS, limits and error bodies as API Gateway has them."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from local import http_events, routes
from local.authorizer import Denied, JwtAuthorizer
from local.console import Console
from local.cors import cors_headers, preflight_headers
from local.environment import PAYLOAD_LIMIT, Outcome
from local.http_events import Answer, Request, refusal
from local.lambda_authorizer import LambdaAuthorizers
from local.wiring import Api, LambdaAuthorizer

BODY_LIMIT = 10 * 1024 * 1024  # bytes
INTEGRATION_LIMIT_S = 30.0

_CONTEXT = re.compile(r"\$context\.([A-Za-z.]+)")

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Target(Protocol):
    async def invoke(self, event: bytes) -> Outcome: ...


class Front:
    """An ASGI application."""

    def __init__(
        self,
        api: Api,
        functions: Mapping[str, Target],
        authorizer: JwtAuthorizer,
        *,
        console: Console | None = None,
        access_log: logging.Logger | None = None,
        integration_limit_s: float = INTEGRATION_LIMIT_S,
    ) -> None:
        self._api = api
        self._functions = functions
        self._authorizer = authorizer
        self._lambda_authorizers = LambdaAuthorizers(lambda function, event: functions[function].invoke(event))
        self._console = console
        self._access_log = access_log
        self._integration_limit_s = integration_limit_s
        self._abandoned: set[asyncio.Future[Any]] = set()  # still running after their client got a 503

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        began = time.monotonic()
        try:
            body = await _body(receive)
        except _ClientGone:
            return
        request = _request(scope, body or b"")
        match = routes.match(self._api.routes, request.method, request.path)
        if body is None:
            answer = refusal(413, "Request Entity Too Large")
        elif match:
            answer = self._with_cors(request, await self._invoke(request, match))
        else:
            answer = self._unrouted(request)
        headers = [*answer.headers, ("apigw-requestid", request.request_id)]
        headers.append(("content-length", str(len(answer.body))))
        fields = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else answer.body})
        self._log(request, match, answer, time.monotonic() - began)

    async def _invoke(self, request: Request, match: routes.Match) -> Answer:
        try:
            authorizer = await self._authorized(request, match)
        except Denied as denied:
            return denied.answer
        event = json.dumps(http_events.event(request, match, authorizer), ensure_ascii=False).encode()
        if len(event) > PAYLOAD_LIMIT:
            return refusal(413, "Request Entity Too Large")
        running = asyncio.ensure_future(self._functions[match.route.function].invoke(event))
        try:
            outcome = await asyncio.wait_for(asyncio.shield(running), self._integration_limit_s)
        except TimeoutError:
            self._abandoned.add(running)
            running.add_done_callback(self._abandoned.discard)
            return refusal(503, "Service Unavailable")
        return refusal(500, "Internal Server Error") if outcome.error else http_events.answer(outcome.payload)

    async def _authorized(self, request: Request, match: routes.Match) -> Mapping[str, Any] | None:
        """`requestContext.authorizer` of the event; None on a public route. Raises Denied."""
        asked = match.route.authorizer
        if isinstance(asked, LambdaAuthorizer):
            return {"lambda": await self._lambda_authorizers.authorize(request, match, asked)}
        jwt = await self._authorizer.authorize(request, match.route)
        return None if jwt is None else {"jwt": jwt}

    def _unrouted(self, request: Request) -> Answer:
        preflight = request.header("origin") and request.header("access-control-request-method")
        if self._api.cors and request.method == "OPTIONS" and preflight:
            return Answer(204, preflight_headers(self._api.cors, request.header("origin")), b"")
        page = self._console.page(request) if self._console else None
        return page or self._with_cors(request, refusal(404, "Not Found"))

    def _with_cors(self, request: Request, answer: Answer) -> Answer:
        """With the API's CORS headers and without the function's, which API Gateway drops once the API has its own."""
        if self._api.cors is None:
            return answer
        own = [(name, value) for name, value in answer.headers if not name.startswith("access-control-")]
        return Answer(answer.status, [*own, *cors_headers(self._api.cors, request.header("origin"))], answer.body)

    def _log(self, request: Request, match: routes.Match | None, answer: Answer, took_s: float) -> None:
        if not (self._access_log and self._api.access_log and match):
            return
        values = {
            "httpMethod": request.method,
            "requestId": request.request_id,
            "responseLatency": str(int(took_s * 1000)),
            "responseLength": str(len(answer.body)),
            "routeKey": match.route.key,
            "status": str(answer.status),
        }
        self._access_log.info("%s", _CONTEXT.sub(lambda name: values.get(name[1], "-"), self._api.access_log))


class _ClientGone(Exception):
    pass


async def _body(receive: Receive) -> bytes | None:
    """None when it is too large; it is read to its end all the same, so that the client gets its answer."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientGone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size <= BODY_LIMIT:
            parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts) if size <= BODY_LIMIT else None


def _request(scope: Scope, body: bytes) -> Request:
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    _, port = scope["server"]
    source_ip = scope["client"][0]
    if not any(name == "content-length" for name, _ in headers):
        headers.append(("content-length", str(len(body))))
    headers += [
        ("x-amzn-trace-id", f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"),
        ("x-forwarded-for", source_ip),
        ("x-forwarded-port", str(port)),
        ("x-forwarded-proto", scope["scheme"]),
    ]
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        source_ip=source_ip,
        protocol=f"HTTP/{scope['http_version']}",
        request_id=uuid.uuid4().hex[:16],
        at_ms=time.time_ns() // 1_000_000,
    )
