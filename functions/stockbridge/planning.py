"""Planning: from hints to calls whose records are claimed, as many as the gate and the marketplace's rate allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from stockbridge import gates, sending
from stockbridge.calls import AtOnce, Call, Send, by_ref, grouped, hint, planned, sort
from stockbridge.channels import Channel
from stockbridge.connectors import Connector, Listing, Mode, Rate
from stockbridge.errors import Conflict, Unavailable
from stockbridge.gates import Gate
from stockbridge.notifications import Key
from stockbridge.records import HINT_GRACE_MS, Record
from stockbridge.store import Control, Leases, Message, Records
from stockbridge.telemetry import count

GATE_TRIES = 3
SHORT_PAUSE_MS = 120_000
GATHERED = 2_000  # records that one invocation collects for a file
LOOKED_THROUGH = 5_000  # entries of the index among which it finds them, zeroing changes first


class _ClosedMeanwhile(Exception):
    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self.gate = gate


@dataclass(frozen=True, slots=True)
class Plan:
    """`hints` bring back what must wait a little."""

    calls: list[Call] = field(default_factory=list)
    hints: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Planning:
    records: Records
    control: Control
    leases: Leases
    connector: Callable[[str], Connector]
    listings: Callable[[Channel, Sequence[str]], Mapping[str, Listing]]
    clock: Callable[[], int]
    random: Callable[[], float]  # 0 to 1
    at_once: AtOnce

    def plan(self, channel: Channel, hinted: Sequence[Record]) -> Plan:
        """For records of one channel that may travel together."""
        plan = Plan()
        gate = self.control.gate(channel.id)
        if gate.closed(self.clock()):
            self._later(gate, hinted, plan)
            return plan
        connector = self.connector(channel.connector)
        wait_ms = self._until_next_file(connector, gate, hinted)
        if wait_ms:  # nothing is gathered for a file that may not go; one hint gathers everything then
            plan.hints.append(hint(hinted[0].key, wait_ms))
            return plan
        records = self._due(channel, connector, hinted)
        todo = sort(records.values(), self.clock())
        for record in todo.closes:
            self._close(record)
        listings = self.listings(channel, [record.key.sku for record in (*todo.checks, *todo.sends)])
        calls = [
            Call(channel, connector, gate, [planned(record, listings) for record in own], ref=ref)
            for ref, own in by_ref(todo.checks).items()
        ]
        sends = [planned(record, listings) for record in todo.sends]
        if gate.needs_probe:  # one call goes first
            calls = [*self._calls(channel, connector, gate, sends), *calls][:1]
            if not calls or not self._probe(gate, calls[0], plan):
                return plan
        else:
            try:
                calls += self._in_time(channel, connector, gate, sends, plan)
            except _ClosedMeanwhile as closed:
                self._later(closed.gate, todo.sends, plan)
        plan.calls.extend(claimed for call in calls if (claimed := self._claimed(call, plan)).sends)
        return plan

    def _later(self, gate: Gate, records: Sequence[Record], plan: Plan) -> None:
        """A short pause ends with hints of its own; after a long one the sweep goes on, oldest first."""
        wait_ms = gate.opens_at - self.clock()
        if wait_ms <= SHORT_PAUSE_MS:
            for one in sorted(records, key=sending.urgency):
                if one.to_export:
                    plan.hints.append(hint(one.key, wait_ms + sending.after_reopening_ms(one, self.random())))

    # ------------------------------------------------------------------ what is due

    def _until_next_file(self, connector: Connector, gate: Gate, hinted: Sequence[Record]) -> int:
        """0 when a file may go, or something is to be asked."""
        rate, now = connector.capabilities.rate, self.clock()
        if connector.capabilities.mode is not Mode.FEED or rate is None:
            return 0
        if any(sending.checkable(record, now) for record in hinted):
            return 0
        _, allowed, next_at = gates.paced(gate, now, rate, 1)
        return 0 if allowed else max(1, next_at - now)

    def _due(self, channel: Channel, connector: Connector, hinted: Sequence[Record]) -> dict[Key, Record]:
        """The records hinted at; and others of the channel, where one call takes or answers for many."""
        records = {record.key: record for record in hinted}
        capabilities = connector.capabilities
        many = capabilities.mode in (Mode.BULK, Mode.FEED)
        if capabilities.feed is not None:
            many = any(sending.checkable(record, self.clock()) for record in records.values())
        return self._gathered(channel, records) if many else records

    def _gathered(self, channel: Channel, records: dict[Key, Record]) -> dict[Key, Record]:
        """With what may travel with them."""
        now = self.clock()
        vanished = max((record.vanished for record in records.values() if sending.claimable(record, now)), default=0)
        room = sending.together(vanished, GATHERED) - len(records)
        nominated = islice(self.records.due(channel, before=now + HINT_GRACE_MS), LOOKED_THROUGH)
        more = [
            due for due in nominated if due.key not in records and (due.send_at is not None or due.check_at is not None)
        ]
        more.sort(key=lambda due: due.wanted != 0)
        others = self.records.get_many([due.key for due in more[: max(0, room)]])
        return records | {key: other for key, other in others.items() if other.vanished <= vanished}

    def _close(self, record: Record) -> None:
        now = self.clock()
        poisoned = sending.poisoned(record)
        try:
            self.records.save(sending.park(record, now) if poisoned else sending.nothing_to_send(record, now), record)
        except Conflict:  # something happened to it meanwhile; what is due is hinted again
            return
        count("Parked" if poisoned else "NothingToSend")

    # ------------------------------------------------------------------ what may go now

    def _calls(self, channel: Channel, connector: Connector, gate: Gate, sends: Sequence[Send]) -> Iterator[Call]:
        for group, own in grouped(connector, channel, sends):
            yield Call(channel, connector, gate, own, group=group)

    def _in_time(
        self, channel: Channel, connector: Connector, gate: Gate, sends: Sequence[Send], plan: Plan
    ) -> Sequence[Call]:
        """The calls that the marketplace's rate has room for; the others are hinted for when it has."""
        calls = list(self._calls(channel, connector, gate, sends))
        rate = connector.capabilities.rate
        if rate is None or not calls:
            return calls
        allowed, next_at = self._paced(channel, rate, len(calls))
        if allowed < len(calls) and (feed := self._feed(channel, connector, gate, sends)) is not None:
            return [feed]
        late, mode = calls[allowed:], connector.capabilities.mode
        for place, call in enumerate(late[:1] if mode is Mode.FEED else late):
            wait_ms = next_at - self.clock() + (place + self.random()) * 1000 / rate.per_second
            hinted = call.sends if mode is Mode.GROUP else call.sends[:1]  # the others of a call are gathered
            plan.hints.extend(hint(send.record.key, int(wait_ms)) for send in hinted)
        return calls[:allowed]

    def _feed(self, channel: Channel, connector: Connector, gate: Gate, sends: Sequence[Send]) -> Call | None:
        """Everything due as one file, when that is more than the calls' rate has room for."""
        feed = connector.capabilities.feed
        if feed is None:
            return None
        records = self._gathered(channel, {send.record.key: send.record for send in sends})
        due = sort(records.values(), self.clock()).sends[: feed.max_batch]
        if len(due) < feed.at_least or not self._paced(channel, feed.rate, 1, feed=True)[0]:
            return None
        listings = self.listings(channel, [record.key.sku for record in due])
        return Call(channel, connector, gate, [planned(record, listings) for record in due], feed=True)

    def _paced(self, channel: Channel, rate: Rate, calls: int, *, feed: bool = False) -> tuple[int, int]:
        """How many of so many calls may go now, those taken from the rate, and when the next may."""
        for _ in range(GATE_TRIES):
            gate = self.control.gate(channel.id)
            if gate.closed(self.clock()):
                raise _ClosedMeanwhile(gate)
            paced, allowed, next_at = gates.paced(gate, self.clock(), rate, calls, feed=feed)
            if not allowed:
                return 0, next_at
            try:
                self.control.save_gate(paced, gate)
            except Conflict:
                continue
            return allowed, next_at
        return 0, self.clock() + 1000

    def _probe(self, gate: Gate, call: Call, plan: Plan) -> bool:
        """Be the one call that finds out whether the marketplace answers again. The rate counts it like any other."""
        now, rate = self.clock(), call.connector.capabilities.rate
        probing = gates.probing(gate, now)
        if call.ref is None and rate is not None:
            probing, allowed, next_at = gates.paced(probing, now, rate, 1)
            if not allowed:
                plan.hints.append(hint(call.sends[0].record.key, next_at - now))
                return False
        try:
            self.control.save_gate(probing, gate)
        except Conflict:
            return False
        return True

    # ------------------------------------------------------------------ claim

    def _claimed(self, call: Call, plan: Plan) -> Call:
        """With what could be claimed of it."""
        if call.ref is not None:
            return call
        if call.group:
            name, now = f"{call.channel.id}#{call.group}", self.clock()
            holder = self.leases.take(name, now, now + sending.LEASE_S * 1000)
            if holder is None:  # somebody else is writing that listing
                for record in (send.record for send in call.sends):
                    plan.hints.append(hint(record.key, 2_000 + sending.after_reopening_ms(record, self.random())))
                return replace(call, sends=[])
            call = replace(call, lease=(name, holder))
        late_effect_s = call.connector.capabilities.late_effect_s
        claims = self.at_once(lambda send: self._claim(send, late_effect_s), call.sends)
        claimed = replace(call, sends=[send for send in claims if send is not None])
        if call.lease is not None and not claimed.sends:
            self.leases.release(*call.lease)
        return claimed

    def _claim(self, send: Send, late_effect_s: int) -> Send | None:
        record = send.record
        while sending.claimable(record, self.clock()) and not sending.poisoned(record):
            try:
                claimed, claim = sending.claim(record, self.clock(), late_effect_s=late_effect_s)
                update = replace(send.update, quantity=claim.quantity, version=claim.version)
                return Send(self.records.save(claimed, record), update, claim)
            except Conflict:
                record = self.records.get(record.key)
            except Unavailable:  # it may have been taken: then it ends by itself
                return None
        return None
