"""Bulk operations in the simulated world: their tables, their function with its queue, and who uses them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from actions.operation_desk import OperationDesk
from stockbridge import jobs
from stockbridge.bulk.asked import Action, Asked
from stockbridge.bulk.counting import Counting
from stockbridge.bulk.operation import Operation
from stockbridge.bulk.parts import Part
from stockbridge.bulk.walking import Walk
from stockbridge.connectors import Checks
from stockbridge.dynamo_listing import Count
from stockbridge.errors import Conflict
from stockbridge.jobs import Family, Job, JobKey
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.working import Working, take_batch
from tests.bulk import rows_of
from tests.simulation.network import Network
from tests.simulation.operations_oracle import OperationsOracle
from tests.simulation.schedule import invocation
from tests.simulation.sqs import Letter, Poller, Sqs

if TYPE_CHECKING:
    from tests.simulation.world import World

SIZE, MOST_WAITING, SAMPLE = 4, 12, 4  # so that some dozen records are several parts
LEASE_S, BUDGET_S, TIMEOUT_S = 75, 25, 60
INDEX_LAG_MS = 1_500
MINUTE = 60_000


class PartTable:
    """`bulk.parts.Parts`."""

    def __init__(self, network: Network, watch: Callable[[JobKey, Part], None]) -> None:
        self.stored: dict[tuple[JobKey, int], Part] = {}
        self._network = network
        self._watch = watch

    def get(self, job: JobKey, number: int) -> Part | None:
        return self._network.call("parts.get", lambda: self.stored.get((job, number)), number)

    def save(self, job: JobKey, part: Part) -> Part:
        return self._network.call("parts.save", partial(self._write, job, part), part.number)

    def of(self, job: JobKey) -> list[Part]:
        return [part for (each, _), part in sorted(self.stored.items()) if each == job]

    def _write(self, job: JobKey, part: Part) -> Part:
        stored = self.stored.get((job, part.number))
        if (stored.rev if stored is not None else 0) != part.rev:
            raise Conflict("somebody wrote the part first")
        self.stored[job, part.number] = replace(part, rev=part.rev + 1)
        self._watch(job, part)
        return self.stored[job, part.number]


class ListIndex:
    """`walking.Index` and `counting.Counts`, a little behind the records."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._indexed: dict[Any, Record] = {}
        self._later: list[tuple[int, Record]] = []
        self._shown_at: dict[Any, int] = {}

    def saved(self, record: Record) -> None:
        lag = int(self._world.random.random() * INDEX_LAG_MS)
        at = max(self._world.scheduler.now + lag, self._shown_at.get(record.key, 0))
        self._shown_at[record.key] = at
        self._later.append((at, record))

    def newest(self, index: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        found = partial(self._between, index, partition, low, high)
        return self._world.network.call("index.newest", lambda: found()[:limit], partition)

    def count(self, index: str, partition: str, *, low: str, high: str, ends_at: int) -> Count:
        found = partial(self._between, index, partition, low, high)
        return self._world.network.call("index.count", lambda: Count(len(found())), partition)

    def _between(self, index: str, partition: str, low: str, high: str) -> list[str]:
        now = self._world.scheduler.now
        for at, record in self._later:
            if at <= now:
                self._indexed[record.key] = record
        self._later = [each for each in self._later if each[0] > now]
        return sorted(row for row in rows_of(self._indexed.values(), index, partition) if low <= row <= high)[::-1]


class Operations:
    """What a world with bulk operations has besides."""

    def __init__(self, world: World) -> None:
        self.world = world
        network, random, happened = world.network, world.random, world.happened
        self.oracle = OperationsOracle(world.oracle.fail, lambda: world.scheduler.now, SIZE, SAMPLE)
        self.jobs = world.jobs
        self.jobs.watchers[Family.OPERATION].append(self._saved)
        self.parts = PartTable(network, self.oracle.part_saved)
        self.index = ListIndex(world)
        self.queue = Sqs(
            "operations", network, random, happened, visibility_ms=360_000, max_receives=10,
            lost=world.configuration.hints_lost,
        )  # fmt: skip
        self.poller = Poller(
            self.queue, network, random, happened, batch=1, window_ms=0, concurrency=3,
            duplicates=world.configuration.duplicates, invoke=self._work,
        )  # fmt: skip
        clock = world._clock
        walk = Walk(self.index, self.parts)
        operation = Operation(
            world.table, self.parts, walk, world.intake, _pace, self._checked, clock, world.scheduler.at_once,
            size=SIZE, most_waiting=MOST_WAITING, sample=SAMPLE,
        )  # fmt: skip
        self.working = Working(
            self.jobs, dict.fromkeys(Action, operation), self.queue, clock, random.random, LEASE_S, BUDGET_S
        )
        counting = Counting(self.index, world.table, walk, clock)
        numbers = count(1)
        self.desk = OperationDesk(self.jobs, counting, _pace, self.queue, clock, lambda _: next(numbers), SAMPLE)

    def _checked(self, _account: str, affiliate: str) -> bool:
        return isinstance(self.world.marketplaces[affiliate].connector, Checks)

    # ------------------------------------------------------------------ what the world asks

    def record_saved(self, before: Record, after: Record, run: Any) -> None:
        self.index.saved(after)
        name = json.loads(run.batch[0].body)["job"][2] if run.kind == "operations" else None
        self.oracle.record_saved(before, after, name)
        if name is not None and after.removal is not None and self.world.changing and self.world.random.random() < 0.2:
            self._put_back(after.key)

    def _put_back(self, key: Key) -> None:
        """Somebody wants one of the removed rows after all, and sometimes not."""
        world = self.world
        back_after = int(world.random.random() * 90_000)
        world.happened["put back by hand"] += 1
        world.scheduler.after(back_after, partial(self._click, "restore", key))
        if world.random.random() < 0.4:
            world.scheduler.after(back_after + 20_000, partial(self._click, "remove", key))

    def _click(self, deed: str, key: Key) -> None:
        run = self.world._run("operator", 29, [])
        self.world.scheduler.invoke(
            run, lambda: getattr(self.world.desk, deed)(key, "ana"), lambda _record, _well: None
        )

    def at_rest(self) -> None:
        for job in self.jobs.of(Family.OPERATION):
            self.world.happened["superseded"] += job.counts.get("superseded", 0)
            rows = [(part.at, row) for part in self.parts.of(job.key) for row in part.rows]
            self.oracle.ended(job, rows, self.world.table.records)
        deeds = [one for one in self.jobs.activities if one.action in ("operation.start", "operation.undo")]
        started = [one.after["operation"] for one in deeds]
        if len(started) != len(set(started)):
            self.world.oracle.fail(9, "one operation was started twice")

    def ended(self) -> Sequence[str]:
        return sorted(map(str, self.jobs.of(Family.OPERATION)))

    # ------------------------------------------------------------------ the function

    def _work(self, letters: Sequence[Letter], ended: Callable[[set[int] | None], None]) -> None:
        run = self.world._run("operations", TIMEOUT_S, letters)
        batch = [(str(letter.id), letter.body) for letter in letters]

        def done(failed: list[str] | None, well: bool) -> None:
            ended(set(map(int, failed or ())) if well else None)

        self.world.scheduler.invoke(run, lambda: take_batch(self.working, batch), done)

    def _saved(self, before: Job | None, after: Job) -> None:
        run = invocation()
        self.oracle.job_saved(before, after, run.name, self.world.table.records)
        if before is not None and after.state is not before.state:
            self.world.happened[f"operation {after.state}"] += 1
        if before is not None and after.lease_until is None and before.lease_until is not None:
            self.world.happened["page done"] += after.pages > before.pages

    # ------------------------------------------------------------------ the operators

    def script(self, length: int) -> None:
        random, scheduler = self.world.random, self.world.scheduler
        for number in range(self.world.configuration.operations):
            at = scheduler.now + int((0.2 + 0.5 * random.random()) * length)
            scheduler.at(at, partial(self._start, number))

    def _invoke(self, deed: Callable[[], Job], done: Callable[[Job | None, bool], None]) -> None:
        self.world.scheduler.invoke(self.world._run("operator", 29, []), deed, done)

    def _start(self, number: int) -> None:
        """Clicked once or twice; whoever got no answer asks again with the same key."""
        random, happened = self.world.random, self.world.happened
        action = random.choice((*[Action.REPROCESS] * 4, Action.REMOVE, Action.REMOVE, Action.RESTORE))
        affiliates = sorted(affiliate for affiliate, _ in self.world.configuration.channels)
        if random.random() < 0.3:
            affiliates = affiliates[:1]
        apart = {one: self.world.skus[turn % 2 :: 2] for turn, one in enumerate(affiliates)}
        (named,) = random.choices(("skus", "records", ""), (1, 1, 8))
        asked = Asked(
            "loja", action, self.world.scheduler.now, affiliates,
            skus=self.world.skus[::2] if named == "skus" else None,
            records=apart if named == "records" else None,
            cause="validation" if action is Action.REPROCESS and random.random() < 0.2 else None,
            include_fix_first=random.random() < 0.8,
        )  # fmt: skip
        said = {"action": action, "number": number}
        happened[f"operation to {action}"] += 1
        sample = random.random() < 0.7
        names: set[str] = set()

        def started(job: Job) -> None:
            if job.key.id not in names:
                names.add(job.key.id)
                self._meddle(job.key)

        click = partial(self.click, asked, said, f"key {number}", 3, sample=sample, started=started)
        click()
        if random.random() < 0.4:
            happened["operation started twice"] += 1
            self.world.scheduler.after(int(random.random() * 300), click)

    def click(
        self,
        asked: Asked,
        said: Mapping[str, Any],
        name: str,
        tries: int,
        *,
        sample: bool,
        started: Callable[[Job], None] = lambda _: None,
    ) -> None:
        """Somebody starts it; whoever gets no answer asks again, so many times."""

        def answered(job: Job | None, well: bool) -> None:
            if well and job is not None:
                started(job)
            elif tries:
                again = partial(self.click, asked, said, name, tries - 1, sample=sample, started=started)
                self.world.scheduler.after(2_000, again)

        self._invoke(lambda: self.desk.start(asked, said, "ana", name, sample=sample), answered)

    def _meddle(self, key: JobKey) -> None:
        """Pauses and goes on, cancels, or undoes."""
        random, scheduler = self.world.random.random, self.world.scheduler
        chance = random()
        soon = int(5_000 + random() * 25_000)
        if chance < 0.3:
            scheduler.after(soon, partial(self._deed, "pause", key.id, 3))
            scheduler.after(soon + int(random() * 3 * MINUTE), partial(self._deed, "resume", key.id, 5))
        elif chance < 0.45:
            scheduler.after(soon, partial(self._deed, "cancel", key.id, 3))
        scheduler.after(int(random() * 10 * MINUTE), partial(self._look_in, key))

    def _look_in(self, key: JobKey) -> None:
        """Some go on after a sample that stopped, and undo what was removed."""
        job = self.jobs.stored[key]
        if job.state is jobs.State.STOPPED and self.world.random.random() < 0.7:
            self._deed("resume", key.id, 5)
        if job.kind == Action.REMOVE and job.state.over:
            self.world.happened["removal undone"] += 1
            self._deed("undo", key.id, 3)

    def _deed(self, what: str, name: str, tries: int) -> None:
        deed = getattr(self.desk, what)

        def answered(_: Job | None, well: bool) -> None:
            if not well and tries:
                self.world.scheduler.after(2_000, partial(self._deed, what, name, tries - 1))
            elif well:
                self.world.happened[f"operation: {what}"] += 1

        self._invoke(lambda: deed("loja", name, "ana"), answered)

    def heal(self) -> None:
        self.queue.lost = 0.0
        self.poller.stop_failing()


def _pace(_account: str, _affiliate: str) -> float:
    return 2.0
