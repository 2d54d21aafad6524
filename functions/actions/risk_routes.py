"""What may be sold and is not there, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions.access import Viewer
from actions.answers import CountAnswer
from actions.inputs import affiliate_of, channel_is_there
from actions.parameters import Affiliate, Cursor, Limit
from actions.record_answers import RiskAnswer, RiskPage
from actions.record_views import RecordViews
from actions.viewing import Viewing
from stockbridge.dynamo_listing import Count, DynamoListIndex
from stockbridge.listing import Listing, OfAffiliates
from stockbridge.records import Record
from stockbridge.risk import exposure_of


@dataclass(frozen=True, slots=True)
class RiskRoutes:
    """`risks` pages the index that `index` counts."""

    risks: Listing
    index: DynamoListIndex
    viewing: Viewing

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/risks", summary="Records that may be sold beyond the stock, the worst first", tags=["records"])
        def list_risks(
            access: Viewer,
            affiliate: Affiliate = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> RiskPage:
            views = self.viewing.views(access)
            wanted = OfAffiliates([affiliate_of(affiliate)] if affiliate is not None else list(views.channels))
            page = self.risks.page(access.account, wanted, cursor=cursor, limit=limit)
            channel_is_there(affiliate, views.channels, found=page.records or cursor)
            total = sum((self.index.count(access.account, one) for one in wanted.partitions), Count(0))
            return RiskPage(
                items=[_answer(views, record) for record in page.records],
                next=page.next,
                total=CountAnswer(count=total.count, more=total.more),
            )


def _answer(views: RecordViews, record: Record) -> RiskAnswer:
    exposure = exposure_of(record)
    assert exposure is not None  # it stands in the index's order
    return RiskAnswer(**dict(views.view(record)), exposure=exposure.units, zero=exposure.zero)
