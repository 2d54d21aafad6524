"""A stand-in marketplace over HTTP: several shops, one quantity at a time.

PUT /{shop}/v2/skus/{sku}/stock  {"sku": "42", "quantity": 3}  with the shop's Bearer token
GET /{shop}/v2/skus/{sku}/stock
"""

from __future__ import annotations

import hmac
import random
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins.control import FrontPage, LocalOnly, scenario
from local.standins.faults import Faults, Plan
from local.standins.listings import Answer, MarketplaceState, Shop, problem
from local.standins.marketplace_commands import marketplace_grammar
from local.standins.misbehaving import Ending, endure

_SHOWN = 5000
_ERRORS = {
    401: ("UNAUTHORIZED", "Token inválido."),
    404: ("NOT_FOUND", "Não encontrado."),
    409: ("CONFLICT", "Outra alteração deste anúncio está em andamento."),
    422: ("INVALID", "Dados recusados."),
    429: ("TOO_MANY_REQUESTS", "Limite de requisições excedido."),
    500: ("INTERNAL_ERROR", "Erro interno."),
    503: ("UNAVAILABLE", "Serviço indisponível."),
}


@dataclass(frozen=True, slots=True)
class Write:
    """One PUT as it was answered. `applied`: the shop shows the quantity, whatever the answer says."""

    at: int
    shop: str
    sku: str
    asked: str  # the body, as text
    status: int  # 0: not answered
    applied: bool


class Marketplace:
    def __init__(self, state: MarketplaceState, *, now_ms: Callable[[], int], chance: random.Random) -> None:
        self.state = state
        self._now_ms = now_ms
        self._faults = Faults(state.faults, chance)
        self.writes: deque[Write] = deque(maxlen=_SHOWN)  # oldest first
        grammar = marketplace_grammar(state, self._faults, now_ms)
        own = ["/_state", "/_state/{shop}", "/_writes?shop=&sku=&limit="]
        self.front = FrontPage("Marketplace (stand-in)", grammar, own)
        self.app = Starlette(
            routes=[
                Route("/", self.front.show),
                Route("/_scenario", scenario(grammar), methods=["GET", "POST"]),
                Route("/_state", self._show_state),
                Route("/_state/{shop}", self._show_shop),
                Route("/_writes", self._show_writes),
                Route("/{shop}/v2/skus/{sku}/stock", self._read, methods=["GET"]),
                Route("/{shop}/v2/skus/{sku}/stock", self._write, methods=["PUT"]),
            ],
            middleware=[Middleware(LocalOnly)],
        )

    async def _read(self, request: Request) -> Response:
        shop, sku, plan = self._asked(request)

        async def act() -> Response:
            return _response(self._refused(request, shop) or shop.read(sku, self._now_ms()))

        return await endure(request, plan, act=act, error=_error)

    async def _write(self, request: Request) -> Response:
        shop, sku, plan = self._asked(request)
        began = self._now_ms()
        applied = False

        async def act() -> Response:
            nonlocal applied
            body, now = await request.body(), self._now_ms()
            answer = self._refused(request, shop) or shop.write(sku, body, now, accept_s=plan.accept_s)
            applied = answer.applied
            return _response(answer)

        status = 0
        try:
            response = await endure(request, plan, act=act, error=_error)
            status = 0 if plan.hang else response.status_code
        finally:
            asked = (await request.body()).decode(errors="replace")
            self.writes.append(Write(self._now_ms(), shop.name, sku, asked, status, applied))
            shop.counts[str(status)] = shop.counts.get(str(status), 0) + 1

        def ended() -> None:
            shop.longest_ms = max(shop.longest_ms, self._now_ms() - began)

        return Ending(response, ended)

    def _asked(self, request: Request) -> tuple[Shop, str, Plan]:
        name, sku = request.path_params["shop"], request.path_params["sku"]
        shop = self.state.shops.get(name) or Shop(name, token="")  # a shop that nobody holds a token for
        return shop, sku, self._faults.plan(self._now_ms(), name, sku)

    def _refused(self, request: Request, shop: Shop) -> Answer | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not shop.token or scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), shop.token.encode()):
            return problem(401, *_ERRORS[401])
        return None

    # ---------------------------------------------------------------- looking

    async def _show_state(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        shops = {name: _shop_summary(shop) for name, shop in self.state.shops.items()}
        return JSONResponse({"shops": shops, "faults": [asdict(fault) for fault in self.state.faults]})

    async def _show_shop(self, request: Request) -> Response:
        shop = self.state.shops.get(request.path_params["shop"])
        if shop is None:
            return _error(404, "")
        shop.listing("", self._now_ms())  # what was accepted and is due shows
        listings = {sku: asdict(listing) for sku, listing in shop.listings.items()}
        return JSONResponse({**_shop_summary(shop), "listings": listings})

    async def _show_writes(self, request: Request) -> Response:
        wanted = {name: request.query_params[name] for name in ("shop", "sku") if name in request.query_params}
        limit = request.query_params.get("limit", "100")
        newest = [
            write for write in reversed(self.writes) if all(getattr(write, name) == wanted[name] for name in wanted)
        ]
        count = int(limit) if limit.isdecimal() else 100
        return JSONResponse({"total": len(newest), "items": [asdict(write) for write in newest[:count]]})


def _shop_summary(shop: Shop) -> dict[str, Any]:
    states = [listing.state for listing in shop.listings.values()]
    return {
        "token": shop.token,
        "any_sku": shop.any_sku,
        "maximum": shop.maximum,
        "listings": {state: states.count(state) for state in ("active", "closed", "not_catalogued")},
        "waiting": len(shop.arrivals),
        "counts": shop.counts,
        "longest_ms": shop.longest_ms,
    }


def _response(answer: Answer) -> Response:
    return JSONResponse(answer.body, answer.status)


def _error(status: int, text: str) -> Response:
    code, message = _ERRORS.get(status, ("ERROR", "Erro."))
    return _response(problem(status, code, text or message))
