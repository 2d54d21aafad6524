"""Mercado Livre, with the stand-in's items, user products and sign-in.

Of four products the first is one item with a variation for each SKU, the second one user product with a store for each,
the third items of their own, the fourth user products at the seller's address. Items and user products have a part that
is nobody's here, and whoever takes it away or turns it back is found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.standins.mercado_livre_bodies import (
    Answer,
    error,
    item_document,
    locked,
    not_found,
    not_updatable,
    refused_stock,
)
from local.standins.mercado_livre_state import (
    Item,
    Location,
    MercadoLivreState,
    Seller,
    UserProduct,
    Variation,
    issue,
)
from stockbridge.connectors import Listing, Response
from stockbridge.marketplaces.mercado_livre import MercadoLivre
from tests.simulation.real.market import SEEDED, Consent, RealMarketplace
from tests.simulation.real.watched import Renewing
from tests.simulation.real.wire import Asked, Line, answer

FOREIGN = "99"
TOKEN_S = 1_200
MAXIMUM = {"variations": 8, "items": 3}  # what the categories take of one variation, and of one item


class MercadoLivreMarket(RealMarketplace):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connector = Renewing(MercadoLivre(), self)
        self._seller = Seller("seller", 1234, "client-id", "client-secret", "TG-first")
        self._state = MercadoLivreState({"seller": self._seller})
        self._consent = Consent(self._broken)
        self._foreign: dict[str, int] = {}  # what lies in the stores that are nobody's here, by user product
        self._insists: dict[str, int] = {}  # how often somebody still writes them after a read
        self._values = self._login()
        listings: dict[str, Listing] = {}
        for place, skus in enumerate(more["products"]):
            put = (self._variations, self._stores, self._items, self._addresses)[place % 4]
            listings |= {sku: Listing(sku, ids) for sku, ids in put(skus).items()}
        self.listings = listings

    # ------------------------------------------------------------------ what is for sale

    def _variations(self, skus: list[str]) -> Mapping[str, dict[str, str]]:
        variations = {f"30{sku}": Variation(SEEDED, sku) for sku in skus}
        item = Item(f"MLB{skus[0]}", 1234, variations=variations, maximum=MAXIMUM["variations"])
        item.variations[FOREIGN] = Variation(1, "")
        self._state.items[item.id] = item
        self.most = {**self.most, **dict.fromkeys(skus, MAXIMUM["variations"])}
        return {sku: {"item_id": item.id, "variation_id": f"30{sku}"} for sku in skus}

    def _stores(self, skus: list[str]) -> Mapping[str, dict[str, str]]:
        product = UserProduct(f"MLBU{skus[0]}", 1234, "", [])
        for store in (*skus, FOREIGN):
            self._seller.stores[store] = f"MLN{store}"
            product.locations = [*(product.locations or []), Location("seller_warehouse", SEEDED, store, f"MLN{store}")]
        self._state.user_products[product.id] = product
        self._foreign[product.id] = SEEDED
        return {sku: {"user_product_id": product.id, "store_id": sku} for sku in skus}

    def _items(self, skus: list[str]) -> Mapping[str, dict[str, str]]:
        for sku in skus:
            self._state.items[f"MLB{sku}"] = Item(f"MLB{sku}", 1234, sku, SEEDED, maximum=MAXIMUM["items"])
        self.most = {**self.most, **dict.fromkeys(skus, MAXIMUM["items"])}
        return {sku: {"item_id": f"MLB{sku}"} for sku in skus}

    def _addresses(self, skus: list[str]) -> Mapping[str, dict[str, str]]:
        for sku in skus:
            place = Location("selling_address", SEEDED)
            self._state.user_products[f"MLAU{sku}"] = UserProduct(f"MLAU{sku}", 1234, sku, [place])
        return {sku: {"user_product_id": f"MLAU{sku}"} for sku in skus}

    def written_as_one(self, sku: str) -> str:
        ids = self.listings[sku].ids
        return ids.get("item_id") or ids["user_product_id"]

    def quantity(self, sku: str) -> int | None:
        ids = self.listings[sku].ids
        if "item_id" in ids:
            item = self._state.items[ids["item_id"]]
            variation = item.variations.get(ids.get("variation_id", ""))
            return item.quantity if variation is None else variation.quantity
        places = self._state.user_products[ids["user_product_id"]].locations or []
        return next((place.quantity for place in places if place.store_id == ids.get("store_id", "")), None)

    def now_shows(self, sku: str, quantity: int) -> None:
        """As much as its category takes."""
        ids, quantity = self.listings[sku].ids, min(quantity, self.most.get(sku, quantity))
        if "item_id" in ids:
            item = self._state.items[ids["item_id"]]
            thing = item.variations.get(ids.get("variation_id", ""), item)
            thing.quantity = quantity
            return
        product = self._state.user_products[ids["user_product_id"]]
        product.version += 1
        for place in product.locations or []:
            if place.store_id == ids.get("store_id", ""):
                place.quantity = quantity

    # ------------------------------------------------------------------ answers

    def answer(self, asked: Asked, line: Line | None) -> Response:
        match asked.method, asked.path:
            case "POST", ("oauth", "token"):
                return _response(self._renew(asked.form, line))
            case _ if not self._signed_in(asked):
                self._happened["token refused"] += 1
                return _response(error(401))
            case "GET", ("items", name) if name in self._state.items:
                return _response(Answer(200, item_document(self._state.items[name])))
            case "PUT", ("items", name) if name in self._state.items:
                return _response(self._write_item(self._state.items[name], asked, line))
            case "GET", ("user-products", name, "stock") if name in self._state.user_products:
                return _response(self._read_stock(self._state.user_products[name]))
            case "PUT", ("user-products", name, "stock", "type", kind) if name in self._state.user_products:
                return _response(self._write_stock(self._state.user_products[name], kind, asked, line))
        return _response(not_found("Resource not found"))

    def error(self, asked: Asked, status: int, *, wait_s: int | None = None) -> Response | None:
        if status == 409:  # user products have versions instead
            return _response(locked()) if asked.method == "PUT" and asked.path[0] == "items" else None
        if status == 429 and asked.path[-1] == "token":
            return answer(429, {"error": "local_rate_limited", "status": 429, "cause": []})
        return _response(error(status))

    def _write_item(self, item: Item, asked: Asked, line: Line | None) -> Answer:
        status, sub_status = item.status, item.sub_status
        match self._refuses():
            case "ever":
                closed = not_updatable(item, "variations" if item.variations else "available_quantity")
                return self._refusal(closed, line)
            case "now":
                item.status = "under_review"
        done = self._state.write_item(item, asked.document, self._scheduler.now)
        if item.status == "under_review":
            item.status, item.sub_status = status, sub_status
            return self._refusal(done, line)
        if done.status == 400:
            self._happened["more than the category takes"] += 1
        if self._state.dropped:
            self._broken(f"variations were dropped: {self._state.dropped}")
            self._state.dropped.clear()
        return done

    def _read_stock(self, product: UserProduct) -> Answer:
        """Somebody may write what is nobody's here directly after the read."""
        told = self._state.read_stock(product)
        if product.id not in self._foreign:
            return told
        left = self._insists.get(product.id) or (self._random() < self.manners.busy) * int(1 + self._random() * 5)
        self._insists[product.id] = max(0, left - 1)
        if left:
            self._happened["somebody else writes"] += 1
            product.version += 1
            self._foreign[product.id] = (self._foreign[product.id] + 1) % 100
            for place in product.locations or []:
                if place.store_id == FOREIGN:
                    place.quantity = self._foreign[product.id]
        return told

    def _write_stock(self, product: UserProduct, kind: str, asked: Asked, line: Line | None) -> Answer:
        version = asked.headers.get("x-version", "")
        if version == str(product.version) and self._refuses() is not None:
            return self._refusal(refused_stock("store is not configured to be a stock location"), line)
        done = self._state.write_stock(product, kind, asked.document, version)
        if done.status == 409:
            self._happened["version mismatch"] += 1
            if line is not None:
                line.doubtful = True
        left = [place.quantity for place in product.locations or [] if place.store_id == FOREIGN]
        expected = [self._foreign[product.id]] if product.id in self._foreign else []
        if left != expected:
            self._broken(f"another's store shows {left} instead of {expected}")
        return done

    def _refusal(self, refused: Answer, line: Line | None) -> Answer:
        if line is not None:
            self._refused(*line.skus)
        return refused

    # ------------------------------------------------------------------ sign-in

    def _signed_in(self, asked: Asked) -> bool:
        now = self._scheduler.now
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        return now >= self.locked_out_until and self._seller.access.get(token, 0) > now

    def _renew(self, form: dict[str, str], line: Line | None) -> Answer:
        token = form["refresh_token"]
        if self._random() < self.manners.races and self.welcomes(form):
            self._happened["refresh race lost"] += 1
            values = self._login()
            self._scheduler.after(int(self._random() * 4_000), lambda: self._store(values))
        told = self._state.renew(form, self._scheduler.now)
        if told.status != 200:
            self._happened["refresh token refused"] += 1
            self._consent.refused(token, line)
            self._person_comes()
            return told
        self._happened["logged in"] += 1
        self._consent.used(token, line)
        return Answer(200, self._shortened(told.body or {}))

    def _shortened(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """They end soon: what is said counts, and not how long Mercado Livre's documents say."""
        self._seller.access[tokens["access_token"]] = self._scheduler.now + TOKEN_S * 1_000
        return {**tokens, "expires_in": TOKEN_S}

    def _login(self) -> Mapping[str, str]:
        tokens = self._shortened(issue(self._seller, self._scheduler.now))
        client = {"client_id": self._seller.client_id, "client_secret": self._seller.client_secret}
        ends_at = self._scheduler.now + TOKEN_S * 1_000
        return {**client, "access_token": tokens["access_token"], "refresh_token": tokens["refresh_token"],
                "expires_at": str(ends_at)}  # fmt: skip

    @property
    def values(self) -> Mapping[str, str]:
        return self._values

    def welcomes(self, values: Mapping[str, str]) -> bool:
        return not self._seller.revoked and values["refresh_token"] == self._seller.refresh_token

    def log_in(self) -> Mapping[str, str]:
        self._seller.revoked = False
        return self._login()

    def revoke(self) -> None:
        self._happened["token revoked"] += 1
        self._seller.access.clear()
        if self._random() < 0.3:
            self._happened["consent revoked"] += 1
            self._seller.revoked = True


def _response(told: Answer) -> Response:
    headers = {} if told.version is None else {"x-version": str(told.version)}
    return answer(told.status, told.body, **headers)
