"""One fault at every call, or two: a small story is told once for each place where it can be disturbed.

Random schedules seldom hit a race of a few milliseconds; here every call of the story fails in every way, while a
competing change happens in each of twelve phases of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from random import Random

from stockbridge.bulk.asked import Action, Asked
from stockbridge.runs import FULL
from tests.simulation.configurations import Configuration
from tests.simulation.faults import KINDS, ChosenFaults, Fault
from tests.simulation.marketplaces import Marketplace
from tests.simulation.world import ACCOUNT, MINUTE, START, Key, Result, World, finish

PHASES = 12
FAULTS = (*KINDS, Fault.RETRIED)  # the last one of saves only


@dataclass(frozen=True, slots=True)
class Story:
    """A change at VTEX, what an operator does about it, and the competing change."""

    name: str
    kind: str = "immediate"
    refused: bool = False  # the first send; then the operator reprocesses
    removed: bool = False  # the row, while it happens
    bulk: bool = False  # whatever was refused is reprocessed by one operation
    lost: bool = False  # nobody hears of the change, and a reconciliation finds it
    skus: int = 1
    phases: int = PHASES
    counted_from: int = 4  # minutes


STORIES: Mapping[str, Story] = {
    story.name: story
    for story in (
        Story("one change"),
        Story("a reprocess", refused=True),
        Story("a removal", removed=True),
        Story("accepted and checked", kind="checked"),
        Story("a file", kind="feeding", skus=2),
        Story("a listing of two", kind="grouping", skus=2),
        Story("a token that ended", kind="tokened"),
        Story("an operation", refused=True, bulk=True, skus=2, phases=2, counted_from=7),
        Story("a lost notification", lost=True, phases=4, counted_from=16),
    )
}


class SteppedWorld(World):
    def __init__(self, story: Story, faults: ChosenFaults, phase_at: int | None, *, traced: bool = False) -> None:
        configuration = Configuration(
            story.name, "stepped", channels=(("SPT", story.kind),), products=(story.skus,), changes=0,
            second_look=False, operations=int(story.bulk), reconcile=story.lost,
        )  # fmt: skip
        super().__init__(configuration, Random(story.name), faults=faults, latency=(10, 10), traced=traced)
        self._story = story
        self._phase_at = phase_at

    def _script(self) -> int:
        story, scheduler, sku = self._story, self.scheduler, self.skus[0]
        for one in self.skus:
            self.vtex.change(one, 50)
            self._notify(one)
        scheduler.at(START + 4 * MINUTE, self._upset)
        scheduler.at(START + story.counted_from * MINUTE, self._count)
        if story.lost:
            scheduler.at(START + 7 * MINUTE, partial(self.vtex.change, sku, 3))
            scheduler.at(START + 16 * MINUTE, partial(self._reconcile, FULL))
        else:
            scheduler.at(START + 5 * MINUTE, partial(self._now_holds, sku, 3))
        if story.skus > 1:
            scheduler.at(START + 5 * MINUTE + 5, partial(self._now_holds, self.skus[1], 4))
        key = Key(ACCOUNT, "SPT", sku)
        if story.bulk:
            scheduler.at(START + 7 * MINUTE, self._operate)
            scheduler.at(START + 7 * MINUTE + 15, self._operate)
        elif story.refused:
            scheduler.at(START + 6 * MINUTE, partial(self._click, "reprocess", key))
            scheduler.at(START + 6 * MINUTE + 15, partial(self._click, "reprocess", key))
        if story.removed:
            scheduler.at(START + 5 * MINUTE + 1_120, partial(self._click, "remove", key))
        if self._phase_at is not None:
            scheduler.at(self._phase_at, partial(self._now_holds, sku, 2))
        self._watch(START)
        return START + (20 if story.lost else 10) * MINUTE

    def _now_holds(self, sku: str, balance: int) -> None:
        self.vtex.change(sku, balance)
        self._notify(sku)

    def _notify(self, sku: str) -> None:
        self.vtex.notify(Key(ACCOUNT, "SPT", sku), stock=True, price=False)

    def _count(self) -> None:
        """From here on calls are counted."""
        if isinstance(self.network.faults, ChosenFaults):
            self.network.faults.begin(lambda: self.scheduler.now)

    def _upset(self) -> None:
        """Something is wrong at the marketplace."""
        marketplace = self.marketplaces["SPT"]
        if self._story.refused and isinstance(marketplace, Marketplace):
            marketplace.refuse_next(self._story.skus if self._story.bulk else 1)
        if self._story.kind == "tokened":
            self._revoke()

    def _operate(self) -> None:
        """The same, whoever asks twice."""
        assert self.operations is not None
        asked = Asked(ACCOUNT, Action.REPROCESS, START + 7 * MINUTE, ["SPT"], include_fix_first=True)
        self.operations.click(asked, {}, "once", 3, sample=False)

    def _reconcile(self, kind: str) -> None:
        assert self.reconciliations is not None
        self.reconciliations.start(kind)

    def _heal_jobs(self) -> None:
        """No run comes by itself: the one that was begun must do."""
        if self.operations is not None:
            self.operations.heal()
        if self.reconciliations is not None:
            self.reconciliations.insist()

    def _click(self, deed: str, key: Key) -> None:
        run = self._run("operator", 29, [])
        self.scheduler.invoke(run, lambda: getattr(self.desk, deed)(key, "ana"), lambda _record, _well: None)


def undisturbed(story: Story) -> Sequence[int]:
    """When each call of the story happens, if nothing disturbs it."""
    faults = ChosenFaults({})
    result = finish(SteppedWorld(story, faults, None), 0)
    assert not result.violations, result.violations
    return faults.times


def phases(story: Story) -> Sequence[int]:
    """Just after each twelfth of the story's calls, or each of its own part."""
    times = undisturbed(story)
    return [times[len(times) * phase // story.phases] + 1 for phase in range(story.phases)]


@dataclass(frozen=True, slots=True)
class Step:
    """One telling: the faults by call, and when the competing change happens."""

    story: str
    faults: tuple[tuple[int, Fault], ...]
    phase_at: int | None  # None: nothing competes

    def run(self, *, traced: bool = False) -> Result:
        return finish(
            SteppedWorld(STORIES[self.story], ChosenFaults(dict(self.faults)), self.phase_at, traced=traced), 0
        )

    def __str__(self) -> str:
        faults = ", ".join(f"call {number}: {fault.value}" for number, fault in self.faults)
        other = "nothing else" if self.phase_at is None else f"the other change at {(self.phase_at - START) / 1000} s"
        return f"{self.story}, {faults}, {other}"


def tell(steps: Sequence[Step]) -> tuple[int, list[tuple[str, str]]]:
    """How many were told, and what was violated by which."""
    return len(steps), [(str(step), found[0]) for step in steps if (found := step.run().violations)]


def singles(story: Story, *, every: int = 1) -> Iterator[Step]:
    """One fault. `every`: of its calls one in so many, and others in the next phase, so that none is left out."""
    for place, phase_at in enumerate((None, *phases(story))):
        faults = ChosenFaults({})
        finish(SteppedWorld(story, faults, phase_at), 0)
        for number, site in list(enumerate(faults.sites))[place % every :: every]:
            kinds = FAULTS if site == "records.save" else KINDS
            yield from (Step(story.name, ((number, fault),), phase_at) for fault in kinds)


def pairs(story: Story, *, every: int = 3) -> Iterator[Step]:
    """Two faults; of the phases every third, since the second fault often comes after a recovery."""
    for phase_at in phases(story)[::every]:
        faults = ChosenFaults({})
        finish(SteppedWorld(story, faults, phase_at), 0)
        for first, second in combinations(range(faults.calls + 10), 2):  # a recovery makes calls of its own
            for one in KINDS:
                yield from (Step(story.name, ((first, one), (second, other)), phase_at) for other in KINDS)
