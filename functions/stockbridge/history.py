"""What was observed, kept compactly, so that another threshold of the rule can be tried on it (rule_simulation.py).

A batch of the intake leaves one item per channel: its changes, packed to some eight bytes each. Looks that changed
nothing are not kept. Every change carries its own De, so a batch that was lost is a gap, and nothing after it is wrong.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from stockbridge.observing import FUNCTION_TIMEOUT_S, Notice
from stockbridge.records import Record
from stockbridge.rule import Verdict


@dataclass(frozen=True, slots=True)
class ObservedChange:
    """One decision of the rule about something that changed, or that an operator asked for. Quantities are units."""

    sku: str
    at: int
    de: int | None
    por: int
    wanted_before: int | None  # what the policy made of De then
    wanted: int  # what it made of Por
    only_stock: bool
    verdict: Verdict  # under the threshold that was in force


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch of the intake left for one channel. `at` is the time of its newest change."""

    at: int
    size: int
    packed: bytes

    def __iter__(self) -> Iterator[ObservedChange]:
        return unpack(self.packed, self.at)


class History(Protocol):
    """Where the intake leaves its changes. It decides nothing by them, so this port is not among those of store.py."""

    def append(self, channel_id: str, changes: Sequence[ObservedChange]) -> None:
        """Keep the changes of one batch, at least one. Raises Unavailable."""


class NothingKept:
    """A History for where nobody will ask."""

    def append(self, channel_id: str, changes: Sequence[ObservedChange]) -> None:
        pass


NOTHING_KEPT = NothingKept()


def observed_change(before: Record, notice: Notice, after: Record, verdict: Verdict) -> ObservedChange | None:
    """The step of a look, `before` to `after`, as a change; None when nothing changed and nobody asked."""
    balance, wanted = after.balance, after.allowed
    if balance is None or wanted is None or after.observed_at is None:
        return None
    if (before.balance, before.allowed) == (balance, wanted) and verdict is not Verdict.FORCED:
        return None
    return ObservedChange(
        sku=after.key.sku,
        at=after.observed_at,
        de=before.balance,
        por=balance,
        wanted_before=before.allowed,
        wanted=wanted,
        only_stock=notice.only_stock and not before.deferred_flags,
        verdict=verdict,
    )


def in_order(batches: Iterable[Batch]) -> Iterator[ObservedChange]:
    """The changes by their time, of batches by theirs. Batches overlap, but none is longer than a function may run."""
    waiting: list[tuple[int, int, ObservedChange]] = []
    number = 0
    for batch in batches:
        for change in batch:
            heapq.heappush(waiting, (change.at, number, change))
            number += 1
        while waiting and waiting[0][0] < batch.at - FUNCTION_TIMEOUT_S * 1000:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


# ---------------------------------------------------------------------- packed
#
# For each change, ordered by SKU: a byte of flags, then numbers of seven bits a byte, lowest first: the SKU's distance
# from the one before, the milliseconds from the change to the batch's newest, De, Por, wanted_before + 1 (0: None),
# wanted. What the flags say already is left out.

# The place of a verdict is what is stored: new ones go to the end, and there is room for sixteen.
_VERDICTS = (
    Verdict.FORCED,
    Verdict.FIRST,
    Verdict.POLICY,
    Verdict.NOT_ONLY_STOCK,
    Verdict.AT_THRESHOLD,
    Verdict.UNRESOLVED,
    Verdict.FAILED,
    Verdict.SHOWN_LOW,
    Verdict.WANTED_LOW,
    Verdict.UNCHANGED,
    Verdict.ABOVE_THRESHOLD,
    Verdict.DIVERGED,
)
_PLACES = {verdict: place for place, verdict in enumerate(_VERDICTS)}
_VERDICT = 0b1111
_DE_UNKNOWN = 1 << 4
_WANTED_IS_POR = 1 << 5
_WANTED_BEFORE_IS_DE = 1 << 6
_ONLY_STOCK = 1 << 7


def pack(changes: Sequence[ObservedChange]) -> tuple[int, bytes]:
    """The time of the newest, and all of them relative to it."""
    newest = max(change.at for change in changes)
    packed = bytearray()
    sku = 0
    for change in sorted(changes, key=lambda change: (int(change.sku), change.at)):
        flags = _PLACES[change.verdict]
        numbers = [int(change.sku) - sku, newest - change.at]
        sku = int(change.sku)
        if change.de is None:
            flags |= _DE_UNKNOWN
        else:
            numbers.append(change.de)
        numbers.append(change.por)
        if change.wanted_before == change.de:
            flags |= _WANTED_BEFORE_IS_DE
        else:
            numbers.append(0 if change.wanted_before is None else change.wanted_before + 1)
        if change.wanted == change.por:
            flags |= _WANTED_IS_POR
        else:
            numbers.append(change.wanted)
        packed.append(flags | (_ONLY_STOCK if change.only_stock else 0))
        for number in numbers:
            _write(packed, number)
    return newest, bytes(packed)


def unpack(packed: bytes, newest: int) -> Iterator[ObservedChange]:
    """What `pack` was given, ordered by SKU and time."""
    numbers = iter(packed)
    sku = 0
    for flags in numbers:
        sku += _read(numbers)
        at = newest - _read(numbers)
        de = None if flags & _DE_UNKNOWN else _read(numbers)
        por = _read(numbers)
        wanted_before = de if flags & _WANTED_BEFORE_IS_DE else _read(numbers) - 1
        yield ObservedChange(
            sku=str(sku),
            at=at,
            de=de,
            por=por,
            wanted_before=None if wanted_before == -1 else wanted_before,
            wanted=por if flags & _WANTED_IS_POR else _read(numbers),
            only_stock=bool(flags & _ONLY_STOCK),
            verdict=_VERDICTS[flags & _VERDICT],
        )


def _write(packed: bytearray, number: int) -> None:
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)


def _read(numbers: Iterator[int]) -> int:
    number = shift = 0
    for byte in numbers:
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return number
