"""What a stand-in has been told to do wrong, and whether the next request meets it."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    THROTTLE = "throttle"  # 429 to everything until a given time
    LIMIT = "limit"  # 429 above so many requests per second
    SLOW = "slow"  # wait before working: the effect comes late
    HANG = "hang"  # never answer
    FAIL = "fail"  # answer an error
    ACCEPT = "accept"  # 202, and apply later
    DRIP = "drip"  # answer byte by byte


@dataclass(frozen=True, slots=True)
class Fault:
    """One instruction. `shop` and `sku` narrow it; None means any.

    `amount` is milliseconds for SLOW and, for each byte, DRIP; seconds for ACCEPT; requests per second for LIMIT.
    """

    kind: Kind
    shop: str | None = None
    sku: str | None = None
    percent: float = 100.0
    left: int | None = None  # how many more requests it hits; None: all
    until_ms: int | None = None
    status: int = 500
    text: str = ""
    amount: int = 0
    after_applying: bool = False  # the work is done before the fault shows
    in_headers: bool = False  # DRIP: begin with the status line instead of the body


@dataclass(frozen=True, slots=True)
class Plan:
    """What one request meets."""

    retry_after_s: int | None = None
    slow_ms: int = 0
    hang: Fault | None = None
    fail: Fault | None = None
    accept_s: int | None = None
    drip: Fault | None = None


class Faults:
    """Instructions in force. A new one replaces the one of its kind and scope; the narrowest scope wins."""

    def __init__(self, faults: list[Fault], chance: random.Random) -> None:
        self.items = faults
        self._chance = chance
        self._recent: dict[str | None, deque[int]] = {}

    def add(self, fault: Fault) -> None:
        scope = (fault.kind, fault.shop, fault.sku)
        self.items[:] = [each for each in self.items if (each.kind, each.shop, each.sku) != scope]
        self.items.append(fault)

    def clear(self, shop: str | None = None) -> None:
        """All of them, or only those of one shop."""
        self.items[:] = [each for each in self.items if shop is not None and each.shop != shop]

    def plan(self, now: int, shop: str | None = None, sku: str | None = None) -> Plan:
        """What this request meets; counts it against the faults that hit only so many."""
        slow, accept = self._pick(Kind.SLOW, now, shop, sku), self._pick(Kind.ACCEPT, now, shop, sku)
        if (retry_after_s := self._throttled(now, shop)) is not None:
            return Plan(retry_after_s=retry_after_s)
        return Plan(
            slow_ms=slow.amount if slow else 0,
            hang=self._pick(Kind.HANG, now, shop, sku),
            fail=self._pick(Kind.FAIL, now, shop, sku),
            accept_s=accept.amount if accept else None,
            drip=self._pick(Kind.DRIP, now, shop, sku),
        )

    def _throttled(self, now: int, shop: str | None) -> int | None:
        if closed := self._pick(Kind.THROTTLE, now, shop, None):
            assert closed.until_ms is not None  # a throttle always ends
            return max(1, -(-(closed.until_ms - now) // 1000))
        if limit := self._pick(Kind.LIMIT, now, shop, None):
            recent = self._recent.setdefault(shop, deque())
            while recent and recent[0] <= now - 1000:
                recent.popleft()
            if len(recent) >= limit.amount:
                return 1
            recent.append(now)
        return None

    def _pick(self, kind: Kind, now: int, shop: str | None, sku: str | None) -> Fault | None:
        self.items[:] = [each for each in self.items if each.until_ms is None or each.until_ms > now]
        candidates = [
            each for each in self.items if each.kind is kind and each.shop in (None, shop) and each.sku in (None, sku)
        ]
        candidates.sort(key=lambda each: (each.sku is None, each.shop is None))
        for fault in candidates:
            if self._chance.random() * 100 < fault.percent:
                self._count(fault)
                return fault
        return None

    def _count(self, fault: Fault) -> None:
        if fault.left is None:
            return
        self.items.remove(fault)
        if fault.left > 1:
            self.items.append(replace(fault, left=fault.left - 1))
