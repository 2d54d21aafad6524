"""Files of records: asked for, made by a job, and had from an address that is good for some minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from actions.access import Viewer
from actions.file_answers import FileAnswer, FileFilter, FileFilterAnswer, FilePage, NewFile, ProgressAnswer
from actions.file_desk import FileDesk
from actions.inputs import affiliate_of, checked, json_object, sku_of
from actions.instants import instant, milliseconds_of
from actions.parameters import Cursor
from stockbridge.control import DynamoControl
from stockbridge.errors import NotFound
from stockbridge.file_requests import (
    KEPT_MS,
    FileRequest,
    Filter,
    Format,
    file_name,
    object_name,
    read_request,
    zone_of,
)
from stockbridge.jobs import Job, State
from stockbridge.listing import LAST_MS
from stockbridge.texts import say

MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class FileRoutes:
    desk: FileDesk
    address: Callable[[str], str]  # of an object, signed
    control: DynamoControl
    clock: Callable[[], int]
    language: Callable[[], str]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.post("/v1/files", status_code=202, summary="Ask for records as a file", tags=["files"])
        def create_file(access: Viewer) -> FileAnswer:
            new = checked(NewFile, json_object(app.current_event))
            zone_of(new.zone)
            request = FileRequest(self._filter(access.account, new.filter), new.language or self.language(), new.zone)
            return self._answer(self.desk.start(access.account, Format(new.format), request, access.user))

        @app.get("/v1/files", summary="Files of the account, newest first", tags=["files"])
        def list_files(
            access: Viewer,
            cursor: Cursor = None,
            limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
        ) -> FilePage:
            page = self.desk.page(access.account, cursor=cursor, limit=limit)
            return FilePage(items=[self._answer(job) for job in page.jobs], next=page.next)

        @app.get("/v1/files/<file_id>", summary="One file, and where it is", tags=["files"])
        def get_file(access: Viewer, file_id: str) -> FileAnswer:
            job = self.desk.file(access.account, file_id)
            return self._answer(job, url=self._url(job))

        @app.post("/v1/files/<file_id>/cancel", summary="Do not make it", tags=["files"])
        def cancel_file(access: Viewer, file_id: str) -> FileAnswer:
            return self._answer(self.desk.cancel(access, file_id))

    def _filter(self, account: str, wanted: FileFilter) -> Filter:
        """Raises InvalidFields, NotFound for an affiliate that has no channel."""
        known = [channel.affiliate for channel in self.control.channels(account)]
        asked = known if wanted.affiliates is None else list(dict.fromkeys(map(affiliate_of, wanted.affiliates)))
        if not set(asked) <= set(known):
            raise NotFound("channel_not_found")
        since, until = (
            None if moment is None else max(0, min(milliseconds_of(moment), LAST_MS))
            for moment in (wanted.since, wanted.until)
        )
        return Filter(
            affiliates=asked,
            shown=wanted.status or "",
            cause=wanted.cause,
            since=since,
            until=until,
            late=wanted.late,
            sku=sku_of(wanted.sku) if wanted.sku is not None else "",
        )

    def _url(self, job: Job) -> str | None:
        if job.state is not State.DONE or self.clock() >= (job.ended_at or 0) + KEPT_MS:
            return None
        return self.address(object_name(job))

    def _answer(self, job: Job, *, url: str | None = None) -> FileAnswer:
        request = read_request(job.asked)
        done = job.state is State.DONE and job.ended_at is not None
        failed = job.state is State.FAILED
        return FileAnswer(
            id=job.key.id,
            format=job.kind,  # type: ignore[arg-type]  # as file_desk.py made it
            state=job.state.value,
            reason=job.reason or None,
            detail=say(f"file.reason.{job.reason}", self.language()) if failed else None,
            filter=_filter_answer(request.filter),
            language=request.language,  # type: ignore[arg-type]
            zone=request.zone,
            created_at=instant(job.created_at),
            created_by=job.created_by,
            ended_at=instant(job.ended_at),
            progress=ProgressAnswer(
                rows=job.counts.get("rows", 0), seen=job.counts.get("seen", 0), estimate=job.counts.get("estimate")
            ),
            name=file_name(job),
            size=job.counts.get("bytes", 0) if done else None,
            expires_at=instant((job.ended_at or 0) + KEPT_MS) if done else None,
            url=url,
        )


def _filter_answer(wanted: Filter) -> FileFilterAnswer:
    return FileFilterAnswer(
        affiliates=list(wanted.affiliates),
        status=wanted.shown or None,
        cause=wanted.cause or None,
        since=instant(wanted.since),
        until=instant(wanted.until),
        late=wanted.late,
        sku=wanted.sku or None,
    )
