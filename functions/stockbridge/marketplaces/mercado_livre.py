"""The connector "mercado_livre": items, items with variations, and user products of Mercado Livre.

Configuration: `secret`; `base_url`, https://api.mercadolibre.com when left out.
Secret: client_id, client_secret, refresh_token; access_token and expires_at (ms) are written by `renew`.
Listing ids, one of

    item_id                                        an item without variations
    item_id, variation_id                          one variation of an item
    user_product_id, store_id (, network_node_id)  one warehouse of a multi-origin seller
    user_product_id                                its only warehouse, or the seller's own address (Argentina and
                                                   Chile only)

A warehouse decides; without one the item does, from which Mercado Livre itself copies the quantity to every item of
the same user product.

Nothing but quantities is ever written. 0 pauses an item and more opens it again, but only one that was paused for
want of stock: one that its seller paused takes the quantity and stays paused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from stockbridge.configuration_fields import SECRET, TextField, read_texts
from stockbridge.connectors import Capabilities, Listing, Mode, Session, StockUpdate
from stockbridge.errors import FieldProblem
from stockbridge.exchanges import exchange
from stockbridge.marketplaces import mercado_livre_items as items
from stockbridge.marketplaces import mercado_livre_user_products as user_products
from stockbridge.marketplaces.mercado_livre_answers import classify_login, tokens_of
from stockbridge.marketplaces.mercado_livre_shop import Shop
from stockbridge.outcomes import Evidence, Outcome, Refused, Unauthorized, Unknown

HOST = "api.mercadolibre.com"
FIELDS = {"secret": SECRET, "base_url": TextField(default=f"https://{HOST}", hosts=(HOST,))}
MAX_VARIATIONS = 100
NEEDED_TO_RENEW = ("client_id", "client_secret", "refresh_token")

_FORM = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """What is read and written as a whole."""

    id: str
    is_item: bool  # or else a user product


class MercadoLivre:
    listing_fields = ("item_id", "variation_id", "user_product_id", "store_id", "network_node_id")
    # No rate: the limits hold for an application, and their numbers are published nowhere. A 429 closes the gate.
    capabilities = Capabilities(mode=Mode.GROUP, max_batch=MAX_VARIATIONS, needs_listing=True)

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        return read_texts(configuration, FIELDS, allow_private=allow_private)[1]

    def group_of(self, _configuration: Mapping[str, Any], listing: Listing) -> str:
        place = place_of(listing)
        return listing.sku if place is None else place.id

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        shop = _open(session)
        if not isinstance(shop, Shop):
            return [shop] * len(updates)
        return _place_by_place(
            [update.listing for update in updates],
            lambda place, at: (items.write if place.is_item else user_products.write)(
                shop, place.id, [updates[position] for position in at]
            ),
        )

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        shop = _open(session)
        if not isinstance(shop, Shop):
            return [shop] * len(listings)
        return _place_by_place(
            listings,
            lambda place, at: (items.read if place.is_item else user_products.read)(
                shop, place.id, [listings[position] for position in at]
            ),
        )

    def renew(self, session: Session) -> Mapping[str, str] | Outcome:
        values, problems = read_texts(session.configuration, FIELDS, allow_private=True)
        missing = [name for name in NEEDED_TO_RENEW if not session.credentials.get(name)]
        if problems or missing:
            return _misconfigured(problems, missing)
        form = {"grant_type": "refresh_token", **{name: session.credentials[name] for name in NEEDED_TO_RENEW}}
        body = urlencode(form).encode()
        told = exchange(session, "POST", f"{values['base_url']}/oauth/token", headers=_FORM, body=body)
        refused = classify_login(told, now_s=session.clock() / 1000)
        if refused is not None:
            return refused
        tokens = tokens_of(told.document, session.clock())
        if tokens is None:  # whatever it is, it may hold tokens: nothing of it is kept
            evidence = Evidence(told.evidence.request, str(told.status), told.status, told.evidence.duration_ms)
            return Unknown("uncatalogued", f"HTTP {told.status} without an access token", evidence)
        return {**session.credentials, **tokens}


def place_of(listing: Listing) -> Place | None:
    """None when the ids name nothing that could be written."""
    ids = listing.ids
    item, product = ids.get("item_id", ""), ids.get("user_product_id", "")
    in_warehouse = bool(ids.get("store_id") or ids.get("network_node_id"))
    place = Place(item, True) if item and not in_warehouse else Place(product, False)
    return place if place.id.isascii() and place.id.isalnum() else None  # it becomes part of an address


def _place_by_place(
    listings: Sequence[Listing], of_one: Callable[[Place, Sequence[int]], Sequence[T]]
) -> list[T | Outcome]:
    """Of each place at once, given the positions of its listings; the results in the order of the listings."""
    places: dict[Place, list[int]] = {}
    found: dict[int, T | Outcome] = {}
    for position, listing in enumerate(listings):
        place = place_of(listing)
        if place is None:
            named = ", ".join(sorted(name for name, value in listing.ids.items() if value))
            message = f"mapped by {named} to neither an item nor a user product" if named else ""
            found[position] = Refused("unmapped", message)
        else:
            places.setdefault(place, []).append(position)
    for place, positions in places.items():
        found |= zip(positions, of_one(place, positions), strict=True)
    return [found[position] for position in range(len(listings))]


def _open(session: Session) -> Shop | Outcome:
    values, problems = read_texts(
        session.configuration, FIELDS, allow_private=True
    )  # the transport has its own opinion
    if problems:
        return _misconfigured(problems)
    expires_at = session.credentials.get("expires_at", "")
    if not session.credentials.get("access_token"):
        return Unauthorized("the secret has no access token yet")
    if expires_at.isdecimal() and int(expires_at) <= session.ends_at:
        return Unauthorized("the access token has expired, or is about to")
    return Shop(session, values["base_url"])


def _misconfigured(problems: Sequence[FieldProblem], missing: Sequence[str] = ()) -> Refused:
    texts = [f"{problem.field}: {problem.reason}" for problem in problems]
    texts += [f"the channel's secret has no {name}" for name in missing]
    return Refused("configuration", "; ".join(texts))
