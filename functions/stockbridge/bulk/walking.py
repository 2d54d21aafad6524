"""Which records come next: from an index downwards, from those that were named, or from what another operation removed.

A walk has no memory. Where it goes on is a small document, kept with the job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from stockbridge.bulk.asked import Asked
from stockbridge.bulk.parts import End, Parts
from stockbridge.jobs import Family, JobKey
from stockbridge.notifications import Key

Place = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A nominated record, and where to go on after it. `stamp`: only if it was removed at that very time."""

    key: Key
    after: Place
    stamp: int | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """`after`: where to go on after all of them; `over`: there are no more."""

    steps: Sequence[Step]
    after: Place
    over: bool


class Index(Protocol):
    def newest(self, index: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        """Of one partition of the index `list` or `cause`, time#SKU of the newest rows with low <= it <= high, newest
        first: `limit` of them, or fewer when there are no more."""


@dataclass(frozen=True, slots=True)
class Walk:
    index: Index
    parts: Parts

    def on(self, asked: Asked, place: Place, limit: int) -> Steps:
        """The next `limit` nominations, or some fewer. Raises Unavailable."""
        if asked.undoes is not None:
            return self._removed_by(JobKey(asked.account, Family.OPERATION, asked.undoes), place)
        if asked.named is not None:
            return _named(asked, place, limit)
        return self._indexed(asked, place, limit)

    def _indexed(self, asked: Asked, place: Place, limit: int) -> Steps:
        partitions = list(partitions_of(asked))
        number, below = int(place.get("partition", 0)), str(place.get("below", ""))
        steps: list[Step] = []
        while number < len(partitions) and len(steps) < limit:
            index, affiliate, name = partitions[number]
            room = limit - len(steps)
            # one more than there is room for: the first may be the one where the page before ended
            found = self.index.newest(
                index, f"{asked.account}#{name}", low=asked.low, high=below or asked.high, limit=room + 1
            )
            for when in [when for when in found if when != below][:room]:
                key = Key(asked.account, affiliate, when.split("#")[1])
                steps.append(Step(key, {"partition": number, "below": when}))
                below = when
            if len(found) <= room:
                number, below = number + 1, ""
        return Steps(steps, {"partition": number, "below": below}, number == len(partitions))

    def _removed_by(self, job: JobKey, place: Place) -> Steps:
        number = int(place.get("page", 0)) + 1
        part = self.parts.get(job, number)
        if part is None:
            return Steps([], place, over=True)
        after = {"page": number}
        rows = [row for row in part.rows if row.end in (None, End.REMOVED)]  # None: it was cut off in the middle
        return Steps([Step(row.key(job.account), after, part.at) for row in rows], after, over=False)


def partitions_of(asked: Asked) -> Iterator[tuple[str, str, str]]:
    """Index, affiliate, and affiliate#status or affiliate#cause."""
    for affiliate in sorted(asked.affiliates):
        for shown in asked.walked:
            if asked.cause is not None:
                yield "cause", affiliate, f"{affiliate}#{asked.cause}"
            else:
                yield "list", affiliate, f"{affiliate}#{shown}"


def named_keys(asked: Asked) -> Sequence[Key]:
    named = sorted((asked.named or {}).items())
    return [Key(asked.account, affiliate, sku) for affiliate, skus in named for sku in skus]


def _named(asked: Asked, place: Place, limit: int) -> Steps:
    keys = named_keys(asked)
    start = int(place.get("next", 0))
    end = min(start + limit, len(keys))
    return Steps([Step(keys[each], {"next": each + 1}) for each in range(start, end)], {"next": end}, end == len(keys))
