"""What Magalu's answers mean. Pure.

Sources: the developer portal's pages on returns, errors and authorization and its OpenAPI documents of products and
traces, as of January 2025. Where they say nothing, it is said here what is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from stockbridge.connectors import Response
from stockbridge.exchanges import Exchange, unanswered
from stockbridge.outcomes import Accepted, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.retry_after import retry_after_s

_SKEW_MS = 5_000  # how far their clock may be behind ours
_STATE = re.compile(r"\b(UNDER_REVIEW|BLOCKED|DELETING|DELETED)\b")  # of a SKU, where an answer names it
_CAUSES_OF_STATES = {"UNDER_REVIEW": "under_review"}
_CAUSES_OF_TEXTS = (  # as VTEX's help pages quote them
    ("não existe um sku com o id informado", "not_found"),
    ("o produto pai não foi integrado", "not_catalogued"),
)
_REFUSALS = {400: "validation", 404: "not_found", 422: "validation"}
_LOST = ("invalid_grant", "invalid_client", "unauthorized_client")  # RFC 6749, 5.2: logging in again would not help


@dataclass(frozen=True, slots=True)
class Shown:
    """`updated_at` in milliseconds; None when the answer names no time, which it need not."""

    quantity: int
    updated_at: int | None


def classify(told: Exchange, *, request_id: str, sent_at: int, now_s: float) -> Outcome:
    """What came of a write. 202 with any JSON or nothing is the only success that is documented, and says only that the
    write waits in a queue."""
    if told.status == 202 and (told.document is not None or not told.text.strip()):
        return Accepted(_reference(told, request_id, sent_at), evidence=told.evidence)
    return failed(told, now_s=now_s)


def failed(told: Exchange, *, now_s: float) -> Outcome:
    """What any answer means that is not the documented success of its request."""
    return replace(_failed(told, now_s), evidence=told.evidence)


def _failed(told: Exchange, now_s: float) -> Outcome:
    if not isinstance(told.answer, Response):
        return unanswered(told.answer)
    status, message = told.answer.status, said(told)
    match status:
        case 401:
            return Unauthorized(message)
        case 403:
            return Unauthorized(message, revoked=True)
        case 409:
            return Busy(message)
        case 429:
            return Throttled(retry_after_s(told.headers, now_s), message)
    if status < 300:
        return Unknown("uncatalogued", message)
    if status < 400:
        return _redirected(told, status)
    if status >= 500:
        return Unknown("marketplace_down", message)
    if status not in _REFUSALS:
        return Refused("uncatalogued", message)
    return Refused(_cause_in(f"{message} {told.text}") or _REFUSALS[status], message)


def _redirected(told: Exchange, status: int) -> Refused:
    """303 is part of the portal's contract ("fetch it there with GET"), so it is no fault of the channel's address."""
    where = told.headers.get("location", "nowhere")
    message = told.told(f"HTTP {status} to {where}: not followed, nothing was applied")
    return Refused("uncatalogued" if status == 303 else "configuration", message)


def said(told: Exchange) -> str:
    """Magalu's own words, with what it says of each field; the beginning of the body when it is none of its errors."""
    document = told.document if isinstance(told.document, dict) else {}
    words = [document.get(name) for name in ("slug", "error", "message", "error_description")]
    details = document.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict):
            words.append(f"{detail.get('field')}: {detail.get('message')}")
    text = "; ".join(word for word in words if isinstance(word, str) and word)
    return told.told(text or " ".join(told.text.split())) or f"HTTP {told.status}"


def stock_in(told: Exchange, *, channel: str, now_s: float) -> Shown | Outcome | None:
    """The quantity that may be sold in the sales channel; None when Magalu holds no stock of the SKU there."""
    if told.status == 404:
        return None
    results = _results(told)
    if results is None:
        return failed(told, now_s=now_s)
    found = [each for each in results if each.get("type") == "AVAILABLE" and _channel_of(each) in (None, channel)]
    if not found:
        return None
    quantity = found[0].get("quantity")
    if len(found) > 1 or not isinstance(quantity, int) or isinstance(quantity, bool):
        return failed(told, now_s=now_s)
    return Shown(quantity, _instant(found[0].get("updated_at")))


def arrived(shown: Shown, quantity: int, ref: str) -> bool:
    """Whether what is shown is the write with that ref, and not an earlier one of the same quantity."""
    return shown.quantity == quantity and (shown.updated_at is None or shown.updated_at >= _sent_at(ref) - _SKEW_MS)


def complaint(told: Exchange, *, sku: str, ref: str) -> Refused | None:
    """The newest error that the traces hold of this SKU's stock since the write with that ref."""
    since = _sent_at(ref) // 1000 * 1000  # their times may be whole seconds
    newest: tuple[int, str] | None = None
    for trace in _results(told) or ():
        at, message = _instant(trace.get("created_at")), trace.get("message")
        ours = trace.get("code") == sku and str(trace.get("severity")).lower() in ("error", "critical")
        if ours and isinstance(message, str) and at is not None and at >= (newest[0] if newest else since):
            newest = (at, message)
    if newest is None:
        return None
    return Refused(_cause_in(newest[1]) or "uncatalogued", told.told(newest[1]), told.evidence)


def renewed(told: Exchange, credentials: Mapping[str, str], *, asked_at: int) -> Mapping[str, str] | Outcome:
    """All values of the secret with the new pair. A pair is never given up for what else is missing: the refresh token
    was good once, and it is spent."""
    document = told.document if isinstance(told.document, dict) else {}
    access, refresh = document.get("access_token"), document.get("refresh_token")
    if told.status == 200 and isinstance(access, str) and access:
        new = {"access_token": access, "expires_at": _end(document.get("expires_in"), asked_at)}
        return {**credentials, **new, **({"refresh_token": refresh} if isinstance(refresh, str) and refresh else {})}
    if told.status in (401, 403) or (told.status == 400 and document.get("error") in _LOST):
        return Unauthorized(said(told), revoked=True, evidence=told.evidence)
    return failed(told, now_s=asked_at / 1000)


def _end(expires_in: Any, asked_at: int) -> str:
    try:
        return str(asked_at + int(expires_in) * 1000)
    except (TypeError, ValueError, OverflowError):
        return ""  # unknown: it is used until it is refused


def _reference(told: Exchange, request_id: str, sent_at: int) -> str:
    """The trace id (a field that the specification leaves open), else the id of the request, and when it was sent."""
    trace = told.document.get("trace_id") if isinstance(told.document, dict) else None
    name = trace if isinstance(trace, str) and trace else told.headers.get("x-request-id") or request_id
    return f"{told.told(name)}@{sent_at}"


def _sent_at(ref: str) -> int:
    sent_at = ref.rpartition("@")[2]
    return int(sent_at) if sent_at.isdecimal() else 0


def _results(told: Exchange) -> list[dict[str, Any]] | None:
    results = told.document.get("results") if told.status == 200 and isinstance(told.document, dict) else None
    return [each for each in results if isinstance(each, dict)] if isinstance(results, list) else None


def _channel_of(entry: Mapping[str, Any]) -> Any:
    channel = entry.get("channel")
    return channel.get("id") if isinstance(channel, dict) else None


def _cause_in(text: str) -> str | None:
    if state := _STATE.search(text):
        return _CAUSES_OF_STATES.get(state[1], "listing_closed")
    return next((cause for words, cause in _CAUSES_OF_TEXTS if words in text.lower()), None)


def _instant(value: Any) -> int | None:
    try:
        at = datetime.fromisoformat(value)
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        return None
