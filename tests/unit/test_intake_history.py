"""What the intake leaves for the history: one item a channel and batch, and never a batch that fails because of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from stockbridge.errors import Unavailable, VtexUnavailable
from stockbridge.history import ObservedChange
from stockbridge.records import Status
from stockbridge.rule import Verdict
from tests.unit.test_intake import KEY, World, other


@dataclass
class MemoryHistory:
    kept: list[tuple[str, list[ObservedChange]]] = field(default_factory=list)
    refuses: bool = False

    def append(self, channel_id: str, changes: Sequence[ObservedChange]) -> None:
        if self.refuses:
            raise Unavailable("throttled")
        self.kept.append((channel_id, list(changes)))


@dataclass
class Remembering(World):
    history: MemoryHistory = field(default_factory=MemoryHistory)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.intake = replace(self.intake, history=self.history)


def test_a_batch_leaves_one_item_for_each_channel_that_it_touches() -> None:
    world = Remembering()
    world.vtex.balances |= {("SPT", "42"): 7, ("SPT", "43"): 8, ("MGL", "42"): 9}
    world.notify(KEY, other("43"), other("42", "MGL"), KEY)
    kept = {
        channel_id: [(change.sku, change.de, change.por) for change in own] for channel_id, own in world.history.kept
    }
    assert kept == {"loja#SPT": [("42", None, 7), ("43", None, 8)], "loja#MGL": [("42", None, 9)]}
    assert len(world.history.kept) == 2


def test_a_look_that_finds_the_same_leaves_nothing() -> None:
    world = Remembering()
    world.vtex.balances["SPT", "42"] = 7
    world.notify(KEY)
    world.notify(KEY)
    assert len(world.history.kept) == 1


def test_a_change_that_is_held_back_is_kept_too() -> None:
    world = Remembering()
    world.vtex.balances["SPT", "42"] = 50
    world.notify(KEY)
    world.records.stored[KEY] = replace(
        world.records.get(KEY), confirmed=50, done_version=1, send_at=None, status=Status.SUCCESS
    )
    world.vtex.balances["SPT", "42"] = 40
    world.notify(KEY)
    _, (change,) = world.history.kept[-1]
    assert (change.de, change.por, change.verdict) == (50, 40, Verdict.ABOVE_THRESHOLD)


def test_a_decision_that_somebody_else_made_first_is_not_kept_again() -> None:
    world = Remembering()
    world.vtex.balances["SPT", "42"] = 7
    world.records.before_save = lambda record: world.records.stored.update({KEY: replace(record, rev=1)})
    assert world.notify(KEY) == []
    assert world.history.kept == []  # the rival's is the rival's


def test_what_vtex_could_not_be_read_for_is_no_change() -> None:
    world = Remembering()
    world.vtex.unavailable = VtexUnavailable("throttled")
    world.notify(KEY)
    assert world.history.kept == []


def test_a_history_that_cannot_be_written_fails_no_message() -> None:
    world = Remembering(history=MemoryHistory(refuses=True))
    world.vtex.balances["SPT", "42"] = 7
    assert world.notify(KEY) == []
    assert (world.records.get(KEY).wanted, world.export_queue.hinted) == (7, ["42"])
