"""What the API answers about records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from actions.answers import Answer, CauseAnswer, CountAnswer, Message
from stockbridge.records import Status
from stockbridge.situations import Code


class SituationAnswer(Answer):
    """Where the record is between a change and its end."""

    code: Code
    text: str
    at: Annotated[datetime | None, Field(description="When it goes on, if that is known")]


class SkippedAnswer(Answer):
    """The last change that the 5-unit rule held back."""

    de: int | None
    por: int
    at: datetime
    reason: str
    explanation: str


class BalanceAnswer(Answer):
    """At VTEX, as last read. `current` is the "De" of the next change."""

    current: int | None
    unlimited: bool
    observed_at: datetime | None
    skipped: SkippedAnswer | None


class EvidenceAnswer(Answer):
    """The exchange with the marketplace, without secrets."""

    at: datetime
    request: str
    response: str
    http_status: int | None
    duration_ms: int | None


class AttemptAnswer(Answer):
    at: datetime
    outcome: Annotated[
        str,
        Field(
            description="applied, accepted, confirmed, refused, busy, throttled, unauthorized, unknown or "
            "nothing_to_send"
        ),
    ]
    quantity: int
    version: int
    message: str
    http_status: int | None
    request: Annotated[str | None, Field(description="The reprocess that it answers")]
    asked_by: Annotated[
        str | None,
        Field(
            description="Who asked for that reprocess, in the view of one record; null also where that is too long ago"
        ),
    ]
    evidence: Annotated[EvidenceAnswer | None, Field(description="Of failed attempts, in the view of one record")]


class RemovalAnswer(Answer):
    at: datetime
    undo_until: datetime


class WhyAnswer(Answer):
    """Why the last accepted change was exported, and how it came to be known. `de`: null when the balance before was
    not known."""

    code: str
    text: str
    de: int | None
    por: int
    origin: Annotated[str, Field(description="notification, second_look, reconciliation or look")]
    found: Annotated[str | None, Field(description="In one sentence, where nobody notified it")] = None


class PolicyStepAnswer(Answer):
    code: Literal["balance", "unlimited", "safety", "percent", "minimum", "cap"]
    text: str
    quantity: Annotated[int, Field(description="What the step left, in units")]


class RecordAnswer(Answer):
    """The last interaction of a SKU with a marketplace."""

    affiliate: str
    channel: Annotated[str, Field(description="The channel's name")]
    sku: str
    status: Status
    situation: SituationAnswer
    detail: Annotated[str, Field(description="What came of it, in one sentence")]
    cause: CauseAnswer | None
    message: Message
    balance: BalanceAnswer
    policy: Annotated[
        list[PolicyStepAnswer],
        Field(
            description="What the channel's policy makes of the last balance, step by step, without those that change "
            "nothing; in the view of one record"
        ),
    ]
    wanted: Annotated[int | None, Field(description="What the marketplace should show")]
    confirmed: Annotated[int | None, Field(description="What it is known to show")]
    confirmed_at: datetime | None
    version: Annotated[int, Field(description="Counts the accepted changes")]
    why: WhyAnswer | None
    last_change_at: Annotated[
        datetime | None,
        Field(
            description="When VTEX told of the last change of the balance, exported or not: its oldest notification's "
            "arrival, or the read that found it where nobody notified it. A reprocess is no change"
        ),
    ]
    changed_at: Annotated[datetime | None, Field(description="The oldest change that is not reflected yet")]
    processed_at: datetime | None
    listed_at: Annotated[datetime, Field(description="The order of lists, and what from and to filter")]
    late: bool
    reflected_ms: Annotated[int | None, Field(description="From the last change to the marketplace")]
    attempts: Annotated[list[AttemptAnswer], Field(description="The last ones, oldest first")]
    request: Annotated[str | None, Field(description="The last reprocess")]
    removed: RemovalAnswer | None
    came_back_after: Annotated[
        datetime | None,
        Field(
            description="Of an error: when its log was removed, where something newer brought it back and it has not "
            "succeeded since"
        ),
    ]
    actions: Annotated[
        list[Literal["reprocess", "remove", "restore"]], Field(description="What the caller may do to it now")
    ]


class RecordPage(Answer):
    items: list[RecordAnswer]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]
    more: Annotated[
        bool, Field(description="Of late ones: a channel has more open changes than are looked at for this list")
    ] = False


class RiskAnswer(RecordAnswer):
    """A record whose marketplace shows more than it should, or may."""

    exposure: Annotated[
        int | None, Field(description="Units that may be sold beyond VTEX's balance; null: nobody knows what is shown")
    ]
    zero: Annotated[bool, Field(description="Nothing is left at VTEX, and something may be on sale")]


class RiskPage(Answer):
    items: Annotated[list[RiskAnswer], Field(description="Nothing left first, then the most units, then the oldest")]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]
    total: Annotated[CountAnswer, Field(description="Of all pages, some seconds old")]


class ReprocessAnswer(Answer):
    request: Annotated[str, Field(description="A second click while it waits gets the same one")]
    record: RecordAnswer


class RemoveAnswer(Answer):
    record: RecordAnswer
    undo_until: datetime
