"""The VTEX accounts that are sold through: the stand-in's other accounts, with stock of their own or sellers of theirs.

Nothing here knows of HTTP or of a clock: times arrive as milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from local.standins.faults import Fault, Kind
from local.standins.shop import Account, Holding, Product, Sku, Warehouse

WAREHOUSE = "mkt_1"


@dataclass(slots=True)
class Market:
    """`bound`: by seller, the seller's own SKU ids that the account sells. `locks`: until when a write is refused, by
    SKU and warehouse. `notified`: how often, by seller and SKU."""

    account: Account
    bound: dict[str, list[str]] = field(default_factory=dict)
    locks: dict[str, int] = field(default_factory=dict)
    notified: dict[str, int] = field(default_factory=dict)
    revoked: bool = False  # the key lacks its role
    counts: dict[str, int] = field(default_factory=dict)  # answers to writes and notifications, by status

    def locked(self, sku: str, warehouse: str, now: int) -> bool:
        return self.locks.get(_place(sku, warehouse), 0) > now

    def lock(self, sku: str, warehouse: str, until: int) -> None:
        self.locks[_place(sku, warehouse)] = until

    def change(self, now: int, sku: str, warehouse: str, **changes: Any) -> None:
        """Replace fields of what the warehouse holds. Raises shop.Unknown."""
        self.account.hold(now, sku, warehouse, replace(self.account.holding(sku, warehouse), **changes))

    def know(self, sku: str) -> None:
        self.account.skus.setdefault(sku, Sku(sku, f"SKU {sku}", 1, 9990))

    def notify(self, seller: str, sku: str) -> bool:
        """Whether the account sells that SKU of the seller."""
        if sku not in self.bound.get(seller, ()):
            return False
        self.notified[f"{seller}/{sku}"] = self.notified.get(f"{seller}/{sku}", 0) + 1
        return True


@dataclass(slots=True)
class VtexAccountState:
    markets: dict[str, Market]
    faults: list[Fault] = field(default_factory=list)


def seeded_vtex_account(
    name: str, skus: Sequence[str], *, seller: str, now: int, spared: Sequence[str] = ("42",)
) -> VtexAccountState:
    """One account that sells these SKUs, both from its own warehouse and as that seller's, with every class of error
    alive for a few of them. `spared` SKUs go well, whatever else there is."""
    warehouses = [Warehouse(WAREHOUSE, "Estoque do marketplace", ()), Warehouse("mkt_2", "Loja física", ())]
    account = Account(
        name=name,
        app_key=f"vtexappkey-{name}-LOCAL",
        app_token=f"local-token-{name}",
        trade_policies={"1": "Loja principal"},
        docks={},
        warehouses={warehouse.id: warehouse for warehouse in warehouses},
        products={1: Product(1, "Catálogo", tuple(skus), ("1",))},
        skus={sku: Sku(sku, f"SKU {sku}", 1, 9990) for sku in skus},
        stock={sku: {WAREHOUSE: Holding()} for sku in skus},
        affiliates={},
    )
    market = Market(account, {seller: list(skus)})
    troubled = iter([sku for sku in skus if sku not in spared][5::11])  # here and there, the same on every machine
    for sku in _some(troubled, 2):
        del account.skus[sku]
        market.bound[seller].remove(sku)
    for sku in _some(troubled, 1):
        market.lock(sku, WAREHOUSE, now + 365 * 86_400_000)
    for sku in _some(troubled, 1):
        account.stock[sku][WAREHOUSE] = Holding(total=5, reserved=3, lead_time="2.00:00:00")
    for sku in _some(troubled, 1):
        account.stock[sku][WAREHOUSE] = Holding(unlimited=True)
    faults = [Fault(Kind.FAIL, shop=name, sku=sku, status=400, text="INVALID_QUANTITY") for sku in _some(troubled, 1)]
    return VtexAccountState({name: market}, [*faults, Fault(Kind.FAIL, shop=name, percent=2.0, status=503)])


def _some(skus: Any, count: int) -> list[str]:
    return [sku for _, sku in zip(range(count), skus, strict=False)]


def _place(sku: str, warehouse: str) -> str:
    return f"{sku}@{warehouse}"
