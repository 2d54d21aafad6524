"""A stand-in Magalu over HTTP: several sellers, told apart by their tokens, as at api.magalu.com and id.magalu.com.

PATCH, POST and GET /seller/v1/portfolios/stocks/{sku}; GET /v0/traces; POST /oauth/token (the renewal only).
A write is answered 202 and takes effect, or becomes an error in the traces, some seconds later.
"""

from __future__ import annotations

import hmac
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins.control import FrontPage, LocalOnly, scenario
from local.standins.faults import Faults, Plan
from local.standins.magalu_bodies import asked_quantity, error_body, stocks_body, tokens_body, traces_body
from local.standins.magalu_commands import magalu_grammar
from local.standins.magalu_state import Area, MagaluState, Seller, Sku
from local.standins.marketplace import Write
from local.standins.misbehaving import endure

Act = Callable[[], Awaitable[Response]]
_SHOWN = 5000


class Magalu:
    def __init__(self, state: MagaluState, *, now_ms: Callable[[], int], chance: random.Random) -> None:
        self.state = state
        self._now_ms = now_ms
        self._faults = Faults(state.faults, chance)
        self.writes: deque[Write] = deque(maxlen=_SHOWN)  # oldest first; `applied`: it is in the queue
        grammar = magalu_grammar(state, self._faults, now_ms)
        own = ["/_state", "/_state/{seller}", "/_writes?shop=&sku=&limit="]
        stocks = "/seller/v1/portfolios/stocks/{sku}"
        self.front = FrontPage("Magalu (stand-in)", grammar, own)
        self.app = Starlette(
            routes=[
                Route("/", self.front.show),
                Route("/_scenario", scenario(grammar), methods=["GET", "POST"]),
                Route("/_state", self._show_state),
                Route("/_state/{seller}", self._show_seller),
                Route("/_writes", self._show_writes),
                Route("/oauth/token", self._token, methods=["POST"]),
                Route(stocks, self._read, methods=["GET"]),
                Route(stocks, self._write, methods=["PATCH", "POST"]),
                Route("/v0/traces", self._traces, methods=["GET"]),
            ],
            middleware=[Middleware(LocalOnly)],
        )

    # ---------------------------------------------------------------- the portfolio

    async def _read(self, request: Request) -> Response:
        code = request.path_params["sku"]
        seller = self._seller(request)

        async def act() -> Response:
            refusal = self._refused(request, seller, "stocks")
            if refusal is not None or seller is None:
                return refusal or _error(401)
            seller.work_off(self._now_ms())
            sku = seller.skus.get(code)
            return JSONResponse(stocks_body(sku)) if sku and sku.stock else _error(404)

        return await endure(request, self._plan(seller, code), act=act, error=_error)

    async def _write(self, request: Request) -> Response:
        code = request.path_params["sku"]
        seller = self._seller(request)
        plan = self._plan(seller, code)
        accepted = False

        async def act() -> Response:
            nonlocal accepted
            refusal = self._refused(request, seller, "stocks")
            if refusal is not None or seller is None:
                return refusal or _error(401)
            answer = await self._queued(request, seller, code)
            accepted = answer.status_code == 202
            return answer

        status = 0
        try:
            response = await endure(request, plan, act=act, error=_error)
            status = 0 if plan.hang else response.status_code
        finally:
            asked = f"{request.method} {(await request.body()).decode(errors='replace')}"
            self.writes.append(Write(self._now_ms(), seller.name if seller else "", code, asked, status, accepted))
            if seller is not None:
                seller.counts[str(status)] = seller.counts.get(str(status), 0) + 1
        if request_id := request.headers.get("x-request-id"):
            response.headers["x-request-id"] = request_id
        return response

    async def _queued(self, request: Request, seller: Seller, code: str) -> Response:
        now, creating = self._now_ms(), request.method == "POST"
        seller.work_off(now)
        asked = asked_quantity(code, await request.body(), creating=creating)
        if isinstance(asked, tuple):
            return JSONResponse(asked[1], asked[0])
        sku = seller.skus.get(code)
        if sku is None or (sku.stock is None and not creating):
            return _error(404)
        if sku.redirects:
            return Response(status_code=303, headers={"location": f"{_here(request)}{request.url.path}"})
        if sku.stock is not None and creating:
            return _error(409)
        return JSONResponse({"trace_id": seller.accept(code, asked, now + self.state.queue_s * 1000)}, 202)

    async def _traces(self, request: Request) -> Response:
        seller = self._seller(request)

        async def act() -> Response:
            refusal = self._refused(request, seller, "traces")
            if refusal is not None or seller is None:
                return refusal or _error(401)
            seller.work_off(self._now_ms())
            here = f"{_here(request)}{request.scope.get('root_path', '')}"
            return JSONResponse(traces_body(seller, dict(request.query_params), here=here))

        return await endure(request, self._plan(seller, None), act=act, error=_error)

    def _plan(self, seller: Seller | None, sku: str | None) -> Plan:
        return self._faults.plan(self._now_ms(), seller.name if seller else None, sku)

    def _seller(self, request: Request) -> Seller | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        sellers = self.state.sellers.values() if scheme.lower() == "bearer" else ()
        return next((each for each in sellers if _same(each.access_token, token)), None)

    def _refused(self, request: Request, seller: Seller | None, area: Area) -> Response | None:
        if seller is None or seller.revoked or seller.ends_at <= self._now_ms():
            return _error(401)
        another = request.headers.get("x-tenant-id", seller.tenant_id) != seller.tenant_id
        return _error(403) if another or area in seller.forbidden else None

    # ---------------------------------------------------------------- the identity

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode(errors="replace")).items()}
        sellers = self.state.sellers.values()
        seller = next((each for each in sellers if each.client_id == form.get("client_id")), None)

        async def act() -> Response:
            if seller is None or not _same(seller.client_secret, form.get("client_secret", "")):
                return JSONResponse({"error": "invalid_client"}, 401)
            if form.get("grant_type") != "refresh_token":
                return JSONResponse({"error": "unsupported_grant_type"}, 400)
            if seller.revoked or not _same(seller.refresh_token, form.get("refresh_token", "")):
                return JSONResponse({"error": "invalid_grant"}, 400)
            seller.renew(self._now_ms())
            return JSONResponse(tokens_body(seller))

        return await endure(request, self._plan(seller, None), act=act, error=_error)

    # ---------------------------------------------------------------- looking

    async def _show_state(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        sellers = {name: _summary(seller) for name, seller in self.state.sellers.items()}
        faults = [asdict(fault) for fault in self.state.faults]
        return JSONResponse({"sellers": sellers, "queue_s": self.state.queue_s, "faults": faults})

    async def _show_seller(self, request: Request) -> Response:
        seller = self.state.sellers.get(request.path_params["seller"])
        if seller is None:
            return _error(404)
        seller.work_off(self._now_ms())
        skus = {code: _shown(sku) for code, sku in seller.skus.items()}
        return JSONResponse({**_summary(seller), "skus": skus, "traces": [asdict(each) for each in seller.traces]})

    async def _show_writes(self, request: Request) -> Response:
        wanted = {name: request.query_params[name] for name in ("shop", "sku") if name in request.query_params}
        limit = request.query_params.get("limit", "100")
        newest = [
            write for write in reversed(self.writes) if all(getattr(write, name) == wanted[name] for name in wanted)
        ]
        count = int(limit) if limit.isdecimal() else 100
        return JSONResponse({"total": len(newest), "items": [asdict(write) for write in newest[:count]]})


def _summary(seller: Seller) -> dict[str, Any]:
    return {
        "tenant_id": seller.tenant_id,
        "client_id": seller.client_id,
        "client_secret": seller.client_secret,
        "refresh_token": seller.refresh_token,
        "revoked": seller.revoked,
        "forbidden": seller.forbidden,
        "waiting": len(seller.arrivals),
        "counts": seller.counts,
    }


def _shown(sku: Sku) -> dict[str, Any]:
    return {**asdict(sku), "quantity": sku.stock.quantity if sku.stock else None}


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _here(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _error(status: int, text: str = "") -> Response:
    return JSONResponse(error_body(status, text), status)
