"""What another VTEX account's answers mean. Pure.

Sources: VTEX's OpenAPI documents of Logistics (inventory), Marketplace (notificator) and SKU Bindings, 2026. They show
few bodies; the codes are those that its batch inventory gives to single lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from stockbridge.connectors import Response
from stockbridge.exchanges import Exchange, unanswered
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.retry_after import retry_after_s

UNLIMITED = 1_000_000  # what unlimited stock counts as, whatever number comes with it
NOT_CHECKABLE = "notified without a quantity: the other account asks the seller, and what it shows cannot be checked"
_CODES = re.compile(
    r"\b(INVALID_QUANTITY|MISSING_REQUIRED_FIELD|INVALID_DATE_FORMAT|INVALID_FORMAT|INSERT_CONFLICT|CONFLICT|UPDATE_FAILED)\b"
)
_NOT_BOUND = re.compile(r"Seller StockKeepingUnit .{0,200} not found for this seller id", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a warehouse holds of a SKU; `total` includes what is reserved."""

    total: int
    lead_time: str


def written(told: Exchange, *, now_s: float, warehouse_listed: bool = True) -> Outcome:
    """What came of a write to the inventory: applied is 200 with `true` and nothing else.

    `warehouse_listed` False: VTEX did not name the warehouse among the SKU's, so what it does not find is that.
    """
    if told.status == 200 and told.document is True:
        return Applied(told.evidence)
    outcome = failed(told, now_s=now_s)
    if not warehouse_listed and isinstance(outcome, Refused) and outcome.cause in ("validation", "not_found"):
        return replace(outcome, cause="warehouse_unknown")
    return outcome


def notified(told: Exchange, *, now_s: float) -> Outcome:
    if told.status == 202:
        return Accepted(NOT_CHECKABLE, evidence=told.evidence)
    if told.status == 404 and not _NOT_BOUND.search(told.text):  # maybe the address: nothing says what is missing
        return Refused("uncatalogued", said(told), told.evidence)
    return failed(told, now_s=now_s)


def holding_in(told: Exchange, *, warehouse: str, now_s: float) -> Holding | Outcome | None:
    """What that warehouse holds; None when VTEX does not list it."""
    balance = told.document.get("balance") if told.status == 200 and isinstance(told.document, dict) else None
    if not isinstance(balance, list):
        return failed(told, now_s=now_s)
    held = next((each for each in balance if isinstance(each, dict) and each.get("warehouseId") == warehouse), None)
    if held is None:
        return None
    total, lead_time = held.get("totalQuantity"), held.get("leadTime")
    if not isinstance(total, int) or isinstance(total, bool):
        return failed(told, now_s=now_s)
    lead_time = lead_time if isinstance(lead_time, str) and lead_time else "00:00:00"
    return Holding(UNLIMITED if held.get("hasUnlimitedQuantity") is True else total, lead_time)


def failed(told: Exchange, *, now_s: float) -> Outcome:
    """What any answer means that is not the documented success of its request."""
    return replace(_failed(told, now_s), evidence=told.evidence)


def _failed(told: Exchange, now_s: float) -> Outcome:
    if not isinstance(told.answer, Response):
        return unanswered(told.answer)
    status, message = told.answer.status, said(told)
    match status:
        case 401 | 403:  # a key does not expire: somebody must look at it
            return Unauthorized(message, revoked=True)
        case 423:  # only the first of several writes is kept, the others are discarded
            return Busy(message)
        case 429:
            return Throttled(retry_after_s(told.headers, now_s), message)
    if status < 300:
        return Unknown("uncatalogued", message)
    if status < 400:
        where = told.headers.get("location", "nowhere")
        return Refused("configuration", told.told(f"HTTP {status} to {where}: not followed, nothing was applied"))
    if status >= 500:  # a known issue of VTEX: a 500 may have been applied
        return Unknown("marketplace_down", message)
    return _refused(told, status, message)


def _refused(told: Exchange, status: int, message: str) -> Outcome:
    code = _CODES.search(told.text)
    match code[1] if code else None:
        case "INSERT_CONFLICT" | "CONFLICT":
            return Busy(message)
        case "UPDATE_FAILED":
            return Unknown("marketplace_down", message)
        case None if status == 404:
            # VTEX's API answers JSON; a page in HTML is another server's, which knows nothing of SKUs
            return Refused("configuration" if "html" in told.headers.get("content-type", "") else "not_found", message)
        case None if status != 400:
            return Refused("uncatalogued", message)
    return Refused("validation", message)


def said(told: Exchange) -> str:
    """VTEX's own words: a text, a JSON text, or the message of its error."""
    document: Any = told.document
    if isinstance(document, dict):
        error = document.get("error")
        message = error.get("message") if isinstance(error, dict) else error or document.get("message")
        document = message if isinstance(message, str) else None
    text = document if isinstance(document, str) else " ".join(told.text.split())
    return told.told(text) or f"HTTP {told.status}"
