"""The three stand-ins as a process: real sockets, real faults of the wire, and what a restart remembers."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

MARKET = {"Authorization": "Bearer local-token-demoloja-mrc"}
STOCK = "/demoloja-mrc/v2/skus/42/stock"


@contextmanager
def running(folder: Path, *more: str) -> Iterator[dict[str, str]]:
    """The addresses of the started stand-ins; stopped with SIGTERM, which must end them well."""
    ports = folder / "ports.json"
    ports.unlink(missing_ok=True)
    command = [sys.executable, "-m", "local.standins", "--ports-file", str(ports), "--state", str(folder / "state")]
    process = subprocess.Popen([*command, *more], stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 20
        while not ports.exists():
            assert process.poll() is None, "ended at its start"
            assert time.monotonic() < deadline, "did not start"
            time.sleep(0.01)
        yield json.loads(ports.read_text())
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, b"")


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with running(tmp_path_factory.mktemp("standins")) as addresses:
        yield addresses


def do(url: str, *lines: str) -> Any:
    answer = httpx.post(f"{url}/_scenario", content="\n".join(lines))
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


@pytest.fixture
def market(urls: dict[str, str]) -> Iterator[str]:
    yield urls["marketplace"]
    do(urls["marketplace"], "ok")


def test_headers_can_drip_and_the_answer_is_still_whole(market: str) -> None:
    do(market, "drip headers every 5")
    host, port = market.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(
            f"GET {STOCK} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {MARKET['Authorization']}\r\n\r\n".encode()
        )
        began, pieces = time.monotonic(), []
        while piece := wire.recv(4096):
            pieces.append(piece)
        took = time.monotonic() - began
    answer = b"".join(pieces)
    assert len(pieces) > 20
    assert took > 0.3
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'\r\n\r\n{"sku":"42","quantity":0}')


def test_a_body_can_drip_after_prompt_headers(market: str) -> None:
    do(market, "drip body every 20")
    with httpx.stream("GET", market + STOCK, headers=MARKET) as answer:
        began = time.monotonic()
        assert answer.read() == b'{"sku":"42","quantity":0}'
        assert time.monotonic() - began > 0.3


@pytest.mark.parametrize(("part", "shop"), [("headers", "demoloja-mrc"), ("body", "demoloja-mgl")])
def test_the_longest_write_ends_when_its_client_is_gone(market: str, part: str, shop: str) -> None:
    def longest_ms() -> int:
        return int(httpx.get(f"{market}/_state/{shop}").json()["longest_ms"])

    do(market, f"drip {part} every 500")  # to its end, either takes more than ten seconds
    host, port = market.removeprefix("http://").split(":")
    body = '{"sku":"42","quantity":0}'
    lines = [f"PUT /{shop}/v2/skus/42/stock HTTP/1.1", f"Host: {host}", f"Authorization: Bearer local-token-{shop}"]
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall("\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode())
        for _ in range(4):
            assert wire.recv(4096)
    deadline = time.monotonic() + 10
    while longest_ms() < 1000:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert longest_ms() < 10_000


def test_a_hanging_write_is_applied_only_when_told_so(market: str) -> None:
    def put(quantity: int) -> None:
        with pytest.raises(httpx.ReadTimeout):
            httpx.put(market + STOCK, headers=MARKET, json={"sku": "42", "quantity": quantity}, timeout=0.3)

    def shown() -> Any:
        return httpx.get(f"{market}/_state/demoloja-mrc").json()["listings"]["42"]["quantity"]

    do(market, "hang")
    put(5)
    assert shown() == 0
    do(market, "ok", "hang after applying")
    put(6)
    assert shown() == 6
    do(market, "ok")
    httpx.put(market + STOCK, headers=MARKET, json={"sku": "42", "quantity": 0})


def test_a_slow_write_lands_after_its_client_gave_up(market: str) -> None:
    do(market, "slow 600")
    with pytest.raises(httpx.ReadTimeout):
        httpx.put(market + STOCK, headers=MARKET, json={"sku": "42", "quantity": 9}, timeout=0.2)
    do(market, "ok")
    listing = f"{market}/_state/demoloja-mrc"
    assert httpx.get(listing).json()["listings"]["42"]["quantity"] == 0
    time.sleep(0.8)
    assert httpx.get(listing).json()["listings"]["42"]["quantity"] == 9
    httpx.put(market + STOCK, headers=MARKET, json={"sku": "42", "quantity": 0})


def test_answers_do_not_wait_for_the_clients_acknowledgement(market: str) -> None:
    took = []
    with httpx.Client() as client:
        for _ in range(10):
            began = time.monotonic()
            client.put(market + STOCK, headers=MARKET, json={"sku": "42", "quantity": 0})
            took.append(time.monotonic() - began)
    assert min(took) < 0.03  # with a delayed acknowledgement, none is below 0.04


def test_a_change_reaches_the_affiliates_endpoint_over_http(urls: dict[str, str]) -> None:
    received = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        keys = {
            "X-VTEX-API-AppKey": "vtexappkey-sandboxintegracao-LOCAL",
            "X-VTEX-API-AppToken": "local-token-sandboxintegracao",
        }
        endpoint = f"http://127.0.0.1:{server.server_address[1]}/v1/notifications/secret/api/notification/?an=x"
        affiliates = urls["vtex"] + "/sandboxintegracao/api/fulfillment/pvt/affiliates/PRT"
        document = {"name": "Portal", "salesChannel": "1", "searchURIEndpoint": endpoint}
        try:
            assert httpx.put(affiliates, headers=keys, json=document).status_code == 200
            do(urls["vtex"], "stock 1634 3 in sandboxintegracao")
            deadline = time.monotonic() + 10
            while not received and time.monotonic() < deadline:
                time.sleep(0.01)
        finally:
            server.shutdown()
            thread.join()
    [(path, content_type, body)] = received
    assert path == "/v1/notifications/secret/api/notification/?an=x"
    assert content_type == "application/json"
    assert (body["IdSku"], body["An"], body["IdAffiliate"]) == ("1634", "sandboxintegracao", "PRT")


def test_a_restart_remembers_balances_listings_faults_and_sessions(tmp_path: Path) -> None:
    credentials = {"grant_type": "password", "username": "vera", "password": "stockbridge"}
    with running(tmp_path, "--sales", "0") as urls:
        do(urls["vtex"], "stock 42 7->3", "stale 60", "delay 900", "account accountname", "price 42")
        do(urls["marketplace"], "ok", "close 41 for demoloja-mrc", "fail 42 with 422")
        assert httpx.put(
            urls["marketplace"] + STOCK.replace("42", "40"), headers=MARKET, json={"quantity": 8}
        ).is_success
        tokens = httpx.post(f"{urls['identity']}/token", data={"client_id": "stockbridge-local", **credentials}).json()
        keys = httpx.get(f"{urls['identity']}/jwks.json").json()
    identity_port = urls["identity"].rsplit(":", 1)[1]
    with running(tmp_path, "--identity-port", identity_port, "--sales", "99") as urls:
        state = httpx.get(f"{urls['vtex']}/_state").json()
        assert (state["account"], state["stale_s"], state["habits"]["delay_s"]) == ("accountname", 60, 900)
        assert (state["sales"]["on"], state["sales"]["asked"]) == (False, True)
        assert httpx.get(f"{urls['vtex']}/_state/demoloja/42").json()["available"] == {"1_1": 3}
        shop = httpx.get(f"{urls['marketplace']}/_state/demoloja-mrc").json()["listings"]
        assert (shop["40"]["quantity"], shop["41"]["state"]) == (8, "closed")
        assert len(httpx.get(f"{urls['marketplace']}/_state").json()["faults"]) == 1
        assert httpx.get(f"{urls['identity']}/jwks.json").json() == keys
        renewal = {"grant_type": "refresh_token", "client_id": "stockbridge-local"}
        renewed = httpx.post(f"{urls['identity']}/token", data={**renewal, "refresh_token": tokens["refresh_token"]})
        assert renewed.status_code == 200


def test_a_stop_does_not_wait_for_clients_that_hang(tmp_path: Path) -> None:
    with running(tmp_path) as urls:
        do(urls["marketplace"], "hang")
        host, port = urls["marketplace"].removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port))
        connection.request("GET", STOCK, headers=MARKET)
        time.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 6
    connection.close()


def test_a_memory_of_another_shape_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "vtex.json").write_text('{"accounts": 3}')
    command = [sys.executable, "-m", "local.standins", "--ports-file", str(tmp_path / "p"), "--state", str(tmp_path)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert f"{tmp_path / 'vtex.json'} cannot be read: move it away to begin anew" in ended.stderr
