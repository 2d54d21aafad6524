"""What a set is when it is asked for: its size by affiliate, status and what becomes of its records, and of how many
their marketplace is not known to show what it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

from stockbridge.bulk.asked import Action, Asked, Eligibility
from stockbridge.bulk.walking import Walk, named_keys
from stockbridge.causes import CAUSES
from stockbridge.dynamo_listing import Count
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Records

COUNTS_FOR_MS = 5_000  # somebody waits for the answer
READ_AT_ONCE = 100
LOOKED_AT = 500  # records: each is read, while somebody waits
LIKELIEST = (Status.ERROR, Status.PENDING, Status.SUCCESS)  # to show something else, in this order


class Counts(Protocol):
    def count(self, index: str, partition: str, *, low: str, high: str, ends_at: int) -> Count:
        """Rows of a partition of the index `list` or `cause` between two places; `more` when it had to end before."""


@dataclass(frozen=True, slots=True)
class SetSize:
    """By affiliate, and by where the records stand. `more`: there are more than were counted in time."""

    by_affiliate: Mapping[str, Mapping[Eligibility, int]] = field(default_factory=dict)
    by_status: Mapping[str, int] = field(default_factory=dict)
    more: bool = False

    def of(self, which: Eligibility) -> int:
        return sum(counts.get(which, 0) for counts in self.by_affiliate.values())


@dataclass(frozen=True, slots=True)
class Looked:
    """So many records were looked at, the likeliest first, and of these so many marketplaces are not known to
    show what they should. `more`: there are some that were not looked at."""

    records: int
    differing: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    counts: Counts
    records: Records
    walk: Walk
    clock: Callable[[], int]

    def size(self, asked: Asked, ends_at: int) -> SetSize:
        """Exact, unless it takes until `ends_at`. Raises Unavailable."""
        if asked.named is not None:
            return self._named(asked, ends_at)
        sizes: dict[str, Counter[Eligibility]] = {affiliate: Counter() for affiliate in asked.affiliates}
        by_status: Counter[str] = Counter()
        more = False
        for affiliate, counter in sizes.items():
            for index, name, which, instead_of in _partitions(asked):
                if self.clock() >= ends_at:
                    return SetSize(sizes, by_status, more=True)
                partition = f"{asked.account}#{affiliate}#{name}"
                found = self.counts.count(index, partition, low=asked.low, high=asked.high, ends_at=ends_at)
                counter[which] += found.count
                if instead_of is None:
                    by_status[name if index == "list" else Status.ERROR] += found.count
                else:  # the index may be a little behind itself
                    counter[instead_of] = max(0, counter[instead_of] - found.count)
                more = more or found.more
        return SetSize(sizes, by_status, more)

    def look(self, asked: Asked, ends_at: int) -> Looked:
        """At up to LOOKED_AT records of the set, while there is time. Raises Unavailable."""
        records = differing = 0
        for keys in self._likeliest_first(asked):
            if records >= LOOKED_AT or self.clock() >= ends_at:
                return Looked(records, differing, more=True)
            found = [record for record in self.records.get_many(keys).values() if asked.has(record)]
            records += len(found)
            differing += sum(map(differs, found))
        return Looked(records, differing)

    def _likeliest_first(self, asked: Asked) -> Iterator[Sequence[Key]]:
        parts = [replace(asked, status=status) for status in LIKELIEST if status in asked.shown]
        for part in parts if asked.named is None else [asked]:
            place: Mapping[str, Any] = {}
            over = False
            while not over:
                steps = self.walk.on(part, place, READ_AT_ONCE)
                if steps.steps:
                    yield [step.key for step in steps.steps]
                place, over = steps.after, steps.over

    def _named(self, asked: Asked, ends_at: int) -> SetSize:
        sizes: dict[str, Counter[Eligibility]] = {affiliate: Counter() for affiliate in asked.affiliates}
        by_status: Counter[str] = Counter()
        keys = iter(named_keys(asked))
        while chunk := list(islice(keys, READ_AT_ONCE)):
            for key, record in self.records.get_many(chunk).items():
                if asked.has(record):
                    sizes[key.affiliate][asked.eligibility(record)] += 1
                    by_status[record.status] += 1
            if self.clock() >= ends_at:
                return SetSize(sizes, by_status, more=True)
        return SetSize(sizes, by_status)


def differs(record: Record) -> bool:
    """The marketplace shows something else than it should, or nobody knows what it shows."""
    return record.wanted is not None and record.wanted != record.confirmed


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
