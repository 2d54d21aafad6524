"""What is there at the first start."""

from __future__ import annotations

from collections import Counter

import pytest

from local.standins.demo import LEAST, demo_marketplace, demo_vtex
from tests.standins.world import sample


def test_the_demonstration_is_a_shop_of_three_hundred_skus_and_eight_affiliates_on_two_trade_policies() -> None:
    account = demo_vtex().accounts["demoloja"]
    assert (len(account.products), len(account.skus)) == (120, 300)
    assert {affiliate.id: affiliate.trade_policy for affiliate in account.affiliates.values()} == {
        "MRC": "1",
        "MGL": "2",
        "BTW": "2",
        "MLB": "2",
        "CRF": "2",
        "MGZ": "2",
        "MZN": "2",
        "VTX": "2",
    }


def test_a_third_of_the_balances_is_around_the_threshold() -> None:
    account = demo_vtex().accounts["demoloja"]
    near = [sku for sku in account.skus if account.balance(sku, "1") <= 8]
    assert 80 <= len(near) <= 130


def test_the_sku_of_the_examples_is_sold_everywhere_with_seven_units() -> None:
    account = demo_vtex().accounts["demoloja"]
    assert account.balance("42", "1") == account.balance("42", "2") == 7
    shops = demo_marketplace(demo_vtex()).shops
    assert all(shops[f"demoloja-{name}"].listings["42"].state == "active" for name in ("mrc", "mgl", "btw"))


def test_every_first_start_is_the_same() -> None:
    assert demo_vtex() == demo_vtex()


@pytest.mark.parametrize("products", [LEAST, 66])
def test_fewer_products_are_the_first_of_all_with_troubles_of_their_own(products: int) -> None:
    whole, vtex = demo_vtex().accounts["demoloja"], demo_vtex(products)
    account = vtex.accounts["demoloja"]
    assert list(account.products.items()) == list(whole.products.items())[:products]
    assert account.stock == {sku: whole.stock[sku] for sku in account.skus}
    bazaar = Counter(listing.state for listing in demo_marketplace(vtex).shops["demoloja-btw"].listings.values())
    assert (bazaar["not_catalogued"], bazaar["closed"]) == (8, 3)


def test_some_things_are_wrong_at_the_marketplaces_from_the_start() -> None:
    state = demo_marketplace(demo_vtex())
    bazaar = Counter(listing.state for listing in state.shops["demoloja-btw"].listings.values())
    assert (bazaar["not_catalogued"], bazaar["closed"]) == (8, 3)
    assert [(fault.shop, fault.percent, fault.status) for fault in state.faults] == [("demoloja-mgl", 4.0, 500)]


@pytest.mark.parametrize(
    "name",
    [
        "notification-2015-minimal-docs",
        "notification-2018-helpcenter",
        "notification-2021-full-with-version",
        "notification-stock-only",
    ],
)
def test_the_sample_notifications_name_skus_that_exist(name: str) -> None:
    body = sample(name)
    account = demo_vtex().accounts[body["An"]]
    sku = account.sku(body["IdSku"])
    assert body["IdAffiliate"] in account.affiliates
    assert body.get("ProductId", sku.product) == sku.product
    assert body.get("IsActive", sku.active) == sku.active
    assert (
        body["IdSku"] in demo_marketplace(demo_vtex()).shops[f"{account.name}-{body['IdAffiliate'].lower()}"].listings
    )
