"""What the operator API answers, as models: the contract at /openapi.json is made of them. Here are those that many
routes share; the others are in the modules *_answers.py."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from stockbridge.causes import Cure


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


Message = Annotated[
    str,
    Field(
        description="What the marketplace said, or in English what StockBridge found; empty where the cause says it all"
    ),
]


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


class DeletedAnswer(Answer):
    deleted: str


class CauseAnswer(Answer):
    code: str
    title: str
    hint: Annotated[str, Field(description="What to do about it")]
    cure: Cure


class CountAnswer(Answer):
    """`more`: there are more than `count`."""

    count: int
    more: bool


class HealthAnswer(Answer):
    status: Literal["ok"]
