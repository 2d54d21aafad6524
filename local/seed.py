"""Fills a started local system with the demonstration, through the same doors that an operator and a seller have.

Running it again changes nothing that somebody changed in between. It only makes what is missing, and moves
addresses after ports that moved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import httpx

from local.names import CREDENTIALS, REGION
from local.seed_sellers import Way, generic, ways

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

Document = dict[str, Any]

DEMO = "demoloja"
VISITS_PER_MINUTE = 12
_LOGISTICS = ("BTW",)  # affiliates of the demonstration whose balance is read from warehouses
_WAREHOUSES = ("1_1", "2_1")
_WEBHOOK = "/v1/notifications/"


class NotSeeded(Exception):
    """Something refused; the text says what and why."""


def seed(ready: Mapping[str, Any]) -> None:
    """`ready`: api_url, endpoint_url (of AWS), standins {identity, vtex, marketplace}; stage if it is not "dev".

    Raises NotSeeded.
    """
    secrets = boto3.client(
        "secretsmanager",
        endpoint_url=ready["endpoint_url"],
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    try:
        # the first request to each function waits for its cold start
        with httpx.Client(timeout=60, trust_env=False) as http:
            Seeding(ready, http, secrets).run()
    finally:
        secrets.close()


@dataclass(frozen=True, slots=True)
class Seeding:
    ready: Mapping[str, Any]
    http: httpx.Client
    secrets: SecretsManagerClient

    def run(self) -> None:
        vtex, marketplace = self.ready["standins"]["vtex"], self.ready["standins"]["marketplace"]
        world = self._call("GET", f"{vtex}/_state")
        shops = self._call("GET", f"{marketplace}/_state")["shops"]
        authorization = {"Authorization": f"Bearer {self._sign_in()}"}
        sellers = ways(marketplace, lambda address: self._call("GET", address))
        for account, known in world["accounts"].items():
            self._keep_secret(self._vtex_secret(account), {name: known[name] for name in ("app_key", "app_token")})
            for affiliate in known["affiliates"].values():
                name = _shop_name(account, affiliate["id"])
                way = generic(f"{marketplace}/{name}", shops[name]["token"]) if name in shops else None
                if way is None and account == DEMO:
                    way = sellers.get(affiliate["id"])
                if way is None:  # somebody's own affiliate, sold nowhere here
                    continue
                self._keep_secret(self._shop_secret(account, affiliate["id"]), way.secret)
                self._keep_channel(account, affiliate, way, authorization)
                if way.listings:
                    self._keep_listings(account, affiliate["id"], way.listings, authorization)
            self._keep_webhook(account, known, authorization)
        if not world["sales"]["asked"]:
            # the first start: what is there reaches the marketplaces, and then life goes on
            self._command(f"reindex in {DEMO}", f"sales rate {VISITS_PER_MINUTE} per minute")

    # ---------------------------------------------------------------- secrets

    def _vtex_secret(self, account: str) -> str:
        return f"stockbridge/{self.ready.get('stage', 'dev')}/{account}/vtex"

    def _shop_secret(self, account: str, affiliate: str) -> str:
        return f"stockbridge/{self.ready.get('stage', 'dev')}/{account}/{affiliate}"

    def _keep_secret(self, name: str, value: Mapping[str, str]) -> None:
        text = json.dumps(value, sort_keys=True)
        try:
            self.secrets.create_secret(Name=name, SecretString=text)
        except self.secrets.exceptions.ResourceExistsException:
            return

    # ---------------------------------------------------------------- channels

    def _keep_channel(self, account: str, affiliate: Document, way: Way, authorization: Mapping[str, str]) -> None:
        url = f"{self.ready['api_url']}/v1/channels/{affiliate['id']}?account={account}"
        wanted = self._channel(account, affiliate, way)
        found = self.http.get(url, headers=authorization)
        if found.status_code == 404:
            self._call("PUT", url, json=wanted, headers=authorization)
            return
        document = {name: value for name, value in _checked(found).items() if name in wanted}
        moved = {part: document[part] | _addresses(wanted[part], document[part]) for part in ("vtex", "marketplace")}
        if document != document | moved:
            self._call("PUT", url, json=document | moved, headers=authorization)

    def _keep_listings(self, account: str, affiliate: str, address: str, authorization: Mapping[str, str]) -> None:
        url = f"{self.ready['api_url']}/v1/channels/{affiliate}/listings?account={account}"
        if self._call("GET", f"{url}&limit=1", headers=authorization)["items"]:
            return
        file = self.http.get(address).raise_for_status().text
        headers = {**authorization, "Content-Type": "text/csv"}
        if refused := self._call("POST", url, content=file, headers=headers)["refused"]:
            raise NotSeeded(f"{address}: {refused[0]}")

    def _channel(self, account: str, affiliate: Document, way: Way) -> Document:
        by_warehouse = account == DEMO and affiliate["id"] in _LOGISTICS
        return {
            "name": affiliate["name"],
            "enabled": True,
            "connector": way.connector,
            "threshold": 5,
            "late_after_s": None,
            "listing_map": None,
            "vtex": {
                "strategy": "logistics" if by_warehouse else "simulation",
                "base_url": f"{self.ready['standins']['vtex']}/{account}",
                "secret": self._vtex_secret(account),
                "trade_policy": affiliate["trade_policy"],
                "seller": "1",
                "warehouses": list(_WAREHOUSES) if by_warehouse else [],
                "chunk": 50,
            },
            "policy": {"unlimited_as": 9999, "safety": 0, "percent": 100, "minimum": 0, "cap": None},
            "marketplace": {"secret": self._shop_secret(account, affiliate["id"])} | way.configuration,
        }

    # ---------------------------------------------------------------- webhooks

    def _keep_webhook(self, account: str, known: Document, authorization: Mapping[str, str]) -> None:
        """One token for the account, in the search endpoint of each of its affiliates that has none.

        A search endpoint that is not ours is somebody's experiment, and stays.
        """
        tokens = f"{self.ready['api_url']}/v1/tokens?account={account}"
        now = {name: each["endpoint"] for name, each in known["affiliates"].items()}
        ours = {name: endpoint for name, endpoint in now.items() if endpoint is None or _WEBHOOK in endpoint}
        paths = {name: urlsplit(endpoint).path if endpoint else None for name, endpoint in ours.items()}
        # a system that was emptied knows none of the tokens that VTEX still has
        if not self._call("GET", tokens, headers=authorization)["items"]:
            paths = dict.fromkeys(paths)
        fresh = None
        if None in paths.values():
            fresh = self._call("POST", tokens, json={"name": "VTEX"}, headers=authorization)["path"]
        moved = {name: self.ready["api_url"] + (path or fresh) for name, path in paths.items()}
        lines = [f"endpoint {name} {url} in {account}" for name, url in moved.items() if url != now[name]]
        if lines:
            self._command(*lines)

    # ---------------------------------------------------------------- calls

    def _sign_in(self) -> str:
        form = {
            "grant_type": "password",
            "client_id": "stockbridge-local",
            "username": "ana",
            "password": "stockbridge",
        }
        token: str = self._call("POST", f"{self.ready['standins']['identity']}/token", data=form)["access_token"]
        return token

    def _command(self, *lines: str) -> None:
        self._call("POST", f"{self.ready['standins']['vtex']}/_scenario", json={"do": list(lines)})

    def _call(self, method: str, url: str, **more: Any) -> Document:
        return _checked(self.http.request(method, url, **more))


def _shop_name(account: str, affiliate: str) -> str:
    return f"{account}-{affiliate.lower()}"


def _addresses(wanted: Mapping[str, Any], now: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of the connector that the channel has by now, whoever gave it to it."""
    return {name: value for name, value in wanted.items() if name.endswith("url") and name in now}


def _checked(response: httpx.Response) -> Document:
    if not response.is_success:
        request = response.request
        raise NotSeeded(f"{request.method} {request.url.path}: {response.status_code} {response.text[:500]}")
    document: Document = response.json()
    return document
