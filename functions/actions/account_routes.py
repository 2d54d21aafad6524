"""The caller, the account at a glance, and who did what in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from actions.access import Caller, Viewer
from actions.account_answers import AccountRole, ActivityAnswer, ActivityPageAnswer, MeAnswer, OverviewAnswer
from actions.instants import instant, milliseconds_of
from actions.overview import Overview
from actions.parameters import Cursor, Limit
from stockbridge.activity_log import Asked, activity_page


@dataclass(frozen=True, slots=True)
class AccountRoutes:
    overview: Overview
    language: Callable[[], str]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/me", summary="The caller and their accounts", tags=["account"])
        def get_me(caller: Caller) -> MeAnswer:
            roles = sorted(caller.roles.items())
            return MeAnswer(
                user=caller.user,
                accounts=[AccountRole(account=account, role=role.name.lower()) for account, role in roles],  # type: ignore[arg-type]  # the three names of Role
            )

        @app.get("/v1/overview", summary="The account at a glance", tags=["account"])
        def get_overview(access: Viewer) -> OverviewAnswer:
            return self.overview.of(access.account, self.language())

        @app.get("/v1/activity", summary="Who did what", tags=["account"])
        def get_activity(
            access: Viewer,
            user: Annotated[str | None, Query(description="Who")] = None,
            action: Annotated[str | None, Query(description="What, such as reprocess or channel.save")] = None,
            subject: Annotated[str | None, Query(description="To what, such as SPT#42 or SPT")] = None,
            since: Annotated[AwareDatetime | None, Query(alias="from", description="Inclusive")] = None,
            until: Annotated[AwareDatetime | None, Query(alias="to", description="Exclusive")] = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> ActivityPageAnswer:
            asked = Asked(
                user=user,
                action=action,
                subject=subject,
                since=milliseconds_of(since) if since is not None else None,
                until=milliseconds_of(until) if until is not None else None,
            )
            page = activity_page(access.account, asked, cursor=cursor, limit=limit)
            return ActivityPageAnswer(
                items=[
                    ActivityAnswer(
                        at=instant(one.at),
                        user=one.user,
                        action=one.action,
                        subject=one.subject,
                        details=one.details,
                        before=dict(one.before),
                        after=dict(one.after),
                        cut=one.cut,
                    )
                    for one in page.items
                ],
                next=page.next,
            )
