"""The test of a channel. Its function alone may read secrets for a person who waits (template.yaml)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from actions.access import Admin
from actions.channel_answers import ChannelTestAnswer
from actions.inputs import channel_of, sku_of
from actions.record_views import cause_view
from stockbridge.channel_test import ChannelTest, Finding
from stockbridge.control import DynamoControl
from stockbridge.texts import say


@dataclass(frozen=True, slots=True)
class ChannelTestRoutes:
    """`test` makes what only one of the functions uses."""

    control: DynamoControl
    test: Callable[[], ChannelTest]
    language: Callable[[], str]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.post("/v1/channels/<affiliate>/test", summary="Ask the marketplace something harmless", tags=["channels"])
        def test_channel(
            access: Admin,
            affiliate: str,
            sku: Annotated[str | None, Query(description="Ask about this one; else about any of the channel's")] = None,
        ) -> ChannelTestAnswer:
            channel = channel_of(self.control, access.account, affiliate)
            finding = self.test().run(channel, sku_of(sku) if sku is not None else None)
            return _answer(finding, self.language())


def _answer(finding: Finding, language: str) -> ChannelTestAnswer:
    cause = cause_view(finding.cause, language) if finding.cause is not None else None
    text = say(f"test.{finding.result}", language, sku=finding.sku, quantity=finding.shown)
    if finding.resumes:
        text = f"{text} {say('test.resumes', language)}"
    return ChannelTestAnswer(
        result=finding.result,
        text=cause.title if cause is not None else text,
        sku=finding.sku,
        shown=finding.shown,
        cause=cause,
        message=finding.message,
    )
