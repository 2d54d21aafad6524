"""Amazon, with the stand-in's seller: submissions and feeds are accepted, and show or are refused later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from local.standins import amazon_feeds as feeds
from local.standins.amazon_state import (
    BAD_TOKEN,
    MARKETPLACE,
    AmazonState,
    Arrival,
    Document,
    Offer,
    Seller,
    SubmittedFeed,
)
from stockbridge.connectors import Capabilities, Feed, Rate, Response
from stockbridge.marketplaces.amazon import Amazon
from tests.simulation.real.market import SEEDED, RealMarketplace
from tests.simulation.real.watched import FeedingCheckingRenewing
from tests.simulation.real.wire import Asked, Line, answer, text

# A few SKUs are enough for a feed here: the rest is the connector's own.
CAPABILITIES: Capabilities = replace(
    Amazon.capabilities, rate=Rate(per_second=1, burst=2), feed=Feed(at_least=3, max_batch=50, rate=Rate(1 / 60))
)
DOCUMENTS = "https://tortuga-prod-na.s3.amazonaws.com"
SHOWS_MS, FEED_S = 120_000, 120
_ERRORS = {
    403: ("Unauthorized", "Access to requested resource is denied."),
    404: ("NOT_FOUND", "The resource specified does not exist."),
    429: ("QuotaExceeded", "You exceeded your quota for the requested resource."),
    503: ("ServiceUnavailable", "Service is temporarily unavailable. Please try again."),
}


class AmazonMarket(RealMarketplace):
    by_sight = True
    configuration: ClassVar[Mapping[str, Any]] = {"seller_id": "ASELLER", "marketplace_ids": MARKETPLACE}
    late_ms = 600_000  # and then it takes a while to show: within the quarter of an hour that the connector says

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connector = FeedingCheckingRenewing(Amazon(), self, CAPABILITIES)
        self._seller = Seller("ASELLER", "amzn1.client", "client-secret", "Atzr|0")
        self._seller.offers = {sku: Offer(SEEDED) for sku in self._skus}
        self._state = AmazonState({"ASELLER": self._seller}, zipped=self._random() < 0.5)
        self._consents = 0
        self._values = self.log_in()

    def quantity(self, sku: str) -> int | None:
        return self._seller.offers[sku].quantity

    def now_shows(self, sku: str, quantity: int) -> None:
        self._seller.offers[sku] = replace(self._seller.offers[sku], quantity=quantity)

    # ------------------------------------------------------------------ answers

    def answer(self, asked: Asked, line: Line | None) -> Response:
        if asked.url.startswith(DOCUMENTS):
            return self._kept(asked)
        if asked.host == "api.amazon.com":
            return self._renew(asked.form)
        now = self._scheduler.now
        if now < self.locked_out_until or not self._seller.knows(asked.headers["x-amz-access-token"], now):
            self._happened["token refused"] += 1
            return _error(403, BAD_TOKEN)
        match asked.method, asked.path[2:]:
            case "PATCH", ("items", _, sku):
                return self._patch(sku, asked, line)
            case "GET", ("items", _, sku):
                return answer(200, self._seller.item(sku, self._seller.offers[sku]))
            case "GET", ("items", _):
                skus = asked.query["identifiers"].split(",")
                items = [self._seller.item(sku, self._seller.offers[sku]) for sku in skus]
                return answer(200, {"numberOfResults": len(items), "items": items})
            case "POST", ("documents",):
                return self._document(feeds.new_document(self._seller, asked.document["contentType"], now), 201)
            case "GET", ("documents", name) if name in self._seller.documents:
                return self._document(self._seller.documents[name], 200)
            case "POST", ("feeds",):
                return answer(202, {"feedId": self._feed(asked.document["inputFeedDocumentId"], line).id})
            case "GET", ("feeds", name) if name in self._seller.feeds:
                return answer(200, feeds.shown(self._seller.feeds[name], now))
        return _error(404)

    def error(self, asked: Asked, status: int, *, wait_s: int | None = None) -> Response | None:
        if asked.url.startswith(DOCUMENTS):
            return text(503, "<Error><Code>SlowDown</Code></Error>", "application/xml") if status == 503 else None
        if status == 409:
            return None
        refused = _error(status)
        if wait_s is None:
            return refused
        return replace(refused, headers={**refused.headers, "retry-after": str(wait_s)})

    def _patch(self, sku: str, asked: Asked, line: Line | None) -> Response:
        """Refused at once, or accepted; and then shown, or refused later."""
        refusal, seller = self._refuses(), self._seller
        if refusal is not None:
            seller.set_state(sku, "attribute", late=refusal == "now")
        else:
            seller.set_state(sku, "sold")  # whatever an earlier one was refused for
        [patch] = asked.document["patches"]
        due = self._within(SHOWS_MS)
        issues, _ = seller.submit(sku, patch["path"], patch["value"], self._scheduler.now, due=due)
        if refusal == "ever":
            seller.set_state(sku, "sold")
        if refusal is not None and line is not None:
            self._refused(sku)
        self._happened["INVALID" if issues else "ACCEPTED"] += 1
        self._happened["refused after its acceptance"] += refusal == "now"
        self._scheduler.at(due, self._show)
        status = {"sku": sku, "status": "INVALID" if issues else "ACCEPTED"}
        return answer(200, {**status, "submissionId": seller.next("submission-"), "issues": list(issues)})

    def _show(self) -> None:
        self._seller.offer("", self._scheduler.now)

    # ------------------------------------------------------------------ feeds

    def _document(self, document: Document, status: int) -> Response:
        zipped = {"compressionAlgorithm": "GZIP"} if document.zipped else {}
        return answer(status, {"feedDocumentId": document.id, "url": DOCUMENTS + feeds.signed(document), **zipped})

    def _kept(self, asked: Asked) -> Response:
        signature = parse_qs(urlsplit(asked.url).query)["X-Amz-Signature"][0]
        document = self._seller.documents[asked.path[-1]]
        if signature != document.signature:
            return text(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>", "application/xml")
        if asked.method == "PUT":
            document.text = asked.body.decode()
            return Response(200, {}, b"")
        status, data, headers = feeds.piece(feeds.content(document), asked.headers.get("range", ""))
        self._happened["report read"] += 1
        return Response(status, headers, data)

    def _feed(self, document: str, line: Line | None) -> SubmittedFeed:
        self._state.feed_s = 10 + int(self._random() * FEED_S)
        feed = feeds.new_feed(self._state, self._seller, document, self._scheduler.now)
        fatal = self._random() < 3 * self.manners.fails  # there are few, and most are well
        self._scheduler.at(feed.ends_at, lambda: self._process(feed, fatal, heard=line is not None))
        return feed

    def _process(self, feed: SubmittedFeed, fatal: bool, *, heard: bool) -> None:
        """Some messages are refused, some show at once, and some later."""
        seller, now = self._seller, self._scheduler.now
        skus = [each for each in self._skus if f'"sku":"{each}"' in (seller.documents[feed.document].text or "")]
        self._state.feeds_end = "FATAL" if fatal else "DONE"
        refused = skus if fatal else [sku for sku in skus if self._refuses() is not None]
        for sku in skus:
            seller.set_state(sku, "attribute" if sku in refused else "sold")
        self._show()
        before = {sku: seller.offers[sku] for sku in skus}
        feeds.process_due(self._state, seller, now)
        self._show()
        for sku in skus:
            seller.set_state(sku, "sold")
            if not fatal and sku not in refused:
                self._show_later(sku, before[sku])
        self._happened["feed FATAL" if fatal else "feed DONE"] += 1
        self._happened["messages refused"] += 0 if fatal else len(refused)
        if heard:
            self._refused(*refused)

    def _show_later(self, sku: str, before: Offer) -> None:
        """What a message changed shows at once, or some time after the feed is DONE."""
        now, quantity = self._scheduler.now, self._seller.offers[sku].quantity
        due = self._within(SHOWS_MS if self._random() < 0.3 else 0)
        if due > now:
            self._seller.offers[sku] = replace(before, state="sold", late=False)
            self._seller.arrivals.append(Arrival(due, sku, quantity))
            self._scheduler.at(due, self._show)

    # ------------------------------------------------------------------ sign-in

    def _renew(self, form: dict[str, str]) -> Response:
        if not self.welcomes(form):
            self._happened["refresh token refused"] += 1
            self._person_comes()
            return answer(400, {"error": "invalid_grant", "error_description": "The request has an invalid grant"})
        self._happened["logged in"] += 1
        token = self._seller.log_in(self._scheduler.now)
        return answer(200, {"access_token": token, "refresh_token": self._seller.refresh_token,
                            "token_type": "bearer", "expires_in": 3600})  # fmt: skip

    @property
    def values(self) -> Mapping[str, str]:
        return self._values

    def welcomes(self, values: Mapping[str, str]) -> bool:
        return values["refresh_token"] == self._seller.refresh_token

    def log_in(self) -> Mapping[str, str]:
        """A person authorises the application: without access token, since the first call fetches one."""
        seller = self._seller
        return {"client_id": seller.client_id, "client_secret": seller.client_secret,
                "refresh_token": seller.refresh_token}  # fmt: skip

    def revoke(self) -> None:
        self._happened["token revoked"] += 1
        self._seller.tokens.clear()
        if self._random() < 0.3:
            self._happened["consent revoked"] += 1
            self._consents += 1
            self._seller.refresh_token = f"Atzr|{self._consents}"


def _error(status: int, details: str = "") -> Response:
    code, message = _ERRORS[status]
    return answer(status, {"errors": [{"code": code, "message": message, "details": details}]})
