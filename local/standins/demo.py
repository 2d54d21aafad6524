"""The accounts that are there at the first start: a demonstration shop, and those of VTEX's sample notifications."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import cycle

from local.standins.demo_sellers import AFFILIATES
from local.standins.faults import Fault, Kind
from local.standins.listings import Listing, MarketplaceState, Shop
from local.standins.shop import Account, Affiliate, Dock, Holding, Product, Sku, Warehouse
from local.standins.vtex_state import VtexState

DEMO = "demoloja"
PRODUCTS = 120
LEAST = 20  # so that there is a SKU for each trouble
_SPARED = "42"  # the SKU of the examples: 7 units at the first warehouse and none elsewhere

_THINGS = (
    "Caneca esmaltada",
    "Luminária de mesa",
    "Mochila urbana",
    "Tênis de corrida",
    "Jaqueta corta-vento",
    "Garrafa térmica",
    "Fone sem fio",
    "Cadeira dobrável",
    "Panela de ferro",
    "Toalha de banho",
    "Quebra-cabeça",
    "Relógio de parede",
)
_LINES = ("Serra", "Litoral", "Pampa", "Cerrado", "Araucária", "Ipê", "Guará", "Aurora", "Maré", "Vereda")
_VARIANTS = ("azul", "preta", "verde", "areia", "vinho")


def demo_vtex(products: int = PRODUCTS) -> VtexState:
    """`products`: of the demonstration shop, two or three SKUs each; fewer are the first of them, `LEAST` or more."""
    demo = _demo_account(products)
    sampled = (
        small_account("mundojuguete", {"SPT": "Super Juguetes"}, {812: ["36204", "36205"]}),
        small_account("accountname", {"SPT": "Sport Center", "ZZZ": "Zazzle"}, {23: ["42", "43"], 9: ["15", "16"]}),
        small_account("sandboxintegracao", {"PRT": "Portal"}, {77: ["1634"]}),
    )
    accounts = {account.name: account for account in (demo, *sampled)}
    # the sample of 2018 says that SKU 15 is inactive
    accounts["accountname"].activate("15", False)
    return VtexState(accounts, account=DEMO)


def demo_marketplace(vtex: VtexState) -> MarketplaceState:
    """One shop for each affiliate that no other stand-in serves, listing what the affiliate's trade policy sells, at
    zero until the first write."""
    elsewhere = {shop_name(DEMO, affiliate.id) for affiliate in AFFILIATES}
    shops = {
        shop.name: shop
        for account in vtex.accounts.values()
        for shop in (_shop(account, affiliate) for affiliate in account.affiliates.values())
        if shop.name not in elsewhere
    }
    bazaar, magazine = shops[shop_name(DEMO, "BTW")], shops[shop_name(DEMO, "MGL")]
    for sku in _picked(bazaar.listings, 8, seed=1):
        bazaar.set_state(sku, "not_catalogued")
    for sku in _picked(bazaar.listings, 3, seed=2):
        bazaar.set_state(sku, "closed")
    for sku in _picked(magazine.listings, 4, seed=3):
        del magazine.listings[sku]
    return MarketplaceState(shops, [Fault(Kind.FAIL, shop=magazine.name, percent=4.0, status=500)])


def shop_name(account: str, affiliate: str) -> str:
    return f"{account}-{affiliate.lower()}"


def new_shop(name: str) -> Shop:
    return Shop(name, f"local-token-{name}")


def _shop(account: Account, affiliate: Affiliate) -> Shop:
    shop = new_shop(shop_name(account.name, affiliate.id))
    listed = [sku for sku in account.skus if account.in_assortment(sku, affiliate.trade_policy)]
    shop.listings = {sku: Listing() for sku in listed}
    return shop


def _picked(skus: dict[str, Listing], count: int, *, seed: int) -> list[str]:
    candidates = [sku for sku, listing in skus.items() if sku != _SPARED and listing.state == "active"]
    return _chance(seed).sample(candidates, count)


# ------------------------------------------------------------------------------------------ accounts


def _demo_account(products: int) -> Account:
    docks = [Dock("d1", "Doca principal", ("1", "2")), Dock("d2", "Doca da loja", ("2",))]
    warehouses = [
        Warehouse("1_1", "Centro de distribuição", ("d1",)),
        Warehouse("2_1", "Loja Curitiba", ("d2",)),
        Warehouse("9_1", "Depósito desativado", ("d1",), active=False),
    ]
    affiliates = [
        Affiliate("MRC", "Mercado Rio Claro", "1"),
        Affiliate("MGL", "Magazine Lagoa", "2"),
        Affiliate("BTW", "Bazar Tudo Web", "2"),
        *AFFILIATES,
    ]
    account = _account(DEMO, {"1": "Loja principal", "2": "Marketplaces"}, docks, warehouses, affiliates)
    chance = _chance(7)
    sku_ids = iter(range(1, 100_000))
    for number, size in zip(range(1, products + 1), cycle((3, 2)), strict=False):
        thing, line = _THINGS[number % len(_THINGS)], _LINES[number // len(_THINGS) % len(_LINES)]
        skus = [str(next(sku_ids)) for _ in range(size)]
        policies = ("1", "2") if _SPARED in skus or chance.random() < 0.8 else ("1",)
        _stock_product(account, Product(number, f"{thing} {line}", tuple(skus), policies), chance)
    _particulars(account)
    return account


def _stock_product(account: Account, product: Product, chance: random.Random) -> None:
    price = chance.randrange(1990, 49990, 100)
    account.products[product.id] = product
    for sku, variant in zip(product.skus, _VARIANTS, strict=False):
        account.skus[sku] = Sku(sku, f"{product.name} {variant}", product.id, price)
        account.stock[sku] = {"1_1": Holding(_quantity(chance))}
        if chance.random() < 0.25:
            account.stock[sku]["2_1"] = Holding(chance.randint(0, 12))


def _quantity(chance: random.Random) -> int:
    """A third around the threshold of five, where every sale matters; the rest well above it."""
    depth = chance.random()
    if depth < 0.35:
        return chance.randint(0, 8)
    return chance.randint(9, 40) if depth < 0.8 else chance.randint(41, 400)


def _particulars(account: Account) -> None:
    """One of each thing that goes wrong in a real catalogue."""
    holdings = {
        _SPARED: {"1_1": Holding(7)},
        "60": {"1_1": Holding(0, unlimited=True)},
        "90": {"1_1": Holding(2, reserved=5)},  # more reserved than there is
        "120": {"1_1": Holding(30, reserved=4)},
        "150": {"1_1": Holding(3), "9_1": Holding(80)},  # what a closed warehouse holds does not count
    }
    account.stock |= {sku: held for sku, held in holdings.items() if sku in account.skus}
    for sku in account.skus.keys() & {"180", "210"}:
        account.activate(sku, False)


def small_account(name: str, affiliates: dict[str, str], products: dict[int, list[str]]) -> Account:
    """One trade policy, one warehouse, nine of each SKU; the affiliates' names by their ids."""
    account = _account(
        name,
        {"1": "Loja principal"},
        [Dock("d1", "Doca principal", ("1",))],
        [Warehouse("1_1", "Estoque principal", ("d1",))],
        [Affiliate(affiliate, title, "1") for affiliate, title in affiliates.items()],
    )
    for number, skus in products.items():
        account.products[number] = Product(number, f"Produto {number}", tuple(skus), ("1",))
        for sku in skus:
            account.skus[sku] = Sku(sku, f"Produto {number} ({sku})", number, 9990)
            account.stock[sku] = {"1_1": Holding(9)}
    return account


def _account(
    name: str,
    trade_policies: dict[str, str],
    docks: Sequence[Dock],
    warehouses: Sequence[Warehouse],
    affiliates: Sequence[Affiliate],
) -> Account:
    return Account(
        name=name,
        app_key=f"vtexappkey-{name}-LOCAL",
        app_token=f"local-token-{name}",
        trade_policies=trade_policies,
        docks={dock.id: dock for dock in docks},
        warehouses={warehouse.id: warehouse for warehouse in warehouses},
        products={},
        skus={},
        stock={},
        affiliates={affiliate.id: affiliate for affiliate in affiliates},
    )


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same demonstration on every machine
