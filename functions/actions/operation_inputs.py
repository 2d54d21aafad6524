"""The body that starts an operation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from actions.inputs import affiliate_of, sku_of
from actions.instants import milliseconds_of
from stockbridge.bulk.asked import Action, Asked
from stockbridge.errors import FieldProblem, InvalidFields

MOST_SKUS = 1_000
MOST_AFFILIATES = 20

_Instant = Annotated[AwareDatetime | None, Field(strict=False)]


class NamedRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    affiliate: str
    sku: str


class OperationFilter(BaseModel):
    """Which records; whatever is left out does not limit them. Times are of `listed_at`: `from` is inclusive, `to` is
    not. A cause needs affiliates. `records` are exactly those, and go with no affiliates, SKUs or cause."""

    model_config = ConfigDict(extra="forbid", strict=True)

    affiliates: Annotated[list[str], Field(min_length=1, max_length=MOST_AFFILIATES)] | None = None
    status: Literal["success", "error", "pending", "removed"] | None = None
    cause: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.:-]+$")] | None = None
    since: Annotated[_Instant, Field(alias="from")] = None
    to: _Instant = None
    skus: Annotated[list[str], Field(min_length=1, max_length=MOST_SKUS)] | None = None
    records: Annotated[list[NamedRecord], Field(min_length=1, max_length=MOST_SKUS)] | None = None

    def by_affiliate(self) -> dict[str, list[str]] | None:
        """The SKUs of `records`, each once. Raises InvalidFields, also for what does not go with them."""
        if self.records is None:
            return None
        others = {"affiliates": self.affiliates, "skus": self.skus, "cause": self.cause}
        if wrong := [name for name, value in others.items() if value is not None]:
            raise InvalidFields([FieldProblem(f"filter.{name}", "not_with_records", {}) for name in wrong])
        found: dict[str, dict[str, None]] = {}
        for one in self.records:
            found.setdefault(affiliate_of(one.affiliate), {})[sku_of(one.sku)] = None
        return {affiliate: list(skus) for affiliate, skus in found.items()}


class NewOperation(BaseModel):
    """`preview` starts nothing and answers what the operation would do. `until` freezes the set at the time that a
    preview answered; without it, at the time of the request."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action: Literal["reprocess", "remove", "restore"]
    filter: OperationFilter = Field(default_factory=OperationFilter)
    until: _Instant = None
    include_fix_first: bool = False
    sample: bool = True
    preview: bool = False


def asked_for(new: NewOperation, account: str, affiliates: list[str], now: int) -> Asked:
    """`affiliates`: all of the account's. Raises InvalidFields."""
    wanted = new.filter
    records = wanted.by_affiliate()
    if wanted.cause is not None and wanted.affiliates is None:
        raise InvalidFields([FieldProblem("filter.affiliates", "cause_needs_affiliates", {})])
    until = milliseconds_of(new.until) if new.until is not None else now
    if until > now:
        raise InvalidFields([FieldProblem("until", "time_ahead", {})])
    if wanted.to is not None:
        until = min(until, milliseconds_of(wanted.to))
    since = max(0, milliseconds_of(wanted.since)) if wanted.since is not None else None
    if since is not None and since >= until:
        raise InvalidFields([FieldProblem("filter.from", "from_after_to", {})])
    asked = Asked(
        account=account,
        action=Action(new.action),
        until=max(0, until),
        affiliates=sorted(records or {affiliate_of(one) for one in wanted.affiliates or affiliates}),
        status=wanted.status,
        cause=wanted.cause,
        since=since,
        skus=None if wanted.skus is None else list(dict.fromkeys(sku_of(one) for one in wanted.skus)),
        records=records,
        include_fix_first=new.include_fix_first,
    )
    if not asked.shown:
        raise InvalidFields([FieldProblem("filter.status", "status_not_of_action", {})])
    return asked
