"""Items of Mercado Livre, with and without variations.

A write of an item with variations names all of them, or those that it leaves out are deleted. So it is built from a
read directly before it, of which everything must be understood. What a person adds to the item in the instant
between the two is beyond us: items have no version that a write could be bound to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stockbridge.connectors import Listing, StockUpdate
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.mercado_livre_answers import Item, Shown, item_of, locations_of, not_understood
from stockbridge.marketplaces.mercado_livre_shop import Shop, Written, clamped, quantity_of, shown_instead
from stockbridge.outcomes import Evidence, Outcome, Refused


def read(shop: Shop, item_id: str, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
    told, item = _item(shop, item_id)
    if not isinstance(item, Item):
        return [item] * len(listings)
    return [_quantity(item, _variation_of(listing), told.evidence) for listing in listings]


def write(shop: Shop, item_id: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
    varied = [update for update in updates if _variation_of(update.listing)]
    told = iter(clamped(varied, lambda most: _write_variations(shop, item_id, varied, most)) if varied else ())
    return [next(told) if _variation_of(update.listing) else _write_whole(shop, item_id, update) for update in updates]


def _variation_of(listing: Listing) -> str:
    return listing.ids.get("variation_id", "")


def _item(shop: Shop, item_id: str) -> tuple[Exchange, Item | Outcome]:
    told = shop.ask("GET", f"/items/{item_id}")
    return told, shop.refusal(told) or item_of(told.document, item_id) or not_understood(told)


def _quantity(item: Item, variation_id: str, evidence: Evidence) -> int | Outcome:
    if variation_id:
        variation = item.variations.get(variation_id)
        return _no_such(item, variation_id, evidence) if variation is None else variation.quantity
    if item.variations:
        return Refused("unmapped", f"{item.whole.id} has variations, and the SKU is mapped to none of them", evidence)
    return item.whole.quantity


def _no_such(item: Item, variation_id: str, evidence: Evidence) -> Refused:
    return Refused("not_found", f"{item.whole.id} has no variation {variation_id}", evidence)


def _write_whole(shop: Shop, item_id: str, update: StockUpdate) -> Outcome:
    def write_at_most(most: int | None) -> Written:
        quantity = quantity_of(update, most)
        told = shop.ask("PUT", f"/items/{item_id}", {"available_quantity": quantity})
        refused = shop.refusal(told)
        if refused is not None:
            return told, [refused]
        item = item_of(told.document, item_id)
        return told, _outcomes(shop, told, [(update, quantity, None if item is None else item.whole)])

    return clamped([update], write_at_most)[0]


def _write_variations(shop: Shop, item_id: str, updates: Sequence[StockUpdate], most: int | None) -> Written:
    told, item = _item(shop, item_id)
    if not isinstance(item, Item):
        return told, [item] * len(updates)
    ids = [_variation_of(update.listing) for update in updates]
    known = [update for update, name in zip(updates, ids, strict=True) if name in item.variations]
    missing = {name: _no_such(item, name, told.evidence) for name in ids if name not in item.variations}
    if not known:
        return told, [missing[name] for name in ids]
    wanted = {_variation_of(update.listing): quantity_of(update, most) for update in known}
    told = shop.ask("PUT", f"/items/{item_id}", {"variations": every_variation(item, wanted)})
    refused = shop.refusal(told)
    if refused is not None:
        return told, [missing.get(name, refused) for name in ids]
    after = item_of(told.document, item_id)
    variations = {} if after is None else after.variations
    named = [_variation_of(update.listing) for update in known]
    shown = [(update, wanted[name], variations.get(name)) for update, name in zip(known, named, strict=True)]
    outcomes = iter(_outcomes(shop, told, shown))
    return told, [missing[name] if name in missing else next(outcomes) for name in ids]


def every_variation(item: Item, wanted: Mapping[str, int]) -> list[dict[str, int | str]]:
    """All variations of the item by their ids, those of `wanted` with their new quantity."""
    return [
        {"id": each.id, "available_quantity": wanted[name]} if name in wanted else {"id": each.id}
        for name, each in item.variations.items()
    ]


def _outcomes(
    shop: Shop, told: Exchange, written: Sequence[tuple[StockUpdate, int, Shown | None]]
) -> Sequence[Outcome]:
    """What a successful write means: of each update what was asked, and what is shown.

    A multi-origin seller's items may answer 200 and ignore what was asked, because only their warehouses count.
    """
    outcomes = [
        not_understood(told) if shown is None else shown_instead(told, update, asked, shown.quantity)
        for update, asked, shown in written
    ]
    ignored = [shown for _, asked, shown in written if shown is not None and shown.quantity != asked]
    product = next((shown.user_product_id for shown in ignored if shown.user_product_id.isalnum()), None)
    if product is None:
        return outcomes
    stock = shop.ask("GET", f"/user-products/{product}/stock")
    stores = [each.store_id for each in locations_of(stock.document, product) or () if each.kind == "seller_warehouse"]
    if not stores:
        return outcomes
    message = f"answered {told.status} and ignored: the stock of {product} lies in the stores {', '.join(stores)}"
    multi = Refused("multi_warehouse", message, told.evidence)
    return [multi if shown in ignored else outcome for outcome, (_, _, shown) in zip(outcomes, written, strict=True)]
