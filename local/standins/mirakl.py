"""A stand-in Mirakl instance over HTTP: the stock imports of its shops, on its own clock.

POST /api/offers/stock/imports                      STO01, multipart with a part "file"; once a minute and shop
GET  /api/offers/stock/imports/{id}/status          STO02, every 15 seconds
GET  /api/offers/stock/imports/{id}/error_report    STO03, once a minute
GET  /api/offers?sku=                               OF21, of each offer what concerns its stock

The key comes as it is in `Authorization`; `?shop_id=` picks among the shops that it opens. Whether a real instance
counts STO02 and STO03 by import or by shop is documented nowhere; here it is by import.
"""

from __future__ import annotations

import hmac
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import HTTP
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.standins.control import FrontPage, LocalOnly, address_of, scenario
from local.standins.faults import Faults, Plan
from local.standins.mirakl_commands import mirakl_grammar
from local.standins.mirakl_state import Import, MiraklShop, MiraklState, Offer, error_report, read_stock_file
from local.standins.misbehaving import endure

_SHOWN = 200
_IMPORTS = "/api/offers/stock/imports"
_EVERY_S = {"STO01": 60, "STO02": 15, "STO03": 60}

Handler = Callable[[Request, MiraklShop, int], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Write:
    """One file as it was answered. `import_id` is empty when it was not taken, whatever the answer says."""

    at: int
    shop: str
    import_id: str
    asked: dict[str, str]  # quantity by offer, or by "offer at warehouse"
    status: int  # 0: not answered


class Mirakl:
    def __init__(self, state: MiraklState, *, now_ms: Callable[[], int], chance: random.Random) -> None:
        self.state = state
        self._now_ms = now_ms
        self._faults = Faults(state.faults, chance)
        self.writes: deque[Write] = deque(maxlen=_SHOWN)  # oldest first
        grammar = mirakl_grammar(state, self._faults, now_ms)
        own = ["/_state", "/_state/{shop}", "/_writes?shop=&sku=&limit="]
        self.front = FrontPage("Mirakl (stand-in)", grammar, own)
        self.app = Starlette(
            routes=[
                Route("/", self.front.show),
                Route("/_scenario", scenario(grammar), methods=["GET", "POST"]),
                Route("/_state", self._show_state),
                Route("/_state/{shop}", self._show_shop),
                Route("/_writes", self._show_writes),
                Route(_IMPORTS, self._take, methods=["POST"]),
                Route(f"{_IMPORTS}/{{id}}/status", self._answering(self._status), methods=["GET"]),
                Route(f"{_IMPORTS}/{{id}}/error_report", self._answering(self._report), methods=["GET"]),
                Route("/api/offers", self._answering(self._offers), methods=["GET"]),
            ],
            middleware=[Middleware(LocalOnly)],
        )

    def _answering(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            shop = self._shop(request)
            return await self._answer(request, shop, handler, self._plan(shop))

        return endpoint

    def _plan(self, shop: MiraklShop | Response) -> Plan:
        return self._faults.plan(self._now_ms(), shop.name if isinstance(shop, MiraklShop) else None)

    async def _answer(self, request: Request, shop: MiraklShop | Response, handler: Handler, plan: Plan) -> Response:
        async def act() -> Response:
            return await handler(request, shop, self._now_ms()) if isinstance(shop, MiraklShop) else shop

        return await endure(request, plan, act=act, error=_error)

    async def _take(self, request: Request) -> Response:
        file = _file(request.headers.get("content-type", ""), await request.body())
        taken: list[Import] = []

        async def import_file(request: Request, shop: MiraklShop, now: int) -> Response:
            if left_s := shop.wait_left_s("STO01", _EVERY_S["STO01"], now):
                return _too_early(left_s)
            if file is None:
                return _error(400, "Required part 'file' is not present.")
            taken.append(shop.take(file, now))
            location = f"{address_of(request)}{_IMPORTS}/{taken[0].id}/status"
            return JSONResponse({"import_id": taken[0].id}, 201, {"location": location})

        shop, status = self._shop(request), 0
        plan = self._plan(shop)
        name = shop.name if isinstance(shop, MiraklShop) else ""
        try:
            response = await self._answer(request, shop, import_file, plan)
            status = 0 if plan.hang else response.status_code
        finally:
            asked = {
                f"{line.offer_sku} at {line.warehouse}" if line.warehouse else line.offer_sku: line.quantity
                for line in read_stock_file(file or b"") or []
            }
            self.writes.append(Write(self._now_ms(), name, taken[0].id if taken else "", asked, status))
            if isinstance(shop, MiraklShop):
                shop.counts[str(status)] = shop.counts.get(str(status), 0) + 1
        return response

    async def _status(self, request: Request, shop: MiraklShop, now: int) -> Response:
        one = self._import(request, shop)
        if isinstance(one, Response):
            return one
        if left_s := shop.wait_left_s(f"STO02 {one.id}", _EVERY_S["STO02"], now):
            return _too_early(left_s)
        status = shop.status_of(one, now)
        counts = {"lines_in_error": one.in_error, "lines_in_success": one.in_success} if one.ended else {}
        return JSONResponse(
            {
                "date_created": datetime.fromtimestamp(one.created_at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "has_error_report": one.in_error > 0,
                "import_id": one.id,
                "shop_id": shop.id,
                "status": status,
                **counts,
            }
        )

    async def _report(self, request: Request, shop: MiraklShop, now: int) -> Response:
        one = self._import(request, shop)
        if isinstance(one, Response):
            return one
        if left_s := shop.wait_left_s(f"STO03 {one.id}", _EVERY_S["STO03"], now):
            return _too_early(left_s)
        shop.settle(now)
        if not one.in_error:
            return _error(404, "")
        return PlainTextResponse(error_report(one.lines, full=shop.full_reports), media_type="text/csv")

    async def _offers(self, request: Request, shop: MiraklShop, now: int) -> Response:
        shop.settle(now)
        sku = request.query_params.get("sku")
        found = [
            offer_document(shop, name, offer, number)
            for number, (name, offer) in enumerate(shop.offers.items(), start=2001)
            if sku in (None, name)
        ]
        most = request.query_params.get("max", "10")
        return JSONResponse({"offers": found[: int(most) if most.isdecimal() else 10], "total_count": len(found)})

    def _shop(self, request: Request) -> MiraklShop | Response:
        """The shop that the key opens, or why none."""
        key, number = request.headers.get("authorization", ""), request.query_params.get("shop_id")
        open_to = [
            shop
            for shop in self.state.shops.values()
            if not shop.revoked and hmac.compare_digest(key.encode(), shop.key.encode())
        ]
        if not open_to:
            return _error(401, "")
        asked = [shop for shop in open_to if number in (None, str(shop.id))]
        return asked[0] if asked else _error(403, "")

    def _import(self, request: Request, shop: MiraklShop) -> Import | Response:
        return shop.imports.get(request.path_params["id"]) or _error(404, "")

    # ---------------------------------------------------------------- looking

    async def _show_state(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        shops = {name: self._summary(shop) for name, shop in self.state.shops.items()}
        return JSONResponse({"shops": shops, "faults": [asdict(fault) for fault in self.state.faults]})

    async def _show_shop(self, request: Request) -> Response:
        shop = self.state.shops.get(request.path_params["shop"])
        if shop is None:
            return _error(404, "")
        shop.settle(self._now_ms())
        offers = {sku: asdict(offer) for sku, offer in shop.offers.items()}
        return JSONResponse({**self._summary(shop), "offers": offers})

    async def _show_writes(self, request: Request) -> Response:
        shop, sku = request.query_params.get("shop"), request.query_params.get("sku")
        newest = [
            write
            for write in reversed(self.writes)
            if shop in (None, write.shop)
            and (sku is None or any(offer.partition(" at ")[0] == sku for offer in write.asked))
        ]
        limit = request.query_params.get("limit", "100")
        shown = newest[: int(limit) if limit.isdecimal() else 100]
        return JSONResponse({"total": len(newest), "items": [asdict(write) for write in shown]})

    def _summary(self, shop: MiraklShop) -> dict[str, Any]:
        now = self._now_ms()
        shop.settle(now)
        return {
            "shop_id": shop.id,
            "key": shop.key,
            "revoked": shop.revoked,
            "wait_s": shop.wait_s,
            "run_s": shop.run_s,
            "offers": {"taking": sum(not offer.refusal for offer in shop.offers.values()), "all": len(shop.offers)},
            "imports": {
                one.id: {"status": shop.status_of(one, now), "lines_in_error": one.in_error}
                for one in list(shop.imports.values())[-20:]
            },
            "counts": shop.counts,
        }


def offer_document(shop: MiraklShop, sku: str, offer: Offer, number: int) -> dict[str, Any]:
    parts = [{"code": code, "quantity": quantity} for code, quantity in offer.warehouses.items()]
    return {
        "active": offer.quantity > 0,
        "inactivity_reasons": [] if offer.quantity else ["ZERO_QUANTITY"],
        "offer_id": shop.id * 100_000 + number,
        "quantity": offer.quantity,
        "shop_sku": sku,
        **({"warehouses": parts} if parts else {}),
    }


def _file(content_type: str, body: bytes) -> bytes | None:
    """The part "file" of a multipart body."""
    message = message_from_bytes(b"content-type: " + content_type.encode() + b"\r\n\r\n" + body, policy=HTTP)
    for part in message.iter_parts() if message.is_multipart() else []:
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else None
    return None


def _too_early(left_s: int) -> Response:
    answer = _error(429, "")
    answer.headers["retry-after"] = str(left_s)
    return answer


def _error(status: int, text: str) -> Response:
    return JSONResponse({"status": status, "message": text or HTTPStatus(status).phrase}, status)
