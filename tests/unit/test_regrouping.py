"""Errors that are there get the cause of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from stockbridge.catalogue import BUILT_IN, Catalogue, OwnCause, Pattern
from stockbridge.causes import Cure
from stockbridge.channels import Channel
from stockbridge.cursors import write_cursor
from stockbridge.errors import InvalidInput
from stockbridge.notifications import Key
from stockbridge.records import Record, Removal, Status
from stockbridge.regrouping import regroup_page, regrouped
from tests.memory import START, MemoryRecords, channel

PICTURE = OwnCause("own.picture", Cure.FIX_FIRST, {"pt": "Sem foto"}, {"pt": "Envie"}, (Pattern("foto"),))
CATALOGUE = Catalogue([PICTURE])


@dataclass
class World:
    """The index is what the records say, unless they are in `stale`: then it still has the cause given there."""

    records: MemoryRecords = field(default_factory=MemoryRecords)
    seen_causes: list[str] = field(default_factory=list)
    stale: dict[str, str] = field(default_factory=dict)

    def put(self, sku: int, cause: str, message: str = "falta foto", **changes: object) -> Key:
        key = Key("loja", "SPT", str(sku))
        record = Record(key, status=Status.ERROR, cause=cause, message=message, listed_at=START + sku, processed_at=1)
        self.records.save(replace(record, **changes), self.records.get(key))  # type: ignore[arg-type]  # any field
        return key

    def seen(self, channel: Channel) -> Sequence[str]:
        return self.seen_causes

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        found = [
            f"{record.listed_at:013d}#{key.sku}"
            for key, record in self.records.stored.items()
            if f"{key.affiliate}#{self.stale.get(key.sku, record.cause or '')}" == partition
        ]
        return sorted((one for one in found if low <= one <= high), reverse=True)[:limit]

    def regroup(self, catalogue: Catalogue = CATALOGUE, limit: int = 3) -> list[int]:
        """How many each page changed."""
        cursor, changed = None, []
        for _ in range(50):
            cursor, more = regroup_page(self, self.records, catalogue, channel(), cursor, limit)
            changed.append(more)
            if cursor is None:
                return changed
        raise AssertionError("it never ends")

    def causes(self) -> list[str | None]:
        return [record.cause for record in self.records.stored.values()]


def test_every_general_error_that_fits_is_regrouped_whatever_the_size_of_a_page() -> None:
    for limit in (2, 3, 7, 100):
        world = World()
        for sku in range(1, 8):
            world.put(sku, "uncatalogued" if sku % 2 else "validation")
        world.put(9, "uncatalogued", "sem preço")
        world.put(10, "listing_closed")
        assert sum(world.regroup(limit=limit)) == 7
        assert world.causes() == [PICTURE.code] * 7 + ["uncatalogued", "listing_closed"]


def test_only_the_cause_changes_and_no_place_in_a_list() -> None:
    world = World()
    key = world.put(1, "uncatalogued")
    before = world.records.get(key)
    world.regroup()
    assert world.records.get(key) == replace(before, cause=PICTURE.code, rev=2)


def test_regrouping_again_saves_nothing() -> None:
    world = World()
    for sku in range(1, 6):
        world.put(sku, "uncatalogued")
    world.regroup()
    revs = [record.rev for record in world.records.stored.values()]
    assert sum(world.regroup()) == 0
    assert [record.rev for record in world.records.stored.values()] == revs


def test_the_errors_of_a_forgotten_cause_are_uncatalogued_again() -> None:
    world = World(seen_causes=["auth", "own.forgotten"])
    world.put(1, "own.forgotten")
    world.put(2, "own.forgotten", "sem preço")
    assert sum(world.regroup()) == 2
    assert world.causes() == [PICTURE.code, "uncatalogued"]
    assert sum(world.regroup(BUILT_IN)) == 0  # what was never seen by that name is not looked for


def test_the_errors_of_a_cause_that_fits_no_more_are_uncatalogued_again() -> None:
    world = World()
    world.put(1, PICTURE.code)
    assert world.regroup(Catalogue([replace(PICTURE, patterns=(Pattern("imagem"),))])) == [1]
    assert world.causes() == ["uncatalogued"]


def test_an_index_that_lags_behind_changes_nothing_twice() -> None:
    world = World(stale={"1": "uncatalogued", "2": "validation"})
    world.put(1, PICTURE.code)
    world.put(2, "validation", status=Status.SUCCESS)
    assert sum(world.regroup()) == 0


def test_somebody_who_saves_the_record_meanwhile_is_not_overwritten() -> None:
    world = World()
    key = world.put(1, "uncatalogued")

    def rival(_record: Record) -> None:
        world.put(1, "uncatalogued", "falta foto", wanted=3)

    world.records.before_save = rival
    assert sum(world.regroup()) == 1
    assert (world.records.get(key).wanted, world.records.get(key).cause) == (3, PICTURE.code)


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.PENDING])
def test_what_is_no_error_keeps_its_cause(status: Status) -> None:
    record = Record(Key("loja", "SPT", "1"), status=status, cause="uncatalogued", message="foto")
    assert regrouped(record, CATALOGUE, channel()) is record


def test_a_removed_error_has_the_right_cause_when_it_is_looked_at() -> None:
    removed = Record(
        Key("loja", "SPT", "1"),
        status=Status.ERROR,
        cause="uncatalogued",
        message="foto",
        removal=Removal(START, 1, Status.ERROR),
    )
    assert regrouped(removed, CATALOGUE, channel()).cause == PICTURE.code


@pytest.mark.parametrize("cursor", ["x", write_cursor("own.x", "1"), write_cursor("A", ":"), write_cursor("own.x")])
def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        regroup_page(World(), MemoryRecords(), CATALOGUE, channel(), cursor, 2)
