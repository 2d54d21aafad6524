"""How large a set is when it is asked for: by affiliate, and by what becomes of its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from stockbridge.bulk.asked import Action, Asked, Eligibility
from stockbridge.bulk.walking import named_keys
from stockbridge.causes import CAUSES
from stockbridge.dynamo_listing import Count
from stockbridge.notifications import Key
from stockbridge.records import Status
from stockbridge.store import Records

COUNTS_FOR_MS = 5_000  # somebody waits for the answer
READ_AT_ONCE = 100


class Counts(Protocol):
    def count(self, index: str, partition: str, *, low: str, high: str, ends_at: int) -> Count:
        """Rows of a partition of the index `list` or `cause` between two places; `more` when it had to end before."""


@dataclass(frozen=True, slots=True)
class SetSize:
    """By affiliate. `more`: there are more than were counted in time."""

    by_affiliate: Mapping[str, Mapping[Eligibility, int]] = field(default_factory=dict)
    more: bool = False

    def of(self, which: Eligibility) -> int:
        return sum(counts.get(which, 0) for counts in self.by_affiliate.values())


@dataclass(frozen=True, slots=True)
class Counting:
    counts: Counts
    records: Records
    clock: Callable[[], int]

    def size(self, asked: Asked) -> SetSize:
        """Exact, unless it takes longer than COUNTS_FOR_MS. Raises Unavailable."""
        ends_at = self.clock() + COUNTS_FOR_MS
        if asked.named is not None:
            return self._named(asked, ends_at)
        sizes: dict[str, Counter[Eligibility]] = {affiliate: Counter() for affiliate in asked.affiliates}
        more = False
        for affiliate, counter in sizes.items():
            for index, name, which, instead_of in _partitions(asked):
                if self.clock() >= ends_at:
                    return SetSize(sizes, more=True)
                partition = f"{asked.account}#{affiliate}#{name}"
                found = self.counts.count(index, partition, low=asked.low, high=asked.high, ends_at=ends_at)
                counter[which] += found.count
                if instead_of is not None:  # the index may be a little behind itself
                    counter[instead_of] = max(0, counter[instead_of] - found.count)
                more = more or found.more
        return SetSize(sizes, more)

    def _named(self, asked: Asked, ends_at: int) -> SetSize:
        sizes: dict[str, Counter[Eligibility]] = {affiliate: Counter() for affiliate in asked.affiliates}
        keys = iter(named_keys(asked))
        while chunk := list(islice(keys, READ_AT_ONCE)):
            self._add(asked, chunk, sizes)
            if self.clock() >= ends_at:
                return SetSize(sizes, more=True)
        return SetSize(sizes)

    def _add(self, asked: Asked, chunk: Sequence[Key], sizes: Mapping[str, Counter[Eligibility]]) -> None:
        for key, record in self.records.get_many(chunk).items():
            if asked.has(record):
                sizes[key.affiliate][asked.eligibility(record)] += 1


def _partitions(asked: Asked) -> Iterator[tuple[str, str, Eligibility, Eligibility | None]]:
    """Index, status or cause, what its rows are, and as what they were counted before. A cause that no catalogue knows
    has no partition that could be named: those are what is left of all errors."""
    for shown in asked.shown:
        if asked.cause is not None:
            reprocess = asked.action is Action.REPROCESS
            yield "cause", asked.cause, asked.eligibility_of(asked.cause) if reprocess else Eligibility.CAN_GO, None
        elif asked.action is not Action.REPROCESS:
            yield "list", shown, Eligibility.CAN_GO, None
        elif shown == Status.PENDING:
            yield "list", shown, Eligibility.ALREADY_WAITING, None
        elif shown == Status.SUCCESS:
            yield "list", shown, Eligibility.SUCCESS_IGNORED, None
        else:
            rest = asked.eligibility_of("")
            yield "list", shown, rest, None
            for code in (*CAUSES, *asked.cures):
                if asked.eligibility_of(code) is not rest:
                    yield "cause", code, asked.eligibility_of(code), rest
