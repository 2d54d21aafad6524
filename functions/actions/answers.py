"""What the operator API answers, as models: the contract at /openapi.json is made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from stockbridge.causes import Cure
from stockbridge.records import Status


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


# ---------------------------------------------------------------------- errors


class FieldProblemAnswer(Answer):
    field: Annotated[str, Field(description="Dotted path in the document, or the parameter's name")]
    reason: Annotated[str, Field(description="Stable code")]
    detail: Annotated[str, Field(description="A sentence in the caller's language")]


class Problem(Answer):
    """RFC 9457. `type` is stable and for programs; `title` and `detail` are in the language of Accept-Language."""

    type: Annotated[str, Field(description="urn:stockbridge:problem:{reason}")]
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(description="Names this very answer; support can find it in the logs")]
    problems: list[FieldProblemAnswer] = []


# ---------------------------------------------------------------------- what is gone


class DeletedAnswer(Answer):
    deleted: str


# ---------------------------------------------------------------------- records


class CauseAnswer(Answer):
    code: str
    title: str
    hint: Annotated[str, Field(description="What to do about it")]
    cure: Cure


class SituationAnswer(Answer):
    """Where the record is between a change and its end."""

    code: Literal[
        "waiting",
        "sending",
        "retrying",
        "accepted",
        "waiting_vtex",
        "reprocessing",
        "paused",
        "switched_off",
        "confirming",
        "held",
        "needs_fix",
        "no_cure",
        "failed",
        "done",
    ]
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
        str, Field(description="applied, accepted, refused, throttled, unauthorized, unknown or nothing_to_send")
    ]
    quantity: int
    version: int
    message: str
    http_status: int | None
    request: Annotated[str | None, Field(description="The reprocess that it answers")]
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
    message: Annotated[str, Field(description="The marketplace's own words")]
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
    changed_at: Annotated[datetime | None, Field(description="The oldest change that is not reflected yet")]
    processed_at: datetime | None
    listed_at: Annotated[datetime, Field(description="The order of lists, and what from and to filter")]
    late: bool
    reflected_ms: Annotated[int | None, Field(description="From the last change to the marketplace")]
    attempts: Annotated[list[AttemptAnswer], Field(description="The last ones, oldest first")]
    request: Annotated[str | None, Field(description="The last reprocess")]
    removed: RemovalAnswer | None
    actions: Annotated[
        list[Literal["reprocess", "remove", "restore"]], Field(description="What the caller may do to it now")
    ]


class RecordPage(Answer):
    items: list[RecordAnswer]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]


class CountAnswer(Answer):
    """`more`: there are more than `count`."""

    count: int
    more: bool


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


# ---------------------------------------------------------------------- overview


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
    at_risk: CountAnswer
    oldest_open: datetime | None


class IncidentAnswer(Answer):
    """What stops a whole channel. `until`: when one call finds out whether it is over."""

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


# ---------------------------------------------------------------------- tokens


class TokenAnswer(Answer):
    """A token of the webhook, or a key to the logs. `ending`: the last digits of its SHA-256."""

    id: str
    kind: Annotated[Literal["webhook", "logs"], Field(description="What it opens; it opens nothing else")]
    name: str
    created_at: datetime
    created_by: str
    ending: str
    ends_at: Annotated[datetime | None, Field(description="null: until it is rotated or revoked")]


class TokenList(Answer):
    items: list[TokenAnswer]


class NewTokenAnswer(Answer):
    """The only answer that holds the secret."""

    token: TokenAnswer
    secret: str
    path: Annotated[
        str,
        Field(description="VTEX gets it behind the API's own address; the webhook's holds the secret"),
    ]
    header: Annotated[str | None, Field(description="The header that carries the secret; null when the path does")]


# ---------------------------------------------------------------------- account


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
    subject: Annotated[str, Field(description="affiliate#sku, an affiliate, or a token's id")]
    details: str
    before: Annotated[dict[str, Any], Field(description="The fields that changed, by dotted path, as they were")]
    after: Annotated[dict[str, Any], Field(description="The same, as they became")]
    cut: Annotated[bool, Field(description="before and after were too long to be kept whole")]


class ActivityPageAnswer(Answer):
    """With filters a page may have few items or none and still have a next one."""

    items: list[ActivityAnswer]
    next: str | None


class HealthAnswer(Answer):
    status: Literal["ok"]
