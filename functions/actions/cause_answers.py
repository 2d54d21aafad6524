"""What the operator API answers about causes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from actions.answers import Answer, CauseAnswer, CountAnswer
from actions.cause_documents import OwnCauseDocument
from stockbridge.cause_statistics import Direction


class DayAnswer(Answer):
    day: Annotated[date, Field(description="UTC")]
    errors: int


class TrendAnswer(Answer):
    """`direction`: the last seven days against the seven before. It is not steady when they differ by at least 5 errors
    and the larger is at least half as much again as the smaller."""

    days: Annotated[list[DayAnswer], Field(description="The last 14, oldest first")]
    direction: Direction
    text: str


class ReprocessedAnswer(Answer):
    """Reprocesses of errors with this cause that ended. From 80 on both counts are halved, so the older ones count less
    and less."""

    tried: int
    worked: int
    text: Annotated[str, Field(description="The same in one sentence")]


class CauseRowAnswer(Answer):
    """A cause at an affiliate."""

    affiliate: str
    channel: Annotated[str, Field(description="The channel's name")]
    code: Annotated[str, Field(description="As /v1/records takes it; of an own cause that was deleted, still its own")]
    cause: CauseAnswer
    own: Annotated[bool, Field(description="The account described it itself")]
    open: Annotated[CountAnswer, Field(description="Errors that have it now; exact up to 10,000, some seconds old")]
    errors: Annotated[int, Field(description="Records that became such an error, since the first was seen")]
    first_seen: datetime | None
    last_seen: datetime | None
    trend: TrendAnswer
    reprocessed: ReprocessedAnswer


class CausePage(Answer):
    items: Annotated[list[CauseRowAnswer], Field(description="The most errors now come first, then those seen last")]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]


class OwnCauseAnswer(OwnCauseDocument):
    """A saved own cause; it may be sent back as it is. `rev` counts its saves."""

    code: str
    rev: int


class OwnCauseList(Answer):
    items: Annotated[list[OwnCauseAnswer], Field(description="In the order in which they are tried")]


class RegroupedAnswer(Answer):
    """`next`: there was no time for all; go on with POST /v1/causes/regroup?cursor="""

    regrouped: Annotated[int, Field(description="Errors that got another cause")]
    next: str | None


class SavedCauseAnswer(RegroupedAnswer):
    cause: OwnCauseAnswer


class ForgottenCauseAnswer(RegroupedAnswer):
    deleted: str


class TriedRecordAnswer(Answer):
    affiliate: str
    sku: str
    code: Annotated[str, Field(description="The cause that it has now")]
    message: str


class TrialAnswer(Answer):
    """`message`: whether they fit the message that was given, null without one."""

    message: bool | None
    looked_at: Annotated[int, Field(description="Errors of the affiliate without a cause of ours, the newest ones")]
    records: Annotated[list[TriedRecordAnswer], Field(description="Those of them that the patterns fit")]
