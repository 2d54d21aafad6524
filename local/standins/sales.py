"""Shoppers: a gentle life of small sales and restocks, so that there is something to see at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace

from local.standins.shop import Account, Change
from local.standins.vtex_state import VtexState

_TICK_S = 0.25


class Shoppers:
    """They shop in the first account, at its first warehouse."""

    def __init__(
        self,
        state: VtexState,
        announce: Callable[[Change], int],
        *,
        now_ms: Callable[[], int],
        chance: random.Random,
    ) -> None:
        self._state = state
        self._announce = announce
        self._now_ms = now_ms
        self._chance = chance

    async def shop_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            expected = self._state.sales.per_minute * _TICK_S / 60 if self._state.sales.on else 0.0
            while expected > 0:  # one draw for each whole visit and one for the rest
                if self._chance.random() < expected:
                    self.visit()
                expected -= 1

    def visit(self) -> None:
        """One thing happens to one SKU: mostly a small sale, sometimes a large one, a restock or a new price."""
        account = next(iter(self._state.accounts.values()))
        choices = [sku.id for sku in account.skus.values() if sku.active and sku.id not in self._state.sales.spared]
        if not choices:
            return
        sku = self._chance.choice(choices)
        what = self._chance.random()
        if what < 0.04:
            change = account.reprice(sku, max(100, account.skus[sku].price + self._chance.randint(-500, 500)))
        else:
            change = self._move(account, sku, what)
        if change:
            self._announce(change)

    def _move(self, account: Account, sku: str, what: float) -> Change | None:
        warehouse = account.warehouse().id
        held = account.holding(sku, warehouse)
        if held.unlimited:
            return None
        if held.available <= 0 or what > 0.9:
            total = held.total + self._chance.randint(4, 30)
        elif what > 0.82:
            total = held.total - self._chance.randint(1, held.available)
        else:
            total = held.total - min(held.available, self._chance.randint(1, 3))
        return account.hold(self._now_ms(), sku, warehouse, replace(held, total=total))
