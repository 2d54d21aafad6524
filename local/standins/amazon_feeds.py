"""Feeds of the stand-in Amazon: documents behind pre-signed addresses, and what comes of them in time."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.standins.amazon_state import AmazonState, Document, Json, Seller, SubmittedFeed

GOOD_FOR_S = 300
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
# as it was reported: without the SKU
_UNREADABLE = {"code": "BAD_REQUEST", "severity": "ERROR", "message": "Invalid parameters provided."}


@dataclass(frozen=True, slots=True)
class Taken:
    """A message of a feed that was processed, for the log of writes."""

    sku: str
    asked: str
    shows: bool


def new_document(seller: Seller, content_type: str, now: int) -> Document:
    identifier = seller.next("amzn1.local.")
    signature = hashlib.sha256(identifier.encode()).hexdigest()
    document = Document(identifier, signature, now + GOOD_FOR_S * 1000, content_type)
    seller.documents[identifier] = document
    return document


def signed(document: Document) -> str:
    """Path and query of its address."""
    return f"/tortuga/{document.id}?X-Amz-Expires={GOOD_FOR_S}&X-Amz-Signature={document.signature}"


def content(document: Document) -> bytes:
    text = (document.text or "").encode()
    return gzip.compress(text, mtime=0) if document.zipped else text


def piece(data: bytes, asked: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, bytes and headers for a Range header, as S3 answers it."""
    if (match := _RANGE.fullmatch(asked)) is None:
        return 200, data, {}
    first, last = int(match[1]), min(int(match[2]), len(data) - 1)
    if first >= len(data):
        return 416, b"", {}
    return 206, data[first : last + 1], {"content-range": f"bytes {first}-{last}/{len(data)}"}


def new_feed(state: AmazonState, seller: Seller, document: str, now: int) -> SubmittedFeed:
    seller.serial += 1
    identifier = str(50_000_000_000 + seller.serial)
    half_ms = state.feed_s * 500
    seller.feeds[identifier] = SubmittedFeed(identifier, document, now, now + half_ms, now + 2 * half_ms)
    return seller.feeds[identifier]


def shown(feed: SubmittedFeed, now: int) -> Json:
    status = feed.status or ("IN_PROGRESS" if now >= feed.starts_at else "IN_QUEUE")
    body = {
        "feedId": feed.id,
        "feedType": "JSON_LISTINGS_FEED",
        "createdTime": _instant(feed.created_at),
        "processingStatus": status,
    }
    if status != "IN_QUEUE":
        body["processingStartTime"] = _instant(feed.starts_at)
    if feed.status:
        body["processingEndTime"] = _instant(feed.ends_at)
    return body | ({"resultFeedDocumentId": feed.report} if feed.report else {})


def process_due(state: AmazonState, seller: Seller, now: int) -> list[Taken]:
    """End the feeds whose time has come. What a message changes shows when its feed ends."""
    taken: list[Taken] = []
    for feed in [each for each in seller.feeds.values() if not each.status and each.ends_at <= now]:
        feed.status = state.feeds_end
        messages = _messages(seller, seller.documents[feed.document].text or "")
        if messages is None:
            feed.status = "FATAL"
        if feed.status != "DONE":
            continue
        issues: list[Json] = []
        invalid = 0
        for message in messages or []:
            refused, shows = _message(seller, message, feed.ends_at)
            issues += refused
            invalid += bool(refused)
            taken.append(Taken(str(message.get("sku", "")), json.dumps(message), shows))
        report = new_document(seller, "application/json", now)
        report.text = json.dumps(_report(seller, feed, issues, len(messages or []), invalid))
        report.zipped = state.zipped
        feed.report = report.id
    return taken


def _messages(seller: Seller, text: str) -> list[Json] | None:
    try:
        document = json.loads(text)
    except ValueError:
        return None
    match document:
        case {"header": {"sellerId": seller.name, "version": "2.0"}, "messages": [*messages]}:
            return [message for message in messages if isinstance(message, dict)]
    return None


def _message(seller: Seller, message: Mapping[str, Any], at: int) -> tuple[list[Json], bool]:
    number = {"messageId": message.get("messageId")}
    match message:
        case {"sku": str(sku), "operationType": "PATCH", "productType": str(), "patches": [patch]}:
            offer = seller.offers.get(sku)
        case _:
            return [number | _UNREADABLE], False
    if offer is not None and offer.state == "unreadable":
        return [number | _UNREADABLE], False
    issues, shows = seller.submit(sku, patch.get("path", ""), patch.get("value"), at, due=at)
    told = [{name: issue[name] for name in ("code", "severity", "message")} for issue in issues]
    return [number | {"sku": sku} | issue for issue in told], shows


def _report(seller: Seller, feed: SubmittedFeed, issues: list[Json], processed: int, invalid: int) -> Json:
    return {
        "header": {"sellerId": seller.name, "version": "2.0", "feedId": feed.id},
        "issues": issues,
        "summary": {
            "errors": len(issues),
            "warnings": 0,
            "messagesProcessed": processed,
            "messagesAccepted": processed - invalid,
            "messagesInvalid": invalid,
        },
    }


def _instant(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
