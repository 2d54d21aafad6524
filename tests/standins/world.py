"""The stand-ins in this process, with a clock that only tests move and an affiliate that remembers its post."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette

from local.standins.marketplace import Marketplace
from local.standins.vtex import Vtex

Result = TypeVar("Result")

EVENTS = Path(__file__).parents[1] / "events" / "vtex"
NOON = 1_700_000_000_000


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


@dataclass
class Clock:
    now: int = NOON

    def __call__(self) -> int:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


class Client:
    """Requests to an application of this process. Its tasks run while a request or `run` does."""

    def __init__(self, app: Starlette, runner: asyncio.Runner) -> None:
        transport = httpx.ASGITransport(app=app)
        self.asynchronous = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self._runner = runner

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(work)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.run(self.asynchronous.request(method, path, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def put(self, path: str, **more: Any) -> httpx.Response:
        return self.request("PUT", path, **more)


@contextmanager
def client_of(app: Starlette) -> Iterator[Client]:
    """A client of the started application."""
    with asyncio.Runner() as runner:
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        client = Client(app, runner)
        try:
            yield client
        finally:
            runner.run(client.asynchronous.aclose())
            runner.run(lifespan.__aexit__(None, None, None))


@dataclass
class Receiver:
    """An affiliate's search endpoint. Answers `answers` in order, then 200."""

    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[int | Exception] = field(default_factory=list)

    async def post(self, url: str, body: dict[str, Any]) -> int:
        self.received.append((url, body))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [body for _, body in self.received]


@dataclass
class Vtexed:
    client: Client
    stand_in: Vtex
    clock: Clock
    receiver: Receiver

    def do(self, *lines: str) -> Any:
        answer = self.client.post("/_scenario", content="\n".join(lines))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def api(self, method: str, path: str, account: str = "demoloja", **more: Any) -> Any:
        keys = {"X-VTEX-API-AppKey": f"vtexappkey-{account}-LOCAL", "X-VTEX-API-AppToken": f"local-token-{account}"}
        return self.client.request(method, f"/{account}/api{path}", headers=keys, **more)

    def simulate(self, *skus: str, sc: str = "1", affiliate: str = "MRC", account: str = "demoloja") -> Any:
        items = [{"id": sku, "quantity": 1, "seller": "1"} for sku in skus]
        path = f"/fulfillment/pvt/orderForms/simulation?sc={sc}&affiliateId={affiliate}"
        return self.api("POST", path, account, json={"items": items})

    def balance(self, sku: str, **more: str) -> Any:
        """The simulated balance; None when the SKU is missing from the answer."""
        body = self.simulate(sku, **more).json()
        return body["logisticsInfo"][0]["stockBalance"] if body["items"] else None

    def settled(self) -> list[dict[str, Any]]:
        """What the affiliates received, when nothing waits any more."""
        deadline = time.monotonic() + 10
        while self.client.get("/_state").json()["notifications"]["waiting"]:
            assert time.monotonic() < deadline, "notifications still waiting"
            self.client.run(asyncio.sleep(0.001))
        return self.receiver.bodies


@dataclass
class Marketed:
    client: Client
    stand_in: Marketplace
    clock: Clock

    def do(self, *lines: str) -> Any:
        answer = self.client.post("/_scenario", content="\n".join(lines))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def put(self, sku: str, quantity: Any, shop: str = "demoloja-mrc", token: str | None = None) -> Any:
        return self.client.put(
            f"/{shop}/v2/skus/{sku}/stock",
            headers={"Authorization": f"Bearer {token or 'local-token-' + shop}"},
            json={"sku": sku, "quantity": quantity},
        )

    def shown(self, sku: str, shop: str = "demoloja-mrc") -> Any:
        return self.client.get(f"/_state/{shop}").json()["listings"][sku]["quantity"]
