"""Records: lists, one record, and what an operator does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from actions.access import Operator, Viewer
from actions.desk import Desk
from actions.inputs import affiliate_of, channel_is_there, key_of, sku_of
from actions.instants import milliseconds_of
from actions.parameters import Affiliate, Cursor, Limit
from actions.record_answers import RecordAnswer, RecordPage, RemoveAnswer, ReprocessAnswer
from actions.record_views import removal_view
from actions.viewing import Viewing
from stockbridge.errors import FieldProblem, InvalidFields
from stockbridge.evidence import kept_evidence
from stockbridge.listing import CAUSE_CODE, LISTED, Listing, Wanted

EVIDENCE_SHOWN = 10

Shown = Literal["success", "error", "pending", "removed"]


@dataclass(frozen=True, slots=True)
class RecordRoutes:
    desk: Desk
    listing: Listing
    errors: Listing  # by cause
    viewing: Viewing

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/records", summary="List records", tags=["records"])
        def list_records(
            access: Viewer,
            status: Annotated[Shown | None, Query(description="Everything but removed ones when left out")] = None,
            affiliate: Affiliate = None,
            sku: Annotated[str | None, Query(description="A VTEX SKU id")] = None,
            cause: Annotated[
                str | None, Query(pattern=f"^{CAUSE_CODE}$", description="A cause's code: errors that have it")
            ] = None,
            since: Annotated[AwareDatetime | None, Query(alias="from", description="Of listed_at, inclusive")] = None,
            until: Annotated[AwareDatetime | None, Query(alias="to", description="Of listed_at, exclusive")] = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> RecordPage:
            if cause is not None and status not in (None, "error"):
                raise InvalidFields([FieldProblem("cause", "only_errors_have_causes", {})])
            views = self.viewing.views(access)
            wanted = Wanted(
                affiliates=[affiliate_of(affiliate)] if affiliate is not None else list(views.channels),
                shown=[status] if status is not None else LISTED,
                since=milliseconds_of(since) if since is not None else None,
                until=milliseconds_of(until) if until is not None else None,
                causes=[cause] if cause is not None else (),
            )
            listing = self.errors if cause is not None else self.listing
            if sku is not None:
                page = listing.of_sku(access.account, sku_of(sku), wanted)
            else:
                page = listing.page(access.account, wanted, cursor=cursor, limit=limit)
            channel_is_there(affiliate, views.channels, found=page.records or cursor)
            return RecordPage(items=[views.view(record) for record in page.records], next=page.next)

        @app.get("/v1/records/<affiliate>/<sku>", summary="One record with its evidence", tags=["records"])
        def get_record(access: Viewer, affiliate: str, sku: str) -> RecordAnswer:
            record = self.desk.record(key_of(access.account, affiliate, sku))
            evidence = kept_evidence(record.key, limit=EVIDENCE_SHOWN)
            return self.viewing.views(access).view(record, evidence, explained=True)

        @app.post("/v1/records/<affiliate>/<sku>/reprocess", status_code=202, summary="Reprocessar", tags=["records"])
        def reprocess(access: Operator, affiliate: str, sku: str) -> ReprocessAnswer:
            record = self.desk.reprocess(key_of(access.account, affiliate, sku), access.user)
            return ReprocessAnswer(request=record.request or "", record=self.viewing.views(access).view(record))

        @app.delete("/v1/records/<affiliate>/<sku>", summary="Remover Log", tags=["records"])
        def remove(access: Operator, affiliate: str, sku: str) -> RemoveAnswer:
            record = self.desk.remove(key_of(access.account, affiliate, sku), access.user)
            assert record.removal is not None
            undo_until = removal_view(record.removal).undo_until
            return RemoveAnswer(record=self.viewing.views(access).view(record), undo_until=undo_until)

        @app.post("/v1/records/<affiliate>/<sku>/restore", summary="Restaurar log", tags=["records"])
        def restore(access: Operator, affiliate: str, sku: str) -> RecordAnswer:
            record = self.desk.restore(key_of(access.account, affiliate, sku), access.user)
            return self.viewing.views(access).view(record)
