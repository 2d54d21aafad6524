"""Notifications are dropped and a marketplace is edited; a run finds each, says so, and makes both sides equal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

import export.handler
import ingest.handler
import reconcile.handler
from stockbridge import aws
from stockbridge.channels import Channel, Repairs, VtexSource
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.credentials import Credentials
from stockbridge.dynamo import DynamoRecords
from stockbridge.messages import notice_message
from stockbridge.notifications import Key, Origin
from stockbridge.observing import Notice
from stockbridge.records import Record
from stockbridge.store import Activity
from stockbridge.transport import Transport
from stockbridge.vtex import Vtex
from tests import stack
from tests.integration.api import Api
from tests.integration.json_server import Asked, served

HOUR = 3_600_000
STOCK = re.compile(r"/api/logistics/pvt/inventory/skus/(\d+)(/warehouses/1_1)?")


@dataclass
class Accounts:
    """Our account at VTEX (`balances`), and the account that sells for it (`shown`)."""

    base: str = ""
    balances: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)

    def simulated(self, asked: list[dict[str, Any]]) -> object:
        return {
            "items": [{"id": one["id"], "requestIndex": place} for place, one in enumerate(asked)],
            "logisticsInfo": [
                {"itemIndex": place, "stockBalance": self.balances[one["id"]]} for place, one in enumerate(asked)
            ],
        }

    def inventory(self, sku: str) -> object:
        held = {"warehouseId": "1_1", "totalQuantity": self.shown.get(sku, 0), "hasUnlimitedQuantity": False}
        return {"skuId": sku, "balance": [held]}


@contextmanager
def listening(accounts: Accounts) -> Iterator[Accounts]:
    def answer(asked: Asked) -> tuple[int, object]:
        if asked.method == "POST":
            return 200, accounts.simulated(asked.body["items"])
        found = STOCK.fullmatch(asked.path)
        assert found is not None, asked.path
        if asked.method == "GET":
            return 200, accounts.inventory(found[1])
        accounts.shown[found[1]] = asked.body["quantity"]
        return 200, True

    with served(answer) as accounts.base:
        yield accounts


@dataclass
class World:
    accounts: Accounts
    api: Api
    records: DynamoRecords
    control: DynamoControl
    context: Any
    hours: int = 0  # that the reconciliation's clock is ahead of the others

    def clock(self) -> int:
        return now_ms() + self.hours * HOUR

    def key(self, sku: str) -> Key:
        return Key(self.api.account, "VTX", sku)

    def record(self, sku: str) -> Record:
        return self.records.get(self.key(sku))

    def notify(self, *skus: str) -> None:
        for sku in skus:
            notice = Notice(self.key(sku), now_ms(), changed=True, stock=True, origin=Origin.NOTIFICATION)
            self._send("INTAKE_QUEUE_URL", notice_message(notice, second_look=True))
        self.travel()

    def travel(self) -> None:
        """What waits in the queues reaches its end."""
        while (batch := self._batch("INTAKE_QUEUE_URL"))["Records"]:
            assert ingest.handler.handler(batch, self.context) == {"batchItemFailures": []}
        while (batch := self._batch("EXPORT_QUEUE_URL"))["Records"]:
            assert export.handler.handler(batch, self.context) == {"batchItemFailures": []}

    def reconcile(self, kind: str = "hot") -> dict[str, Any]:
        """As the schedule does it, to the end; an hour later each time. The answer is what the API tells of it."""
        self.hours += 1
        reconcile.handler.handler({"reconcile": kind}, self.context)
        return self.work()

    def work(self) -> dict[str, Any]:
        while True:
            batch = self._batch("RECONCILE_QUEUE_URL")
            assert reconcile.handler.handler(batch, self.context) == {"batchItemFailures": []}
            run = self.api("GET", "/v1/reconciliations", role="viewer").json["items"][0]
            if run["state"] != "running":
                self.travel()
                return dict(run)
            self.hours += 1  # the next page is not due for a second
            self._send("RECONCILE_QUEUE_URL", batch["Records"][0]["body"])

    def differences(self, **query: str) -> list[tuple[str, str, str]]:
        answer = self.api("GET", "/v1/differences", role="viewer", query=query)
        assert answer.status == 200, answer.text
        return [(one["sku"], one["kind"], one["reason"]) for one in answer.json["items"]]

    def _send(self, queue: str, body: str) -> None:
        aws.sqs().send_message(QueueUrl=stack.environment()[queue], MessageBody=body)

    def _batch(self, queue: str) -> dict[str, Any]:
        url = stack.environment()[queue]
        answer = aws.sqs().receive_message(
            QueueUrl=url, MaxNumberOfMessages=1 if queue.startswith("RECONCILE") else 10, AttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        for message in messages:
            aws.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return {
            "Records": [
                {"messageId": one["MessageId"], "body": one["Body"], "attributes": one["Attributes"]}
                for one in messages
            ]
        }


@pytest.fixture
def world(
    api: Api, records: DynamoRecords, lambda_context: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    with listening(Accounts()) as accounts, Transport(allow_private=True) as http:
        control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms, channels_kept_s=0)
        there = World(accounts, api, records, control, lambda_context)
        credentials = Credentials(aws.secrets_manager(), now_ms)
        _wire(monkeypatch, control, http, credentials, there.clock)
        key = json.dumps({"app_key": "vtexappkey-loja-TEST", "app_token": "token"})
        aws.secrets_manager().create_secret(Name=f"{api.account}/vtex", SecretString=key)
        save(there)
        yield there


def save(world: World, **changes: Any) -> None:
    """The channel, over the one before."""
    base, account = world.accounts.base, world.api.account
    marketplace = {
        "secret": f"{account}/vtex",
        "base_url": base,
        "way": "inventory",
        "warehouse": "1_1",
        "lead_time": "00:00:00",
    }
    source = VtexSource(base, f"{account}/vtex")
    one = replace(Channel(account, "VTX", "Parceira", "vtex_account", source, marketplace), **changes)
    stored = world.control.stored_channel(account, "VTX")
    activity = Activity(account, now_ms(), "setup", "channel.save", "VTX")
    world.control.save_channel(one, was_rev=stored.rev if stored is not None else 0, activity=activity)


def _wire(
    patch: pytest.MonkeyPatch,
    control: DynamoControl,
    http: Transport,
    credentials: Credentials,
    clock: Callable[[], int],
) -> None:
    """The handlers' own wiring, allowed to speak to this machine, without what another test left behind."""
    vtex = Vtex(http, credentials)
    delivery, handler = export.handler._delivery, reconcile.handler
    patch.setattr(ingest.handler, "_intake", replace(ingest.handler._intake, control=control, read_balances=vtex.read))
    logins = replace(delivery.logins, secrets=credentials)
    planning = replace(delivery.planning, control=control)
    patch.setattr(
        export.handler, "_delivery", replace(delivery, planning=planning, control=control, http=http, logins=logins)
    )
    runs = replace(handler._runs, clock=clock)
    showing = replace(handler._showing, control=control, http=http, logins=logins, clock=clock)
    reconciliation = replace(
        handler._reconciliation,
        control=control,
        runs=runs,
        read_balances=vtex.read,
        read_shown=showing.read,
        clock=clock,
        page_size=4,
    )
    patch.setattr(handler, "_runs", runs)
    patch.setattr(handler, "_control", control)
    pages = dict.fromkeys(handler._working.pages, reconciliation.page)
    patch.setattr(handler, "_working", replace(handler._working, pages=pages, clock=clock))


def test_a_run_finds_what_nobody_notified_and_makes_both_sides_equal(world: World) -> None:
    accounts = world.accounts
    accounts.balances = {"42": 7, "43": 9, "44": 8, "45": 20, "46": 3}
    world.notify(*accounts.balances)
    assert accounts.shown == accounts.balances

    accounts.balances |= {"42": 2, "45": 10}  # and the notifications are dropped
    accounts.shown |= {"43": 30, "44": 1}  # by hand
    run = world.reconcile()
    assert run["report"] == (
        "SKUs comparados: 5. Iguais: 1; em andamento: 0; diferenças permitidas pela regra: 1; anormais: 3 "
        "(reparadas: 2; à espera de alguém: 0; a conferir de novo: 1). Mudanças sem aviso da VTEX: 2."
    )
    assert world.differences() == [
        ("42", "abnormal", "missed"),
        ("43", "abnormal", "drifted"),
        ("44", "abnormal", "drifted"),
        ("45", "allowed", "allowed"),
    ]
    assert accounts.shown == {"42": 2, "43": 9, "44": 1, "45": 20, "46": 3}
    why = world.api("GET", "/v1/records/VTX/42").json["why"]
    assert (why["origin"], why["found"]) == ("reconciliation", "A VTEX mudou e não avisou")
    assert world.record("45").balance == 10  # the next change is judged by the right "De"

    world.reconcile()
    assert accounts.shown == {"42": 2, "43": 9, "44": 8, "45": 20, "46": 3}
    world.reconcile()
    assert world.differences() == [("45", "allowed", "allowed")]
    assert world.differences(kind="abnormal") == []


def test_what_is_held_is_repaired_when_an_operator_says_so(world: World) -> None:
    accounts = world.accounts
    accounts.balances = {"42": 7, "43": 9}
    world.notify("42", "43")
    save(world, repairs=Repairs.HOLD)
    accounts.shown |= {"42": 9, "43": 30}
    assert world.reconcile("full")["counts"]["held"] == 2
    assert accounts.shown == {"42": 9, "43": 30}

    assert world.api("POST", "/v1/differences/VTX/42/repair", role="viewer").status == 403
    assert (
        world.api("POST", "/v1/differences/VTX/99/repair", role="operator")
        .json["type"]
        .endswith("difference_not_found")
    )
    assert world.api("POST", "/v1/differences/VTX/42/repair", role="operator").status == 202
    world.work()
    assert accounts.shown == {"42": 7, "43": 30}
    assert world.api("POST", "/v1/differences/VTX/repair", role="operator").status == 202
    world.work()
    assert accounts.shown == accounts.balances
    actions = [one["action"] for one in world.api("GET", "/v1/activity").json["items"]]
    assert actions.count("reconciliation.repair") == 2


def test_differences_are_paged_box_by_box(world: World) -> None:
    world.accounts.balances = {str(sku): 20 for sku in range(1, 8)}
    world.notify(*world.accounts.balances)
    world.accounts.balances |= {"1": 10, "2": 10, "3": 10, "4": 0, "5": 0}
    world.reconcile()
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = world.api("GET", "/v1/differences", query=query).json
        found += [one["sku"] for one in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == ["4", "5", "1", "2", "3"]
    assert [sku for sku, *_ in world.differences(kind="allowed", affiliate="VTX")] == ["1", "2", "3"]
    assert world.api("GET", "/v1/differences", query={"affiliate": "OUT"}).status == 404
    other_box = world.api("GET", "/v1/differences", query={"kind": "allowed", "cursor": query["cursor"]})
    assert other_box.status in (200, 400)
    assert world.api("GET", "/v1/differences", query={"cursor": "MQp4"}).json["type"].endswith("bad_cursor")


def test_a_run_is_started_once_read_and_cancelled(world: World) -> None:
    first = world.api("POST", "/v1/reconciliations", role="operator", document={"kind": "hot"})
    assert first.status == 202
    (run,) = first.json["items"]
    assert (run["affiliate"], run["kind"], run["state"], run["created_by"]) == ("VTX", "hot", "running", "ana")
    again = world.api("POST", "/v1/reconciliations", role="operator", document={"kind": "hot", "affiliate": "VTX"})
    assert again.json["items"][0]["id"] == run["id"]
    path = f"/v1/reconciliations/{run['id']}"
    assert world.api("GET", path, role="viewer").json["state"] == "running"
    assert world.api("POST", f"{path}/cancel", role="viewer").status == 403
    assert world.api("POST", f"{path}/cancel", role="operator").json["state"] == "cancelled"
    assert world.api("GET", "/v1/reconciliations/nothing").status == 404
    assert world.api("GET", "/v1/reconciliations/a%23b").status == 404
    for wrong in ({}, {"kind": "repair"}, {"kind": "hot", "affiliate": "?"}):
        assert world.api("POST", "/v1/reconciliations", role="operator", document=wrong).status == 422
    actions = [one["action"] for one in world.api("GET", "/v1/activity").json["items"]]
    assert actions[:2] == ["reconciliation.cancel", "reconciliation.hot"]


def test_a_sku_that_gets_another_listing_is_written_there(world: World) -> None:
    save(world, listing_map=True)
    world.accounts.balances = {"42": 7}
    world.notify("42")
    ids = {"ids": {"sku": "900"}}
    assert world.api("PUT", "/v1/channels/VTX/listings/42", document=ids).status == 200
    world.travel()
    assert world.accounts.shown == {"42": 7, "900": 7}
    why = world.api("GET", "/v1/records/VTX/42").json["why"]
    assert why["code"] == "diverged"
    sheet = "sku,warehouse\r\n42,1_1\r\n"
    world.api("POST", "/v1/channels/VTX/listings", body=sheet, content_type="text/csv")
    world.accounts.shown.clear()
    world.travel()
    assert world.accounts.shown == {"42": 7}
