"""Faults as a client meets them on the wire: late, failing, dripping and missing answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Any, ClassVar
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from local.standins.faults import Plan

Act = Callable[[], Awaitable[Response]]
ErrorAnswer = Callable[[int, str], Response]  # an error in the stand-in's own words, from a status and a text


async def endure(request: Request, plan: Plan, *, act: Act, error: ErrorAnswer) -> Response:
    """Do the request's work as the plan allows, and answer as it says. `act` does the work when it is awaited."""
    await request.body()
    if plan.retry_after_s is not None:
        refusal = error(429, "")
        refusal.headers["retry-after"] = str(plan.retry_after_s)
        return refusal
    if plan.slow_ms:
        await asyncio.sleep(plan.slow_ms / 1000)
    if plan.hang and not plan.hang.after_applying:
        await _client_gone(request.receive)
        return Response()
    if plan.fail and not plan.fail.after_applying:
        return error(plan.fail.status, plan.fail.text)
    response = await act()
    if plan.hang:
        await _client_gone(request.receive)
    if plan.fail:
        return error(plan.fail.status, plan.fail.text)
    if plan.drip:
        return dripped(response, plan.drip.amount, in_headers=plan.drip.in_headers)
    return response


def dripped(response: Response, ms_per_byte: int, *, in_headers: bool) -> Response:
    if in_headers:
        return _DrippedWire(response, ms_per_byte)
    headers = {name: value for name, value in response.headers.items() if name != "content-type"}
    return StreamingResponse(
        _slowly(bytes(response.body), ms_per_byte),
        response.status_code,
        headers,
        media_type=response.headers.get("content-type"),
    )


class Ending(Response):
    """Calls `ended` when the response was told to its end, or its client is gone."""

    def __init__(self, response: Response, ended: Callable[[], None]) -> None:
        super().__init__()
        self._response = response
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._response(scope, receive, send)
        finally:
            self._ended()


async def _slowly(body: bytes, ms_per_byte: int) -> AsyncIterator[bytes]:
    for byte in body:
        yield bytes([byte])
        await asyncio.sleep(ms_per_byte / 1000)


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class OpenWire(H11Protocol):
    """HTTP for uvicorn, with the connection within reach: it writes a response's head at once, and we must not."""

    open: ClassVar[WeakValueDictionary[Any, OpenWire]] = WeakValueDictionary()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self.open[self.server, self.client] = self


class _DrippedWire(Response):
    """A whole answer, status line included, one byte at a time. Needs OpenWire underneath."""

    def __init__(self, response: Response, ms_per_byte: int) -> None:
        super().__init__(response.body, response.status_code)
        self.raw_headers = response.raw_headers
        self._seconds = ms_per_byte / 1000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        transport = OpenWire.open[scope["server"], scope["client"]].transport
        head = [f"HTTP/1.1 {self.status_code} {HTTPStatus(self.status_code).phrase}".encode()]
        head += [name + b": " + value for name, value in self.raw_headers]
        for byte in b"\r\n".join([*head, b"", bytes(self.body)]):
            if transport.is_closing():
                break
            transport.write(bytes([byte]))
            await asyncio.sleep(self._seconds)
        transport.close()
        await _client_gone(receive)  # uvicorn must see the end of the connection before the end of this answer
