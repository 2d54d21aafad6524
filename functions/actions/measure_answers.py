"""What the operator API answers about counts and times."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from actions.answers import Answer, CountAnswer


class SeriesRow(Answer):
    """One hour or day. Durations are from a change to its reflection, in milliseconds, at most 10 % off; null when
    nothing arrived."""

    start: datetime
    accepted: Annotated[int, Field(description="Changes that the rule exports")]
    held_back: Annotated[int, Field(description="Changes that the rule holds back")]
    success: int
    error: int
    late: Annotated[int, Field(description="Reflected after the channel's limit, in the hour in which they were")]
    within: Annotated[int, Field(description="Reflected within it")]
    reprocess_worked: int
    reprocess_failed: int
    errors: Annotated[dict[str, int], Field(description="By cause")]
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None


class SeriesAnswer(Answer):
    """Every period from `start` on, in order, also those in which nothing happened."""

    period: Literal["hour", "day"]
    affiliate: Annotated[str | None, Field(description="null: all of the account's together")]
    rows: list[SeriesRow]


class PartAnswer(Answer):
    """Milliseconds; null when nothing is known."""

    p50_ms: int | None
    p95_ms: int | None


class PartsAnswer(Answer):
    """Where the time goes. The parts need not add up to the total."""

    notify: Annotated[PartAnswer, Field(description="From VTEX's own time of the change to the notification's receipt")]
    intake: Annotated[PartAnswer, Field(description="From the receipt to the decision")]
    queue: Annotated[PartAnswer, Field(description="From the decision to the write that arrived")]
    marketplace: Annotated[PartAnswer, Field(description="From that write to the answer after which it shows")]


class WindowAnswer(Answer):
    """`share` and `burn_rate` are null when there was nothing to be in time."""

    window: Literal["1h", "24h", "30d"]
    since: Annotated[datetime, Field(description="Of within and late: a whole five minutes, hour or day (UTC)")]
    within: int
    late: int
    share: Annotated[float | None, Field(description="within / (within + late + open over the limit), 0 to 1")]
    burn_rate: Annotated[
        float | None, Field(description="(1 - share) / (1 - objective): above 1 the objective is lost")
    ]
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None
    parts: PartsAnswer


class ServiceAnswer(Answer):
    open_over_limit: Annotated[CountAnswer, Field(description="Not reflected for longer than the limit, right now")]
    oldest_open: datetime | None
    windows: list[WindowAnswer]


class AffiliateService(ServiceAnswer):
    affiliate: str
    channel: str
    enabled: Annotated[bool, Field(description="What is switched off waits on purpose: it is not over the limit")]
    limit_s: int


class ServiceLevelAnswer(Answer):
    at: datetime
    objective: float
    total: ServiceAnswer
    affiliates: list[AffiliateService]
