"""PUTs per second and CPU per PUT of a batch of 10, next to a plain loop of `requests`.

    python -m benchmarks.puts [--rounds 15] [--batches 3]

A stand-in in a process of its own takes each PUT and answers it after 50 ms. Three ways of sending the same ten PUTs
take turns, so that what else the machine does meets all of them alike:

    export          the connector `generic` over our transport, all ten at the same time in the threads of the export
                    function's pool: configuration read, request built, deadline watched, answer classified, evidence
                    redacted. Without the record around it, which is not HTTP
    requests        `requests.put` ten times in a row, as one writes it first
    with a session  the same over one `requests.Session`

The aim: at least 8 times the throughput of the loop, at no more CPU per PUT. It is plain HTTP, which flatters the loop
without a session: over HTTPS each of its calls would read the certificates again and shake hands. CPU is that of this
process, all threads. Ratios are medians of the rounds' own; figures are of this machine, so compare those of one run.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection

import requests

from stockbridge.clock import now_ms
from stockbridge.connectors import Listing, Session, StockUpdate
from stockbridge.marketplaces.generic import Generic
from stockbridge.outcomes import Applied
from stockbridge.transport import Transport

BATCH = 10  # of the export function, which has a thread for each
LATENCY_S = 0.05
DEADLINE_S = 8
TIMES_AS_FAST = 8
TOKEN = "4f0c9d1e7a"  # noqa: S105 - nobody's
EXPORT, LOOP, WITH_SESSION = "export", "requests", "with a session"

Batch = Callable[[int], None]  # sends ten PUTs of that quantity


# ------------------------------------------------------------------ stand-in


class _StandIn(asyncio.Protocol):
    """Reads one request after the other and answers each 50 ms later."""

    _ANSWER = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"ok":true}'
    _LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")

    def __init__(self) -> None:
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = self._LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0):
            assert head.startswith(b"PUT /")
            self.received = b""
            asyncio.get_running_loop().call_later(LATENCY_S, self.transport.write, self._ANSWER)


def serve(port: Connection) -> None:
    """Until this process is ended. Its port is told first."""

    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(_StandIn, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


# ------------------------------------------------------------------ the three ways


def by_export(base_url: str, transport: Transport, at_once: ThreadPoolExecutor) -> Batch:
    configuration = {
        "secret": "stockbridge/prod/loja/SPT",
        "url": base_url + "/v2/skus/{sku}/stock",
        "headers": {"Authorization": "Bearer {secret.token}"},
        "body": {"sku": "{sku}", "quantity": "{quantity}"},
        "errors": [{"status": 404, "match": "not catalogued", "cause": "not_catalogued"}],
    }
    connector = Generic()

    def push(update: StockUpdate) -> None:
        session = Session(configuration, {"token": TOKEN}, transport, now_ms, now_ms() + DEADLINE_S * 1000)
        (outcome,) = connector.push(session, [update])
        assert isinstance(outcome, Applied), outcome

    def batch(quantity: int) -> None:
        list(at_once.map(push, [StockUpdate("loja", "SPT", Listing(str(sku)), quantity, 1) for sku in range(BATCH)]))

    return batch


def by_requests(base_url: str, put: Callable[..., requests.Response]) -> Batch:
    def batch(quantity: int) -> None:
        for sku in range(BATCH):
            answer = put(
                f"{base_url}/v2/skus/{sku}/stock",
                headers={"Authorization": f"Bearer {TOKEN}"},
                json={"sku": str(sku), "quantity": quantity},
                timeout=DEADLINE_S,
            )
            assert answer.json() == {"ok": True}

    return batch


# ------------------------------------------------------------------ measurement


@dataclass(frozen=True, slots=True)
class Round:
    """Of one way, in seconds per PUT."""

    wall_s: float
    cpu_s: float


def measured(batch: Batch, batches: int) -> Round:
    wall, cpu = time.perf_counter(), time.process_time()
    for quantity in range(batches):
        batch(quantity)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Round(wall / batches / BATCH, cpu / batches / BATCH)


def in_turns(ways: Mapping[str, Batch], rounds: int, batches: int) -> Mapping[str, Sequence[Round]]:
    """Each round begins with another way; what is paid once is paid before the first."""
    names = list(ways)
    for batch in ways.values():
        batch(0)
    taken: dict[str, list[Round]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            taken[name].append(measured(ways[name], batches))
    return taken


def report(taken: Mapping[str, Sequence[Round]]) -> None:
    for name, own in taken.items():
        per_s = statistics.median(1 / each.wall_s for each in own)
        cpu_ms = sorted(each.cpu_s * 1000 for each in own)
        middle = statistics.median(cpu_ms)
        print(f"{name:15} {per_s:6.1f} PUTs/s   CPU {middle:.2f} ms a PUT ({cpu_ms[0]:.2f} to {cpu_ms[-1]:.2f})")
    for name in (LOOP, WITH_SESSION):
        pairs = list(zip(taken[EXPORT], taken[name], strict=True))
        faster = statistics.median(other.wall_s / ours.wall_s for ours, other in pairs)
        cpu = statistics.median(ours.cpu_s / other.cpu_s for ours, other in pairs)
        met = "met" if faster >= TIMES_AS_FAST and cpu <= 1 else "missed"
        print(f"export against {name}: {faster:.2f} times the throughput, {cpu:.2f} times the CPU a PUT: {met}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="in each, every way takes its turn")
    parser.add_argument("--batches", type=int, default=3, help="of 10 PUTs, in each turn")
    arguments = parser.parse_args()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):  # requests would go by them, we do not
        os.environ.pop(name, None)
    ours, theirs = multiprocessing.Pipe()
    stand_in = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    stand_in.start()
    base_url = f"http://127.0.0.1:{ours.recv()}"
    try:
        with (
            Transport(allow_private=True) as transport,
            ThreadPoolExecutor(BATCH, thread_name_prefix="send") as at_once,
            requests.Session() as session,
        ):
            ways = {
                EXPORT: by_export(base_url, transport, at_once),
                LOOP: by_requests(base_url, requests.put),
                WITH_SESSION: by_requests(base_url, session.put),
            }
            report(in_turns(ways, arguments.rounds, arguments.batches))
    finally:
        stand_in.terminate()
        stand_in.join()


if __name__ == "__main__":
    main()
