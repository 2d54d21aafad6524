"""A bounded memory of what was read a moment ago, so that a hot path does not read it again."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values that end by themselves `keep_s` seconds after they were read, or as many as it says of each; 0 keeps
    nothing. Threads may share it: two that miss the same value both read it."""

    def __init__(self, clock: Callable[[], int], *, keep_s: float | Callable[[V], float], size: int = 1_000) -> None:
        self._clock = clock
        self._keep_s = keep_s if callable(keep_s) else lambda _: keep_s
        self._size = size
        self._values: dict[K, tuple[int, V]] = {}
        self._writing = Lock()

    def get(self, key: K, read: Callable[[], V]) -> V:
        """The remembered value, or what `read` answers."""
        known = self._values.get(key)
        now = self._clock()
        if known is not None and now < known[0]:
            return known[1]
        value = read()
        if keep_ms := int(self._keep_s(value) * 1000):
            with self._writing:
                self._values.pop(key, None)  # to the end: the oldest goes first when it is full
                self._values[key] = (now + keep_ms, value)
                if len(self._values) > self._size:
                    del self._values[next(iter(self._values))]
        return value

    def forget(self, key: K) -> None:
        with self._writing:
            self._values.pop(key, None)
