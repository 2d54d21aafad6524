"""Lambda authorizers of an HTTP API: payload format 2.0, simple answers.

As the developer guide has it (http-api-lambda-authorizer): without one of the identity sources the client gets a 401
and nobody is asked; an answer of another form, or none, is a 500; an answer is kept by the values of the identity
sources alone, for every route of the authorizer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local import http_events
from local.authorizer import Denied
from local.environment import Outcome
from local.http_events import Request, refusal
from local.names import ACCOUNT, REGION
from local.routes import Match
from local.wiring import LambdaAuthorizer

Invoke = Callable[[str, bytes], Awaitable[Outcome]]  # a function's logical id, and its event


class LambdaAuthorizers:
    def __init__(self, invoke: Invoke, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._invoke = invoke
        self._clock_s = clock_s
        self._kept: dict[tuple[str, ...], tuple[float, Mapping[str, Any]]] = {}

    async def authorize(self, request: Request, match: Match, authorizer: LambdaAuthorizer) -> Mapping[str, Any]:
        """`requestContext.authorizer.lambda` of the event. Raises Denied."""
        identity = [request.header(name) for name in authorizer.headers]
        if not all(identity):
            raise Denied(refusal(401, "Unauthorized"))
        name = (authorizer.name, *identity)
        until, answer = self._kept.get(name, (0.0, {}))
        if until <= self._clock_s():
            answer = await self._ask(authorizer, _event(request, match, identity))
            if authorizer.ttl_s:
                self._kept[name] = self._clock_s() + authorizer.ttl_s, answer
        if not answer["isAuthorized"]:
            raise Denied(refusal(403, "Forbidden"))
        context: Mapping[str, Any] = answer.get("context") or {}
        return context

    async def _ask(self, authorizer: LambdaAuthorizer, event: Mapping[str, Any]) -> Mapping[str, Any]:
        outcome = await self._invoke(authorizer.function, json.dumps(event, ensure_ascii=False).encode())
        answer = None if outcome.error else json.loads(outcome.payload)
        if not isinstance(answer, dict) or not isinstance(answer.get("isAuthorized"), bool):
            raise Denied(refusal(500, "Internal Server Error"))
        return answer


def _event(request: Request, match: Match, identity: list[str]) -> dict[str, Any]:
    """The request's own event, without its body, and who is to be judged."""
    document = http_events.event(request, match, None)
    path = f"{request.method}{request.path}"
    return {
        "type": "REQUEST",
        "routeArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:local/$default/{path}",
        "identitySource": identity,
        **{name: value for name, value in document.items() if name not in ("body", "isBase64Encoded")},
    }
