"""Logging in again at a marketplace: by one process at a time, and stored before it is used.

Some marketplaces give out refresh tokens that are good once. Two processes that used the same one would lock the
account out, and so would one that used the new token before it was safe; hence the lease, and the order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from stockbridge.channels import Channel
from stockbridge.connectors import Connector, Renews, Session
from stockbridge.errors import Unavailable
from stockbridge.outcomes import Busy, Outcome, Unauthorized
from stockbridge.store import Leases
from stockbridge.telemetry import count, logger

LEASE_MS = 40_000  # longer than the function lives
STORE_TRIES = 3


class Secrets(Protocol):
    def __call__(self, name: str, fresh: bool = False, /) -> Mapping[str, str]:
        """Raises MissingSecret and Unavailable."""

    def store(self, name: str, values: Mapping[str, str]) -> None:
        """Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Logins:
    secrets: Secrets
    leases: Leases
    clock: Callable[[], int]
    unstored: dict[str, Mapping[str, str]] = field(default_factory=dict)  # what this process could not store yet

    def credentials(self, channel: Channel) -> Mapping[str, str]:
        """As this process remembers them. Raises MissingSecret and Unavailable."""
        name = channel.marketplace.get("secret")
        return self.secrets(name) if name else {}

    def renewed(
        self, channel: Channel, connector: Connector, session: Session, outcomes: Sequence[Outcome]
    ) -> Mapping[str, str] | Outcome | None:
        """Other credentials than those that were refused, or what came of asking for some; None when there are no
        others. Raises MissingSecret and Unavailable."""
        name = channel.marketplace.get("secret")
        if not name:
            return None
        if name in self.unstored:
            values = self.unstored[name]
            self.secrets.store(name, values)
            del self.unstored[name]
            return values
        stored = self.secrets(name, True)
        if stored != session.credentials:  # another process, or a person, was faster
            return stored
        revoked = any(isinstance(outcome, Unauthorized) and outcome.revoked for outcome in outcomes)
        if revoked or not isinstance(connector, Renews):
            return None
        now = self.clock()
        lease = f"login#{name}"
        holder = self.leases.take(lease, now, now + LEASE_MS)
        if holder is None:
            return Busy("another process is logging in")
        try:
            return self._renewed(name, connector, session)
        finally:
            with suppress(Unavailable):
                self.leases.release(lease, holder)

    def _renewed(self, name: str, connector: Renews, session: Session) -> Mapping[str, str] | Outcome:
        stored = self.secrets(name, True)
        if stored != session.credentials:
            return stored
        values = connector.renew(session)
        if isinstance(values, Mapping):
            self._store(name, values)
            count("LoggedIn")
        elif (stored := self.secrets(name, True)) != session.credentials:  # a process that lost its lease did it
            values = stored
        return values

    def _store(self, name: str, values: Mapping[str, str]) -> None:
        """The old values may be of no use any more, so not being able to store these is worth several tries."""
        for attempt in range(STORE_TRIES):
            try:
                return self.secrets.store(name, values)
            except Unavailable as error:
                logger.critical("new credentials not stored", extra={"secret": name, "reason": str(error)})
                if attempt == STORE_TRIES - 1:
                    self.unstored[name] = values
                    raise
        return None
