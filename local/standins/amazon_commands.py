"""The one-line commands of the stand-in Amazon. A shop is a seller, by its id; without `for SHOP` all are meant."""

from __future__ import annotations

from collections.abc import Callable

from local.standins.amazon_state import AmazonState, OfferState, Seller
from local.standins.fault_commands import Clock, FaultCommands
from local.standins.faults import Faults
from local.standins.grammar import Command, Grammar, Refused, Said, Words

_STATES: dict[str, tuple[OfferState, str]] = {
    "sell": ("sold", "the offer takes quantities again"),
    "fulfil": ("amazons", "fulfilled by Amazon: the quantity is Amazon's"),
    "stall": ("stalled", "quantities are accepted and never show"),
    "garble": ("unreadable", "what is sent of it is refused as input: 400"),
    "uncatalogue": ("not_in_catalog", "not in the Amazon catalog: INVALID"),
    "brand": ("brand", "the brand is not approved (5665): INVALID"),
    "misuse": ("misused_brand", "the brand is misused (5661): INVALID"),
    "require": ("attribute", "an attribute is missing (90220): INVALID"),
}


def amazon_grammar(state: AmazonState, faults: Faults, now_ms: Clock) -> Grammar:
    ours = _SellerCommands(state, faults).commands()
    return Grammar([*FaultCommands(faults, now_ms, shops=lambda: list(state.sellers)).commands(), *ours])


class _SellerCommands:
    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def commands(self) -> list[Command]:
        return [
            *(
                Command(f"{word} SKU [late] [for SHOP]", f"{word} 42", does, self._set_to(state))
                for word, (state, does) in _STATES.items()
            ),
            Command("forget SKU [for SHOP]", "forget 42", "no listing has the SKU: 404, once accepted", self._forget),
            Command("settle SECONDS", "settle 5", "an accepted quantity shows that much later", self._settle),
            Command("feeds take SECONDS", "feeds take 20", "how long a feed takes", self._feeds_take),
            Command("feeds end (done|fatal|cancelled)", "feeds end fatal", "what becomes of feeds", self._feeds_end),
            Command("reports (zipped|plain)", "reports plain", "how reports are kept", self._reports),
            Command("quotas (on|off)", "quotas off", "429 beyond Amazon's own rates, or not", self._quotas),
            Command("revoke [for SHOP]", "revoke", "the authorisation is gone: 403, invalid_grant", self._revoke),
            Command("authorise [for SHOP]", "authorise", "the authorisation is back", self._authorise),
            Command("expire [for SHOP]", "expire", "access tokens are over: 403", self._expire),
            Command("ok [for SHOP]", "ok", "end the faults; offers stay as they are", self._ok),
        ]

    def _set_to(self, state: OfferState) -> Callable[[Words], Said]:
        def run(words: Words) -> Said:
            late = words.says("late")
            sellers = self._listing(words)
            for seller in sellers:
                seller.set_state(words["sku"], state, late=late)
            return _says(f"SKU {words['sku']} is {state}{', late' if late else ''}", sellers)

        return run

    def _forget(self, words: Words) -> Said:
        sellers = self._listing(words)
        for seller in sellers:
            seller.offers.pop(words["sku"], None)
        return _says(f"SKU {words['sku']} is unknown", sellers)

    def _settle(self, words: Words) -> Said:
        self._state.settle_s = int(words["seconds"])
        return {"says": f"what is accepted shows {words['seconds']} s later"}

    def _feeds_take(self, words: Words) -> Said:
        self._state.feed_s = int(words["seconds"])
        return {"says": f"a feed takes {words['seconds']} s"}

    def _feeds_end(self, words: Words) -> Said:
        self._state.feeds_end = words.line.rpartition(" ")[2].upper()
        return {"says": f"feeds end {self._state.feeds_end}"}

    def _reports(self, words: Words) -> Said:
        self._state.zipped = words.says("zipped")
        return {"says": f"reports are {'zipped' if self._state.zipped else 'plain'}"}

    def _quotas(self, words: Words) -> Said:
        self._state.quotas = words.says("on")
        return {"says": f"quotas are {'on' if self._state.quotas else 'off'}"}

    def _revoke(self, words: Words) -> Said:
        sellers = self._sellers(words)
        for seller in sellers:
            seller.revoked = True
        return _says("the authorisation is revoked", sellers)

    def _authorise(self, words: Words) -> Said:
        sellers = self._sellers(words)
        for seller in sellers:
            seller.revoked = False
        return _says("the authorisation is good", sellers)

    def _expire(self, words: Words) -> Said:
        sellers = self._sellers(words)
        for seller in sellers:
            seller.tokens.clear()
        return _says("access tokens are over", sellers)

    def _ok(self, words: Words) -> Said:
        sellers = self._sellers(words)
        self._faults.clear(words.get("shop"))
        return _says("back to normal", sellers)

    def _listing(self, words: Words) -> list[Seller]:
        """The seller named or else those that list the SKU."""
        if words.get("shop"):
            return self._sellers(words)
        sellers = [seller for seller in self._state.sellers.values() if words["sku"] in seller.offers]
        if not sellers:
            raise Refused(404, f"no shop lists SKU {words['sku']}: name one with `for SHOP`")
        return sellers

    def _sellers(self, words: Words) -> list[Seller]:
        name = words.get("shop")
        if name is None:
            return list(self._state.sellers.values())
        if name not in self._state.sellers:
            raise Refused(404, f"no shop {name}: there are {', '.join(self._state.sellers)}")
        return [self._state.sellers[name]]


def _says(what: str, sellers: list[Seller]) -> Said:
    return {"says": what, "shops": [seller.name for seller in sellers]}
