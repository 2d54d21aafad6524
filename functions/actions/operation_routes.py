"""Bulk operations: started, watched, paused, gone on with, cancelled and undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path

from actions.access import Access, Operator, Viewer
from actions.inputs import checked, json_object
from actions.operation_answers import FailureAnswer, FailurePage, OperationAnswer, OperationPage, PreviewAnswer
from actions.operation_desk import OperationDesk
from actions.operation_inputs import NewOperation, asked_for
from actions.operation_views import OperationViews
from actions.parameters import Cursor, Limit
from actions.record_views import cause_view
from stockbridge.bulk.parts import PartPages, failures
from stockbridge.catalogue import Catalogue
from stockbridge.control import DynamoControl
from stockbridge.cursors import read_cursor, write_cursor
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.errors import InvalidInput, NotFound
from stockbridge.jobs import Family, Job

PARTS_READ = 10  # for one page of failures
_ID = re.compile(r"[0-9a-f]{12}")
_NUMBER = re.compile(r"[1-9][0-9]{0,10}")

_Name = Annotated[str, Path(description="The operation's id, or its number")]

_Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        description="The same request with the same key starts one operation",
    ),
]


@dataclass(frozen=True, slots=True)
class OperationRoutes:
    desk: OperationDesk
    jobs: DynamoJobs
    parts: PartPages
    control: DynamoControl
    clock: Callable[[], int]
    language: Callable[[], str]
    catalogue: Callable[[str], Catalogue]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.post("/v1/operations", status_code=202, summary="Start a bulk operation", tags=["operations"])
        def start_operation(
            access: Operator, idempotency_key: _Key = None
        ) -> Response[OperationAnswer | PreviewAnswer]:
            document = json_object(app.current_event)
            new = checked(NewOperation, document)
            channels = {channel.affiliate: channel for channel in self.control.channels(access.account)}
            cures = self.catalogue(access.account).cures
            asked = replace(asked_for(new, access.account, sorted(channels), self.clock()), cures=cures)
            if new.preview:
                found = self.desk.preview(asked)
                preview = self._views(access).preview(asked, found, channels, sample=new.sample)
                return Response(200, "application/json", preview)
            job = self.desk.start(asked, document, access.user, idempotency_key, sample=new.sample)
            return Response(202, "application/json", self._views(access).view(job))

        @app.get("/v1/operations", summary="Bulk operations, newest first", tags=["operations"])
        def list_operations(access: Viewer, cursor: Cursor = None, limit: Limit = 50) -> OperationPage:
            page = self.jobs.page(access.account, Family.OPERATION, cursor=cursor, limit=limit)
            return OperationPage(items=[self._views(access).view(job) for job in page.jobs], next=page.next)

        @app.get("/v1/operations/<operation_id>", summary="One operation", tags=["operations"])
        def get_operation(access: Viewer, operation_id: _Name) -> OperationAnswer:
            return self._views(access).view(self._job(access, operation_id))

        @app.get("/v1/operations/<operation_id>/failures", summary="What came back", tags=["operations"])
        def list_failures(access: Viewer, operation_id: _Name, cursor: Cursor = None, limit: Limit = 50) -> FailurePage:
            return self._failures(self._job(access, operation_id), cursor, limit)

        @app.post("/v1/operations/<operation_id>/pause", summary="Pause", tags=["operations"])
        def pause_operation(access: Operator, operation_id: _Name) -> OperationAnswer:
            return self._did(access, self.desk.pause, operation_id)

        @app.post("/v1/operations/<operation_id>/resume", summary="Go on", tags=["operations"])
        def resume_operation(access: Operator, operation_id: _Name) -> OperationAnswer:
            return self._did(access, self.desk.resume, operation_id)

        @app.post("/v1/operations/<operation_id>/cancel", summary="Cancel what is left", tags=["operations"])
        def cancel_operation(access: Operator, operation_id: _Name) -> OperationAnswer:
            return self._did(access, self.desk.cancel, operation_id)

        @app.post("/v1/operations/<operation_id>/undo", status_code=202, summary="Undo a removal", tags=["operations"])
        def undo_operation(access: Operator, operation_id: _Name) -> OperationAnswer:
            return self._did(access, self.desk.undo, operation_id)

    def _did(self, access: Access, deed: Callable[[str, str, str], Job], name: str) -> OperationAnswer:
        return self._views(access).view(deed(access.account, self._id(access, name), access.user))

    def _job(self, access: Access, name: str) -> Job:
        return self.desk.get(access.account, self._id(access, name))

    def _id(self, access: Access, name: str) -> str:
        """Of the operation that is called by it or by its number. Raises NotFound."""
        if _ID.fullmatch(name):
            return name
        found = self.jobs.numbered(access.account, Family.OPERATION, int(name)) if _NUMBER.fullmatch(name) else None
        if found is None:
            raise NotFound("operation_not_found")
        return found.id

    def _views(self, access: Access) -> OperationViews:
        return OperationViews(self.language(), access.role, self.catalogue(access.account))

    def _failures(self, job: Job, cursor: str | None, limit: int) -> FailurePage:
        """A page ends where it is full, or where enough was read for one answer."""
        number, place = _read_place(cursor)
        parts = self.parts.after(job.key, number - 1, limit=PARTS_READ)
        items: list[FailureAnswer] = []
        catalogue = self.catalogue(job.key.account)
        for part, at, row in failures(parts):
            if (part.number, at) < (number, place):
                continue
            if len(items) == limit:
                return FailurePage(items=items, next=write_cursor(str(part.number), str(at)))
            cause = cause_view(row.cause, self.language(), catalogue)
            items.append(FailureAnswer(affiliate=row.affiliate, sku=row.sku, cause=cause, message=row.message))
        more = len(parts) == PARTS_READ
        return FailurePage(items=items, next=write_cursor(str(parts[-1].number + 1), "0") if more else None)


def _read_place(cursor: str | None) -> tuple[int, int]:
    """Of the first failure: the part, and the place in it."""
    if cursor is None:
        return 1, 0
    number, place = read_cursor(cursor, 2)
    if not all(text.isascii() and text.isdigit() and len(text) <= 6 for text in (number, place)) or number == "0":
        raise InvalidInput("bad_cursor")
    return max(1, int(number)), int(place)
