"""The connector "mirakl": the marketplaces that run on Mirakl (Carrefour, Leroy Merlin, Decathlon ...).

A file of quantities is handed in (STO01), waits in a queue of theirs, and is asked about until it is through (STO02);
what was not imported is in a report (STO03). The other way to write stock, OF24, resets every field of an offer that is
not sent along, so it is never used.

Configuration: `secret`; `base_url`, the operator's instance, https://….mirakl.net; `shop_id`, only when the key belongs
to a user of several shops. The secret's values: `api_key`, static, of a user who may write offers' stock.
Listing ids: `offer_sku`, what the seller calls the offer there (without: the SKU's id), and `warehouse_code` (without:
the quantity is the offer's as a whole).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from urllib3.filepost import encode_multipart_formdata

from stockbridge.configuration_fields import SECRET, TextField, read_texts
from stockbridge.connectors import Capabilities, Listing, Mode, Rate, Session, StockUpdate
from stockbridge.errors import FieldProblem
from stockbridge.exchanges import Exchange, exchange
from stockbridge.marketplaces.mirakl_answers import (
    Complete,
    classify,
    progress,
    settled,
    shown,
    undecided,
)
from stockbridge.marketplaces.mirakl_files import place_of, stock_file
from stockbridge.outcomes import Applied, Outcome, Refused

FIELDS = {
    "secret": SECRET,
    "base_url": TextField(required=True, hosts=("*.mirakl.net",)),
    "shop_id": TextField(pattern=r"\d{1,19}"),
}
IMPORTS = "/api/offers/stock/imports"
_KEY = re.compile(r"[\x21-\x7e]+")  # what a header can carry


class Mirakl:
    listing_fields = ("offer_sku", "warehouse_code")
    capabilities = Capabilities(
        mode=Mode.FEED,
        max_batch=2000,  # a report on as many lines, all of them wrong, comes whole: 256 KiB are 131 bytes a line
        rate=Rate(1 / 60, 1),  # "Maximum usage: Once per minute"
        # An import waits behind the others of the marketplace, for how long is documented nowhere: twelve times the
        # five minutes after which Mirakl recommends to ask. It is also how long an unanswered file may turn up.
        late_effect_s=3600,
    )

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        return read_texts(configuration, FIELDS, allow_private=allow_private)[1]

    def group_of(self, _configuration: Mapping[str, Any], listing: Listing) -> str:
        return place_of(listing).offer_sku

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        if not updates:
            return []
        shop = _shop(session)
        if isinstance(shop, Refused):
            return [shop] * len(updates)
        file = stock_file([(place_of(update.listing), update.quantity) for update in updates])
        told = shop.post(IMPORTS, file)
        outcome = replace(classify(told, now_s=session.clock() / 1000), evidence=told.evidence)
        return [outcome] * len(updates)

    def check(self, session: Session, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        if not updates:
            return []
        shop = _shop(session)
        if isinstance(shop, Refused):
            return [undecided(shop)] * len(updates)
        told = shop.get(f"{IMPORTS}/{quote(ref, safe='')}/status")
        end = progress(told, ref, len(updates), now_s=session.clock() / 1000)
        if not isinstance(end, Complete):
            return [replace(end, evidence=told.evidence)] * len(updates)
        if not end.has_report:
            return [Applied(told.evidence)] * len(updates)
        told = shop.get(f"{IMPORTS}/{quote(ref, safe='')}/error_report", accept="text/csv, application/json")
        places = [place_of(update.listing) for update in updates]
        return settled(told, ref, end, places, now_s=session.clock() / 1000)

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        """One request a listing. After one that a whole shop must wait for, no other is made."""
        shop = _shop(session)
        if isinstance(shop, Refused):
            return [shop] * len(listings)
        found: list[int | Outcome] = []
        for listing in listings:
            place = place_of(listing)
            told = shop.get("/api/offers", sku=place.offer_sku, max="100")
            quantity = shown(told, place, now_s=session.clock() / 1000)
            if not isinstance(quantity, int):
                quantity = replace(quantity, evidence=told.evidence)
            found.append(quantity)
            if told.status is None or told.status in (401, 403, 429) or told.status >= 500:
                return [*found, *[quantity] * (len(listings) - len(found))]
        return found


@dataclass(frozen=True, slots=True)
class _Shop:
    """A shop's way to its marketplace: the address, the key and, where it has one, the number."""

    session: Session
    base_url: str
    shop_id: str
    api_key: str

    def get(self, path: str, *, accept: str = "application/json", **query: str) -> Exchange:
        return exchange(self.session, "GET", self._url(path, query), headers=self._headers(accept))

    def post(self, path: str, file: bytes) -> Exchange:
        # the same file is the same request, and the boundary cannot be in it
        parts = {"file": ("stock.csv", file, "text/csv")}
        body, content_type = encode_multipart_formdata(parts, boundary=hashlib.sha256(file).hexdigest())
        headers = self._headers("application/json") | {"content-type": content_type}
        return exchange(self.session, "POST", self._url(path, {}), headers=headers, body=body)

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        values = {**query, **({"shop_id": self.shop_id} if self.shop_id else {})}
        return f"{self.base_url}{path}{'?' + urlencode(values) if values else ''}"

    def _headers(self, accept: str) -> dict[str, str]:
        return {"authorization": self.api_key, "accept": accept}


def _shop(session: Session) -> _Shop | Refused:
    # any host here: the transport has its own opinion
    values, problems = read_texts(session.configuration, FIELDS, allow_private=True)
    if problems:
        return Refused("configuration", "; ".join(f"{problem.field}: {problem.reason}" for problem in problems))
    api_key = session.credentials.get("api_key", "")
    if not _KEY.fullmatch(api_key):
        return Refused("configuration", "api_key: the channel's secret has no such value, or not one that can be sent")
    return _Shop(session, values["base_url"], values["shop_id"], api_key)
