"""The side of a stand-in that VTEX and marketplaces do not have: `/_scenario`, `/_state` and the local guard."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from local.standins.grammar import Grammar, NotUnderstood, Refused

Endpoint = Callable[[Request], Awaitable[Response]]
LOCAL_HOSTS = ("127.0.0.1", "localhost")


def on_this_machine(address: str) -> bool:
    try:
        return urlsplit(address).hostname in LOCAL_HOSTS
    except ValueError:  # a bracket that closes nothing
        return False


class LocalOnly:
    """Refuses what a browser sends on behalf of a page from elsewhere, however it names this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            asked = [f"//{headers.get('host', '')}", *([origin] if origin is not None else [])]
            if not all(on_this_machine(address) for address in asked):
                await PlainTextResponse("only for this machine\n", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def scenario(grammar: Grammar) -> Endpoint:
    """POST: lines as text, or {"do": line} or {"do": [lines]}. Stops at the first line that cannot be done.

    200 {"results": [{"do", "says", ...}]}; 400 with what exists; 404 and 409 with the reason and what was done before.
    """

    async def endpoint(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"commands": grammar.listing()})
        done: list[dict[str, Any]] = []
        try:
            for line in _lines(await request.body()):
                done.append({"do": line, **grammar.run(line)})
        except NotUnderstood as error:
            listing = grammar.listing()
            problem = {"error": str(error), "example": listing[0]["example"], "commands": listing}
            return JSONResponse({**problem, "results": done}, 400)
        except Refused as error:
            return JSONResponse({"error": str(error), "results": done}, error.status)
        return JSONResponse({"results": done})

    return endpoint


@dataclass(frozen=True, slots=True)
class FrontPage:
    """GET /: what a stand-in is and what can be asked of it, for people with curl. `others`: what else can be read."""

    title: str
    grammar: Grammar
    others: Sequence[str]

    async def show(self, request: Request) -> Response:
        return PlainTextResponse(self.text(address_of(request)))

    def text(self, address: str) -> str:
        commands = self.grammar.commands
        width = max(len(command.example) for command in commands)
        lines = [self.title, "", *(f"  GET  {address}{path}" for path in self.others)]
        lines += [f"  POST {address}/_scenario   one command a line, for example", ""]
        lines += [f"    {command.example:<{width}}  {command.does}" for command in commands]
        lines += ["", f"  curl -d '{commands[0].example}' {address}/_scenario", ""]
        return "\n".join(lines)


def address_of(request: Request) -> str:
    """Where the application is that answers: below a prefix, when it is mounted under one."""
    # request.base_url stops at the outermost application
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"


def _lines(body: bytes) -> list[str]:
    # curl -d says that its text is a form, so the content type decides nothing
    text = body.decode(errors="replace").strip()
    if text.startswith(("{", '"')):
        try:
            document = json.loads(text)
        except ValueError as error:
            raise NotUnderstood(f"not JSON: {error}") from error
        asked = document.get("do") if isinstance(document, dict) else document
        given = asked if isinstance(asked, list) else [asked]
        lines = [line for line in given if isinstance(line, str)]
        if lines != given:
            raise NotUnderstood('the body must be {"do": "a command"}')
    else:
        lines = text.splitlines()
    found = [line.strip() for line in lines if line.strip()]
    if not found:
        raise NotUnderstood("no command")
    return found
