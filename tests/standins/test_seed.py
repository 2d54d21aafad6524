"""The demonstration is set up through the operator API, once, and later runs respect what people changed."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import jwt
import pytest
from moto import mock_aws

from local.seed import NotSeeded, Seeding
from stockbridge.clock import now_ms
from stockbridge.connectors import Listing, Reads, Renews, Session
from stockbridge.marketplaces import connector
from stockbridge.transport import Transport
from tests.standins.test_process import do, running


class Operator:
    """As much of the operator API as seeding speaks, and the webhook."""

    def __init__(self) -> None:
        self.channels: dict[tuple[str, str], dict[str, Any]] = {}
        self.tokens: dict[str, list[str]] = {}
        self.listings: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []
        self.notified: list[tuple[str, str]] = []

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Any]:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if path.startswith("/v1/notifications/"):
            document = json.loads(body)
            self.notified.append((document["An"], path.removeprefix("/v1/notifications/")))
            return 200, {}
        claims = jwt.decode(headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
        account = query["account"][0]
        assert f"{account}:admin" in claims["cognito:groups"]
        if method != "GET":
            self.calls.append(f"{method} {target}")
        if path == "/v1/tokens":
            if method == "POST":
                secret = f"secret-{account}-{len(self.tokens.get(account, []))}"
                self.tokens.setdefault(account, []).append(secret)
                return 201, {"id": "t", "path": f"/v1/notifications/{secret}"}
            return 200, {"items": [{"id": secret} for secret in self.tokens.get(account, [])]}
        key = (account, path.removeprefix("/v1/channels/"))
        if path.endswith("/listings"):
            sheet = self.listings.setdefault((account, path), "")
            if method == "POST":
                assert headers["Content-Type"] == "text/csv"
                self.listings[account, path] = body.decode()
                return 200, {"saved": 1, "unchanged": 0, "refused": []}
            return 200, {"items": sheet.splitlines()[1:2]}
        if method == "PUT":
            self.channels[key] = json.loads(body)
        return (200, self.channels[key] | {"updated_by": "ana"}) if key in self.channels else (404, {})


@pytest.fixture
def operator() -> Iterator[tuple[Operator, str]]:
    operator = Operator()

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, document = operator.answer(self.command, self.path, self.headers, body)
            text = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = respond  # noqa: N815 - http.server's names

        def log_message(self, *said: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield operator, f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def secrets() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        yield client
        client.close()


def run(urls: dict[str, str], api_url: str, secrets: Any) -> None:
    with httpx.Client(trust_env=False, timeout=10) as http:
        Seeding({"api_url": api_url, "standins": urls}, http, secrets).run()


def endpoints(urls: dict[str, str], account: str) -> dict[str, str]:
    known = httpx.get(f"{urls['vtex']}/_state").json()["accounts"][account]
    return {name: affiliate["endpoint"] for name, affiliate in known["affiliates"].items()}


def test_the_first_run_makes_channels_secrets_webhooks_and_life(
    tmp_path: Path, operator: tuple[Operator, str], secrets: Any
) -> None:
    fake, api_url = operator
    with running(tmp_path) as urls:
        run(urls, api_url, secrets)
        assert sorted(fake.channels) == [
            ("accountname", "SPT"),
            ("accountname", "ZZZ"),
            ("demoloja", "BTW"),
            ("demoloja", "CRF"),
            ("demoloja", "MGL"),
            ("demoloja", "MGZ"),
            ("demoloja", "MLB"),
            ("demoloja", "MRC"),
            ("demoloja", "MZN"),
            ("demoloja", "VTX"),
            ("mundojuguete", "SPT"),
            ("sandboxintegracao", "PRT"),
        ]
        assert set(endpoints(urls, "demoloja").values()) == {f"{api_url}/v1/notifications/secret-demoloja-0"}
        assert httpx.get(f"{urls['vtex']}/_state").json()["sales"]["on"] is True
        bazaar = fake.channels["demoloja", "BTW"]
        assert (bazaar["vtex"]["strategy"], bazaar["vtex"]["warehouses"]) == ("logistics", ["1_1", "2_1"])
        assert fake.channels["demoloja", "MGL"]["vtex"]["trade_policy"] == "2"

        # what the channel says is enough to read VTEX and to write the marketplace
        keys = json.loads(secrets.get_secret_value(SecretId=bazaar["vtex"]["secret"])["SecretString"])
        headers = {"X-VTEX-API-AppKey": keys["app_key"], "X-VTEX-API-AppToken": keys["app_token"]}
        inventory = bazaar["vtex"]["base_url"] + "/api/logistics/pvt/inventory/skus/42"
        assert httpx.get(inventory, headers=headers).json()["balance"][0]["totalQuantity"] == 7
        token = json.loads(secrets.get_secret_value(SecretId=bazaar["marketplace"]["secret"])["SecretString"])["token"]
        stock = bazaar["marketplace"]["url"].replace("{sku}", "42")
        written = httpx.put(stock, headers={"Authorization": f"Bearer {token}"}, json={"sku": "42", "quantity": 7})
        assert written.status_code == 200
        do(urls["vtex"], "sales off")
    assert fake.notified[0] == ("demoloja", "secret-demoloja-0")


def test_each_of_five_marketplaces_is_reached_by_its_connector_with_what_it_was_seeded_with(
    tmp_path: Path, operator: tuple[Operator, str], secrets: Any
) -> None:
    fake, api_url = operator
    with running(tmp_path) as urls:
        run(urls, api_url, secrets)
        do(urls["vtex"], "sales off")
        for affiliate, name, prefix in [
            ("MLB", "mercado_livre", "/mercado-livre"),
            ("CRF", "mirakl", "/mirakl"),
            ("MGZ", "magalu", "/magalu"),
            ("MZN", "amazon", "/amazon"),
            ("VTX", "vtex_account", "/vtex-account"),
        ]:
            stand_in, found = urls["marketplace"] + prefix, connector(name)
            do(stand_in, "ok")
            channel = fake.channels["demoloja", affiliate]
            assert channel["connector"] == name
            configuration = channel["marketplace"]
            assert not found.problems(configuration, allow_private=True)
            credentials = json.loads(secrets.get_secret_value(SecretId=configuration["secret"])["SecretString"])
            session = Session(configuration, credentials, Transport(allow_private=True), now_ms, now_ms() + 8000)
            if isinstance(found, Renews):
                renewed = found.renew(session)
                assert isinstance(renewed, dict), renewed
                session = replace(session, credentials=renewed)
            sheet = fake.listings.get(("demoloja", f"/v1/channels/{affiliate}/listings"), "")
            ids = {row.pop("sku"): row for row in csv.DictReader(StringIO(sheet))}
            assert isinstance(found, Reads)
            assert found.read(session, [Listing("42", ids.get("42", {}))]) == [0], affiliate
            assert (len(ids) > 200) == (affiliate == "MLB")


def test_an_affiliate_of_somebody_else_is_left_alone(
    tmp_path: Path, operator: tuple[Operator, str], secrets: Any
) -> None:
    fake, api_url = operator
    with running(tmp_path) as urls:
        keys = {"X-VTEX-API-AppKey": "vtexappkey-demoloja-LOCAL", "X-VTEX-API-AppToken": "local-token-demoloja"}
        document = {"name": "Meu", "salesChannel": "1", "searchURIEndpoint": "http://127.0.0.1:1/mine"}
        address = f"{urls['vtex']}/demoloja/api/fulfillment/pvt/affiliates/MYN"
        assert httpx.put(address, headers=keys, json=document).status_code == 200
        run(urls, api_url, secrets)
        do(urls["vtex"], "sales off")
        assert ("demoloja", "MYN") not in fake.channels
        assert endpoints(urls, "demoloja")["MYN"] == "http://127.0.0.1:1/mine"


def test_a_second_run_changes_nothing_and_does_not_restart_sales(
    tmp_path: Path, operator: tuple[Operator, str], secrets: Any
) -> None:
    fake, api_url = operator
    with running(tmp_path) as urls:
        run(urls, api_url, secrets)
        do(urls["vtex"], "sales off", "endpoint ZZZ http://127.0.0.1:1/mine in accountname")
        fake.channels["demoloja", "MRC"]["threshold"] = 9
        fake.listings["demoloja", "/v1/channels/MLB/listings"] = "sku,item_id\n42,MLB1\n"
        fake.calls.clear()
        run(urls, api_url, secrets)
        assert fake.calls == []
        assert httpx.get(f"{urls['vtex']}/_state").json()["sales"]["on"] is False
        assert endpoints(urls, "accountname")["ZZZ"] == "http://127.0.0.1:1/mine"


def test_after_ports_moved_only_the_addresses_change(
    tmp_path: Path, operator: tuple[Operator, str], secrets: Any
) -> None:
    fake, api_url = operator
    with running(tmp_path) as urls:
        run(urls, api_url, secrets)
    fake.channels["demoloja", "MRC"] |= {"threshold": 9, "late_after_s": 60}
    with running(tmp_path) as urls:
        elsewhere = api_url.replace("127.0.0.1", "localhost")
        run(urls, elsewhere, secrets)
        moved = fake.channels["demoloja", "MRC"]
        assert moved["vtex"]["base_url"] == f"{urls['vtex']}/demoloja"
        assert moved["marketplace"]["url"].startswith(urls["marketplace"])
        assert (moved["threshold"], moved["late_after_s"]) == (9, 60)
        amazon = fake.channels["demoloja", "MZN"]["marketplace"]
        assert amazon["base_url"] == amazon["login_url"] == f"{urls['marketplace']}/amazon"
        assert "updated_by" not in moved
        assert set(endpoints(urls, "demoloja").values()) == {f"{elsewhere}/v1/notifications/secret-demoloja-0"}


def test_a_system_that_was_emptied_is_given_tokens_that_it_knows(
    tmp_path: Path, operator: tuple[Operator, str], secrets: Any
) -> None:
    _, api_url = operator
    with running(tmp_path) as urls:
        do(urls["vtex"], f"endpoint PRT {api_url}/v1/notifications/forgotten in sandboxintegracao")
        run(urls, api_url, secrets)
        assert endpoints(urls, "sandboxintegracao") == {"PRT": f"{api_url}/v1/notifications/secret-sandboxintegracao-0"}


def test_a_refusal_is_told_with_its_reason(tmp_path: Path, secrets: Any) -> None:
    with running(tmp_path) as urls, pytest.raises(NotSeeded, match="PUT /nowhere/v1/channels/MRC: 404"):
        run(urls, urls["identity"] + "/nowhere", secrets)
