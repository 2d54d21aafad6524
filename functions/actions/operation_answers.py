"""What the operator API answers about bulk operations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from actions.answers import Answer, CauseAnswer, Message

Deed = Literal["reprocess", "remove", "restore"]


class SetAnswer(Answer):
    """The records of the set at the request. `more`: there are more than could be counted in time."""

    can_go: int
    fix_first: Annotated[int, Field(description="Causes that must be corrected first, left out")]
    already_waiting: int
    success_ignored: int
    nothing_to_do: Annotated[int, Field(description="Causes that cannot be cured from here, left out")]
    more: bool


class AffiliateSetAnswer(Answer):
    affiliate: str
    channel: str
    can_go: int
    fix_first: int
    already_waiting: int
    success_ignored: int
    nothing_to_do: int


class RemovedSetAnswer(Answer):
    """The records of a removal by status, and what removing them leaves as it is."""

    success: int
    error: int
    pending: int
    looked_at: Annotated[int, Field(description="So many of them were looked at, errors first")]
    differing: Annotated[
        int, Field(description="Of these: the marketplace shows something else than it should, or nobody knows what")
    ]
    more: Annotated[bool, Field(description="Some were not looked at")]


class PreviewAnswer(Answer):
    action: Deed
    until: Annotated[datetime, Field(description="The set is frozen at this time; starts the same set later")]
    set: SetAnswer
    affiliates: list[AffiliateSetAnswer]
    removal: Annotated[RemovedSetAnswer | None, Field(description="Null for the other actions")]
    estimate_s: int
    estimate: str
    sample: Annotated[bool, Field(description="It would begin with a sample")]


class FailedCauseAnswer(Answer):
    cause: CauseAnswer
    count: int


class ProgressAnswer(Answer):
    """Records so far. `acted` is the sum of all but `changed`."""

    acted: int
    waiting: Annotated[int, Field(description="Asked, without an answer yet")]
    success: int
    nothing_to_send: int
    failed: int
    superseded: Annotated[int, Field(description="A newer change took the answer along")]
    removed: int
    restored: int
    changed: Annotated[int, Field(description="In the set, and not any more when their turn came")]


class OperationAnswer(Answer):
    id: str
    number: Annotated[int | None, Field(description="What people say of it; null for one from before there were any")]
    action: Deed
    state: Literal["running", "paused", "stopped", "cancelled", "done", "failed"]
    text: Annotated[str, Field(description="The state and what came of it, in one sentence")]
    reason: Annotated[str | None, Field(description="Why it stopped or failed")]
    filter: Annotated[dict[str, Any], Field(description="As asked for; `records` as SKUs by affiliate")]
    until: datetime
    created_at: datetime
    created_by: str
    changed_at: datetime
    ended_at: datetime | None
    set: SetAnswer
    progress: ProgressAnswer
    percent: int
    eta_s: Annotated[int | None, Field(description="Until the last record is asked; null when it does not run")]
    failures: Annotated[list[FailedCauseAnswer], Field(description="By cause, the most frequent first")]
    sample: Annotated[Literal["none", "waiting", "over"], Field(description="The first records and their answers")]
    undoes: str | None
    undoes_number: int | None
    actions: Annotated[
        list[Literal["pause", "resume", "cancel", "undo"]], Field(description="What the caller may do to it now")
    ]


class OperationPage(Answer):
    items: list[OperationAnswer]
    next: str | None


class FailureAnswer(Answer):
    affiliate: str
    sku: str
    cause: CauseAnswer
    message: Message


class FailurePage(Answer):
    items: list[FailureAnswer]
    next: Annotated[str | None, Field(description="The following page may hold some even where this one is empty")]
