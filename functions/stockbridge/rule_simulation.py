"""The rule on what really happened, under other thresholds: how much each would have sent, what it would have hidden.

Pure. The changes are decided again by `rule.decide`, with what the marketplace would have shown under that threshold:
every send is taken to succeed, so the guards for sends under way and in error never speak. Where the history of a SKU
begins, and behind a gap in it, the marketplace is taken to show what was wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stockbridge.history import ObservedChange
from stockbridge.rule import Change, Verdict, decide


@dataclass(frozen=True, slots=True)
class Hidden:
    """A marketplace that shows `shown` units where it should show `real`."""

    sku: str
    shown: int
    real: int
    at: int

    @property
    def units(self) -> int:
        return abs(self.shown - self.real)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Under one threshold. A send is a change that counts and that the marketplace does not show already."""

    threshold: int
    sends: int
    hidden_skus: int  # that had a difference at any time
    hidden_at_end: int
    largest: Hidden | None
    at_risk: (
        Hidden | None
    )  # the largest of those that show more than there is: units that can be sold and are not there


@dataclass(frozen=True, slots=True)
class Replay:
    """`accepted`: changes that were exported when they happened. `gaps`: changes that do not begin where the one before
    of their SKU ended."""

    changes: int
    skus: int
    accepted: int
    gaps: int
    first_at: int | None
    outcomes: Sequence[Outcome]  # in the order of the thresholds


@dataclass(slots=True)
class _Sku:
    """`shown` by the place of the threshold; `hid` has a bit for each that ever hid something."""

    balance: int | None
    wanted: int
    shown: list[int | None]
    hid: int = 0


@dataclass(slots=True)
class _Tally:
    threshold: int
    sends: int = 0
    largest: Hidden | None = None
    at_risk: Hidden | None = None

    def hide(self, hidden: Hidden) -> None:
        if self.largest is None or hidden.units > self.largest.units:
            self.largest = hidden
        if hidden.shown > hidden.real and (self.at_risk is None or hidden.units > self.at_risk.units):
            self.at_risk = hidden


def replay(changes: Iterable[ObservedChange], thresholds: Sequence[int]) -> Replay:
    """`changes` in the order of their times; they are read once, and what is remembered grows with the SKUs alone."""
    skus: dict[str, _Sku] = {}
    tallies = [_Tally(threshold) for threshold in thresholds]
    seen = accepted = gaps = 0
    first_at = None
    for change in changes:
        seen += 1
        accepted += change.verdict.exports
        first_at = change.at if first_at is None else first_at
        sku = skus.get(change.sku)
        if sku is None:
            sku = skus[change.sku] = _Sku(change.de, change.wanted, [change.wanted_before] * len(tallies))
        elif (sku.balance, sku.wanted) != (change.de, change.wanted_before):
            gaps += 1
            sku.shown = [change.wanted_before] * len(tallies)
        _decide(change, sku, tallies)
        sku.balance, sku.wanted = change.por, change.wanted
    return Replay(
        changes=seen,
        skus=len(skus),
        accepted=accepted,
        gaps=gaps,
        first_at=first_at,
        outcomes=[_outcome(place, tally, skus.values()) for place, tally in enumerate(tallies)],
    )


def _decide(change: ObservedChange, sku: _Sku, tallies: Sequence[_Tally]) -> None:
    asked = None
    for place, tally in enumerate(tallies):
        shown = sku.shown[place]
        if asked is None or asked.confirmed != shown:  # most of the time all of them show the same
            asked = _asked(change, shown)
        if decide(asked, tally.threshold).exports:
            tally.sends += shown != change.wanted or asked.forced
            sku.shown[place] = change.wanted
        elif shown is not None and shown != change.wanted:
            sku.hid |= 1 << place
            tally.hide(Hidden(change.sku, shown, change.wanted, change.at))


def _asked(change: ObservedChange, shown: int | None) -> Change:
    return Change(
        de=change.de,
        por=change.por,
        wanted_before=change.wanted_before,
        wanted=change.wanted,
        confirmed=shown,
        only_stock=change.only_stock,
        forced=change.verdict is Verdict.FORCED,
    )


def _outcome(place: int, tally: _Tally, skus: Iterable[_Sku]) -> Outcome:
    ever = at_end = 0
    for sku in skus:
        ever += sku.hid >> place & 1
        at_end += sku.shown[place] != sku.wanted
    return Outcome(tally.threshold, tally.sends, ever, at_end, tally.largest, tally.at_risk)
