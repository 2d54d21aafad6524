"""A channel's listing map: what its marketplace calls the SKUs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actions.access import Admin, Viewer
from actions.answers import DeletedAnswer
from actions.channel_answers import ListingAnswer, ListingImportAnswer, ListingPage, RefusedLineAnswer
from actions.inputs import affiliate_of, csv_text, json_object, sku_of
from actions.listing_desk import Imported, ListingDesk
from stockbridge.channels import Channel
from stockbridge.control import DynamoControl
from stockbridge.errors import FieldProblem, InvalidFields, NotFound
from stockbridge.field_problems import field_problems
from stockbridge.listing_entries import Entry
from stockbridge.texts import explain

MAX_PAGE = 200


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
            cursor: Annotated[str | None, Query(description="next of the page before")] = None,
            limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
        ) -> ListingPage:
            channel = self._channel(access.account, affiliate)
            page = self.desk.entries.page(channel, cursor=cursor, limit=limit)
            return ListingPage(
                used=channel.listing_map, items=[_answer(channel, entry) for entry in page.entries], next=page.next
            )

        @app.post("/v1/channels/<affiliate>/listings", summary="Import a CSV file", tags=["listings"])
        def import_listings(access: Admin, affiliate: str) -> ListingImportAnswer:
            channel = self._channel(access.account, affiliate)
            imported = self.desk.take_in(channel, csv_text(app.current_event), access.user)
            return _report(imported, self.language())

        @app.get("/v1/channels/<affiliate>/listings/<sku>", summary="One SKU's listing", tags=["listings"])
        def get_listing(access: Viewer, affiliate: str, sku: str) -> ListingAnswer:
            channel = self._channel(access.account, affiliate)
            return _answer(channel, self.desk.entry(channel, sku_of(sku)))

        @app.put("/v1/channels/<affiliate>/listings/<sku>", summary="Save one SKU's listing", tags=["listings"])
        def put_listing(
            access: Admin,
            affiliate: str,
            sku: str,
            rev: Annotated[int | None, Query(ge=0, description="Save only over this one; 0: only a new one")] = None,
        ) -> ListingAnswer:
            channel = self._channel(access.account, affiliate)
            ids = _ids(json_object(app.current_event), channel, sku_of(sku))
            return _answer(channel, self.desk.save(channel, sku_of(sku), ids, rev, access.user))

        @app.delete("/v1/channels/<affiliate>/listings/<sku>", summary="Forget one SKU's listing", tags=["listings"])
        def forget_listing(access: Admin, affiliate: str, sku: str) -> DeletedAnswer:
            channel = self._channel(access.account, affiliate)
            self.desk.forget(channel, sku_of(sku), access.user)
            return DeletedAnswer(deleted=sku)

    def _channel(self, account: str, affiliate: str) -> Channel:
        channel = self.control.channel(account, affiliate_of(affiliate))
        if channel is None:
            raise NotFound("channel_not_found")
        return channel


def _ids(body: dict[str, Any], channel: Channel, sku: str) -> dict[str, str]:
    """A listing as it was answered is a document too. Raises InvalidFields."""
    if body.get("affiliate", channel.affiliate) != channel.affiliate:
        raise InvalidFields([FieldProblem("affiliate", "not_this_affiliate", {})])
    if body.get("sku", sku) != sku:
        raise InvalidFields([FieldProblem("sku", "not_this_sku", {})])
    document = {name: value for name, value in body.items() if name not in ("affiliate", "sku", "rev")}
    try:
        return ListingDocument.model_validate(document).ids
    except ValidationError as error:
        raise InvalidFields(field_problems(error.errors())) from error


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
