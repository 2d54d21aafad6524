"""Virtual time and the invocations that share it.

An invocation is one run of one function, in a greenlet of its own, so the product's code stays as it is. It pauses
at every call over the network; whatever else is due runs meanwhile. One thread and one seed: the same seed is the
same schedule. Times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")
R = TypeVar("R")


class Killed(BaseException):
    """The process is gone. Nothing in the product may catch it."""


class Invocation:
    """One run of a function: what its clock shows, when Lambda ends it, and what the oracle must know of it."""

    __slots__ = (
        "batch",
        "careless",
        "counted",
        "dead",
        "deadline",
        "gates",
        "job",
        "kind",
        "name",
        "older",
        "reads",
        "shown",
        "skew",
        "steps",
        "taking",
    )

    def __init__(self, kind: str, name: str, skew: int, deadline: int, *, older: bool = False) -> None:
        self.kind = kind
        self.name = name
        self.skew = skew
        self.deadline = deadline
        self.older = older  # it runs the previous version of the code
        self.dead = False
        self.careless = False  # it could not store what it got
        self.batch: Sequence[Any] = ()
        self.reads: dict[Any, Any] = {}
        self.shown: dict[Any, int] = {}  # what marketplaces said that they show
        self.job = ""  # the kind of the run whose page this is
        self.gates: dict[str, bool] = {}
        self.counted: dict[Any, Any] = {}  # what the product counted, by channel, and has not told yet
        self.steps: dict[Any, Any] = {}  # what the oracle saw of each save, until the invocation knows of it
        self.taking: Sequence[str] = ()  # bodies of the messages that are being handled together


class Task(greenlet):
    """A thread of an invocation."""

    invocation: Invocation


class Scheduler:
    def __init__(self, start: int) -> None:
        self.now = start
        self.running = 0
        self.trace: list[str] | None = None
        self.raised: Callable[[Exception], object] = lambda error: None
        self._start = start
        self._heap: list[tuple[int, int, Callable[[], object]]] = []
        self._sequence = count()
        self._hub = getcurrent()

    # ------------------------------------------------------------------ events

    def at(self, time: int, action: Callable[[], object]) -> None:
        heappush(self._heap, (time, next(self._sequence), action))

    def after(self, wait: int, action: Callable[[], object]) -> None:
        heappush(self._heap, (self.now + wait, next(self._sequence), action))

    def run(self, until: int) -> None:
        """Whatever is due until then, or until nothing is."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            time, _, action = heappop(heap)
            if time > self.now:
                self.now = time
            action()

    @property
    def next_at(self) -> int | None:
        return self._heap[0][0] if self._heap else None

    def note(self, what: str, *details: object) -> None:
        """A line of the trace; callers check `trace` first where the details cost something."""
        if self.trace is not None:
            task = getcurrent()
            name = task.invocation.name if isinstance(task, Task) else ""
            self.trace.append(
                f"{(self.now - self._start) / 1000:>10.3f}  {name:<12} {what} {' '.join(map(str, details))}"
            )

    # ------------------------------------------------------------------ invocations

    def invoke(self, invocation: Invocation, work: Callable[[], T], done: Callable[[T | None, bool], None]) -> None:
        """Start `work` now. `done` gets its answer, and whether it ended in order: neither by an error nor killed."""

        def body() -> None:
            answer, well = None, False
            try:
                answer = work()
                well = True
            except Killed:
                invocation.dead = True
            except Exception as error:  # noqa: BLE001 -- Lambda's runtime catches whatever a handler raises
                self.note("raised", repr(error))
                self.raised(error)
            self.running -= 1
            done(answer, well)

        self.running += 1
        self._thread(invocation, body).switch()

    def _thread(self, invocation: Invocation, body: Callable[[], None]) -> Task:
        task = Task(body, self._hub)
        task.invocation = invocation
        return task

    def pause(self, wait: int) -> None:
        """Let time pass in the current invocation. Raises Killed when it does not live that long."""
        task = getcurrent()
        invocation = task.invocation  # type: ignore[attr-defined]  # only tasks pause
        until = self.now + wait
        if until > invocation.deadline:
            until = invocation.deadline
            self._sleep(task, until)
            self.kill(invocation, "timed out")
        heap = self._heap
        if not heap or heap[0][0] > until:  # nothing else happens meanwhile
            self.now = until
            return
        self._sleep(task, until)
        if invocation.dead:
            raise Killed

    def _sleep(self, task: Any, until: int) -> None:
        heappush(self._heap, (until, next(self._sequence), task.switch))
        self._hub.switch()

    def kill(self, invocation: Invocation, why: str) -> None:
        """End the current invocation as a crash does: at once, and all its threads."""
        invocation.dead = True
        self.note("KILLED", why)
        raise Killed

    def at_once(self, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """A thread pool's map: every call has a thread of the current invocation."""
        if len(items) <= 1:
            return [function(item) for item in items]
        parent = getcurrent()
        invocation: Invocation = parent.invocation  # type: ignore[attr-defined]  # only tasks come here
        answers: list[Any] = [None] * len(items)
        errors: list[Exception] = []
        left = len(items)

        def thread(place: int) -> Callable[[], None]:
            def body() -> None:
                nonlocal left
                try:
                    answers[place] = function(items[place])
                except Killed:
                    invocation.dead = True
                except Exception as error:  # noqa: BLE001 -- whoever takes the answers gets it
                    errors.append(error)
                left -= 1
                if left == 0:
                    self.at(self.now, parent.switch)

            return body

        for place in range(len(items)):
            self.at(self.now, self._thread(invocation, thread(place)).switch)
        self._hub.switch()
        if invocation.dead:
            raise Killed
        if errors:
            raise errors[0]
        return answers


def invocation() -> Invocation:
    """The one that runs now."""
    return getcurrent().invocation  # type: ignore[attr-defined,no-any-return]  # only tasks ask
