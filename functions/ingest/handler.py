"""The intake queue's consumer: notifications -> balances -> 5-unit rule -> records -> export queue."""

from __future__ import annotations

from typing import Any

from stockbridge import aws
from stockbridge.cause_statistics import Counted
from stockbridge.channel_metrics import ChannelMetrics
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.credentials import Credentials
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.dynamo_history import DynamoHistory
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.intake import Delivered, Intake
from stockbridge.measured import Measured, limits
from stockbridge.queues import SqsQueue
from stockbridge.settings import read_settings
from stockbridge.telemetry import logger, metrics
from stockbridge.transport import Transport
from stockbridge.vtex import Vtex

_settings = read_settings()
_vtex = Vtex(
    Transport(allow_private=_settings.allow_private_endpoints),
    Credentials(aws.secrets_manager(), now_ms),
)
_counted = Counted(
    DynamoRecords(_settings.records_table, _settings.control_table), DynamoCauseCounts(_settings.records_table)
)
_control = DynamoControl(_settings.control_table, clock=now_ms)
_records = Measured(
    _counted,
    tell=[DynamoSeries(aws.dynamodb_once(), _settings.records_table), ChannelMetrics()],
    limit_ms=limits(_control, _settings.late_after_s),
    clock=now_ms,
)
_intake = Intake(
    records=_records,
    control=_control,
    read_balances=_vtex.read,
    intake_queue=SqsQueue(aws.sqs(), _settings.intake_queue_url),
    export_queue=SqsQueue(aws.sqs(), _settings.export_queue_url),
    clock=now_ms,
    second_look_s=_settings.second_look_s,
    history=DynamoHistory(aws.dynamodb(), _settings.records_table),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    batch = [
        Delivered(message["messageId"], message["body"], int(message["attributes"]["ApproximateReceiveCount"]))
        for message in event["Records"]
    ]
    try:
        return {"batchItemFailures": [{"itemIdentifier": failed} for failed in _intake.take(batch)]}
    finally:
        _records.flush()
        _counted.flush()
