"""What the operator API answers about channels and their listing maps."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from actions.answers import Answer, CauseAnswer, FieldProblemAnswer, Message
from stockbridge.channel_documents import ChannelDocument
from stockbridge.channel_test import Result


class ChannelAnswer(ChannelDocument):
    """A saved channel; it may be sent back as it is. `rev` counts its saves."""

    affiliate: str
    rev: int


class ChannelList(Answer):
    items: list[ChannelAnswer]


class ChannelTestAnswer(Answer):
    """What the marketplace answered to one read. `not_readable`: only sending tests such a channel. One that works
    lets sends that refused credentials had stopped be tried again within a minute."""

    result: Result
    text: Annotated[str, Field(description="The same in words, and what happens next where something does")]
    sku: Annotated[str | None, Field(description="The SKU that was asked about")]
    shown: Annotated[int | None, Field(description="What the marketplace shows of it, in units")]
    cause: CauseAnswer | None
    message: Message


# ---------------------------------------------------------------------- listings


class ListingAnswer(Answer):
    """What the channel's marketplace calls a SKU; it may be sent back as it is. `rev` counts its saves."""

    affiliate: str
    sku: str
    ids: Annotated[dict[str, str], Field(description="By the names that the connector documents")]
    rev: int


class ListingPage(Answer):
    used: Annotated[bool, Field(description="Whether the channel looks its SKUs up here (listing_map)")]
    items: Annotated[list[ListingAnswer], Field(description="By SKU, ordered as texts")]
    next: Annotated[str | None, Field(description="The cursor of the following page; null at the end")]


class RefusedLineAnswer(FieldProblemAnswer):
    line: Annotated[int, Field(description="In the file, from 1")]


class ListingImportAnswer(Answer):
    """Each line is saved as a whole or refused."""

    saved: int
    unchanged: Annotated[int, Field(description="Lines that said what was there already")]
    refused: list[RefusedLineAnswer]
