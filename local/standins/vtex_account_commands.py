"""The one-line commands of the stand-in VTEX accounts that are sold through. Without `for SHOP` they mean every one."""

from __future__ import annotations

from typing import Any

from local.standins.fault_commands import Clock, FaultCommands
from local.standins.faults import Faults
from local.standins.grammar import Command, Grammar, Refused, Said, Words
from local.standins.shop import Unknown
from local.standins.vtex_account_state import Market, VtexAccountState


def vtex_account_grammar(state: VtexAccountState, faults: Faults, now_ms: Clock) -> Grammar:
    ours = _MarketCommands(state, faults, now_ms).commands()
    return Grammar([*ours, *FaultCommands(faults, now_ms, shops=lambda: list(state.markets)).commands()])


class _MarketCommands:
    def __init__(self, state: VtexAccountState, faults: Faults, now_ms: Clock) -> None:
        self._state = state
        self._faults = faults
        self._now_ms = now_ms

    def commands(self) -> list[Command]:
        place = "[at WAREHOUSE] [for SHOP]"
        return [
            Command(f"stock SKU to N {place}", "stock 42 to 9", "change it behind everybody's back", self._stock),
            Command(f"reserve SKU N {place}", "reserve 42 2", "what orders hold back", self._reserve),
            Command(f"lead SKU N {place}", "lead 42 3", "the lead time, in days", self._lead),
            Command(f"unlimited SKU (on|off) {place}", "unlimited 42 on", "unlimited stock", self._unlimited),
            Command(f"lock SKU SECONDS {place}", "lock 42 5", "423 to every write for that long", self._lock),
            Command("forget SKU [for SHOP]", "forget 42", "no such SKU, of the account or of any seller", self._forget),
            Command("know SKU [for SHOP]", "know 42", "the account has the SKU, and sells every seller's", self._know),
            Command("revoke [for SHOP]", "revoke", "the key lost its role: 403", self._revoke),
            Command("restore [for SHOP]", "restore", "the key has its role again", self._restore),
            Command("ok [for SHOP]", "ok", "end the faults; SKUs and keys stay as they are", self._ok),
        ]

    def _stock(self, words: Words) -> Said:
        return self._change(words, total=int(words["n"]))

    def _reserve(self, words: Words) -> Said:
        return self._change(words, reserved=int(words["n"]))

    def _lead(self, words: Words) -> Said:
        return self._change(words, lead_time=f"{int(words['n'])}.00:00:00")

    def _unlimited(self, words: Words) -> Said:
        return self._change(words, unlimited=words.says("on"))

    def _change(self, words: Words, **changes: Any) -> Said:
        for market in self._markets(words):
            market.change(self._now_ms(), words["sku"], self._warehouse(market, words), **changes)
        return {"says": f"SKU {words['sku']}: {', '.join(f'{name} {value}' for name, value in changes.items())}"}

    def _lock(self, words: Words) -> Said:
        for market in self._markets(words):
            until = self._now_ms() + int(words["seconds"]) * 1000
            market.lock(words["sku"], self._warehouse(market, words), until)
        return {"says": f"423 to writes of SKU {words['sku']} for {words['seconds']} s"}

    def _forget(self, words: Words) -> Said:
        sku = words["sku"]
        for market in self._markets(words):
            market.account.skus.pop(sku, None)
            market.bound = {seller: [each for each in skus if each != sku] for seller, skus in market.bound.items()}
        return {"says": f"SKU {sku} is unknown"}

    def _know(self, words: Words) -> Said:
        for market in self._markets(words):
            market.know(words["sku"])
            for skus in market.bound.values():
                if words["sku"] not in skus:
                    skus.append(words["sku"])
        return {"says": f"SKU {words['sku']} is there"}

    def _revoke(self, words: Words) -> Said:
        return self._role(words, revoked=True)

    def _restore(self, words: Words) -> Said:
        return self._role(words, revoked=False)

    def _role(self, words: Words, *, revoked: bool) -> Said:
        for market in self._markets(words):
            market.revoked = revoked
        return {"says": "the key lost its role" if revoked else "the key has its role"}

    def _ok(self, words: Words) -> Said:
        self._faults.clear(words.get("shop"))
        return {"says": "back to normal"}

    def _warehouse(self, market: Market, words: Words) -> str:
        try:
            market.account.sku(words["sku"])
            return market.account.warehouse(words.get("warehouse")).id
        except Unknown as error:
            raise Refused(404, str(error)) from error

    def _markets(self, words: Words) -> list[Market]:
        name = words.get("shop")
        if name is None:
            return list(self._state.markets.values())
        if name not in self._state.markets:
            raise Refused(404, f"no account {name}: there are {', '.join(self._state.markets)}")
        return [self._state.markets[name]]
