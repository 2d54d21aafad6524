"""Standard SQS queues and Lambda's pollers on them: at least once, in any order, with delays and dead letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from random import Random

from stockbridge.errors import Unavailable
from stockbridge.store import Message
from tests.simulation.network import Network

PAGE = 10  # messages in a call


class Letter:
    """A message in a queue."""

    __slots__ = ("body", "id", "received", "visible_at")

    def __init__(self, number: int, body: str, visible_at: int) -> None:
        self.id = number
        self.body = body
        self.visible_at = visible_at
        self.received = 0


class Sqs:
    """`store.Queue`, and what the audit asks of queues. `lost`: the probability that a sent message vanishes."""

    def __init__(
        self,
        name: str,
        network: Network,
        random: Random,
        happened: Counter[str],
        *,
        visibility_ms: int,
        max_receives: int = 0,
        dead_letters: Sqs | None = None,
        lost: float = 0.0,
    ) -> None:
        self.letters: dict[int, Letter] = {}
        self.put_listeners: list[Callable[[int], None]] = []
        self.sent: Callable[[str], None] | None = None
        self.visibility_ms = visibility_ms
        self.dead_letters = dead_letters
        self.lost = lost
        self._name = name
        self._max_receives = max_receives
        self._network = network
        self._random = random
        self._happened = happened
        self._numbers = count(1)

    # ------------------------------------------------------------------ the port

    def send(self, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), PAGE):
            page = messages[start : start + PAGE]
            self._network.call(f"{self._name}.send", partial(self._put_page, page), len(page))

    def waiting(self) -> int:
        return self._network.call(f"{self._name}.waiting", self._count)

    def _count(self) -> int:
        """Visible and in flight, as the adapter asks; what is delayed is neither."""
        now = self._network.scheduler.now
        return sum(letter.received > 0 or letter.visible_at <= now for letter in self.letters.values())

    def take(self, at_most: int) -> Iterator[tuple[str, Callable[[], None]]]:
        for _ in range(-(-at_most // PAGE)):
            letters = self._network.call(f"{self._name}.take", partial(self.receive, PAGE))
            if not letters:
                return
            for letter in letters:
                yield letter.body, partial(self._delete, letter.id)

    def _delete(self, number: int) -> None:
        self._network.call(f"{self._name}.delete", lambda: self.letters.pop(number, None))

    # ------------------------------------------------------------------ the other side

    def _put_page(self, messages: Sequence[Message]) -> None:
        refused = len(messages) > 1 and self._network.faults.next(f"{self._name}.entry") is not None
        for message in messages[: len(messages) // 2] if refused else messages:
            if self.lost and self._random.random() < self.lost:
                self._happened["message lost"] += 1
                continue
            self.put(message.body, message.delay_s * 1000)
            if self.sent is not None:
                self.sent(message.body)
        if refused:
            raise Unavailable("some messages were refused")

    def put(self, body: str, delay_ms: int = 0) -> None:
        at = self._network.scheduler.now + delay_ms
        letter = Letter(next(self._numbers), body, at)
        self.letters[letter.id] = letter
        for listener in self.put_listeners:
            listener(at)

    def receive(self, at_most: int) -> list[Letter]:
        now = self._network.scheduler.now
        visible = []
        for letter in list(self.letters.values()):
            if letter.visible_at > now:
                continue
            if self._max_receives and letter.received >= self._max_receives:
                self._bury(letter)
            else:
                visible.append(letter)
        if len(visible) > at_most or (len(visible) > 1 and self._random.random() < 0.3):
            self._random.shuffle(visible)
        taken = visible[:at_most]
        for letter in taken:
            letter.received += 1
            letter.visible_at = now + self.visibility_ms
        return taken

    def _bury(self, letter: Letter) -> None:
        del self.letters[letter.id]
        self._happened[f"{self._name} dead letter"] += 1
        if self.dead_letters is not None:
            self.dead_letters.put(letter.body)

    def purge(self) -> None:
        self.letters.clear()


class Poller:
    """Lambda's event source mapping: batches, a window, a maximum of concurrent invocations.

    `invoke` starts an invocation and calls back with the ids to keep, or None when it failed as a whole. What is
    kept becomes visible again when its visibility time is over.
    """

    def __init__(
        self,
        queue: Sqs,
        network: Network,
        random: Random,
        happened: Counter[str],
        *,
        batch: int,
        window_ms: int,
        concurrency: int,
        duplicates: float,
        invoke: Callable[[Sequence[Letter], Callable[[set[int] | None], None]], None],
    ) -> None:
        self.enabled = True
        self._queue = queue
        self._scheduler = network.scheduler
        self._random = random.random
        self._happened = happened
        self._batch = batch
        self._window_ms = window_ms
        self._concurrency = concurrency
        self._duplicates = duplicates
        self._invoke = invoke
        self._running = 0
        self._refused = False  # a poll found no free invocation
        queue.put_listeners.append(self.nudge)

    def stop_failing(self) -> None:
        self._duplicates = 0.0

    def nudge(self, visible_at: int) -> None:
        at = max(self._scheduler.now, visible_at) + 2 + int(self._random() * 30) + self._window_ms
        self._scheduler.at(at, self._poll)

    def _poll(self) -> None:
        if not self.enabled or self._running >= self._concurrency:
            self._refused = True
            return
        letters = self._queue.receive(self._batch)
        if not letters:
            return
        now = self._scheduler.now
        self.nudge(now + self._queue.visibility_ms)
        if len(letters) == self._batch:
            self.nudge(now)
        if self._duplicates:
            for letter in letters:
                if self._random() < self._duplicates:
                    self._happened["message delivered twice"] += 1
                    letter.visible_at = now + int(self._random() * 2_000)
                    self.nudge(letter.visible_at)
        self._running += 1
        self._invoke(letters, partial(self._ended, letters))

    def _ended(self, letters: Sequence[Letter], kept: set[int] | None) -> None:
        self._running -= 1
        if kept is not None:
            for letter in letters:
                if letter.id in kept:
                    continue
                if self._duplicates and self._random() < self._duplicates:
                    self._happened["message not deleted"] += 1
                    continue
                self._queue.letters.pop(letter.id, None)
        if self._refused:
            self._refused = False
            self.nudge(self._scheduler.now)
