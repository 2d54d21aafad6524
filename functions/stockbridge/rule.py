"""The 5-unit rule ("regra de disponibilidade mínima"): which stock changes are exported.

VTEX states it for changes of *only* the stock: they count when the balance before ("De") or after ("Por")
is at most five units (https://help.vtex.com, "Como funciona a regra de disponibilidade mínima").
A notification carries neither, so "De" is the last balance we observed.

Read literally the rule turns one failed send into lasting drift (3 -> 10 fails, 10 -> 20 is held back, the
marketplace stays at 3), so the guards below also look at what the marketplace is known to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Why a change is exported, or why it is not."""

    FORCED = "forced"
    FIRST = "first"  # "De" is unknown
    DIVERGED = "diverged"  # the marketplace was seen to show something else than it should
    POLICY = "policy"  # the same balance, another quantity to show
    NOT_ONLY_STOCK = "not_only_stock"
    AT_THRESHOLD = "at_threshold"
    UNRESOLVED = "unresolved"  # an earlier accepted change has not reached the marketplace yet
    FAILED = "failed"  # an earlier accepted change ended in an error
    SHOWN_LOW = "shown_low"  # the marketplace shows few units, or nobody knows what it shows
    WANTED_LOW = "wanted_low"  # the policy leaves few units to show
    UNCHANGED = "unchanged"
    ABOVE_THRESHOLD = "above_threshold"

    @property
    def exports(self) -> bool:
        return self not in (Verdict.UNCHANGED, Verdict.ABOVE_THRESHOLD)


@dataclass(frozen=True, slots=True)
class Change:
    """One observation of a SKU beside what is known of it. Quantities are units."""

    de: int | None  # balance before, None when never observed
    por: int  # balance now
    wanted_before: int | None  # what the policy made of `de`, exported or held back
    wanted: int  # what the policy makes of `por`
    confirmed: int | None  # what the marketplace is known to show
    only_stock: bool  # the notification named no other change
    unresolved: bool = False  # an accepted change is on its way
    failed: bool = False  # the last accepted change ended in an error
    forced: bool = False  # an operator asked
    diverged: bool = False  # the marketplace was seen to show something else than it should


def decide(change: Change, threshold: int = 5) -> Verdict:
    if change.forced:
        return Verdict.FORCED
    same_balance = change.de == change.por
    if same_balance and change.wanted == change.wanted_before and not (change.unresolved or change.diverged):
        return Verdict.UNCHANGED
    if change.de is None:
        return Verdict.FIRST
    if change.diverged:
        return Verdict.DIVERGED
    if same_balance and change.wanted != change.wanted_before:
        return Verdict.POLICY
    if not change.only_stock:
        return Verdict.NOT_ONLY_STOCK
    if change.de <= threshold or change.por <= threshold:
        return Verdict.AT_THRESHOLD
    if change.unresolved:
        return Verdict.UNRESOLVED
    if change.failed:
        return Verdict.FAILED
    if change.confirmed is None or change.confirmed <= threshold:
        return Verdict.SHOWN_LOW
    if change.wanted <= threshold:
        return Verdict.WANTED_LOW
    return Verdict.ABOVE_THRESHOLD
