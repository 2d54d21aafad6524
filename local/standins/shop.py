"""A VTEX account as the stand-in keeps it: what is where, what it sells and whom it tells.

Nothing here knows of HTTP or of a clock: times arrive as milliseconds since the epoch. A method that changes
something returns the Change to announce, or None when VTEX would register none (the quantity is the same).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

UNLIMITED = 1_000_000  # "the default quantity of 1000000 units does not decrease" (VTEX help center)
_REMEMBERED_MS = 3_600_000  # no staleness older than this can be asked for

Form = Literal["2015", "2018", "2021"]  # which of VTEX's notification bodies an affiliate is sent
FORMS: tuple[Form, ...] = get_args(Form)


class Unknown(LookupError):
    """A name that the account does not have; the text says which names it has."""


@dataclass(frozen=True, slots=True)
class Dock:
    id: str
    name: str
    sales_channels: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Warehouse:
    id: str
    name: str
    docks: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    name: str
    skus: tuple[str, ...]
    trade_policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sku:
    id: str
    name: str
    product: int
    price: int  # cents
    active: bool = True


@dataclass(frozen=True, slots=True)
class Holding:
    """What one warehouse holds of one SKU."""

    total: int = 0
    reserved: int = 0
    unlimited: bool = False
    lead_time: str = "00:00:00"

    @property
    def available(self) -> int:
        """Negative when more is reserved than there is."""
        return UNLIMITED if self.unlimited else self.total - self.reserved


@dataclass(frozen=True, slots=True)
class Past:
    """What a warehouse held until `at`."""

    at: int
    warehouse: str
    holding: Holding


@dataclass(frozen=True, slots=True)
class Affiliate:
    id: str
    name: str
    trade_policy: str
    endpoint: str | None = None  # the search endpoint: where notifications are posted, exactly as written
    form: Form = "2021"
    follow_up_email: str = "operacao@example.com"
    own_payment: bool = False
    minimum_value: int = 0  # cents


@dataclass(frozen=True, slots=True)
class Change:
    """Something to announce to every SKU of the product. `only`: one affiliate instead of all.

    `balances` holds, by trade policy, the SKU's balance before and after, when the stock changed.
    """

    account: str
    sku: str
    stock: bool = False
    price: bool = False
    registration: bool = False
    only: str | None = None
    balances: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    name: str
    app_key: str
    app_token: str
    trade_policies: dict[str, str]
    docks: dict[str, Dock]
    warehouses: dict[str, Warehouse]
    products: dict[int, Product]
    skus: dict[str, Sku]
    stock: dict[str, dict[str, Holding]]  # by SKU, then by warehouse
    affiliates: dict[str, Affiliate]
    removed: dict[str, set[str]] = field(default_factory=dict)  # by affiliate: SKUs taken out of its assortment
    past: dict[str, list[Past]] = field(default_factory=dict)

    # ---------------------------------------------------------------- looking

    def sku(self, sku: str) -> Sku:
        if sku not in self.skus:
            raise Unknown(f"account {self.name} has no SKU {sku}")
        return self.skus[sku]

    def warehouse(self, warehouse: str | None = None) -> Warehouse:
        """The warehouse of that id; the account's first one for None."""
        if warehouse is None:
            return next(iter(self.warehouses.values()))
        if warehouse not in self.warehouses:
            raise Unknown(f"account {self.name} has no warehouse {warehouse}: it has {', '.join(self.warehouses)}")
        return self.warehouses[warehouse]

    def affiliate(self, affiliate: str) -> Affiliate:
        if affiliate not in self.affiliates:
            raise Unknown(f"account {self.name} has no affiliate {affiliate}: it has {', '.join(self.affiliates)}")
        return self.affiliates[affiliate]

    def holding(self, sku: str, warehouse: str, *, as_of: int | None = None) -> Holding:
        """What the warehouse holds now or, as a cache that old would say it, at the instant `as_of`."""
        if as_of is not None:
            for past in self.past.get(sku, ()):  # oldest first
                if past.warehouse == warehouse and past.at > as_of:
                    return past.holding
        return self.stock.get(sku, {}).get(warehouse, Holding())

    def docks_of(self, warehouse: Warehouse) -> Iterator[Dock]:
        return (self.docks[dock] for dock in warehouse.docks if dock in self.docks)

    def serves(self, warehouse: Warehouse, trade_policy: str) -> bool:
        return warehouse.active and any(
            dock.active and trade_policy in dock.sales_channels for dock in self.docks_of(warehouse)
        )

    def balance(self, sku: str, trade_policy: str, *, as_of: int | None = None) -> int:
        """What the trade policy can sell: each of its warehouses at zero or above."""
        available = sum(
            max(0, self.holding(sku, warehouse.id, as_of=as_of).available)
            for warehouse in self.warehouses.values()
            if self.serves(warehouse, trade_policy)
        )
        return min(available, UNLIMITED)

    def in_assortment(self, sku: str, trade_policy: str, affiliate: str | None = None) -> bool:
        """Whether the trade policy sells the SKU's product and the affiliate did not lose the SKU."""
        known = self.skus.get(sku)
        return (
            known is not None
            and trade_policy in self.products[known.product].trade_policies
            and (affiliate is None or sku not in self.removed.get(affiliate, ()))
        )

    # ---------------------------------------------------------------- changing

    def hold(self, now: int, sku: str, warehouse: str, holding: Holding) -> Change | None:
        """Replace what a warehouse holds of a SKU."""
        self.sku(sku)
        self.warehouse(warehouse)
        before = self.holding(sku, warehouse)
        if holding == before:
            return None
        de = self._balances(sku)
        self.stock.setdefault(sku, {})[warehouse] = holding
        kept = [past for past in self.past.get(sku, ()) if past.at > now - _REMEMBERED_MS]
        self.past[sku] = [*kept, Past(now, warehouse, before)]
        por = self._balances(sku)
        return Change(self.name, sku, stock=True, balances={policy: (de[policy], por[policy]) for policy in por})

    def reprice(self, sku: str, price: int) -> Change | None:
        if self.sku(sku).price == price:
            return None
        self.skus[sku] = replace(self.skus[sku], price=price)
        return Change(self.name, sku, price=True)

    def activate(self, sku: str, active: bool) -> Change | None:
        if self.sku(sku).active == active:
            return None
        self.skus[sku] = replace(self.skus[sku], active=active)
        return Change(self.name, sku, registration=True)

    def remove(self, sku: str, affiliate: str) -> Change | None:
        """Take the SKU out of the affiliate's assortment."""
        self.sku(sku)
        self.affiliate(affiliate)
        gone = self.removed.setdefault(affiliate, set())
        if sku in gone:
            return None
        gone.add(sku)
        return Change(self.name, sku, registration=True, only=affiliate)

    def put_back(self, sku: str, affiliate: str) -> Change | None:
        self.sku(sku)
        self.affiliate(affiliate)
        if sku not in self.removed.get(affiliate, ()):
            return None
        self.removed[affiliate].remove(sku)
        return Change(self.name, sku, registration=True, only=affiliate)

    def add_product(self, name: str, skus: Mapping[str, int], *, price: int) -> Product:
        """A new product with these SKUs and their quantities, sold by every trade policy."""
        product = Product(max(self.products, default=0) + 1, name, tuple(skus), tuple(self.trade_policies))
        self.products[product.id] = product
        for number, (sku, quantity) in enumerate(skus.items(), start=1):
            self.skus[sku] = Sku(sku, f"{name} {number}", product.id, price)
            self.stock[sku] = {self.warehouse().id: Holding(quantity)}
        return product

    def _balances(self, sku: str) -> dict[str, int]:
        return {policy: self.balance(sku, policy) for policy in self.trade_policies}


def told(account: Account, change: Change) -> Iterator[tuple[Affiliate, Sku]]:
    """Who hears of a change: for each affiliate that sells the product, every SKU of it.

    "todos os SKUs do produto alterado, mesmo que um dos SKUs não tenha sofrido alteração" (VTEX help center). A
    SKU taken out of an affiliate's assortment is told once, by the change that took it out, and then no more.
    """
    product = account.products[account.sku(change.sku).product]
    for affiliate in account.affiliates.values():
        if change.only not in (None, affiliate.id) or affiliate.trade_policy not in product.trade_policies:
            continue
        for sku in product.skus:
            just_removed = sku == change.sku and change.only == affiliate.id
            if account.in_assortment(sku, affiliate.trade_policy, affiliate.id) or just_removed:
                yield affiliate, account.skus[sku]
