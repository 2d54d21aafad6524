"""The audit: late changes told once, what is due hinted again, dead letters brought back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from stockbridge import alerting
from stockbridge.alerting import Alert, Alerts
from stockbridge.audit import QUEUE_FULL, REDRIVES, Audit
from stockbridge.burning import Burning
from stockbridge.errors import Unavailable
from stockbridge.gates import Gate
from stockbridge.measures import Counts, Period, of_period
from stockbridge.messages import look_message
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Message
from tests.memory import START, Clock, MemoryControl, MemoryQueue, MemoryRecords, Published, channel

HOUR_S = 3600


@dataclass
class World:
    records: MemoryRecords = field(default_factory=MemoryRecords)
    control: MemoryControl = field(default_factory=MemoryControl)
    intake_queue: MemoryQueue = field(default_factory=MemoryQueue)
    export_queue: MemoryQueue = field(default_factory=MemoryQueue)
    dead_letters: MemoryQueue = field(default_factory=MemoryQueue)
    published: Published = field(default_factory=Published)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.control.add(channel())
        self.audit = Audit(
            records=self.records,
            control=self.control,
            intake_queue=self.intake_queue,
            export_queue=self.export_queue,
            intake_dead_letters=self.dead_letters,
            publish=self.published,
            clock=self.clock,
            late_after_s=HOUR_S,
        )

    def owe(self, sku: str = "42", **fields: object) -> Key:
        key = Key("loja", "SPT", sku)
        owed = {"wanted": 7, "version": 1, "send_at": START, "changed_at": START} | fields
        self.records.stored[key] = replace(Record(key, rev=1), **owed)  # type: ignore[arg-type] -- a record's fields
        return key

    def run(self) -> None:
        self.audit.every_minute()


def test_what_is_due_and_has_no_message_is_hinted_again() -> None:
    world = World()
    world.owe("42")
    world.owe("43", send_at=START + 60_000)
    world.run()
    assert world.export_queue.hinted == ["42"]


def test_an_owed_look_goes_to_the_intake() -> None:
    world = World()
    world.owe("42", send_at=None, look_at=START)
    world.run()
    assert json.loads(world.intake_queue.messages[0].body)["look"]["key"] == ["loja", "SPT", "42"]
    assert world.export_queue.messages == []


def test_zeroing_changes_go_first_then_the_oldest() -> None:
    world = World()
    world.owe("1", changed_at=START - 2_000)
    world.owe("2", changed_at=START - 9_000)
    world.owe("3", wanted=0, changed_at=START - 1_000)
    world.run()
    assert world.export_queue.hinted == ["3", "2", "1"]


def test_a_closed_gate_and_a_switched_off_channel_are_passed_over() -> None:
    world = World()
    world.owe()
    world.control.gates["loja#SPT"] = Gate("loja#SPT", closed_until=START + 1)
    world.run()
    world.control.gates.clear()
    world.control.add(channel(enabled=False))
    world.run()
    assert world.export_queue.messages == []


def test_a_full_queue_gets_no_more_hints() -> None:
    world = World()
    world.owe()
    world.export_queue.messages = [Message("{}")] * QUEUE_FULL
    world.run()
    assert len(world.export_queue.messages) == QUEUE_FULL


def test_a_refusing_queue_does_not_stop_the_audit() -> None:
    world = World()
    world.owe()
    world.export_queue.refuses = True
    world.clock.forward(HOUR_S + 1)
    world.run()
    assert len(world.published.alerts) == 1


def test_an_open_change_becomes_late_after_an_hour_and_is_told_once() -> None:
    world = World()
    world.owe()
    world.clock.forward(HOUR_S)
    world.run()
    assert world.published.alerts == []
    world.clock.forward(1)
    world.run()
    world.run()
    (alert,) = world.published.alerts
    assert json.loads(alert.body)["skus"] == ["42"]


def test_many_late_changes_are_one_alert() -> None:
    world = World()
    for sku in range(100, 150):
        world.owe(str(sku))
    world.clock.forward(2 * HOUR_S)
    world.run()
    (alert,) = world.published.alerts
    assert json.loads(alert.body)["count"] == 50
    assert len(json.loads(alert.body)["skus"]) == 20


def test_a_channels_own_limit_replaces_the_hour() -> None:
    world = World()
    world.control.add(channel(late_after_s=60))
    world.owe()
    world.clock.forward(61)
    world.run()
    assert len(world.published.alerts) == 1


def test_the_index_only_nominates_and_the_record_decides() -> None:
    """The change was reflected after the index was read: no alert, and nothing is noted."""
    world = World()
    key = world.owe()
    world.clock.forward(2 * HOUR_S)
    nominated = list(world.records.due(channel(), before=None))
    world.records.due = lambda _channel, *, before: iter(nominated)  # type: ignore[method-assign] -- a lagging index
    world.records.stored[key] = replace(
        world.records.get(key), changed_at=None, send_at=None, done_version=1, status=Status.SUCCESS
    )
    world.run()
    assert world.published.alerts == []


def told(world: World) -> list[tuple[str, str]]:
    bodies = [json.loads(alert.body) for alert in world.published.alerts]
    return [(body["event"], body["transition"]) for body in bodies]


def test_people_hear_when_it_begins_when_it_grew_tenfold_and_when_it_is_over() -> None:
    world = World()
    world.clock.forward(2 * HOUR_S)
    world.owe("1")
    world.run()
    for sku in range(2, 10):
        world.owe(str(sku))
        world.run()
    assert told(world) == [("late", "opened")]
    world.owe("10")
    world.run()
    assert told(world)[1:] == [("late", "grown")]
    world.records.stored.clear()
    world.run()
    world.run()
    assert told(world)[2:] == [("late", "resolved")]
    subjects = [alert.subject for alert in world.published.alerts]
    assert subjects == [
        "[Estoque] Loja (loja): 1 mudança atrasada",
        "[Estoque] Loja (loja): 10 mudanças atrasadas",
        "[Estoque] Loja (loja): resolvido (10 mudanças atrasadas)",
    ]


def test_refused_credentials_are_told_at_once_and_an_outage_when_it_lasts() -> None:
    world = World()
    gate = Gate("loja#SPT", closed_until=START + 9 * HOUR_S * 1000, since=START)
    world.control.gates["loja#SPT"] = replace(gate, incident="marketplace_down")
    world.run()
    world.control.add(channel("MLB"))
    world.control.gates["loja#MLB"] = replace(gate, channel_id="loja#MLB", incident="auth")
    world.run()
    assert [json.loads(alert.body)["affiliate"] for alert in world.published.alerts] == ["MLB"]
    world.clock.forward(300)
    world.run()
    assert [json.loads(alert.body)["cause"] for alert in world.published.alerts] == ["auth", "marketplace_down"]
    world.control.gates.clear()
    world.run()
    assert told(world)[2:] == [("incident", "resolved"), ("incident", "resolved")]


@dataclass
class Counted:
    """Changes of the hour before now: `late` of a hundred."""

    late: int = 0
    refuses: bool = False

    def between(self, account: str, affiliate: str, period: Period, first: int, last: int) -> Mapping[int, Counts]:
        if self.refuses:
            raise Unavailable("throttled")
        return {Period.HOUR.start(last): of_period(Period.HOUR, last, {"within": 100 - self.late, "late": self.late})}


def test_a_share_in_time_that_falls_too_fast_is_told_and_is_over_when_nothing_burns() -> None:
    world, counted = World(), Counted(late=2)
    audit = replace(world.audit, burning=Burning(counted))
    audit.every_minute()
    assert told(world) == []
    counted.late = 3  # three times the one per cent that is allowed, all day long
    audit.every_minute()
    assert told(world) == [("burn", "opened")]
    counted.late = 2
    audit.every_minute()
    assert told(world) == [("burn", "opened")]
    counted.late, counted.refuses = 0, True
    audit.every_minute()
    counted.refuses = False
    world.clock.forward(60)
    audit.every_minute()
    assert told(world) == [("burn", "opened")]  # not known, and not looked at
    world.clock.forward(240)
    audit.every_minute()
    assert told(world) == [("burn", "opened"), ("burn", "resolved")]


def test_an_outage_burns_before_it_ends_and_a_few_changes_never_do() -> None:
    world = World()
    audit = replace(world.audit, burning=Burning(Counted()))
    for sku in range(100, 130):
        world.owe(str(sku))
    world.clock.forward(2 * HOUR_S)
    audit.every_minute()
    assert told(world) == [("late", "opened"), ("burn", "opened")]
    few = Burning(Counted(), objective=0.99)
    assert few.rates(channel(), 0, START) == (0.0, 0.0)


def test_what_a_switched_off_channel_owes_is_nobodys_trouble() -> None:
    world = World()
    world.owe()
    world.clock.forward(2 * HOUR_S)
    world.run()
    world.control.add(channel(enabled=False))
    world.run()
    assert told(world) == [("late", "opened"), ("late", "resolved")]


def test_of_two_runs_at_the_same_time_one_tells() -> None:
    world = World()
    world.owe()
    world.clock.forward(2 * HOUR_S)
    publish = world.published

    def slowly(alert: Alert) -> None:
        world.run()  # the other one, in the middle of ours
        publish(alert)

    replace(world.audit, publish=slowly).every_minute()
    assert told(world) == [("late", "opened")]


def test_an_alert_that_nobody_took_is_told_again() -> None:
    world = World()
    world.owe()
    world.clock.forward(2 * HOUR_S)
    refusing = replace(world.audit, publish=_refuse)
    with pytest.raises(Unavailable):
        refusing.every_minute()
    world.run()
    assert world.published.alerts == []  # whoever was to say it may still do it
    world.clock.forward(180)
    world.run()
    assert len(world.published.alerts) == 1
    world.clock.forward(180)
    world.run()
    assert len(world.published.alerts) == 1


def test_dead_letters_of_the_intake_are_brought_back() -> None:
    world = World()
    notice = look_message(Key("loja", "SPT", "42"), START)
    world.dead_letters.messages = [Message(notice)]
    for _ in range(REDRIVES + 2):  # for as long as it takes
        world.run()
        assert world.dead_letters.messages == []
        world.dead_letters.messages = world.intake_queue.drain()
        assert world.dead_letters.messages == [Message(notice)]


def test_a_dead_letter_that_nobody_can_read_is_tried_some_times_and_stays_as_evidence() -> None:
    world = World()
    world.dead_letters.messages = [Message('{"v":99}'), Message("no message at all")]
    for _ in range(REDRIVES):
        world.run()
        world.dead_letters.messages += world.intake_queue.drain()
    world.run()
    assert world.intake_queue.messages == []
    assert len(world.dead_letters.messages) == 2


def _refuse(_alert: Alert) -> None:
    raise Unavailable("SNS does not answer")


def test_an_alert_that_cannot_be_told_stops_no_sweep_and_no_redrive() -> None:
    world = World()
    world.owe(changed_at=START - (HOUR_S + 60) * 1000, send_at=START + 1)
    world.dead_letters.messages = [Message(look_message(Key("loja", "SPT", "42"), START))]
    world.audit = replace(world.audit, publish=_refuse)
    with pytest.raises(Unavailable):
        world.audit.every_minute()
    assert world.dead_letters.messages == []


def test_a_subject_is_one_that_can_be_published_whatever_the_channel_is_called() -> None:
    named = channel(name="Loja\x9b31m\x85\u2028\u202e 1")
    (alert,) = alerting.follow(Alerts(named.id), named, [alerting.late(1, ["1"], 60_000)], START).outbox
    assert alert.subject.isprintable()
    assert alert.subject.startswith("[Estoque] Loja 31m 1 (loja): ")
