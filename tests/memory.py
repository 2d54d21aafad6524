"""The domain's ports in memory, with the behaviour that decisions depend on: conditional saves, delays, conflicts.

The adapters of the real services are held to the same behaviour by the integration tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stockbridge.alerting import Alert, Alerts
from stockbridge.channels import Channel, VtexSource
from stockbridge.connectors import Capabilities, Listing, Response, Session, StockUpdate
from stockbridge.errors import Conflict, FieldProblem, MissingSecret, Unavailable, VtexUnavailable
from stockbridge.gates import Gate
from stockbridge.jobs import Job, JobKey
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Applied, Outcome
from stockbridge.records import Record
from stockbridge.store import Activity, Due, KeptEvidence, Message
from stockbridge.vtex import Reading, Readings

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def channel(affiliate: str = "SPT", **changes: object) -> Channel:
    return replace(
        Channel("loja", affiliate, "Loja", "memory", VtexSource("https://loja.example", "secret"), {}),
        **changes,  # type: ignore[arg-type] -- any field of a channel
    )


@dataclass
class Clock:
    now: int = START

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@dataclass
class MemoryRecords:
    stored: dict[Key, Record] = field(default_factory=dict)
    evidence: list[KeptEvidence] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    before_save: Callable[[Record], None] | None = None  # the rival: runs once, just before a save
    refuses: bool = False  # the next save that decides
    keeps: bool = True  # evidence

    def get(self, key: Key) -> Record:
        return self.stored.get(key, Record(key))

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Record]:
        return {key: self.get(key) for key in keys}

    def save(self, record: Record, was: Record, *, activity: Activity | None = None) -> Record:
        rival, self.before_save = self.before_save, None
        if rival is not None:
            rival(record)
        if self.get(record.key).rev != was.rev:
            raise Conflict
        if self.refuses and record.seen != was.seen:
            self.refuses = False
            raise Unavailable("throttled")
        saved = replace(record, rev=was.rev + 1)
        self.stored[record.key] = saved
        if activity is not None:
            self.activities.append(activity)
        return saved

    def keep(self, evidence: KeptEvidence) -> None:
        if not self.keeps:
            raise Unavailable("throttled")
        self.evidence.append(evidence)

    def due(self, channel: Channel, *, before: int | None) -> Iterator[Due]:
        for record in self.stored.values():
            at = record.due_at
            if record.key.channel_id == channel.id and at is not None and (before is None or at <= before):
                yield Due(
                    record.key,
                    at,
                    record.look_at,
                    record.send_at,
                    record.check_at,
                    record.wanted,
                    record.unread_since,
                    record.changed_at,
                )


@dataclass
class MemoryLeases:
    held: dict[str, tuple[str, int]] = field(default_factory=dict)

    def take(self, name: str, now: int, until: int) -> str | None:
        if name in self.held and self.held[name][1] > now:
            return None
        self.held[name] = (f"holder-{now}-{until}", until)
        return self.held[name][0]

    def hold(self, name: str, holder: str, now: int, until: int) -> str:
        if name in self.held and self.held[name][1] > now and self.held[name][0] != holder:
            return self.held[name][0]
        self.held[name] = (holder, until)
        return holder

    def release(self, name: str, holder: str) -> None:
        if name in self.held and self.held[name][0] == holder:
            del self.held[name]


@dataclass
class MemoryJobs:
    stored: dict[JobKey, Job] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    before_save: Callable[[Job], None] | None = None  # the rival: runs once, just before a save

    def get(self, key: JobKey) -> Job | None:
        return self.stored.get(key)

    def save(self, job: Job, was: Job | None, *, activity: Activity | None = None) -> Job:
        rival, self.before_save = self.before_save, None
        if rival is not None:
            rival(job)
        stored = self.stored.get(job.key)
        if (stored.rev if stored is not None else 0) != (was.rev if was is not None else 0):
            raise Conflict
        saved = replace(job, rev=(was.rev if was is not None else 0) + 1)
        self.stored[job.key] = saved
        if activity is not None:
            self.activities.append(activity)
        return saved

    def due(self, before: int) -> list[JobKey]:
        return [key for key, job in self.stored.items() if job.due_at is not None and job.due_at <= before]


@dataclass
class MemorySecrets:
    """`Credentials` without a copy in the process, unless `remembered` holds one."""

    stored: dict[str, Mapping[str, str]] = field(default_factory=dict)
    remembered: dict[str, Mapping[str, str]] = field(default_factory=dict)
    refuses: int = 0  # the next new values

    def __call__(self, name: str, fresh: bool = False, /) -> Mapping[str, str]:
        if name in self.remembered and not fresh:
            return self.remembered[name]
        try:
            return self.stored[name]
        except KeyError:
            raise MissingSecret(name) from None

    def store(self, name: str, values: Mapping[str, str]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise Unavailable("Secrets Manager does not answer")
        self.stored[name] = self.remembered[name] = values


@dataclass
class MemoryControl:
    configured: dict[tuple[str, str], Channel] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    told: dict[str, Alerts] = field(default_factory=dict)
    refuses: int = 0  # the next saves of a gate

    def add(self, *channels: Channel) -> None:
        self.configured |= {(one.account, one.affiliate): one for one in channels}

    def channel(self, account: str, affiliate: str) -> Channel | None:
        return self.configured.get((account, affiliate))

    def channels(self, account: str | None = None) -> Sequence[Channel]:
        return [one for one in self.configured.values() if account in (None, one.account)]

    def gate(self, channel_id: str) -> Gate:
        return self.gates.get(channel_id, Gate(channel_id))

    def save_gate(self, gate: Gate, was: Gate) -> Gate:
        if self.refuses:
            self.refuses -= 1
            raise Unavailable("throttled")
        if self.gate(gate.channel_id).rev != was.rev:
            raise Conflict
        self.gates[gate.channel_id] = replace(gate, rev=was.rev + 1)
        return self.gates[gate.channel_id]

    def alerts(self, channel_id: str) -> Alerts:
        return self.told.get(channel_id, Alerts(channel_id))

    def save_alerts(self, alerts: Alerts, was: Alerts) -> Alerts:
        if self.alerts(alerts.channel_id).rev != was.rev:
            raise Conflict
        self.told[alerts.channel_id] = replace(alerts, rev=was.rev + 1)
        return self.told[alerts.channel_id]


@dataclass
class MemoryQueue:
    messages: list[Message] = field(default_factory=list)
    refuses: bool = False

    def send(self, messages: Sequence[Message]) -> None:
        if self.refuses and messages:
            raise Unavailable("refused")
        self.messages += messages

    def waiting(self) -> int:
        return len(self.messages)

    def take(self, at_most: int) -> Iterator[tuple[str, Callable[[], None]]]:
        for message in self.messages[:at_most]:
            yield message.body, lambda message=message: self.messages.remove(message)  # type: ignore[misc]

    def drain(self) -> list[Message]:
        taken, self.messages = self.messages, []
        return taken

    @property
    def hinted(self) -> list[str]:
        return [json.loads(message.body)["send"][2] for message in self.messages]


@dataclass
class MemoryVtex:
    """Balances by (affiliate, SKU); reads are counted, and may fail or run something first."""

    balances: dict[tuple[str, str], int] = field(default_factory=dict)
    reads: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    unavailable: VtexUnavailable | None = None
    after_read: Callable[[], None] | None = None  # the rival: runs once, after the balance was read
    deadly: set[str] = field(default_factory=set)  # SKUs that end the process that reads them

    def read(self, channel: Channel, skus: Sequence[str]) -> Readings:
        self.reads.append((channel.affiliate, tuple(skus)))
        if self.deadly & set(skus):
            raise KeyboardInterrupt  # as a killed process: no step after this one happens
        if self.unavailable is not None:
            return Readings(found={}, unreadable=dict.fromkeys(skus, self.unavailable))
        found = {sku: self._reading(channel, sku) for sku in skus}
        rival, self.after_read = self.after_read, None
        if rival is not None:
            rival()
        return Readings(found=found, unreadable={})

    def _reading(self, channel: Channel, sku: str) -> Reading:
        balance = self.balances.get((channel.affiliate, sku))
        return Reading(quantity=balance or 0, unlimited=False, listed=balance is not None, warehouses={})


@dataclass
class MemoryMarketplace:
    """A connector and its marketplace in one: shows what is pushed, unless told to answer otherwise."""

    shown: dict[str, int] = field(default_factory=dict)
    pushes: list[tuple[str, int]] = field(default_factory=list)
    calls: list[tuple[str, ...]] = field(default_factory=list)  # the SKUs of each call
    answers: list[Outcome | Exception] = field(default_factory=list)  # the next ones; then Applied
    during_push: Callable[[StockUpdate], None] | None = None
    capabilities: Capabilities = field(default_factory=Capabilities)
    listing_fields: Sequence[str] = ()

    def problems(self, configuration: Mapping[str, object], *, allow_private: bool) -> Sequence[FieldProblem]:
        return ()

    def group_of(self, configuration: Mapping[str, object], listing: Listing) -> str:
        return listing.sku[:-1]

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        self.calls.append(tuple(update.sku for update in updates))
        return [self._take(update) for update in updates]

    def _take(self, update: StockUpdate) -> Outcome:
        self.pushes.append((update.sku, update.quantity))
        rival, self.during_push = self.during_push, None
        if rival is not None:
            rival(update)
        answer = self.answers.pop(0) if self.answers else Applied()
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Applied):
            self.shown[update.sku] = update.quantity
        return answer


@dataclass
class CheckedMarketplace(MemoryMarketplace):
    """Accepts by default, and says what became of it: Applied, unless told to answer otherwise."""

    checked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    news: list[Outcome] = field(default_factory=list)
    submitted: list[tuple[str, ...]] = field(default_factory=list)

    def _take(self, update: StockUpdate) -> Outcome:
        self.answers = self.answers or [Accepted(f"write-{update.sku}", check_after_s=5)]
        return super()._take(update)

    def submit(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        self.submitted.append(tuple(update.sku for update in updates))
        return [Accepted("file", check_after_s=60)] * len(updates)

    def check(self, session: Session, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        self.checked.append((ref, tuple(update.sku for update in updates)))
        return [self._news(update) for update in updates]

    def _news(self, update: StockUpdate) -> Outcome:
        answer = self.news.pop(0) if self.news else Applied()
        if isinstance(answer, Applied):
            self.shown[update.sku] = update.quantity
        return answer


class NoHttp:
    """For connectors that need none."""

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        raise AssertionError("nothing here speaks HTTP")


@dataclass
class Published:
    alerts: list[Alert] = field(default_factory=list)

    def __call__(self, alert: Alert) -> None:
        self.alerts.append(alert)
