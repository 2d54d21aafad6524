"""VTEX and a marketplace on one real socket, as small as the handlers' tests need them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Outside:
    """`refusals` are the marketplace's next answers instead of 200, by SKU."""

    base: str = ""
    balances: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)  # what the marketplace was sent as credentials
    vtex_status: int = 200

    def simulate(self, asked: list[dict[str, object]]) -> tuple[int, object]:
        known = [(place, str(item["id"])) for place, item in enumerate(asked) if str(item["id"]) in self.balances]
        items = [{"id": sku, "requestIndex": place, "quantity": 1, "seller": "1"} for place, sku in known]
        logistics = [
            {"itemIndex": index, "stockBalance": self.balances[sku], "quantity": 1, "slas": []}
            for index, (_, sku) in enumerate(known)
        ]
        return self.vtex_status, {"items": items, "logisticsInfo": logistics}

    def write(self, sku: str, quantity: int) -> tuple[int, object]:
        if sku in self.refusals:
            status, message = self.refusals[sku]
            return status, {"errors": [{"code": "REFUSED", "message": message}]}
        self.shown[sku] = quantity
        return 200, {"sku": sku, "quantity": quantity}


@contextmanager
def listening(outside: Outside) -> Iterator[Outside]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(*outside.simulate(self._body()["items"]))

        def do_PUT(self) -> None:
            outside.tokens.append(self.headers["authorization"])
            body = self._body()
            self._answer(*outside.write(body["sku"], body["quantity"]))

        def _body(self) -> dict[str, object]:  # type: ignore[type-arg] -- JSON
            return dict(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _answer(self, status: int, document: object) -> None:
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    outside.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield outside
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
