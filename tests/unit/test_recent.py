"""A memory that ends by itself and never grows."""

from __future__ import annotations

from stockbridge.recent import Recent
from tests.memory import Clock


class Source:
    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> int:
        self.reads += 1
        return self.reads


def test_a_value_is_read_once_until_its_time_is_over() -> None:
    clock, source = Clock(), Source()
    recent: Recent[str, int] = Recent(clock, keep_s=30)
    assert [recent.get("a", source), recent.get("a", source)] == [1, 1]
    clock.forward(30)
    assert recent.get("a", source) == 2


def test_what_is_forgotten_is_read_again() -> None:
    source = Source()
    recent: Recent[str, int] = Recent(Clock(), keep_s=30)
    recent.get("a", source)
    recent.forget("a")
    recent.forget("never known")
    assert recent.get("a", source) == 2


def test_how_long_a_value_is_kept_may_depend_on_it() -> None:
    clock, source = Clock(), Source()
    recent: Recent[str, int] = Recent(clock, keep_s=lambda value: 10 if value == 1 else 30)
    assert recent.get("a", source) == 1
    clock.forward(10)
    assert recent.get("a", source) == 2
    clock.forward(10)
    assert recent.get("a", source) == 2


def test_zero_seconds_keep_nothing() -> None:
    source = Source()
    recent: Recent[str, int] = Recent(Clock(), keep_s=0)
    assert [recent.get("a", source), recent.get("a", source)] == [1, 2]


def test_a_full_memory_lets_the_oldest_go() -> None:
    source = Source()
    recent: Recent[int, int] = Recent(Clock(), keep_s=30, size=2)
    for key in (1, 2, 3):
        recent.get(key, source)
    assert recent.get(3, source) == 3
    assert recent.get(1, source) == 4


def test_that_there_is_nothing_is_remembered_too() -> None:
    reads: list[int] = []
    recent: Recent[str, None] = Recent(Clock(), keep_s=30)
    for _ in range(2):
        assert recent.get("a", lambda: reads.append(1)) is None
    assert reads == [1]
