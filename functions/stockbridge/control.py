"""Channels and their gates on DynamoDB, and what the operator API does to them.

A channel read for ingest or export is remembered for half a minute in its process, so a saved one reaches every
process within that time. A channel that is not there is never remembered: a new one works at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypeVar

from stockbridge import aws
from stockbridge.alerting import Alert, Alerts, Kind, Opened
from stockbridge.channels import Channel, Repairs, Strategy, VtexSource
from stockbridge.dynamo import add_activity, transaction, translated
from stockbridge.errors import NotPossible
from stockbridge.gates import Gate
from stockbridge.policy import QuantityPolicy
from stockbridge.recent import Recent
from stockbridge.store import Activity
from stockbridge.tables import ActivityItem, ControlItem
from stockbridge.tokens import TokenKind, Tokens

CHANNELS_KEPT_S = 30

_CHANNEL = "channel"
_GATE = "gate"
_ALERTS = "alerts"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredChannel:
    """`rev` counts the saves of this channel, from 1."""

    channel: Channel
    rev: int


class DynamoControl:
    """`store.Control` on the stack's table, and more. `channels_kept_s=0` reads every channel anew."""

    def __init__(self, table: str, *, clock: Callable[[], int], channels_kept_s: float = CHANNELS_KEPT_S) -> None:
        for model in (ControlItem, ActivityItem):
            aws.bind(model, table)
        self._recent: Recent[str, StoredChannel | None] = Recent(clock, keep_s=channels_kept_s)
        self.tokens = Tokens(clock)

    def find_token(self, secret: str) -> str | None:
        """The account that a webhook token belongs to. Raises Unavailable."""
        return self.tokens.find(secret, TokenKind.WEBHOOK)

    # ------------------------------------------------------------------ channels

    def channel(self, account: str, affiliate: str) -> Channel | None:
        name = f"{account}#{affiliate}"
        stored = self._recent.get(name, lambda: _read_channel(name))
        if stored is None:
            self._recent.forget(name)
            return None
        return stored.channel

    def channels(self, account: str | None = None) -> Sequence[Channel]:
        return [stored.channel for stored in self.stored_channels(account)]

    def stored_channel(self, account: str, affiliate: str) -> StoredChannel | None:
        """As of now."""
        return _read_channel(f"{account}#{affiliate}")

    def stored_channels(self, account: str | None = None) -> Sequence[StoredChannel]:
        """As of now, by account and affiliate."""
        beginning = ControlItem.sk.startswith(f"{account}#") if account is not None else None
        with translated():
            return [_stored(item) for item in ControlItem.query(_CHANNEL, beginning, consistent_read=True)]

    def save_channel(self, channel: Channel, *, was_rev: int, activity: Activity) -> int:
        """Replace the channel that had `was_rev` (0: there was none); the answer is the new rev. Raises Conflict."""
        item = ControlItem(_CHANNEL, channel.id, rev=was_rev + 1, document=asdict(channel))
        condition = ControlItem.rev == was_rev if was_rev else ControlItem.pk.does_not_exist()
        with translated(), transaction() as both:
            both.save(item, condition=condition)
            add_activity(both, activity)
        self._recent.forget(channel.id)
        return was_rev + 1

    def delete_channel(self, stored: StoredChannel, *, activity: Activity) -> None:
        """Take a channel away, if it is switched off already: then what waits to be sent waits on purpose.

        Its records stay, because each remembers the "De" of the next change; a channel of the same affiliate takes
        them over. Raises NotPossible while it is switched on, Conflict when somebody saved it meanwhile.
        """
        if stored.channel.enabled:
            raise NotPossible("channel_is_enabled")
        name = stored.channel.id
        with translated(), transaction() as together:
            together.delete(ControlItem(_CHANNEL, name), condition=ControlItem.rev == stored.rev)
            together.delete(ControlItem(_GATE, name))
            together.delete(ControlItem(_ALERTS, name))
            add_activity(together, activity)
        self._recent.forget(name)

    # ------------------------------------------------------------------ gates

    def gate(self, channel_id: str) -> Gate:
        with translated():
            item = _item(_GATE, channel_id)
        return Gate(channel_id) if item is None else _gate(item)

    def gates(self, account: str) -> Mapping[str, Gate]:
        """By affiliate; a channel that never had trouble has none stored."""
        with translated():
            items = ControlItem.query(_GATE, ControlItem.sk.startswith(f"{account}#"), consistent_read=True)
            return {item.sk.split("#")[1]: _gate(item) for item in items}

    def save_gate(self, gate: Gate, was: Gate) -> Gate:
        document = {name: value for name, value in asdict(gate).items() if name not in ("channel_id", "rev")}
        item = ControlItem(_GATE, gate.channel_id, rev=was.rev + 1, document=document)
        with translated():
            item.save(condition=ControlItem.rev == was.rev if was.rev else ControlItem.pk.does_not_exist())
        return _gate(item)

    # ------------------------------------------------------------------ alerts

    def alerts(self, channel_id: str) -> Alerts:
        with translated():
            item = _item(_ALERTS, channel_id)
        return Alerts(channel_id) if item is None else _alerts(item)

    def save_alerts(self, alerts: Alerts, was: Alerts) -> Alerts:
        document = {name: value for name, value in asdict(alerts).items() if name not in ("channel_id", "rev")}
        item = ControlItem(_ALERTS, alerts.channel_id, rev=was.rev + 1, document=document)
        with translated():
            item.save(condition=ControlItem.rev == was.rev if was.rev else ControlItem.pk.does_not_exist())
        return replace(alerts, rev=was.rev + 1)


def _item(kind: str, name: str) -> ControlItem | None:
    try:
        return ControlItem.get(kind, name, consistent_read=True)
    except ControlItem.DoesNotExist:
        return None


def _read_channel(name: str) -> StoredChannel | None:
    with translated():
        item = _item(_CHANNEL, name)
    return None if item is None else _stored(item)


def _stored(item: ControlItem) -> StoredChannel:
    document = dict(item.document)
    vtex = dict(document["vtex"])
    vtex["strategy"] = Strategy(vtex["strategy"])
    vtex["warehouses"] = tuple(vtex["warehouses"])
    document["vtex"] = _known(VtexSource, vtex)
    document["policy"] = _known(QuantityPolicy, document["policy"])
    document["repairs"] = Repairs(document.get("repairs", Repairs.AUTOMATIC))
    return StoredChannel(_known(Channel, document), int(item.rev))


def _gate(item: ControlItem) -> Gate:
    return _known(Gate, {**item.document, "channel_id": item.sk, "rev": int(item.rev)})


def _alerts(item: ControlItem) -> Alerts:
    document = {
        **item.document,
        "opened": {Kind(kind): _known(Opened, opened) for kind, opened in item.document["opened"].items()},
        "outbox": tuple(_known(Alert, alert) for alert in item.document["outbox"]),
    }
    return _known(Alerts, {**document, "channel_id": item.sk, "rev": int(item.rev)})


def _known(kind: type[T], document: Mapping[str, Any]) -> T:
    """What another version wrote besides is not for this one."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # each kind here is a dataclass
    return kind(**{name: value for name, value in document.items() if name in names})
