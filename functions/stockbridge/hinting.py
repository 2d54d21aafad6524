"""Hints only save time: what is due is found by the sweep too, so a hint that is refused is no failure."""

from __future__ import annotations

from collections.abc import Sequence

from stockbridge.errors import Unavailable
from stockbridge.store import Message, Queue
from stockbridge.telemetry import count, logger


def send_hints(queue: Queue, messages: Sequence[Message]) -> None:
    try:
        queue.send(messages)
    except Unavailable as error:
        count("HintLost", len(messages))
        logger.warning("not hinted", extra={"reason": str(error), "messages": len(messages)})
