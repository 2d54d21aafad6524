"""Channels, their test, and their listing maps."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions import stores
from actions.channel_routes import ChannelRoutes
from actions.channel_test_routes import ChannelTestRoutes
from actions.listing_desk import ListingDesk
from actions.listing_routes import ListingRoutes
from stockbridge import aws
from stockbridge.channel_documents import ChannelReader
from stockbridge.channel_test import ChannelTest
from stockbridge.clock import now_ms
from stockbridge.credentials import Credentials
from stockbridge.leases import DynamoLeases
from stockbridge.logins import Logins
from stockbridge.marketplaces import CONNECTORS, connector
from stockbridge.transport import Transport


def add_to(app: APIGatewayHttpResolver, language: Callable[[], str]) -> None:
    ChannelRoutes(
        control=stores.control,
        reader=ChannelReader(
            stage=stores.settings.stage,
            allow_private=stores.settings.allow_private_endpoints,
            connectors=CONNECTORS,
            secret_exists=Credentials(aws.secrets_manager(), now_ms).exists,
        ),
        clock=now_ms,
    ).add_to(app)
    ChannelTestRoutes(stores.control, _channel_test, language).add_to(app)
    ListingRoutes(
        desk=ListingDesk(
            stores.listings,
            CONNECTORS,
            now_ms,
            at_once=stores.at_once,
            records=stores.records,
            intake_queue=stores.intake_queue,
        ),
        control=stores.control,
        language=language,
    ).add_to(app)


@cache
def _channel_test() -> ChannelTest:
    """Only ChannelTestFunction is asked for it, so only that one pays for it."""
    leases = DynamoLeases(stores.settings.records_table)
    return ChannelTest(
        connector=connector,
        listings=stores.listings,
        index=stores.index,
        control=stores.control,
        logins=Logins(Credentials(aws.secrets_manager(), now_ms), leases, now_ms),
        http=Transport(allow_private=stores.settings.allow_private_endpoints),
        clock=now_ms,
    )
