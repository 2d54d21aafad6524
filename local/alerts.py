"""What the system tells people: whatever is published on a topic is said on the terminal, and whole in logs/alerts.log.

Nobody subscribes here by e-mail, so each topic has a queue that only this reads.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any, Protocol

import httpx

from local.queues import LONG_POLL_S

_BATCH = 10
_PAUSE_S = 1.0  # after an error

log = logging.getLogger(__name__)


class Queue(Protocol):
    async def receive(self, most: int, wait_s: int) -> list[dict[str, Any]]: ...

    async def delete(self, receipt_handles: Sequence[str]) -> None: ...


class Listener:
    """Of one topic. `whole` takes the message as it was published."""

    def __init__(self, queue: Queue, whole: logging.Logger) -> None:
        self._queue = queue
        self._whole = whole

    async def run(self) -> None:
        while True:
            try:
                await self.hear()
            except httpx.HTTPError as error:
                log.info("cannot receive what is told: %r", error)
                await asyncio.sleep(_PAUSE_S)

    async def hear(self) -> None:
        """Wait for what is told, and say it. Raises httpx.HTTPError."""
        messages = await self._queue.receive(_BATCH, LONG_POLL_S)
        for message in messages:
            told = json.loads(message["Body"])
            log.warning("alert: %s", told.get("Subject") or told["Message"])
            self._whole.info(told["Message"])
        if messages:
            await self._queue.delete([message["ReceiptHandle"] for message in messages])
