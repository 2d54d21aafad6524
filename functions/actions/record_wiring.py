"""Records, why they are as they are, what is at risk, and causes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions import stores
from actions.cause_board import CauseBoard
from actions.cause_desk import CauseDesk
from actions.cause_routes import CauseRoutes
from actions.desk import Desk
from actions.explanation_routes import ExplanationRoutes
from actions.record_lists import RecordLists
from actions.record_routes import RecordRoutes
from actions.requesters import KEPT_S, Requesters
from actions.risk_routes import RiskRoutes
from actions.viewing import Viewing
from stockbridge.activity_log import asked_by
from stockbridge.clock import now_ms
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.recent import Recent
from stockbridge.risks import risks


def add_to(app: APIGatewayHttpResolver, language: Callable[[], str]) -> None:
    counts = DynamoCauseCounts(stores.settings.records_table)
    viewing = Viewing(
        stores.control, now_ms, language, stores.settings.late_after_s, catalogue=stores.own_causes.catalogue
    )
    RecordRoutes(
        desk=Desk(stores.records, stores.intake_queue, now_ms, new_request=lambda: uuid4().hex),
        lists=RecordLists(stores.records, stores.index, stores.cause_index, stores.open_changes, stores.at_once),
        requesters=Requesters(stores.jobs.get, asked_by, Recent(now_ms, keep_s=KEPT_S)),
        viewing=viewing,
    ).add_to(app)
    ExplanationRoutes(
        records=stores.records,
        listings=stores.listings,
        control=stores.control,
        clock=now_ms,
        language=language,
        late_after_s=stores.settings.late_after_s,
        catalogue=stores.own_causes.catalogue,
    ).add_to(app)
    RiskRoutes(
        risks=risks(stores.risk_index, stores.records),
        index=stores.risk_index,
        viewing=viewing,
    ).add_to(app)
    CauseRoutes(
        board=CauseBoard(counts, stores.cause_index, now_ms, at_once=stores.at_once),
        desk=CauseDesk(
            own=stores.own_causes,
            records=stores.records,
            counts=counts,
            index=stores.cause_index,
            errors=stores.errors,
            channels=stores.control.channels,
            clock=now_ms,
        ),
        control=stores.control,
        language=language,
    ).add_to(app)
