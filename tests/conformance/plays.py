"""Random sequences of what functions do to the tables, several of them at a time: each acts on what it read once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from random import Random

from stockbridge.alerting import Alerts, Kind, Trouble, follow
from stockbridge.channels import Channel
from stockbridge.dynamo import DUE_SHARDS
from stockbridge.errors import Conflict, Unavailable
from stockbridge.gates import Gate
from stockbridge.notifications import Key
from stockbridge.outcomes import Evidence
from stockbridge.records import Record
from stockbridge.store import Activity, Due, KeptEvidence
from tests.conformance.lockstep import Lockstep
from tests.conformance.values import NEAR_MS, NOW, changed, value
from tests.memory import channel
from tests.simulation.faults import Fault

CHANNELS = [channel("MRC"), channel("SPT"), channel("SPT", account="outra")]
KEYS = [Key(one.account, one.affiliate, str(sku)) for one in CHANNELS for sku in (1, 42, 2_147_483_647)]
MANY = [Key("loja", "SPT", str(1_000 + number)) for number in range(150)]  # more than one BatchGetItem takes


class RecordsPlay:
    """Reads, saves of what was read just now or long ago, evidence, and what is due."""

    def __init__(self, lockstep: Lockstep, random: Random, *, faults: bool) -> None:
        self._lockstep = lockstep
        self._random = random
        self._faults = faults
        self._read = {key: [Record(key)] for key in KEYS}  # as somebody read it, the newest last
        self.kept: list[KeptEvidence] = []

    def run(self, calls: int) -> None:
        moves = [self.get, self.get_many, self.save, self.save, self.save, self.save, self.keep, self.due]
        for _ in range(calls):
            self._random.choice(moves)()

    def get(self) -> None:
        key = self._random.choice(KEYS)
        answer = self._lockstep.call("records", "get", key, fault=self._fault())
        if isinstance(answer, Record):
            self._read[key].append(answer)

    def get_many(self) -> None:
        pool = [*KEYS, *MANY]
        keys = self._random.sample(pool, self._random.choice((0, 1, 5, len(pool))))
        self._lockstep.call("records", "get_many", keys, fault=self._fault() if keys else None)

    def save(self) -> None:
        key = self._random.choice(KEYS)
        known = self._read[key]
        was = known[-1] if self._random.random() < 0.8 else self._random.choice(known)
        record = changed(self._random, was, {"key": key, "rev": was.rev})
        fault = self._fault(Fault.RETRIED)
        activity = self._activity(key) if self._random.random() < 0.3 else None
        if activity is not None and fault is Fault.RETRIED:
            fault = None  # see the README: a transaction's repetition is told as the transaction was
        answer = self._lockstep.call("records", "save", record, was, activity=activity, fault=fault)
        if isinstance(answer, Record):
            known.append(answer)
        elif answer in (Conflict, Unavailable):
            self._read[key].append(self._lockstep.call("records", "get", key))

    def keep(self) -> None:
        key, at = self._random.choice(KEYS), NOW + self._random.randint(0, NEAR_MS)
        evidence = KeptEvidence(key, at, len(self.kept), value(self._random, Evidence))
        fault = self._fault()
        if self._lockstep.call("records", "keep", evidence, fault=fault) is None or fault is Fault.APPLIED_BUT_ERROR:
            self.kept.append(evidence)

    def due(self) -> None:
        one = self._random.choice(CHANNELS)
        before = self._random.choice((None, NOW, NOW + self._random.randint(-NEAR_MS, NEAR_MS)))
        self._lockstep.call("records", "due", one, before=before, fault=self._fault(), told=_nominated)

    def compare_all(self) -> None:
        """The whole state, read without faults."""
        self._lockstep.call("records", "get_many", [*KEYS, *MANY])
        for one in CHANNELS:
            self._lockstep.call("records", "due", one, before=None, told=_nominated)

    def _activity(self, key: Key) -> Activity:
        action = self._random.choice(("reprocess", "remove", "restore"))
        return Activity(key.account, NOW, "ana", action, f"{key.affiliate}#{key.sku}", value(self._random, str))

    def _fault(self, *more: Fault) -> Fault | None:
        if not self._faults or self._random.random() > 0.1:
            return None
        return self._random.choice((Fault.ERROR_BEFORE, Fault.APPLIED_BUT_ERROR, *more))


class ControlPlay:
    """Channels as they are, gates read and closed by several."""

    def __init__(self, lockstep: Lockstep, random: Random, *, faults: bool) -> None:
        self._lockstep = lockstep
        self._random = random
        self._faults = faults
        self._channels: dict[str, tuple[Channel, int]] = {}
        self._read = {one.id: [Gate(one.id)] for one in CHANNELS}
        self._alerts = {one.id: [Alerts(one.id)] for one in CHANNELS}

    def run(self, calls: int) -> None:
        moves = [
            self.configure, self.channel, self.channels, self.gate, self.save_gate, self.save_gate,
            self.alerts, self.save_alerts,
        ]  # fmt: skip
        for _ in range(calls):
            self._random.choice(moves)()

    def configure(self) -> None:
        """An operator's deed, which the simulator has before it begins: done, not compared."""
        before = self._random.choice(CHANNELS)
        wanted = changed(
            self._random,
            before,
            {"account": before.account, "affiliate": before.affiliate, "marketplace": {"limits": [1, {"a": None}]}},
        )
        rev = self._channels[before.id][1] if before.id in self._channels else 0
        activity = Activity(before.account, NOW, "ana", "channel.save", before.affiliate)
        self._channels[before.id] = (
            wanted,
            self._lockstep.wire.control.save_channel(wanted, was_rev=rev, activity=activity),
        )
        self._lockstep.simulated.control.stored[before.account, before.affiliate] = wanted

    def channel(self) -> None:
        one = self._random.choice(CHANNELS)
        self._lockstep.call("control", "channel", one.account, one.affiliate)

    def channels(self) -> None:
        account = self._random.choice((None, "loja", "outra", "alheia"))
        self._lockstep.call("control", "channels", account, told=lambda found: sorted(found, key=lambda one: one.id))

    def gate(self) -> None:
        one = self._random.choice(CHANNELS)
        answer = self._lockstep.call("control", "gate", one.id, fault=self._fault())
        if isinstance(answer, Gate):
            self._read[one.id].append(answer)

    def save_gate(self) -> None:
        known = self._read[self._random.choice(CHANNELS).id]
        was = known[-1] if self._random.random() < 0.8 else self._random.choice(known)
        gate = changed(self._random, was, {"channel_id": was.channel_id, "rev": was.rev})
        answer = self._lockstep.call("control", "save_gate", gate, was, fault=self._fault())
        if isinstance(answer, Gate):
            known.append(answer)
        else:
            known.append(self._lockstep.call("control", "gate", was.channel_id))

    def alerts(self) -> None:
        one = self._random.choice(CHANNELS)
        answer = self._lockstep.call("control", "alerts", one.id, fault=self._fault())
        if isinstance(answer, Alerts):
            self._alerts[one.id].append(answer)

    def save_alerts(self) -> None:
        known = self._alerts[self._random.choice(CHANNELS).id]
        was = known[-1] if self._random.random() < 0.8 else self._random.choice(known)
        trouble = Trouble(Kind.LATE, f"{self._random.randrange(99)} mudanças")
        alerts = follow(was, CHANNELS[0], [trouble] if self._random.random() < 0.7 else [], NOW)
        if self._random.random() < 0.3:
            alerts = replace(alerts, outbox=())
        answer = self._lockstep.call("control", "save_alerts", alerts, was, fault=self._fault())
        if isinstance(answer, Alerts):
            known.append(answer)
        else:
            known.append(self._lockstep.call("control", "alerts", was.channel_id))

    def compare_all(self) -> None:
        self._lockstep.call("control", "channels", told=lambda found: sorted(found, key=lambda one: one.id))
        for one in CHANNELS:
            self._lockstep.call("control", "channel", one.account, one.affiliate)
            self._lockstep.call("control", "gate", one.id)
            self._lockstep.call("control", "alerts", one.id)

    def _fault(self) -> Fault | None:
        if not self._faults or self._random.random() > 0.1:
            return None
        return self._random.choice((Fault.ERROR_BEFORE, Fault.APPLIED_BUT_ERROR))


def _nominated(found: Iterable[Due]) -> list[Due]:
    """In one order, after a look at the promised one: earliest first in each of the channel's shards."""
    due = list(found)
    later_before_earlier = sum(one.due_at > other.due_at for one, other in pairwise(due))
    assert later_before_earlier < DUE_SHARDS
    return sorted(due, key=lambda one: (one.due_at, one.key))
