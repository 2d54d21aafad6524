"""What came of one attempt to write a balance at a marketplace.

The seven kinds a connector may answer, and what each says about the marketplace's state:

    Applied       the marketplace shows the quantity now
    Accepted      it took the request and applies it later (202, a feed)
    Refused       definitely not applied, and repeating it changes nothing (a documented 4xx)
    Busy          definitely not applied: somebody else is writing this listing; again in some seconds (409, 423)
    Throttled     definitely not applied, come back later (429)
    Unauthorized  definitely not applied: the credentials are not valid, for every SKU of the channel
    Unknown       it may or may not have been applied (time-out, 5xx, connection lost)

Refused and Busy without evidence are our own finding, of a call that never reached the marketplace.

A `message` is what the marketplace said, or else what we found that the cause does not say already, in English: nothing
where it says all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """One exchange with a marketplace, already redacted; each text is at most 2 KiB."""

    request: str
    response: str
    http_status: int | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """`quantity` is what the marketplace shows when that is not what was asked: clamped to its maximum. `by_sight`: it
    shows it, whichever write made it do so, and the one that was asked about may still take effect."""

    evidence: Evidence | None = None
    quantity: int | None = None
    by_sight: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """`ref` is what the marketplace calls the request, to ask about it later, in `check_after_s` seconds at the
    earliest."""

    ref: str
    check_after_s: float = 10.0
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    cause: str
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Throttled:
    """`retry_after_s` is the marketplace's own wish, in seconds; None when it named none."""

    retry_after_s: float | None
    message: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """`revoked`: logging in again would not help, a person must."""

    message: str
    revoked: bool = False
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    cause: str
    message: str
    evidence: Evidence | None = None


Outcome = Applied | Accepted | Refused | Busy | Throttled | Unauthorized | Unknown
