"""The shops of the stand-in marketplace: what each shows, and what it answers to a new quantity.

Nothing here knows of HTTP or of a clock: times arrive as milliseconds since the epoch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from local.standins.faults import Fault

ListingState = Literal["active", "closed", "not_catalogued"]


@dataclass(frozen=True, slots=True)
class Listing:
    quantity: int = 0
    state: ListingState = "active"
    updated_at: int | None = None  # when a write last took effect
    shown_since: int | None = None  # when a write last changed the quantity


@dataclass(frozen=True, slots=True)
class Arrival:
    """A write that was accepted (202) and takes effect at `due`."""

    due: int
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Answer:
    """`applied`: whether the quantity took effect at once."""

    status: int
    body: dict[str, Any]
    applied: bool = False


@dataclass(slots=True)
class Shop:
    name: str
    token: str
    listings: dict[str, Listing] = field(default_factory=dict)
    any_sku: bool = False  # a SKU never heard of becomes a listing instead of an error
    maximum: int = 999_999
    arrivals: list[Arrival] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # answers to writes, by status
    longest_ms: int = 0  # a write took, until it was answered or its client was gone

    def listing(self, sku: str, now: int) -> Listing | None:
        """What the shop knows of a SKU now, with every accepted write that is due."""
        for arrival in [each for each in self.arrivals if each.due <= now]:
            self.arrivals.remove(arrival)
            self._show(arrival.sku, arrival.quantity, arrival.due)
        found = self.listings.get(sku)
        return Listing() if found is None and self.any_sku else found

    def read(self, sku: str, now: int) -> Answer:
        listing = self.listing(sku, now)
        if listing is None or listing.state == "not_catalogued":
            return _refusal(listing, sku)
        return Answer(200, {"sku": sku, "quantity": listing.quantity})

    def write(self, sku: str, body: bytes, now: int, *, accept_s: int | None = None) -> Answer:
        """Show the quantity that the body asks for, at once or, for 202, `accept_s` seconds later."""
        listing = self.listing(sku, now)
        if listing is None or listing.state != "active":
            return _refusal(listing, sku)
        quantity = self._quantity(sku, body)
        if isinstance(quantity, Answer):
            return quantity
        if accept_s is not None:
            self.arrivals.append(Arrival(now + accept_s * 1000, sku, quantity))
            return Answer(202, {"sku": sku, "quantity": quantity, "status": "accepted"})
        self._show(sku, quantity, now)
        return Answer(200, {"sku": sku, "quantity": quantity}, applied=True)

    def set_state(self, sku: str, state: ListingState) -> None:
        self.listings[sku] = replace(self.listings.get(sku, Listing()), state=state)

    def _show(self, sku: str, quantity: int, now: int) -> None:
        before = self.listings.get(sku, Listing())
        since = now if quantity != before.quantity or before.shown_since is None else before.shown_since
        self.listings[sku] = replace(before, quantity=quantity, updated_at=now, shown_since=since)

    def _quantity(self, sku: str, body: bytes) -> int | Answer:
        try:
            document = json.loads(body)
        except ValueError:
            return problem(400, "MALFORMED", "O corpo não é JSON.")
        if not isinstance(document, dict) or document.get("sku", sku) != sku:
            return problem(422, "SKU_MISMATCH", "O SKU do corpo não é o do endereço.")
        quantity = document.get("quantity")
        if not isinstance(quantity, int) or isinstance(quantity, bool):
            return problem(422, "INVALID_QUANTITY", "A quantidade deve ser um número inteiro.")
        if quantity < 0:
            return problem(422, "INVALID_QUANTITY", "A quantidade não pode ser negativa.")
        if quantity > self.maximum:
            return problem(422, "QUANTITY_TOO_LARGE", f"A quantidade máxima é {self.maximum}.")
        return quantity


@dataclass(slots=True)
class MarketplaceState:
    shops: dict[str, Shop]
    faults: list[Fault] = field(default_factory=list)


def problem(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"errors": [{"code": code, "message": message}]})


def _refusal(listing: Listing | None, sku: str) -> Answer:
    if listing is None:
        return problem(404, "SKU_NOT_FOUND", f"O SKU {sku} não existe nesta loja.")
    if listing.state == "not_catalogued":
        return problem(404, "SKU_NOT_CATALOGUED", f"O SKU {sku} foi recebido, mas ainda não está catalogado.")
    return problem(422, "LISTING_CLOSED", f"O anúncio do SKU {sku} está encerrado.")
