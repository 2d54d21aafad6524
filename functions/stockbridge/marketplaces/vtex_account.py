"""The connector "vtex_account": another VTEX account as the marketplace, in one of two ways.

inventory    the quantity is written to one warehouse of that account, and applied when VTEX answers so.
notificator  that account is told that a seller's SKU changed. No quantity is sent: it asks the seller by itself, and
             what it then shows it tells nobody. So a write is accepted, and that is all that is ever known of it.

Configuration, all texts:
    secret      name of the channel's secret
    base_url    required: https://{the other account}.vtexcommercestable.com.br
    way         inventory (the default) or notificator
    warehouse   id of the warehouse that takes the stock; the listing map's `warehouse` goes before it
    lead_time   dd.hh:mm:ss, written with every quantity. Left out, the SKU's own is read first and written back,
                because VTEX sets what a write leaves out to zero
    seller      this seller's id in the other account (notificator)

The secret's values: `app_key` and `app_token` of the other account. Their role needs "Logistics inventory full access",
or "View Seller" for the notificator.

The other account's SKU id is `sku` of the listing map's entry, or else the SKU's own; the notificator takes the
seller's own id and nothing else. Units that the other account has reserved are part of the quantity that is written
and read here: what it can sell is less by them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from stockbridge.configuration_fields import SECRET, TextField, read_texts
from stockbridge.connectors import Capabilities, Listing, Session, StockUpdate
from stockbridge.errors import FieldProblem
from stockbridge.exchanges import Exchange, exchange
from stockbridge.marketplaces.vtex_account_answers import Holding, holding_in, notified, written
from stockbridge.outcomes import Outcome, Refused
from stockbridge.templates import MissingValue, UnfitValue, parse, render_header

INVENTORY, NOTIFICATOR = "inventory", "notificator"
_ID = r"[\w.-]{1,100}"
FIELDS = {
    "secret": SECRET,
    "base_url": TextField(required=True, hosts=("*.vtexcommercestable.com.br",)),
    "way": TextField(INVENTORY, one_of=(INVENTORY, NOTIFICATOR)),
    "warehouse": TextField(pattern=_ID),
    "lead_time": TextField(pattern=r"(\d{1,3}\.)?\d\d:\d\d:\d\d"),
    "seller": TextField(pattern=_ID),
}
MAX_QUANTITY = 2_147_483_647  # int32 in VTEX's specification
_KEY = {"x-vtex-api-appkey": parse("{secret.app_key}"), "x-vtex-api-apptoken": parse("{secret.app_token}")}
_NO_LEAD_TIME = "00:00:00"


class VtexAccount:
    listing_fields = ("sku", "warehouse")
    capabilities = Capabilities(max_quantity=MAX_QUANTITY)  # no rate: VTEX discloses none, and says when to wait

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        return _read(configuration, allow_private=allow_private)[1]

    def group_of(self, configuration: Mapping[str, Any], listing: Listing) -> str:
        """What VTEX locks: a SKU in a warehouse."""
        values, _ = read_texts(configuration, FIELDS, allow_private=True)
        if values["way"] == NOTIFICATOR:
            return listing.sku
        return f"{_sku(listing)}@{_warehouse(values, listing)}"

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        desk = _desk(session)
        return [desk.write(update) if isinstance(desk, _Desk) else desk for update in updates]

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        desk = _desk(session)
        return [desk.read(listing) if isinstance(desk, _Desk) else desk for listing in listings]


@dataclass(frozen=True, slots=True)
class _Desk:
    session: Session
    values: Mapping[str, str]
    headers: Mapping[str, str]

    def write(self, update: StockUpdate) -> Outcome:
        if self.values["way"] == NOTIFICATOR:
            return self._notify(update.listing)
        warehouse = _warehouse(self.values, update.listing)
        if not warehouse:
            return _NO_WAREHOUSE
        lead_time, listed = self.values["lead_time"], True
        if not lead_time:
            held = self._holding(update.listing, warehouse)
            if not isinstance(held, Holding | None):
                return held
            lead_time, listed = (held.lead_time if held else _NO_LEAD_TIME), held is not None
        path = f"/api/logistics/pvt/inventory/skus/{_quoted(_sku(update.listing))}/warehouses/{_quoted(warehouse)}"
        stock = {"quantity": update.quantity, "unlimitedQuantity": False, "leadTime": lead_time}
        return written(self._call("PUT", path, stock), now_s=self._now_s, warehouse_listed=listed)

    def read(self, listing: Listing) -> int | Outcome:
        if self.values["way"] == NOTIFICATOR:
            return Refused("unconfirmed", "the notificator tells nobody what the other account shows")
        warehouse = _warehouse(self.values, listing)
        if not warehouse:
            return _NO_WAREHOUSE
        held = self._holding(listing, warehouse)
        if held is None:
            return Refused("warehouse_unknown", f"VTEX lists no warehouse {warehouse} for this SKU")
        return held.total if isinstance(held, Holding) else held

    def _holding(self, listing: Listing, warehouse: str) -> Holding | Outcome | None:
        told = self._call("GET", f"/api/logistics/pvt/inventory/skus/{_quoted(_sku(listing))}")
        return holding_in(told, warehouse=warehouse, now_s=self._now_s)

    def _notify(self, listing: Listing) -> Outcome:
        seller, sku = _quoted(self.values["seller"]), _quoted(listing.sku)
        told = self._call("POST", f"/api/notificator/{seller}/changenotification/{sku}/inventory")
        return notified(told, now_s=self._now_s)

    def _call(self, method: str, path: str, body: object = None) -> Exchange:
        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        base = self.values["base_url"].removesuffix("/api")  # as VTEX's specifications of the notificator write it
        return exchange(self.session, method, base + path, headers=self.headers, body=content)

    @property
    def _now_s(self) -> float:
        return self.session.clock() / 1000


_NO_WAREHOUSE = Refused("configuration", "warehouse: neither the channel nor the listing map names one")


def _desk(session: Session) -> _Desk | Outcome:
    values, problems = _read(session.configuration, allow_private=True)  # the transport has its own opinion
    if problems:
        return Refused("configuration", "; ".join(f"{problem.field}: {problem.reason}" for problem in problems))
    secrets = {f"secret.{name}": value for name, value in session.credentials.items() if value}
    try:
        key = {name: render_header(template, secrets) for name, template in _KEY.items()}
    except MissingValue as missing:
        return Refused("configuration", f"{missing}: the channel's secret has no such value")
    except UnfitValue as unfit:
        return Refused("configuration", f"app_key or app_token: {unfit}")
    return _Desk(session, values, {"accept": "application/json", "content-type": "application/json", **key})


def _read(configuration: Mapping[str, Any], *, allow_private: bool) -> tuple[Mapping[str, str], Sequence[FieldProblem]]:
    values, problems = read_texts(configuration, FIELDS, allow_private=allow_private)
    if values["way"] == NOTIFICATOR and not values["seller"]:
        return values, [*problems, FieldProblem("seller", "required", {})]
    return values, problems


def _sku(listing: Listing) -> str:
    return listing.ids.get("sku") or listing.sku


def _warehouse(values: Mapping[str, str], listing: Listing) -> str:
    return listing.ids.get("warehouse") or values["warehouse"]


def _quoted(segment: str) -> str:
    if not segment.strip("."):  # "." and ".." would be steps in a path
        return "%2E" * len(segment)
    return quote(segment, safe="")
