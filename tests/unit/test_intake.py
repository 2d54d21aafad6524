"""Intake: merged, read in bulk, decided once, never on an older balance than somebody else's."""

from contextlib import suppress
from dataclasses import dataclass, field, replace

from stockbridge.errors import VtexUnavailable
from stockbridge.intake import Delivered, Intake, merge
from stockbridge.messages import look_message, notice_message, read_notice
from stockbridge.notifications import Key
from stockbridge.observing import Notice
from stockbridge.operating import reprocess
from stockbridge.records import Record, Status
from tests.memory import START, Clock, MemoryControl, MemoryQueue, MemoryRecords, MemoryVtex, channel

KEY = Key("loja", "SPT", "42")


@dataclass
class World:
    records: MemoryRecords = field(default_factory=MemoryRecords)
    control: MemoryControl = field(default_factory=MemoryControl)
    vtex: MemoryVtex = field(default_factory=MemoryVtex)
    intake_queue: MemoryQueue = field(default_factory=MemoryQueue)
    export_queue: MemoryQueue = field(default_factory=MemoryQueue)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.control.add(channel("SPT"), channel("MGL"))
        self.intake = Intake(
            records=self.records,
            control=self.control,
            read_balances=self.vtex.read,
            intake_queue=self.intake_queue,
            export_queue=self.export_queue,
            clock=self.clock,
            second_look_s=330,
        )

    def notify(self, *keys: Key, receive_count: int = 1, **fields: object) -> list[str]:
        notices = [
            Notice(**{"key": key, "received_at": self.clock(), "changed": True, "stock": True, **fields})
            for key in keys
        ]
        return self.take(*(notice_message(notice) for notice in notices), receive_count=receive_count)

    def take(self, *bodies: str, receive_count: int = 1) -> list[str]:
        return self.intake.take([Delivered(str(n), body, receive_count) for n, body in enumerate(bodies)])


def other(sku: str, affiliate: str = "SPT") -> Key:
    return Key("loja", affiliate, sku)


def test_a_notification_becomes_a_record_and_a_hint_for_the_export() -> None:
    world = World()
    world.vtex.balances["SPT", "42"] = 7
    assert world.notify(KEY) == []
    assert world.records.get(KEY).wanted == 7
    assert world.export_queue.hinted == ["42"]


def test_many_notifications_of_one_sku_cost_one_read() -> None:
    world = World()
    world.vtex.balances |= {("SPT", "42"): 7, ("SPT", "43"): 8}
    world.notify(KEY, KEY, other("43"), KEY)
    assert world.vtex.reads == [("SPT", ("42", "43"))]
    assert world.records.get(KEY).version == 1


def test_each_affiliate_is_read_with_its_own_trade_policy() -> None:
    world = World()
    world.vtex.balances |= {("SPT", "42"): 7, ("MGL", "42"): 2}
    world.notify(KEY, other("42", "MGL"))
    assert {world.records.get(other("42", name)).wanted for name in ("SPT", "MGL")} == {7, 2}


def test_a_change_held_back_by_the_rule_is_not_hinted() -> None:
    world = World()
    world.vtex.balances["SPT", "42"] = 50
    world.notify(KEY)
    world.records.stored[KEY] = _at_rest(world, 50)
    world.export_queue.drain()
    world.vtex.balances["SPT", "42"] = 20
    world.notify(KEY)
    assert world.export_queue.hinted == []
    assert world.records.get(KEY).skipped is not None


def test_a_notified_stock_change_is_looked_at_once_more_later() -> None:
    world = World()
    world.vtex.balances["SPT", "42"] = 7
    world.notify(KEY, only_stock=True)
    (second,) = world.intake_queue.drain()
    assert second.delay_s == 330
    world.clock.forward(330)
    world.vtex.balances["SPT", "42"] = 3  # VTEX's cache has caught up
    world.take(second.body)
    assert world.records.get(KEY).wanted == 3
    assert world.records.get(KEY).changed_at == START
    assert world.intake_queue.messages == []  # no third look


def test_a_bare_look_asks_for_no_second_one() -> None:
    world = World()
    world.take(look_message(KEY, START))
    assert world.intake_queue.messages == []


def test_a_decision_that_raced_with_another_reads_the_balance_again() -> None:
    """Two functions read 9 and then 3; whoever read 9 must not write it over the 3."""
    world = World()
    world.vtex.balances["SPT", "42"] = 9

    def rival() -> None:
        world.vtex.balances["SPT", "42"] = 3
        world.notify(KEY)

    world.vtex.after_read = rival
    assert world.notify(KEY) == []
    assert world.records.get(KEY).wanted == 3
    assert len(world.vtex.reads) == 3


def test_a_write_of_the_export_meanwhile_costs_no_second_read() -> None:
    world = World()
    world.vtex.balances["SPT", "42"] = 50
    world.notify(KEY)
    world.vtex.balances["SPT", "42"] = 3

    def export_commits(_saved: object) -> None:
        world.records.stored[KEY] = _at_rest(world, 50)

    world.records.before_save = export_commits
    reads = len(world.vtex.reads)
    world.notify(KEY)
    assert len(world.vtex.reads) == reads + 1
    assert world.records.get(KEY).wanted == 3


def test_an_unreadable_vtex_is_acknowledged_and_kept_on_the_record() -> None:
    world = World()
    world.vtex.unavailable = VtexUnavailable("429", 60)
    assert world.notify(KEY) == []
    record = world.records.get(KEY)
    assert (record.look_at, record.balance, record.status) == (START + 60_000, None, Status.PENDING)


def test_a_slow_vtex_cannot_hold_a_batch_past_its_time() -> None:
    world = World()
    world.vtex.after_read = lambda: world.clock.forward(31)
    world.notify(KEY, other("42", "MGL"))
    assert len(world.vtex.reads) == 1
    waiting = [record for record in world.records.stored.values() if record.look_at is not None]
    assert len(waiting) == 1  # looked at by the sweep, no message was failed for it


def test_an_affiliate_without_a_channel_is_dropped_and_spoils_no_other() -> None:
    world = World()
    world.vtex.balances["SPT", "42"] = 7
    assert world.notify(other("42", "XYZ"), KEY) == []
    assert world.records.get(KEY).wanted == 7
    assert other("42", "XYZ") not in world.records.stored


def test_an_unreadable_message_comes_again_and_spoils_no_other() -> None:
    world = World()
    world.vtex.balances["SPT", "42"] = 7
    good = notice_message(Notice(KEY, START, changed=True, stock=True))
    assert world.take(good, '{"v":99}') == ["1"]
    assert world.records.get(KEY).wanted == 7


def test_a_sku_that_ends_every_process_that_reads_it_is_parked_as_an_error_and_spoils_no_other() -> None:
    world = World()
    poison, good = other("66"), KEY
    world.vtex.balances["SPT", "42"] = 7
    world.vtex.deadly = {"66"}
    for receive_count in range(1, 11):
        try:
            left = world.notify(poison, good, receive_count=receive_count)
        except KeyboardInterrupt:
            world.clock.forward(360)
        else:
            break
    assert left == []
    record = world.records.get(poison)
    assert (record.status, record.cause, record.due_at) == (Status.ERROR, "poison", None)
    assert world.records.get(good).wanted == 7
    assert receive_count < 10  # before the queue gave any of them up


def test_a_reprocess_looks_again_at_what_was_parked() -> None:
    world = World()
    world.vtex.deadly = {"42"}
    with suppress(KeyboardInterrupt):
        world.notify(KEY)
    for _ in range(5):
        world.clock.forward(360)
        with suppress(KeyboardInterrupt):
            world.notify(KEY, receive_count=2)
    assert world.notify(KEY) == []
    parked = world.records.get(KEY)
    assert parked.cause == "poison"
    world.vtex.deadly = set()
    world.vtex.balances["SPT", "42"] = 7
    world.records.save(reprocess(parked, "r1", START), parked)
    world.take(look_message(KEY, START))
    assert world.records.get(KEY).wanted == 7


def test_an_outage_parks_nothing() -> None:
    world = World()
    for receive_count in range(1, 10):
        world.records.refuses = True  # once the record was read
        assert world.notify(KEY, receive_count=receive_count) == ["0"]
    world.vtex.balances["SPT", "42"] = 7
    assert world.notify(KEY, receive_count=10) == []
    assert world.records.get(KEY).wanted == 7


def test_refused_hints_lose_nothing_but_time() -> None:
    world = World()
    world.vtex.balances["SPT", "42"] = 7
    world.export_queue.refuses = True
    assert world.notify(KEY) == []
    assert world.records.get(KEY).due_at is not None


def test_merging_keeps_the_oldest_time_every_flag_and_the_newest_state() -> None:
    merged = merge(
        [
            Notice(KEY, START + 5, only_stock=True, changed=True, stock=True, active=True, modified_at=20),
            Notice(KEY, START, only_stock=False, changed=True, active=False, modified_at=10),
            Notice(KEY, START + 9, changed=True, modified_at=15),
        ]
    )[KEY]
    assert (merged.received_at, merged.only_stock, merged.stock) == (START, False, True)
    assert (merged.active, merged.modified_at) == (True, 20)


def test_a_mere_look_makes_no_notification_older() -> None:
    look, notice = Notice(KEY, START - 5), Notice(KEY, START, changed=True)
    assert [merge(both)[KEY].received_at for both in ([look, notice], [notice, look])] == [START, START]
    assert merge([look, Notice(KEY, START)])[KEY].received_at == START - 5


def test_a_message_survives_the_queue_unchanged() -> None:
    notice = Notice(KEY, START, only_stock=False, changed=True, stock=True, active=False, listed=True, modified_at=7)
    assert read_notice(notice_message(notice, second_look=True)) == (notice, True)


def _at_rest(world: World, quantity: int) -> Record:
    record = world.records.get(KEY)
    return replace(
        record,
        confirmed=quantity,
        done_version=record.version,
        status=Status.SUCCESS,
        send_at=None,
        changed_at=None,
        rev=record.rev + 1,
    )
