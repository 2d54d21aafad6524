"""Reconciliations in the simulated world: runs that begin twice, are cancelled and crash at every call, and what the
oracle has to say of each record that they touch. Marketplaces change by themselves: they sell, and people edit them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from stockbridge.channels import Channel
from stockbridge.dynamo_differences import Slot
from stockbridge.errors import Conflict
from stockbridge.jobs import Family, Job, Page
from stockbridge.notifications import Key
from stockbridge.reconciliation import Reconciliation
from stockbridge.reconciling import Difference
from stockbridge.records import Record
from stockbridge.runs import FULL, HOT, REPAIR, Runs, start_all
from stockbridge.showing import Answers, Showing
from stockbridge.working import Working, take_batch
from tests.simulation.network import Network
from tests.simulation.schedule import Invocation, invocation
from tests.simulation.sqs import Letter, Poller, Sqs

if TYPE_CHECKING:
    from tests.simulation.oracle import Oracle, Terms
    from tests.simulation.world import World

MINUTE = 60_000
EVERY = 30 * MINUTE
SECONDS = 120  # as long as the function lives
PAGE = 2  # so that a run has many
MOST_RUNS = 12  # after everything is well again
QUIET_MS = 10 * MINUTE
SEEN_TWICE_MS = 15 * MINUTE
SKEW_MS = 5_000
LISTINGS, DIFFERENCES = "listings", "differences"


class DifferenceTable:
    """`reconciliation.Differences`."""

    def __init__(self, network: Network) -> None:
        self.slots: dict[Key, Slot] = {}
        self._network = network

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Slot]:
        return self._network.call("differences.get", lambda: {key: self.slots.get(key, Slot(key)) for key in keys})

    def save(self, slot: Slot, difference: Difference | None) -> None:
        self._network.call("differences.save", partial(self._save, slot, difference), slot.key.sku)

    def listed(self, affiliate: str) -> list[str]:
        slots = [slot for slot in self.slots.values() if slot.key.affiliate == affiliate]
        return [f"{one.difference.kind.box}#{one.key.sku}" for one in slots if one.difference is not None]

    def _save(self, slot: Slot, difference: Difference | None) -> None:
        if self.slots.get(slot.key, Slot(slot.key)).rev != slot.rev:
            raise Conflict("somebody wrote the difference first")
        self.slots[slot.key] = Slot(slot.key, slot.rev + 1, difference)


@dataclass(slots=True)
class Sights:
    """What reconciliations were shown of a SKU: since when the same, beside which balance."""

    shown: int | None = None
    balance: int | None = None
    since: int = 0


class Judge:
    """What a reconciliation may write on a record, said without its code."""

    def __init__(self, oracle: Oracle, terms: dict[str, Terms], now: Callable[[], int]) -> None:
        self._oracle = oracle
        self._terms = terms
        self._now = now
        self._changed: dict[Key, int] = {}
        self._sights: dict[Key, Sights] = {}

    def saw(self, key: Key, shown: int, run: Invocation) -> None:
        """A marketplace answered a run."""
        read = run.reads.get(key)
        sights = self._sights.setdefault(key, Sights())
        if read is not None and (sights.shown, sights.balance) != (shown, read.value):
            self._sights[key] = Sights(shown, read.value, self._now())

    def saved(self, before: Record, after: Record, run: Invocation) -> None:
        if run.kind in ("intake", "export"):
            if (before.version, before.skipped, before.confirmed_at, before.processed_at) != (
                after.version, after.skipped, after.confirmed_at, after.processed_at
            ):  # fmt: skip
                self._changed[after.key] = self._now()
        elif run.kind == "reconcile":
            self._noted(before, after, run)

    def _noted(self, before: Record, after: Record, run: Invocation) -> None:
        key, now = after.key, self._now()
        shown, read = run.shown.get(key), run.reads.get(key)
        if shown is None or read is None:
            self._oracle.fail(2, "noted what nobody showed", key)
            return
        if after.confirmed != shown:
            self._oracle.fail(2, f"noted {after.confirmed}, the marketplace shows {shown}", key)
        if before.version != before.done_version or before.lease_until or before.accepted or before.check_at:
            self._oracle.fail(2, "noted what is shown while something is under way", key)
        if (before.may_land_until or 0) > now + SKEW_MS:
            self._oracle.fail(2, "noted what is shown while a write may still land", key)
        if now - self._changed.get(key, 0) < QUIET_MS - SKEW_MS:
            self._oracle.fail(2, "noted what is shown right after a change", key)
        if not after.diverged and shown != self._terms[key.channel_id].show(read.value):
            self._oracle.fail(2, "noted as right what is wrong", key)
        if after.diverged and not before.diverged:
            self._rewritten(before, shown, read.value, run)

    def _rewritten(self, before: Record, shown: int, balance: int, run: Invocation) -> None:
        """It is to be sent again, though VTEX did not change."""
        key, terms = before.key, self._terms[before.key.channel_id]
        target = terms.show(balance)
        asked = run.job == REPAIR
        held_back = before.wanted != target and shown <= (before.confirmed or 0)
        if shown == target:
            self._oracle.fail(3, "sends again what is shown already", key)
        if held_back and min(balance, target, shown) > terms.limit:
            self._oracle.fail(3, f"sends {target} for {shown}, which the rule holds back", key)
        if terms.holds and not asked:
            self._oracle.fail(3, "repaired what is held for an operator", key)
        sights = self._sights[key]
        if shown < target and not asked and self._now() - sights.since < SEEN_TWICE_MS - SKEW_MS:
            self._oracle.fail(3, "believed at first sight that a marketplace shows less", key)


class Reconciliations:
    """The product's own runs, between fakes."""

    def __init__(self, world: World, terms: dict[str, Terms]) -> None:
        self._world = world
        network, random, happened = world.network, world.random, world.happened
        self.jobs = world.jobs
        self.differences = DifferenceTable(network)
        self.judge = Judge(world.oracle, terms, lambda: world.scheduler.now)
        self.queue = Sqs("reconcile", network, random, happened, visibility_ms=720_000, max_receives=10)
        self.poller = Poller(
            self.queue, network, random, happened, batch=1, window_ms=0, concurrency=5,
            duplicates=world.configuration.duplicates, invoke=self._work,
        )  # fmt: skip
        self._runs = 0
        self.runs = Runs(self.jobs, world.leases, self.queue, world._clock, self._new_id)
        self.showing = Showing(
            connector=lambda name: world.marketplaces[name].connector,
            listings=lambda channel, _skus: world.marketplaces[channel.affiliate].listings,
            control=world.control, logins=world.logins, http=None, clock=world._clock,  # type: ignore[arg-type]
            wait=lambda seconds: world.scheduler.pause(int(seconds * 1000)), at_once=world.scheduler.at_once,
        )  # fmt: skip
        self.reconciliation = Reconciliation(
            records=world.table, control=world.control, index=self, differences=self.differences,
            runs=self.runs, read_balances=world.vtex.read, read_shown=self._read_shown,
            intake_queue=world.intake, clock=world._clock, at_once=world.scheduler.at_once, page_size=PAGE,
        )  # fmt: skip
        self.working = Working(
            self.jobs, dict.fromkeys((HOT, FULL, REPAIR), self._page), self.queue, world._clock, random.random,
            lease_s=150, budget_s=40,
        )  # fmt: skip

    # ------------------------------------------------------------------ the index

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        return self._world.network.call("index.newest", partial(self._newest, partition, low, high, limit), partition)

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        raise AssertionError("no run asks for them")

    def _newest(self, partition: str, low: str, high: str, limit: int) -> list[str]:
        affiliate, name = partition.split("#")
        if name == LISTINGS:
            places = list(self._world.skus)
        elif name == DIFFERENCES:
            places = self.differences.listed(affiliate)
        else:
            places = [
                f"{record.listed_at:013d}#{key.sku}"
                for key, record in self._world.table.records.items()
                if key.affiliate == affiliate and ("removed" if record.removal else record.status.value) == name
            ]
        return sorted((one for one in places if low <= one <= high), reverse=True)[:limit]

    # ------------------------------------------------------------------ invocations

    def _new_id(self) -> str:
        self._runs += 1
        return f"run{self._runs}"

    def _read_shown(self, channel: Channel, skus: Sequence[str]) -> Answers:
        run = invocation()
        answers = self.showing.read(channel, skus)
        for sku, shown in answers.shown.items():
            if isinstance(shown, int):
                key = Key(channel.account, channel.affiliate, sku)
                run.shown[key] = shown
                self.judge.saw(key, shown, run)
        return answers

    def _page(self, job: Job) -> Page:
        run = invocation()
        run.job = job.kind
        run.reads.clear()
        run.shown.clear()
        page = self.reconciliation.page(job)
        for key, read in run.reads.items():
            if read is not None:
                self._world.oracle.story(key).compared_at = read.at
        if page.counts.get("read") and self._others(job):
            self._world.oracle.fail(4, f"two {job.kind} runs of one channel at a time")
        for name, number in page.counts.items():
            self._world.happened[f"found {name}"] += number
        return page

    def _others(self, job: Job) -> bool:
        """Another run of the kind compares, too."""
        return any(
            (one.kind, one.asked["affiliate"], one.state.over) == (job.kind, job.asked["affiliate"], False)
            for one in self.jobs.of(Family.RECONCILIATION)
            if one.key != job.key and one.pages and self.jobs.stored[job.key].pages
        )

    def _work(self, letters: Sequence[Letter], ended: Callable[[set[int] | None], None]) -> None:
        run = self._world._run("reconcile", SECONDS, letters)
        batch: list[Any] = [(letter.id, letter.body) for letter in letters]

        def done(failed: list[Any] | None, well: bool) -> None:
            ended(set(failed or ()) if well else None)

        self._world.scheduler.invoke(run, lambda: take_batch(self.working, batch), done)  # type: ignore[arg-type]

    def start(self, kind: str, *, user: str | None = None) -> None:
        """By schedule for every channel, or by an operator for one; often enough twice."""
        world = self._world
        if world.configuration.biased and world.changing:  # what it is about to compare changes while it does
            self.drift()
            for _ in range(2):
                sku = world.random.choice(world.skus)
                world.scheduler.after(int(world.random.random() * 6_000), partial(world._change, sku))
        for _ in range(1 + (world.random.random() < 0.3)):
            run = world._run("schedule", SECONDS, [])
            if user is None:
                work = partial(start_all, self.runs, world.control, kind)
            else:
                work = partial(self.runs.start, next(iter(world.control.stored.values())), kind, user)
            world.scheduler.after(
                int(world.random.random() * 2_000),
                lambda run=run, work=work: world.scheduler.invoke(run, work, lambda *_: None),  # type: ignore[misc]
            )

    def cancel(self) -> None:
        running = [job for job in self.jobs.of(Family.RECONCILIATION) if not job.state.over]
        if running:
            self._world.happened["run cancelled"] += 1
            job = self._world.random.choice(running)
            run = self._world._run("operator", 29, [])
            self._world.scheduler.invoke(run, lambda: self.runs.cancel(job.key, "ana"), lambda *_: None)

    # ------------------------------------------------------------------ the script

    def lay_out(self, start: int, end: int) -> None:
        world = self._world
        at, random = world.scheduler.at, world.random.random
        for when in range(start + EVERY, end, EVERY):
            at(when, partial(self.start, HOT))
        at(start + int(random() * (end - start)), partial(self.start, FULL))
        for _ in range(world.configuration.drifts):
            at(start + int(random() * (end - start)), self.drift)
        for _ in range(world.configuration.drifts // 4):
            at(start + int(random() * (end - start)), self.cancel)
            at(start + int(random() * (end - start)), partial(self.start, HOT, user="ana"))

    def insist(self) -> None:
        """Nothing fails any more. What was not even begun is begun, as a schedule repeats what failed, and one more run
        sees what came of it."""
        self.poller.stop_failing()
        if not self.jobs.of(Family.RECONCILIATION):
            self.start(FULL)
        self._world.scheduler.after(EVERY, partial(self.start, HOT))

    def heal(self) -> None:
        """From now on runs come as they are scheduled, until one finds nothing to do."""
        self.poller.stop_failing()
        self._world.scheduler.after(15 * MINUTE, partial(self.start, FULL))
        self._world.scheduler.after(20 * MINUTE, partial(self._again, MOST_RUNS))
        if self._world.configuration.held:
            for hours in (1, 3):
                self._world.scheduler.after(hours * 60 * MINUTE + EVERY // 2, partial(self.start, REPAIR, user="ana"))

    def _again(self, left: int) -> None:
        world = self._world
        stored = self.jobs.of(Family.RECONCILIATION)
        kept = [slot for slot in self.differences.slots.values() if slot.difference is not None]
        waits = any(not job.state.over for job in stored) or any(one.waiting for one in world.table.records.values())
        settled = all(one.difference is not None and one.difference.kind in ("failed", "allowed") for one in kept)
        if left and (left > MOST_RUNS - 4 or waits or not settled):
            self.start(HOT)
            world.scheduler.after(EVERY, partial(self._again, left - 1))

    def drift(self) -> None:
        """A marketplace sells, or somebody edits it."""
        world = self._world
        marketplace = world.random.choice(list(world.marketplaces.values()))
        shown = marketplace.shown
        if not shown or not world.changing:
            return
        key = world.random.choice(sorted(shown))
        record = world.table.records.get(key)
        if marketplace.by_sight and record is not None and (record.lease_until or record.check_at):
            return  # then it stays unconfirmed for a day, and is an error that nobody gave: see docs/testing.md
        before = shown[key]
        if world.random.random() < 0.4 and before > 0:
            world.happened["sold"] += 1
            marketplace.now_shows(key.sku, before - 1)
            world.oracle.shows_by_itself(key, marketplace.shown[key])
            world.scheduler.after(int(world.random.random() * 4 * MINUTE), partial(self._order, key.sku))
            return
        world.happened["edited"] += 1
        marketplace.now_shows(key.sku, world.random.choice((0, 1, 3, 5, 6, 8, 20, 60, before + 1)))
        world.oracle.shows_by_itself(key, marketplace.shown[key])
        world.scheduler.note("EDITED", key, marketplace.shown[key])

    def _order(self, sku: str) -> None:
        """The sale reaches VTEX, which tells everybody."""
        world = self._world
        if world.changing:
            world.vtex.change(sku, max(0, world.vtex.truth(sku) - 1))
            for affiliate, _ in world.configuration.channels:
                world.vtex.notify(Key("loja", affiliate, sku), stock=True, price=False)

    # ------------------------------------------------------------------ at rest

    def at_rest(self, records: dict[Key, Record], shown: Callable[[Key], int | None]) -> None:
        """What is wrong with an error is listed, and what is right is not."""
        world = self._world
        for job in self.jobs.of(Family.RECONCILIATION):
            if not job.state.over:
                world.oracle.fail(1, f"the run {job.key.id} never ended")
            elif job.state.value == "failed":
                world.oracle.fail(1, f"the run {job.key.id} failed: {job.reason}")
        for key in world.keys:
            if key not in records:
                world.oracle.fail(1, "a mapped SKU has no record", key)
        for key, record in records.items():
            slot = self.differences.slots.get(key, Slot(key))
            terms = world.terms[key.channel_id]
            right = shown(key) == terms.show(world.vtex.truth(key.sku))
            listed = slot.difference is not None
            if record.status.value == "error" and not right and not listed and record.cause != "poison":
                world.oracle.fail(2, "an error that leaves the marketplace wrong is not listed", key)
            if listed and right and slot.difference is not None and slot.difference.kind.value != "failed":
                world.oracle.fail(2, f"listed as {slot.difference.kind} and right", key)
