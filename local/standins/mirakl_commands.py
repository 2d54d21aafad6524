"""The one-line commands of the stand-in Mirakl. Without `for SHOP` they mean every shop."""

from __future__ import annotations

import re

from local.standins.fault_commands import Clock, FaultCommands
from local.standins.faults import Faults
from local.standins.grammar import Command, Grammar, Refused, Said, Words
from local.standins.mirakl_state import UNCATALOGUED, MiraklShop, MiraklState

_STATUS = re.compile(r"[A-Za-z_]{1,30}")


def mirakl_grammar(state: MiraklState, faults: Faults, now_ms: Clock) -> Grammar:
    ours = _ShopCommands(state, faults).commands()
    return Grammar([*FaultCommands(faults, now_ms, shops=lambda: list(state.shops)).commands(), *ours])


class _ShopCommands:
    def __init__(self, state: MiraklState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def commands(self) -> list[Command]:
        return [
            Command("wait SECONDS [for SHOP]", "wait 60", "new imports wait that long", self._wait),
            Command("run SECONDS [for SHOP]", "run 60", "new imports run that long", self._run),
            Command("spoil N imports [for SHOP]", "spoil 1 imports", "the next imports end as FAILED", self._spoil),
            Command(
                "call running NAME [for SHOP]", "call running QUEUED", "another status while an import runs", self._call
            ),
            Command(
                "(full|bare) reports [for SHOP]",
                "bare reports",
                "error reports with, or without, the line",
                self._reports,
            ),
            Command(
                "limits (on|off) [for SHOP]", "limits off", "429 to calls that come too early, or not", self._limits
            ),
            Command("revoke [for SHOP]", "revoke", "the key is not valid any more: 401", self._revoke),
            Command("restore [for SHOP]", "restore", "the key is valid again", self._restore),
            Command("uncatalogue SKU [for SHOP]", "uncatalogue 42", "its lines: not catalogued yet", self._uncatalogue),
            Command("catalogue SKU [for SHOP]", "catalogue 42", "the offer takes quantities", self._catalogue),
            Command('refuse SKU with "TEXT" [for SHOP]', 'refuse 42 with "No."', "its lines: that error", self._refuse),
            Command("forget SKU [for SHOP]", "forget 42", "its lines: the product does not exist", self._forget),
            Command(
                "know (any|listed) skus [for SHOP]", "know any skus", "take SKUs never heard of, or not", self._know
            ),
            Command("ok [for SHOP]", "ok", "end the faults; offers, keys and imports stay as they are", self._ok),
        ]

    def _wait(self, words: Words) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.wait_s = int(words["seconds"])
        return _says(f"imports wait {words['seconds']} s", shops)

    def _run(self, words: Words) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.run_s = int(words["seconds"])
        return _says(f"imports run {words['seconds']} s", shops)

    def _spoil(self, words: Words) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.failing = int(words["n"])
        return _says(f"the next {words['n']} imports fail", shops)

    def _call(self, words: Words) -> Said:
        if not _STATUS.fullmatch(words["name"]):
            raise Refused(400, f"{words['name']} is no status")
        shops = self._shops(words)
        for shop in shops:
            shop.running_as = words["name"].upper()
        return _says(f"a running import is {words['name'].upper()}", shops)

    def _reports(self, words: Words) -> Said:
        full = words.says("full reports")
        shops = self._shops(words)
        for shop in shops:
            shop.full_reports = full
        return _says(f"error reports {'repeat' if full else 'do not repeat'} the lines", shops)

    def _limits(self, words: Words) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.limited = words.says("limits on")
        return _says(f"calls are {'limited' if words.says('limits on') else 'not limited'}", shops)

    def _revoke(self, words: Words) -> Said:
        return self._revoked(words, True, "the key is revoked")

    def _restore(self, words: Words) -> Said:
        return self._revoked(words, False, "the key is valid")

    def _revoked(self, words: Words, revoked: bool, says: str) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.revoked = revoked
        return _says(says, shops)

    def _uncatalogue(self, words: Words) -> Said:
        return self._set(words, UNCATALOGUED, "not catalogued yet")

    def _catalogue(self, words: Words) -> Said:
        return self._set(words, "", "on offer")

    def _refuse(self, words: Words) -> Said:
        return self._set(words, words["text"], "refused")

    def _set(self, words: Words, refusal: str, says: str) -> Said:
        shops = self._offering(words)
        for shop in shops:
            shop.refuse(words["sku"], refusal)
        return _says(f"SKU {words['sku']} is {says}", shops)

    def _forget(self, words: Words) -> Said:
        shops = self._offering(words)
        for shop in shops:
            shop.offers.pop(words["sku"], None)
        return _says(f"SKU {words['sku']} is unknown", shops)

    def _know(self, words: Words) -> Said:
        shops = self._shops(words)
        for shop in shops:
            shop.any_offer = words.says("any")
        return _says("any SKU is known" if words.says("any") else "only offered SKUs are known", shops)

    def _ok(self, words: Words) -> Said:
        shops = self._shops(words)
        self._faults.clear(words.get("shop"))
        for shop in shops:
            shop.failing, shop.running_as = 0, "RUNNING"
        return _says("back to normal", shops)

    def _offering(self, words: Words) -> list[MiraklShop]:
        """The shop named or else those that offer the SKU."""
        if words.get("shop"):
            return self._shops(words)
        shops = [shop for shop in self._state.shops.values() if words["sku"] in shop.offers]
        if not shops:
            raise Refused(404, f"no shop offers SKU {words['sku']}: name one with `for SHOP`")
        return shops

    def _shops(self, words: Words) -> list[MiraklShop]:
        name = words.get("shop")
        if name is None:
            return list(self._state.shops.values())
        if name not in self._state.shops:
            raise Refused(404, f"no shop {name}: there are {', '.join(self._state.shops)}")
        return [self._state.shops[name]]


def _says(what: str, shops: list[MiraklShop]) -> Said:
    return {"says": what, "shops": [shop.name for shop in shops]}
