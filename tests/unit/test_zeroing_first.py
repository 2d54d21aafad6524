"""What sells what is not there goes first, at each place where something must wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stockbridge import planning, sending
from stockbridge.calls import Send, grouped, planned, sort
from stockbridge.connectors import Capabilities, Mode, Rate
from stockbridge.gates import Gate
from stockbridge.messages import read_hint
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Throttled, Unauthorized
from stockbridge.records import Record
from stockbridge.store import Message
from tests.memory import START, CheckedMarketplace, MemoryMarketplace, channel
from tests.unit.test_delivery import World
from tests.unit.test_intake import World as Intake
from tests.unit.test_intake import other


def wants(quantity: int, sku: str, *, age: int = 0, **fields: object) -> Record:
    owed = {"wanted": quantity, "version": 1, "send_at": START, "changed_at": START - age} | fields
    return replace(Record(Key("loja", "SPT", sku), rev=1), **owed)  # type: ignore[arg-type] -- a record's fields


def skus(messages: list[Message]) -> list[str]:
    """In the order in which a queue shows them."""
    return [read_hint(message.body).sku for message in sorted(messages, key=lambda message: message.delay_s)]


def test_an_intakes_hints_begin_with_zeroing_changes() -> None:
    world = Intake()
    world.vtex.balances |= {("SPT", "41"): 7, ("SPT", "42"): 0, ("SPT", "43"): 3}
    world.notify(other("41"), other("42"), other("43"))
    assert world.export_queue.hinted == ["42", "41", "43"]


def test_what_is_sorted_begins_with_zeroing_changes_then_the_oldest() -> None:
    records = [wants(7, "1"), wants(7, "2", age=9), wants(0, "3"), wants(0, "4", age=5)]
    assert [one.key.sku for one in sort(records, START).sends] == ["4", "3", "2", "1"]


@pytest.mark.parametrize("mode", [Mode.GROUP, Mode.BULK, Mode.ONE])
def test_a_call_with_a_zeroing_change_comes_before_every_call_without(mode: Mode) -> None:
    """Two listings, one of them longer than a call takes."""
    market = MemoryMarketplace(capabilities=Capabilities(mode, max_batch=2))
    records = [wants(0, "10"), *(wants(7, f"1{number}") for number in range(1, 5)), wants(0, "20")]
    sends: list[Send] = [planned(record, {}) for record in sort(records, START).sends]
    calls = [[send.record.wanted == 0 for send in own] for _, own in grouped(market, channel(), sends)]
    zeroing = [any(call) for call in calls]
    assert zeroing == sorted(zeroing, reverse=True)
    assert all(call == sorted(call, reverse=True) for call in calls)


def test_the_rates_room_is_for_zeroing_changes_and_they_come_back_first() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=Capabilities(rate=Rate(0.5))))
    keys = [world.want(7, "10"), world.want(0, "21"), world.want(5, "32"), world.want(0, "43")]
    world.deliver(*keys)
    assert world.marketplace.pushes == [("21", 0)]
    assert skus(world.queue.drain()) == ["43", "10", "32"]


def test_every_sku_of_a_listing_that_the_rate_has_no_room_for_comes_back() -> None:
    market = MemoryMarketplace(capabilities=Capabilities(Mode.GROUP, max_batch=10, rate=Rate(0.5)))
    world = World(marketplace=market)
    world.deliver(world.want(0, "10"), world.want(0, "20"), world.want(0, "21"), world.want(7, "30"))
    assert market.calls == [("10",)]
    assert skus(world.queue.drain()) == ["20", "21", "30"]


@pytest.mark.parametrize("luck", [0.0, 0.5, 0.999])
def test_after_a_short_pause_zeroing_changes_come_back_a_second_before_the_others(luck: float) -> None:
    world = World()
    world.control.gates["loja#SPT"] = Gate("loja#SPT", closed_until=START + 10_300)
    random = iter([0.999, luck])  # the zeroing one has the worst luck
    plan = replace(world.delivery.planning, random=lambda: next(random))
    world.delivery = replace(world.delivery, planning=plan)
    world.deliver(world.want(7, "10"), world.want(0, "21"))
    messages = world.queue.drain()
    assert skus(messages) == ["21", "10"]
    first, second = sorted(message.delay_s for message in messages)
    assert 11 <= first < second


@pytest.mark.parametrize("outcome", [Throttled(60, "slow down"), Unauthorized("401")])
@pytest.mark.parametrize("luck", [0.0, 0.999])
def test_whoever_was_told_to_wait_itself_comes_back_in_the_same_order(
    outcome: Throttled | Unauthorized, luck: float
) -> None:
    def waits(quantity: int, jitter: float) -> int:
        claimed, right = sending.claim(wants(quantity, "1"), START, late_effect_s=120)
        record = sending.commit(
            claimed, right, outcome, START, late_effect_s=120, jitter=jitter, reopens_at=START + 60_000
        )
        assert record.not_before is not None
        return record.not_before

    assert START + 60_000 <= waits(0, 0.999) <= waits(7, luck) - 1_000


def test_in_a_listing_that_somebody_else_writes_zeroing_changes_wait_less() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=Capabilities(Mode.GROUP, max_batch=10)))
    world.leases.take("loja#SPT#1", world.clock(), world.clock() + 10_000)
    world.deliver(world.want(7, "10"), world.want(0, "11"))
    assert skus(world.queue.drain()) == ["11", "10"]


def test_a_file_that_cannot_take_everything_takes_zeroing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither may the file hold all that is due, nor is all of it read."""
    monkeypatch.setattr(planning, "GATHERED", 3)
    market = CheckedMarketplace(
        capabilities=Capabilities(Mode.FEED, max_batch=2, rate=Rate(1 / 60)), answers=[Accepted("file", 60)] * 9
    )
    world = World(marketplace=market)
    hinted = world.want(7, "10")
    for number in range(11, 16):
        world.want(7, str(number))
    world.want(0, "20")
    world.want(0, "21")
    world.deliver(hinted)
    assert market.calls == [("20", "21")]


def test_of_those_that_vanished_as_often_a_zeroing_change_travels_first() -> None:
    records = [wants(7, "1", vanished=4), wants(0, "2", vanished=4), wants(7, "3"), wants(0, "4")]
    rounds = [[one.key.sku for one in together] for together in sending.rounds(records, START)]
    assert rounds == [["4", "3"], ["2"], ["1"]]
