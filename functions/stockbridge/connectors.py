"""What every marketplace connector offers, and what it is given.

A connector is stateless: configuration, credentials and a way out come with each call. It never raises for what a
marketplace answered: each update has exactly one outcome. What it can do beyond taking a quantity it says by having
the method: `Checks`, `Reads`, `Renews`, `Feeds`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from stockbridge.errors import FieldProblem
from stockbridge.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer. Header names are lower case; `cut` says that the body went on past the transport's limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False


class Http(Protocol):
    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        """One exchange, over after `deadline_s` seconds whatever the other side does.

        Raises NotSent when nothing reached the other side, NoAnswer when the effect is unknown.
        Redirects are not followed.
        """


class Mode(StrEnum):
    """What one call carries: one SKU, all that is due of one listing, any SKUs, or a file of any SKUs."""

    ONE = "one"
    GROUP = "group"
    BULK = "bulk"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `per_second` calls in the long run, `burst` of them at once; of all functions together."""

    per_second: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Feed:
    """A file beside the calls, for when more is due than the calls' rate allows."""

    at_least: int  # SKUs that make it worth while
    max_batch: int
    rate: Rate


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`max_batch`: SKUs in one call. `late_effect_s`: how long after an unanswered request its effect may appear."""

    mode: Mode = Mode.ONE
    max_batch: int = 1
    rate: Rate | None = None
    feed: Feed | None = None  # then the connector is also `Feeds`
    max_quantity: int | None = None
    late_effect_s: int = 120
    needs_listing: bool = False  # a SKU without an entry in the listing map cannot be sent
    reads: Rate | None = None  # of the requests of `Reads`
    reads_at_once: int = 1  # SKUs that one such request carries, at most


@dataclass(frozen=True, slots=True)
class Listing:
    """What a marketplace calls a SKU: `ids` by the names that the connector documents (item_id, variation_id ...).
    Without an entry in the listing map it is the SKU's own id and nothing else."""

    sku: str
    ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class StockUpdate:
    """The quantity is absolute and final (after policy); `version` is the record's."""

    account: str
    affiliate: str
    listing: Listing
    quantity: int
    version: int

    @property
    def sku(self) -> str:
        return self.listing.sku


@dataclass(frozen=True, slots=True)
class Session:
    """One channel at its marketplace, for one call of a connector's method and all the requests that it takes.

    `configuration` is the channel's `marketplace` document, `credentials` the values of its secret. `clock` is in
    milliseconds since the epoch.
    """

    configuration: Mapping[str, Any]
    credentials: Mapping[str, str]
    http: Http
    clock: Callable[[], int]
    ends_at: int

    @property
    def left_s(self) -> float:
        """The deadline of the next request: what is left for all of them together."""
        return max(0.05, (self.ends_at - self.clock()) / 1000)


class Connector(Protocol):
    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def listing_fields(self) -> Collection[str]:
        """The names of `Listing.ids` that it reads; none where the SKU's own id is all there is."""

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        """What is wrong with a channel's `marketplace` document; field paths are relative to it."""

    def group_of(self, configuration: Mapping[str, Any], listing: Listing) -> str:
        """What the marketplace takes one write at a time of. The updates of one group may go in one call, and no two
        calls for one group are under way at once. A call says nothing about SKUs that it was not given."""

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        """Make the marketplace show these quantities; one outcome for each, in their order. How many come is the
        mode's: one, those of one group, or up to `max_batch`."""


@runtime_checkable
class Checks(Protocol):
    """Says later what became of what was accepted. Until then the record says "accepted", and nothing newer is sent
    of that SKU unless `late_effect_s` has passed."""

    def check(self, session: Session, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        """`updates` as they were accepted under `ref`. Accepted (with the same ref) means not yet."""


@runtime_checkable
class Reads(Protocol):
    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        """What the marketplace shows now, in units, or why that is not known."""


@runtime_checkable
class Renews(Protocol):
    def renew(self, session: Session) -> Mapping[str, str] | Outcome:
        """Log in again: all values of the secret as they are to be stored from now on, or why not. Called by one
        process at a time, and the values are stored before they are used: a refresh token may be good only once."""


@runtime_checkable
class Feeds(Protocol):
    def submit(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        """The same as `push`, as one file (`Capabilities.feed`)."""
