"""The one-line commands of the stand-in Mercado Livre. SKUs are those that the channel's listings name."""

from __future__ import annotations

from collections.abc import Callable

from local.standins.fault_commands import Clock, FaultCommands
from local.standins.faults import Faults
from local.standins.grammar import Command, Grammar, Refused, Said, Words
from local.standins.mercado_livre_state import Item, MercadoLivreState, Seller, Status, UserProduct, Variation


def mercado_livre_grammar(state: MercadoLivreState, faults: Faults, now_ms: Clock) -> Grammar:
    ours = _Commands(state, faults)
    return Grammar(
        [
            *FaultCommands(faults, now_ms, shops=lambda: list(state.applications.values())).commands(),
            *ours.of_items(),
            *ours.of_user_products(),
            *ours.of_sellers(),
            Command("ok", "ok", "end the faults; what listings and sellers are stays so", ours.ok),
        ]
    )


class _Commands:
    def __init__(self, state: MercadoLivreState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def of_items(self) -> list[Command]:
        return [
            Command("close SKU", "close 42", "the item is closed for good", self._status("closed", "expired")),
            Command(
                "review SKU", "review 42", "the item is under review", self._status("under_review", "waiting_for_patch")
            ),
            Command("deactivate SKU", "deactivate 42", "the review found something", self._status("inactive")),
            Command(
                "pause SKU",
                "pause 42",
                "the seller pauses the item: stock does not open it",
                self._status("paused", "paused_by_seller"),
            ),
            Command("reopen SKU", "reopen 42", "the item is active, whatever it was", self._status("active")),
            Command("fulfil SKU", "fulfil 42", "Full: Mercado Livre keeps the stock", self._fulfil),
            Command("require ATTRIBUTE of SKU", "require GTIN of 42", "the item lacks an attribute", self._require),
            Command("maximum N of SKU", "maximum 1 of 42", "its category takes no more than that", self._maximum),
            Command("lock SKU [next N]", "lock 42 next 2", "the next writes meet somebody else's: 409", self._lock),
            Command("vary SKU", "vary 42", "the seller adds a variation to the item", self._vary),
            Command("forget SKU", "forget 42", "the item or user product is not there any more: 404", self._forget),
        ]

    def of_user_products(self) -> list[Command]:
        return [
            Command(
                "conflict SKU [next N]", "conflict 42 next 2", "after each read somebody else writes", self._conflict
            ),
            Command("block SKU", "block 42", "a country without writable selling addresses", self._block),
        ]

    def of_sellers(self) -> list[Command]:
        return [
            Command("expire [SHOP]", "expire", "access tokens are over: 401 until the next login", self._expire),
            Command("revoke [SHOP]", "revoke", "the seller withdraws the authorisation: invalid_grant", self._revoke),
            Command("authorise [SHOP]", "authorise", "the last refresh token is good again", self._authorise),
        ]

    def ok(self, _words: Words) -> Said:
        self._faults.clear()
        return {"says": "back to normal"}

    # ---------------------------------------------------------------- items

    def _status(self, status: Status, *sub_status: str) -> Callable[[Words], Said]:
        def run(words: Words) -> Said:
            item = self._item(words)
            item.status, item.sub_status = status, list(sub_status)
            if status == "active":
                item.fulfillment, item.missing, item.maximum = False, "", None
            return _says(item, f"is {status}")

        return run

    def _fulfil(self, words: Words) -> Said:
        item = self._item(words)
        item.fulfillment = True
        return _says(item, "is fulfilled by Mercado Livre")

    def _require(self, words: Words) -> Said:
        item = self._item(words)
        item.missing = words["attribute"].upper()
        return _says(item, f"lacks {item.missing}")

    def _maximum(self, words: Words) -> Said:
        item = self._item(words)
        item.maximum = int(words["n"])
        return _says(item, f"takes at most {item.maximum}")

    def _lock(self, words: Words) -> Said:
        item = self._item(words)
        item.locked = words.number("n", 1)
        return _says(item, f"answers 409 to {item.locked} writes")

    def _vary(self, words: Words) -> Said:
        item = self._item(words)
        if not item.variations:
            raise Refused(409, f"{item.id} has no variations")
        name = str(int(max(item.variations)) + 1)
        item.variations[name] = Variation(0, "")
        return _says(item, f"has a variation {name} more")

    def _forget(self, words: Words) -> Said:
        found = self._find(words)
        self._state.items.pop(found.id, None)
        self._state.user_products.pop(found.id, None)
        return _says(found, "is gone")

    # ---------------------------------------------------------------- user products

    def _conflict(self, words: Words) -> Said:
        product = self._user_product(words)
        product.conflicts = words.number("n", 1)
        return _says(product, f"is written by somebody else after {product.conflicts} reads")

    def _block(self, words: Words) -> Said:
        product = self._user_product(words)
        product.blocked = True
        return _says(product, "has no writable selling address")

    # ---------------------------------------------------------------- sellers

    def _expire(self, words: Words) -> Said:
        sellers = self._sellers(words)
        for seller in sellers:
            seller.access.clear()
        return {"says": f"access tokens of {_names(sellers)} are over"}

    def _revoke(self, words: Words) -> Said:
        sellers = self._sellers(words)
        for seller in sellers:
            seller.access.clear()
            seller.revoked = True
        return {"says": f"{_names(sellers)} authorises no more"}

    def _authorise(self, words: Words) -> Said:
        sellers = self._sellers(words)
        for seller in sellers:
            seller.revoked = False
        return {"says": f"{_names(sellers)} authorises again"}

    # ---------------------------------------------------------------- finding

    def _item(self, words: Words) -> Item:
        found = self._find(words)
        if not isinstance(found, Item):
            raise Refused(409, f"SKU {words['sku']} is a user product, not an item")
        return found

    def _user_product(self, words: Words) -> UserProduct:
        found = self._find(words)
        if not isinstance(found, UserProduct):
            raise Refused(409, f"SKU {words['sku']} is an item, not a user product")
        return found

    def _find(self, words: Words) -> Item | UserProduct:
        ids = self._state.listings.get(words["sku"], {})
        found = self._state.items.get(ids.get("item_id", "")) or self._state.user_products.get(
            ids.get("user_product_id", "")
        )
        if found is None:
            raise Refused(404, f"SKU {words['sku']} is not for sale here")
        return found

    def _sellers(self, words: Words) -> list[Seller]:
        name = words.get("shop")
        if name is None:
            return list(self._state.sellers.values())
        if name not in self._state.sellers:
            raise Refused(404, f"no shop {name}: there are {', '.join(self._state.sellers)}")
        return [self._state.sellers[name]]


def _says(found: Item | UserProduct, what: str) -> Said:
    return {"says": f"{found.id} {what}", "id": found.id}


def _names(sellers: list[Seller]) -> str:
    return ", ".join(seller.name for seller in sellers)
