"""Everything that the stand-in VTEX knows, as it is kept in its file."""

from __future__ import annotations

from dataclasses import dataclass, field

from local.standins.broadcaster import Habits, Outbox
from local.standins.faults import Fault
from local.standins.shop import Account


@dataclass(frozen=True, slots=True)
class Sales:
    """The simulated shoppers. `asked`: somebody has switched them on or off, so nobody else should."""

    asked: bool = False
    on: bool = False
    per_minute: float = 12.0
    spared: tuple[str, ...] = ("42",)  # SKUs that no shopper touches, so that examples hold


@dataclass(slots=True)
class VtexState:
    accounts: dict[str, Account]
    account: str  # the account that a command means when it names none
    habits: Habits = field(default_factory=Habits)
    stale_s: int = 0  # how long reads keep giving the old balance after a change (known issues 896520, 914545)
    max_items: int = 100  # in one simulation; VTEX documents the error and not the number
    faults: list[Fault] = field(default_factory=list)
    outbox: Outbox = field(default_factory=Outbox)
    sales: Sales = field(default_factory=Sales)
