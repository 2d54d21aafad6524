"""Why does the marketplace show that? Asked of one SKU, answered for every channel of the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions.access import Viewer
from actions.explanation_answers import ExplanationAnswer
from actions.explanations import explanation_view
from actions.inputs import affiliate_of, sku_of
from actions.instants import instant
from actions.parameters import Affiliate
from stockbridge.catalogue import Catalogue
from stockbridge.channels import late_after_ms
from stockbridge.control import DynamoControl
from stockbridge.errors import NotFound
from stockbridge.explaining import explain
from stockbridge.gates import Gate
from stockbridge.listing_map import DynamoListingMap
from stockbridge.notifications import Key
from stockbridge.store import Records


@dataclass(frozen=True, slots=True)
class ExplanationRoutes:
    records: Records
    listings: DynamoListingMap
    control: DynamoControl
    clock: Callable[[], int]
    language: Callable[[], str]
    late_after_s: int
    catalogue: Callable[[str], Catalogue]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/skus/<sku>/explain", summary="Why a marketplace shows what it shows", tags=["records"])
        def explain_sku(
            access: Viewer,
            sku: str,
            affiliate: Affiliate = None,
        ) -> ExplanationAnswer:
            sku, wanted = sku_of(sku), affiliate_of(affiliate) if affiliate is not None else None
            channels = [one for one in self.control.channels(access.account) if wanted in (None, one.affiliate)]
            if wanted is not None and not channels:
                raise NotFound("channel_not_found")
            gates, now, language = self.control.gates(access.account), self.clock(), self.language()
            records = self.records.get_many([Key(access.account, one.affiliate, sku) for one in channels])
            catalogue = self.catalogue(access.account)
            answers = []
            for channel in channels:
                record = records[Key(access.account, channel.affiliate, sku)]
                gate = gates.get(channel.affiliate) or Gate(channel.id)
                listing = self.listings.entries(channel, [sku])[sku] if channel.listing_map else None
                limit_ms = late_after_ms(channel, self.late_after_s)
                explanation = explain(record, channel, gate, listing, now, limit_ms, catalogue)
                answers.append(explanation_view(explanation, record, channel, language, catalogue))
            return ExplanationAnswer(sku=sku, at=instant(now), affiliates=answers)
