"""The front as a browser and a webhook sender see it. The functions behind it are told what to answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from local.authorizer import JwtAuthorizer
from local.console import Console
from local.environment import Outcome
from local.front import BODY_LIMIT, Front
from local.logs import close_log, open_log
from local.wiring import Api, Authorizer, Cors, Route
from tests.local.issuer import AUDIENCE, URL, Issuer

ORIGIN = "https://console.test"
SIGN_IN = Authorizer(URL, frozenset({AUDIENCE}), "authorization")
API = Api(
    routes=[Route("POST", "/open/{proxy+}", "F"), Route("GET", "/closed", "F", SIGN_IN, frozenset({"toy/api"}))],
    cors=Cors(origins=[ORIGIN], methods=["GET", "POST"], headers=["authorization"], max_age_s=600),
    access_log='{"route":"$context.routeKey","status":$context.status,"error":"$context.error.message"}',
)


@dataclass
class Function:
    payload: Any = field(default_factory=dict)
    error: str | None = None
    takes_s: float = 0.0
    events: list[dict[str, Any]] = field(default_factory=list)

    async def invoke(self, event: bytes) -> Outcome:
        self.events.append(json.loads(event))
        await asyncio.sleep(self.takes_s)
        return Outcome(json.dumps(self.payload).encode(), self.error)


def visit(function: Function, use: Callable[[httpx.AsyncClient, Issuer], Awaitable[Any]], **more: Any) -> Any:
    async def each() -> Any:
        issuer = Issuer()
        async with issuer.client() as keys:
            front = Front(API, {"F": function}, JwtAuthorizer(keys), integration_limit_s=0.2, **more)
            transport = httpx.ASGITransport(front)  # type: ignore[arg-type]  # ASGI, with narrower types
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
                return await use(client, issuer)

    return asyncio.run(each())


def test_a_public_route_reaches_its_function_and_the_answer_comes_back() -> None:
    function = Function({"statusCode": 201, "headers": {"x-a": "b"}, "cookies": ["c=1"], "body": "made"})

    got = visit(function, lambda client, _: client.post("/open/a%20b?x=1", content=b"{}"))

    assert (got.status_code, got.text, got.headers["x-a"], got.headers["set-cookie"]) == (201, "made", "b", "c=1")
    assert got.headers["apigw-requestid"]
    [event] = function.events
    assert (event["rawPath"], event["pathParameters"]) == ("/open/a b", {"proxy": "a b"})
    assert event["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert event["requestContext"]["requestId"] == got.headers["apigw-requestid"]


def test_a_closed_route_needs_a_token_and_hands_its_claims_on() -> None:
    function = Function({"statusCode": 200})

    async def use(client: httpx.AsyncClient, issuer: Issuer) -> list[int]:
        statuses = []
        for token in ("", issuer.token(scope="other"), issuer.token()):
            headers = {"authorization": f"Bearer {token}"} if token else {}
            statuses.append((await client.get("/closed", headers=headers)).status_code)
        return statuses

    assert visit(function, use) == [401, 403, 200]
    [event] = function.events
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] == "ana"


def test_errors_of_a_function_are_told_without_details() -> None:
    failing = Function({"errorMessage": "secret"}, error="Unhandled")
    slow = Function(takes_s=5.0)

    answers = [visit(each, lambda client, _: client.post("/open/x")) for each in (failing, slow)]

    assert [(got.status_code, got.text) for got in answers] == [
        (500, '{"message":"Internal Server Error"}'),
        (503, '{"message":"Service Unavailable"}'),
    ]


def test_a_body_over_the_limit_reaches_nobody() -> None:
    function = Function()

    got = visit(function, lambda client, _: client.post("/open/x", content=b"x" * (BODY_LIMIT + 1)))

    assert (got.status_code, got.text) == (413, '{"message":"Request Entity Too Large"}')
    assert function.events == []


def test_a_path_without_a_route_is_not_found() -> None:
    got = visit(Function(), lambda client, _: client.get("/open/x"))

    assert (got.status_code, got.text) == (404, '{"message":"Not Found"}')


def test_a_preflight_is_answered_without_a_function() -> None:
    function = Function()

    async def ask(client: httpx.AsyncClient, _: Issuer) -> list[httpx.Response]:
        asking = {"access-control-request-method": "GET"}
        return [await client.options("/closed", headers={"origin": each, **asking}) for each in (ORIGIN, "https://x.y")]

    ours, other = visit(function, ask)

    assert ours.status_code == 204
    assert {name: value for name, value in ours.headers.items() if name.startswith("access-control-")} == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "600",
    }
    assert other.status_code == 204
    assert "access-control-allow-origin" not in other.headers
    assert function.events == []


def test_cors_headers_are_the_apis_and_never_the_functions() -> None:
    function = Function({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}})

    async def ask(client: httpx.AsyncClient, _: Issuer) -> list[str | None]:
        answers = [await client.post("/open/x", headers={"origin": each}) for each in (ORIGIN, "https://x.y")]
        answers.append(await client.get("/closed", headers={"origin": ORIGIN}))
        return [each.headers.get("access-control-allow-origin") for each in answers]

    assert visit(function, ask) == [ORIGIN, None, ORIGIN]


def test_the_console_is_served_where_the_api_has_no_route(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>oi</h1>", encoding="utf-8")
    console = Console(tmp_path, {"issuer": URL, "clientId": AUDIENCE})

    async def ask(client: httpx.AsyncClient, _: Issuer) -> list[httpx.Response]:
        return [await client.get("/"), await client.head("/"), await client.get("/closed"), await client.post("/")]

    page, head, api, other = visit(Function(), ask, console=console)

    assert (page.status_code, page.text) == (200, "<h1>oi</h1>")
    assert (head.status_code, head.content, head.headers["content-length"]) == (
        200,
        b"",
        page.headers["content-length"],
    )
    assert (api.status_code, other.status_code) == (401, 404)


def test_the_access_log_has_the_templates_format_and_no_path(tmp_path: Path) -> None:
    log = open_log(tmp_path / "access.log", "%(message)s")

    visit(Function({"statusCode": 200}), lambda client, _: client.post("/open/secret-token"), access_log=log)
    close_log(log)

    line = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert json.loads(line) == {"route": "POST /open/{proxy+}", "status": 200, "error": "-"}
