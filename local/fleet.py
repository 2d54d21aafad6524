"""The environments of one function: as many as there are concurrent requests, warm ones first, up to a limit."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections import deque
from collections.abc import Callable

from local.environment import Environment, Invocation, Outcome
from local.wiring import Function

# Environments, unless an event source says how many; further requests wait for one. Lambda would go on to the account's
# quota, but here they share the processors.
MOST = max(4, 2 * (os.cpu_count() or 1))
STARTING = 2  # at the same time: more only slow each other down
PATIENCE_S = 0.1  # a request waits this long for a warm environment before it asks for another: starting takes longer
IDLE_S = 60.0  # then an environment is let go, except the last one


class Fleet:
    """Invokes one function. Every environment has one invocation at a time."""

    def __init__(
        self,
        function: Function,
        endpoint_url: str,
        log: logging.Logger,
        *,
        most: int = MOST,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`report` gets a line for every invocation that ended, as Lambda's own REPORT; see `reported`."""
        self.function = function
        self._endpoint_url = endpoint_url
        self._log = log
        self._most = most
        self._report = report
        self._lives: dict[Environment, asyncio.Task[None]] = {}
        self._idle: list[Environment] = []  # the last one was used last
        self._waiting: deque[Invocation] = deque()
        self._retired: set[Environment] = set()
        self._closed = False

    @property
    def pids(self) -> list[int]:
        return [environment.pid for environment in self._lives if environment.pid]

    @property
    def busy(self) -> bool:
        return bool(self._waiting) or any(environment.current for environment in self._lives)

    async def warm(self) -> Outcome | None:
        """Wait until one environment is ready. The answer is the error when the handler's module does not load."""
        environment = self._begin()
        life = self._lives[environment]
        while not (environment.initialized or life.done()):
            await asyncio.wait([life], timeout=0.01)
        return environment.init_error

    async def invoke(self, event: bytes) -> Outcome:
        """Run the handler. Never raises for what the function does: errors, crashes and time-outs are outcomes."""
        invocation = Invocation(event, asyncio.get_running_loop().create_future())
        if self._idle:
            self._idle.pop().assign(invocation)
        else:
            self._waiting.append(invocation)
            self._grow()
            asyncio.get_running_loop().call_later(PATIENCE_S, self._grow)
        outcome = await invocation.outcome
        if invocation.began is not None:
            self._report(reported(self.function, invocation, outcome, began=invocation.began))
        return outcome

    def reap(self) -> None:
        """Let go of what has not been used for long."""
        limit = time.monotonic() - IDLE_S
        for environment in [e for e in self._idle if e.last_used < limit][: len(self._lives) - 1]:
            self._idle.remove(environment)
            environment.kill()

    def recycle(self) -> None:
        """Let no environment serve another request, because the code changed; and warm up a new one."""
        self._retired.update(self._lives)
        while self._idle:
            self._idle.pop().kill()
        if not self._closed:
            self._begin()

    async def close(self) -> None:
        self._closed = True
        while self._waiting:
            self._waiting.popleft().fail("Sandbox.Closed", "the local system is stopping")
        for environment in self._lives:
            environment.kill()
        await asyncio.gather(*self._lives.values(), return_exceptions=True)

    def _available(self, environment: Environment) -> None:
        if self._closed or environment in self._retired:
            environment.kill()
        elif self._waiting:
            environment.assign(self._waiting.popleft())
            self._grow()
        else:
            self._idle.append(environment)

    def _grow(self) -> None:
        starting = sum(not environment.initialized for environment in self._lives)
        patience_ended = time.monotonic() - PATIENCE_S
        wanted = sum(invocation.arrived <= patience_ended for invocation in self._waiting)
        if self._waiting and not self._lives:
            wanted = max(wanted, 1)
        while starting < min(wanted, STARTING) and len(self._lives) < self._most and not self._closed:
            self._begin()
            starting += 1

    def _begin(self) -> Environment:
        environment = Environment(self.function, self._endpoint_url, self._log, self._available)
        self._lives[environment] = asyncio.create_task(self._live(environment))
        return environment

    async def _live(self, environment: Environment) -> None:
        await environment.run()
        del self._lives[environment]
        if environment in self._idle:
            self._idle.remove(environment)
        if self._closed or environment in self._retired:
            self._retired.discard(environment)
        elif environment.init_error and not any(e.initialized for e in self._lives):
            self._log.info("%s does not start: %s", self.function.logical_id, environment.init_error.payload.decode())
            while self._waiting:
                self._waiting.popleft().end(environment.init_error)
        elif environment.initialized and not self._lives:
            self._begin()  # it crashed or timed out: the next request should find a warm one
        self._grow()


def reported(function: Function, invocation: Invocation, outcome: Outcome, *, began: float) -> str:
    """JSON: when it ended, which function, how long it waited and ran, and the error's type or null."""
    now = time.monotonic()
    return json.dumps(
        {
            "at": time.time_ns() // 1_000_000,
            "function": function.logical_id,
            "request": invocation.request_id,
            "waited_ms": round((began - invocation.arrived) * 1000),
            "ran_ms": round((now - began) * 1000),
            "error": outcome.error,
        }
    )
