"""What Mercado Livre's answers mean. Pure.

An error is {"message", "error", "status", "cause": [{"code", "message", "type"}]}, with any of these left out, and
the gateway in front of it answers plain text. What decides is often only in the words, so they are looked for in
the message, the codes and the causes that are not mere warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from stockbridge.connectors import Response
from stockbridge.exchanges import Exchange, unanswered
from stockbridge.outcomes import Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.retry_after import retry_after_s

_MAXIMUM = re.compile(r"\bmax(?:imum)?\.?(?: value)?(?: is)? (\d{1,9})\b", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]{0,500}>")

# Words in lower case. In each table the first that is found decides.
_REVOKED = ("invalid_grant", "unauthorized_application", "unauthorized_client", "invalid scopes", "user not active")
_EXPIRED = ("error converting access token", "access_denied")
_CAUSES = (
    ("[status:closed", "listing_closed"),
    ("está finalizado", "listing_closed"),
    ("[status:under_review", "under_review"),
    # a review that found something: the item comes back once the seller has corrected it
    ("[status:inactive", "under_review"),
    ("fulfillment", "fulfillment"),
    ("missing_required", "missing_attribute"),
    ("missing_conditional_required", "missing_attribute"),
    ("are required for category", "missing_attribute"),
    ("stock-locations not found", "warehouse_unknown"),  # no stock of it was ever put into a warehouse
    ("store does not belong to seller", "warehouse_unknown"),
    ("store not found", "warehouse_unknown"),
    ("store is not configured", "warehouse_unknown"),
    ("store cannot be null", "warehouse_unknown"),
    ("across multiple network nodes", "warehouse_unknown"),
    ("productid not found", "not_found"),
    ("you must be the owner", "not_found"),
    # Also said of another seller's item, so it is no reason to stop the whole channel.
    ("the caller is not authorized", "account_blocked"),
    ("validation error", "validation"),
    ("validation_error", "validation"),
    ("available_quantity", "validation"),
    ("selling address", "validation"),
)
_BY_STATUS = {403: "account_blocked", 404: "not_found"}
_LOGIN_ERRORS = ("invalid_client", "invalid_scope", "invalid_request", "unsupported_grant_type")


def classify(told: Exchange, *, now_s: float) -> Outcome | None:
    """What an error, or no answer at all, says. None for a 2xx: that depends on what it shows."""
    if not isinstance(told.answer, Response):
        return replace(unanswered(told.answer), evidence=told.evidence)
    status = told.answer.status
    if 200 <= status < 300:
        return None
    words = _words(told)
    outcome: Outcome
    if status == 429 or "local_rate_limited" in words:
        outcome = Throttled(retry_after_s(told.headers, now_s), _message(told))
    elif any(part in words for part in _REVOKED):
        outcome = Unauthorized(_message(told), revoked=True)
    elif status == 401 or any(part in words for part in _EXPIRED):
        outcome = Unauthorized(_message(told))
    elif status in (408, 504):
        outcome = Unknown("timeout", _message(told))
    elif status >= 500:
        outcome = Unknown("marketplace_down", _message(told))
    elif status == 409:
        outcome = Busy(_message(told))
    else:
        cause = next((cause for part, cause in _CAUSES if part in words), None)
        outcome = Refused(cause or _BY_STATUS.get(status, "uncatalogued"), _message(told))
    return replace(outcome, evidence=told.evidence)


def classify_login(told: Exchange, *, now_s: float) -> Outcome | None:
    """The same for `POST /oauth/token`, where every refusal needs a person: the refresh token is good only once."""
    outcome = classify(told, now_s=now_s)
    if not isinstance(outcome, Refused | Unauthorized):
        return outcome
    if told.status in (401, 403) or any(part in _words(told) for part in _LOGIN_ERRORS):
        return Unauthorized(outcome.message, revoked=True, evidence=told.evidence)
    return outcome


def maximum_of(told: Exchange) -> int | None:
    """The highest quantity that the item's category takes, when that is what was wrong."""
    if told.status != 400:
        return None
    for code, message in _problems(told.document):
        if "available_quantity" in code and (found := _MAXIMUM.search(message)):
            return int(found[1])
    return None


def not_understood(told: Exchange) -> Unknown:
    """A 2xx of a shape that is in no document."""
    return Unknown("uncatalogued", _message(told), told.evidence)


# ------------------------------------------------------------------------------------ what a 2xx shows


@dataclass(frozen=True, slots=True)
class Shown:
    """An item or one of its variations. `id` as it was given: a variation's is a number."""

    id: int | str
    quantity: int
    user_product_id: str


@dataclass(frozen=True, slots=True)
class Item:
    """`variations`: all of them, by their ids as text, in the item's order."""

    whole: Shown
    variations: Mapping[str, Shown]


@dataclass(frozen=True, slots=True)
class Location:
    """A place where a user product lies: `kind` is seller_warehouse, selling_address or meli_facility (Full)."""

    kind: str
    quantity: int
    store_id: str
    network_node_id: str


def item_of(document: Any, item_id: str) -> Item | None:
    """None unless all of it is understood: a variation that is overlooked here would be deleted by the next write."""
    if not isinstance(document, dict) or document.get("id") != item_id:
        return None
    whole, given = _shown(document), document.get("variations") or []
    if whole is None or not isinstance(given, list):
        return None
    variations = [_shown(each) for each in given]
    found = {str(each.id): each for each in variations if each is not None}
    return Item(whole, found) if len(found) == len(given) else None


def locations_of(document: Any, user_product_id: str) -> tuple[Location, ...] | None:
    """None unless all of it is understood: what is left out of a write may be emptied."""
    if not isinstance(document, dict) or document.get("id") != user_product_id:
        return None
    given = document.get("locations")
    if not isinstance(given, list):
        return None
    found = [_location(each) for each in given]
    return tuple(each for each in found if each is not None) if None not in found else None


def tokens_of(document: Any, now_ms: int) -> Mapping[str, str] | None:
    """What a login hands out, as the secret keeps it: `expires_in` is trusted, the documents' "6 hours" is not."""
    if not isinstance(document, dict):
        return None
    access, refresh, expires_in = (document.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not access or not isinstance(access, str) or not _whole(expires_in):
        return None
    tokens = {"access_token": access, "expires_at": str(now_ms + expires_in * 1000)}
    return tokens | {"refresh_token": refresh} if refresh and isinstance(refresh, str) else tokens


def _shown(given: Any) -> Shown | None:
    if not isinstance(given, dict):
        return None
    identity, quantity = given.get("id"), given.get("available_quantity")
    if not (isinstance(identity, str) or _whole(identity)) or not _whole(quantity):
        return None
    return Shown(identity, quantity, str(given.get("user_product_id") or ""))


def _location(given: Any) -> Location | None:
    if not isinstance(given, dict) or not isinstance(given.get("type"), str) or not _whole(given.get("quantity")):
        return None
    store, node = (str(given.get(name) or "") for name in ("store_id", "network_node_id"))
    return Location(given["type"], given["quantity"], store, node)


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


# ------------------------------------------------------------------------------------ what an error says


def _problems(document: Any) -> Iterator[tuple[str, str]]:
    """Code and message of each cause that is no mere warning."""
    causes = document.get("cause") if isinstance(document, dict) else None
    for cause in causes if isinstance(causes, list) else []:
        if isinstance(cause, dict) and cause.get("type") != "warning":
            yield str(cause.get("code") or ""), str(cause.get("message") or "")


def _texts(document: Mapping[str, Any], *names: str) -> list[str]:
    return [value for name in names if isinstance(value := document.get(name), str) and value]


def _words(told: Exchange) -> str:
    if not isinstance(told.document, dict):
        return told.text[:4096].lower()
    own = _texts(told.document, "message", "error", "error_description", "code")
    return "\n".join([*own, *(text for problem in _problems(told.document) for text in problem)]).lower()


def _message(told: Exchange) -> str:
    """The marketplace's own words, or the beginning of whatever it said."""
    if isinstance(told.document, dict):
        own = _texts(told.document, "message", "error_description") or _texts(told.document, "error")
        said = [*own[:1], *(message or code for code, message in _problems(told.document))]
        if any(said):
            return told.told(": ".join(text for text in said if text))
    words = " ".join(_TAGS.sub(" ", told.text[:4096]).split())
    return told.told(words) or f"HTTP {told.status}"
