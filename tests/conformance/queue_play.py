"""A random sequence of what functions, Lambda's pollers and time do to a queue and to its dead letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from random import Random

from stockbridge.store import Message
from tests.conformance.lockstep import Lockstep
from tests.conformance.values import NOW
from tests.simulation.faults import Fault

VISIBILITY_S = 360
DEAD_VISIBILITY_S = 30  # as in the template, which says nothing, and as in the simulation
RECEIVES = 3
PAGE = 10
DELAYS_S = (0, 0, 0, 1, 30, 330, 900)
WAITS_S = (1, 29, 30, 31, 330, 359, 360, 361, 900)
LONG_S = 2_000

Delete = Callable[[], None]


class QueuePlay:
    """`set_clock` moves the emulator's time, in milliseconds. A message is known by its body."""

    def __init__(
        self, lockstep: Lockstep, random: Random, name: str, set_clock: Callable[[int], None], *, faults: bool
    ) -> None:
        self._lockstep = lockstep
        self._random = random
        self._set_clock = set_clock
        self._faults = faults
        self._numbers = count(1)
        self._held: dict[str, tuple[int, str]] = {}  # by body: the simulation's number and the receipt handle
        simulated, wire = lockstep.simulated, lockstep.wire
        set_clock(NOW)
        self._dead = simulated.queue("dead", visibility_s=DEAD_VISIBILITY_S)
        self._wired_dead = wire.queue(f"{name}-dead", visibility_s=DEAD_VISIBILITY_S)
        self._queue = simulated.queue(
            "queue", visibility_s=VISIBILITY_S, max_receives=RECEIVES, dead_letters=self._dead
        )
        self._wired_queue = wire.queue(
            name, visibility_s=VISIBILITY_S, max_receives=RECEIVES, dead_letters=self._wired_dead
        )

    def run(self, calls: int) -> None:
        moves = [self.send, self.send, self.receive, self.receive, self.receive, self.delete, self.delete]
        moves += [self.wait, self.wait, self.wait, self.waiting, self.redrive, self.purge]
        weights = [4] * (len(moves) - 1) + [1]
        for _ in range(calls):
            self._random.choices(moves, weights)[0]()

    # ------------------------------------------------------------------ the ports

    def send(self) -> None:
        number = self._random.choice((1, 1, 2, 10, 11, 25))
        messages = [Message(f"{next(self._numbers)} é ñ", self._random.choice(DELAYS_S)) for _ in range(number)]
        fault = self._fault()
        self._lockstep.both(
            "queue.send",
            lambda: self._queue.send(messages),
            lambda: self._wired_queue.send(messages),
            fault=fault,
            details=messages,
        )

    def waiting(self) -> None:
        self._lockstep.both("queue.waiting", self._queue.waiting, self._wired_queue.waiting, fault=self._fault())

    def redrive(self) -> None:
        """As the audit does, but that only some are deleted."""
        taken = self._take_dead(self._random.choice((1, 10, 20, 200)), self._fault())
        for body in self._random.sample(sorted(taken), len(taken) // 2):
            self._lockstep.both("queue.take.delete", *taken[body], fault=self._fault())

    def _take_dead(self, at_most: int, fault: Fault | None = None) -> dict[str, tuple[Delete, Delete]]:
        """By body, the calls that delete it on both sides."""
        simulated: dict[str, Delete] = {}
        wired: dict[str, Delete] = {}
        self._lockstep.both(
            "queue.take",
            lambda: _bodies(self._dead.take(at_most), simulated),
            lambda: _bodies(self._wired_dead.take(at_most), wired),
            fault=fault,
        )
        return {body: (simulated[body], wired[body]) for body in simulated.keys() & wired.keys()}

    # ------------------------------------------------------------------ Lambda's pollers, people and time

    def receive(self) -> None:
        at_most = self._random.choice((1, PAGE))

        def simulated() -> list[tuple[str, int]]:
            letters = self._queue.receive(at_most)
            ids.update((letter.body, letter.id) for letter in letters)
            return sorted((letter.body, letter.received) for letter in letters)

        def wired() -> list[tuple[str, int]]:
            messages = self._lockstep.wire.receive(self._wired_queue, at_most)
            handles.update((message["Body"], message["ReceiptHandle"]) for message in messages)
            return sorted(
                (message["Body"], int(message["Attributes"]["ApproximateReceiveCount"])) for message in messages
            )

        ids: dict[str, int] = {}
        handles: dict[str, str] = {}
        self._lockstep.both("poller.receive", simulated, wired)
        self._held |= {body: (ids[body], handles[body]) for body in ids}

    def delete(self) -> None:
        """With the newest receipt handle, whether or not the message is visible again."""
        there = [body for body, (number, _) in self._held.items() if number in self._queue.letters]
        for body in self._random.sample(there, self._random.randint(0, len(there))):
            number, handle = self._held.pop(body)
            self._lockstep.both(
                "poller.delete",
                lambda number=number: self._queue.letters.pop(number) and None,  # type: ignore[misc]
                lambda handle=handle: self._lockstep.wire.delete(self._wired_queue, handle),  # type: ignore[misc]
            )

    def wait(self) -> None:
        self._wait(self._random.choice(WAITS_S))

    def purge(self) -> None:
        self._lockstep.both("person.purge", self._queue.purge, lambda: self._lockstep.wire.purge(self._wired_queue))

    def compare_all(self) -> None:
        """Whatever is left comes, again and again, until it is dead; then the dead come, and go."""
        for _ in range(RECEIVES + 1):
            self._wait(LONG_S)
            while self._visible():
                self.receive()
        assert not self._queue.letters
        self.receive()
        for deletes in self._take_dead(len(self._dead.letters) + PAGE).values():
            self._lockstep.both("queue.take.delete", *deletes)
        assert not self._dead.letters
        self._lockstep.both("queue.waiting", self._dead.waiting, self._wired_dead.waiting)

    def _visible(self) -> bool:
        now = self._lockstep.simulated.scheduler.now
        return any(letter.visible_at <= now for letter in self._queue.letters.values())

    def _wait(self, seconds: int) -> None:
        scheduler = self._lockstep.simulated.scheduler
        scheduler.now += seconds * 1000
        self._set_clock(scheduler.now)

    def _fault(self) -> Fault | None:
        if not self._faults or self._random.random() > 0.1:
            return None
        return self._random.choice((Fault.ERROR_BEFORE, Fault.APPLIED_BUT_ERROR))


def _bodies(taken: Iterable[tuple[str, Delete]], deletes: dict[str, Delete]) -> list[str]:
    deletes |= dict(taken)
    return sorted(deletes)
