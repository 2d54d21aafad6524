"""The files queue's consumer: records -> spool -> file."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from files.pages import FilePages
from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.dynamo_listing import DynamoListIndex
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.file_requests import Format
from stockbridge.file_store import S3Files
from stockbridge.listing import Listing
from stockbridge.queues import SqsQueue
from stockbridge.settings import read_settings
from stockbridge.telemetry import count, logger, metrics
from stockbridge.working import Working, take_batch

FUNCTION_TIMEOUT_S = 600  # as in template.yaml
LEASE_S = 630  # longer than the function lives
BUDGET_S = 300  # of pages that read; the one that assembles has an invocation of its own
READS_AT_ONCE = 4

_settings = read_settings()
_index = DynamoListIndex(aws.dynamodb(), _settings.records_table, now_ms)
_pages = FilePages(
    listing=Listing(_index, DynamoRecords(_settings.records_table, _settings.control_table)),
    totals=_index,
    control=DynamoControl(_settings.control_table, clock=now_ms),
    store=S3Files(aws.s3(), _settings.files_bucket),
    clock=now_ms,
    late_after_s=_settings.late_after_s,
    at_once=ThreadPoolExecutor(READS_AT_ONCE, thread_name_prefix="read").map,
    folder=Path(gettempdir()),
    catalogue=DynamoOwnCauses(_settings.control_table, now_ms).catalogue,
)
_working = Working(
    jobs=DynamoJobs(_settings.records_table, _settings.control_table),
    pages=dict.fromkeys(Format, _pages),
    queue=SqsQueue(aws.sqs(), _settings.files_queue_url),
    clock=now_ms,
    random=random.random,
    lease_s=LEASE_S,
    budget_s=BUDGET_S,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    count("FileHint", len(event["Records"]))
    failed = take_batch(_working, [(message["messageId"], message["body"]) for message in event["Records"]])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
