"""A stand-in VTEX over HTTP: fulfillment simulation, logistics inventory, docks, warehouses and affiliates.

All accounts share one address, so the account is the first part of the path: `/{account}/api/...`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins.broadcaster import Broadcaster, Post
from local.standins.control import FrontPage, LocalOnly, scenario
from local.standins.faults import Faults
from local.standins.misbehaving import endure
from local.standins.sales import Shoppers
from local.standins.shop import Account, Change, Unknown
from local.standins.vtex_bodies import (
    affiliate_body,
    affiliate_of,
    dispatch_body,
    dock_body,
    error_body,
    inventory_body,
    simulation_body,
    simulation_problem,
    warehouse_body,
)
from local.standins.vtex_commands import vtex_grammar
from local.standins.vtex_state import VtexState

Work = Callable[[Request, Account], Awaitable[Response]]

_LARGEST = 2_147_483_647
_MESSAGES = {
    401: "Acesso não autorizado",
    403: "Acesso negado",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
}


class Vtex:
    """The running stand-in. `write_s`: how long an inventory write holds the lock that answers 423 to others."""

    def __init__(
        self,
        state: VtexState,
        *,
        now_ms: Callable[[], int],
        chance: random.Random,
        post: Post,
        write_s: float = 0.02,
    ) -> None:
        self.state = state
        self._now_ms = now_ms
        self._write_s = write_s
        self._writing: set[tuple[str, str, str]] = set()
        self._faults = Faults(state.faults, chance)
        self.broadcaster = Broadcaster(
            state.accounts, state.outbox, lambda: state.habits, now_ms=now_ms, chance=chance, post=post
        )
        self._shoppers = Shoppers(state, self.broadcaster.announce, now_ms=now_ms, chance=chance)
        grammar = vtex_grammar(state, self._faults, self._announce, now_ms)
        own = ["/_state", "/_state/{account}", "/_state/{account}/{sku}", "/_notifications?account=&affiliate=&sku="]
        self.front = FrontPage("VTEX (stand-in)", grammar, own)
        self.app = Starlette(
            routes=[
                Route("/", self.front.show),
                Route("/_scenario", scenario(grammar), methods=["GET", "POST"]),
                Route("/_state", self._show_state),
                Route("/_state/{account}", self._show_account),
                Route("/_state/{account}/{sku}", self._show_sku),
                Route("/_notifications", self._show_notifications),
                *self._api(),
            ],
            middleware=[Middleware(LocalOnly)],
            exception_handlers={404: _no_route, 405: _no_verb},
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002 - Starlette passes itself
        async with self.broadcaster.running():
            shopping = asyncio.create_task(self._shoppers.shop_for_ever())
            try:
                yield
            finally:
                shopping.cancel()
                await asyncio.gather(shopping, return_exceptions=True)

    def _announce(self, change: Change | None) -> int:
        return self.broadcaster.announce(change) if change else 0

    # ---------------------------------------------------------------- VTEX's own API

    def _api(self) -> list[Route]:
        inventory = "/{account}/api/logistics/pvt/inventory"
        configuration = "/{account}/api/logistics/pvt/configuration"
        affiliates = "/{account}/api/fulfillment/pvt/affiliates"
        return [
            self._route("POST", "/{account}/api/fulfillment/pvt/orderForms/simulation", self._simulate),
            self._route("GET", inventory + "/skus/{sku}", self._inventory),
            self._route("PUT", inventory + "/skus/{sku}/warehouses/{warehouse}", self._update_inventory),
            self._route("GET", inventory + "/items/{sku}/warehouses/{warehouse}", self._at_warehouse),
            self._route("GET", inventory + "/items/{sku}/docks/{dock}", self._at_dock),
            self._route("GET", configuration + "/docks", self._docks),
            self._route("GET", configuration + "/warehouses", self._warehouses),
            self._route("GET", affiliates, self._affiliates),
            self._route("GET", affiliates + "/{affiliate}", self._affiliate),
            self._route("PUT", affiliates + "/{affiliate}", self._save_affiliate),
        ]

    def _route(self, method: str, path: str, work: Work) -> Route:
        async def endpoint(request: Request) -> Response:
            plan = self._faults.plan(self._now_ms())
            return await endure(request, plan, act=lambda: self._for_account(request, work), error=_error)

        return Route(path, endpoint, methods=[method])

    async def _for_account(self, request: Request, work: Work) -> Response:
        account = self.state.accounts.get(request.path_params["account"])
        if account is None:
            return _error(404, "Account not found")
        key, token = (request.headers.get(f"x-vtex-api-{name}", "") for name in ("appkey", "apptoken"))
        owner = next((each for each in self.state.accounts.values() if each.app_key == key), None)
        if owner is None or not hmac.compare_digest(owner.app_token.encode(), token.encode()):
            return _error(401)
        if owner is not account:
            return _error(403)
        try:
            return await work(request, account)
        except Unknown as error:
            return _error(404, str(error))

    def _as_of(self) -> int | None:
        return self._now_ms() - self.state.stale_s * 1000 if self.state.stale_s else None

    async def _simulate(self, request: Request, account: Account) -> Response:
        document = await _json(request)
        problem = simulation_problem(document, self.state.max_items)
        if problem:
            return JSONResponse(error_body(problem[1], problem[0]), 400)
        until = datetime.fromtimestamp(self._now_ms() / 1000, UTC) + timedelta(days=365)
        body = simulation_body(
            account,
            document,
            trade_policy=request.query_params.get("sc", "1"),
            affiliate=request.query_params.get("affiliateId"),
            as_of=self._as_of(),
            price_valid_until=f"{until:%Y-%m-%dT%H:%M:%SZ}",
        )
        return JSONResponse(body)

    async def _inventory(self, request: Request, account: Account) -> Response:
        sku = account.sku(request.path_params["sku"]).id
        return JSONResponse(inventory_body(account, sku, as_of=self._as_of()))

    async def _at_warehouse(self, request: Request, account: Account) -> Response:
        sku = account.sku(request.path_params["sku"]).id
        warehouse = account.warehouse(request.path_params["warehouse"])
        places = [(warehouse, dock) for dock in account.docks_of(warehouse)]
        return JSONResponse(dispatch_body(account, sku, places, as_of=self._as_of()))

    async def _at_dock(self, request: Request, account: Account) -> Response:
        sku = account.sku(request.path_params["sku"]).id
        dock = account.docks.get(request.path_params["dock"])
        if dock is None:
            raise Unknown(f"account {account.name} has no dock {request.path_params['dock']}")
        places = [(each, dock) for each in account.warehouses.values() if dock.id in each.docks]
        return JSONResponse(dispatch_body(account, sku, places, as_of=self._as_of()))

    async def _update_inventory(self, request: Request, account: Account) -> Response:
        sku = account.sku(request.path_params["sku"]).id
        warehouse = account.warehouse(request.path_params["warehouse"]).id
        document = await _json(request)
        quantity = document.get("quantity") if isinstance(document, dict) else None
        if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 <= quantity <= _LARGEST:
            return _error(400, "The field quantity must be a number from 0 to 2147483647")
        key = (account.name, sku, warehouse)
        if key in self._writing:
            lock = f"{account.name}_item_logistics_{sku}_{warehouse}"
            return JSONResponse(f"Unable to acquire lock for key: {lock}.", 423)
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
        self._announce(account.hold(self._now_ms(), sku, warehouse, held))
        return JSONResponse(True)

    async def _docks(self, request: Request, account: Account) -> Response:  # noqa: ARG002 - as every Work
        return JSONResponse([dock_body(dock) for dock in account.docks.values()])

    async def _warehouses(self, request: Request, account: Account) -> Response:  # noqa: ARG002 - as every Work
        return JSONResponse([warehouse_body(warehouse) for warehouse in account.warehouses.values()])

    async def _affiliates(self, request: Request, account: Account) -> Response:  # noqa: ARG002 - as every Work
        return JSONResponse([affiliate_body(affiliate) for affiliate in account.affiliates.values()])

    async def _affiliate(self, request: Request, account: Account) -> Response:
        return JSONResponse(affiliate_body(account.affiliate(request.path_params["affiliate"].upper())))

    async def _save_affiliate(self, request: Request, account: Account) -> Response:
        name = request.path_params["affiliate"].upper()
        document = await _json(request)
        try:
            affiliate = affiliate_of(name, document if isinstance(document, dict) else {}, account.affiliates.get(name))
        except ValueError as error:
            return _error(400, str(error))
        if affiliate.trade_policy not in account.trade_policies:
            return _error(400, f"There is no sales channel {affiliate.trade_policy}")
        account.affiliates[name] = affiliate
        return JSONResponse(affiliate_body(affiliate))

    # ---------------------------------------------------------------- what only the stand-in has

    async def _show_state(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        state = self.state
        return JSONResponse(
            {
                "account": state.account,
                "accounts": {name: _account_summary(account) for name, account in state.accounts.items()},
                "habits": asdict(state.habits),
                "stale_s": state.stale_s,
                "max_items": state.max_items,
                "faults": [asdict(fault) for fault in state.faults],
                "sales": asdict(state.sales),
                "notifications": self.broadcaster.counts,
            }
        )

    async def _show_account(self, request: Request) -> Response:
        account = self.state.accounts.get(request.path_params["account"])
        if account is None:
            return _error(404, "Account not found")
        skus = {sku: _sku_summary(account, sku) for sku in account.skus}
        return JSONResponse({**_account_summary(account), "skus": skus})

    async def _show_sku(self, request: Request) -> Response:
        account = self.state.accounts.get(request.path_params["account"])
        if account is None or request.path_params["sku"] not in account.skus:
            return _error(404, "Not found")
        return JSONResponse(_sku_summary(account, request.path_params["sku"]))

    async def _show_notifications(self, request: Request) -> Response:
        names = ("account", "affiliate", "sku", "outcome")
        wanted = {name: request.query_params[name] for name in names if name in request.query_params}
        limit = request.query_params.get("limit", "100")
        items = self.broadcaster.shown(wanted=wanted, limit=int(limit) if limit.isdecimal() else 100)
        return JSONResponse({"counts": self.broadcaster.counts, "items": items})


def _account_summary(account: Account) -> dict[str, Any]:
    return {
        "app_key": account.app_key,
        "app_token": account.app_token,
        "trade_policies": account.trade_policies,
        "warehouses": {name: asdict(warehouse) for name, warehouse in account.warehouses.items()},
        "affiliates": {name: asdict(affiliate) for name, affiliate in account.affiliates.items()},
        "sku_count": len(account.skus),
    }


def _sku_summary(account: Account, sku: str) -> dict[str, Any]:
    """The truth, whatever `stale` makes the API say."""
    return {
        **asdict(account.skus[sku]),
        "available": {name: account.holding(sku, name).available for name in account.stock.get(sku, {})},
        "balances": {policy: account.balance(sku, policy) for policy in account.trade_policies},
        "removed_from": [name for name, skus in account.removed.items() if sku in skus],
    }


def _error(status: int, message: str = "") -> Response:
    return JSONResponse(error_body(message or _MESSAGES.get(status, "Error")), status)


async def _no_route(request: Request, error: Exception) -> Response:  # noqa: ARG001 - as Starlette calls it
    return _error(404, f"A rota '{request.url.path}' não existe")


async def _no_verb(request: Request, error: Exception) -> Response:  # noqa: ARG001 - as Starlette calls it
    return _error(405, f"O verbo '{request.method}' não é compatível com a rota '{request.url.path}'")


async def _json(request: Request) -> Any:
    """The body's document; None when it is not JSON."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
