"""Query parameters that many routes have."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

MAX_PAGE = 200

Cursor = Annotated[str | None, Query(description="next of the page before")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Affiliate = Annotated[str | None, Query(description="All of the account's when left out")]
Rev = Annotated[int | None, Query(ge=0, description="Save only over this one; 0: only a new one")]
