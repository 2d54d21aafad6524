"""Webhook, intake, export and audit as Lambda runs them, one after the other, on the template's stack in moto."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

import audit.handler
import export.handler
import ingest.handler
import ingest.webhook
from stockbridge import aws
from stockbridge.catalogue import OwnCause, Pattern
from stockbridge.causes import Cure
from stockbridge.channels import Channel, VtexSource
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.credentials import Credentials
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.dynamo_history import DynamoHistory
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.evidence import kept_evidence
from stockbridge.messages import look_message
from stockbridge.notifications import Key
from stockbridge.operating import reprocess
from stockbridge.records import Record, Status
from stockbridge.store import Activity
from stockbridge.transport import Transport
from stockbridge.vtex import Vtex
from tests import stack
from tests.integration.api import Api
from tests.integration.outside import Outside, listening

KEY = Key("loja", "SPT", "42")
NOTIFICATION = {"IdSku": "42", "An": "loja", "IdAffiliate": "SPT", "StockModified": True, "PriceModified": False}
VTEX_KEY = {"app_key": "vtexappkey-loja-TEST", "app_token": "vtex-canary-9271"}
SHOP_KEY = {"token": "shop-canary-4410"}


@dataclass
class Flow:
    outside: Outside
    context: object
    token: str
    records: DynamoRecords

    def notify(self, body: bytes | None = None, *, path: str = "{token}", **fields: object) -> dict[str, Any]:
        text = json.dumps(NOTIFICATION | fields) if body is None else body.decode(errors="surrogateescape")
        event = {"pathParameters": {"proxy": path.format(token=self.token)}, "body": text, "isBase64Encoded": False}
        return dict(ingest.webhook.handler(event, self.context))

    def intake(self) -> dict[str, Any]:
        return dict(ingest.handler.handler(self._batch("INTAKE_QUEUE_URL"), self.context))

    def export(self) -> dict[str, Any]:
        return dict(export.handler.handler(self._batch("EXPORT_QUEUE_URL"), self.context))

    def travel(self) -> Record:
        """What is notified reaches its end."""
        assert self.intake() == {"batchItemFailures": []}
        assert self.export() == {"batchItemFailures": []}
        return self.records.get(KEY)

    def _batch(self, queue: str) -> dict[str, Any]:
        url = stack.environment()[queue]
        answer = aws.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
        for message in answer.get("Messages", []):
            aws.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return {
            "Records": [
                {"messageId": message["MessageId"], "body": message["Body"], "attributes": message["Attributes"]}
                for message in answer.get("Messages", [])
            ]
        }


@pytest.fixture
def flow(
    aws_stack: None, records: DynamoRecords, lambda_context: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flow]:
    with listening(Outside()) as outside, Transport(allow_private=True) as http:
        credentials = Credentials(aws.secrets_manager(), now_ms)
        # the handlers' own wiring, but allowed to speak to this machine, and without what an earlier test left behind
        control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms, channels_kept_s=0)
        vtex = Vtex(http, credentials)
        monkeypatch.setattr(
            ingest.webhook,
            "_reception",
            replace(ingest.webhook._reception, control=control, find_account=control.find_token),
        )
        monkeypatch.setattr(
            ingest.handler, "_intake", replace(ingest.handler._intake, control=control, read_balances=vtex.read)
        )
        monkeypatch.setattr(
            export.handler,
            "_delivery",
            replace(
                export.handler._delivery,
                planning=replace(export.handler._delivery.planning, control=control),
                control=control,
                http=http,
                logins=replace(export.handler._delivery.logins, secrets=credentials),
            ),
        )
        monkeypatch.setattr(audit.handler, "_audit", replace(audit.handler._audit, control=control))
        aws.secrets_manager().create_secret(Name="vtex", SecretString=json.dumps(VTEX_KEY))
        aws.secrets_manager().create_secret(Name="shop", SecretString=json.dumps(SHOP_KEY))
        deed = Activity("loja", now_ms(), "ana", "channel.save", "SPT")
        control.save_channel(_channel(outside.base), was_rev=0, activity=deed)
        _, token = control.tokens.create("loja", user="ana")
        yield Flow(outside, lambda_context, token, records)


def _channel(base: str) -> Channel:
    marketplace = {
        "secret": "shop",
        "method": "PUT",
        "url": base + "/skus/{sku}/stock",
        "headers": {"Authorization": "Bearer {secret.token}"},
        "body": {"sku": "{sku}", "quantity": "{quantity}"},
        "applied": [200],
        "errors": [{"status": 404, "cause": "not_catalogued"}],
        "message": "/errors/0/message",
    }
    return Channel("loja", "SPT", "Loja", "generic", VtexSource(base, "vtex"), marketplace)


def test_a_notification_ends_at_the_marketplace_and_in_the_record(flow: Flow) -> None:
    flow.outside.balances["42"] = 7
    assert flow.notify()["statusCode"] == 200
    record = flow.travel()
    assert flow.outside.shown == {"42": 7}
    assert flow.outside.tokens == ["Bearer shop-canary-4410"]
    assert (record.status, record.confirmed, record.balance) == (Status.SUCCESS, 7, 7)


def test_what_the_intake_observed_is_in_the_history(flow: Flow) -> None:
    for balance in (7, 3):
        flow.outside.balances["42"] = balance
        flow.notify()
        flow.travel()
    history = DynamoHistory(aws.dynamodb(), stack.environment()["RECORDS_TABLE"])
    changes = [change for batch in history.newest_first("loja#SPT", since=0) for change in batch]
    assert [(change.sku, change.de, change.por) for change in changes] == [("42", 7, 3), ("42", None, 7)]


@pytest.mark.parametrize("path", ["{token}", "{token}/", "{token}/api/notification/"])
def test_every_form_of_the_address_is_the_same_address(flow: Flow, path: str) -> None:
    assert flow.notify(path=path)["statusCode"] == 200


def test_a_body_that_the_gateway_encoded_is_decoded(flow: Flow) -> None:
    body = base64.b64encode(json.dumps(NOTIFICATION).encode()).decode()
    event = {"pathParameters": {"proxy": flow.token}, "body": body, "isBase64Encoded": True}
    assert ingest.webhook.handler(event, flow.context)["statusCode"] == 200


def test_an_absent_sku_is_shown_as_zero(flow: Flow) -> None:
    flow.notify()
    assert flow.travel().confirmed == 0


def test_a_change_above_the_threshold_is_held_back_with_its_reason(flow: Flow) -> None:
    flow.outside.balances["42"] = 50
    flow.notify()
    flow.travel()
    flow.outside.balances["42"] = 20
    flow.notify()
    flow.intake()
    assert flow._batch("EXPORT_QUEUE_URL")["Records"] == []
    skipped = flow.records.get(KEY).skipped
    assert skipped is not None
    assert (skipped.de, skipped.por, flow.outside.shown) == (50, 20, {"42": 50})


def test_a_refusal_is_an_error_with_evidence_and_without_secrets(flow: Flow, capfd: pytest.CaptureFixture[str]) -> None:
    flow.outside.balances["42"] = 7
    flow.outside.refusals["42"] = (404, "not catalogued, your token shop-canary-4410 is fine")
    flow.notify()
    record = flow.travel()
    assert (record.status, record.cause) == (Status.ERROR, "not_catalogued")
    (kept,) = kept_evidence(KEY, limit=5)
    told = capfd.readouterr()
    everything = f"{record} {kept} {told.out} {told.err}"
    assert "not catalogued" in everything
    for secret in (*VTEX_KEY.values(), *SHOP_KEY.values(), flow.token):
        assert secret not in everything


def test_a_reprocess_sends_the_balance_of_now(flow: Flow) -> None:
    flow.outside.balances["42"] = 7
    flow.outside.refusals["42"] = (404, "not catalogued")
    flow.notify()
    record = flow.travel()
    flow.outside.refusals.clear()
    flow.outside.balances["42"] = 3
    flow.records.save(reprocess(record, "r1", now_ms() - 60_000), record)
    audit.handler.handler({"job": "minute"}, flow.context)  # the click's own message was lost: the sweep hints
    assert flow.travel().confirmed == 3


def test_what_the_account_described_is_told_and_counted_with_what_a_reprocess_of_it_achieved(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = stack.environment()
    causes = DynamoOwnCauses(names["CONTROL_TABLE"], now_ms, kept_s=0)
    monkeypatch.setattr(export.handler, "_delivery", replace(export.handler._delivery, catalogue=causes.catalogue))
    own = OwnCause("own.picture", Cure.FIX_FIRST, {"pt": "Sem foto"}, {"pt": "Envie"}, (Pattern("picture"),))
    causes.save("loja", own, activity=Activity("loja", now_ms(), "ana", "cause.save", own.code))
    flow.outside.balances["42"] = 3
    flow.outside.refusals["42"] = (422, "A Picture is missing")
    flow.notify()
    record = flow.travel()
    assert (record.cause, record.message) == ("own.picture", "A Picture is missing")
    flow.outside.refusals.clear()
    flow.records.save(reprocess(record, "r1", now_ms() - 60_000), record)
    audit.handler.handler({"job": "minute"}, flow.context)
    assert flow.travel().status is Status.SUCCESS
    (told,) = DynamoCauseCounts(names["RECORDS_TABLE"]).of_channel("loja#SPT")
    assert (told.cause, told.errors, told.worked, told.failed) == ("own.picture", 1, 1, 0)


def test_an_unreadable_vtex_burns_no_message(flow: Flow) -> None:
    flow.outside.vtex_status = 500
    flow.notify()
    assert flow.intake() == {"batchItemFailures": []}
    assert flow.records.get(KEY).look_cause == "vtex_unavailable"


def test_a_lost_export_hint_is_replaced_by_the_sweep(flow: Flow) -> None:
    flow.outside.balances["42"] = 7
    flow.notify()
    flow.intake()
    aws.sqs().purge_queue(QueueUrl=stack.environment()["EXPORT_QUEUE_URL"])
    record = flow.records.get(KEY)
    flow.records.save(replace(record, send_at=now_ms() - 1), record)  # its grace is over
    audit.handler.handler({"job": "minute"}, flow.context)
    flow.export()
    assert flow.outside.shown == {"42": 7}


def test_dead_letters_of_the_intake_are_brought_back(flow: Flow) -> None:
    urls = stack.environment()
    body = look_message(KEY, now_ms())
    aws.sqs().send_message(QueueUrl=urls["INTAKE_DEAD_LETTERS_URL"], MessageBody=body)
    audit.handler.handler({"job": "minute"}, flow.context)
    assert flow._batch("INTAKE_QUEUE_URL")["Records"][0]["body"] == body


def test_an_unreadable_hint_is_reported_and_spoils_no_other(flow: Flow) -> None:
    flow.outside.balances["42"] = 7
    flow.notify()
    flow.intake()
    event = flow._batch("EXPORT_QUEUE_URL")
    event["Records"].append({"messageId": "bad", "body": '{"v":9}', "attributes": {}})
    assert export.handler.handler(event, flow.context) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert flow.outside.shown == {"42": 7}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"IdSku": "042"}, 400),
        ({"IdSku": "4a"}, 400),
        ({"IdSku": ["42"]}, 400),
        ({"StockModified": "perhaps"}, 400),
        ({"An": "outra"}, 403),
        ({"IdAffiliate": "XYZ"}, 422),
        ({"DateModified": "2999-01-01T00:00:00Z"}, 200),
    ],
)
def test_a_notification_is_taken_or_refused_with_the_right_status(
    flow: Flow, fields: dict[str, object], status: int
) -> None:
    answer = flow.notify(**fields)
    assert answer["statusCode"] == status
    assert status == 200 or json.loads(answer["body"])["detail"]
    assert bool(flow._batch("INTAKE_QUEUE_URL")["Records"]) is (status == 200)


def test_oversized_and_truncated_bodies_are_refused(flow: Flow) -> None:
    assert flow.notify(b"x" * 9_000)["statusCode"] == 413
    assert flow.notify(b'{"IdSku": "42", "An"')["statusCode"] == 400


def test_an_unknown_address_is_not_found_whatever_the_body(flow: Flow) -> None:
    assert flow.notify(path="guess")["statusCode"] == 404
    assert flow.notify(b"{", path="guess")["statusCode"] == 404


def test_a_queue_that_refuses_is_answered_so_that_vtex_may_try_again(
    flow: Flow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    aws.sqs().delete_queue(QueueUrl=stack.environment()["INTAKE_QUEUE_URL"])
    assert flow.notify()["statusCode"] == 503


def test_what_travelled_and_what_failed_is_in_the_series(flow: Flow, capfd: pytest.CaptureFixture[str]) -> None:
    flow.outside.balances["42"] = 7
    flow.notify()
    flow.travel()
    flow.outside.balances["42"] = 3
    flow.outside.refusals["42"] = (404, "not catalogued")
    flow.notify()
    flow.travel()
    api = Api("loja", flow.context)  # type: ignore[arg-type]  # only its fields are read
    for period in ("hour", "day"):
        rows = api("GET", "/v1/series", query={"affiliate": "SPT", "period": period}).json["rows"]
        assert {
            name: sum(row[name] for row in rows) for name in ("accepted", "success", "within", "error", "late")
        } == {
            "accepted": 2,
            "success": 1,
            "within": 1,
            "error": 1,
            "late": 0,
        }
        assert [row["errors"] for row in rows if row["errors"]] == [{"not_catalogued": 1}]
        assert [row["p50_ms"] is not None for row in rows if row["within"]] == [True]
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines() if "ChannelSuccess" in line]
    assert [(one["Account"], one["Affiliate"], one["ChannelSuccess"]) for one in told] == [("loja", "SPT", [1.0])]
