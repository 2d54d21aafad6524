"""The sellers of the stand-in Mercado Livre: what they sell, and what each write of stock does and answers.

Nothing here knows of HTTP or of a clock: times arrive as milliseconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from local.standins.faults import Fault
from local.standins.mercado_livre_bodies import (
    Answer,
    Json,
    bad_quantity,
    item_document,
    locked,
    not_modifiable,
    not_updatable,
    oauth_error,
    refused_stock,
    stock_document,
)

Status = Literal["active", "paused", "under_review", "inactive", "closed"]


@dataclass(slots=True)
class Variation:
    quantity: int
    sku: str


@dataclass(slots=True)
class Item:
    """`quantity` is that of an item without variations."""

    id: str
    seller_id: int
    sku: str = ""
    quantity: int = 0
    variations: dict[str, Variation] = field(default_factory=dict)
    status: Status = "active"
    sub_status: list[str] = field(default_factory=list)
    condition: Literal["new", "used"] = "new"
    user_product_id: str = ""
    fulfillment: bool = False
    maximum: int | None = None  # of its category, for one variation
    missing: str = ""  # an attribute that its category has begun to require
    locked: int = 0  # so many writes meet somebody else's
    multi_origin: bool = False  # writes are answered 200 and ignored: the stock is its user product's

    @property
    def total(self) -> int:
        return sum(each.quantity for each in self.variations.values()) if self.variations else self.quantity


@dataclass(slots=True)
class Location:
    type: Literal["seller_warehouse", "selling_address", "meli_facility"]
    quantity: int
    store_id: str = ""
    network_node_id: str = ""


@dataclass(slots=True)
class UserProduct:
    """`locations` None: its stock was never put anywhere."""

    id: str
    seller_id: int
    sku: str
    locations: list[Location] | None
    version: int = 1
    conflicts: int = 0  # so many reads are followed by somebody else's write
    blocked: bool = False  # of a country where the seller's own address cannot be written


@dataclass(slots=True)
class Seller:
    """A seller and the application that he authorised. `access`: valid access tokens, until when."""

    name: str
    user_id: int
    client_id: str
    client_secret: str
    refresh_token: str
    access: dict[str, int] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)  # refresh tokens that were good once
    stores: dict[str, str] = field(default_factory=dict)  # network_node_id by store_id
    revoked: bool = False
    logins: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """A variation that a write left out, and so deleted."""

    at: int
    item_id: str
    variation_id: str


@dataclass(slots=True)
class MercadoLivreState:
    sellers: dict[str, Seller]
    items: dict[str, Item] = field(default_factory=dict)
    user_products: dict[str, UserProduct] = field(default_factory=dict)
    listings: dict[str, dict[str, str]] = field(default_factory=dict)  # the ids that a channel maps each SKU to
    dropped: list[Drop] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def applications(self) -> dict[str, str]:
        """By client_id, the first seller that authorised it: limits are an application's, whoever it calls for."""
        return {seller.client_id: seller.name for seller in reversed(self.sellers.values())}

    # ---------------------------------------------------------------- items

    def write_item(self, item: Item, body: Any, now: int) -> Answer:
        if item.locked:
            item.locked -= 1
            return locked()
        asked = body.get("variations") if isinstance(body, dict) else None
        whole = body.get("available_quantity") if isinstance(body, dict) else None
        if (refusal := not_modifiable(item, "variations" if asked is not None else "available_quantity")) is not None:
            return refusal
        if isinstance(asked, list) and item.variations:
            return self._write_variations(item, asked, now)
        if not isinstance(whole, int) or item.variations:
            return not_updatable(item, "available_quantity")
        if (refusal := bad_quantity(item, whole)) is not None:
            return refusal
        if item.multi_origin:
            return Answer(200, item_document(item))
        item.quantity = whole
        _pause_or_activate(item)
        return Answer(200, item_document(item), applied=True)

    def _write_variations(self, item: Item, asked: list[Any], now: int) -> Answer:
        wanted: dict[str, int | None] = {}
        for each in asked:
            if not isinstance(each, dict) or str(each.get("id")) not in item.variations:
                return not_updatable(item, "variations")
            wanted[str(each["id"])] = each.get("available_quantity")
        for quantity in wanted.values():
            if quantity is not None and (refusal := bad_quantity(item, quantity)) is not None:
                return refusal
        for name in [name for name in item.variations if name not in wanted]:
            del item.variations[name]
            self.dropped.append(Drop(now, item.id, name))
        if item.multi_origin:
            return Answer(200, item_document(item))
        for name, quantity in wanted.items():
            if quantity is not None:
                item.variations[name].quantity = quantity
        _pause_or_activate(item)
        return Answer(200, item_document(item), applied=True)

    # ---------------------------------------------------------------- user products

    def read_stock(self, product: UserProduct) -> Answer:
        if product.locations is None:
            return refused_stock("stock-locations not found", 404)
        answer = Answer(200, stock_document(product), version=product.version)
        if product.conflicts:
            product.conflicts -= 1
            product.version += 1
        return answer

    def write_stock(self, product: UserProduct, kind: str, body: Any, version: str) -> Answer:
        if not version:
            return refused_stock("Missing X-Version header")
        if version != str(product.version):
            return refused_stock("Version mismatch", 409)
        if kind == "selling_address" and product.blocked:
            return refused_stock("the site is blocked for modifications to the selling address")
        written = self._address(product, body) if kind == "selling_address" else self._warehouses(product, body)
        if written.applied:
            product.version += 1
        return written

    def _address(self, product: UserProduct, body: Any) -> Answer:
        places = [each for each in product.locations or [] if each.type == "selling_address"]
        quantity = body.get("quantity") if isinstance(body, dict) else None
        if not places or not isinstance(quantity, int):
            return refused_stock("stock-locations not found", 404)
        places[0].quantity = quantity
        return Answer(204, None, applied=True)

    def _warehouses(self, product: UserProduct, body: Any) -> Answer:
        """A store that the body leaves out is emptied: the documents do not say, and this is the worst."""
        stores = next(each.stores for each in self.sellers.values() if each.user_id == product.seller_id)
        asked = body.get("locations") if isinstance(body, dict) else None
        found = []
        for each in asked if isinstance(asked, list) else []:
            store = str(each.get("store_id") or "")
            if not store:
                return refused_stock("store cannot be null or empty")
            if store not in stores:
                return refused_stock(f"store not found: {store}")
            found.append(Location("seller_warehouse", each["quantity"], store, stores[store]))
        others = [each for each in product.locations or [] if each.type != "seller_warehouse"]
        product.locations = [*found, *others]
        return Answer(200, {"product_release_date": None, **stock_document(product)}, applied=True)

    # ---------------------------------------------------------------- sign-in

    def renew(self, form: dict[str, str], now: int) -> Answer:
        """A refresh token is good once, and only the last one is."""
        client = form.get("client_id", ""), form.get("client_secret", "")
        sellers = [each for each in self.sellers.values() if (each.client_id, each.client_secret) == client]
        if form.get("grant_type") != "refresh_token":
            return oauth_error("unsupported_grant_type")
        if not sellers:
            return oauth_error("invalid_client")
        for seller in sellers:
            if form.get("refresh_token") == seller.refresh_token and not seller.revoked:
                return Answer(200, issue(seller, now), applied=True)
        return oauth_error(
            "invalid_grant",
            "Error validating grant. Your authorization code or refresh token may be expired or it was already used",
        )


LOGIN_LASTS_S = 10_800


def issue(seller: Seller, now: int) -> Json:
    """A new pair; the refresh token before it is used up."""
    seller.logins += 1
    seller.used.append(seller.refresh_token)
    seller.refresh_token = f"TG-local-{seller.name}-{seller.logins}"
    access = f"APP_USR-local-{seller.name}-{seller.logins}"
    seller.access = {token: until for token, until in seller.access.items() if until > now}
    seller.access[access] = now + LOGIN_LASTS_S * 1000
    return {
        "access_token": access,
        "token_type": "bearer",
        "expires_in": LOGIN_LASTS_S,
        "scope": "offline_access read write",
        "user_id": seller.user_id,
        "refresh_token": seller.refresh_token,
    }


def _pause_or_activate(item: Item) -> None:
    """An item without stock pauses itself, and only such a pause ends when there is some again."""
    if item.total == 0 and item.status == "active":
        item.status, item.sub_status = "paused", ["out_of_stock"]
    elif item.total > 0 and item.sub_status == ["out_of_stock"]:
        item.status, item.sub_status = "active", []
