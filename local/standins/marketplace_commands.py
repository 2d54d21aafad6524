"""The one-line commands of the stand-in marketplace. Without `for SHOP` they mean every shop."""

from __future__ import annotations

from local.standins.demo import new_shop
from local.standins.fault_commands import Clock, FaultCommands
from local.standins.faults import Fault, Faults, Kind
from local.standins.grammar import Command, Grammar, Refused, Said, Words
from local.standins.listings import ListingState, MarketplaceState, Shop


def marketplace_grammar(state: MarketplaceState, faults: Faults, now_ms: Clock) -> Grammar:
    ours = _ShopCommands(state, faults).commands()
    return Grammar([*FaultCommands(faults, now_ms, shops=lambda: list(state.shops)).commands(), *ours])


class _ShopCommands:
    def __init__(self, state: MarketplaceState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def commands(self) -> list[Command]:
        return [
            Command("accept [SECONDS] [for SHOP]", "accept 5", "202, and show it that much later", self._accept),
            Command("close SKU [for SHOP]", "close 42", "the listing is closed: 422", self._close),
            Command("reopen SKU [for SHOP]", "reopen 42", "the listing is open again", self._reopen),
            Command("uncatalogue SKU [for SHOP]", "uncatalogue 42", "not catalogued yet: 404", self._uncatalogue),
            Command("catalogue SKU [for SHOP]", "catalogue 42", "the SKU can be sold", self._reopen),
            Command("forget SKU [for SHOP]", "forget 42", "the shop does not know the SKU: 404", self._forget),
            Command(
                "know (any|listed) skus [for SHOP]", "know any skus", "take SKUs never heard of, or not", self._know
            ),
            Command("maximum N [for SHOP]", "maximum 9999", "422 above that quantity", self._maximum),
            Command("open SHOP", "open novaloja-mkb", "a new shop, which lists nothing", self._open),
            Command("ok [for SHOP]", "ok", "end the faults; closed and missing listings stay so", self._ok),
        ]

    def _accept(self, words: Words) -> Said:
        seconds = words.number("seconds", 5)
        shop = words.get("shop")
        shops = self._shops(words)
        self._faults.add(Fault(Kind.ACCEPT, shop=shop, amount=seconds))
        return _says(f"writes take effect {seconds} s later", shops)

    def _close(self, words: Words) -> Said:
        return self._set(words, "closed")

    def _reopen(self, words: Words) -> Said:
        return self._set(words, "active")

    def _uncatalogue(self, words: Words) -> Said:
        return self._set(words, "not_catalogued")

    def _set(self, words: Words, state: ListingState) -> Said:
        shops = self._listing(words)
        for shop in shops:
            shop.set_state(words["sku"], state)
        return _says(f"SKU {words['sku']} is {state}", shops)

    def _forget(self, words: Words) -> Said:
        shops = self._listing(words)
        for shop in shops:
            shop.listings.pop(words["sku"], None)
        return _says(f"SKU {words['sku']} is unknown", shops)

    def _know(self, words: Words) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.any_sku = words.says("any")
        return _says("any SKU is known" if words.says("any") else "only listed SKUs are known", shops)

    def _maximum(self, words: Words) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.maximum = int(words["n"])
        return _says(f"at most {words['n']} of a SKU", shops)

    def _open(self, words: Words) -> Said:
        name = words["shop"].lower()
        if name in self._state.shops:
            raise Refused(409, f"there is a shop {name}")
        self._state.shops[name] = new_shop(name)
        return _says(f"shop {name} opened", [self._state.shops[name]])

    def _ok(self, words: Words) -> Said:
        shops = self._shops(words)
        self._faults.clear(words.get("shop"))
        return _says("back to normal", shops)

    def _listing(self, words: Words) -> list[Shop]:
        """The shop named or else those that list the SKU."""
        if words.get("shop"):
            return self._shops(words)
        shops = [shop for shop in self._state.shops.values() if words["sku"] in shop.listings]
        if not shops:
            raise Refused(404, f"no shop lists SKU {words['sku']}: name one with `for SHOP`")
        return shops

    def _shops(self, words: Words) -> list[Shop]:
        name = words.get("shop")
        if name is None:
            return list(self._state.shops.values())
        if name not in self._state.shops:
            raise Refused(404, f"no shop {name}: there are {', '.join(self._state.shops)}")
        return [self._state.shops[name]]


def _says(what: str, shops: list[Shop]) -> Said:
    return {"says": what, "shops": [shop.name for shop in shops]}
