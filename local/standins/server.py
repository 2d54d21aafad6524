"""The stand-ins in one process: three ports of 127.0.0.1, one event loop, one folder of memory."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx
import uvicorn
from starlette.types import ASGIApp

from local.standins.demo import DEMO, PRODUCTS, demo_marketplace, demo_vtex
from local.standins.identity import Identity, IdentityState
from local.standins.keeping import Memory
from local.standins.listings import MarketplaceState
from local.standins.marketplace import Marketplace
from local.standins.misbehaving import OpenWire
from local.standins.mounts import open_stand_ins, together
from local.standins.tokens import Issuer, SigningKey
from local.standins.vtex import Vtex
from local.standins.vtex_bodies import Json
from local.standins.vtex_state import VtexState

NAMES = ("identity", "vtex", "marketplace")
_SAVE_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """`ports`: 0 takes a free one. `sales`: visits per minute, unless somebody has already decided. `products`: of the
    demonstration, at its first start."""

    ports_file: Path
    state: Path
    ports: dict[str, int]
    sales: float | None = None
    products: int = PRODUCTS


async def serve(options: Options) -> None:
    """Run until SIGTERM or SIGINT. Writes the ports file when all three answer."""
    options.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _sockets(options.ports) as sockets:
        urls = {name: f"http://127.0.0.1:{sockets[name].getsockname()[1]}" for name in NAMES}
        async with AsyncExitStack() as stack:
            apps = await _apps(stack, options, urls)
            servers = {name: _server(apps[name]) for name in NAMES}
            running = [asyncio.create_task(servers[name].serve(sockets=[sockets[name]])) for name in NAMES]
            while not all(server.started or server.should_exit for server in servers.values()):
                await asyncio.sleep(0.01)
            if not all(server.started for server in servers.values()):
                raise OSError("a stand-in did not start")
            _write_atomically(options.ports_file, json.dumps(urls))
            await _told_to_stop()
            for server in servers.values():
                server.should_exit = True
            await asyncio.gather(*running)


async def _apps(stack: AsyncExitStack, options: Options, urls: dict[str, str]) -> dict[str, ASGIApp]:
    vtex_memory = Memory(options.state / "vtex.json", VtexState, partial(demo_vtex, options.products))
    vtex_state = vtex_memory.value
    market_memory = Memory(options.state / "marketplace.json", MarketplaceState, lambda: demo_marketplace(vtex_state))
    identity_memory = Memory(options.state / "identity.json", IdentityState, IdentityState)
    if options.sales is not None and not vtex_state.sales.asked:
        vtex_state.sales = replace(vtex_state.sales, asked=True, on=options.sales > 0, per_minute=options.sales)
    for memory in (vtex_memory, market_memory, identity_memory):
        await stack.enter_async_context(memory.saved_every(_SAVE_EVERY_S))

    client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
    chance = random.Random()  # noqa: S311 - shoppers and faults, not secrets
    vtex = Vtex(vtex_state, now_ms=_now_ms, chance=chance, post=_Poster(client).post)
    marketplace = Marketplace(market_memory.value, now_ms=_now_ms, chance=chance)
    key = SigningKey.kept(options.state / "signing-key.pem")
    issuer = Issuer(urls["identity"], key, lambda: list(vtex_state.accounts), _now_ms)
    identity = Identity(identity_memory.value, issuer, now_ms=_now_ms)
    others = await open_stand_ins(
        stack,
        options.state,
        vtex_state.accounts[DEMO],
        spared=vtex_state.sales.spared,
        now_ms=_now_ms,
        chance=chance,
        save_every_s=_SAVE_EVERY_S,
    )
    return {"identity": identity.app, "vtex": vtex.app, "marketplace": together(marketplace, others)}


class _Poster:
    """Posts as VTEX does: JSON both ways, redirects not followed."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def post(self, url: str, body: Json) -> int:
        try:
            response = await self._client.post(url, json=body, headers={"accept": "application/json"}, timeout=None)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise OSError(f"{type(error).__name__}: {error}") from error
        return response.status_code


class _Server(uvicorn.Server):
    """Leaves the signals alone: one stop is for all three."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        http=OpenWire,
        ws="none",
        log_level="critical",
        access_log=False,
        # Of uvicorn's own five seconds, whoever keeps connections meets the end now and then, and cannot know what
        # became of the request that it sent just then.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,  # clients that were told to hang would hold the stop for ever
    )
    return _Server(config)


@contextmanager
def _sockets(ports: dict[str, int]) -> Iterator[dict[str, socket.socket]]:
    opened: dict[str, socket.socket] = {}
    try:
        for name in NAMES:
            opened[name] = socket.create_server(("127.0.0.1", ports.get(name, 0)), backlog=512)
            # Connections inherit it. asyncio sets it only where the protocol is given as TCP, which create_server does
            # not, and without it each answer in two pieces waits 40 ms for the other side's acknowledgement.
            opened[name].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield opened
    finally:
        for each in opened.values():
            each.close()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def _write_atomically(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
