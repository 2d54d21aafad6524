"""Delivery: claimed, sent at once, committed; whatever the marketplace does."""

from dataclasses import dataclass, field, replace

import pytest

from stockbridge import gates
from stockbridge.connectors import Capabilities, Rate
from stockbridge.delivery import Delivery
from stockbridge.gates import BREAKER_FAILURES, Gate
from stockbridge.logins import Logins
from stockbridge.notifications import Key
from stockbridge.outcomes import Busy, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.planning import Planning
from stockbridge.records import Record, Status
from stockbridge.sending import HEAD_START_MS
from tests.memory import (
    START,
    CheckedMarketplace,
    Clock,
    MemoryControl,
    MemoryLeases,
    MemoryMarketplace,
    MemoryQueue,
    MemoryRecords,
    MemorySecrets,
    NoHttp,
    channel,
)

KEY = Key("loja", "SPT", "42")
TIMEOUT = Unknown("timeout", "no answer", Evidence("PUT", "", None, 8000))


@dataclass
class World:
    records: MemoryRecords = field(default_factory=MemoryRecords)
    control: MemoryControl = field(default_factory=MemoryControl)
    marketplace: MemoryMarketplace = field(default_factory=MemoryMarketplace)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    clock: Clock = field(default_factory=Clock)
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    leases: MemoryLeases = field(default_factory=MemoryLeases)

    def __post_init__(self) -> None:
        self.control.add(channel())
        self.delivery = Delivery(
            planning=Planning(
                records=self.records,
                control=self.control,
                leases=self.leases,
                connector=lambda _name: self.marketplace,
                listings=lambda _channel, _skus: {},
                clock=self.clock,
                random=lambda: 0.0,
                at_once=map,
            ),
            records=self.records,
            control=self.control,
            leases=self.leases,
            logins=Logins(self.secrets, self.leases, self.clock),
            http=NoHttp(),
            export_queue=self.queue,
            clock=self.clock,
            random=lambda: 0.0,
            at_once=map,
        )

    def want(self, quantity: int, sku: str = "42") -> Key:
        """As the intake leaves it."""
        key = Key("loja", "SPT", sku)
        record = self.records.get(key)
        self.records.stored[key] = replace(
            record,
            wanted=quantity,
            version=record.version + 1,
            send_at=self.clock(),
            changed_at=self.clock(),
            not_before=None,
            status=Status.PENDING,
            rev=record.rev + 1,
        )
        return key

    def deliver(self, *keys: Key) -> Record:
        self.delivery.deliver(keys or (KEY,))
        return self.records.get((keys or (KEY,))[0])


def test_a_hint_makes_the_marketplace_show_what_is_wanted() -> None:
    world = World()
    world.want(7)
    record = world.deliver()
    assert world.marketplace.shown == {"42": 7}
    assert (record.status, record.confirmed, record.due_at) == (Status.SUCCESS, 7, None)


def test_duplicate_hints_send_once() -> None:
    world = World()
    world.want(7)
    world.deliver(KEY, KEY)
    world.deliver()
    assert world.marketplace.pushes == [("42", 7)]


def test_a_change_during_the_send_is_sent_next() -> None:
    world = World()
    world.want(7)
    world.marketplace.during_push = lambda _update: world.want(3) and None
    record = world.deliver()
    assert (record.confirmed, record.status) == (7, Status.PENDING)
    assert world.queue.hinted == ["42"]
    assert world.deliver().confirmed == 3


def test_what_is_shown_already_is_not_sent_again() -> None:
    world = World()
    world.want(7)
    world.deliver()
    world.want(7)
    record = world.deliver()
    assert world.marketplace.pushes == [("42", 7)]
    assert (record.status, record.attempts[-1].outcome) == (Status.SUCCESS, "nothing_to_send")


def test_an_unanswered_send_is_tried_again_with_a_delay() -> None:
    world = World()
    world.want(7)
    world.marketplace.answers = [TIMEOUT]
    world.deliver()
    (hint,) = world.queue.drain()
    assert hint.delay_s == 30
    world.deliver()
    assert len(world.marketplace.pushes) == 1  # too early
    world.clock.forward(30)
    assert world.deliver().status is Status.SUCCESS


def test_a_refusal_becomes_an_error_with_its_evidence() -> None:
    world = World()
    world.want(7)
    world.marketplace.answers = [Refused("not_catalogued", "wait", Evidence("PUT /42", '{"code":1}', 404))]
    record = world.deliver()
    assert (record.status, record.cause, record.message) == (Status.ERROR, "not_catalogued", "wait")
    assert [(kept.key, kept.evidence.http_status) for kept in world.records.evidence] == [(KEY, 404)]
    assert record.attempts[-1].http_status == 404


def test_a_throttle_closes_the_gate_for_every_sku_of_the_channel() -> None:
    world = World()
    world.want(7)
    world.want(8, "43")
    world.marketplace.answers = [Throttled(60, "slow down")]
    world.deliver(KEY)
    world.deliver(Key("loja", "SPT", "43"))
    assert world.marketplace.pushes == [("42", 7)]
    world.clock.forward(60 + HEAD_START_MS / 1000)
    world.deliver(KEY, Key("loja", "SPT", "43"))
    assert world.marketplace.shown == {"42": 7, "43": 8}
    assert world.records.get(KEY).attempts_used == 0


def test_the_breaker_opens_and_one_probe_goes_first() -> None:
    world = World()
    keys = [world.want(1, str(sku)) for sku in range(1, BREAKER_FAILURES + 3)]
    world.marketplace.answers = [TIMEOUT] * BREAKER_FAILURES
    for key in keys[:BREAKER_FAILURES]:
        world.deliver(key)
    world.deliver(*keys[BREAKER_FAILURES:])
    assert len(world.marketplace.pushes) == BREAKER_FAILURES
    world.clock.forward(31)
    world.deliver(*keys[BREAKER_FAILURES:])
    assert len(world.marketplace.pushes) == BREAKER_FAILURES + 1
    world.deliver(*keys[BREAKER_FAILURES:])
    assert len(world.marketplace.shown) == 2
    assert world.control.gates["loja#SPT"].failures == 0


def test_the_rate_counts_the_probe_too() -> None:
    world = World()
    world.marketplace.capabilities = Capabilities(rate=Rate(1 / 60))
    world.control.gates["loja#SPT"] = Gate("loja#SPT", 1, closed_until=START - 1, incident="auth", since=START - 1)
    keys = [world.want(1, str(sku)) for sku in range(2)]
    world.deliver(*keys)
    world.clock.forward(50)
    world.deliver(*keys)
    assert len(world.marketplace.pushes) == 1
    world.clock.forward(10)
    world.deliver(*keys)
    assert len(world.marketplace.pushes) == 2


def test_the_probe_waits_for_the_rate() -> None:
    world = World()
    world.marketplace.capabilities = Capabilities(rate=Rate(1 / 60))
    closed = Gate("loja#SPT", 1, closed_until=START - 1, incident="auth", since=START - 1)
    world.control.gates["loja#SPT"] = replace(closed, calls_paced_until=START + 20_000)
    world.want(1)
    world.deliver(KEY)
    assert (world.marketplace.pushes, [message.delay_s for message in world.queue.messages]) == ([], [20])
    world.clock.forward(20)
    world.deliver(KEY)
    assert world.marketplace.pushes == [("42", 1)]


def test_refused_credentials_pause_the_channel_and_blame_no_sku() -> None:
    world = World()
    world.want(7)
    world.want(8, "43")
    world.marketplace.answers = [Unauthorized("expired"), Unauthorized("expired")]
    record = world.deliver(KEY)
    assert (record.status, record.cause) == (Status.PENDING, "auth")
    assert world.control.gates["loja#SPT"].incident == "auth"
    assert world.deliver(Key("loja", "SPT", "43")).attempts == ()


def test_what_refused_credentials_stopped_is_sent_as_soon_as_its_gate_lets_it() -> None:
    world = World()
    world.want(7)
    world.marketplace.answers = [Unauthorized("expired")]
    world.deliver()
    world.queue.drain()
    world.clock.forward(60)
    assert world.deliver().attempts[-1].outcome == "unauthorized"  # the gate is closed
    gate = world.control.gate("loja#SPT")
    world.control.save_gate(gates.let_probe(gate, world.clock()), gate)
    (due,) = world.records.due(channel(), before=world.clock())  # as the sweep finds it
    assert due.send_at is not None
    assert due.send_at <= world.clock()
    assert world.deliver().confirmed == 7
    assert world.control.gate("loja#SPT").incident is None


@pytest.mark.parametrize(
    "found", [Busy("another process is logging in"), Refused("unmapped", ""), Refused("configuration", "no secret")]
)
def test_a_probe_that_ends_before_it_reaches_the_marketplace_ends_no_incident_and_another_may_go(
    found: Outcome,
) -> None:
    world = World()
    world.want(7)
    world.want(8, "43")
    world.marketplace.answers = [Unauthorized("expired")]
    world.deliver()
    world.clock.forward(301)
    world.marketplace.answers = [found]

    world.deliver()

    gate = world.control.gate("loja#SPT")
    assert (gate.incident, gate.closed(world.clock())) == ("auth", False)
    assert world.deliver(Key("loja", "SPT", "43")).confirmed == 8
    assert world.control.gate("loja#SPT").incident is None


def test_a_refusal_in_the_marketplaces_own_words_ends_an_incident() -> None:
    world = World()
    world.want(7)
    world.marketplace.answers = [Unauthorized("expired")]
    world.deliver()
    world.clock.forward(301)
    world.marketplace.answers = [Refused("listing_closed", "closed", Evidence("PUT", "closed", 400))]
    assert world.deliver().status is Status.ERROR
    assert world.control.gate("loja#SPT").incident is None


def test_a_question_that_refused_credentials_stopped_is_asked_as_soon_as_its_gate_lets_it() -> None:
    world = World(marketplace=CheckedMarketplace(news=[Unauthorized("expired")]))
    world.want(7)
    world.deliver()
    world.clock.forward(10)
    assert world.deliver().accepted is not None
    world.clock.forward(10)
    gate = world.control.gate("loja#SPT")
    world.control.save_gate(gates.let_probe(gate, world.clock()), gate)
    assert world.deliver().status is Status.SUCCESS


def test_rotated_credentials_are_read_again_before_they_are_blamed() -> None:
    world = World(secrets=MemorySecrets({"shop": {"token": "new"}}, {"shop": {"token": "old"}}))
    world.control.add(channel(marketplace={"secret": "shop"}))
    world.want(7)
    world.marketplace.answers = [Unauthorized("expired")]
    assert world.deliver().status is Status.SUCCESS
    assert "loja#SPT" not in world.control.gates


def test_a_missing_secret_is_an_error_of_the_configuration() -> None:
    world = World()
    world.control.add(channel(marketplace={"secret": "gone"}))
    world.want(7)
    assert world.deliver().cause == "configuration"


def test_a_bug_of_a_connector_is_an_unknown_outcome_of_one_sku() -> None:
    world = World()
    keys = [world.want(7), world.want(8, "43")]
    world.marketplace.answers = [ZeroDivisionError("bug")]
    world.deliver(*keys)
    assert world.records.get(keys[0]).cause == "uncatalogued"
    assert world.marketplace.shown == {"43": 8}


def test_a_switched_off_channel_sends_nothing_and_forgets_nothing() -> None:
    world = World()
    world.control.add(channel(enabled=False))
    world.want(7)
    assert world.deliver().open
    assert world.marketplace.pushes == []
    world.control.add(channel(enabled=True))
    assert world.deliver().confirmed == 7


def test_a_sku_that_kills_every_claim_is_parked_and_shown() -> None:
    world = World()
    world.want(7)
    for _ in range(20):
        world.marketplace.during_push = _die
        try:
            world.deliver()
        except KeyboardInterrupt:
            world.clock.forward(60)
    record = world.records.get(KEY)
    assert (record.status, record.cause) == (Status.ERROR, "poison")
    assert len(world.marketplace.pushes) == 8


def test_a_rival_that_claimed_meanwhile_settles_what_we_sent() -> None:
    world = World()
    world.want(7)

    def rival(_update: object) -> None:
        world.clock.forward(60)  # our lease is over
        world.want(3)
        world.deliver()

    world.marketplace.during_push = rival
    record = world.deliver()
    assert record.confirmed == 3
    assert record.due_at is not None  # our 7 may still land on top of the 3: it is written once more
    world.clock.forward(300)
    assert world.deliver().due_at is None
    assert world.marketplace.shown == {"42": 3}


def test_the_gate_reopened_meanwhile_does_not_lose_a_throttle() -> None:
    world = World()
    keys = [world.want(7), world.want(8, "43")]
    world.marketplace.answers = [Throttled(60, "slow down")]
    world.deliver(*keys)  # one is throttled, the other applied in the same batch
    assert world.control.gates["loja#SPT"].closed(START + 59_000)


def test_a_closed_gate_leaves_the_record_untouched_and_brings_the_hint_back_when_it_opens() -> None:
    world = World()
    world.want(7)
    world.control.gates["loja#SPT"] = Gate("loja#SPT", closed_until=START + 30_000)
    before = world.records.get(KEY)
    assert world.deliver() == before
    (hint,) = world.queue.drain()
    assert hint.delay_s == 30 + HEAD_START_MS // 1000
    world.clock.forward(hint.delay_s)
    assert world.deliver().confirmed == 7


def test_a_gate_that_is_closed_for_long_fills_no_queue() -> None:
    world = World()
    world.want(7)
    world.control.gates["loja#SPT"] = Gate("loja#SPT", closed_until=START + 300_000)
    world.deliver()
    assert world.queue.messages == []


def _die(_update: object) -> None:
    raise KeyboardInterrupt  # as a killed process: no step after this one happens
