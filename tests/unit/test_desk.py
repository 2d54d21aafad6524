"""What operators do is done once and written down with it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from actions.desk import TRIES, Desk
from stockbridge.errors import Conflict, NotFound, NotPossible
from stockbridge.messages import read_notice
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from tests.memory import Clock, MemoryQueue, MemoryRecords

KEY = Key("loja", "SPT", "42")


class World:
    def __init__(self) -> None:
        self.records = MemoryRecords()
        self.queue = MemoryQueue()
        self.clock = Clock()
        numbers = count(1)
        self.desk = Desk(self.records, self.queue, self.clock, new_request=lambda: f"request-{next(numbers)}")
        self.save(status=Status.ERROR, cause="not_catalogued", version=1, done_version=1)

    def save(self, **changes: object) -> Record:
        was = self.records.get(KEY)
        return self.records.save(replace(was, **changes), was)  # type: ignore[arg-type]  # any field of a record


def test_a_reprocess_is_saved_with_who_asked_and_hinted() -> None:
    world = World()
    record = world.desk.reprocess(KEY, "ana")
    assert (record.request, record.status, record.request_due) == ("request-1", Status.PENDING, True)
    assert world.records.get(KEY) == record
    (deed,) = world.records.activities
    assert (deed.account, deed.user, deed.action, deed.subject) == ("loja", "ana", "reprocess", "SPT#42")
    (message,) = world.queue.messages
    assert read_notice(message.body)[0].key == KEY


def test_a_second_click_gets_the_first_ones_request_and_does_nothing() -> None:
    world = World()
    first = world.desk.reprocess(KEY, "ana")
    second = world.desk.reprocess(KEY, "bia")
    assert second == first
    assert len(world.records.activities) == 1
    assert len(world.queue.messages) == 1


def test_of_two_clicks_at_the_same_time_one_acts() -> None:
    world = World()

    def rival(_: Record) -> None:
        world.desk.reprocess(KEY, "bia")

    world.records.before_save = rival
    record = world.desk.reprocess(KEY, "ana")
    assert record.request == "request-2"
    assert [deed.user for deed in world.records.activities] == ["bia"]
    assert len(world.queue.messages) == 1


def test_a_step_that_lost_the_race_is_taken_on_what_is_there() -> None:
    world = World()
    world.records.before_save = lambda _: world.save(balance=3)  # type: ignore[func-returns-value, assignment]  # a rival
    record = world.desk.remove(KEY, "ana")
    assert record.balance == 3
    assert record.removal is not None


def test_a_record_that_always_changes_first_is_a_conflict() -> None:
    world = World()
    saves = count()

    def rival(_: Record) -> None:
        world.save(balance=next(saves))
        world.records.before_save = rival

    world.records.before_save = rival
    with pytest.raises(Conflict):
        world.desk.remove(KEY, "ana")
    assert next(saves) >= TRIES
    assert world.records.activities == []


def test_a_refused_hint_is_not_a_failure_because_the_sweep_sends_another() -> None:
    world = World()
    world.queue.refuses = True
    record = world.desk.reprocess(KEY, "ana")
    assert record.due_at is not None


def test_a_success_is_not_reprocessed() -> None:
    world = World()
    world.save(status=Status.SUCCESS)
    with pytest.raises(NotPossible, match="success_is_not_reprocessed"):
        world.desk.reprocess(KEY, "ana")
    assert world.records.activities == []


def test_removing_twice_is_removing_once_and_can_be_taken_back() -> None:
    world = World()
    before = world.records.get(KEY)
    assert world.desk.remove(KEY, "ana") == world.desk.remove(KEY, "ana")
    restored = world.desk.restore(KEY, "ana")
    assert replace(restored, rev=before.rev, listed_at=before.listed_at) == before
    assert [deed.action for deed in world.records.activities] == ["remove", "restore"]


@pytest.mark.parametrize("deed", ["reprocess", "remove", "restore"])
def test_nothing_is_done_to_a_record_that_is_not_there(deed: str) -> None:
    world = World()
    with pytest.raises(NotFound):
        getattr(world.desk, deed)(replace(KEY, account="alheia"), "ana")
