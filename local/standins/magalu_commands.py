"""The one-line commands of the stand-in Magalu. Without `for SHOP` they mean every seller."""

from __future__ import annotations

from local.standins.fault_commands import Clock, FaultCommands
from local.standins.faults import Faults
from local.standins.grammar import Command, Grammar, Refused, Said, Words
from local.standins.magalu_state import Area, MagaluState, Seller, Status, Stock


def magalu_grammar(state: MagaluState, faults: Faults, now_ms: Clock) -> Grammar:
    skus, consents = _SkuCommands(state, now_ms), _ConsentCommands(state, faults)
    general = FaultCommands(faults, now_ms, shops=lambda: list(state.sellers))
    return Grammar([*skus.commands(), *consents.commands(), *general.commands()])


class _Sellers:
    def __init__(self, state: MagaluState) -> None:
        self._state = state

    def _sellers(self, words: Words) -> list[Seller]:
        name = words.get("shop")
        if name is None:
            return list(self._state.sellers.values())
        if name not in self._state.sellers:
            raise Refused(404, f"no seller {name}: there are {', '.join(self._state.sellers)}")
        return [self._state.sellers[name]]


class _SkuCommands(_Sellers):
    def __init__(self, state: MagaluState, now_ms: Clock) -> None:
        super().__init__(state)
        self._now_ms = now_ms

    def commands(self) -> list[Command]:
        return [
            Command(
                "publish SKU [for SHOP]", "publish 42", "the SKU takes stock again, whatever it was", self._publish
            ),
            Command("block SKU [for SHOP]", "block 42", "BLOCKED: writes end in an error of the traces", self._block),
            Command("review SKU [for SHOP]", "review 42", "UNDER_REVIEW: likewise", self._review),
            Command("delete SKU [for SHOP]", "delete 42", "DELETED: likewise", self._delete),
            Command(
                'reject SKU with "TEXT" [for SHOP]',
                'reject 42 with "O produto pai não foi integrado"',
                "writes end in the traces with that error",
                self._reject,
            ),
            Command("redirect SKU [for SHOP]", "redirect 42", "303 to every write of it", self._redirect),
            Command("reserve SKU N [for SHOP]", "reserve 42 1", "what the sales channel holds back", self._reserve),
            Command("empty SKU [for SHOP]", "empty 42", "stock was never created: 404 until a POST", self._empty),
            Command("forget SKU [for SHOP]", "forget 42", "there is no such SKU: 404", self._forget),
            Command("set SKU to N [for SHOP]", "set 42 to 9", "change the stock behind everybody's back", self._put),
        ]

    def _publish(self, words: Words) -> Said:
        return self._change(words, "is published", status="PUBLISHED", rejects="", redirects=False)

    def _block(self, words: Words) -> Said:
        return self._state_of(words, "BLOCKED")

    def _review(self, words: Words) -> Said:
        return self._state_of(words, "UNDER_REVIEW")

    def _delete(self, words: Words) -> Said:
        return self._state_of(words, "DELETED")

    def _state_of(self, words: Words, status: Status) -> Said:
        return self._change(words, f"is {status}", status=status)

    def _reject(self, words: Words) -> Said:
        return self._change(words, "ends in an error", rejects=words["text"])

    def _redirect(self, words: Words) -> Said:
        return self._change(words, "is redirected", redirects=True)

    def _reserve(self, words: Words) -> Said:
        return self._change(words, f"has {words['n']} reserved", reserved=int(words["n"]))

    def _empty(self, words: Words) -> Said:
        return self._change(words, "has no stock", stock=None)

    def _put(self, words: Words) -> Said:
        now = self._now_ms()
        return self._change(words, f"shows {words['n']}", stock=Stock(int(words["n"]), now, now))

    def _forget(self, words: Words) -> Said:
        for seller in self._sellers(words):
            seller.skus.pop(words["sku"], None)
        return {"says": f"SKU {words['sku']} is unknown"}

    def _change(self, words: Words, what: str, **changes: object) -> Said:
        for seller in self._sellers(words):
            seller.change(words["sku"], **changes)
        return {"says": f"SKU {words['sku']} {what}"}


class _ConsentCommands(_Sellers):
    def __init__(self, state: MagaluState, faults: Faults) -> None:
        super().__init__(state)
        self._faults = faults

    def commands(self) -> list[Command]:
        return [
            Command("queue SECONDS", "queue 5", "how long an accepted write waits from now on", self._queue),
            Command("expire [for SHOP]", "expire", "the access token is over: 401 until it is renewed", self._expire),
            Command(
                "revoke [for SHOP]", "revoke", "the seller withdraws the consent: 401, invalid_grant", self._revoke
            ),
            Command(
                "consent [for SHOP]", "consent", "the seller consents again, with the tokens there are", self._consent
            ),
            Command("forbid (stocks|traces) [for SHOP]", "forbid traces", "403 for want of the scope", self._forbid),
            Command("allow (stocks|traces) [for SHOP]", "allow traces", "the scope is there", self._allow),
            Command("ok [for SHOP]", "ok", "end the faults; SKUs and consents stay as they are", self._ok),
        ]

    def _queue(self, words: Words) -> Said:
        self._state.queue_s = int(words["seconds"])
        return {"says": f"writes wait {words['seconds']} s"}

    def _expire(self, words: Words) -> Said:
        for seller in self._sellers(words):
            seller.ends_at = 0
        return {"says": "access tokens are over"}

    def _revoke(self, words: Words) -> Said:
        return self._consents(words, revoked=True)

    def _consent(self, words: Words) -> Said:
        return self._consents(words, revoked=False)

    def _consents(self, words: Words, *, revoked: bool) -> Said:
        for seller in self._sellers(words):
            seller.revoked = revoked
        return {"says": "the consent is withdrawn" if revoked else "the consent is there"}

    def _forbid(self, words: Words) -> Said:
        area = _area(words)
        for seller in self._sellers(words):
            seller.forbidden = sorted({*seller.forbidden, area})
        return {"says": f"403 to {area}"}

    def _allow(self, words: Words) -> Said:
        area = _area(words)
        for seller in self._sellers(words):
            seller.forbidden = [each for each in seller.forbidden if each != area]
        return {"says": f"{area} are open"}

    def _ok(self, words: Words) -> Said:
        self._faults.clear(words.get("shop"))
        return {"says": "back to normal"}


def _area(words: Words) -> Area:
    return "traces" if words.says("traces") else "stocks"
