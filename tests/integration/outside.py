"""VTEX and a marketplace on one real socket, as small as the handlers' tests need them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.integration.json_server import Asked, served


@dataclass
class Outside:
    """`refusals` are the marketplace's next answers instead of 200, by SKU."""

    base: str = ""
    balances: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)  # what the marketplace was sent as credentials
    vtex_status: int = 200

    def simulate(self, asked: list[dict[str, object]]) -> tuple[int, object]:
        known = [(place, str(item["id"])) for place, item in enumerate(asked) if str(item["id"]) in self.balances]
        items = [{"id": sku, "requestIndex": place, "quantity": 1, "seller": "1"} for place, sku in known]
        logistics = [
            {"itemIndex": index, "stockBalance": self.balances[sku], "quantity": 1, "slas": []}
            for index, (_, sku) in enumerate(known)
        ]
        return self.vtex_status, {"items": items, "logisticsInfo": logistics}

    def write(self, sku: str, quantity: int) -> tuple[int, object]:
        if sku in self.refusals:
            status, message = self.refusals[sku]
            return status, {"errors": [{"code": "REFUSED", "message": message}]}
        self.shown[sku] = quantity
        return 200, {"sku": sku, "quantity": quantity}


@contextmanager
def listening(outside: Outside) -> Iterator[Outside]:
    def answer(asked: Asked) -> tuple[int, object]:
        if asked.method == "POST":
            return outside.simulate(asked.body["items"])
        outside.tokens.append(asked.headers["authorization"])
        return outside.write(asked.body["sku"], asked.body["quantity"])

    with served(answer) as outside.base:
        yield outside
