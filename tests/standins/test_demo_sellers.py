"""What the demonstration sells at the marketplaces that have a connector of their own, and what goes wrong there."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from local.standins.demo import DEMO, demo_vtex
from local.standins.demo_sellers import (
    AFFILIATES,
    PARTNER,
    demo_amazon_seller,
    demo_magalu,
    demo_mercado_livre,
    demo_mirakl,
    demo_partner,
)
from local.standins.faults import Kind
from local.standins.mercado_livre_seed import TROUBLES
from local.standins.shop import Account

SPARED = ("42",)
NOW = 1_700_000_000_000


@pytest.fixture
def account() -> Account:
    return demo_vtex().accounts[DEMO]


@pytest.fixture
def sold(account: Account) -> set[str]:
    return {sku for sku in account.skus if account.in_assortment(sku, "2")}


def test_affiliates_are_named_as_vtex_lets_them_be(account: Account) -> None:
    for affiliate in AFFILIATES:
        assert re.fullmatch(r"[B-DF-HJ-NP-TV-Z]{3}", affiliate.id)
        assert account.affiliates[affiliate.id] == affiliate


def test_each_sells_a_few_hundred_skus_from_nothing(account: Account, sold: set[str]) -> None:
    assert len(sold) > 200
    assert len(demo_mercado_livre(account, SPARED).listings) == len(sold) - 3
    [shop] = demo_mirakl(account).shops.values()
    assert (len(shop.offers), {offer.quantity for offer in shop.offers.values()}) == (len(sold) - 1, {0})
    [seller] = demo_magalu(account, SPARED, NOW).sellers.values()
    assert len(seller.skus) == len(sold) - 2
    [merchant] = demo_amazon_seller(account).sellers.values()
    assert merchant.offers.keys() == sold
    partner = demo_partner(account, SPARED, NOW).markets[PARTNER]
    assert len(partner.account.skus) == len(sold) - 2


def test_something_is_wrong_in_every_way_that_each_knows(account: Account, sold: set[str]) -> None:
    mercado_livre = demo_mercado_livre(account, SPARED)
    statuses = Counter(item.status for item in mercado_livre.items.values())
    assert statuses.keys() == {"active", "paused", "closed", "under_review", "inactive"}
    assert sum(item.fulfillment for item in mercado_livre.items.values()) == 1
    assert len(TROUBLES) < len(sold) / 4  # there is room for each of them
    assert len(sold - mercado_livre.listings.keys()) == 3

    [shop] = demo_mirakl(account).shops.values()
    assert len([offer for offer in shop.offers.values() if offer.refusal]) == 3
    assert len(sold - shop.offers.keys()) == 1

    [seller] = demo_magalu(account, SPARED, NOW).sellers.values()
    states = Counter(sku.status for sku in seller.skus.values())
    assert states.keys() == {"PUBLISHED", "UNDER_REVIEW", "BLOCKED", "DELETED"}
    assert sum(sku.rejects != "" for sku in seller.skus.values()) == 2
    assert len(sold - seller.skus.keys()) == 2

    [merchant] = demo_amazon_seller(account).sellers.values()
    offers = Counter(offer.state for offer in merchant.offers.values())
    assert offers.keys() == {"sold", "amazons", "stalled", "unreadable", "not_in_catalog", "brand", "attribute"}

    partner = demo_partner(account, SPARED, NOW)
    assert len(partner.markets[PARTNER].locks) == 1
    assert {fault.status for fault in partner.faults} == {400, 503}


def test_some_throttle_now_and_then_and_a_login_ends_while_one_looks_on(account: Account) -> None:
    for faults in (demo_mercado_livre(account, SPARED).faults, demo_amazon_seller(account).faults):
        assert [(fault.kind, fault.status, fault.percent) for fault in faults] == [(Kind.FAIL, 429, 0.5)]
    [seller] = demo_magalu(account, SPARED, NOW).sellers.values()
    assert seller.token_s == 900


def test_the_sku_of_the_examples_goes_well_everywhere(account: Account) -> None:
    mercado_livre = demo_mercado_livre(account, SPARED)
    ids = mercado_livre.listings["42"]
    assert mercado_livre.items[ids["item_id"]].variations[ids["variation_id"]].sku == "42"
    assert demo_mirakl(account).shops["carrefour-demo"].offers["42"].refusal == ""
    magalu = demo_magalu(account, SPARED, NOW).sellers[DEMO].skus["42"]
    assert (magalu.status, magalu.rejects, magalu.redirects) == ("PUBLISHED", "", False)
    assert [seller.offers["42"].state for seller in demo_amazon_seller(account).sellers.values()] == ["sold"]
    assert "42" in demo_partner(account, SPARED, NOW).markets[PARTNER].account.skus
