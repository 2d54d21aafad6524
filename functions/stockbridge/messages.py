"""What the two queues carry: hints, never quantities. Unknown versions are refused, so that old code never guesses."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from stockbridge.errors import InvalidInput
from stockbridge.notifications import Key, Notification, Origin
from stockbridge.observing import Notice

VERSION = 1
_NOTICE = [field.name for field in fields(Notice) if field.name != "key"]


def notification_message(notification: Notification) -> str:
    """For the intake queue: VTEX said that something may have changed."""
    notice = Notice(
        key=notification.key,
        received_at=notification.received_at,
        only_stock=notification.only_stock,
        changed=True,
        stock=notification.stock,
        active=notification.active,
        listed=notification.listed,
        modified_at=notification.modified_at,
        origin=Origin.NOTIFICATION,
    )
    return notice_message(notice)


def notice_message(notice: Notice, *, second_look: bool = False) -> str:
    look = {"key": [notice.key.account, notice.key.affiliate, notice.key.sku]}
    look |= {name: getattr(notice, name) for name in _NOTICE}
    return json.dumps({"v": VERSION, "look": look, "second": second_look}, separators=(",", ":"))


def look_message(key: Key, now: int, origin: Origin = Origin.LOOK) -> str:
    """For the intake queue: read the balance again, nobody notified anything."""
    return notice_message(Notice(key, now, origin=origin))


def hint_message(key: Key) -> str:
    """For the export queue: this record may have something to send."""
    return json.dumps({"v": VERSION, "send": [key.account, key.affiliate, key.sku]}, separators=(",", ":"))


def read_notice(body: str) -> tuple[Notice, bool]:
    """The notice and whether it is the second look at it. Raises InvalidInput."""
    document = _open(body)
    try:
        look = dict(document["look"])
        look["key"] = Key(*look["key"])
        look["origin"] = Origin(look.get("origin", Origin.LOOK))
        return Notice(**look), bool(document["second"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput("not an intake message") from error


def redriven(body: str, at_most: int) -> str | None:
    """A dead letter of the intake as it is to be tried again: always when it can be read, otherwise `at_most` times,
    then None."""
    try:
        read_notice(body)
    except InvalidInput:
        pass
    else:
        return body
    try:
        document = json.loads(body)
        times = int(document.get("redriven", 0))
    except (ValueError, TypeError, AttributeError):
        return None
    return json.dumps({**document, "redriven": times + 1}, separators=(",", ":")) if times < at_most else None


def read_hint(body: str) -> Key:
    """Raises InvalidInput."""
    document = _open(body)
    try:
        return Key(*document["send"])
    except (KeyError, TypeError) as error:
        raise InvalidInput("not an export message") from error


def _open(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise InvalidInput("the message is not JSON") from error
    if not isinstance(document, dict) or document.get("v") != VERSION:
        raise InvalidInput("the message is of an unknown version")
    return document
