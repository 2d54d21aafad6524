"""What VTEX posts to an affiliate's search endpoint, in all the forms its documents and connectors show.

The body carries flags and no quantity, so a notification only says "look at this SKU". Forms: the five
fields of 2015, the nine of the help center (2018), the eleven of 2021, the camelCase names printed in the
developer guides, and the Broadcaster's minimum of two. VTEX documents no schema, so the reader is tolerant:
names in any casing, flags missing, unknown fields ignored, one object or an array of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from stockbridge.errors import InvalidInput, TooLarge

MAX_BODY_BYTES = 8 * 1024
MAX_SKU_ID = 2_147_483_647  # Catalog API description of VTEX's OpenAPI

_SKU_NAMES = ("idsku", "skuid")
_ACCOUNT_NAMES = ("an", "accountname")
_AFFILIATE_NAMES = ("idaffiliate", "affiliateid")
_STOCK_NAMES = ("stockmodified", "stockchanged")
_PRICE_NAMES = ("pricemodified", "pricechanged")
_REGISTRATION_NAMES = ("hasstockkeepingunitmodified", "skumodified")
_REMOVED_NAMES = ("hasstockkeepingunitremovedfromaffiliate",)
_ACTIVE_NAMES = ("isactive", "active")
_MODIFIED_NAMES = ("datemodified",)

_SKU = re.compile(r"[1-9][0-9]{0,9}")
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_AFFILIATE = re.compile(r"[A-Z0-9]{2,10}")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One record: a SKU of an account at an affiliate."""

    account: str
    affiliate: str
    sku: str

    @property
    def channel_id(self) -> str:
        return f"{self.account}#{self.affiliate}"

    def __str__(self) -> str:
        return f"{self.account}#{self.affiliate}#{self.sku}"


class Origin(StrEnum):
    """Who had us look at a SKU, the most telling first."""

    NOTIFICATION = "notification"
    SECOND_LOOK = "second_look"  # the same notification, once more when VTEX's caches are fresh
    RECONCILIATION = "reconciliation"  # nobody notified anything
    LOOK = "look"  # an operator, or the sweep


@dataclass(frozen=True, slots=True)
class Notification:
    """Something may have changed. Times are milliseconds since the epoch, UTC.

    `only_stock` is True when VTEX named the stock and nothing else. `active` and `listed` are None when the
    body did not say.
    """

    key: Key
    received_at: int
    stock: bool
    only_stock: bool
    active: bool | None = None
    listed: bool | None = None
    modified_at: int | None = None


def sku_id(text: str) -> str:
    """A VTEX SKU id, or InvalidInput. Leading zeros name no SKU at VTEX (known issue 427610)."""
    if not _SKU.fullmatch(text) or int(text) > MAX_SKU_ID:
        raise InvalidInput(f"the SKU id must be a whole number from 1 to {MAX_SKU_ID} without leading zeros")
    return text


def account_name(text: str) -> str:
    """An account's bare name: some senders add a domain ("loja.myvtex"). InvalidInput when it is none."""
    name = text.strip().lower().split(".")[0]
    if not _ACCOUNT.fullmatch(name):
        raise InvalidInput("the account name must be of letters, digits, '-' and '_'")
    return name


def affiliate_id(text: str) -> str:
    """An affiliate's id in upper case, or InvalidInput."""
    affiliate = text.strip().upper()
    if not _AFFILIATE.fullmatch(affiliate):
        raise InvalidInput("the affiliate id must be of 2 to 10 letters or digits")
    return affiliate


def parse_notifications(body: bytes, *, received_at: int) -> tuple[Notification, ...]:
    """All notifications of one body. Raises InvalidInput with the reason; then none of them counts."""
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"the body must be at most {MAX_BODY_BYTES} bytes")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the body must be JSON") from error
    objects = document if isinstance(document, list) else [document]
    if not objects:
        raise InvalidInput("the body must be a notification or a list of them")
    return tuple(_parse_one(fields, received_at) for fields in objects)


def _parse_one(fields: Any, received_at: int) -> Notification:
    if not isinstance(fields, dict):
        raise InvalidInput("a notification must be a JSON object")
    named = {name.lower(): value for name, value in fields.items()}
    key = Key(
        account_name(_text(named, _ACCOUNT_NAMES, "An")),
        affiliate_id(_text(named, _AFFILIATE_NAMES, "IdAffiliate")),
        sku_id(_text(named, _SKU_NAMES, "IdSku")),
    )
    stock = _flag(named, _STOCK_NAMES)
    price = _flag(named, _PRICE_NAMES)
    others = [price, _flag(named, _REGISTRATION_NAMES), _flag(named, _REMOVED_NAMES)]
    # The 2015 form states stock and price and knows no other flag: an absent one is false there. A body
    # without the stock flag says nothing about what changed, so anything may have.
    only_stock = stock is True and price is not None and not any(others)
    removed = _flag(named, _REMOVED_NAMES)
    return Notification(
        key=key,
        received_at=received_at,
        stock=stock is not False,
        only_stock=only_stock,
        active=_flag(named, _ACTIVE_NAMES),
        listed=None if removed is None else not removed,
        modified_at=_instant(named, received_at),
    )


def _first(named: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((named[name] for name in names if named.get(name) is not None), None)


def _text(named: Mapping[str, Any], names: Sequence[str], shown: str) -> str:
    value = _first(named, names)
    if value is None or value == "":
        raise InvalidInput(f"{shown} is missing")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidInput(f"{shown} must be a text")
    return str(value)


def _flag(named: Mapping[str, Any], names: Sequence[str]) -> bool | None:
    value = _first(named, names)
    if value is None:
        return None
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "1"}:
        return True
    if str(value).lower() in {"false", "0"}:
        return False
    raise InvalidInput(f"{names[0]} must be true or false")


def _instant(named: Mapping[str, Any], received_at: int) -> int | None:
    """VTEX's DateModified (.NET, 7 fractional digits). One from the future is a wrong clock, so it is no fact."""
    value = _first(named, _MODIFIED_NAMES)
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidInput("DateModified must be an ISO 8601 instant") from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    milliseconds = int(instant.timestamp() * 1000)
    return milliseconds if milliseconds <= received_at else None
