"""Records: lists, one record, and what an operator does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from actions.access import Operator, Viewer
from actions.answers import CountAnswer
from actions.desk import Desk
from actions.inputs import key_of
from actions.parameters import Affiliate, Cursor, Limit
from actions.record_answers import RecordAnswer, RecordPage, RemoveAnswer, ReprocessAnswer
from actions.record_lists import RecordFilter, RecordLists, Shown
from actions.record_views import removal_view
from actions.requesters import Requesters
from actions.viewing import Viewing
from stockbridge.dynamo_listing import EXACT_UP_TO
from stockbridge.evidence import kept_evidence
from stockbridge.late import LOOKED_AT
from stockbridge.listing import CAUSE_CODE

EVIDENCE_SHOWN = 10

# what lists and their totals are filtered by
Status = Annotated[Shown | None, Query(description="Everything but removed ones when left out")]
Sku = Annotated[str | None, Query(description="A VTEX SKU id")]
Cause = Annotated[str | None, Query(pattern=f"^{CAUSE_CODE}$", description="A cause's code: errors that have it")]
Since = Annotated[AwareDatetime | None, Query(alias="from", description="Of listed_at, inclusive")]
Until = Annotated[AwareDatetime | None, Query(alias="to", description="Of listed_at, exclusive")]
IsLate = Annotated[
    bool,
    Query(
        description="Changes that are late and still open, removed rows too, the oldest change first; not together "
        f"with status, cause, from and to. Of each channel the first {LOOKED_AT} open changes are looked at"
    ),
]


@dataclass(frozen=True, slots=True)
class RecordRoutes:
    desk: Desk
    lists: RecordLists
    requesters: Requesters
    viewing: Viewing

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/records", summary="List records", tags=["records"])
        def list_records(
            access: Viewer,
            status: Status = None,
            affiliate: Affiliate = None,
            sku: Sku = None,
            cause: Cause = None,
            since: Since = None,
            until: Until = None,
            late: IsLate = False,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> RecordPage:
            asked = RecordFilter(status, affiliate, sku, cause, since, until, late)
            return self.lists.page(access.account, asked, self.viewing.views(access), cursor=cursor, limit=limit)

        @app.get("/v1/records/total", summary=f"How many records, exact up to {EXACT_UP_TO}", tags=["records"])
        def count_records(
            access: Viewer,
            status: Status = None,
            affiliate: Affiliate = None,
            sku: Sku = None,
            cause: Cause = None,
            since: Since = None,
            until: Until = None,
            late: IsLate = False,
        ) -> CountAnswer:
            asked = RecordFilter(status, affiliate, sku, cause, since, until, late)
            return self.lists.total(access.account, asked, self.viewing.views(access))

        @app.get("/v1/records/<affiliate>/<sku>", summary="One record with its evidence", tags=["records"])
        def get_record(access: Viewer, affiliate: str, sku: str) -> RecordAnswer:
            record = self.desk.record(key_of(access.account, affiliate, sku))
            evidence = kept_evidence(record.key, limit=EVIDENCE_SHOWN)
            return self.viewing.views(access).view(record, evidence, self.requesters.of(record), explained=True)

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
