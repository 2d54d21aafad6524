"""Testing a channel: one read at its marketplace, which changes nothing there and says what is wrong.

Nothing is written down either, except credentials that had to be renewed. Only sending opens or closes the gate. But
where refused credentials closed it, a test that works lets the call go that finds out: with the next minute's sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from stockbridge import gates, sending
from stockbridge.channels import Channel
from stockbridge.connectors import Connector, Http, Listing, Reads, Session
from stockbridge.errors import Conflict, MissingSecret
from stockbridge.gates import Gate
from stockbridge.listing import LISTED, ListIndex
from stockbridge.listing_map import EntryPage
from stockbridge.logins import Logins
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown

GATE_TRIES = 3

_OLDEST, _NEWEST = "0", ":"  # before and after every time


class ListingMap(Protocol):
    def of(self, channel: Channel, skus: Sequence[str]) -> Mapping[str, Listing]: ...

    def page(self, channel: Channel, *, cursor: str | None, limit: int) -> EntryPage: ...


class Gates(Protocol):
    def gate(self, channel_id: str) -> Gate: ...

    def save_gate(self, gate: Gate, was: Gate) -> Gate: ...


class Result(StrEnum):
    WORKS = "works"
    FAILS = "fails"
    NO_SKU = "no_sku"  # there is nothing to ask about
    NOT_READABLE = "not_readable"  # the marketplace has no way to be asked


@dataclass(frozen=True, slots=True)
class Finding:
    """`sku` is the one that was asked about; `shown`, in units, is what the marketplace shows of it; `cause` and the
    marketplace's own words say why that is not known. `resumes`: sends had stopped, and are tried again within a
    minute."""

    result: Result
    sku: str | None = None
    shown: int | None = None
    cause: str | None = None
    message: str = ""
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class ChannelTest:
    connector: Callable[[str], Connector]
    listings: ListingMap
    index: ListIndex
    control: Gates
    logins: Logins
    http: Http
    clock: Callable[[], int]

    def run(self, channel: Channel, sku: str | None) -> Finding:
        """About that SKU, or one that the channel has. Raises Unavailable."""
        connector = self.connector(channel.connector)
        if not isinstance(connector, Reads):
            return Finding(Result.NOT_READABLE)
        sku = sku or self._some_sku(channel)
        if sku is None:
            return Finding(Result.NO_SKU)
        listing = self.listings.of(channel, [sku]).get(sku) or Listing(sku)
        told = self._read(channel, connector, listing)
        match told:
            case int():
                return Finding(Result.WORKS, sku, shown=told, resumes=self._let_probe(channel))
            case Refused(cause="unconfirmed"):  # this way of writing cannot be read back
                return Finding(Result.NOT_READABLE)
            case Applied() | Accepted():
                raise TypeError(f"{type(told).__name__} is no answer to a read")
            case _:
                return Finding(Result.FAILS, sku, cause=_cause(told), message=told.message)

    def _read(self, channel: Channel, connector: Reads, listing: Listing) -> int | Outcome:
        """As a send would do it: refused credentials are read again, or renewed, once."""
        ends_at = self.clock() + sending.CLAIM_BUDGET_S * 1000
        try:
            session = self._session(channel, self.logins.credentials(channel), ends_at)
            (told,) = connector.read(session, [listing])
            if not isinstance(told, Unauthorized):
                return told
            instead = self.logins.renewed(channel, self.connector(channel.connector), session, [told])
        except MissingSecret as error:
            return Refused("configuration", str(error))
        if not isinstance(instead, Mapping):
            return instead or told
        (told,) = connector.read(self._session(channel, instead, ends_at), [listing])
        return told

    def _let_probe(self, channel: Channel) -> bool:
        """Whether sends that refused credentials had stopped are tried again, by the next sweep."""
        for _ in range(GATE_TRIES):
            gate, now = self.control.gate(channel.id), self.clock()
            let = gates.let_probe(gate, now)
            try:
                if let != gate:
                    self.control.save_gate(let, gate)
            except Conflict:
                continue
            return channel.enabled and gate.incident == "auth" and not let.closed(now)
        return False

    def _session(self, channel: Channel, credentials: Mapping[str, str], ends_at: int) -> Session:
        now = self.clock()
        ends_at = min(now + sending.HTTP_DEADLINE_S * 1000, ends_at)
        return Session(channel.marketplace, credentials, self.http, self.clock, ends_at)

    def _some_sku(self, channel: Channel) -> str | None:
        """One that is mapped, where that matters; else the newest record's, a success before an error."""
        if channel.listing_map and (mapped := self.listings.page(channel, cursor=None, limit=1).entries):
            return mapped[0].sku
        for shown in LISTED:
            partition = f"{channel.affiliate}#{shown}"
            for when in self.index.newest(channel.account, partition, low=_OLDEST, high=_NEWEST, limit=1):
                return when.split("#")[1]
        return None


def _cause(outcome: Refused | Unknown | Unauthorized | Throttled | Busy) -> str:
    match outcome:
        case Refused(cause=cause) | Unknown(cause=cause):
            return cause
        case Unauthorized():
            return "auth"
        case Throttled():
            return "throttled"
        case Busy():
            return "busy"
