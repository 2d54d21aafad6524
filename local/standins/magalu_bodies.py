"""Magalu's bodies: the portal's list of errors word for word; stocks, traces and tokens as its documents show them.

Pure.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from local.standins.magalu_state import MAGAZINE_LUIZA, Seller, Sku, Trace

Json = dict[str, Any]
MAX_SKU = 50
_CONFLICT = {
    "field": "condition",
    "location": "body",
    "slug": "ENTITY_WITH_SAME_KEY_ALREADY_EXISTS",
    "message": "There is already an condition",
}
_ERRORS: dict[int, Json] = {
    400: {
        "slug": "BAD_REQUEST",
        "message": "Bad Resquest",
        "details": [
            {"field": "name", "location": "query", "slug": "INVALID_PARAMETER", "message": "Invalid parameter"}
        ],
    },
    401: {"slug": "UNAUTHORIZED", "message": "Unauthorized"},
    403: {"slug": "FORBIDDEN", "message": "Forbidden"},
    404: {"slug": "NOT_FOUND", "message": "Not found"},
    409: {"slug": "CONFLICT", "message": "Conflict", "details": [_CONFLICT]},
    422: {
        "slug": "UNPROCESSABLE_ENTITY",
        "message": "Unprocessable entity",
        "details": [
            {
                "field": "condition",
                "location": "body",
                "slug": "INVALID_PARAMETER_VALUE",
                "message": "Invalid condition type",
            }
        ],
    },
    429: {"slug": "TOO_MANY_REQUESTS", "message": "You have sent too many requests in a given amount of time"},
    500: {"slug": "SERVER_ERROR", "message": "Internal server error"},
    502: {"slug": "BAD_GATEWAY", "message": "Bad gateway"},
    503: {"slug": "SERVICE_UNAVAILABLE", "message": "Service unavailable"},
    504: {"slug": "GATEWAY_TIMEOUT", "message": "Gateway timeout"},
}


def error_body(status: int, text: str = "") -> Json:
    body = _ERRORS.get(status, {"slug": "ERROR", "message": "Error"})
    return {**body, "message": text} if text else body


def invalid(field: str, location: str, message: str) -> Json:
    """422: one field of the request is none that the contract allows."""
    detail = {"field": field, "location": location, "slug": "INVALID_PARAMETER_VALUE", "message": message}
    return {**_ERRORS[422], "details": [detail]}


def asked_quantity(sku: str, content: bytes, *, creating: bool) -> int | tuple[int, Json]:
    """The quantity that a write asks for, or the status and body of its refusal."""
    if len(sku) > MAX_SKU or "." in sku:
        return 422, invalid("sku", "path", "Invalid sku")
    try:
        document = json.loads(content)
    except ValueError:
        return 400, error_body(400)
    if not isinstance(document, dict) or document.get("type") != "AVAILABLE":
        return 422, invalid("type", "body", "Invalid type")
    channel = document.get("channel")
    if (creating or channel is not None) and not (isinstance(channel, dict) and channel.get("id") == MAGAZINE_LUIZA):
        return 422, invalid("channel", "body", "Invalid channel")
    quantity = document.get("quantity")
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 0:
        return 422, invalid("quantity", "body", "Invalid quantity")
    return quantity


def stocks_body(sku: Sku) -> Json:
    assert sku.stock is not None  # asked only of a SKU that has one
    times = {"created_at": _time(sku.stock.created_at), "updated_at": _time(sku.stock.updated_at)}
    entry = {"channel": {"id": MAGAZINE_LUIZA}, "quantity": sku.stock.quantity, "type": "AVAILABLE", **times}
    reserved = [{**entry, "quantity": sku.reserved, "type": "RESERVED"}] if sku.reserved else []
    return _page([*reserved, entry])


def traces_body(seller: Seller, asked: dict[str, str], *, here: str) -> Json:
    """`asked`: the query. `here` is the API's own address."""
    found = [each for each in seller.traces if asked.get("code") in (None, each.code)]
    if severity := asked.get("severity"):
        found = [each for each in found if each.severity.lower() == severity.lower()]
    if asked.get("origin.resource") not in (None, "inventories"):
        found = []
    if asked.get("_sort", "created_at:asc").endswith(":desc"):
        found.reverse()
    limit, offset = (_number(asked.get(name), default) for name, default in (("_limit", 50), ("_offset", 0)))
    return _page([_trace_body(each, here) for each in found[offset : offset + limit]], limit, offset)


def tokens_body(seller: Seller) -> Json:
    return {
        "access_token": seller.access_token,
        "token_type": "Bearer",
        "expires_in": seller.token_s,
        "refresh_token": seller.refresh_token,
        "scope": "open:portfolio-stocks-seller:read open:portfolio-stocks-seller:write open:trace:read",
        "created_at": seller.ends_at // 1000 - seller.token_s,
    }


def _trace_body(trace: Trace, here: str) -> Json:
    return {
        "channel": {"id": MAGAZINE_LUIZA},
        "code": trace.code,
        "created_at": _time(trace.at),
        "extras": {},
        "id": trace.id,
        "message": trace.message,
        "origin": {"context": "portfolios", "resource": "inventories"},
        "reference": f"{here}/v0/portfolios/inventories/{trace.id}",
        "sent_at": _time(trace.at),
        "severity": trace.severity,
    }


def _page(results: list[Json], limit: int = 50, offset: int = 0) -> Json:
    page = {"count": len(results), "limit": limit, "max_limit": 100, "offset": offset}
    return {"meta": {"links": {}, "page": page}, "results": results}


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() else default


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
