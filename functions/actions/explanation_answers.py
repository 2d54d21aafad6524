"""What the operator API answers to "why does the marketplace show that?"."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from actions.answers import Answer, CauseAnswer

Details = Annotated[
    dict[str, str | int | None], Field(description="What the text says, for programs; times are ISO 8601, UTC")
]


class StepAnswer(Answer):
    code: str
    state: Annotated[
        Literal["done", "waiting", "stopped", "skipped", "unknown"],
        Field(
            description="It happened; it is to come; it goes no further here; it is not for this change; nobody knows"
        ),
    ]
    at: Annotated[
        datetime | None, Field(description="When it was done; of a waiting one, when it goes on, if that is known")
    ]
    text: str
    details: Details


class ConclusionAnswer(Answer):
    code: str
    text: Annotated[
        str,
        Field(
            description="Why the marketplace shows what it shows, in one or some sentences; times in it "
            "are of the form 2026-01-31 12:00:00 UTC, for whoever wants to show them in another zone"
        ),
    ]
    at: Annotated[datetime | None, Field(description="When it goes on by itself, if it does and that is known")]
    cause: CauseAnswer | None
    details: Details


class AffiliateExplanation(Answer):
    affiliate: str
    channel: Annotated[str, Field(description="The channel's name")]
    conclusion: ConclusionAnswer
    late: bool
    balance: Annotated[int | None, Field(description="At VTEX, as last read")]
    wanted: Annotated[int | None, Field(description="What the marketplace should show")]
    confirmed: Annotated[int | None, Field(description="What it is known to show")]
    steps: Annotated[list[StepAnswer], Field(description="The way of the last change, in its order")]


class ExplanationAnswer(Answer):
    sku: str
    at: datetime
    affiliates: Annotated[
        list[AffiliateExplanation], Field(description="Every channel of the account, with a record of the SKU or not")
    ]
