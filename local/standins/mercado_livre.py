"""A stand-in Mercado Livre over HTTP: its items, user products and sign-in.

GET, PUT /items/{id}
GET /user-products/{id}/stock    PUT /user-products/{id}/stock/type/{seller_warehouse or selling_address}
POST /oauth/token
"""

from __future__ import annotations

import csv
import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.standins.control import FrontPage, LocalOnly, scenario
from local.standins.faults import Faults, Plan
from local.standins.mercado_livre_bodies import Answer, error, item_document, not_found, not_owned, stock_document
from local.standins.mercado_livre_commands import mercado_livre_grammar
from local.standins.mercado_livre_seed import LISTING_IDS, secret_of
from local.standins.mercado_livre_state import Item, MercadoLivreState, Seller, UserProduct
from local.standins.misbehaving import endure

_SHOWN = 5000
_KINDS = ("seller_warehouse", "selling_address")


@dataclass(frozen=True, slots=True)
class Write:
    """One PUT as it was answered. `applied`: a quantity took effect, whatever the answer says."""

    at: int
    shop: str
    path: str
    asked: str  # the body, as text
    status: int  # 0: not answered
    applied: bool


class MercadoLivre:
    def __init__(self, state: MercadoLivreState, *, now_ms: Callable[[], int], chance: random.Random) -> None:
        self.state = state
        self._now_ms = now_ms
        self._faults = Faults(state.faults, chance)
        self.writes: deque[Write] = deque(maxlen=_SHOWN)  # oldest first
        grammar = mercado_livre_grammar(state, self._faults, now_ms)
        own = ["/_state", "/_state/{sku}", "/_listings", "/_writes?shop=&limit="]
        stock = "/user-products/{id}/stock"
        self.front = FrontPage("Mercado Livre (stand-in)", grammar, own)
        self.app = Starlette(
            routes=[
                Route("/", self.front.show),
                Route("/_scenario", scenario(grammar), methods=["GET", "POST"]),
                Route("/_state", self._show_state),
                Route("/_state/{sku}", self._show_sku),
                Route("/_listings", self._show_listings),
                Route("/_writes", self._show_writes),
                Route("/oauth/token", self._login, methods=["POST"]),
                Route("/items/{id}", self._read_item, methods=["GET"]),
                Route("/items/{id}", self._write_item, methods=["PUT"]),
                Route(stock, self._read_stock, methods=["GET"]),
                Route(f"{stock}/type/{{kind}}", self._write_stock, methods=["PUT"]),
            ],
            middleware=[Middleware(LocalOnly)],
        )

    # ---------------------------------------------------------------- the marketplace

    async def _login(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        plan = self._faults.plan(self._now_ms(), self.state.applications.get(form.get("client_id", "")))
        return await self._answer(
            request, plan, lambda: self.state.renew(form, self._now_ms()), too_many=_login_limited
        )

    async def _read_item(self, request: Request) -> Response:
        def act(_: Seller) -> Answer:
            item = self._item(request)
            return Answer(200, item_document(item)) if item else _no_item(request)

        return await self._answer(request, self._plan(request), self._signed_in(request, act))

    async def _write_item(self, request: Request) -> Response:
        body = _json(await request.body())

        def act(seller: Seller) -> Answer:
            item = self._item(request)
            if item is None:
                return _no_item(request)
            if item.seller_id != seller.user_id:
                return not_owned(item)
            return self.state.write_item(item, body, self._now_ms())

        return await self._written(request, act)

    async def _read_stock(self, request: Request) -> Response:
        def act(seller: Seller) -> Answer:
            product = self._user_product(request, seller)
            return self.state.read_stock(product) if product else not_found("Resource not found")

        return await self._answer(request, self._plan(request), self._signed_in(request, act))

    async def _write_stock(self, request: Request) -> Response:
        body, version = _json(await request.body()), request.headers.get("x-version", "")

        def act(seller: Seller) -> Answer:
            product, kind = self._user_product(request, seller), request.path_params["kind"]
            if product is None or kind not in _KINDS:
                return not_found("Resource not found")
            return self.state.write_stock(product, kind, body, version)

        return await self._written(request, act)

    async def _written(self, request: Request, act: Callable[[Seller], Answer]) -> Response:
        """As `_answer`, and remembered."""
        seller, plan, applied, status = self._seller(request), self._plan(request), False, 0
        told = self._signed_in(request, act)

        def acted() -> Answer:
            nonlocal applied
            answer = told()
            applied = answer.applied
            return answer

        try:
            response = await self._answer(request, plan, acted)
            status = 0 if plan.hang else response.status_code
        finally:
            asked = (await request.body()).decode(errors="replace")
            shop = seller.name if seller else ""
            self.writes.append(Write(self._now_ms(), shop, request.url.path, asked, status, applied))
        return response

    async def _answer(
        self,
        request: Request,
        plan: Plan,
        act: Callable[[], Answer],
        *,
        too_many: Callable[[], Response] | None = None,
    ) -> Response:
        async def respond() -> Response:
            return _response(act())

        response = await endure(request, plan, act=respond, error=_error)
        if plan.retry_after_s is None:
            return response
        limited = too_many() if too_many else response
        if "retry-after" in limited.headers:
            del limited.headers["retry-after"]  # Mercado Livre's documents know of none
        return limited

    def _signed_in(self, request: Request, act: Callable[[Seller], Answer]) -> Callable[[], Answer]:
        def signed_in() -> Answer:
            seller = self._seller(request)
            return error(401) if seller is None else act(seller)

        return signed_in

    def _seller(self, request: Request) -> Seller | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        for seller in self.state.sellers.values():
            if seller.access.get(token, 0) > self._now_ms():
                return seller
        return None

    def _plan(self, request: Request) -> Plan:
        """What an application's request meets; `for SHOP` in a command means the shop's application."""
        seller, named = self._seller(request), request.path_params["id"]
        skus = [sku for sku, ids in self.state.listings.items() if named in ids.values()]
        meant = {fault.sku for fault in self.state.faults}
        sku = next((sku for sku in skus if sku in meant), None)
        application = self.state.applications.get(seller.client_id if seller else "")
        return self._faults.plan(self._now_ms(), application, sku)

    def _item(self, request: Request) -> Item | None:
        return self.state.items.get(request.path_params["id"])

    def _user_product(self, request: Request, seller: Seller) -> UserProduct | None:
        product = self.state.user_products.get(request.path_params["id"])
        return product if product is not None and product.seller_id == seller.user_id else None

    # ---------------------------------------------------------------- looking

    async def _show_state(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        state, now = self.state, self._now_ms()
        sellers = {
            seller.name: {
                "login": dict(secret_of(seller)),
                "logins": seller.logins,
                "signed_in": any(until > now for until in seller.access.values()),
                "revoked": seller.revoked,
            }
            for seller in state.sellers.values()
        }
        statuses = [item.status for item in state.items.values()]
        return JSONResponse(
            {
                "sellers": sellers,
                "items": {status: statuses.count(status) for status in sorted(set(statuses))},
                "user_products": len(state.user_products),
                "dropped": [asdict(each) for each in state.dropped],
                "faults": [asdict(fault) for fault in state.faults],
            }
        )

    async def _show_sku(self, request: Request) -> Response:
        ids = self.state.listings.get(request.path_params["sku"])
        if ids is None:
            return JSONResponse({"error": f"SKU {request.path_params['sku']} is not for sale here"}, 404)
        item = self.state.items.get(ids.get("item_id", ""))
        product = self.state.user_products.get(ids.get("user_product_id", ""))
        shown = {
            "listing": ids,
            "item": item_document(item) if item else None,
            "stock": stock_document(product) if product else None,
        }
        return JSONResponse(shown)

    async def _show_listings(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        """The listing map, as a channel imports it."""
        text = StringIO()
        writer = csv.DictWriter(text, ["sku", *LISTING_IDS], lineterminator="\n")
        writer.writeheader()
        writer.writerows({"sku": sku, **ids} for sku, ids in self.state.listings.items())
        return PlainTextResponse(text.getvalue(), media_type="text/csv")

    async def _show_writes(self, request: Request) -> Response:
        shop, limit = request.query_params.get("shop"), request.query_params.get("limit", "100")
        newest = [write for write in reversed(self.writes) if shop in (None, write.shop)]
        count = int(limit) if limit.isdecimal() else 100
        return JSONResponse({"total": len(newest), "items": [asdict(write) for write in newest[:count]]})


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _no_item(request: Request) -> Answer:
    return not_found(f"Item with id {request.path_params['id']} not found")


def _response(answer: Answer) -> Response:
    headers = {} if answer.version is None else {"x-version": str(answer.version)}
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    return JSONResponse(answer.body, answer.status, headers)


def _error(status: int, text: str) -> Response:
    return _response(error(status, text))


def _login_limited() -> Response:
    return JSONResponse({"error": "local_rate_limited", "status": 429, "cause": []}, 429)
