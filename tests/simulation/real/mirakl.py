"""Mirakl, with the stand-in's shop: files wait, run, and are reported on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from local.standins.mirakl import offer_document
from local.standins.mirakl_state import UNCATALOGUED, UNKNOWN, Import, MiraklShop, Offer, error_report
from stockbridge.connectors import Response
from stockbridge.marketplaces.mirakl import Mirakl
from tests.simulation.marketplaces import RATE_SLACK_MS
from tests.simulation.real.market import SEEDED, RealMarketplace
from tests.simulation.real.watched import Checking
from tests.simulation.real.wire import Asked, Line, answer, text

EVERY_S = {"STO01": 60, "STO02": 15, "STO03": 60}
REFUSALS = {"ever": UNKNOWN, "now": UNCATALOGUED}


class MiraklMarket(RealMarketplace):
    configuration: ClassVar[Mapping[str, Any]] = {"base_url": "https://carrefour.mirakl.net"}
    late_ms = 900_000  # and then it waits in the queue: within the hour that the connector says

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connector = Checking(Mirakl(), self)
        self._shop = MiraklShop(2000, "carrefour", "api-key-0")
        self._shop.offers = {sku: Offer(SEEDED) for sku in self._skus}
        self._shop.full_reports = self._random() < 0.5  # those of the others have numbers only
        self._keys = 0
        self._file_at = 0

    def quantity(self, sku: str) -> int | None:
        return self._shop.offers[sku].quantity

    def now_shows(self, sku: str, quantity: int) -> None:
        self._shop.offers[sku] = replace(self._shop.offers[sku], quantity=quantity)

    # ------------------------------------------------------------------ answers

    def answer(self, asked: Asked, line: Line | None) -> Response:
        now = self._scheduler.now
        if asked.headers["authorization"] != self._shop.key or now < self.locked_out_until:
            self._happened["key refused"] += 1
            return _error(401, "Unauthorized")
        if asked.path[-1] == "offers":
            sku = asked.query["sku"]
            offers = [offer_document(self._shop, sku, self._shop.offers[sku], 2001)]
            return answer(200, {"offers": offers, "total_count": len(offers)})
        call = {"imports": "STO01", "status": "STO02", "error_report": "STO03"}[asked.path[-1]]
        name = asked.path[-2]
        if left_s := self._shop.wait_left_s(call if call == "STO01" else f"{call} {name}", EVERY_S[call], now):
            self._happened["too early"] += 1
            return _error(429, "Too many requests", retry_after=str(left_s))
        if call == "STO01":
            return answer(201, {"import_id": self._take(asked, line).id})
        one = self._shop.imports.get(name)
        if one is None:
            return _error(404, "Not found")
        return self._status(one) if call == "STO02" else text(200, self._report(one), "text/csv")

    def error(self, asked: Asked, status: int, *, wait_s: int | None = None) -> Response | None:
        if status == 409:
            return None
        wish = {} if wait_s is None else {"retry_after": str(wait_s)}
        return _error(status, {429: "Too many requests", 503: "Service unavailable"}[status], **wish)

    def _take(self, asked: Asked, line: Line | None) -> Import:
        now = self._scheduler.now
        if line is not None and now - self._file_at < 60_000 - RATE_SLACK_MS:
            self._broken("two files within a minute")
        self._file_at = now if line is not None else self._file_at
        self._shop.wait_s, self._shop.run_s = int(self._random() * 90), 5
        self._shop.failing = int(self._random() < self.manners.fails)
        file = asked.body.split(b"\r\n\r\n", 1)[1].rpartition(b"\r\n--")[0]
        one = self._shop.take(file, now)
        if len(one.lines) > 1:
            self._happened["file of several SKUs"] += 1
        self._scheduler.at(one.ends_at, lambda: self._end(one, heard=line is not None))
        return one

    def _end(self, one: Import, *, heard: bool) -> None:
        """It takes effect, but for the lines that are refused; or not at all."""
        shop, sent = self._shop, {line.offer_sku for line in one.lines}
        refusals = {sku: REFUSALS[why] for sku in sorted(sent) if (why := self._refuses()) is not None}
        for sku, words in refusals.items():
            shop.refuse(sku, words)
        shop.settle(self._scheduler.now)
        for sku in refusals:
            shop.refuse(sku, "")
        refused = sent if one.fails else {line.offer_sku for line in one.lines}
        self._happened["file failed" if one.fails else "file imported"] += 1
        self._happened["lines in error"] += one.in_error
        if heard:
            self._refused(*sorted(refused))

    def _status(self, one: Import) -> Response:
        status = self._shop.status_of(one, self._scheduler.now)
        counts = {"lines_in_error": one.in_error, "lines_in_success": one.in_success} if one.ended else {}
        told = {"has_error_report": one.in_error > 0, "import_id": one.id, "shop_id": 2000, "status": status}
        return answer(200, {**told, **counts})

    def _report(self, one: Import) -> str:
        return error_report(one.lines, full=self._shop.full_reports)

    # ------------------------------------------------------------------ the key

    @property
    def values(self) -> Mapping[str, str]:
        return {"api_key": self._shop.key}

    def welcomes(self, values: Mapping[str, str]) -> bool:
        return values["api_key"] == self._shop.key

    def log_in(self) -> Mapping[str, str]:
        return self.values

    def revoke(self) -> None:
        """There is a new one, and somebody stores it."""
        self._happened["key revoked"] += 1
        self._keys += 1
        self._shop.key = f"api-key-{self._keys}"
        self._person_comes()


def _error(status: int, message: str, **headers: str) -> Response:
    return answer(status, {"status": status, "message": message}, **headers)
