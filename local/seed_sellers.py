"""How the demonstration's affiliates reach their marketplaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """A channel's connector, its configuration without the secret's name, and the secret's values at first.
    `listings`: where its listing map is to be had, as CSV, when it needs one."""

    connector: str
    configuration: Document
    secret: Mapping[str, str]
    listings: str = ""


def generic(shop: str, token: str) -> Way:
    """To the shop of the stand-in marketplace at the address `shop`."""
    configuration = {
        "method": "PUT",
        "url": f"{shop}/v2/skus/{{sku}}/stock",
        "headers": {"Authorization": "Bearer {secret.token}"},
        "body": {"sku": "{sku}", "quantity": "{quantity}"},
        "applied": [200, 201, 204],
        "accepted": [202],
        "errors": [
            {"status": 401, "cause": "auth"},
            {"status": 404, "match": "SKU_NOT_CATALOGUED", "cause": "not_catalogued"},
            {"status": 404, "cause": "not_found"},
            {"status": 422, "match": "LISTING_CLOSED", "cause": "listing_closed"},
            {"status": 422, "cause": "validation"},
        ],
        "message": "/errors/0/message",
    }
    return Way("generic", configuration, {"token": token})


def ways(marketplace: str, state: Callable[[str], Document]) -> Mapping[str, Way]:
    """To those that have a connector of their own, by affiliate. `marketplace` is the stand-in's address; `state` reads
    what an address shows."""

    def first(prefix: str, sellers: str) -> tuple[str, str, Document]:
        """A stand-in's address, and the name and the state of its one seller."""
        address = marketplace + prefix
        name, found = next(iter(state(f"{address}/_state")[sellers].items()))
        return address, name, found

    mercado_livre, _, seller = first("/mercado-livre", "sellers")
    mirakl, _, shop = first("/mirakl", "shops")
    magalu, _, magalu_seller = first("/magalu", "sellers")
    amazon, seller_id, amazon_seller = first("/amazon", "shops")
    accounts, partner, account = first("/vtex-account", "accounts")
    return {
        "MLB": Way("mercado_livre", {"base_url": mercado_livre}, seller["login"], f"{mercado_livre}/_listings"),
        "CRF": Way("mirakl", {"base_url": mirakl}, {"api_key": shop["key"]}),
        "MGZ": Way(
            "magalu",
            {"base_url": magalu, "identity_url": magalu, "tenant_id": magalu_seller["tenant_id"]},
            {name: magalu_seller[name] for name in ("client_id", "client_secret", "refresh_token")},
        ),
        "MZN": Way(
            "amazon",
            {"base_url": amazon, "login_url": amazon, "seller_id": seller_id, "marketplace_ids": "A2Q3Y263D00KWC"},
            amazon_seller["login"],
        ),
        "VTX": Way(
            "vtex_account",
            {"base_url": f"{accounts}/{partner}", "warehouse": account["warehouses"][0]},
            {name: account[name] for name in ("app_key", "app_token")},
        ),
    }
