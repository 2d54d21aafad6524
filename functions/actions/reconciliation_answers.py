"""What is answered of differences and reconciliations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from actions.answers import Answer
from stockbridge.jobs import State

Box = Literal["allowed", "abnormal"]
Started = Literal["hot", "full"]


class ReconciliationDocument(BaseModel):
    """What to compare: what changed within a day (`hot`), or everything (`full`); of one affiliate, or of all."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Started
    affiliate: Annotated[str, Field(examples=["MLB"])] | None = None


class DifferenceAnswer(Answer):
    """A SKU that was not the same everywhere when it was last compared."""

    affiliate: str
    channel: Annotated[str, Field(description="The channel's name")]
    sku: str
    kind: Annotated[Box, Field(description="allowed: by the 5-unit rule; abnormal: everything else")]
    reason: Literal["allowed", "missed", "policy", "drifted", "never", "not_live", "failed"]
    text: Annotated[str, Field(description="The reason in one sentence; of an allowed one, why it is")]
    balance: Annotated[int, Field(description="At VTEX")]
    wanted: Annotated[int, Field(description="What the channel's policy makes of it")]
    shown: Annotated[int | None, Field(description="By the marketplace; null when it cannot be asked or did not say")]
    confirmed: Annotated[int | None, Field(description="What the record believed that it shows")]
    since: Annotated[datetime, Field(description="When it was first seen as it is")]
    waits: Annotated[bool, Field(description="It is repaired when it is seen once more: it may be a sale on its way")]
    repaired_at: Annotated[datetime | None, Field(description="When its repair was last begun")]


class DifferencePageAnswer(Answer):
    items: list[DifferenceAnswer]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]


class ReconciliationAnswer(Answer):
    """One run. `counts` by what was found; they grow while it runs."""

    id: str
    affiliate: str
    kind: Literal["hot", "full", "repair"]
    state: State
    reason: str
    report: Annotated[str, Field(description="What it found and did, in one sentence")]
    counts: dict[str, int]
    pages: int
    created_at: datetime
    created_by: str
    next_at: Annotated[datetime | None, Field(description="When the next page is due")]
    ended_at: datetime | None


class ReconciliationPage(Answer):
    items: list[ReconciliationAnswer]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]


class StartedAnswer(Answer):
    items: Annotated[list[ReconciliationAnswer], Field(description="Those that went on already among them")]
