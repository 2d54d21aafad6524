"""The console before tables that are in dynalite: its build, the local front, the API's function and a sign-in.

Of the local system this is what somebody who looks at records meets; nothing consumes queues, and nothing is scheduled.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from benchmarks.large_table import ACCOUNT, ROOT, Tables
from local import ports, template, wiring
from local.authorizer import JwtAuthorizer
from local.console import Console
from local.fleet import Fleet
from local.front import Front
from local.standins.identity import Identity, IdentityState
from local.standins.tokens import CLIENT_ID, Issuer, SigningKey

FUNCTION = "ActionsFunction"


@dataclass(frozen=True, slots=True)
class Served:
    """Where the console is, of which build, and what is behind it."""

    url: str
    build: Path
    tables: Tables


@contextmanager
def served(tables: Tables, build: Path, log: Path) -> Iterator[Served]:
    """While it runs, in a process of its own; the function's output is in the file `log`."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(tables, build, log, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Served(ours.recv(), build, tables)
    finally:
        process.terminate()
        process.join()


def _run(tables: Tables, build: Path, log: Path, told: Connection) -> None:
    asyncio.run(_serve(tables, build, log, told))


async def _serve(tables: Tables, build: Path, log: Path, told: Connection) -> None:
    listening, signing_in = ports.listen(0), ports.listen(0)
    url, issuer_url = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in (listening, signing_in))
    defaults = {"Stage": "local", "JwtIssuer": issuer_url, "JwtAudience": CLIENT_ID, "ConsoleOrigin": url}
    stack = template.load(ROOT / "template.yaml", {}, defaults, endpoint_url=tables.url, api_url=url)
    wires = wiring.read(stack)
    output = logging.Logger("function")
    output.addHandler(logging.FileHandler(log, mode="w"))
    fleet = Fleet(wires.functions[FUNCTION], tables.url, output)
    error = await fleet.warm()
    assert error is None, error
    issuer = Issuer(issuer_url, SigningKey.fresh(), lambda: [ACCOUNT], _now_ms)
    identity = Identity(IdentityState(), issuer, now_ms=_now_ms)
    console = Console(build, {"issuer": issuer_url, "clientId": CLIENT_ID, "account": ACCOUNT})
    api = replace(wires.api, routes=[route for route in wires.api.routes if route.function == FUNCTION])
    async with httpx.AsyncClient(trust_env=False) as client:
        front = _server(Front(api, {FUNCTION: fleet}, JwtAuthorizer(client), console=console))
        sign_in = _server(identity.app)
        told.send(url)
        await asyncio.gather(front.serve([listening]), sign_in.serve([signing_in]))


def _server(app: Any) -> uvicorn.Server:
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
