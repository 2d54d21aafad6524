"""The gate of a channel: whether its marketplace may be called now, shared by every function that calls it.

It closes for three reasons: the marketplace asked for time (429), it failed several times in a row (the breaker),
or it refused the credentials. While closed nothing is sent and no SKU is blamed; when its time is over, one call
goes first and decides whether the rest may follow. Pure; times are milliseconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from stockbridge.connectors import Rate

BREAKER_FAILURES = 5
BREAKER_OPEN_MS = 30_000
BREAKER_OPEN_CAP_MS = 300_000
THROTTLE_DEFAULT_MS = 10_000
AUTH_RETRY_MS = 300_000
PROBE_MS = 45_000  # longer than the lease of the send that probes


@dataclass(frozen=True, slots=True)
class Gate:
    channel_id: str
    rev: int = 0  # 0: not stored yet
    closed_until: int | None = None  # by the breaker, or by refused credentials
    asked_until: int | None = None  # by the marketplace (429): nothing may shorten it
    probe_until: int | None = None  # one call is out to see whether the marketplace answers again
    failures: int = 0  # in a row, over all SKUs of the channel
    trips: int = 0  # how often the breaker opened since the last success
    incident: str | None = None  # the cause that stops the whole channel, until a call succeeds
    message: str = ""
    since: int | None = None  # when the incident began
    calls_paced_until: int = 0  # the marketplace's rate is used up to then; so far calls may have gone ahead of it
    feeds_paced_until: int = 0
    reads_paced_until: int = 0

    @property
    def paused_until(self) -> int:
        """Then one call may go, or all."""
        return max(self.closed_until or 0, self.asked_until or 0)

    @property
    def opens_at(self) -> int:
        return max(self.paused_until, self.probe_until or 0)

    def closed(self, now: int) -> bool:
        return self.opens_at > now

    @property
    def needs_probe(self) -> bool:
        return self.closed_until is not None and (self.failures >= BREAKER_FAILURES or self.incident is not None)


def probing(gate: Gate, now: int) -> Gate:
    """One call goes first; the others find the gate closed until it came back."""
    return replace(gate, probe_until=now + PROBE_MS)


def throttled(gate: Gate, now: int, retry_after_s: float | None) -> Gate:
    wait = THROTTLE_DEFAULT_MS if retry_after_s is None else int(retry_after_s * 1000)
    return replace(gate, asked_until=max(gate.asked_until or 0, now + wait))


def failed(gate: Gate, now: int) -> Gate:
    """One more failure; those that were on their way when the breaker opened, or beside a probe's, are no more news."""
    if gate.closed(now) and gate.probe_until is None:
        return gate
    failures = gate.failures + 1
    if failures < BREAKER_FAILURES:
        return replace(gate, failures=failures)
    wait = min(BREAKER_OPEN_CAP_MS, BREAKER_OPEN_MS * 2**gate.trips)
    return replace(
        gate,
        failures=failures,
        trips=min(gate.trips + 1, 10),
        closed_until=now + wait,
        probe_until=None,
        incident=gate.incident or "marketplace_down",
        since=gate.since or now,
    )


def refused(gate: Gate, now: int, message: str) -> Gate:
    """The credentials are not valid: an incident of the channel, never an error of each of its SKUs. Who says so is
    up."""
    return replace(
        gate,
        failures=0,
        trips=0,
        closed_until=now + AUTH_RETRY_MS,
        probe_until=None,
        incident="auth",
        message=message,
        since=gate.since if gate.incident == "auth" else now,
    )


def let_probe(gate: Gate, now: int) -> Gate:
    """The credentials are known to be good again: one call finds out now, and not only when the time is over. Until it
    succeeds the incident goes on. A marketplace that is down besides is waited for."""
    if gate.incident != "auth" or gate.trips:
        return gate
    return replace(gate, closed_until=min(gate.closed_until or now, now))


def answered(gate: Gate) -> Gate:
    """The marketplace took or refused a request in its own words: it is up, and it knows us. A pause that it
    asked for meanwhile stays."""
    return replace(
        Gate(gate.channel_id, gate.rev),
        asked_until=gate.asked_until,
        calls_paced_until=gate.calls_paced_until,
        feeds_paced_until=gate.feeds_paced_until,
        reads_paced_until=gate.reads_paced_until,
    )


def unasked(gate: Gate) -> Gate:
    """A call ended before it reached the marketplace: that tells nothing of it, and another one may find out."""
    return replace(gate, probe_until=None)


def paced(gate: Gate, now: int, rate: Rate, wanted: int, *, feed: bool = False) -> tuple[Gate, int, int]:
    """How many of the wanted calls the rate allows now: the gate with those taken, their number, and when the next
    one may go."""
    used_until, allowed, next_at = _paced(gate.feeds_paced_until if feed else gate.calls_paced_until, now, rate, wanted)
    if feed:
        return replace(gate, feeds_paced_until=used_until), allowed, next_at
    return replace(gate, calls_paced_until=used_until), allowed, next_at


def reads_paced(gate: Gate, now: int, rate: Rate, wanted: int) -> tuple[Gate, int, int]:
    """The same for requests that only read: marketplaces count them apart."""
    used_until, allowed, next_at = _paced(gate.reads_paced_until, now, rate, wanted)
    return replace(gate, reads_paced_until=used_until), allowed, next_at


def _paced(used_until: int, now: int, rate: Rate, wanted: int) -> tuple[int, int, int]:
    """The generic cell rate algorithm: one number instead of a bucket and its last filling."""
    interval = 1000 / rate.per_second
    used_until = max(now, used_until)
    allowed = max(0, min(wanted, int((now + rate.burst * interval - used_until) / interval)))
    used_until = ceil(used_until + allowed * interval)
    return used_until, allowed, max(now, int(used_until - (rate.burst - 1) * interval))
