"""A Mercado Livre that gives the answers it was told to, and its samples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stockbridge.connectors import Listing, Response, Session, StockUpdate
from stockbridge.marketplaces.mercado_livre import MercadoLivre
from stockbridge.outcomes import Outcome

EVENTS = Path(__file__).parents[1] / "events" / "mercado_livre"
NOW = 1_750_000_000_000
SECRET = {
    "client_id": "4242424242",
    "client_secret": "canary-client-secret",
    "refresh_token": "TG-canary-refresh",
    "access_token": "APP_USR-canary-access",
    "expires_at": str(NOW + 3_600_000),
}
HERE = {"user_product_id": "MLMU123456789", "store_id": "9876543", "network_node_id": "123451"}
ITEM = {"item_id": "MLB123456789"}
FIRST, SECOND, THIRD = "30078896884", "30078896888", "30078896892"


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def answer(status: int, body: object = None, **headers: str) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, text)


class Marketplace:
    """An `Http` that gives the answers in their order, and remembers what it was asked. `each_takes_ms` passes."""

    def __init__(self, *answers: Response | Exception, each_takes_ms: int = 0) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.deadlines: list[float] = []
        self.now = NOW
        self.each_takes_ms = each_takes_ms

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        is_json = headers.get("content-type") == "application/json"
        self.asked.append((method, url, json.loads(body) if body and is_json else body))
        self.headers.append(headers)
        self.deadlines.append(deadline_s)
        self.now += self.each_takes_ms
        given = self.answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    def session(self, secret: Mapping[str, str] = SECRET, **configuration: str) -> Session:
        document = {"secret": "stockbridge/prod/loja/MLB", **configuration}
        return Session(document, secret, self, lambda: self.now, NOW + 8_000)

    def push(self, *updates: StockUpdate, **secret: str) -> list[Outcome]:
        outcomes = list(MercadoLivre().push(self.session(SECRET | secret), updates))
        assert self.answers == []
        return outcomes


def update(quantity: int, sku: str = "42", **ids: str) -> StockUpdate:
    return StockUpdate("loja", "MLB", Listing(sku, ids), quantity, 1)


def item(quantity: int, **more: Any) -> Response:
    return answer(200, {"id": ITEM["item_id"], "available_quantity": quantity, "variations": [], **more})


def varied(**quantities: int) -> Response:
    """The sample, with other quantities: by `first`, `second`, `third`."""
    document = sample("item_with_variations")
    for position, name in enumerate(("first", "second", "third")):
        if name in quantities:
            document["variations"][position]["available_quantity"] = quantities[name]
    return answer(200, document)


def stock(version: str, *quantities: int) -> Response:
    document = sample("user_product_stock")
    for location, quantity in zip(document["locations"], quantities, strict=False):
        location["quantity"] = quantity
    return answer(200, document, x_version=version)
