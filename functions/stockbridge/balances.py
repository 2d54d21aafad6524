"""What VTEX's answers say about a balance. Pure.

A number that cannot be read is never 0: zero stops a product from selling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stockbridge.errors import VtexUnavailable

# VTEX answers one of these for unlimited stock; 1000000 is its documented "default quantity", which never decreases,
# and 2147483647 the largest number of its own type. A simulation has no flag beside the number.
UNLIMITED_NUMBERS = frozenset({1_000_000, 2_147_483_647})
# the Logistics API spells the flag differently in each of its answers
UNLIMITED_FLAGS = ("hasUnlimitedQuantity", "isUnlimited", "isUnlimitedQuantity")


@dataclass(frozen=True, slots=True)
class Reading:
    """What VTEX holds of one SKU now: `quantity` in units, never negative; `listed` False when the affiliate may not
    sell it, or VTEX does not know it. `warehouses` (Logistics only) says where the units are."""

    quantity: int
    unlimited: bool
    listed: bool
    warehouses: Mapping[str, int] = field(default_factory=dict)


NOT_LISTED = Reading(0, unlimited=False, listed=False)


@dataclass(frozen=True, slots=True)
class Readings:
    """Every SKU that was asked for is in exactly one of the two."""

    found: Mapping[str, Reading]
    unreadable: Mapping[str, VtexUnavailable]


class _Malformed(Exception):
    pass


def read_simulation(asked: Sequence[str], document: Any) -> Readings:
    """The balances in a fulfillment simulation of `asked`, in that order.

    A SKU without an item, or an item without logistics, is not available to the affiliate: VTEX's own words.
    Raises VtexUnavailable when the answer as a whole cannot be understood.
    """
    try:
        items = _objects(document, "items")
        logistics = _by_item(_objects(document, "logisticsInfo"), len(items))
        places = [_place(item, asked) for item in items]
    except _Malformed as malformed:
        raise VtexUnavailable(f"VTEX answered {malformed}") from None
    found: dict[str, Reading] = {}
    unreadable: dict[str, VtexUnavailable] = {}
    for index, (skus, certain) in enumerate(places):
        try:
            reading = _of_item(logistics.get(index, []))
            if not certain or found.setdefault(skus[0], reading) != reading:
                raise _Malformed("an item of two SKUs, or two balances for one")
        except _Malformed as malformed:
            unreadable |= dict.fromkeys(skus, VtexUnavailable(f"VTEX answered {malformed}"))
    return Readings({sku: found.get(sku, NOT_LISTED) for sku in asked if sku not in unreadable}, unreadable)


def read_inventory(sku: str, document: Any, warehouses: Sequence[str]) -> Reading:
    """The balance of one SKU over the mapped warehouses; without any, over all. Ids are compared without case.

    Raises VtexUnavailable.
    """
    wanted = {warehouse.casefold() for warehouse in warehouses}
    try:
        if not isinstance(document, dict) or not isinstance(document.get("balance"), list):
            raise _Malformed("something else than an inventory")
        if str(document.get("skuId", sku)) != sku:
            raise _Malformed(f"the inventory of SKU {document['skuId']}")
        rows = [_of_warehouse(row) for row in document["balance"]]
        kept = [row for row in rows if not wanted or row[0].casefold() in wanted]
        if rows and not kept:  # every warehouse of an account has a row, so these are misspelt: not "sold out"
            raise VtexUnavailable("VTEX knows none of the channel's warehouses", cause="configuration")
        units: dict[str, int] = {}
        for warehouse, row in kept:
            units[warehouse] = units.get(warehouse, 0) + _available(row)
        unlimited = any(_unlimited(row) for _, row in kept)
    except _Malformed as malformed:
        raise VtexUnavailable(f"VTEX answered {malformed}") from None
    return Reading(sum(units.values()), unlimited, listed=True, warehouses=units)


def _objects(document: Any, name: str) -> list[Mapping[str, Any]]:
    values = document.get(name) if isinstance(document, dict) else None
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise _Malformed(f"a simulation without {name}")
    return values


def _by_item(logistics: Sequence[Mapping[str, Any]], items: int) -> dict[int, list[Mapping[str, Any]]]:
    by_item: dict[int, list[Mapping[str, Any]]] = {}
    for info in logistics:
        by_item.setdefault(_index(info.get("itemIndex"), items, "itemIndex"), []).append(info)
    return by_item


def _place(item: Mapping[str, Any], asked: Sequence[str]) -> tuple[list[str], bool]:
    """Which of the SKUs asked for the item is, by its id and by its place in the request, and whether both agree."""
    sku = str(item.get("id"))
    place = item.get("requestIndex")
    at_place = sku if place is None else asked[_index(place, len(asked), "requestIndex")]
    skus = sorted({sku, at_place} & set(asked))
    if not skus:
        raise _Malformed("an item that was not asked for")
    return skus, sku == at_place


def _index(value: Any, length: int, name: str) -> int:
    index = _units(value, name)
    if not 0 <= index < length:
        raise _Malformed(f"{name} = {index}")
    return index


def _of_item(infos: Sequence[Mapping[str, Any]]) -> Reading:
    if not infos:
        return NOT_LISTED
    balances = {_units(info.get("stockBalance"), "stockBalance") for info in infos}
    if len(balances) > 1:
        raise _Malformed("two balances for one item")
    balance = max(0, balances.pop())
    return Reading(balance, balance in UNLIMITED_NUMBERS, listed=True)


def _of_warehouse(row: Any) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(row, dict) or not isinstance(row.get("warehouseId"), str):
        raise _Malformed("a balance without a warehouse")
    return row["warehouseId"], row


def _available(row: Mapping[str, Any]) -> int:
    """More can be reserved than there is; that lowers no other warehouse."""
    return max(0, _total(row) - _units(row.get("reservedQuantity"), "reservedQuantity"))


def _unlimited(row: Mapping[str, Any]) -> bool:
    flags = [row[name] for name in UNLIMITED_FLAGS if name in row]
    if not all(isinstance(flag, bool) for flag in flags):
        raise _Malformed("an unlimited flag that is neither true nor false")
    return any(flags) if flags else _total(row) in UNLIMITED_NUMBERS


def _total(row: Mapping[str, Any]) -> int:
    return _units(row.get("totalQuantity"), "totalQuantity")


def _units(value: Any, name: str) -> int:
    """A whole number; 99.0 is one, and neither null, true, "99" nor 0.5."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise _Malformed(f"{name} = {value!r:.40}")
