"""Differences between VTEX and the marketplaces, and the runs that find and repair them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from actions.access import Operator, Viewer
from actions.inputs import affiliate_of, channel_is_there, channel_of, checked, json_object, key_of
from actions.parameters import Affiliate, Cursor, Limit
from actions.reconciliation_answers import (
    Box,
    DifferencePageAnswer,
    ReconciliationAnswer,
    ReconciliationDocument,
    ReconciliationPage,
    StartedAnswer,
)
from actions.reconciliation_views import difference_view, run_view
from stockbridge.channels import Channel
from stockbridge.control import DynamoControl
from stockbridge.dynamo_differences import DynamoDifferences
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.errors import NotFound
from stockbridge.jobs import Family, JobKey
from stockbridge.reconciling import ABNORMAL
from stockbridge.runs import REPAIR, Runs


@dataclass(frozen=True, slots=True)
class ReconciliationRoutes:
    runs: Runs
    jobs: DynamoJobs
    differences: DynamoDifferences
    control: DynamoControl
    language: Callable[[], str]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/differences", summary="What is not the same everywhere", tags=["reconciliations"])
        def list_differences(
            access: Viewer,
            affiliate: Affiliate = None,
            kind: Annotated[Box | None, Query(description="Both when left out")] = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> DifferencePageAnswer:
            channels = {channel.affiliate: channel for channel in self.control.channels(access.account)}
            wanted = [affiliate_of(affiliate)] if affiliate is not None else list(channels)
            page = self.differences.page(access.account, wanted, box=kind, cursor=cursor, limit=limit)
            channel_is_there(affiliate, channels, found=page.differences or cursor)
            items = [difference_view(each, channels, self.language()) for each in page.differences]
            return DifferencePageAnswer(items=items, next=page.next)

        @app.post(
            "/v1/differences/<affiliate>/repair",
            status_code=202,
            summary="Repair what is abnormal at an affiliate, whatever is held",
            tags=["reconciliations"],
        )
        def repair_differences(access: Operator, affiliate: str) -> ReconciliationAnswer:
            channel = channel_of(self.control, access.account, affiliate)
            return run_view(self.runs.start(channel, REPAIR, access.user), self.language())

        @app.post(
            "/v1/differences/<affiliate>/<sku>/repair",
            status_code=202,
            summary="Repair one abnormal difference",
            tags=["reconciliations"],
        )
        def repair_difference(access: Operator, affiliate: str, sku: str) -> ReconciliationAnswer:
            key = key_of(access.account, affiliate, sku)
            channel = channel_of(self.control, access.account, affiliate)
            difference = self.differences.get_many([key])[key].difference
            if difference is None or difference.kind.box != ABNORMAL:
                raise NotFound("difference_not_found")
            return run_view(self.runs.start(channel, REPAIR, access.user, sku=key.sku), self.language())

        @app.get("/v1/reconciliations", summary="Runs with their reports, newest first", tags=["reconciliations"])
        def list_reconciliations(access: Viewer, cursor: Cursor = None, limit: Limit = 50) -> ReconciliationPage:
            page = self.jobs.page(access.account, Family.RECONCILIATION, cursor=cursor, limit=limit)
            return ReconciliationPage(items=[run_view(job, self.language()) for job in page.jobs], next=page.next)

        @app.post("/v1/reconciliations", status_code=202, summary="Compare now", tags=["reconciliations"])
        def start_reconciliation(access: Operator) -> StartedAnswer:
            wanted = checked(ReconciliationDocument, json_object(app.current_event))
            if wanted.affiliate is not None:
                channels: Sequence[Channel] = [channel_of(self.control, access.account, wanted.affiliate)]
            else:
                channels = self.control.channels(access.account)
            started = [self.runs.start(channel, wanted.kind, access.user) for channel in channels]
            return StartedAnswer(items=[run_view(job, self.language()) for job in started])

        @app.get("/v1/reconciliations/<run_id>", summary="One run", tags=["reconciliations"])
        def get_reconciliation(access: Viewer, run_id: str) -> ReconciliationAnswer:
            return run_view(self.runs.get(_key(access.account, run_id)), self.language())

        @app.post("/v1/reconciliations/<run_id>/cancel", summary="No further page", tags=["reconciliations"])
        def cancel_reconciliation(access: Operator, run_id: str) -> ReconciliationAnswer:
            return run_view(self.runs.cancel(_key(access.account, run_id), access.user), self.language())


def _key(account: str, run_id: str) -> JobKey:
    """Raises NotFound: no run has such a name."""
    if not (run_id.isascii() and run_id.isalnum() and len(run_id) <= 64):
        raise NotFound("reconciliation_not_found")
    return JobKey(account, Family.RECONCILIATION, run_id)
