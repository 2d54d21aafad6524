"""DynamoDB in memory: saves conditional on `rev`, consistent reads, and an index of what is due that lags behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

from stockbridge.alerting import Alert, Alerts
from stockbridge.channels import Channel
from stockbridge.errors import Conflict, Unavailable
from stockbridge.gates import Gate
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Activity, Due, KeptEvidence
from tests.simulation.network import Network
from tests.simulation.schedule import Invocation, invocation

PAGE = 20
MOST = 0.7  # of the saves are refused while the database throttles

Saved = Callable[[Record, Record, Invocation], None]


class Table:
    """`store.Records`. `saved` hears of each save, `answered` of those whose answer arrives. `index_lag` is the longest
    delay of the index, in ms; `older_ignores` names the attributes that the previous version of the code does not know:
    it reads their defaults and writes none of them."""

    def __init__(
        self,
        network: Network,
        random: Random,
        *,
        saved: Saved,
        answered: Callable[[Record], None] = lambda _: None,
        index_lag: int = 0,
        older_ignores: Sequence[str] = (),
    ) -> None:
        self.records: dict[Key, Record] = {}
        self.activities: list[Activity] = []
        self.down_until = 0
        self.refused = 0
        self._network = network
        self._random = random.random
        self._saved = saved
        self._answered = answered
        self._lag = index_lag
        self._older_ignores = older_ignores
        self._index: dict[Key, Due | None] = {}
        self._indexed_at: dict[Key, int] = {}
        self._indexing: list[tuple[int, Key, Due | None]] = []

    def get(self, key: Key) -> Record:
        return self._network.call("records.get", partial(self._read, key), key.sku)

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Record]:
        return self._network.call("records.get_many", lambda: {key: self._read(key) for key in keys}, len(keys))

    def save(self, record: Record, was: Record, *, activity: Activity | None = None) -> Record:
        saved = self._network.call("records.save", partial(self._write, record, was, activity), record.key.sku)
        self._answered(saved)
        return saved

    def keep(self, evidence: KeptEvidence) -> None:
        self._network.call("records.keep", lambda: None, evidence.key.sku)

    def due(self, channel: Channel, *, before: int | None) -> Iterator[Due]:
        page = self._network.call("records.due", partial(self._due, channel.id, before), channel.affiliate)
        while page:
            yield from page[:PAGE]
            page = page[PAGE:]
            if page:
                self._network.call("records.due", lambda: None, channel.affiliate)

    def look(self, key: Key) -> Record:
        """Without a call: for the oracle and the clicks."""
        return self.records.get(key) or Record(key)

    # ------------------------------------------------------------------ the other side

    def _read(self, key: Key) -> Record:
        record = self.records.get(key)
        if record is None:
            return Record(key)
        return self._as_older(record) if self._older_ignores and invocation().older else record

    def _as_older(self, record: Record) -> Record:
        blank = Record(record.key)
        return replace(record, **{name: getattr(blank, name) for name in self._older_ignores})

    def _write(self, record: Record, was: Record, activity: Activity | None) -> Record:
        before = self.records.get(record.key)
        if self._network.scheduler.now < self.down_until and self._random() < MOST:
            self.refused += 1
            raise Unavailable("DynamoDB throttles")
        if (before.rev if before is not None else 0) != was.rev:
            raise Conflict("somebody wrote the record first")
        saved = replace(record, rev=was.rev + 1)
        stored = saved
        run = invocation()
        if self._older_ignores and run.older and before is not None:
            stored = replace(saved, **{name: getattr(before, name) for name in self._older_ignores})
        self.records[record.key] = stored
        if self._lag:
            self._index_later(stored)
        if activity is not None:
            self.activities.append(activity)
        self._saved(before if before is not None else Record(record.key), stored, run)
        return saved

    def _index_later(self, record: Record) -> None:
        now = self._network.scheduler.now
        at = max(self._indexed_at.get(record.key, 0), now + int(self._random() * self._lag))
        self._indexed_at[record.key] = at
        self._indexing.append((at, record.key, _due(record)))

    def _due(self, channel_id: str, before: int | None) -> list[Due]:
        if self._lag:
            now = self._network.scheduler.now
            for at, key, due in self._indexing:
                if at <= now:
                    self._index[key] = due
            self._indexing = [one for one in self._indexing if one[0] > now]
            nominated: list[Any] = list(self._index.values())
        else:
            nominated = [_due(record) for record in self.records.values() if record.waiting]
        found = [
            one
            for one in nominated
            if one is not None and one.key.channel_id == channel_id and (before is None or one.due_at <= before)
        ]
        return sorted(found, key=lambda one: (one.due_at, one.key))


def _due(record: Record) -> Due | None:
    at = record.due_at
    if at is None:
        return None
    return Due(
        record.key, at, record.look_at, record.send_at, record.check_at, record.wanted, record.unread_since,
        record.changed_at,
    )  # fmt: skip


class Leases:
    """`store.Leases`."""

    def __init__(self, network: Network) -> None:
        self.held: dict[str, tuple[str, int]] = {}
        self._network = network
        self._taken = 0

    def take(self, name: str, now: int, until: int) -> str | None:
        return self._network.call("leases.take", partial(self._take, name, now, until), name)

    def release(self, name: str, holder: str) -> None:
        self._network.call("leases.release", partial(self._release, name, holder), name)

    def hold(self, name: str, holder: str, now: int, until: int) -> str:
        return self._network.call("leases.hold", partial(self._hold, name, holder, now, until), name)

    def _hold(self, name: str, holder: str, now: int, until: int) -> str:
        if name in self.held and self.held[name][1] > now and self.held[name][0] != holder:
            return self.held[name][0]
        self.held[name] = (holder, until)
        return holder

    def _take(self, name: str, now: int, until: int) -> str | None:
        if name in self.held and self.held[name][1] > now:
            return None
        self._taken += 1
        self.held[name] = (f"holder {self._taken}", until)
        return self.held[name][0]

    def _release(self, name: str, holder: str) -> None:
        if name in self.held and self.held[name][0] == holder:
            self.held[name] = (holder, 0)


class Secrets:
    """`logins.Secrets`, as several processes remember them: some still have the values before."""

    def __init__(self, network: Network, random: Random) -> None:
        self.stored: dict[str, Mapping[str, str]] = {}
        self._before: dict[str, Mapping[str, str]] = {}
        self._network = network
        self._random = random.random

    def __call__(self, name: str, fresh: bool = False, /) -> Mapping[str, str]:
        if fresh:
            return self._network.call("secrets.read", lambda: self.stored.get(name, {}))
        if name in self._before and self._random() < 0.3:
            return self._before[name]
        return self.stored.get(name, {})

    def store(self, name: str, values: Mapping[str, str]) -> None:
        def store() -> None:
            self._before[name] = self.stored.get(name, {})
            self.stored[name] = values

        try:
            self._network.call("secrets.store", store)
        except Unavailable:
            invocation().careless = True
            raise


class Control:
    """`store.Control`: channels as a process remembers them, gates as they are. `to_say` hears of each alert when it is
    stored to be said."""

    def __init__(
        self,
        network: Network,
        random: Random,
        channels: Sequence[Channel],
        *,
        to_say: Callable[[Alert], None] = lambda _: None,
    ) -> None:
        self.stored = {(one.account, one.affiliate): one for one in channels}
        self.gates: dict[str, Gate] = {}
        self.told: dict[str, Alerts] = {}
        self._to_say = to_say
        self._network = network
        self._random = random.random

    def channel(self, account: str, affiliate: str) -> Channel | None:
        if self._random() < 0.1:  # not remembered by this process, or no longer
            return self._network.call("control.channel", lambda: self.stored.get((account, affiliate)))
        return self.stored.get((account, affiliate))

    def channels(self, account: str | None = None) -> Sequence[Channel]:
        return self._network.call(
            "control.channels", lambda: [one for one in self.stored.values() if account in (None, one.account)]
        )

    def gate(self, channel_id: str) -> Gate:
        return self._network.call("control.gate", partial(self._gate, channel_id), channel_id)

    def save_gate(self, gate: Gate, was: Gate) -> Gate:
        return self._network.call("control.save_gate", partial(self._save_gate, gate, was), gate.channel_id)

    def alerts(self, channel_id: str) -> Alerts:
        return self._network.call("control.alerts", lambda: self.told.get(channel_id) or Alerts(channel_id), channel_id)

    def save_alerts(self, alerts: Alerts, was: Alerts) -> Alerts:
        return self._network.call("control.save_alerts", partial(self._save_alerts, alerts, was), alerts.channel_id)

    def _save_alerts(self, alerts: Alerts, was: Alerts) -> Alerts:
        stored = self.told.get(alerts.channel_id)
        if (stored.rev if stored is not None else 0) != was.rev:
            raise Conflict("somebody wrote the alerts first")
        self.told[alerts.channel_id] = replace(alerts, rev=was.rev + 1)
        for alert in alerts.outbox:
            if stored is None or alert not in stored.outbox:
                self._to_say(alert)
        return self.told[alerts.channel_id]

    def _gate(self, channel_id: str) -> Gate:
        gate = self.gates.get(channel_id) or Gate(channel_id)
        run = invocation()
        run.gates[channel_id] = gate.paused_until > self._network.scheduler.now + run.skew
        return gate

    def _save_gate(self, gate: Gate, was: Gate) -> Gate:
        stored = self.gates.get(gate.channel_id)
        if (stored.rev if stored is not None else 0) != was.rev:
            raise Conflict("somebody wrote the gate first")
        self.gates[gate.channel_id] = replace(gate, rev=was.rev + 1)
        return self.gates[gate.channel_id]
