"""What is done page by page by other functions: bulk operations, reconciliations, files."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions import stores
from actions.file_desk import FileDesk
from actions.file_routes import FileRoutes
from actions.operation_desk import OperationDesk
from actions.operation_routes import OperationRoutes
from actions.reconciliation_routes import ReconciliationRoutes
from stockbridge import aws
from stockbridge.bulk.counting import Counting
from stockbridge.bulk.dynamo_index import DynamoIndex
from stockbridge.bulk.dynamo_parts import DynamoParts
from stockbridge.bulk.pace import pace_of
from stockbridge.bulk.walking import Walk
from stockbridge.clock import now_ms
from stockbridge.dynamo_differences import DynamoDifferences
from stockbridge.file_store import S3Files
from stockbridge.jobs import Family
from stockbridge.leases import DynamoLeases
from stockbridge.marketplaces import CONNECTORS
from stockbridge.queues import SqsQueue
from stockbridge.runs import Runs

FILE_ADDRESS_S = 900  # as the contract says


def add_to(app: APIGatewayHttpResolver, language: Callable[[], str]) -> None:
    table = stores.settings.records_table
    index, parts = DynamoIndex(aws.dynamodb(), table, now_ms), DynamoParts(table)
    OperationRoutes(
        desk=OperationDesk(
            jobs=stores.jobs,
            counting=Counting(index, stores.records, Walk(index, parts), now_ms),
            per_second=pace_of(stores.control, CONNECTORS),
            queue=SqsQueue(aws.sqs(), stores.settings.operations_queue_url),
            clock=now_ms,
            next_number=lambda account: stores.jobs.next_number(account, Family.OPERATION),
            running=lambda account: stores.jobs.running(account, Family.OPERATION),
        ),
        jobs=stores.jobs,
        parts=parts,
        control=stores.control,
        clock=now_ms,
        language=language,
        catalogue=stores.own_causes.catalogue,
    ).add_to(app)
    ReconciliationRoutes(
        runs=Runs(
            stores.jobs,
            DynamoLeases(table),
            SqsQueue(aws.sqs(), stores.settings.reconcile_queue_url),
            now_ms,
        ),
        jobs=stores.jobs,
        differences=DynamoDifferences(table),
        control=stores.control,
        language=language,
    ).add_to(app)
    FileRoutes(
        desk=FileDesk(
            jobs=stores.jobs,
            queue=SqsQueue(aws.sqs(), stores.settings.files_queue_url),
            clock=now_ms,
            new_id=lambda: uuid4().hex,
        ),
        address=_address,
        control=stores.control,
        clock=now_ms,
        language=language,
    ).add_to(app)


def _address(name: str) -> str:
    """The client is made for the first file that somebody has, and not at each start."""
    return S3Files(aws.s3(), stores.settings.files_bucket).url(name, valid_s=FILE_ADDRESS_S)
