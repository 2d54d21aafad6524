"""A record as a message of VTEX's log contract. Pure.

The names, their spelling (sic: ContentTransalted), the statuses and the words of Operation and Direction are VTEX's:
developers.vtex.com, "Catalog logs" (external-marketplace-integration-logs). What the three contents hold it leaves to
the connector, as text: here it is JSON in one line.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.channels import Channel
from stockbridge.records import Record, Status
from stockbridge.sentences import detail, why_held
from stockbridge.situations import Code, cause_code, situation_of

LANGUAGE = "pt"  # of the business message: the contract names no language, and its caller sends none
OPERATION = "Inventory update"
DIRECTION = "VTEX to Marketplace"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LogStatus(StrEnum):
    SUCCESS = "Success"
    ERROR = "Error"
    ALERT = "Alert"
    PENDING = "Pending"


class Message(TypedDict):
    """`id` names one accepted change of a SKU at an affiliate, from pending to its end."""

    id: str
    Operation: str
    Direction: str
    ContentSource: str  # the balance as it was read at VTEX
    ContentTransalted: str  # what rule and policy made of it
    ContentDestination: str  # what the marketplace was sent and answered; empty before the first attempt
    BusinessMessage: str
    Status: str


def message_of(record: Record, channel: Channel, now: int, catalogue: Catalogue = BUILT_IN) -> Message:
    """As of `now`, in milliseconds; `channel` is the record's."""
    situation, _ = situation_of(record, now, enabled=channel.enabled, catalogue=catalogue)
    key = record.key
    return Message(
        id=f"{key.affiliate}-{key.sku}-{record.version}",
        Operation=OPERATION,
        Direction=DIRECTION,
        ContentSource=_source(record, situation),
        ContentTransalted=_translated(record, situation),
        ContentDestination=_destination(record, situation),
        BusinessMessage=_business_message(record, situation, channel, catalogue),
        Status=status_of(record, situation).value,
    )


def status_of(record: Record, situation: Code) -> LogStatus:
    """An error is what operators see as one. An alert is a change that the rule holds back, or one with a cause that
    has not ended it: throttling, a marketplace or VTEX that does not answer, credentials that somebody must renew."""
    if record.status is Status.ERROR:
        return LogStatus.ERROR
    if situation == "held" or cause_code(record):
        return LogStatus.ALERT
    return LogStatus.PENDING if record.status is Status.PENDING else LogStatus.SUCCESS


def _business_message(record: Record, situation: Code, channel: Channel, catalogue: Catalogue) -> str:
    """The sentence that the operator reads; with a cause, also what to do about it, as the contract asks."""
    if code := cause_code(record):
        cause = catalogue.cause_of(code)
        return f"{cause.title[LANGUAGE]}. {cause.hint[LANGUAGE]}"
    if situation == "held" and record.skipped is not None:
        return why_held(record.skipped, channel.threshold, LANGUAGE)
    return detail(record, situation, LANGUAGE)


def _source(record: Record, situation: Code) -> str:
    change = record.skipped if situation == "held" else record.decision
    return _json(
        {
            "IdSku": record.key.sku,
            "IdAffiliate": record.key.affiliate,
            "De": change.de if change is not None else None,
            "Por": change.por if change is not None else record.balance,
        }
    )


def _translated(record: Record, situation: Code) -> str:
    if situation == "held" and record.skipped is not None:
        return _json({"Quantity": record.allowed, "Rule": record.skipped.verdict, "Exported": False})
    if record.decision is None:
        return ""
    return _json({"Quantity": record.wanted, "Rule": record.decision.verdict, "Exported": True})


def _destination(record: Record, situation: Code) -> str:
    """Of the last attempt of this change; its message was redacted and shortened when it was kept."""
    last = record.attempts[-1] if record.attempts else None
    if situation == "held" or last is None or last.version != record.version:
        return ""
    return _json(
        {
            "Quantity": last.quantity,
            "Outcome": last.outcome,
            "HttpStatus": last.http_status,
            "Message": last.message,
            "At": (_EPOCH + timedelta(milliseconds=last.at)).isoformat(timespec="milliseconds"),
        }
    )


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
