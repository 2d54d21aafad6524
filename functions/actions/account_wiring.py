"""The account as a whole: at a glance, its measures, what another threshold would have done, and its tokens."""

from __future__ import annotations

from collections.abc import Callable

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions import measurements, overview, stores
from actions.account_routes import AccountRoutes
from actions.measure_routes import MeasureRoutes
from actions.measurements import Measurements
from actions.overview import Overview
from actions.simulation_routes import SimulationRoutes
from actions.simulations import Simulations
from actions.token_routes import TokenRoutes
from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.dynamo_history import DynamoHistory
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.recent import Recent


def add_to(app: APIGatewayHttpResolver, language: Callable[[], str]) -> None:
    table = stores.settings.records_table
    at_a_glance = Overview(
        control=stores.control,
        counts=stores.index,
        risks=stores.risk_index,
        open_changes=stores.open_changes,
        clock=now_ms,
        late_after_s=stores.settings.late_after_s,
        recent=Recent(now_ms, keep_s=overview.KEPT_S),
        at_once=stores.at_once,
    )
    AccountRoutes(overview=at_a_glance, language=language).add_to(app)
    MeasureRoutes(
        Measurements(
            control=stores.control,
            series=DynamoSeries(aws.dynamodb(), table),
            overview=at_a_glance,
            clock=now_ms,
            late_after_s=stores.settings.late_after_s,
            windows=Recent(now_ms, keep_s=measurements.KEPT_S),
            rows=Recent(now_ms, keep_s=measurements.KEPT_S, size=measurements.KEPT_SERIES),
            at_once=stores.at_once,
        )
    ).add_to(app)
    SimulationRoutes(Simulations(DynamoHistory(aws.dynamodb(), table), now_ms), stores.control, language).add_to(app)
    TokenRoutes(stores.control.tokens).add_to(app)
