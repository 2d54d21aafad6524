"""The stock of a user product of Mercado Livre, place by place.

One write says what lies in each of the seller's warehouses, and is bound to the version (x-version) of the read
before it: when somebody else wrote meanwhile it is refused (409), read again and sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stockbridge.connectors import Listing, StockUpdate
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.mercado_livre_answers import Location, locations_of, not_understood
from stockbridge.marketplaces.mercado_livre_shop import Shop, Written, clamped, quantity_of, shown_instead
from stockbridge.outcomes import Applied, Evidence, Outcome, Refused

TRIES = 3
ENOUGH_S = 1.0  # for another read and write
WAREHOUSE = "seller_warehouse"
ADDRESS = "selling_address"


def read(shop: Shop, product_id: str, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
    told, locations = _stock(shop, product_id)
    if not isinstance(locations, tuple):
        return [locations] * len(listings)
    found = [location_of(locations, listing.ids, told.evidence) for listing in listings]
    return [_quantity(each, locations, told.evidence) if isinstance(each, Location) else each for each in found]


def write(shop: Shop, product_id: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
    return clamped(updates, lambda most: _write(shop, product_id, updates, most))


def location_of(locations: Sequence[Location], ids: Mapping[str, str], evidence: Evidence) -> Location | Refused:
    """Where a SKU's stock lies. A store that never had any of it is not among the locations, and is made one."""
    warehouses = [each for each in locations if each.kind == WAREHOUSE]
    store, node = ids.get("store_id", ""), ids.get("network_node_id", "")
    if store:
        return next((each for each in warehouses if each.store_id == store), Location(WAREHOUSE, 0, store, node))
    if node:
        unknown = Refused("warehouse_unknown", f"no warehouse has the network_node_id {node}", evidence)
        return next((each for each in warehouses if each.network_node_id == node), unknown)
    places = warehouses or [each for each in locations if each.kind == ADDRESS]
    if len(places) == 1:
        return places[0]
    if places:
        stores = ", ".join(each.store_id for each in places)
        return Refused("multi_warehouse", f"the SKU is mapped to none of the stores {stores}", evidence)
    if locations:
        return Refused("fulfillment", "", evidence)
    return Refused("warehouse_unknown", "none of it ever lay anywhere", evidence)


def every_warehouse(locations: Sequence[Location], wanted: Mapping[Location, int]) -> list[dict[str, Any]]:
    """All warehouses as they are, those of `wanted` with their new quantity, and those that it adds."""
    warehouses = [each for each in locations if each.kind == WAREHOUSE]
    return [
        {
            "store_id": each.store_id,
            **({"network_node_id": each.network_node_id} if each.network_node_id else {}),
            "quantity": wanted.get(each, each.quantity),
        }
        for each in dict.fromkeys([*warehouses, *wanted])
    ]


def _stock(shop: Shop, product_id: str) -> tuple[Exchange, tuple[Location, ...] | Outcome]:
    told = shop.ask("GET", f"/user-products/{product_id}/stock")
    refused = shop.refusal(told)
    if refused is not None:
        return told, refused
    locations = locations_of(told.document, product_id)
    return told, not_understood(told) if locations is None else locations


def _quantity(place: Location, locations: Sequence[Location], evidence: Evidence) -> int | Outcome:
    if place in locations:
        return place.quantity
    return Refused("warehouse_unknown", f"none of it ever lay in the store {place.store_id}", evidence)


def _write(shop: Shop, product_id: str, updates: Sequence[StockUpdate], most: int | None) -> Written:
    for tries_left in reversed(range(TRIES)):
        told, locations = _stock(shop, product_id)
        if not isinstance(locations, tuple):
            return told, [locations] * len(updates)
        places = [location_of(locations, update.listing.ids, told.evidence) for update in updates]
        wanted = {
            place: quantity_of(update, most)
            for place, update in zip(places, updates, strict=True)
            if isinstance(place, Location)
        }
        version = told.headers.get("x-version", "")
        if not wanted or not version:
            unversioned = not_understood(told)
            return told, [unversioned if isinstance(place, Location) else place for place in places]
        told = _put(shop, product_id, locations, wanted, version)
        if told.status != 409 or not tries_left or shop.session.left_s < ENOUGH_S:
            break
    refused = shop.refusal(told)
    outcomes = [
        place if isinstance(place, Refused) else refused or _outcome(told, product_id, place, update, wanted[place])
        for place, update in zip(places, updates, strict=True)
    ]
    return told, outcomes


def _put(
    shop: Shop, product_id: str, locations: Sequence[Location], wanted: Mapping[Location, int], version: str
) -> Exchange:
    """A user product lies in warehouses or at the seller's one address, never both."""
    path = f"/user-products/{product_id}/stock/type"
    if any(place.kind == WAREHOUSE for place in wanted):
        body: dict[str, Any] = {"locations": every_warehouse(locations, wanted)}
        return shop.ask("PUT", f"{path}/{WAREHOUSE}", body, version=version)
    [quantity] = wanted.values()
    return shop.ask("PUT", f"{path}/{ADDRESS}", {"quantity": quantity}, version=version)


def _outcome(told: Exchange, product_id: str, place: Location, update: StockUpdate, asked: int) -> Outcome:
    if told.status == 204 and place.kind == ADDRESS:  # which shows nothing
        return Applied(told.evidence, None if asked == update.quantity else asked)
    for each in locations_of(told.document, product_id) or ():
        if (each.kind, each.store_id) == (place.kind, place.store_id):
            return shown_instead(told, update, asked, each.quantity)
    return not_understood(told)
