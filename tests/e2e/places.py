"""The marketplaces that have a connector of their own, what is to be seen there and what goes wrong there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.local_system import LocalSystem

# Each in one warehouse of ours. What they are at Mercado Livre; to the others all SKUs are alike.
ITEM, VARIATION, WAREHOUSE = "51", "54", "52"
WRONG = "55"
TOLD = "58"  # the marketplace's error repeats the secrets
QUANTITIES = {ITEM: 3, VARIATION: 1, WAREHOUSE: 2, WRONG: 4, TOLD: 5}


@dataclass(frozen=True, slots=True)
class Place:
    """A marketplace: what makes it quick, what goes wrong with a SKU there, and as what that ends.
    `saying`: the command that makes it answer a SKU with a text."""

    prefix: str
    hurry: tuple[str, ...]
    saying: str
    trouble: str
    cause: str
    shown: Callable[[LocalSystem, str], Any]


PLACES: Mapping[str, Place] = {
    "VTX": Place(
        "/vtex-account",
        (),
        f'fail {TOLD} with 400 "{{}}"',
        f"forget {WRONG}",
        "not_found",
        lambda system, sku: system.market("/vtex-account/_state/lojaparceira")["stock"][sku]["mkt_1"]["total"],
    ),
    "MLB": Place(
        "/mercado-livre",
        ("expire",),
        f'fail {TOLD} with 400 "{{}}"',
        f"close {WRONG}",
        "listing_closed",
        lambda system, sku: at_mercado_livre(system.market(f"/mercado-livre/_state/{sku}")),
    ),
    "MGZ": Place(
        "/magalu",
        ("queue 1", "expire"),
        f'reject {TOLD} with "{{}}"',
        f"review {WRONG}",
        "under_review",
        lambda system, sku: system.market("/magalu/_state/demoloja")["skus"][sku]["quantity"],
    ),
    "MZN": Place(
        "/amazon",
        ("settle 1", "quotas off", "expire"),
        f'fail {TOLD} with 400 "{{}}"',
        f"brand {WRONG}",
        "protected",
        lambda system, sku: system.market("/amazon/_state/ALOCALDEMOLOJA")["listings"][sku]["quantity"],
    ),
    "CRF": Place(
        "/mirakl",
        ("wait 1", "run 1", "limits off"),
        f'refuse {TOLD} with "{{}}"',
        f"uncatalogue {WRONG}",
        "not_catalogued",
        lambda system, sku: system.market("/mirakl/_state/carrefour-demo")["offers"][sku]["quantity"],
    ),
}


def at_mercado_livre(found: Mapping[str, Any]) -> Any:
    """What is offered of a SKU: its variation's, its item's, or its warehouse's."""
    listing = found["listing"]
    if "user_product_id" in listing:
        places = found["stock"]["locations"]
        return next(place["quantity"] for place in places if place.get("store_id") == listing.get("store_id"))
    variations = {str(each["id"]): each for each in found["item"]["variations"]}
    offered = variations[listing["variation_id"]] if "variation_id" in listing else found["item"]
    return offered["available_quantity"]


def repeat_secrets(system: LocalSystem, affiliate: str) -> None:
    """From now on the marketplace's error about TOLD repeats all that it knows the channel by."""
    place, values = PLACES[affiliate], system.secret(affiliate).values()
    system.marketplace(place.saying.format(" ".join(values)), place.prefix)
