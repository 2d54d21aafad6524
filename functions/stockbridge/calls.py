"""The calls to a marketplace that are to be made, as far as that can be said without making them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from stockbridge import sending
from stockbridge.channels import Channel
from stockbridge.connectors import Connector, Listing, Mode, StockUpdate
from stockbridge.gates import Gate
from stockbridge.messages import hint_message
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Message


class AtOnce(Protocol):
    """`map`, or a thread pool's `map`."""

    def __call__(self, function: Callable[[Any], Any], items: Sequence[Any], /) -> Iterable[Any]: ...


@dataclass(frozen=True, slots=True)
class Send:
    """A record on its way to the marketplace: `claim` is None while it is only planned, or is asked about."""

    record: Record
    update: StockUpdate
    claim: sending.Claim | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a connector's method. `ref`: it asks about what was accepted under that name; `feed`: as a file;
    `group`: what no other call may write at the same time; `lease`: the right to that, by name and holder."""

    channel: Channel
    connector: Connector
    gate: Gate  # as it was when the batch began
    sends: Sequence[Send]
    ref: str | None = None
    feed: bool = False
    group: str = ""
    lease: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sorted:
    """What is to be done with the records of one channel."""

    checks: Sequence[Record]
    closes: Sequence[Record]  # they end without a call
    sends: Sequence[Record]


def sort(records: Collection[Record], now: int) -> Sorted:
    """What one request carried is asked about at once: some marketplaces answer about it only so often."""
    checks: list[Record] = []
    closes: list[Record] = []
    sends: list[Record] = []
    asked = by_ref(record for record in records if sending.checkable(record, now))
    for record in records:
        if sending.checkable(record, now):
            checks.append(record)
        elif sending.claimable(record, now):
            ends = sending.poisoned(record) or (record.open and sending.shown_already(record))
            (closes if ends else sends).append(record)
        elif sending.awaited(record, now) and record.accepted is not None and record.accepted.ref in asked:
            checks.append(record)
    return Sorted(checks, closes, sorted(sends, key=sending.urgency))


def planned(record: Record, listings: Mapping[str, Listing]) -> Send:
    """What it wants, or what was accepted of it and is asked about."""
    key, quantity, version = record.key, record.wanted or 0, record.version
    if record.check_at is not None and record.accepted is not None:
        quantity, version = record.accepted.quantity, record.accepted.version
    listing = listings.get(key.sku) or Listing(key.sku)
    return Send(record, StockUpdate(key.account, key.affiliate, listing, quantity, version))


def clamped(update: StockUpdate, most: int) -> StockUpdate:
    """What a marketplace can show of it."""
    return replace(update, quantity=min(update.quantity, most))


def grouped(connector: Connector, channel: Channel, sends: Sequence[Send]) -> Iterator[tuple[str, Sequence[Send]]]:
    """The sends by call, with the group that it must hold alone; the most urgent come first, which
    they do already among `sends`."""
    capabilities = connector.capabilities
    if capabilities.mode is Mode.ONE:
        yield from (("", [send]) for send in sends)
        return
    together: dict[str, list[Send]] = defaultdict(list)
    for send in sends:
        alone = capabilities.mode is Mode.GROUP
        together[connector.group_of(channel.marketplace, send.update.listing) if alone else ""].append(send)
    most = capabilities.max_batch
    parts = [(name, own[at : at + most]) for name, own in together.items() for at in range(0, len(own), most)]
    yield from sorted(parts, key=lambda part: sending.urgency(part[1][0].record))


def by_ref(records: Iterable[Record]) -> Mapping[str, list[Record]]:
    """Records that wait for an answer about the same request."""
    together: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.accepted is not None:
            together[record.accepted.ref].append(record)
    return together


def hint(key: Key, wait_ms: int) -> Message:
    return Message(hint_message(key), max(0, -(-wait_ms // 1000)))
