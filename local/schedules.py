"""EventBridge's scheduled rules: rate() and cron() expressions, and the asynchronous invocations that they cause."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from croniter import CroniterError, croniter  # type: ignore[import-untyped]  # ships no types

from local.errors import TemplateError
from local.fleet import Fleet
from local.names import ACCOUNT, REGION
from local.wiring import Schedule

_RATE = re.compile(r"rate\((?P<value>[1-9]\d*) (?P<unit>minute|hour|day)(?P<plural>s?)\)")
_CRON = re.compile(r"cron\((?P<fields>\S+(?: \S+){5})\)")
_WEEKDAY = re.compile(r"(?<![#/\d])[1-7]")
_LAST = re.compile(r"(\d)L")
_RETRY_AFTER_S = (60.0, 120.0)  # Lambda's, for asynchronous invocations

log = logging.getLogger(__name__)


def times(expression: str, start: datetime) -> Iterator[datetime]:
    """When the expression fires after `start`, in UTC, for ever. Raises TemplateError at once for a bad expression."""
    if rate := _RATE.fullmatch(expression):
        value = int(rate["value"])
        if (value == 1) == bool(rate["plural"]):
            raise TemplateError(f"{expression}: EventBridge wants 1 minute, 2 minutes")
        return _every(timedelta(**{f"{rate['unit']}s": value}), start)
    if cron := _CRON.fullmatch(expression):
        return _cron(expression, cron["fields"], start)
    raise TemplateError(f"{expression}: neither rate(...) nor cron(...)")


def _every(period: timedelta, start: datetime) -> Iterator[datetime]:
    while True:
        start += period
        yield start


def _cron(expression: str, fields: str, start: datetime) -> Iterator[datetime]:
    """EventBridge: minute hour day month weekday year, Sunday = 1. croniter: second, year, Sunday = 0."""
    minute, hour, day, month, weekday, year = fields.replace("?", "*").split()
    weekday = _WEEKDAY.sub(lambda number: str(int(number[0]) - 1), weekday)
    weekday = _LAST.sub(r"L\1", weekday)
    try:
        iterator = croniter(f"{minute} {hour} {day} {month} {weekday} 0 {year}", start, ret_type=datetime)
    except (CroniterError, ValueError) as error:
        raise TemplateError(f"{expression}: {error}") from error
    found: Iterator[datetime] = iter(iterator)
    return found


class Clock:
    """Runs its function at the times of one schedule. `speed` is how many seconds pass in one."""

    def __init__(self, schedule: Schedule, fleet: Fleet, *, speed: float = 1.0) -> None:
        self._schedule = schedule
        self._fleet = fleet
        self._speed = speed
        self._times = times(schedule.expression, datetime.now(UTC))
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        began, began_at = time.monotonic(), datetime.now(UTC)
        for due in self._times:
            elapsed_s = (due - began_at).total_seconds() / self._speed
            await asyncio.sleep(max(0.0, began + elapsed_s - time.monotonic()))
            task = asyncio.create_task(self._fire(due))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """After `run` was cancelled. Invocations end with the fleet; retries are given up."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _fire(self, due: datetime) -> None:
        event = (self._schedule.input or json.dumps(self._event(due))).encode()
        outcome = await self._fleet.invoke(event)
        for pause_s in _RETRY_AFTER_S[: self._fleet.function.async_retries]:
            if not outcome.error:
                return
            await asyncio.sleep(pause_s / self._speed)
            outcome = await self._fleet.invoke(event)
        if outcome.error:
            log.warning("%s: failed: %s", self._schedule.logical_id, outcome.payload.decode("utf-8", "replace"))

    def _event(self, due: datetime) -> dict[str, object]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": f"{due:%Y-%m-%dT%H:%M:%SZ}",
            "region": REGION,
            "resources": [self._schedule.arn],
            "detail": {},
        }
