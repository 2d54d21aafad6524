"""The export queue's consumer: claim -> marketplace -> record."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stockbridge import aws
from stockbridge.cause_statistics import Counted
from stockbridge.channel_metrics import ChannelMetrics
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.credentials import Credentials
from stockbridge.delivery import Delivery
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.errors import InvalidInput
from stockbridge.leases import DynamoLeases
from stockbridge.listing_map import DynamoListingMap
from stockbridge.logins import Logins
from stockbridge.marketplaces import connector
from stockbridge.measured import Measured, limits
from stockbridge.messages import read_hint
from stockbridge.notifications import Key
from stockbridge.planning import Planning
from stockbridge.queues import SqsQueue
from stockbridge.settings import read_settings
from stockbridge.telemetry import logger, metrics
from stockbridge.transport import Transport

BATCH_SIZE = 10  # as in template.yaml: every send of a batch has a thread

_settings = read_settings()
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
_leases = DynamoLeases(_settings.records_table)
_at_once = ThreadPoolExecutor(BATCH_SIZE, thread_name_prefix="send").map
_delivery = Delivery(
    planning=Planning(
        records=_records,
        control=_control,
        leases=_leases,
        connector=connector,
        listings=DynamoListingMap(_settings.records_table, _settings.control_table).of,
        clock=now_ms,
        random=random.random,
        at_once=_at_once,
    ),
    records=_records,
    control=_control,
    leases=_leases,
    logins=Logins(Credentials(aws.secrets_manager(), now_ms), _leases, now_ms),
    http=Transport(allow_private=_settings.allow_private_endpoints),
    export_queue=SqsQueue(aws.sqs(), _settings.export_queue_url),
    clock=now_ms,
    random=random.random,
    at_once=_at_once,
    catalogue=DynamoOwnCauses(_settings.control_table, now_ms).catalogue,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    keys: list[Key] = []
    failed: list[str] = []
    for message in event["Records"]:
        try:
            keys.append(read_hint(message["body"]))
        except InvalidInput as error:  # another version of us sent it: it goes to the dead letters as evidence
            logger.warning("unreadable hint", extra={"reason": str(error)})
            failed.append(message["messageId"])
    try:
        _delivery.deliver(keys)
    finally:
        _records.flush()
        _counted.flush()
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
