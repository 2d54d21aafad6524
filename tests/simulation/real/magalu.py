"""Magalu, with the stand-in's seller: what it answers 202 to waits in a queue, and traces say what went wrong there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.standins.magalu_bodies import asked_quantity, error_body, stocks_body, tokens_body, traces_body
from local.standins.magalu_state import Seller, Sku, Stock
from stockbridge.connectors import Response
from stockbridge.marketplaces.magalu import Magalu
from tests.simulation.real.market import SEEDED, Consent, RealMarketplace
from tests.simulation.real.watched import CheckingRenewing
from tests.simulation.real.wire import Asked, Line, answer

QUEUE_MS = 50_000  # with `late_ms`, within the two minutes that the connector says
TOKEN_S = 1_200
REFUSALS = {"ever": "Erro interno ao gravar o estoque", "now": "O SKU está UNDER_REVIEW"}


class MagaluMarket(RealMarketplace):
    by_sight = True
    late_ms = 60_000

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connector = CheckingRenewing(Magalu(), self)
        self._consent = Consent(self._broken)
        now = self._scheduler.now
        self._seller = Seller("seller", TOKEN_S)
        self._seller.skus = {sku: Sku(stock=Stock(SEEDED, now, now)) for sku in self._skus}
        self._seller.change(self._skus[0], stock=None)  # the first write creates it
        self._seller.renew(now)

    def quantity(self, sku: str) -> int | None:
        stock = self._seller.skus[sku].stock
        return None if stock is None else stock.quantity

    def now_shows(self, sku: str, quantity: int) -> None:
        now = self._scheduler.now
        self._seller.change(sku, stock=Stock(quantity, now, now))

    # ------------------------------------------------------------------ answers

    def answer(self, asked: Asked, line: Line | None) -> Response:
        if asked.host == "id.magalu.com":
            return self._renew(asked.form, line)
        if not self._signed_in(asked):
            self._happened["token refused"] += 1
            return answer(401, error_body(401))
        match asked.method, asked.path:
            case "GET", ("seller", "v1", "portfolios", "stocks", sku):
                held = self._seller.skus[sku]
                return answer(404, error_body(404)) if held.stock is None else answer(200, stocks_body(held))
            case _, ("seller", "v1", "portfolios", "stocks", sku):
                return self._take(sku, asked, line)
        return answer(200, traces_body(self._seller, dict(asked.query), here="https://api.magalu.com"))

    def error(self, asked: Asked, status: int, *, wait_s: int | None = None) -> Response | None:
        if status == 409 and (asked.method != "PATCH"):
            return None
        return answer(status, error_body(status))

    def _take(self, sku: str, asked: Asked, line: Line | None) -> Response:
        creating = asked.method == "POST"
        quantity = asked_quantity(sku, asked.body, creating=creating)
        assert isinstance(quantity, int)  # the connector writes nothing that the contract does not allow
        exists = self._seller.skus[sku].stock is not None
        if creating and exists:
            if line is not None:
                line.doubtful = True
            return answer(409, error_body(409))
        if not creating and not exists:
            self._happened["created by its first write"] += 1
            return answer(404, error_body(404))
        due = self._within(QUEUE_MS)
        trace = self._seller.accept(sku, quantity, due)
        refusal = self._refuses()
        self._happened["202"] += 1
        self._scheduler.at(due, lambda: self._work_off(sku, refusal))
        return answer(202, {"trace_id": trace})

    def _work_off(self, sku: str, refusal: str | None) -> None:
        """The traces tell of a refusal whether or not anybody heard of the acceptance."""
        if refusal is not None:
            self._seller.change(sku, rejects=REFUSALS[refusal])
        self._seller.work_off(self._scheduler.now)
        if refusal is not None:
            self._seller.change(sku, rejects="")
            self._refused(sku)

    # ------------------------------------------------------------------ sign-in

    def _signed_in(self, asked: Asked) -> bool:
        now, token = self._scheduler.now, asked.headers.get("authorization")
        lasts = not self._seller.revoked and self._seller.ends_at > now >= self.locked_out_until
        return lasts and token == f"Bearer {self._seller.access_token}"

    def _renew(self, form: dict[str, str], line: Line | None) -> Response:
        token = form["refresh_token"]
        if self._random() < self.manners.races and self.welcomes(form):
            self._happened["refresh race lost"] += 1
            values = self.log_in()
            self._scheduler.after(int(self._random() * 4_000), lambda: self._store(values))
        if not self.welcomes(form):
            self._happened["refresh token refused"] += 1
            self._consent.refused(token, line)
            self._person_comes()
            return answer(400, {"error": "invalid_grant"})
        self._happened["logged in"] += 1
        self._consent.used(token, line)
        self._seller.renew(self._scheduler.now)
        return answer(200, tokens_body(self._seller))

    @property
    def values(self) -> Mapping[str, str]:
        seller = self._seller
        client = {"client_id": seller.client_id, "client_secret": seller.client_secret}
        return {**client, "refresh_token": seller.refresh_token, "access_token": seller.access_token,
                "expires_at": str(seller.ends_at)}  # fmt: skip

    def welcomes(self, values: Mapping[str, str]) -> bool:
        return not self._seller.revoked and values["refresh_token"] == self._seller.refresh_token

    def log_in(self) -> Mapping[str, str]:
        self._seller.revoked = False
        self._seller.renew(self._scheduler.now)
        return self.values

    def revoke(self) -> None:
        self._happened["token revoked"] += 1
        self._seller.ends_at = 0
        if self._random() < 0.3:
            self._happened["consent revoked"] += 1
            self._seller.revoked = True
