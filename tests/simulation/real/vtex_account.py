"""Another VTEX account: an inventory that it locks while somebody writes, and lead times that nobody may lose; or its
notificator, after which it asks for the stock by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from stockbridge.connectors import Response
from stockbridge.marketplaces.vtex_account import VtexAccount
from tests.simulation.real.market import SEEDED, RealMarketplace
from tests.simulation.real.watched import Watched
from tests.simulation.real.wire import Asked, Line, answer, text

ASKS_MS = 50_000
LEAD_TIME = "2.00:00:00"
LOCKED = "Unable to acquire lock for key: mercado_item_logistics_{sku}_1_1."


@dataclass(slots=True)
class Held:
    quantity: int = SEEDED
    lead_time: str = LEAD_TIME


class VtexMarket(RealMarketplace):
    configuration: ClassVar[Mapping[str, Any]] = {
        "base_url": "https://mercado.vtexcommercestable.com.br",
        "warehouse": "1_1",
    }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connector = Watched(VtexAccount(), self)
        self._held = {sku: Held() for sku in self._skus}
        self._keys = 0

    def quantity(self, sku: str) -> int | None:
        return self._held[sku].quantity

    def now_shows(self, sku: str, quantity: int) -> None:
        self._held[sku].quantity = quantity

    def answer(self, asked: Asked, line: Line | None) -> Response:
        if self._unknown(asked):
            return _error(401, "Unauthorized")
        sku = asked.path[5]
        if asked.method == "GET":
            held = self._held[sku]
            balance = {"warehouseId": "1_1", "totalQuantity": held.quantity, "reservedQuantity": 0,
                       "hasUnlimitedQuantity": False, "leadTime": held.lead_time}  # fmt: skip
            return answer(200, {"skuId": sku, "balance": [balance]})
        if self._refuses() is not None:
            if line is not None:
                self._refused(sku)
            return answer(400, "INVALID_QUANTITY")
        written = asked.document
        self._held[sku] = Held(written["quantity"], written["leadTime"])
        if written["leadTime"] != LEAD_TIME or written["unlimitedQuantity"]:
            self._broken(f"a lead time was lost: {written}")
        return answer(200, True)

    def error(self, asked: Asked, status: int, *, wait_s: int | None = None) -> Response | None:
        if status == 409:
            return text(423, LOCKED.format(sku=asked.path[5])) if asked.method == "PUT" else None
        wish = {} if wait_s is None else {"retry_after": str(wait_s)}
        words = {429: "Too many requests", 503: "Service unavailable"}[status]
        return _error(status, words, **wish)

    # ------------------------------------------------------------------ the key

    def _unknown(self, asked: Asked) -> bool:
        unknown = asked.headers["x-vtex-api-apptoken"] != self._token or self._scheduler.now < self.locked_out_until
        self._happened["key refused"] += unknown
        return unknown

    @property
    def _token(self) -> str:
        return f"app-token-{self._keys}"

    @property
    def values(self) -> Mapping[str, str]:
        return {"app_key": "vtexappkey-mercado-SIMUL", "app_token": self._token}

    def welcomes(self, values: Mapping[str, str]) -> bool:
        return values["app_token"] == self._token

    def log_in(self) -> Mapping[str, str]:
        return self.values

    def revoke(self) -> None:
        """There is a new one, and somebody stores it."""
        self._happened["key revoked"] += 1
        self._keys += 1
        self._person_comes()


class VtexNotified(VtexMarket):
    configuration: ClassVar[Mapping[str, Any]] = {
        "base_url": "https://mercado.vtexcommercestable.com.br", "way": "notificator", "seller": "loja"
    }  # fmt: skip
    asks = True
    late_ms = 60_000  # and then it asks

    def answer(self, asked: Asked, line: Line | None) -> Response:
        if self._unknown(asked):
            return _error(401, "Unauthorized")
        sku = asked.path[4]
        if self._refuses() is not None:
            if line is not None:
                self._refused(sku)
            return answer(404, f"Seller StockKeepingUnit `{sku}` not found for this seller id `loja`")
        self._happened["asked by itself"] += 1
        self._scheduler.after(int(self._random() * ASKS_MS), lambda: self._ask(sku))
        return Response(202, {}, b"")

    def _ask(self, sku: str) -> None:
        self._held[sku] = Held(self._truth(sku))

    def error(self, asked: Asked, status: int, *, wait_s: int | None = None) -> Response | None:
        return None if status == 409 else super().error(asked, status, wait_s=wait_s)


def _error(status: int, message: str, **headers: str) -> Response:
    return answer(status, {"error": {"code": "1", "message": message, "exception": None}}, **headers)
