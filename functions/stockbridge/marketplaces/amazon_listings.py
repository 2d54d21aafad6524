"""Amazon listings, one at a time or twenty: writing the quantity of one, and seeing what is shown.

Amazon counts each operation apart, per account and application: PATCH 5 a second (5 at once), GET of one item 5 (10),
search 5 (5).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeGuard

from stockbridge.connectors import Listing, Session, StockUpdate
from stockbridge.exchanges import Exchange, exchange
from stockbridge.marketplaces.amazon_answers import (
    arrived,
    classify,
    not_yet,
    offered,
    part_of,
    uncatalogued,
    unsuccessful,
)
from stockbridge.marketplaces.amazon_configuration import MERCHANT, SEARCHED_AT_ONCE, Setup, seller_sku
from stockbridge.outcomes import Accepted, Outcome, Refused, Throttled, Unauthorized, Unknown

_SHOWN = {"includedData": "fulfillmentAvailability,issues"}


def headers(session: Session) -> dict[str, str]:
    """Of a request to the Selling Partner API, and to no other host."""
    return {"accept": "application/json", "x-amz-access-token": session.credentials["access_token"]}


def with_body(session: Session) -> dict[str, str]:
    return headers(session) | {"content-type": "application/json"}


def quantity_patch(setup: Setup, update: StockUpdate) -> dict[str, Any]:
    """Merge leaves the other fields of the offer as they are; replace would drop its lead time and restock date."""
    offer = {"fulfillment_channel_code": MERCHANT, "quantity": update.quantity}
    return {
        "productType": update.listing.ids.get("product_type") or setup.product_type,
        "patches": [{"op": "merge", "path": "/attributes/fulfillment_availability", "value": [offer]}],
    }


def unwritable(listing: Listing) -> Refused | None:
    """A merge would give an offer of Amazon's own stock a second one of the seller's, so none is sent."""
    channel = listing.ids.get("fulfillment_channel") or MERCHANT
    return None if channel == MERCHANT else Refused("fulfillment", "")


def push(session: Session, setup: Setup, update: StockUpdate) -> Outcome:
    if (refusal := unwritable(update.listing)) is not None:
        return refusal
    told = exchange(
        session,
        "PATCH",
        setup.item_address(seller_sku(update.listing), includedData="issues"),
        headers=with_body(session),
        body=json.dumps(quantity_patch(setup, update), separators=(",", ":")).encode(),
    )
    return classify(told, now_s=session.clock() / 1000)


Seen = tuple[Exchange, Any] | Outcome  # an item with the exchange that showed it, or why there is none


def check(
    session: Session, setup: Setup, updates: Sequence[StockUpdate], waiting: Accepted
) -> Sequence[tuple[Seen, Outcome]]:
    """What is shown of accepted quantities, and what that says of each."""
    found = _look_up(session, setup, [seller_sku(update.listing) for update in updates])
    seen = [found[seller_sku(update.listing)] for update in updates]
    return [(each, _became(each, setup, update.quantity, waiting)) for each, update in zip(seen, updates, strict=True)]


def read(session: Session, setup: Setup, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
    seen = _look_up(session, setup, [seller_sku(listing) for listing in listings])
    return [_quantity(seen[seller_sku(listing)]) for listing in listings]


def _became(seen: Seen, setup: Setup, quantity: int, waiting: Accepted) -> Outcome:
    if isinstance(seen, tuple):
        told, item = seen
        return arrived(told, item, quantity, setup.marketplaces, waiting)
    return not_yet(seen, waiting)


def _quantity(seen: Seen) -> int | Outcome:
    return offered(*seen) if isinstance(seen, tuple) else seen


def _look_up(session: Session, setup: Setup, skus: Sequence[str]) -> Mapping[str, Seen]:
    seen: dict[str, Seen] = {}
    over: Outcome | None = None  # why asking on is of no use
    for group in _groups(skus):
        if over is None and session.clock() >= session.ends_at:
            over = Unknown("timeout", "not asked: the time for asking was over")
        if over is not None:
            seen |= dict.fromkeys(group, over)
            continue
        found = _found(session, setup, group) if len(group) > 1 else {group[0]: _item(session, setup, group[0])}
        seen |= found
        over = next((each for each in found.values() if _ends_asking(each)), None)
    return seen


def _ends_asking(seen: Seen) -> TypeGuard[Outcome]:
    match seen:
        case Throttled() | Unauthorized() | Unknown("timeout" | "marketplace_down"):
            return True
    return False


def _groups(skus: Sequence[str]) -> Iterator[list[str]]:
    """A search takes SKUs separated by commas, so one that has a comma is asked for alone."""
    different = dict.fromkeys(skus)
    yield from ([sku] for sku in different if "," in sku)
    searched = iter([sku for sku in different if "," not in sku])
    while group := list(islice(searched, SEARCHED_AT_ONCE)):
        yield group


def _item(session: Session, setup: Setup, sku: str) -> Seen:
    told = exchange(session, "GET", setup.item_address(sku, **_SHOWN), headers=headers(session))
    return unsuccessful(told, now_s=session.clock() / 1000) or (told, told.document)


def _found(session: Session, setup: Setup, skus: Sequence[str]) -> Mapping[str, Seen]:
    told = exchange(session, "GET", setup.search_address(skus, **_SHOWN), headers=headers(session))
    if (failure := unsuccessful(told, now_s=session.clock() / 1000)) is not None:
        return dict.fromkeys(skus, failure)
    match told.document:
        case {"items": list(items)}:
            by_sku = {item.get("sku"): item for item in items if isinstance(item, dict)}
        case _:
            return dict.fromkeys(skus, uncatalogued(told))
    return {
        sku: (replace(told, evidence=part_of(told, by_sku[sku])), by_sku[sku])
        if sku in by_sku
        else Refused("not_found", "", part_of(told, {"items": []}))
        for sku in skus
    }
