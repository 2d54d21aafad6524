"""Event source mappings from SQS: gather a batch, invoke, delete what was handled.

Rules: "Using Lambda with Amazon SQS" and "Implementing partial batch responses" in the Lambda developer guide. What is
not deleted becomes visible again by itself, after the queue's visibility timeout.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import httpx

from local.environment import Outcome
from local.fleet import MOST
from local.names import REGION
from local.queues import LONG_POLL_S
from local.wiring import QueueMapping

ENOUGH = 1024 * 1024  # bytes of bodies after which a batch is not filled further; Lambda's limit is 6 MB
_LOOK_AGAIN_S = 0.1  # while a batching window is open
_PAUSE_S = 1.0  # after an error

Message = Mapping[str, Any]

log = logging.getLogger(__name__)


class Queue(Protocol):
    async def receive(self, most: int, wait_s: int) -> list[dict[str, Any]]: ...

    async def delete(self, receipt_handles: Sequence[str]) -> None: ...


class Target(Protocol):
    async def invoke(self, event: bytes) -> Outcome: ...


class Poller:
    """Runs one mapping. At most `concurrency` batches are being handled at a time."""

    def __init__(self, mapping: QueueMapping, queue: Queue, function: Target) -> None:
        self._mapping = mapping
        self._queue = queue
        self._function = function
        self._slots = asyncio.Semaphore(mapping.concurrency or MOST)
        self._handling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        while True:
            await self._slots.acquire()
            try:
                batch = await self._gather()
            except httpx.HTTPError as error:
                log.warning("%s: cannot receive: %r", self._mapping.function, error)
                self._slots.release()
                await asyncio.sleep(_PAUSE_S)
                continue
            task = asyncio.create_task(self._handle(batch))
            self._handling.add(task)
            task.add_done_callback(self._done)

    async def drain(self, patience_s: float) -> None:
        """After `run` was cancelled: let what was received be handled. What is not done in time comes again."""
        if self._handling:
            _, late = await asyncio.wait(self._handling, timeout=patience_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        self._slots.release()

    async def _gather(self) -> list[Message]:
        """At least one message. The window opens with the first one."""
        batch: list[Message] = []
        while not batch:
            batch += await self._queue.receive(self._mapping.batch_size, LONG_POLL_S)
        closes = time.monotonic() + self._mapping.window_s
        while len(batch) < self._mapping.batch_size and sum(len(message["Body"]) for message in batch) < ENOUGH:
            remaining_s = closes - time.monotonic()
            if remaining_s <= 0:
                break
            more = await self._queue.receive(self._mapping.batch_size - len(batch), 0)
            batch += more
            if not more:
                await asyncio.sleep(min(_LOOK_AGAIN_S, remaining_s))
        return batch

    async def _handle(self, batch: Sequence[Message]) -> None:
        records = [record(message, self._mapping.queue_arn) for message in batch]
        outcome = await self._function.invoke(json.dumps({"Records": records}, ensure_ascii=False).encode())
        if outcome.error:
            return
        ids = [message["MessageId"] for message in batch]
        done = handled(ids, outcome.payload) if self._mapping.reports_failures else set(ids)
        if not done:
            log.warning("%s: no message of a batch of %d was handled", self._mapping.function, len(batch))
        with contextlib.suppress(httpx.HTTPError):  # then they come again, as they may on AWS
            await self._queue.delete([message["ReceiptHandle"] for message in batch if message["MessageId"] in done])


def record(message: Message, queue_arn: str) -> dict[str, Any]:
    """A message as it stands in `Records` of the event."""
    document = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {
                **{field[0].lower() + field[1:]: text for field, text in value.items()},
                "stringListValues": [],
                "binaryListValues": [],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }
    if "MD5OfMessageAttributes" in message:
        document["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return document


def handled(ids: Sequence[str], payload: bytes) -> set[str]:
    """The messages to delete after a successful invocation of a function that reports failures.

    All of them when it reports none; none of them when its report is malformed in any way, because then nothing in it
    can be believed.
    """
    try:
        answer = json.loads(payload)
    except ValueError:
        return set()
    if answer is None:
        return set(ids)
    if not isinstance(answer, dict):
        return set()
    failures = answer.get("batchItemFailures")
    if failures is None:
        return set(ids)
    if not isinstance(failures, list):
        return set()
    failed = set()
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if not isinstance(identifier, str) or identifier not in ids:
            return set()
        failed.add(identifier)
    return set(ids) - failed
