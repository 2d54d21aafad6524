"""The reconcile queue's consumer, and what its schedules begin: pages of reconciliations."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.credentials import Credentials
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_differences import DynamoDifferences
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.dynamo_listing import DynamoListIndex
from stockbridge.leases import DynamoLeases
from stockbridge.listing_map import DynamoListingMap
from stockbridge.logins import Logins
from stockbridge.marketplaces import connector
from stockbridge.queues import SqsQueue
from stockbridge.reconciliation import Reconciliation
from stockbridge.runs import FULL, HOT, REPAIR, Runs, start_all
from stockbridge.settings import read_settings
from stockbridge.showing import Showing
from stockbridge.telemetry import count, logger, metrics
from stockbridge.transport import Transport
from stockbridge.vtex import Vtex
from stockbridge.working import Working, take_batch

BUDGET_S = 40  # for beginning pages; a page takes up to a minute
LEASE_S = 150  # longer than the function lives

_settings = read_settings()
_control = DynamoControl(_settings.control_table, clock=now_ms)
_jobs = DynamoJobs(_settings.records_table, _settings.control_table)
_leases = DynamoLeases(_settings.records_table)
_queue = SqsQueue(aws.sqs(), _settings.reconcile_queue_url)
_credentials = Credentials(aws.secrets_manager(), now_ms)
_http = Transport(allow_private=_settings.allow_private_endpoints)
_at_once = ThreadPoolExecutor(8, thread_name_prefix="reconcile").map
_runs = Runs(_jobs, _leases, _queue, now_ms)
_showing = Showing(
    connector=connector,
    listings=DynamoListingMap(_settings.records_table, _settings.control_table).of,
    control=_control,
    logins=Logins(_credentials, _leases, now_ms),
    http=_http,
    clock=now_ms,
    wait=time.sleep,
    at_once=_at_once,
)
_reconciliation = Reconciliation(
    records=DynamoRecords(_settings.records_table, _settings.control_table),
    control=_control,
    index=DynamoListIndex(aws.dynamodb(), _settings.records_table, now_ms),
    differences=DynamoDifferences(_settings.records_table),
    runs=_runs,
    read_balances=Vtex(_http, _credentials).read,
    read_shown=_showing.read,
    intake_queue=SqsQueue(aws.sqs(), _settings.intake_queue_url),
    clock=now_ms,
    at_once=_at_once,
)
_working = Working(
    jobs=_jobs,
    pages=dict.fromkeys((HOT, FULL, REPAIR), _reconciliation.page),
    queue=_queue,
    clock=now_ms,
    random=random.random,
    lease_s=LEASE_S,
    budget_s=BUDGET_S,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    count("ReconcileAsked")
    if "reconcile" in event:
        start_all(_runs, _control, event["reconcile"])
        return {}
    batch = [(message["messageId"], message["body"]) for message in event["Records"]]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in take_batch(_working, batch)]}
