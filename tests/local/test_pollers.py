"""An event source mapping over a queue in memory: batches, windows, concurrency, and what is deleted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from local.environment import Outcome
from local.pollers import Poller
from local.wiring import QueueMapping


@dataclass
class Queue:
    """Gives each message once; what `deleted` does not have would come again."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    failures: int = 0

    def send(self, *bodies: str) -> None:
        self.messages += [{"MessageId": each, "ReceiptHandle": each, "Body": each, "MD5OfBody": ""} for each in bodies]

    async def receive(self, most: int, wait_s: int) -> list[dict[str, Any]]:
        if self.failures:
            self.failures -= 1
            raise httpx.ConnectError("not now")
        until = time.monotonic() + wait_s
        while not self.messages and time.monotonic() < until:
            await asyncio.sleep(0.005)
        taken, self.messages = self.messages[: min(most, 10)], self.messages[min(most, 10) :]
        return taken

    async def delete(self, receipt_handles: Sequence[str]) -> None:
        self.deleted |= set(receipt_handles)


@dataclass
class Function:
    """Answers `outcome`, or what the batch's bodies say when they are JSON."""

    outcome: Outcome = field(default_factory=lambda: Outcome(b"null"))
    takes_s: float = 0.0
    batches: list[list[str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def invoke(self, event: bytes) -> Outcome:
        self.batches.append([record["body"] for record in json.loads(event)["Records"]])
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.takes_s)
        self.at_once -= 1
        return self.outcome


def poll(queue: Queue, function: Function, for_s: float = 0.3, **changes: Any) -> None:
    settings = {"batch_size": 10, "window_s": 0.0, "concurrency": 2, "reports_failures": True}
    mapping = QueueMapping("F", "http://q", "arn:q", **{**settings, **changes})

    async def each() -> None:
        poller = Poller(mapping, queue, function)
        task = asyncio.create_task(poller.run())
        await asyncio.sleep(for_s)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await poller.drain(1.0)

    asyncio.run(each())


def test_without_a_window_what_is_there_is_handled_at_once() -> None:
    queue, function = Queue(), Function()
    queue.send("a", "b")

    poll(queue, function)

    assert function.batches == [["a", "b"]]
    assert queue.deleted == {"a", "b"}


def test_a_window_gathers_several_receives_up_to_the_batch_size() -> None:
    queue, function = Queue(), Function()
    queue.send(*map(str, range(30)))

    poll(queue, function, batch_size=25, window_s=0.1)

    assert [len(batch) for batch in function.batches] == [25, 5]


@pytest.mark.parametrize("error", ["Unhandled", "Sandbox.Timedout", "Runtime.ExitError"])
def test_when_the_function_fails_the_whole_batch_stays(error: str) -> None:
    queue, function = Queue(), Function(Outcome(b"{}", error))
    queue.send("a", "b")

    poll(queue, function)

    assert function.batches == [["a", "b"]]
    assert queue.deleted == set()


def test_reported_messages_stay() -> None:
    queue, function = Queue(), Function(Outcome(b'{"batchItemFailures":[{"itemIdentifier":"b"}]}'))
    queue.send("a", "b", "c")

    poll(queue, function)

    assert queue.deleted == {"a", "c"}


def test_a_report_is_not_read_when_the_mapping_does_not_ask_for_one() -> None:
    queue, function = Queue(), Function(Outcome(b'{"batchItemFailures":[{"itemIdentifier":"b"}]}'))
    queue.send("a", "b")

    poll(queue, function, reports_failures=False)

    assert queue.deleted == {"a", "b"}


def test_no_more_batches_at_a_time_than_the_mapping_allows() -> None:
    queue, function = Queue(), Function(takes_s=0.05)
    queue.send(*map(str, range(8)))

    poll(queue, function, for_s=0.5, batch_size=1, concurrency=2)

    assert (len(function.batches), function.most_at_once) == (8, 2)


def test_large_messages_make_smaller_batches() -> None:
    queue, function = Queue(), Function()
    queue.send(*(f"{number}" * 200_000 for number in range(9)), *("x", "y") * 10)

    poll(queue, function, batch_size=100, window_s=0.1)

    assert max(sum(map(len, batch)) for batch in function.batches) < 2_000_000


def test_a_queue_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.pollers._PAUSE_S", 0.01)
    queue, function = Queue(failures=3), Function()
    queue.send("a")

    poll(queue, function)

    assert queue.deleted == {"a"}


def test_what_is_being_handled_at_a_stop_is_finished() -> None:
    queue, function = Queue(), Function(takes_s=0.3)
    queue.send("a")

    poll(queue, function, for_s=0.1)

    assert queue.deleted == {"a"}
