"""The operations queue's consumer: pages of bulk operations, each as far as there is time."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stockbridge import aws
from stockbridge.bulk.asked import Action
from stockbridge.bulk.checked import checked_by
from stockbridge.bulk.dynamo_index import DynamoIndex
from stockbridge.bulk.dynamo_parts import DynamoParts
from stockbridge.bulk.operation import Operation
from stockbridge.bulk.pace import pace_of
from stockbridge.bulk.walking import Walk
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.marketplaces import CONNECTORS
from stockbridge.queues import SqsQueue
from stockbridge.settings import read_settings
from stockbridge.telemetry import count, logger, metrics
from stockbridge.working import Working, take_batch

LEASE_S = 75  # longer than the function lives
BUDGET_S = 25  # for beginning a page; a page takes some seconds
AT_ONCE = 10  # saves; as many connections as aws.py keeps

_settings = read_settings()
_parts = DynamoParts(_settings.records_table)
_control = DynamoControl(_settings.control_table, clock=now_ms)
_operation = Operation(
    records=DynamoRecords(_settings.records_table, _settings.control_table),
    parts=_parts,
    walk=Walk(DynamoIndex(aws.dynamodb(), _settings.records_table, now_ms), _parts),
    intake_queue=SqsQueue(aws.sqs(), _settings.intake_queue_url),
    per_second=pace_of(_control, CONNECTORS),
    checked=checked_by(_control, CONNECTORS),
    clock=now_ms,
    at_once=ThreadPoolExecutor(AT_ONCE, thread_name_prefix="operation").map,
)
_working = Working(
    jobs=DynamoJobs(_settings.records_table, _settings.control_table),
    pages=dict.fromkeys(Action, _operation),
    queue=SqsQueue(aws.sqs(), _settings.operations_queue_url),
    clock=now_ms,
    random=random.random,
    lease_s=LEASE_S,
    budget_s=BUDGET_S,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    count("OperationHinted", len(event["Records"]))
    failed = take_batch(_working, [(message["messageId"], message["body"]) for message in event["Records"]])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
