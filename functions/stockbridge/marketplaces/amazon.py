"""The connector "amazon": a seller's own stock at Amazon, by the Selling Partner API.

One quantity is a PATCH of one listing; many are one JSON_LISTINGS_FEED. Either is accepted first and applied later, so
`check` looks at what is shown. The configuration is in amazon_configuration.py. The secret's values:

    client_id, client_secret    of the application at Login with Amazon
    refresh_token               of the seller's authorisation ("Atzr|..."); it stays the same
    access_token, expires_at    what `renew` adds ("Atza|...", an hour; ms since the epoch, as text)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from stockbridge.connectors import Capabilities, Feed, Listing, Mode, Rate, Session, StockUpdate
from stockbridge.errors import FieldProblem
from stockbridge.exchanges import exchange
from stockbridge.marketplaces import amazon_feeds, amazon_listings
from stockbridge.marketplaces.amazon_answers import FEED, LISTING_CHECK_S, renewed
from stockbridge.marketplaces.amazon_configuration import SEARCHED_AT_ONCE, Setup, read_setup, seller_sku
from stockbridge.outcomes import Accepted, Outcome, Refused, Unauthorized

_LOGIN = ("refresh_token", "client_id", "client_secret")


class Amazon:
    listing_fields = ("seller_sku", "product_type", "fulfillment_channel")
    capabilities = Capabilities(
        mode=Mode.ONE,
        rate=Rate(per_second=5, burst=5),
        # 300 is what the calls' rate sends in a minute, and a feed is seldom done sooner. Amazon takes 25 000 messages
        # in a file; 10 000 are 2 MB, which go up well within a call. 5 feeds in 5 minutes.
        feed=Feed(at_least=300, max_batch=10_000, rate=Rate(per_second=5 / 300, burst=5)),
        # Amazon names no time. An unanswered PATCH may have been accepted, and what is accepted shows after minutes: a
        # quarter of an hour is several times what is reported.
        late_effect_s=900,
        reads=Rate(per_second=5, burst=5),  # searchListingsItems
        reads_at_once=SEARCHED_AT_ONCE,
    )

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        return read_setup(configuration, allow_private=allow_private)[1]

    def group_of(self, _configuration: Mapping[str, Any], listing: Listing) -> str:
        return seller_sku(listing)

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        setup = _ready(session)
        if not isinstance(setup, Setup):
            return [setup] * len(updates)
        return [amazon_listings.push(session, setup, update) for update in updates]

    def submit(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        setup = _ready(session)
        return amazon_feeds.submit(session, setup, updates) if isinstance(setup, Setup) else [setup] * len(updates)

    def check(self, session: Session, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        setup = _ready(session)
        if not isinstance(setup, Setup):
            return [setup] * len(updates)
        if ref.startswith(FEED):
            return amazon_feeds.check(session, setup, ref, updates)
        looked = amazon_listings.check(session, setup, updates, Accepted(ref, LISTING_CHECK_S))
        return [outcome for _, outcome in looked]

    def read(self, session: Session, listings: Sequence[Listing]) -> Sequence[int | Outcome]:
        setup = _ready(session)
        return amazon_listings.read(session, setup, listings) if isinstance(setup, Setup) else [setup] * len(listings)

    def renew(self, session: Session) -> Mapping[str, str] | Outcome:
        setup = _setup(session)
        if not isinstance(setup, Setup):
            return setup
        if missing := [name for name in _LOGIN if not session.credentials.get(name)]:
            return Unauthorized(f"the channel's secret has no {', '.join(missing)}", revoked=True)
        form = {"grant_type": "refresh_token"} | {name: session.credentials[name] for name in _LOGIN}
        told = exchange(
            session,
            "POST",
            setup.token_address,
            headers={"accept": "application/json", "content-type": "application/x-www-form-urlencoded;charset=UTF-8"},
            body=urlencode(form).encode(),
        )
        return renewed(told, session.credentials, now_ms=session.clock())


def _ready(session: Session) -> Setup | Outcome:
    """The setup of a session that may ask the Selling Partner API."""
    expires_at = session.credentials.get("expires_at", "")
    if not session.credentials.get("access_token") or not expires_at.isdecimal() or int(expires_at) <= session.clock():
        return Unauthorized("no access token that is still good")
    return _setup(session)


def _setup(session: Session) -> Setup | Outcome:
    setup, problems = read_setup(session.configuration)  # private addresses are the transport's to refuse
    if setup is None:
        return Refused("configuration", "; ".join(f"{problem.field}: {problem.reason}" for problem in problems))
    return setup
