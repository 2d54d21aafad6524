"""The whole system for one schedule: the product's own code between fakes of everything around it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any, TypeVar

from actions.desk import Desk
from stockbridge.alerting import Alert, Kind
from stockbridge.audit import Audit
from stockbridge.channels import Channel, Repairs, VtexSource
from stockbridge.delivery import Delivery
from stockbridge.errors import InvalidInput, StockBridgeError
from stockbridge.intake import Delivered, Intake
from stockbridge.jobs import Family
from stockbridge.logins import Logins
from stockbridge.messages import notice_message, read_hint
from stockbridge.notifications import Key
from stockbridge.observing import Notice
from stockbridge.planning import Planning
from stockbridge.policy import QuantityPolicy
from stockbridge.reception import Reception
from stockbridge.records import Record
from stockbridge.working import JobSweep
from tests.simulation.configurations import OLDER_IGNORES, Configuration
from tests.simulation.counting import Ledger, MeasuredByInvocation, MemorySeries
from tests.simulation.faults import ChosenFaults, RandomFaults
from tests.simulation.jobs import JobTable
from tests.simulation.marketplaces import KINDS, Marketplace
from tests.simulation.network import Network
from tests.simulation.operations import Operations
from tests.simulation.oracle import AUDIT_S, Oracle, Terms
from tests.simulation.real import REAL
from tests.simulation.real.market import RealMarketplace
from tests.simulation.reconciling import Reconciliations
from tests.simulation.schedule import Invocation, Scheduler, invocation
from tests.simulation.sqs import Letter, Poller, Sqs
from tests.simulation.table import Control, Leases, Secrets, Table
from tests.simulation.telemetry import counted
from tests.simulation.vtex import Posted, Vtex

T = TypeVar("T")

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z
MINUTE = 60_000
REST_WITHIN = 24 * 60 * MINUTE  # after everything is well again
BALANCES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 50)
ACCOUNT = "loja"
SECOND_LOOK_S = 330

# The second channel onwards shows less than VTEX holds, so that the policy takes part.
POLICIES: tuple[tuple[QuantityPolicy, Callable[[int], int]], ...] = (
    (QuantityPolicy(), lambda balance: balance),
    (QuantityPolicy(safety=2, cap=30), lambda balance: min(30, max(0, balance - 2))),
    (QuantityPolicy(percent=50, minimum=2), lambda balance: balance // 2 if balance // 2 >= 2 else 0),
    (QuantityPolicy(), lambda balance: balance),
    (QuantityPolicy(cap=7), lambda balance: min(7, balance)),
    (QuantityPolicy(), lambda balance: balance),
    (QuantityPolicy(safety=1), lambda balance: max(0, balance - 1)),
)


class WatchedIntake(Intake):
    """The intake, telling which messages it takes together."""

    __slots__ = ()

    def _take(self, noticed: Sequence[tuple[Notice, bool]], *more: Any) -> None:
        invocation().taking = [notice_message(notice, second_look=second) for notice, second in noticed]
        Intake._take(self, noticed, *more)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one schedule."""

    configuration: str
    seed: int
    violations: Sequence[str]
    happened: Counter[str]
    calls: int
    virtual_ms: int
    trace: Sequence[str]
    ended: Sequence[str]  # every record and every quantity shown, at the end


class World:
    """`random` decides everything that the schedule leaves open."""

    def __init__(
        self,
        configuration: Configuration,
        random: Random,
        *,
        faults: RandomFaults | ChosenFaults | None = None,
        latency: tuple[int, int] = (4, 60),
        traced: bool = False,
    ) -> None:
        self.configuration = configuration
        self.happened: Counter[str] = Counter()
        self.random = random
        self.scheduler = Scheduler(START)
        if traced:
            self.scheduler.trace = []
        if faults is None:
            faults = RandomFaults(random, configuration.faults, self.happened)
        self.network = Network(self.scheduler, faults, random, latency=latency, slow=configuration.slow)
        self._invocations = 0
        self._audits_well = 0
        self._channels()
        self._queues()
        self._functions()
        self._jobs()

    # ------------------------------------------------------------------ parts

    def _channels(self) -> None:
        configuration, random = self.configuration, self.random
        skus = [
            [f"{10 * (product + 1) + place}" for place in range(size)]
            for product, size in enumerate(configuration.products)
        ]
        self.products = skus
        self.skus = [sku for product in skus for sku in product]
        self.poison = self.skus[: configuration.poison]
        self.poisonous_looks = self.skus[len(self.skus) - configuration.poisonous_looks :]
        channels: list[Channel] = []
        terms: dict[str, Terms] = {}
        self.marketplaces: dict[str, Marketplace | RealMarketplace] = {}
        self.secrets = Secrets(self.network, random)
        for place, (affiliate, kind) in enumerate(configuration.channels):
            policy, show = POLICIES[place]
            source = VtexSource("https://loja.example", "secret")
            channel = Channel(
                ACCOUNT, affiliate, affiliate, affiliate, source, {"secret": affiliate, **configuration_of(kind)},
                late_after_s=configuration.late_after_s, policy=policy,
                repairs=Repairs.HOLD if configuration.held else Repairs.AUTOMATIC,
            )  # fmt: skip
            channels.append(channel)
            marketplace = self._marketplace(affiliate, kind)
            self.marketplaces[affiliate] = marketplace
            self.secrets.stored[affiliate] = marketplace.values
            terms[channel.id] = Terms(
                5, configuration.late_after_s * 1000, show, marketplace.most, asks=marketplace.asks,
                holds=configuration.held,
            )  # fmt: skip
        self.terms = terms
        self.keys = [Key(ACCOUNT, channel.affiliate, sku) for channel in channels for sku in self.skus]
        self.oracle = Oracle(
            terms,
            lambda: self.scheduler.now,
            poison=[*self.poison, *self.poisonous_looks],
            crashes=configuration.faults > 0 or configuration.slow > 0,
        )
        for marketplace in self.marketplaces.values():
            marketplace.strict = configuration.faults == 0 and not configuration.skew_ms
        self.control = Control(self.network, random, channels, to_say=self._to_say)
        self.table = Table(
            self.network, random, saved=self._saved, answered=self._answered_save, index_lag=configuration.index_lag_ms,
            older_ignores=OLDER_IGNORES if configuration.older else (),
        )  # fmt: skip
        self.ledger = Ledger(lambda what: self.oracle.fail(9, what))
        self.series = MemorySeries(self.ledger.told)
        self.measured = MeasuredByInvocation(
            self.table, [self.series], lambda _key: configuration.late_after_s * 1000, self._clock
        )
        self.leases = Leases(self.network)
        self.vtex = Vtex(self.network, random, self.happened, configuration.weather, self._post)
        self.vtex.poison = self.poisonous_looks

    def _marketplace(self, affiliate: str, kind: str) -> Marketplace | RealMarketplace:
        def broken(what: str) -> None:
            self.oracle.fail(8, what)

        def truth(sku: str) -> int:
            return self.vtex.truth(sku)

        network, random, happened, manners = self.network, self.random, self.happened, self.configuration.manners
        if kind in REAL:
            return REAL[kind](
                network, random, happened, manners, key=Key(ACCOUNT, affiliate, ""), products=self.products,
                secrets=self.secrets.stored, truth=truth, pushed=self._pushed,
                answered=self._answered, broken=broken,
            )  # fmt: skip
        return KINDS[kind](
            network, random, happened, manners, poison=self.poison,
            pushed=self._pushed, answered=self._answered, broken=broken,
        )  # fmt: skip

    def _queues(self) -> None:
        network, random, happened = self.network, self.random, self.happened
        self.intake_dead = Sqs("intake_dead", network, random, happened, visibility_ms=30_000)
        self.intake = Sqs(
            "intake", network, random, happened, visibility_ms=360_000, max_receives=10, dead_letters=self.intake_dead
        )
        self.intake.sent = self._enqueued
        self.export = Sqs(
            "export", network, random, happened, visibility_ms=180_000, max_receives=10,
            lost=self.configuration.hints_lost,
        )  # fmt: skip
        duplicates = self.configuration.duplicates
        self.pollers: tuple[Poller, ...] = (
            Poller(
                self.intake, network, random, happened, batch=100, window_ms=1_000, concurrency=5,
                duplicates=duplicates, invoke=self._take,
            ),
            Poller(
                self.export, network, random, happened, batch=10, window_ms=0, concurrency=10,
                duplicates=duplicates, invoke=self._deliver,
            ),
        )  # fmt: skip

    def _functions(self) -> None:
        clock = self._clock
        self.reception = Reception(self._find_account, self.control, self.intake, clock)  # type: ignore[arg-type]
        self.taking = WatchedIntake(
            self.measured, self.control, self.vtex.read, self.intake, self.export, clock, SECOND_LOOK_S
        )  # type: ignore[arg-type]
        self.logins = Logins(self.secrets, self.leases, clock)
        self.delivery = Delivery(
            planning=Planning(
                records=self.measured, control=self.control, leases=self.leases,
                connector=lambda name: self.marketplaces[name].connector,
                listings=lambda channel, _skus: self.marketplaces[channel.affiliate].listings, clock=clock,
                random=self.random.random, at_once=self.scheduler.at_once,
            ),
            records=self.measured, control=self.control, leases=self.leases,
            logins=self.logins, http=None, export_queue=self.export,  # type: ignore[arg-type]
            clock=clock, random=self.random.random, at_once=self.scheduler.at_once,
        )  # fmt: skip
        self.audit = Audit(
            self.table, self.control, self.intake, self.export, self.intake_dead, self._publish, clock, 3_600
        )  # type: ignore[arg-type]
        self.desk = Desk(self.table, self.intake, clock, self._new_request)  # type: ignore[arg-type]

    def _jobs(self) -> None:
        """One table and one sweep, whichever of the two there are."""
        self.jobs = JobTable(self.network)
        self.operations: Operations | None = None
        self.reconciliations: Reconciliations | None = None
        queues: dict[Family, Sqs] = {}
        if self.configuration.reconcile:
            self.reconciliations = Reconciliations(self, self.terms)
            queues[Family.RECONCILIATION] = self.reconciliations.queue
        if self.configuration.operations:
            self.operations = Operations(self)
            self.pollers = (*self.pollers, self.operations.poller)
            queues[Family.OPERATION] = self.operations.queue
        if queues:
            self.audit = replace(self.audit, more=[JobSweep(self.jobs, queues, self._clock)])

    def _clock(self) -> int:
        return self.scheduler.now + invocation().skew

    def _find_account(self, token: str) -> str | None:
        return self.network.call("control.token", lambda: ACCOUNT if token == "token" else None)

    def _new_request(self) -> str:
        return f"request-{self.random.getrandbits(48):x}"

    # ------------------------------------------------------------------ invocations

    def _run(self, kind: str, seconds: int, batch: Sequence[Any]) -> Invocation:
        self._invocations += 1
        configuration, random = self.configuration, self.random
        skew = random.randint(-configuration.skew_ms, configuration.skew_ms) if configuration.skew_ms else 0
        older = bool(configuration.older) and random.random() < configuration.older
        run = Invocation(kind, f"{kind}-{self._invocations}", skew, self.scheduler.now + seconds * 1000, older=older)
        run.batch = batch
        return run

    def _post(self, posted: Posted, body: bytes, answered: Callable[[bool], None]) -> None:
        run = self._run("webhook", 10, [posted])

        def done(_: int | None, well: bool) -> None:
            if well:
                self.oracle.taken(posted.key)
            answered(well)

        self.scheduler.invoke(run, lambda: self.reception.receive("token", body), done)

    def _take(self, letters: Sequence[Letter], ended: Callable[[set[int] | None], None]) -> None:
        run = self._run("intake", 60, letters)
        if run.older and self.random.random() < 0.5:
            self.happened["refused by the previous version"] += 1
            self.scheduler.after(20, partial(ended, {letter.id for letter in letters}))
            return
        batch = [Delivered(letter.id, letter.body, letter.received) for letter in letters]  # type: ignore[arg-type]

        def done(failed: list[Any] | None, well: bool) -> None:
            for letter in letters:
                if letter.received > 1 and (failed is None or letter.id in failed):
                    self.oracle.look_lost(letter.body)
            if well:
                self.ledger.ended(run)
            ended(set(failed or ()) if well else None)

        self.scheduler.invoke(run, lambda: self._measuring(lambda: self.taking.take(batch)), done)  # type: ignore[arg-type]

    def _deliver(self, letters: Sequence[Letter], ended: Callable[[set[int] | None], None]) -> None:
        run = self._run("export", 30, letters)
        keys: list[Key] = []
        failed: set[int] = set()
        for letter in letters:
            try:
                keys.append(read_hint(letter.body))
            except InvalidInput:
                failed.add(letter.id)

        def done(_: None, well: bool) -> None:
            if well:
                self.ledger.ended(run)
            ended(failed if well else None)

        self.scheduler.invoke(run, lambda: self._measuring(lambda: self.delivery.deliver(keys)), done)

    def _measuring(self, work: Callable[[], T]) -> T:
        """As the handlers do."""
        answer = work()
        self.measured.flush()
        return answer

    def click(self, key: Key) -> None:
        """An operator does something to the row, sometimes twice."""
        what = self.random.choice(("reprocess", "reprocess", "reprocess", "remove", "restore"))
        deed = getattr(self.desk, what)
        self.happened[f"clicked {what}"] += 1
        answers: list[str | None] = []

        def answered(record: Record | None, well: bool) -> None:
            if record is not None and what == "reprocess":
                self.happened["second click"] += record.request in answers
                answers.append(record.request)

        for _ in range(1 + (self.random.random() < 0.4)):
            run = self._run("operator", 29, [])
            self.scheduler.after(
                int(self.random.random() * 300),
                lambda run=run: self.scheduler.invoke(run, lambda: deed(key, "ana"), answered),  # type: ignore[misc]
            )

    # ------------------------------------------------------------------ what the oracle is told

    def _enqueued(self, body: str) -> None:
        self.oracle.enqueued(body, invocation())
        if '"second":true' in body:
            self.happened["second look"] += 1

    def _saved(self, before: Record, after: Record, run: Invocation) -> None:
        self.oracle.saved(before, after, run)
        late_ms = self.configuration.late_after_s * 1000
        self.ledger.effect(before, after, run, self.oracle.waited(after), late_ms)
        if self.operations is not None:
            self.operations.record_saved(before, after, run)
        if self.reconciliations is not None:
            self.reconciliations.judge.saved(before, after, run)
        happened = self.happened
        if run.kind == "intake":
            if after.version > before.version:
                happened["accepted"] += 1
            elif after.skipped is not before.skipped:
                happened["held back"] += 1

    def _answered_save(self, after: Record) -> None:
        self.ledger.answered(after, invocation())

    def _pushed(self, key: Key, version: int, quantity: int, run: Invocation) -> None:
        self.oracle.pushed(key, version, quantity, run)
        record = self.table.look(key)
        if record.version == record.done_version:
            self.happened["settled"] += 1
        configuration = self.configuration
        if configuration.zero_first:
            behind = self.oracle.sent_before(key, quantity, run, self.table.records)
            self.happened["zeroing first of a batch"] += behind
        if configuration.biased and self.random.random() < configuration.biased and self.changing:
            self.happened["changed while sending"] += 1
            self.scheduler.after(int(self.random.random() * 3_000), partial(self._change, key.sku))
        if configuration.clicks and self.random.random() < 0.1 and self.changing:
            self.scheduler.after(int(self.random.random() * 400), partial(self.click, key))

    def _answered(self, key: Key, version: int, kind: str) -> None:
        self.oracle.answered(key, version, kind)

    def _to_say(self, alert: Alert) -> None:
        told = json.loads(alert.body)
        enabled = self.control.stored[told["account"], told["affiliate"]].enabled
        self.oracle.stored(alert.body, self.table.records, invocation(), slack_ms=self._slack_ms, enabled=enabled)

    def _publish(self, alert: Alert) -> None:
        def publish() -> None:
            told = json.loads(alert.body)
            self.happened["alert"] += 1
            self.happened[f"alert: {told['event']} {told['transition']}"] += 1
            self.oracle.alerted(alert.body)

        self.network.call("alerts.publish", publish)

    # ------------------------------------------------------------------ the audit's schedule

    _watched = False  # the next minute is laid out

    def _watch(self, at: int) -> None:
        if not self._watched:
            self._watched = True
            self.scheduler.at((at // MINUTE + 1) * MINUTE, self._minute)

    def _minute(self) -> None:
        """Every minute; minutes in which it would find nothing are passed over, for the sake of speed."""
        self._watched = False
        now = self.scheduler.now
        due = self._next_due()
        news = self._news()
        if news or self.intake_dead.letters or (due is not None and due <= now + 2_000) or self._audits_well == 0:
            run = self._run("audit", AUDIT_S, [])
            self.scheduler.invoke(run, self.audit.every_minute, lambda _, well: self._audited(well, now))
        events = [at for at in (self.scheduler.next_at, due) if at is not None]
        if self.intake_dead.letters or news:
            events.append(now)
        if events or self.scheduler.running:
            self._watch(max(now, min(events, default=now)))

    def _audited(self, well: bool, began: int) -> None:
        self._audits_well = self._audits_well + 1 if well else 0
        if self._audits_well >= 2:
            self.oracle.audited(self.table.records, self._slack_ms)

    @property
    def _slack_ms(self) -> int:
        return 3 * MINUTE + self.configuration.index_lag_ms

    def _news(self) -> bool:
        """People are to be told of something that is over, or were not told yet."""
        limit_ms, now = self.configuration.late_after_s * 1000, self.scheduler.now
        for name, alerts in self.control.told.items():
            if alerts.outbox:
                return True
            if Kind.INCIDENT in alerts.opened and self.control.gates[name].incident is None:
                return True
            if Kind.LATE in alerts.opened and not any(
                key.channel_id == name and record.waiting and record.overdue(now, limit_ms)
                for key, record in self.table.records.items()
            ):
                return True
        return False

    def _next_due(self) -> int | None:
        times: list[int] = []
        for key, record in self.table.records.items():
            if record.waiting:
                times.append(record.due_at)  # type: ignore[arg-type]  # it is due
                told = self.control.told.get(key.channel_id)
                if record.waiting_since is not None and (told is None or Kind.LATE not in told.opened):
                    times.append(record.waiting_since + self.configuration.late_after_s * 1000)
        if self.jobs.next_due is not None:
            times.append(self.jobs.next_due)
        return min(times, default=None)

    # ------------------------------------------------------------------ the script

    def _change(self, sku: str) -> None:
        """Somebody buys, or the stock is counted: VTEX notifies every SKU of the product."""
        random = self.random.random
        price = random() < 0.15
        stock = not (price and random() < 0.4)
        if stock:
            before = self.vtex.truth(sku)
            near = (before - 1, before - 1, before + 1)
            balance = self.random.choice(BALANCES) if random() < 0.7 else max(0, self.random.choice(near))
            self.vtex.change(sku, balance)
        product = next(product for product in self.products if sku in product)
        for affiliate, _ in self.configuration.channels:
            for one in product:
                self.vtex.notify(Key(ACCOUNT, affiliate, one), stock=stock, price=price)

    def _script(self) -> int:
        """Lay out what happens; the answer is when it is over."""
        configuration, scheduler, random = self.configuration, self.scheduler, self.random
        weather, self.vtex.weather = self.vtex.weather, replace(self.vtex.weather, stale_ms=0)
        for sku in self.skus:
            self.vtex.change(sku, random.choice(BALANCES))
        self.vtex.weather = weather
        length = configuration.minutes * MINUTE
        end = START + length
        for _ in range(configuration.changes):
            scheduler.at(START + int(random.random() * length), partial(self._change, random.choice(self.skus)))
        for _ in range(configuration.clicks):
            scheduler.at(START + int(random.random() * length), partial(self.click, random.choice(self.keys)))
        for _ in range(configuration.purges):
            scheduler.at(START + int(random.random() * length), self._purge)
        if configuration.outage_minutes:
            begins = START + int(random.random() * length / 4)
            scheduler.at(begins, partial(self._outage, begins + configuration.outage_minutes * MINUTE))
        if configuration.database_minutes:
            begins = START + int(random.random() * length / 4)
            scheduler.at(begins, partial(self._close_table, begins + configuration.database_minutes * MINUTE))
        if configuration.lock_out_minutes:
            begins = START + int(random.random() * length / 2)
            scheduler.at(begins, partial(self._lock_out, begins + configuration.lock_out_minutes * MINUTE))
        for _ in range(configuration.revocations):
            scheduler.at(START + int(random.random() * length), self._revoke)
        if configuration.switched_off_minutes:
            begins = START + int(random.random() * length / 2)
            scheduler.at(begins, partial(self._switch, False))
            scheduler.at(begins + configuration.switched_off_minutes * MINUTE, partial(self._switch, True))
        self._script_jobs(end)
        if configuration.sweep:
            self._watch(START)
        return end

    def _script_jobs(self, end: int) -> None:
        if self.operations is not None:
            self.operations.script(end - START)
        if self.reconciliations is not None:
            self.reconciliations.lay_out(START, end)

    def _purge(self) -> None:
        self.happened["queue purged"] += 1
        self.export.purge()
        if self.configuration.reconcile:  # until their first handling these are the only copies
            self.intake.purge()

    def _outage(self, until: int) -> None:
        which = self.random.randrange(3)
        if which != 0:
            self.vtex.down_until = until
        if which != 1:
            for marketplace in self.marketplaces.values():
                marketplace.down_until = until

    def _close_table(self, until: int) -> None:
        self.table.down_until = until

    def _lock_out(self, until: int) -> None:
        for marketplace in self.marketplaces.values():
            marketplace.locked_out_until = until

    def _revoke(self) -> None:
        for marketplace in self.marketplaces.values():
            marketplace.revoke()

    def _log_in(self) -> None:
        """A person renews what got lost."""
        for affiliate, marketplace in self.marketplaces.items():
            if not marketplace.welcomes(self.secrets.stored[affiliate]):
                self.secrets.stored[affiliate] = marketplace.log_in()

    def _switch(self, on: bool) -> None:
        self.happened["switched on" if on else "switched off"] += 1
        name, channel = next(iter(self.control.stored.items()))
        self.control.stored[name] = replace(channel, enabled=on)

    def _heal(self) -> None:
        """From now on nothing fails any more: what is wrong now must come right by itself."""
        self.changing = False
        self.network.stop_failing()
        self.vtex.stop_failing()
        self.export.lost = 0.0
        for poller in self.pollers:
            poller.stop_failing()
        for marketplace in self.marketplaces.values():
            marketplace.stop_failing()
        for minutes in (5, 15):  # twice: a renewal of that very moment may have stored its own
            self.scheduler.after(minutes * MINUTE, self._log_in)
        if self.configuration.switched_off_minutes:
            self._switch(True)
        self._heal_jobs()
        if self.configuration.sweep:
            self._watch(self.scheduler.now)

    def _heal_jobs(self) -> None:
        if self.operations is not None:
            self.operations.heal()
        if self.reconciliations is not None:
            self.reconciliations.heal()

    # ------------------------------------------------------------------ running

    changing = True

    def run(self) -> None:
        end = self._script()
        self.scheduler.run(end)
        self.scheduler.now = max(self.scheduler.now, end)
        self._heal()
        self.settle(too_late_excused=self.configuration.too_late)
        if self.configuration.too_late and not self.oracle.violations:
            self._repair_by_change()

    def settle(self, *, too_late_excused: bool = False) -> None:
        """Let everything come to rest, and look."""
        limit = self.scheduler.now + REST_WITHIN
        self.scheduler.run(limit)
        waiting = [key for key, record in sorted(self.table.records.items()) if record.waiting]
        if self._news() and self.configuration.sweep:
            self.oracle.fail(6, "what is over was not told")
        if self.operations is not None:
            self.operations.at_rest()
        if self.scheduler.next_at is not None or waiting or self.intake.letters or self.scheduler.running:
            what = f"{len(self.intake.letters)} intake messages, {self.scheduler.running} invocations, due: "
            self.oracle.fail(1, "no rest after a day: " + what + ", ".join(map(str, waiting)))
            return
        excused = {
            key
            for marketplace in self.marketplaces.values()
            for key, quantity in marketplace.too_late.items()
            if too_late_excused and marketplace.shown.get(key) == quantity
        }
        self.oracle.at_rest(
            self.table.records,
            self.vtex.truth,
            self._shown,
            excused,
            {name for name, gate in self.control.gates.items() if gate.incident is not None},
        )
        self.ledger.at_rest(self.series)
        if self.reconciliations is not None:
            self.reconciliations.at_rest(self.table.records, self._shown)

    def _shown(self, key: Key) -> int | None:
        return self.marketplaces[key.affiliate].shown.get(key)

    def ended(self) -> Sequence[str]:
        shown = [f"{key} {quantity}" for each in self.marketplaces.values() for key, quantity in each.shown.items()]
        jobs = self.operations.ended() if self.operations is not None else ()
        return [*sorted(map(str, self.table.records.values())), *sorted(shown), *jobs]

    def _repair_by_change(self) -> None:
        for marketplace in self.marketplaces.values():
            marketplace.too_late.clear()
        for product in self.products:
            for sku in product:
                self.vtex.change(sku, (self.vtex.truth(sku) + 1) % 5)
                for affiliate, _ in self.configuration.channels:
                    self.vtex.notify(Key(ACCOUNT, affiliate, sku), stock=True, price=False)
        self._watch(self.scheduler.now)
        self.settle()


def configuration_of(kind: str) -> Mapping[str, Any]:
    """The channel's `marketplace` document, without the name of its secret."""
    return REAL[kind].configuration if kind in REAL else {}


def simulate(configuration: Configuration, seed: int, *, traced: bool = False) -> Result:
    """One schedule."""
    world = World(configuration, Random(f"{configuration.name} {seed}"), traced=traced)
    return finish(world, seed)


def finish(world: World, seed: int) -> Result:
    """Run a world and say what came of it."""
    with counted(world.happened) as silent:
        world.scheduler.raised = lambda error: (
            None if isinstance(error, StockBridgeError) else silent.unexpected.append(repr(error))
        )
        world.run()
        world.happened["not saved"] += world.table.refused
    violations = [*world.oracle.violations, *(f"unexpected: {what}" for what in silent.unexpected)]
    return Result(
        world.configuration.name, seed, violations, world.happened, world.network.faults.calls,
        world.scheduler.now - START, world.scheduler.trace or (), world.ended() if world.scheduler.trace else (),
    )  # fmt: skip
