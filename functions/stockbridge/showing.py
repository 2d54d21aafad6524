"""What marketplaces show, for many SKUs: as many requests at once, and as many a second, as each of them takes.

Nothing here opens or closes a gate: only sending does. A marketplace that asks for time is not asked any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stockbridge import gates, sending
from stockbridge.calls import AtOnce
from stockbridge.channels import Channel
from stockbridge.connectors import Connector, Http, Listing, Mode, Reads, Session
from stockbridge.errors import Conflict, MissingSecret, Unavailable
from stockbridge.logins import Logins
from stockbridge.outcomes import Outcome, Throttled, Unauthorized, Unknown
from stockbridge.store import Control
from stockbridge.telemetry import count, logger

BUDGET_S = 25  # for beginning requests; one ends within HTTP_DEADLINE_S
AT_ONCE = 4  # requests to one marketplace: it has its customers to serve
GATE_TRIES = 5
SHORTEST_WAIT_S = 0.05
THROTTLE_DEFAULT_S = gates.THROTTLE_DEFAULT_MS / 1000

Shown = int | Outcome


@dataclass(frozen=True, slots=True)
class Answers:
    """By SKU; one that is missing was not asked about. `pause_s`: the marketplace asked for that much time."""

    shown: Mapping[str, Shown]
    pause_s: float | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    connector: Callable[[str], Connector]
    listings: Callable[[Channel, Sequence[str]], Mapping[str, Listing]]
    control: Control
    logins: Logins
    http: Http
    clock: Callable[[], int]
    wait: Callable[[float], object]  # seconds
    at_once: AtOnce

    def read(self, channel: Channel, skus: Sequence[str]) -> Answers:
        """Nothing of a marketplace that cannot be asked. Raises Unavailable when the database does not answer."""
        connector = self.connector(channel.connector)
        if not isinstance(connector, Reads) or not skus:
            return Answers({})
        listings = self.listings(channel, skus)
        requests = list(_requests(channel, connector, [listings.get(sku) or Listing(sku) for sku in skus]))
        ends_at = self.clock() + BUDGET_S * 1000
        shown: dict[str, Shown] = {}
        asked_again = False
        while requests and self.clock() < ends_at:
            allowed, wait_s = self._allowed(channel, connector, min(AT_ONCE, len(requests)))
            if not allowed:
                self.wait(wait_s)
                continue
            these, requests = requests[:allowed], requests[allowed:]
            answers = list(self.at_once(lambda listings: self._read(channel, connector, listings), these))
            for asked, told in zip(these, answers, strict=True):
                shown |= {listing.sku: one for listing, one in zip(asked, told, strict=True)}
            refused = [asked for asked, told in zip(these, answers, strict=True) if _refused(told)]
            if refused and not asked_again:  # of several at once only one may log in
                requests, asked_again = [*requests, *refused], True
            pauses = [one.retry_after_s for one in shown.values() if isinstance(one, Throttled)]
            if pauses:
                asked_s = (THROTTLE_DEFAULT_S if each is None else each for each in pauses)
                return Answers(shown, max(asked_s))
        return Answers(shown)

    def _allowed(self, channel: Channel, connector: Connector, most: int) -> tuple[int, float]:
        """How many requests may go now, taken from the rate; and, when none may, the seconds until one does."""
        rate = connector.capabilities.reads
        if rate is None:
            return most, 0.0
        for _ in range(GATE_TRIES):
            gate, now = self.control.gate(channel.id), self.clock()
            paced, allowed, next_at = gates.reads_paced(gate, now, rate, most)
            if not allowed:
                return 0, max(SHORTEST_WAIT_S, (next_at - now) / 1000)
            try:
                self.control.save_gate(paced, gate)
            except Conflict:
                continue
            return allowed, 0.0
        return 0, SHORTEST_WAIT_S

    def _read(self, channel: Channel, connector: Connector, listings: Sequence[Listing]) -> Sequence[Shown]:
        """As a send would do it: refused credentials are read again, or renewed, once. Never raises for what a
        marketplace, or the code that knows it, does."""
        try:
            told = self._told(channel, connector, listings)
        except (MissingSecret, Unavailable) as error:
            return [Unknown("unconfirmed", str(error))] * len(listings)
        except Exception as error:  # noqa: BLE001 -- a bug of a connector: nothing is known of these SKUs
            logger.exception("connector failed", extra={"channel": channel.id})
            return [Unknown("uncatalogued", type(error).__name__)] * len(listings)
        if len(told) != len(listings):
            return [Unknown("uncatalogued", f"{len(told)} answers for {len(listings)} listings")] * len(listings)
        count("ShownRead", len(told))
        return told

    def _told(self, channel: Channel, connector: Connector, listings: Sequence[Listing]) -> Sequence[Shown]:
        assert isinstance(connector, Reads)
        session = self._session(channel, self.logins.credentials(channel))
        told = connector.read(session, listings)
        refused = _refused(told)
        if not refused:
            return told
        session = self._session(channel, session.credentials)
        instead = self.logins.renewed(channel, connector, session, refused)
        if not isinstance(instead, Mapping):
            return told
        return connector.read(self._session(channel, instead), listings)

    def _session(self, channel: Channel, credentials: Mapping[str, str]) -> Session:
        ends_at = self.clock() + sending.HTTP_DEADLINE_S * 1000
        return Session(channel.marketplace, credentials, self.http, self.clock, ends_at)


def _refused(told: Sequence[Shown]) -> Sequence[Unauthorized]:
    return [one for one in told if isinstance(one, Unauthorized)]


def _requests(channel: Channel, connector: Connector, listings: Sequence[Listing]) -> Iterator[Sequence[Listing]]:
    """What one request answers goes together."""
    together: dict[str, list[Listing]] = defaultdict(list)
    grouped = connector.capabilities.mode is Mode.GROUP
    for listing in listings:
        together[connector.group_of(channel.marketplace, listing) if grouped else ""].append(listing)
    size = connector.capabilities.max_batch if grouped else connector.capabilities.reads_at_once
    for own in together.values():
        for start in range(0, len(own), size):
            yield own[start : start + size]
