"""What is asked of the simulation of thresholds, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from actions.answers import Answer

MAX_THRESHOLD = 10_000
MAX_DAYS = 30


class RuleSimulation(BaseModel):
    """Which thresholds to try, on which channel's changes (all of the account's when left out), of how many days."""

    model_config = ConfigDict(extra="forbid", strict=True)

    affiliate: str | None = None
    thresholds: Annotated[
        list[Annotated[int, Field(ge=0, le=MAX_THRESHOLD)]],
        Field(min_length=1, max_length=10, examples=[[5, 10, 20]]),
    ]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = MAX_DAYS


class HiddenAnswer(Answer):
    """The marketplace would have shown `shown` units, and should have shown `real`."""

    affiliate: str
    sku: str
    shown: int
    real: int
    at: datetime


class ThresholdAnswer(Answer):
    threshold: int
    in_force: Annotated[bool, Field(description="It is the channel's own; in the total, every channel's")]
    sends: Annotated[int, Field(description="Changes that would have been sent")]
    saved: Annotated[int, Field(description="Sends fewer than under the threshold in force; negative: more")]
    saved_percent: Annotated[float | None, Field(description="Of the sends under the one in force; null without any")]
    hidden_skus: Annotated[int, Field(description="SKUs that would have shown something else at some time")]
    hidden_at_end: Annotated[int, Field(description="Of these, the ones that still would")]
    largest: Annotated[HiddenAnswer | None, Field(description="The largest difference that would have been hidden")]
    at_risk: Annotated[
        HiddenAnswer | None, Field(description="The largest by which more would have been shown than there was")
    ]
    text: Annotated[str, Field(description="The same in one sentence")]


class CoveredAnswer(Answer):
    """The history that was read. `whole`: all of the period that was asked for; else its newest part, from `since`."""

    since: datetime
    until: datetime
    whole: bool
    first_change: Annotated[datetime | None, Field(description="The oldest one that is known in that time")]


class AffiliateSimulation(Answer):
    affiliate: str
    channel: str
    threshold: Annotated[int, Field(description="In force now")]
    covered: CoveredAnswer
    changes: int
    skus: int
    accepted: Annotated[int, Field(description="Changes that were in fact accepted when they happened")]
    gaps: Annotated[int, Field(description="Where changes are missing; there a SKU begins anew, without a difference")]
    results: Annotated[list[ThresholdAnswer], Field(description="By threshold, the one in force among them")]


class TotalSimulation(Answer):
    """Of all these channels: each threshold that was asked for, in place of each channel's own."""

    whole: bool
    changes: int
    sends: Annotated[int, Field(description="Under the thresholds in force")]
    results: list[ThresholdAnswer]


class RuleSimulationAnswer(Answer):
    affiliates: list[AffiliateSimulation]
    total: TotalSimulation
