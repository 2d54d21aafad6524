"""A stand-in for the VTEX accounts that are sold through: their inventory and their notificator.

All accounts share one address, so the account is the first part of the path: `/{account}/api/...`. A notification is
only counted: the accounts here ask no seller for its stock.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.standins.control import FrontPage, LocalOnly, scenario
from local.standins.faults import Faults
from local.standins.marketplace import Write
from local.standins.misbehaving import endure
from local.standins.shop import Unknown
from local.standins.vtex_account_commands import vtex_account_grammar
from local.standins.vtex_account_state import Market, VtexAccountState
from local.standins.vtex_bodies import error_body, inventory_body

Work = Callable[[Request, Market], Awaitable[Response]]
_SHOWN = 5000
_LARGEST = 2_147_483_647
_MESSAGES = {
    401: "Acesso não autorizado",
    403: "Acesso negado",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
}


class VtexAccounts:
    """`write_s`: how long an inventory write holds the lock that answers 423 to others."""

    def __init__(
        self, state: VtexAccountState, *, now_ms: Callable[[], int], chance: random.Random, write_s: float = 0.02
    ) -> None:
        self.state = state
        self._now_ms = now_ms
        self._write_s = write_s
        self._writing: set[tuple[str, str, str]] = set()
        self._faults = Faults(state.faults, chance)
        self.writes: deque[Write] = deque(maxlen=_SHOWN)  # oldest first; a notification is one too
        grammar = vtex_account_grammar(state, self._faults, now_ms)
        own = ["/_state", "/_state/{account}", "/_writes?shop=&sku=&limit="]
        skus = "/{account}/api/logistics/pvt/inventory/skus/{sku}"
        notification = "/{account}/api/notificator/{seller}/changenotification/{sku}/inventory"
        self.front = FrontPage("VTEX accounts that are sold through (stand-in)", grammar, own)
        self.app = Starlette(
            routes=[
                Route("/", self.front.show),
                Route("/_scenario", scenario(grammar), methods=["GET", "POST"]),
                Route("/_state", self._show_state),
                Route("/_state/{account}", self._show_account),
                Route("/_writes", self._show_writes),
                self._route("GET", skus, self._inventory),
                self._route("PUT", skus + "/warehouses/{warehouse}", self._update),
                self._route("POST", notification, self._notified),
            ],
            middleware=[Middleware(LocalOnly)],
        )

    def _route(self, method: str, path: str, work: Work) -> Route:
        async def endpoint(request: Request) -> Response:
            name, sku = request.path_params["account"], request.path_params["sku"]
            plan = self._faults.plan(self._now_ms(), name, sku)
            applied = False

            async def act() -> Response:
                nonlocal applied
                answer = await self._for_market(request, work)
                applied = answer.status_code in (200, 202)
                return answer

            status = 0
            try:
                response = await endure(request, plan, act=act, error=_error)
                status = 0 if plan.hang else response.status_code
            finally:
                if method != "GET":
                    await self._note(request, status, applied)
            return response

        return Route(path, endpoint, methods=[method])

    async def _note(self, request: Request, status: int, applied: bool) -> None:
        name, sku = request.path_params["account"], request.path_params["sku"]
        asked = f"{request.method} {(await request.body()).decode(errors='replace')}"
        self.writes.append(Write(self._now_ms(), name, sku, asked, status, applied))
        if market := self.state.markets.get(name):
            market.counts[str(status)] = market.counts.get(str(status), 0) + 1

    async def _for_market(self, request: Request, work: Work) -> Response:
        market = self.state.markets.get(request.path_params["account"])
        if market is None:
            return _error(404, "Account not found")
        key, token = (request.headers.get(f"x-vtex-api-{name}", "") for name in ("appkey", "apptoken"))
        account = market.account
        if key != account.app_key or not hmac.compare_digest(account.app_token.encode(), token.encode()):
            return _error(401)
        if market.revoked:
            return _error(403)
        try:
            return await work(request, market)
        except Unknown as error:
            return _error(404, str(error))

    async def _inventory(self, request: Request, market: Market) -> Response:
        sku = market.account.sku(request.path_params["sku"]).id
        return JSONResponse(inventory_body(market.account, sku, as_of=None))

    async def _update(self, request: Request, market: Market) -> Response:
        account, now = market.account, self._now_ms()
        sku, warehouse = request.path_params["sku"], request.path_params["warehouse"]
        account.sku(sku)
        account.warehouse(warehouse)
        document = await _json(request)
        quantity = document.get("quantity") or 0 if isinstance(document, dict) else None  # null or left out is 0
        if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 <= quantity <= _LARGEST:
            return _error(400, "INVALID_QUANTITY")
        key = (account.name, sku, warehouse)
        if key in self._writing or market.locked(sku, warehouse, now):
            lock = f"{account.name}_item_logistics_{sku}_{warehouse}"
            return PlainTextResponse(f"Unable to acquire lock for key: {lock}.", 423)
        self._writing.add(key)
        try:
            await asyncio.sleep(self._write_s)
        finally:
            self._writing.remove(key)
        held = replace(
            account.holding(sku, warehouse),
            total=quantity,
            unlimited=document.get("unlimitedQuantity") is True,
            lead_time=str(document.get("leadTime") or "00:00:00"),
        )
        account.hold(now, sku, warehouse, held)
        return JSONResponse(True)

    async def _notified(self, request: Request, market: Market) -> Response:
        seller, sku = request.path_params["seller"], request.path_params["sku"]
        if not market.notify(seller, sku):
            return JSONResponse(f"Seller StockKeepingUnit `{sku}` not found for this seller id `{seller}`", 404)
        return Response(status_code=202)

    # ---------------------------------------------------------------- looking

    async def _show_state(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        accounts = {name: _summary(market) for name, market in self.state.markets.items()}
        return JSONResponse({"accounts": accounts, "faults": [asdict(fault) for fault in self.state.faults]})

    async def _show_account(self, request: Request) -> Response:
        market = self.state.markets.get(request.path_params["account"])
        if market is None:
            return _error(404, "Account not found")
        stock = {
            sku: {name: asdict(market.account.holding(sku, name)) for name in market.account.warehouses}
            for sku in market.account.skus
        }
        return JSONResponse({**_summary(market), "stock": stock, "notified": market.notified})

    async def _show_writes(self, request: Request) -> Response:
        wanted = {name: request.query_params[name] for name in ("shop", "sku") if name in request.query_params}
        limit = request.query_params.get("limit", "100")
        newest = [
            write for write in reversed(self.writes) if all(getattr(write, name) == wanted[name] for name in wanted)
        ]
        count = int(limit) if limit.isdecimal() else 100
        return JSONResponse({"total": len(newest), "items": [asdict(write) for write in newest[:count]]})


def _summary(market: Market) -> dict[str, Any]:
    return {
        "app_key": market.account.app_key,
        "app_token": market.account.app_token,
        "warehouses": list(market.account.warehouses),
        "sellers": {seller: len(skus) for seller, skus in market.bound.items()},
        "revoked": market.revoked,
        "counts": market.counts,
    }


def _error(status: int, message: str = "") -> Response:
    return JSONResponse(error_body(message or _MESSAGES.get(status, "Error")), status)


async def _json(request: Request) -> Any:
    """The body's document; None when it is not JSON."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
