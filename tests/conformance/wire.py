"""The product's adapters on an independent implementation of DynamoDB and SQS, and every operation that they issue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from stockbridge import aws
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.leases import DynamoLeases
from stockbridge.queues import SqsQueue
from stockbridge.tables import ActivityItem, ControlItem, EvidenceItem, LeaseItem, RecordItem
from tests import stack
from tests.conformance.values import NOW
from tests.simulation.faults import Fault

_MODELS: tuple[Any, ...] = (RecordItem, EvidenceItem, ControlItem, ActivityItem, LeaseItem)
_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_EXPRESSIONS = ("KeyConditionExpression", "ConditionExpression", "UpdateExpression", "ProjectionExpression")
_read = TypeDeserializer().deserialize


class Wire:
    """`issued` counts the operations by their shape while `recording`; a fault of `arm` hits the next one."""

    def __init__(self, dynamodb: Any, sqs: Any, name: str) -> None:
        self.issued: Counter[str] = Counter()
        self.recording = False
        self._fault: Fault | None = None
        self._dynamodb = dynamodb
        self._sqs = sqs
        self._records_table, self._control_table = (f"{name}-{each}" for each in ("RecordsTable", "ControlTable"))
        for table, properties in stack.resources("AWS::DynamoDB::Table").items():
            wanted: Any = {each: properties[each] for each in _TABLE if each in properties}
            dynamodb.create_table(TableName=f"{name}-{table}", **wanted)
        self.records = DynamoRecords(self._records_table, self._control_table)
        self.leases = DynamoLeases(self._records_table)
        self.series = DynamoSeries(dynamodb, self._records_table)
        self.control = DynamoControl(self._control_table, clock=lambda: NOW, channels_kept_s=0)
        for client in (dynamodb, sqs):
            events = client.meta.events
            events.register("provide-client-params.*.*", self._record)
            events.register_first("before-call.*.*", self._fail_before)
            events.register("after-call.*.*", self._fail_after)
            events.register_first("needs-retry.*.*", self._repeat)

    # ------------------------------------------------------------------ queues

    def queue(
        self, name: str, *, visibility_s: int, max_receives: int = 0, dead_letters: SqsQueue | None = None
    ) -> SqsQueue:
        attributes = {"VisibilityTimeout": str(visibility_s)}
        if dead_letters is not None:
            arn = self._sqs.get_queue_attributes(QueueUrl=dead_letters._url, AttributeNames=["QueueArn"])
            target = arn["Attributes"]["QueueArn"]
            attributes["RedrivePolicy"] = f'{{"deadLetterTargetArn":"{target}","maxReceiveCount":{max_receives}}}'
        return SqsQueue(self._sqs, self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def receive(self, queue: SqsQueue, at_most: int) -> list[dict[str, Any]]:
        """As Lambda's pollers do."""
        answer = self._sqs.receive_message(
            QueueUrl=queue._url, MaxNumberOfMessages=at_most, MessageSystemAttributeNames=["ApproximateReceiveCount"]
        )
        return list(answer.get("Messages", []))

    def delete(self, queue: SqsQueue, receipt_handle: str) -> None:
        self._sqs.delete_message(QueueUrl=queue._url, ReceiptHandle=receipt_handle)

    def purge(self, queue: SqsQueue) -> None:
        self._sqs.purge_queue(QueueUrl=queue._url)

    # ------------------------------------------------------------------ what is stored

    def stored_records(self) -> list[dict[str, Any]]:
        return self._scan(self._records_table)

    def stored_control(self) -> list[dict[str, Any]]:
        return self._scan(self._control_table)

    def _scan(self, table: str) -> list[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [{name: _read(value) for name, value in item.items()} for page in pages for item in page["Items"]]

    # ------------------------------------------------------------------ on the way

    def arm(self, fault: Fault) -> None:
        self._fault = fault

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self.recording:
            self.issued[shape(model.name, params)] += 1

    def _fail_before(self, **_: Any) -> None:
        if self._take(Fault.ERROR_BEFORE):
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1")

    def _fail_after(self, **_: Any) -> None:
        if self._take(Fault.APPLIED_BUT_ERROR):
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

    def _repeat(self, **_: Any) -> float | None:
        return 0.0 if self._take(Fault.RETRIED) else None

    def _take(self, fault: Fault) -> bool:
        if self._fault is not fault:
            return False
        self._fault = None
        return True


@contextmanager
def wired(name: str, endpoint_url: str | None = None) -> Iterator[Wire]:
    """Clients of its own, which the product's modules use until this ends. `name` begins those of its tables."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, proxies={})
    with ExitStack() as ending, pytest.MonkeyPatch.context() as patched:
        session = boto3.Session(region_name=stack.REGION)
        dynamodb: Any = session.client("dynamodb", endpoint_url=endpoint_url, config=config)
        sqs: Any = session.client("sqs", endpoint_url=endpoint_url, config=config)
        ending.enter_context(closing(dynamodb))
        ending.enter_context(closing(sqs))
        patched.setattr(aws, "dynamodb", lambda: dynamodb)
        for model in _MODELS:  # each remembers its table and client: those of before come back
            patched.setattr(model, "_connection", model._connection)
            patched.setattr(model.Meta, "table_name", model.Meta.table_name)
        yield Wire(dynamodb, sqs, name)


def shape(operation: str, params: dict[str, Any]) -> str:
    """The operation with its expressions, whatever their attributes and values are."""
    parts = [operation]
    if "TransactItems" in params:
        parts += [shape(kind, one) for item in params["TransactItems"] for kind, one in item.items()]
    if "IndexName" in params:
        parts.append(f"on {params['IndexName']}")
    if params.get("ConsistentRead") or any(each.get("ConsistentRead") for each in _of_tables(params)):
        parts.append("consistent")
    parts += [f"{name[: -len('Expression')]}[{_plain(params[name])}]" for name in _EXPRESSIONS if name in params]
    return " ".join(parts)


def _of_tables(params: dict[str, Any]) -> list[dict[str, Any]]:
    asked = params.get("RequestItems", {})
    return list(asked.values()) if isinstance(asked, dict) else []


def _plain(expression: str) -> str:
    nameless = re.sub(r"#\w+", "#", re.sub(r":\w+", ":", expression))
    return re.sub(r"(#(?: =? ?:)?)(?:, \1)+", r"\1", nameless)  # several as one
