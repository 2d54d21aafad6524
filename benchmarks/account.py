"""An account of a running local system that is nobody else's: opened, changed and looked at from outside."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3

from benchmarks.running import Document, LocalSystem
from local.names import CREDENTIALS
from local.seed import seed

NAME = "soak"
RESERVE = 1  # units that the first channel's policy never offers
_LINES = 250  # in one call of the stand-in VTEX
_SAVED = ("name", "enabled", "connector", "threshold", "vtex", "policy", "marketplace")

Shown = dict[tuple[str, str], tuple[int, float]]  # by shop and SKU: the quantity, and since when (seconds)


@dataclass(slots=True)
class Account:
    system: LocalSystem
    skus: list[str] = field(default_factory=list)
    shops: dict[str, str] = field(default_factory=dict)  # by affiliate

    def open(self, *, skus: int, affiliates: int) -> None:
        """With its channels and webhook; nothing is notified yet."""
        system = self.system
        system.vtex("sales off", f"open {NAME} with {affiliates} affiliates", f"create {skus} alone in {NAME}")
        opened = system.look("vtex", f"/_state/{NAME}")
        self.skus = list(opened["skus"])
        self.shops = {affiliate: f"{NAME}-{affiliate.lower()}" for affiliate in opened["affiliates"]}
        system.marketplace("ok", *(f"open {shop}" for shop in self.shops.values()))
        system.marketplace(*(f"know any skus for {shop}" for shop in self.shops.values()))
        seed(system.ready)
        path = f"/v1/channels/{next(iter(self.shops))}"
        channel = self._operator("GET", path)
        channel["policy"]["safety"] = RESERVE
        self._operator("PUT", path, json={name: channel[name] for name in _SAVED})

    def set_balances(self, balances: Mapping[str, int]) -> dict[str, float]:
        """When VTEX was told of each, in seconds since the epoch."""
        at: dict[str, float] = {}
        skus = list(balances)
        for start in range(0, len(skus), _LINES):
            lot = skus[start : start + _LINES]
            at |= dict.fromkeys(lot, time.time())
            self.system.vtex(*(f"stock {sku} {balances[sku]} in {NAME}" for sku in lot))
        return at

    def offered(self, shop: str, balance: int) -> int:
        """What the policy of the shop's channel makes of a balance."""
        reserve = RESERVE if shop == next(iter(self.shops.values())) else 0
        return max(0, balance - reserve)

    # ---------------------------------------------------------------- looking

    def shown(self) -> Shown:
        found: Shown = {}
        for shop in self.shops.values():
            for sku, listing in self.system.look("marketplace", f"/_state/{shop}")["listings"].items():
                found[shop, sku] = (listing["quantity"], (listing["shown_since"] or 0) / 1000)
        return found

    def balances(self) -> dict[str, int]:
        """VTEX's own truth, at the end of everything."""
        skus = self.system.look("vtex", f"/_state/{NAME}")["skus"]
        return {sku: next(iter(held["balances"].values())) for sku, held in skus.items()}

    def answers(self) -> tuple[dict[str, Counter[str]], dict[str, float]]:
        """By shop: its answers to writes by status, and how long the longest write took, in seconds."""
        shops = self.system.look("marketplace", "/_state")["shops"]
        ours = {shop: shops[shop] for shop in self.shops.values()}
        counts = {shop: Counter(each["counts"]) for shop, each in ours.items()}
        return counts, {shop: each["longest_ms"] / 1000 for shop, each in ours.items()}

    def notifications(self) -> dict[str, int]:
        """How many ended how, and `waiting`."""
        return dict(self.system.look("vtex", "/_state")["notifications"])

    def queues(self) -> dict[str, int]:
        """Messages in each queue, visible or not, by logical id."""
        ready = self.system.ready
        sqs = boto3.client(
            "sqs",
            endpoint_url=ready["endpoint_url"],
            region_name=ready["region"],
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        sizes = {}
        for name, resource in ready["resources"].items():
            if resource["type"] == "AWS::SQS::Queue":
                answer = sqs.get_queue_attributes(QueueUrl=resource["id"], AttributeNames=["All"])["Attributes"]
                sizes[name] = sum(int(answer[key]) for key in answer if key.startswith("ApproximateNumberOfMessages"))
        sqs.close()
        return sizes

    def errors(self) -> Counter[str]:
        """Records in error, by affiliate and cause."""
        found: Counter[str] = Counter()
        asked = {"status": "error", "limit": "200"}
        while True:
            page = self._operator("GET", "/v1/records", params=asked)
            found.update(f"{record['affiliate']} {record['cause']['code']}" for record in page["items"])
            if not page["next"]:
                return found
            asked["cursor"] = page["next"]

    def _operator(self, method: str, path: str, **more: Any) -> Document:
        http, ready = self.system.http, self.system.ready
        person = {"username": "ana", "password": "stockbridge"}
        form = {"grant_type": "password", "client_id": "stockbridge-local", **person}
        signed_in = http.post(f"{ready['standins']['identity']}/token", data=form).raise_for_status().json()
        answer = http.request(
            method,
            f"{ready['api_url']}{path}",
            params=more.pop("params", {}) | {"account": NAME},
            headers={"authorization": f"Bearer {signed_in['access_token']}"},
            **more,
        )
        return dict(answer.raise_for_status().json())
