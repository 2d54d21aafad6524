"""What the API answers about tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from actions.answers import Answer


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
