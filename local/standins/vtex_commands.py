"""The one-line commands of the stand-in VTEX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from local.standins.broadcaster import Habits
from local.standins.demo import small_account
from local.standins.fault_commands import Clock, FaultCommands
from local.standins.faults import Faults
from local.standins.grammar import Command, Grammar, Refused, Said, Words
from local.standins.shop import FORMS, Account, Affiliate, Change, Holding, Unknown
from local.standins.vtex_state import VtexState

Announce = Callable[[Change | None], int]  # how many notifications that makes

_SKUS_PER_PRODUCT = 3
_MAX_CREATED = 20_000
_AFFILIATES = [f"MK{letter}" for letter in "BCDFGHJKLMNPQRSTVWXZ"]


def vtex_grammar(state: VtexState, faults: Faults, announce: Announce, now_ms: Clock) -> Grammar:
    stock, quirks = _StockCommands(state, announce, now_ms), _QuirkCommands(state, faults)
    return Grammar([*stock.commands(), *quirks.commands(), *FaultCommands(faults, now_ms).commands()])


class _Accounts:
    def __init__(self, state: VtexState) -> None:
        self._state = state

    def _account(self, words: Words) -> Account:
        name = (words.get("account") or self._state.account).lower()
        if name not in self._state.accounts:
            raise Refused(404, f"no account {name}: there are {', '.join(self._state.accounts)}")
        return self._state.accounts[name]

    def _affiliate(self, words: Words) -> tuple[Account, Affiliate]:
        account = self._account(words)
        try:
            return account, account.affiliate(words["affiliate"].upper())
        except Unknown as error:
            raise Refused(404, str(error)) from error


class _StockCommands(_Accounts):
    """What a seller does. Each change is announced to the affiliates."""

    def __init__(self, state: VtexState, announce: Announce, now_ms: Clock) -> None:
        super().__init__(state)
        self._announce = announce
        self._now_ms = now_ms

    def commands(self) -> list[Command]:
        return [
            Command(
                "stock SKU [FROM->]TO [at WAREHOUSE] [and price] [in ACCOUNT]",
                "stock 42 7->3",
                "set what is available at the first warehouse; refused when it is not 7",
                self._stock,
            ),
            Command("reserve SKU N [at WAREHOUSE] [in ACCOUNT]", "reserve 42 1", "reserve N more", self._reserve),
            Command("release SKU N [at WAREHOUSE] [in ACCOUNT]", "release 42 1", "reserve N less", self._release),
            Command("price SKU [CENTS] [in ACCOUNT]", "price 42", "new price; one cent more by default", self._price),
            Command("activate SKU [in ACCOUNT]", "activate 42", "sell the SKU again", self._activate),
            Command("deactivate SKU [in ACCOUNT]", "deactivate 42", "stop selling the SKU", self._deactivate),
            Command(
                "unlimited SKU (on|off) [at WAREHOUSE] [in ACCOUNT]",
                "unlimited 42 on",
                "unlimited stock",
                self._unlimited,
            ),
            Command(
                "remove SKU from AFFILIATE [in ACCOUNT]",
                "remove 42 from MRC",
                "take the SKU out of an affiliate's assortment",
                self._remove,
            ),
            Command("return SKU to AFFILIATE [in ACCOUNT]", "return 42 to MRC", "put the SKU back", self._return),
            Command(
                "notify SKU [stock] [price] [in ACCOUNT]",
                "notify 42",
                "notify without a change; registration data unless a flag is named",
                self._notify,
            ),
            Command("reindex [in ACCOUNT]", "reindex", "notify every SKU of the account", self._reindex),
            Command(
                "create N [alone] [in ACCOUNT]",
                "create 500",
                "N new SKUs, 10 of each, three to a product or each alone in one",
                self._create,
            ),
            Command(
                "open ACCOUNT with N affiliates",
                "open novaloja with 5 affiliates",
                "an account without SKUs",
                self._open,
            ),
        ]

    def _stock(self, words: Words) -> Said:
        account, sku, warehouse = self._place(words)
        before = account.holding(sku, warehouse)
        expected, wanted = words.get("from"), int(words["to"])
        if expected is not None and int(expected) != before.available:
            raise Refused(409, f"SKU {sku} has {before.available} at {warehouse}, not {expected}")
        if wanted < 0:  # only reservations make it so
            held = Holding(0, -wanted, lead_time=before.lead_time)
        else:
            held = replace(before, total=wanted + before.reserved, unlimited=False)
        if words.says("and price"):
            account.reprice(sku, account.skus[sku].price + 1)
        return self._hold(account, sku, warehouse, held, price=words.says("and price"))

    def _reserve(self, words: Words) -> Said:
        return self._move_reserved(words, int(words["n"]))

    def _release(self, words: Words) -> Said:
        return self._move_reserved(words, -int(words["n"]))

    def _move_reserved(self, words: Words, units: int) -> Said:
        account, sku, warehouse = self._place(words)
        held = account.holding(sku, warehouse)
        if held.reserved + units < 0:
            raise Refused(409, f"SKU {sku} has only {held.reserved} reserved at {warehouse}")
        return self._hold(account, sku, warehouse, replace(held, reserved=held.reserved + units))

    def _unlimited(self, words: Words) -> Said:
        account, sku, warehouse = self._place(words)
        return self._hold(account, sku, warehouse, replace(account.holding(sku, warehouse), unlimited=words.says("on")))

    def _hold(self, account: Account, sku: str, warehouse: str, held: Holding, *, price: bool = False) -> Said:
        before = account.holding(sku, warehouse).available
        change = account.hold(self._now_ms(), sku, warehouse, held)
        if change is None and price:
            change = Change(account.name, sku)
        if change is None:
            return {"says": f"SKU {sku} already has {before} at {warehouse}", "notifications": 0}
        told = self._announce(replace(change, price=price))
        return {"says": f"SKU {sku}: {before} -> {held.available} at {warehouse}", "notifications": told}

    def _price(self, words: Words) -> Said:
        account, sku = self._sku(words)
        price = words.number("cents", account.skus[sku].price + 1)
        told = self._announce(account.reprice(sku, price))
        return {"says": f"SKU {sku} costs {price} cents", "notifications": told}

    def _activate(self, words: Words) -> Said:
        account, sku = self._sku(words)
        return {"says": f"SKU {sku} is active", "notifications": self._announce(account.activate(sku, True))}

    def _deactivate(self, words: Words) -> Said:
        account, sku = self._sku(words)
        return {"says": f"SKU {sku} is inactive", "notifications": self._announce(account.activate(sku, False))}

    def _remove(self, words: Words) -> Said:
        account, sku = self._sku(words)
        affiliate = self._affiliate(words)[1].id
        told = self._announce(account.remove(sku, affiliate))
        return {"says": f"SKU {sku} is out of {affiliate}", "notifications": told}

    def _return(self, words: Words) -> Said:
        account, sku = self._sku(words)
        affiliate = self._affiliate(words)[1].id
        told = self._announce(account.put_back(sku, affiliate))
        return {"says": f"SKU {sku} is in {affiliate}", "notifications": told}

    def _notify(self, words: Words) -> Said:
        account, sku = self._sku(words)
        stock, price = words.says("stock"), words.says("price")
        balances = dict.fromkeys(account.trade_policies, (0, 0))
        change = Change(account.name, sku, stock, price, registration=not (stock or price), balances=balances)
        return {"says": f"SKU {sku} notified", "notifications": self._announce(change)}

    def _reindex(self, words: Words) -> Said:
        account = self._account(words)
        told = sum(
            self._announce(Change(account.name, product.skus[0], registration=True))
            for product in account.products.values()
        )
        return {"says": f"account {account.name} reindexed", "notifications": told}

    def _create(self, words: Words) -> Said:
        account, wanted = self._account(words), int(words["n"])
        if not 1 <= wanted <= _MAX_CREATED:
            raise Refused(400, f"from 1 to {_MAX_CREATED} at a time")
        first = max((int(sku) for sku in account.skus), default=0) + 1
        told = 0
        width = 1 if words.says("alone") else _SKUS_PER_PRODUCT
        for start in range(first, first + wanted, width):
            skus = [str(sku) for sku in range(start, min(start + width, first + wanted))]
            account.add_product(f"Produto {start}", dict.fromkeys(skus, 10), price=9990)
            told += self._announce(Change(account.name, skus[0], registration=True))
        return {"says": f"SKUs {first} to {first + wanted - 1} created", "notifications": told}

    def _open(self, words: Words) -> Said:
        name, wanted = words["account"].lower(), int(words["n"])
        if name in self._state.accounts:
            raise Refused(409, f"there is an account {name}")
        if not 1 <= wanted <= len(_AFFILIATES):
            raise Refused(400, f"from 1 to {len(_AFFILIATES)} affiliates")
        affiliates = {affiliate: f"Marketplace {affiliate}" for affiliate in _AFFILIATES[:wanted]}
        self._state.accounts[name] = small_account(name, affiliates, {})
        return {"says": f"account {name} opened", "affiliates": list(affiliates)}

    def _place(self, words: Words) -> tuple[Account, str, str]:
        account, sku = self._sku(words)
        try:
            return account, sku, account.warehouse(words.get("warehouse")).id
        except Unknown as error:
            raise Refused(404, str(error)) from error

    def _sku(self, words: Words) -> tuple[Account, str]:
        account, sku = self._account(words), words["sku"]
        if sku not in account.skus:
            others = [other.name for other in self._state.accounts.values() if sku in other.skus]
            hint = f"; add `in {others[0]}`" if others else ""
            raise Refused(404, f"account {account.name} has no SKU {sku}{hint}")
        return account, sku


class _QuirkCommands(_Accounts):
    """What VTEX itself is known to do."""

    def __init__(self, state: VtexState, faults: Faults) -> None:
        super().__init__(state)
        self._faults = faults

    def commands(self) -> list[Command]:
        return [
            Command("stale SECONDS", "stale 330", "reads give the old balance for that long", self._stale),
            Command("lose PERCENT %", "lose 20 %", "lose notifications", self._lose),
            Command(
                "merge SECONDS", "merge 120", "swallow a SKU's notifications that follow one that soon", self._merge
            ),
            Command("delay SECONDS", "delay 60", "notify later", self._delay),
            Command("duplicate PERCENT %", "duplicate 10 %", "notify twice", self._duplicate),
            Command("retries N", "retries 3", "repeat unanswered notifications", self._retries),
            Command("rule (on|off)", "rule on", "do not notify stock changes with both balances above 5", self._rule),
            Command("max items N", "max items 50", "CHK0062 above that many in a simulation", self._max_items),
            Command(
                "form AFFILIATE (2015|2018|2021) [in ACCOUNT]",
                "form MRC 2015",
                "which body an affiliate is sent",
                self._form,
            ),
            Command(
                "endpoint AFFILIATE (URL|none) [in ACCOUNT]",
                "endpoint MRC none",
                "where an affiliate is notified",
                self._endpoint,
            ),
            Command("sales (on|off|rate N per minute)", "sales rate 12 per minute", "simulated shoppers", self._sales),
            Command("account NAME", "account demoloja", "the account of commands that name none", self._use),
            Command("ok", "ok", "end all faults and quirks; sales go on", self._ok),
        ]

    def _habit(self, says: str, **changed: float) -> Said:
        self._state.habits = replace(self._state.habits, **changed)  # type: ignore[arg-type] # each field is a number
        return {"says": says}

    def _stale(self, words: Words) -> Said:
        self._state.stale_s = int(words["seconds"])
        return {"says": f"reads are {self._state.stale_s} s behind"}

    def _lose(self, words: Words) -> Said:
        return self._habit(f"{words['percent']} % lost", lose_percent=float(words["percent"]))

    def _merge(self, words: Words) -> Said:
        return self._habit(f"merged within {words['seconds']} s", merge_s=int(words["seconds"]))

    def _delay(self, words: Words) -> Said:
        return self._habit(f"notified {words['seconds']} s late", delay_s=int(words["seconds"]))

    def _duplicate(self, words: Words) -> Said:
        return self._habit(f"{words['percent']} % sent twice", duplicate_percent=float(words["percent"]))

    def _retries(self, words: Words) -> Said:
        return self._habit(f"{words['n']} retries", retries=int(words["n"]))

    def _rule(self, words: Words) -> Said:
        return self._habit(f"rule {'on' if words.says('on') else 'off'}", rule=words.says("on"))

    def _max_items(self, words: Words) -> Said:
        self._state.max_items = int(words["n"])
        return {"says": f"at most {self._state.max_items} items in a simulation"}

    def _form(self, words: Words) -> Said:
        account, affiliate = self._affiliate(words)
        form = next(form for form in FORMS if words.says(form))
        account.affiliates[affiliate.id] = replace(affiliate, form=form)
        return {"says": f"{affiliate.id} is sent the form of {form}"}

    def _endpoint(self, words: Words) -> Said:
        account, affiliate = self._affiliate(words)
        account.affiliates[affiliate.id] = replace(affiliate, endpoint=words.get("url"))
        return {"says": f"{affiliate.id} is notified at {words.get('url') or 'no address'}"}

    def _sales(self, words: Words) -> Said:
        before = self._state.sales
        rate = float(words.get("n") or before.per_minute)
        self._state.sales = replace(before, asked=True, on=not words.says("off"), per_minute=rate)
        return {"says": f"sales on, {rate:g} per minute" if self._state.sales.on else "sales off"}

    def _use(self, words: Words) -> Said:
        self._state.account = self._account(Words({"account": words["name"]}, "")).name
        return {"says": f"commands mean {self._state.account}"}

    def _ok(self, words: Words) -> Said:  # noqa: ARG002 - every command is given its words
        self._faults.clear()
        self._state.stale_s = 0
        self._state.habits = Habits()
        self._state.max_items = VtexState({}, "").max_items
        return {"says": "back to normal"}
