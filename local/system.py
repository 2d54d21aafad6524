"""The whole local system: what is started, in which order, and how all of it ends.

Start: emulator and stand-ins; the template, and what it holds, created; one warm environment per function; then the
ways in: HTTP, queues, schedules. Stop is the same backwards, so that nothing works on what is gone already.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import socket
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from local import emulator, outside, ports, template, wiring
from local.alerts import Listener
from local.authorizer import JwtAuthorizer
from local.children import Process
from local.console import Console
from local.errors import StartError
from local.fleet import MOST, Fleet
from local.front import Front
from local.logs import close_log, open_log
from local.names import ACCOUNT, REGION
from local.pollers import Poller
from local.provision import provision, told_queue
from local.queues import Queue
from local.schedules import Clock
from local.seed import DEMO, seed
from local.standins.demo import PRODUCTS

DRAIN_S = 5.0  # for what is being handled at a stop; what is not done by then comes again at the next start
_HOUSEKEEPING_S = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    template: Path
    state: Path
    port: int = 8080  # 0: free ones, for everything
    bare: bool = False  # without the stand-ins and the demonstration
    products: int = PRODUCTS  # of the demonstration, at its first start
    parameters: Mapping[str, str] = field(default_factory=dict)  # instead of the local defaults
    schedule_speed: float = 1.0
    echo: bool = False  # the functions' logs also on the terminal


class System:
    """Use as `async with`: started inside, gone outside, whatever happens between. Raises StartError, TemplateError.

    `ready` is what the ready file holds: api_url, endpoint_url, standins, stage, state, logs, region, parameters, pids
    and, by logical id, resources.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._state = settings.state.resolve()
        self._logs = self._state / "logs"
        self._parts = AsyncExitStack()
        self._children: dict[str, Process] = {}
        self._fleets: dict[str, Fleet] = {}
        self.ready: dict[str, Any] = {}

    async def __aenter__(self) -> System:
        try:
            await self._start()
        except BaseException:
            await self._parts.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._parts.aclose()

    async def failure(self) -> str:
        """Wait until a part ends that should not, and say which."""
        ends = {asyncio.create_task(process.wait()): name for name, process in self._children.items()}
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        return f"{ends[done.pop()]} ended unexpectedly; see {self._logs}"

    async def _start(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        self._parts.enter_context(_locked(self._state / "lock"))
        chosen = ports.choose(self._settings.port, self._state / "ports.json")
        try:
            listening = self._parts.enter_context(ports.listen(chosen["front"]))
        except OSError as error:
            raise StartError(f"port {chosen['front']}: {error.strerror}; choose another with --port") from error
        api_url = f"http://127.0.0.1:{chosen['front']}"
        database = await self._emulator()
        others = await self._outside(chosen)
        stack = template.load(
            self._settings.template,
            self._settings.parameters,
            _defaults(api_url, others),
            endpoint_url=database.url,
            api_url=api_url,
        )
        wires = wiring.read(stack)
        await database.ready()
        await asyncio.gather(asyncio.to_thread(provision, stack, database.url), self._functions(wires, database.url))
        client = await self._parts.enter_async_context(
            httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=None))
        )
        self._consume(wires, client)
        self._listen(stack, database.url, client)
        self._schedule(wires)
        console = Console(stack.root / "console/dist", _console_config(stack.parameters, others))
        await self._serve(wires, client, listening, console)
        self._background(self._keep_house({function.task_root for function in wires.functions.values()}))
        self.ready = {
            "api_url": api_url,
            "endpoint_url": database.url,
            "standins": others,
            "stage": stack.parameters.get("Stage", ""),
            "state": str(self._state),
            "logs": str(self._logs),
            "region": REGION,
            "parameters": dict(stack.parameters),
            "pids": {"system": os.getpid(), **{name: process.pid for name, process in self._children.items()}},
            "resources": {
                logical_id: {"type": resource.type, "id": resource.attributes["Ref"], **resource.attributes}
                for logical_id, resource in stack.resources.items()
            },
        }
        if others:
            await self._demonstrate()

    async def _demonstrate(self) -> None:
        try:
            await asyncio.to_thread(seed, self.ready)
        except Exception as error:  # noqa: BLE001 - the demonstration is not the system
            log.error("the demonstration was not loaded: %s", error)

    async def _emulator(self) -> emulator.Emulator:
        started = await emulator.start(self._state / "emulator", self._logs)
        self._children["emulator"] = started.process

        async def stop() -> None:
            if not await started.stop():
                log.error("the emulator had to be killed: what was written after its last snapshot is lost")

        self._parts.push_async_callback(stop)
        return started

    async def _outside(self, chosen: Mapping[str, int]) -> Mapping[str, str]:
        if self._settings.bare:
            return {}
        started = await outside.start(chosen, self._state / "standins", self._logs, products=self._settings.products)
        self._children["standins"] = started.process
        self._parts.push_async_callback(started.stop)
        return started.urls

    async def _functions(self, wires: wiring.Wiring, endpoint_url: str) -> None:
        function_log = open_log(
            self._logs / "functions.log", "%(asctime)s.%(msecs)03dZ %(message)s", echo=self._settings.echo
        )
        invocation_log = open_log(self._logs / "invocations.log", "%(message)s")
        self._parts.callback(close_log, function_log)
        self._parts.callback(close_log, invocation_log)
        for name, function in wires.functions.items():
            most = max((each.concurrency or MOST for each in wires.mappings if each.function == name), default=MOST)
            self._fleets[name] = fleet = Fleet(
                function, endpoint_url, function_log, most=most, report=invocation_log.info
            )
            self._parts.push_async_callback(fleet.close)
        errors = await asyncio.gather(*(fleet.warm() for fleet in self._fleets.values()))
        for name, error in zip(self._fleets, errors, strict=True):
            if error:
                log.error("%s does not start: %s", name, error.payload.decode("utf-8", "replace"))

    def _consume(self, wires: wiring.Wiring, client: httpx.AsyncClient) -> None:
        for mapping in wires.mappings:
            poller = Poller(mapping, Queue(client, mapping.queue_url), self._fleets[mapping.function])
            self._parts.push_async_callback(poller.drain, DRAIN_S)
            self._background(poller.run())

    def _listen(self, stack: template.Stack, endpoint_url: str, client: httpx.AsyncClient) -> None:
        alerts = open_log(self._logs / "alerts.log", "%(asctime)s.%(msecs)03dZ %(message)s")
        self._parts.callback(close_log, alerts)
        for topic in stack.of_type("AWS::SNS::Topic"):
            url = f"{endpoint_url}/{ACCOUNT}/{told_queue(topic)}"
            self._background(Listener(Queue(client, url), alerts).run())

    def _schedule(self, wires: wiring.Wiring) -> None:
        for schedule in wires.schedules:
            clock = Clock(schedule, self._fleets[schedule.function], speed=self._settings.schedule_speed)
            self._parts.push_async_callback(clock.stop)
            self._background(clock.run())

    async def _serve(
        self, wires: wiring.Wiring, client: httpx.AsyncClient, listening: socket.socket, console: Console
    ) -> None:
        access_log = open_log(self._logs / "access.log", "%(message)s")
        self._parts.callback(close_log, access_log)
        front = Front(wires.api, self._fleets, JwtAuthorizer(client), console=console, access_log=access_log)
        server = _Server(
            uvicorn.Config(
                front,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=int(DRAIN_S),
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listening]))

        async def stop() -> None:
            server.should_exit = True
            await serving

        self._parts.push_async_callback(stop)
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)

    async def _keep_house(self, task_roots: set[Path]) -> None:
        """Idle environments go; when the functions' code changes, all of them do."""
        seen = newest_change(task_roots)
        while True:
            await asyncio.sleep(_HOUSEKEEPING_S)
            changed = newest_change(task_roots)
            for fleet in self._fleets.values():
                if changed != seen:
                    fleet.recycle()
                fleet.reap()
            seen = changed

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)

        async def stop() -> None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

        self._parts.push_async_callback(stop)


def _defaults(api_url: str, others: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "Stage": "local",
        "AllowPrivateEndpoints": "true",
        "ConsoleOrigin": api_url,
        "JwtAudience": "stockbridge-local",
        **({"JwtIssuer": others["identity"]} if others else {}),
    }


def _console_config(parameters: Mapping[str, str], others: Mapping[str, str]) -> Mapping[str, Any]:
    """What the console's pages are told at /console/config.json."""
    return {
        "issuer": parameters["JwtIssuer"],
        "clientId": parameters["JwtAudience"],
        **({"account": DEMO, "standins": others} if others else {}),
    }


class _Server(uvicorn.Server):
    """Signals are the business of whoever started us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only one system per state folder. The lock goes with the process, however it ends."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartError(f"{path.parent} is in use by another local system; choose another --state") from error
        yield


def newest_change(folders: set[Path]) -> int:
    """When a Python file in one of the folders was last changed, in nanoseconds since the epoch."""
    files = (file for folder in folders for file in folder.rglob("*.py"))
    changes = []
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            changes.append(file.stat().st_mtime_ns)
    return max(changes, default=0)
