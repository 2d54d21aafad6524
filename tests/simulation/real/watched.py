"""A real connector whose every call is told to its simulated marketplace, and goes there.

The product knows a connector's abilities by its methods, so each class here has those of its connector and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from stockbridge.connectors import Capabilities, Listing, Session, StockUpdate
from stockbridge.errors import FieldProblem
from stockbridge.outcomes import Outcome

Act = Callable[[Session, Sequence[StockUpdate]], Sequence[Outcome]]
Look = Callable[[Session, Sequence[Listing]], Sequence[int | Outcome]]


class Watches(Protocol):
    def watch_push(self, act: Act, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]: ...

    def watch_check(self, act: Act, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]: ...

    def watch_read(self, look: Look, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]: ...

    def reached(self, session: Session) -> Session:
        """With the way to the marketplace."""


class Watched:
    """`connectors.Connector` and `connectors.Reads`."""

    def __init__(self, own: Any, market: Watches, capabilities: Capabilities | None = None) -> None:
        self._own = own
        self._market = market
        self.capabilities: Capabilities = capabilities or own.capabilities

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        return self._own.problems(configuration, allow_private=allow_private)  # type: ignore[no-any-return]

    def group_of(self, configuration: Mapping[str, Any], listing: Listing) -> str:
        return self._own.group_of(configuration, listing)  # type: ignore[no-any-return]

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        return self._market.watch_push(self._own.push, session, updates)

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        return self._market.watch_read(self._own.read, session, listings)


class Checking(Watched):
    """`connectors.Checks`."""

    def check(self, session: Session, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        def check(reached: Session, asked: Sequence[StockUpdate]) -> Sequence[Outcome]:
            return self._own.check(reached, ref, asked)  # type: ignore[no-any-return]

        return self._market.watch_check(check, session, updates)


class Renewing(Watched):
    """`connectors.Renews`."""

    def renew(self, session: Session) -> Mapping[str, str] | Outcome:
        return self._own.renew(self._market.reached(session))  # type: ignore[no-any-return]


class CheckingRenewing(Checking, Renewing):
    pass


class FeedingCheckingRenewing(CheckingRenewing):
    """`connectors.Feeds`."""

    def submit(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        return self._market.watch_push(self._own.submit, session, updates)
