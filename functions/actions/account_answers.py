"""What the API answers about the caller, the account at a glance, and who did what in it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from actions.answers import Answer, CauseAnswer, CountAnswer


class StatusCounts(Answer):
    success: CountAnswer
    error: CountAnswer
    pending: CountAnswer
    removed: CountAnswer


class AffiliateOverview(Answer):
    affiliate: str
    channel: str
    enabled: bool
    counts: StatusCounts
    late: CountAnswer
    late_after_s: Annotated[int, Field(description="The limit of late: the channel's own, or the installation's")]
    at_risk: CountAnswer
    oldest_open: datetime | None
    asked_until: Annotated[
        datetime | None, Field(description="The marketplace asked for time (429): until then nothing is sent to it")
    ]


class IncidentAnswer(Answer):
    """What stops a whole channel. `until`: when one call finds out whether it is over; null when it may go now."""

    affiliate: str
    channel: str
    cause: CauseAnswer
    message: str
    since: datetime | None
    until: datetime | None


class OverviewAnswer(Answer):
    at: datetime
    counts: StatusCounts
    late: Annotated[CountAnswer, Field(description="Changes not reflected for longer than the limit, still open")]
    at_risk: Annotated[CountAnswer, Field(description="Records whose marketplace shows more than it should, or may")]
    oldest_open: datetime | None
    affiliates: list[AffiliateOverview]
    incidents: list[IncidentAnswer]


class AccountRole(Answer):
    account: str
    role: Literal["viewer", "operator", "admin"]


class MeAnswer(Answer):
    user: str
    accounts: list[AccountRole]


class ActivityAnswer(Answer):
    at: datetime
    user: str
    action: str
    subject: Annotated[str, Field(description="affiliate#sku, an affiliate, an operation's number, a token's id")]
    details: str
    before: Annotated[dict[str, Any], Field(description="The fields that changed, by dotted path, as they were")]
    after: Annotated[dict[str, Any], Field(description="The same, as they became")]
    cut: Annotated[bool, Field(description="before and after were too long to be kept whole")]


class ActivityPageAnswer(Answer):
    """With filters a page may have few items or none and still have a next one."""

    items: list[ActivityAnswer]
    next: str | None
