"""The domain's ports in memory, with the behaviour that decisions depend on: conditional saves, delays, conflicts.

The adapters of the real services are held to the same behaviour by the integration tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stockbridge.audit import Alert
from stockbridge.channels import Channel, VtexSource
from stockbridge.connectors import Capabilities, Http, Mode, Response, StockUpdate
from stockbridge.errors import Conflict, Unavailable, VtexUnavailable
from stockbridge.gates import Gate
from stockbridge.notifications import Key
from stockbridge.outcomes import Applied, Outcome
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
        saved = replace(record, rev=was.rev + 1)
        self.stored[record.key] = saved
        if activity is not None:
            self.activities.append(activity)
        return saved

    def keep(self, evidence: KeptEvidence) -> None:
        self.evidence.append(evidence)

    def due(self, channel: Channel, *, before: int | None) -> Iterator[Due]:
        for record in self.stored.values():
            at = record.due_at
            if record.key.channel_id == channel.id and at is not None and (before is None or at <= before):
                yield Due(record.key, at, record.look_at, record.send_at, record.wanted, record.changed_at)


@dataclass
class MemoryControl:
    configured: dict[tuple[str, str], Channel] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)

    def add(self, *channels: Channel) -> None:
        self.configured |= {(one.account, one.affiliate): one for one in channels}

    def channel(self, account: str, affiliate: str) -> Channel | None:
        return self.configured.get((account, affiliate))

    def channels(self, account: str | None = None) -> Sequence[Channel]:
        return [one for one in self.configured.values() if account in (None, one.account)]

    def gate(self, channel_id: str) -> Gate:
        return self.gates.get(channel_id, Gate(channel_id))

    def save_gate(self, gate: Gate, was: Gate) -> Gate:
        if self.gate(gate.channel_id).rev != was.rev:
            raise Conflict
        self.gates[gate.channel_id] = replace(gate, rev=was.rev + 1)
        return self.gates[gate.channel_id]


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

    def read(self, channel: Channel, skus: Sequence[str]) -> Readings:
        self.reads.append((channel.affiliate, tuple(skus)))
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
    answers: list[Outcome | Exception] = field(default_factory=list)  # the next ones; then Applied
    during_push: Callable[[StockUpdate], None] | None = None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(Mode.ONE, late_effect_s=120)

    def problems(self, configuration: Mapping[str, object], *, allow_private: bool) -> Sequence[object]:
        return ()

    def push(
        self,
        configuration: Mapping[str, object],
        credentials: Mapping[str, str],
        update: StockUpdate,
        http: Http,
        *,
        deadline_s: float,
    ) -> Outcome:
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
