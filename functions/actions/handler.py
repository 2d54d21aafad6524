"""The operator API: records, reprocess, remove, bulk operations, channels, listings, webhook tokens, activity.

Two functions run it: one for everything, and one with the right to read secrets, for the test of a channel alone.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.typing import LambdaContext

from actions import contract, measurements, problems
from actions.account_routes import AccountRoutes
from actions.answers import HealthAnswer
from actions.cause_board import CauseBoard
from actions.cause_desk import CauseDesk
from actions.cause_routes import CauseRoutes
from actions.channel_routes import ChannelRoutes
from actions.channel_test_routes import ChannelTestRoutes
from actions.desk import Desk
from actions.explanation_routes import ExplanationRoutes
from actions.file_desk import FileDesk
from actions.file_routes import FileRoutes
from actions.listing_desk import ListingDesk
from actions.listing_routes import ListingRoutes
from actions.measure_routes import MeasureRoutes
from actions.measurements import Measurements
from actions.operation_desk import OperationDesk
from actions.operation_routes import OperationRoutes
from actions.overview import KEPT_S, Overview
from actions.reconciliation_routes import ReconciliationRoutes
from actions.record_routes import RecordRoutes
from actions.risk_routes import RiskRoutes
from actions.simulation_routes import SimulationRoutes
from actions.simulations import Simulations
from actions.token_routes import TokenRoutes
from stockbridge import aws
from stockbridge.bulk.counting import Counting
from stockbridge.bulk.dynamo_index import DynamoIndex
from stockbridge.bulk.dynamo_parts import DynamoParts
from stockbridge.bulk.pace import pace_of
from stockbridge.channel_documents import ChannelReader
from stockbridge.channel_test import ChannelTest
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.credentials import Credentials
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseCounts, DynamoCauseIndex
from stockbridge.dynamo_differences import DynamoDifferences
from stockbridge.dynamo_history import DynamoHistory
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.dynamo_listing import DynamoListIndex
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.file_store import S3Files
from stockbridge.jobs import Family
from stockbridge.leases import DynamoLeases
from stockbridge.listing import Listing, by_cause
from stockbridge.listing_map import DynamoListingMap
from stockbridge.logins import Logins
from stockbridge.marketplaces import CONNECTORS, connector
from stockbridge.queues import SqsQueue
from stockbridge.recent import Recent
from stockbridge.risks import risks
from stockbridge.runs import Runs
from stockbridge.settings import read_settings
from stockbridge.telemetry import count, logger, metrics
from stockbridge.transport import Transport

FILE_ADDRESS_S = 900  # as the contract says
AT_ONCE = 10  # saves of one import, counts of causes; as many connections as aws.py keeps

_settings = read_settings()
_control = DynamoControl(_settings.control_table, clock=now_ms, channels_kept_s=0)  # an operator sees what they saved
_records = DynamoRecords(_settings.records_table, _settings.control_table)
_index = DynamoListIndex(aws.dynamodb(), _settings.records_table, now_ms)
_risk_index = DynamoListIndex(aws.dynamodb(), _settings.records_table, now_ms, index="risk")
_causes = DynamoCauseIndex(aws.dynamodb(), _settings.records_table, now_ms)
_cause_counts = DynamoCauseCounts(_settings.records_table)
_own_causes = DynamoOwnCauses(_settings.control_table, now_ms, kept_s=0)
_errors = by_cause(_causes, _records)
_at_once = ThreadPoolExecutor(AT_ONCE, "at-once").map
_listings = DynamoListingMap(_settings.records_table, _settings.control_table)
_intake_queue = SqsQueue(aws.sqs(), _settings.intake_queue_url)
_jobs = DynamoJobs(_settings.records_table, _settings.control_table)

app = APIGatewayHttpResolver(enable_validation=True, response_validation_error_http_code=500)
problems.answer_problems(app)


def _not_kept(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    answer = next_middleware(app)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _language() -> str:
    return problems.language(app)


@cache
def _channel_test() -> ChannelTest:
    """Only ChannelTestFunction is asked for it, so only that one pays for it."""
    return ChannelTest(
        connector=connector,
        listings=_listings,
        index=_index,
        logins=Logins(Credentials(aws.secrets_manager(), now_ms), DynamoLeases(_settings.records_table), now_ms),
        http=Transport(allow_private=_settings.allow_private_endpoints),
        clock=now_ms,
    )


def _address(name: str) -> str:
    """The client is made for the first file that somebody has, and not at each start."""
    return S3Files(aws.s3(), _settings.files_bucket).url(name, valid_s=FILE_ADDRESS_S)


app.use(middlewares=[_not_kept])

RecordRoutes(
    desk=Desk(_records, _intake_queue, now_ms, new_request=lambda: uuid4().hex),
    listing=Listing(_index, _records),
    errors=_errors,
    control=_control,
    clock=now_ms,
    language=_language,
    late_after_s=_settings.late_after_s,
    catalogue=_own_causes.catalogue,
).add_to(app)
ExplanationRoutes(
    _records, _listings, _control, now_ms, _language, _settings.late_after_s, _own_causes.catalogue
).add_to(app)
RiskRoutes(
    risks=risks(_risk_index, _records),
    index=_risk_index,
    control=_control,
    clock=now_ms,
    language=_language,
    late_after_s=_settings.late_after_s,
).add_to(app)
_overview = Overview(
    _control, _index, _risk_index, _records, now_ms, _settings.late_after_s, recent=Recent(now_ms, keep_s=KEPT_S)
)
AccountRoutes(overview=_overview, language=_language).add_to(app)
MeasureRoutes(
    Measurements(
        control=_control,
        series=DynamoSeries(aws.dynamodb(), _settings.records_table),
        overview=_overview,
        clock=now_ms,
        late_after_s=_settings.late_after_s,
        windows=Recent(now_ms, keep_s=measurements.KEPT_S),
        rows=Recent(now_ms, keep_s=measurements.KEPT_S, size=measurements.KEPT_SERIES),
    )
).add_to(app)
OperationRoutes(
    desk=OperationDesk(
        jobs=_jobs,
        counting=Counting(DynamoIndex(aws.dynamodb(), _settings.records_table, now_ms), _records, now_ms),
        per_second=pace_of(_control, CONNECTORS),
        queue=SqsQueue(aws.sqs(), _settings.operations_queue_url),
        clock=now_ms,
        running=lambda account: _jobs.running(account, Family.OPERATION),
    ),
    jobs=_jobs,
    parts=DynamoParts(_settings.records_table),
    control=_control,
    clock=now_ms,
    language=_language,
    catalogue=_own_causes.catalogue,
).add_to(app)
ChannelRoutes(
    control=_control,
    reader=ChannelReader(
        stage=_settings.stage,
        allow_private=_settings.allow_private_endpoints,
        connectors=CONNECTORS,
        secret_exists=Credentials(aws.secrets_manager(), now_ms).exists,
    ),
    clock=now_ms,
).add_to(app)
ChannelTestRoutes(_control, _channel_test, _language).add_to(app)
CauseRoutes(
    board=CauseBoard(_cause_counts, _causes, now_ms, at_once=_at_once),
    desk=CauseDesk(
        own=_own_causes,
        records=_records,
        counts=_cause_counts,
        index=_causes,
        errors=_errors,
        channels=_control.channels,
        clock=now_ms,
    ),
    control=_control,
    language=_language,
).add_to(app)
ListingRoutes(
    desk=ListingDesk(
        _listings,
        CONNECTORS,
        now_ms,
        at_once=_at_once,
        records=_records,
        intake_queue=_intake_queue,
    ),
    control=_control,
    language=_language,
).add_to(app)
ReconciliationRoutes(
    runs=Runs(
        _jobs,
        DynamoLeases(_settings.records_table),
        SqsQueue(aws.sqs(), _settings.reconcile_queue_url),
        now_ms,
    ),
    jobs=_jobs,
    differences=DynamoDifferences(_settings.records_table),
    control=_control,
    language=_language,
).add_to(app)
TokenRoutes(_control.tokens).add_to(app)
SimulationRoutes(
    Simulations(DynamoHistory(aws.dynamodb(), _settings.records_table), now_ms), _control, _language
).add_to(app)

FileRoutes(
    desk=FileDesk(
        jobs=_jobs,
        queue=SqsQueue(aws.sqs(), _settings.files_queue_url),
        clock=now_ms,
        new_id=lambda: uuid4().hex,
    ),
    address=_address,
    control=_control,
    clock=now_ms,
    language=_language,
).add_to(app)


@app.get("/health", summary="The function answers", tags=["public"])
def health() -> HealthAnswer:
    return HealthAnswer(status="ok")


@app.get("/openapi.json", summary="This document", tags=["public"])
def openapi() -> Response[str]:
    return Response(200, "application/json", _contract())


@cache
def _contract() -> str:
    return contract.contract(app)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    count("ApiRequest")
    return app.resolve(event, context)
