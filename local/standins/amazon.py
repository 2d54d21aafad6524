"""A stand-in Amazon over HTTP: the part of the Selling Partner API that writes and shows stock.

POST  /auth/o2/token                                      Login with Amazon, for every seller
PATCH /listings/2021-08-01/items/{seller}/{sku}           accepted now, shown `settle` seconds later
GET   /listings/2021-08-01/items/{seller}/{sku}
GET   /listings/2021-08-01/items/{seller}?identifiers=
POST  /feeds/2021-06-30/documents, GET .../{document}
POST  /feeds/2021-06-30/feeds, GET .../{feed}
PUT, GET /tortuga/{document}?X-Amz-Signature=             where documents are kept; takes no access token
"""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins import amazon_feeds as feeds
from local.standins.amazon_answers import RATES, Quotas, error, login_refused, s3_refused
from local.standins.amazon_commands import amazon_grammar
from local.standins.amazon_state import BAD_TOKEN, MARKETPLACE, TOKEN_S, AmazonState, Json, Seller
from local.standins.control import FrontPage, LocalOnly, address_of, scenario
from local.standins.faults import Faults
from local.standins.misbehaving import endure

_KEPT = 5000
_LISTINGS, _FEEDS = "/listings/2021-08-01/items", "/feeds/2021-06-30"
_Act = Callable[[Seller, int], Response]


@dataclass(frozen=True, slots=True)
class Write:
    """One quantity, by PATCH as it was answered, or by a feed when it was processed (status 202).

    `shows`: the offer shows it now or will, whatever the answer says.
    """

    at: int
    shop: str
    sku: str
    asked: str
    status: int  # 0: not answered
    shows: bool


class Amazon:
    def __init__(self, state: AmazonState, *, now_ms: Callable[[], int], chance: random.Random) -> None:
        self.state = state
        self._now_ms = now_ms
        self._faults = Faults(state.faults, chance)
        self._quotas = Quotas()
        self.writes: deque[Write] = deque(maxlen=_KEPT)  # oldest first
        grammar = amazon_grammar(state, self._faults, now_ms)
        own = ["/_state", "/_state/{shop}", "/_writes?shop=&sku=&limit="]
        self.front = FrontPage("Amazon (stand-in)", grammar, own)
        self.app = Starlette(
            routes=[
                Route("/", self.front.show),
                Route("/_scenario", scenario(grammar), methods=["GET", "POST"]),
                Route("/_state", self._show_state),
                Route("/_state/{shop}", self._show_seller),
                Route("/_writes", self._show_writes),
                Route("/auth/o2/token", self._log_in, methods=["POST"]),
                Route(f"{_LISTINGS}/{{seller}}/{{sku:path}}", self._item, methods=["GET"]),
                Route(f"{_LISTINGS}/{{seller}}/{{sku:path}}", self._patch, methods=["PATCH"]),
                Route(f"{_LISTINGS}/{{seller}}", self._search, methods=["GET"]),
                Route(f"{_FEEDS}/documents", self._new_document, methods=["POST"]),
                Route(f"{_FEEDS}/documents/{{document}}", self._document, methods=["GET"]),
                Route(f"{_FEEDS}/feeds", self._new_feed, methods=["POST"]),
                Route(f"{_FEEDS}/feeds/{{feed}}", self._feed, methods=["GET"]),
                Route("/tortuga/{document}", self._kept, methods=["GET", "PUT"]),
            ],
            middleware=[Middleware(LocalOnly)],
        )

    # ---------------------------------------------------------------- login

    async def _log_in(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode(errors="replace")).items()}
        asking = [each for each in self.state.sellers.values() if each.client_id == form.get("client_id")]
        plan = self._faults.plan(self._now_ms(), asking[0].name if asking else None)

        async def act() -> Response:
            if form.get("grant_type") != "refresh_token":
                return login_refused(400, "unsupported_grant_type", "The authorization grant type is not supported.")
            known = [each for each in asking if each.client_secret == form.get("client_secret")]
            if not known:
                return login_refused(401, "invalid_client", "Client authentication failed")
            seller = known[0]
            if seller.revoked or form.get("refresh_token") != seller.refresh_token:
                says = "User may have revoked or didn't grant the permission."
                return login_refused(
                    400, "invalid_grant", f"The request has an invalid grant parameter : refresh_token. {says}"
                )
            token = seller.log_in(self._now_ms())
            lasts = {"token_type": "bearer", "expires_in": TOKEN_S}
            return JSONResponse({"access_token": token, "refresh_token": seller.refresh_token, **lasts})

        return await endure(request, plan, act=act, error=error)

    # ---------------------------------------------------------------- listings

    async def _item(self, request: Request) -> Response:
        sku = request.path_params["sku"]

        def act(seller: Seller, now: int) -> Response:
            offer = seller.offer(sku, now)
            if offer is None:
                return error(404, f"SKU '{sku}' not found in marketplace {MARKETPLACE}")
            return JSONResponse(seller.item(sku, offer))

        return await self._answer(request, "item", act, sku)

    async def _search(self, request: Request) -> Response:
        skus = request.query_params.get("identifiers", "").split(",")

        def act(seller: Seller, now: int) -> Response:
            if request.query_params.get("identifiersType") != "SKU" or len(skus) > 20:
                return error(400, "")
            shown = [(sku, offer) for sku in skus if (offer := seller.offer(sku, now)) is not None]
            size = int(request.query_params.get("pageSize", "10"))
            items = [seller.item(sku, offer) for sku, offer in shown[:size]]
            return JSONResponse({"numberOfResults": len(shown), "items": items})

        return await self._answer(request, "search", act)

    async def _patch(self, request: Request) -> Response:
        sku, asked = request.path_params["sku"], (await request.body()).decode(errors="replace")
        shows = False

        def act(seller: Seller, now: int) -> Response:
            nonlocal shows
            match _json(asked):
                case {"productType": str(), "patches": [{"op": "merge" | "replace", "path": path, "value": value}]}:
                    pass
                case _:
                    return error(400, "")
            offer = seller.offer(sku, now)
            if offer is not None and offer.state == "unreadable":
                wrong = {"code": "BAD_REQUEST", "message": "Invalid input", "details": "Invalid input"}
                return JSONResponse({"errors": [wrong]}, 400)
            issues, shows = seller.submit(sku, path, value, now, due=now + self.state.settle_s * 1000)
            status = {"sku": sku, "status": "INVALID" if issues else "ACCEPTED"}
            return JSONResponse({**status, "submissionId": seller.next("local-"), "issues": list(issues)})

        status = 0
        try:
            response = await self._answer(request, "patch", act, sku)
            status = 0 if request.state.unanswered else response.status_code
        finally:
            name = request.path_params["seller"]
            self.writes.append(Write(self._now_ms(), name, sku, asked, status, shows))
            if (seller := self.state.sellers.get(name)) is not None:
                seller.counts[str(status)] = seller.counts.get(str(status), 0) + 1
        return response

    # ---------------------------------------------------------------- feeds

    async def _new_document(self, request: Request) -> Response:
        body = _json(await request.body())

        def act(seller: Seller, now: int) -> Response:
            match body:
                case {"contentType": str(content_type)}:
                    document = feeds.new_document(seller, content_type, now)
                    address = address_of(request) + feeds.signed(document)
                    return JSONResponse({"feedDocumentId": document.id, "url": address}, 201)
            return error(400, "")

        return await self._answer(request, "new document", act)

    async def _document(self, request: Request) -> Response:
        def act(seller: Seller, now: int) -> Response:
            document = seller.documents.get(request.path_params["document"])
            if document is None:
                return error(404, "")
            document.expires_at = now + feeds.GOOD_FOR_S * 1000
            body = {"feedDocumentId": document.id, "url": address_of(request) + feeds.signed(document)}
            return JSONResponse(body | ({"compressionAlgorithm": "GZIP"} if document.zipped else {}))

        return await self._answer(request, "document", act)

    async def _new_feed(self, request: Request) -> Response:
        body = _json(await request.body())

        def act(seller: Seller, now: int) -> Response:
            match body:
                case {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [*_], "inputFeedDocumentId": str(document)}:
                    if document in seller.documents:
                        return JSONResponse({"feedId": feeds.new_feed(self.state, seller, document, now).id}, 202)
            return error(400, "")

        return await self._answer(request, "new feed", act)

    async def _feed(self, request: Request) -> Response:
        def act(seller: Seller, now: int) -> Response:
            feed = seller.feeds.get(request.path_params["feed"])
            return error(404, "") if feed is None else JSONResponse(feeds.shown(feed, now))

        return await self._answer(request, "feed", act)

    async def _kept(self, request: Request) -> Response:
        """S3, which knows signatures and nothing of sellers."""
        documents = (seller.documents.get(request.path_params["document"]) for seller in self.state.sellers.values())
        document = next((each for each in documents if each is not None), None)
        if document is None or request.query_params.get("X-Amz-Signature") != document.signature:
            return s3_refused("SignatureDoesNotMatch", "The request signature we calculated does not match.")
        if document.expires_at <= self._now_ms():
            return s3_refused("AccessDenied", "Request has expired")
        if request.method == "GET":
            status, data, more = feeds.piece(feeds.content(document), request.headers.get("range", ""))
            return Response(data, status, more, media_type="application/octet-stream")
        if request.headers.get("content-type") != document.content_type:
            return s3_refused("SignatureDoesNotMatch", "The request signature we calculated does not match.")
        document.text = (await request.body()).decode(errors="replace")
        return Response()

    # ---------------------------------------------------------------- who asks, and how often

    async def _answer(self, request: Request, operation: str, act: _Act, sku: str | None = None) -> Response:
        token, now = request.headers.get("x-amz-access-token", ""), self._now_ms()
        named = request.path_params.get("seller")
        asking = next((each for each in self.state.sellers.values() if each.knows(token, now)), None)
        plan = self._faults.plan(now, named or (asking.name if asking else None), sku)

        async def work() -> Response:
            if asking is None or named not in (None, asking.name):
                return error(403, "", BAD_TOKEN)
            if self.state.quotas and not self._quotas.allow(asking.name, operation, self._now_ms()):
                return error(429, "")
            for taken in feeds.process_due(self.state, asking, self._now_ms()):
                self.writes.append(Write(self._now_ms(), asking.name, taken.sku, taken.asked, 202, taken.shows))
            return act(asking, self._now_ms())

        response = await endure(request, plan, act=work, error=error)
        request.state.unanswered = plan.hang is not None
        response.headers["x-amzn-ratelimit-limit"] = str(RATES[operation][0])
        return response

    # ---------------------------------------------------------------- looking

    async def _show_state(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        settings = {name: getattr(self.state, name) for name in ("settle_s", "feed_s", "feeds_end", "zipped", "quotas")}
        shops = {name: _summary(seller) for name, seller in self.state.sellers.items()}
        return JSONResponse({**settings, "shops": shops, "faults": [asdict(fault) for fault in self.state.faults]})

    async def _show_seller(self, request: Request) -> Response:
        seller = self.state.sellers.get(request.path_params["shop"])
        if seller is None:
            return error(404, "")
        feeds.process_due(self.state, seller, self._now_ms())
        seller.offer("", self._now_ms())  # what was accepted and is due shows
        listings = {sku: asdict(offer) for sku, offer in seller.offers.items()}
        ended = {feed.id: feed.status or "waiting" for feed in seller.feeds.values()}
        return JSONResponse({**_summary(seller), "listings": listings, "feeds": ended})

    async def _show_writes(self, request: Request) -> Response:
        wanted = {name: request.query_params[name] for name in ("shop", "sku") if name in request.query_params}
        limit = request.query_params.get("limit", "100")
        newest = [
            write for write in reversed(self.writes) if all(getattr(write, name) == wanted[name] for name in wanted)
        ]
        count = int(limit) if limit.isdecimal() else 100
        return JSONResponse({"total": len(newest), "items": [asdict(write) for write in newest[:count]]})


def _summary(seller: Seller) -> Json:
    """With the values that a channel's secret begins with: nothing here is secret."""
    login = {name: getattr(seller, name) for name in ("client_id", "client_secret", "refresh_token")}
    waiting = len(seller.arrivals) + sum(not feed.status for feed in seller.feeds.values())
    return {"login": login, "revoked": seller.revoked, "waiting": waiting, "counts": seller.counts}


def _json(body: str | bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
