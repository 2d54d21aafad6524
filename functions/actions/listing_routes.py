"""A channel's listing map: what its marketplace calls the SKUs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import BaseModel, ConfigDict, Field

from actions.access import Admin, Viewer
from actions.answers import DeletedAnswer
from actions.channel_answers import ListingAnswer, ListingImportAnswer, ListingPage, RefusedLineAnswer
from actions.inputs import channel_of, checked, csv_text, json_object, sku_of
from actions.listing_desk import Imported, ListingDesk
from actions.parameters import Cursor, Limit, Rev
from stockbridge.channels import Channel
from stockbridge.control import DynamoControl
from stockbridge.errors import FieldProblem, InvalidFields
from stockbridge.listing_entries import Entry
from stockbridge.texts import explain


class ListingDocument(BaseModel):
    """`ids` by the names that the connector documents, each a text of 1 to 100 characters that is kept exactly."""

    model_config = ConfigDict(extra="forbid", strict=True)

    ids: Annotated[dict[str, str], Field(examples=[{"item_id": "MLB1234567890", "variation_id": "0042"}])]


@dataclass(frozen=True, slots=True)
class ListingRoutes:
    desk: ListingDesk
    control: DynamoControl
    language: Callable[[], str]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/channels/<affiliate>/listings", summary="The channel's listing map", tags=["listings"])
        def list_listings(
            access: Viewer,
            affiliate: str,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> ListingPage:
            channel = channel_of(self.control, access.account, affiliate)
            page = self.desk.entries.page(channel, cursor=cursor, limit=limit)
            return ListingPage(
                used=channel.listing_map, items=[_answer(channel, entry) for entry in page.entries], next=page.next
            )

        @app.post("/v1/channels/<affiliate>/listings", summary="Import a CSV file", tags=["listings"])
        def import_listings(access: Admin, affiliate: str) -> ListingImportAnswer:
            channel = channel_of(self.control, access.account, affiliate)
            imported = self.desk.take_in(channel, csv_text(app.current_event), access.user)
            return _report(imported, self.language())

        @app.get("/v1/channels/<affiliate>/listings/<sku>", summary="One SKU's listing", tags=["listings"])
        def get_listing(access: Viewer, affiliate: str, sku: str) -> ListingAnswer:
            channel = channel_of(self.control, access.account, affiliate)
            return _answer(channel, self.desk.entry(channel, sku_of(sku)))

        @app.put("/v1/channels/<affiliate>/listings/<sku>", summary="Save one SKU's listing", tags=["listings"])
        def put_listing(
            access: Admin,
            affiliate: str,
            sku: str,
            rev: Rev = None,
        ) -> ListingAnswer:
            channel = channel_of(self.control, access.account, affiliate)
            ids = _ids(json_object(app.current_event), channel, sku_of(sku))
            return _answer(channel, self.desk.save(channel, sku_of(sku), ids, rev, access.user))

        @app.delete("/v1/channels/<affiliate>/listings/<sku>", summary="Forget one SKU's listing", tags=["listings"])
        def forget_listing(access: Admin, affiliate: str, sku: str) -> DeletedAnswer:
            channel = channel_of(self.control, access.account, affiliate)
            self.desk.forget(channel, sku_of(sku), access.user)
            return DeletedAnswer(deleted=sku)


def _ids(body: dict[str, Any], channel: Channel, sku: str) -> dict[str, str]:
    """A listing as it was answered is a document too. Raises InvalidFields."""
    if body.get("affiliate", channel.affiliate) != channel.affiliate:
        raise InvalidFields([FieldProblem("affiliate", "not_this_affiliate", {})])
    if body.get("sku", sku) != sku:
        raise InvalidFields([FieldProblem("sku", "not_this_sku", {})])
    document = {name: value for name, value in body.items() if name not in ("affiliate", "sku", "rev")}
    return checked(ListingDocument, document).ids


def _answer(channel: Channel, entry: Entry) -> ListingAnswer:
    return ListingAnswer(affiliate=channel.affiliate, sku=entry.sku, ids=dict(entry.ids), rev=entry.rev)


def _report(imported: Imported, language: str) -> ListingImportAnswer:
    return ListingImportAnswer(
        saved=imported.saved,
        unchanged=imported.unchanged,
        refused=[
            RefusedLineAnswer(
                line=one.number,
                field=one.problem.field,
                reason=one.problem.reason,
                detail=explain(one.problem, language),
            )
            for one in imported.sheet.refused
        ],
    )
