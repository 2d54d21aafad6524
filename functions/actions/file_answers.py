"""What is asked of files of records, and what is answered about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from actions.answers import Answer
from stockbridge.file_requests import ZONE

Shown = Literal["success", "error", "pending", "removed"]


class FileFilter(BaseModel):
    """Which rows; what is left out filters nothing. `from` is inclusive and `to` is not, both of listed_at."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

    affiliates: Annotated[list[str], Field(min_length=1, max_length=100, examples=[["SPT"]])] | None = None
    status: Annotated[Shown | None, Field(description="Everything but removed ones when left out")] = None
    cause: Annotated[str, Field(max_length=64, description="The code of a cause")] = ""
    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to")] = None
    late: Annotated[bool | None, Field(strict=True)] = None
    sku: Annotated[str | None, Field(description="A VTEX SKU id")] = None


class NewFile(BaseModel):
    """`language` is that of the texts, the separator of CSV (`;`, in English `,`) and the decimal point; `zone` that of
    the times, as the time zone database names it."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["csv", "xlsx"]
    filter: FileFilter = FileFilter()
    language: Annotated[Literal["pt", "en", "es"] | None, Field(description="Accept-Language's when left out")] = None
    zone: Annotated[str, Field(max_length=64)] = ZONE


class FileFilterAnswer(Answer):
    affiliates: list[str]
    status: str | None
    cause: str | None
    since: Annotated[datetime | None, Field(serialization_alias="from")]
    until: Annotated[datetime | None, Field(serialization_alias="to")]
    late: bool | None
    sku: str | None


class ProgressAnswer(Answer):
    """`estimate` rows are to be looked at, and `seen` ones were; `rows` of them are in the file."""

    rows: int
    seen: int
    estimate: Annotated[int | None, Field(description="null until they are counted")]


class FileAnswer(Answer):
    """A file of records as they stood at `created_at`."""

    id: str
    format: Literal["csv", "xlsx"]
    state: Literal["running", "paused", "stopped", "cancelled", "done", "failed"]
    reason: Annotated[str | None, Field(description="Why it failed, as a stable code")]
    detail: Annotated[str | None, Field(description="The same as a sentence")]
    filter: FileFilterAnswer
    language: Literal["pt", "en", "es"]
    zone: str
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    progress: ProgressAnswer
    name: Annotated[str, Field(description="What a browser saves it as")]
    size: Annotated[int | None, Field(description="Bytes, of one that is done")]
    expires_at: Annotated[datetime | None, Field(description="Until then it can be had again")]
    url: Annotated[
        str | None,
        Field(description="Where it is, without any header, for 15 minutes; only in the view of one that is done"),
    ]


class FilePage(Answer):
    items: list[FileAnswer]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]
