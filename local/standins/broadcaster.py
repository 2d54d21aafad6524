"""VTEX's Broadcaster: posts each change to the affiliates' search endpoints, with its known faults on demand.

VTEX documents neither retries nor a time-out for these posts (its Glovo connector answers early "to avoid
retries"), so both are settings.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from local.standins.shop import Account, Change, told
from local.standins.vtex_bodies import Json, notification_body

Post = Callable[[str, Json], Awaitable[int]]  # the status answered; raises OSError or TimeoutError for none
Outcome = Literal["waiting", "delivered", "undelivered", "lost", "merged", "no endpoint"]

RULE_THRESHOLD = 5
_SHOWN = 5000
_POSTS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Habits:
    """How the Broadcaster behaves. Seconds and percents; the defaults are a good day."""

    lose_percent: float = 0.0
    duplicate_percent: float = 0.0
    merge_s: int = 0  # swallow what follows a notification of the same SKU this soon (known issue 556514)
    delay_s: int = 0
    retries: int = 3
    first_backoff_s: float = 2.0  # then doubled
    timeout_s: float = 5.0
    rule: bool = False  # hold back changes of stock only with both balances above five


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notification of one SKU to one affiliate."""

    id: int
    at: int
    account: str
    affiliate: str
    sku: str
    body: Json
    outcome: Outcome = "waiting"
    attempts: int = 0
    answer: str = ""  # the last status or error


@dataclass(slots=True)
class Outbox:
    """What survives a restart: deliveries not ended yet, and how many ended how."""

    waiting: dict[int, Delivery] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    last_id: int = 0


class Broadcaster:
    def __init__(
        self,
        accounts: Mapping[str, Account],
        outbox: Outbox,
        habits: Callable[[], Habits],
        *,
        now_ms: Callable[[], int],
        chance: random.Random,
        post: Post,
    ) -> None:
        self._accounts = accounts
        self._outbox = outbox
        self._habits = habits
        self._now_ms = now_ms
        self._chance = chance
        self._post = post
        self._ready: asyncio.Queue[int] = asyncio.Queue()
        self._sent_at: dict[tuple[str, str, str], int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.recent: deque[Delivery] = deque(maxlen=_SHOWN)  # oldest first

    @property
    def counts(self) -> dict[str, int]:
        return self._outbox.counts | {"waiting": len(self._outbox.waiting)}

    def announce(self, change: Change) -> int:
        """Tell everybody who has to hear of it; returns how many notifications that makes."""
        habits = self._habits()
        account = self._accounts[change.account]
        made = 0
        for affiliate, sku in told(account, change):
            if habits.rule and _held_back(change, affiliate.trade_policy):
                continue
            body = notification_body(account, affiliate, sku, change, ticks=self._ticks())
            for copy in range(2 if self._chance.random() * 100 < habits.duplicate_percent else 1):
                self._take(Delivery(self._next_id(), self._now_ms(), account.name, affiliate.id, sku.id, body), copy)
                made += 1
        return made

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while inside. What waits on leaving is delivered after the next start."""
        self._loop = asyncio.get_running_loop()
        for waiting in self._outbox.waiting:
            self._ready.put_nowait(waiting)
        workers = [asyncio.create_task(self._work()) for _ in range(_POSTS_AT_ONCE)]
        try:
            yield
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    # ---------------------------------------------------------------- one delivery

    def _take(self, delivery: Delivery, copy: int) -> None:
        habits = self._habits()
        key = (delivery.account, delivery.affiliate, delivery.sku)
        last = self._sent_at.get(key)
        if self._accounts[delivery.account].affiliates[delivery.affiliate].endpoint is None:
            self._end(delivery, "no endpoint")
        elif self._chance.random() * 100 < habits.lose_percent:
            self._end(delivery, "lost")
        elif copy == 0 and last is not None and self._now_ms() - last < habits.merge_s * 1000:
            self._end(delivery, "merged")
        else:
            self._sent_at[key] = self._now_ms()
            self._outbox.waiting[delivery.id] = delivery
            self._later(delivery.id, habits.delay_s)

    def _later(self, delivery: int, seconds: float) -> None:
        assert self._loop is not None  # nothing is announced before `running`
        self._loop.call_later(seconds, self._ready.put_nowait, delivery)

    async def _work(self) -> None:
        while True:
            delivery = self._outbox.waiting.get(await self._ready.get())
            if delivery is not None:
                await self._attempt(delivery)

    async def _attempt(self, delivery: Delivery) -> None:
        habits = self._habits()
        # where the affiliate points now: it may have moved while this waited
        endpoint = self._accounts[delivery.account].affiliates[delivery.affiliate].endpoint
        status, answer = 0, "no endpoint"
        if endpoint is not None:
            try:
                async with asyncio.timeout(habits.timeout_s):
                    status = await self._post(endpoint, delivery.body)
                answer = str(status)
            except TimeoutError:
                answer = "timeout"
            except OSError as error:
                answer = str(error) or type(error).__name__
        tried = replace(delivery, attempts=delivery.attempts + 1, answer=answer)
        if 200 <= status < 300:
            self._end(tried, "delivered")
        elif tried.attempts > habits.retries or endpoint is None:
            self._end(tried, "undelivered")
        else:
            self._outbox.waiting[delivery.id] = tried
            self._later(delivery.id, habits.first_backoff_s * 2 ** (tried.attempts - 1))

    def _end(self, delivery: Delivery, outcome: Outcome) -> None:
        self._outbox.waiting.pop(delivery.id, None)
        self._outbox.counts[outcome] = self._outbox.counts.get(outcome, 0) + 1
        self.recent.append(replace(delivery, outcome=outcome))

    def _next_id(self) -> int:
        self._outbox.last_id += 1
        return self._outbox.last_id

    def _ticks(self) -> int:
        return self._now_ms() * 10_000 + self._outbox.last_id % 10_000

    # ---------------------------------------------------------------- looking

    def shown(self, *, wanted: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
        """The newest deliveries first, ended and waiting, whose fields are as wanted."""
        every = [*self.recent, *self._outbox.waiting.values()]
        every.sort(key=lambda delivery: delivery.id, reverse=True)
        chosen = (asdict(each) for each in every if all(getattr(each, name) == wanted[name] for name in wanted))
        return [each for each, _ in zip(chosen, range(limit), strict=False)]


def _held_back(change: Change, trade_policy: str) -> bool:
    if not change.stock or change.price or change.registration:
        return False
    de, por = change.balances[trade_policy]
    return de > RULE_THRESHOLD and por > RULE_THRESHOLD
