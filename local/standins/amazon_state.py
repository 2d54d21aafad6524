"""Sellers of the stand-in Amazon: what each offers, what was accepted and shows later, and why some is refused.

Nothing here knows of HTTP or of a clock: times arrive as milliseconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from local.standins.faults import Fault

MARKETPLACE = "A2Q3Y263D00KWC"
TOKEN_S = 3600
BAD_TOKEN = "The access token you provided is revoked, malformed or invalid."  # noqa: S105 - Amazon's words

# sold: as it should be. amazons: fulfilled by Amazon. stalled: accepted and never shown. unreadable: refused as input.
# The others are refused with the issue of that name; `late` says that they are accepted first.
OfferState = Literal[
    "sold", "amazons", "stalled", "unreadable", "not_in_catalog", "brand", "misused_brand", "attribute"
]
Json = dict[str, Any]

ISSUES: dict[str, Json] = {
    "not_in_catalog": {
        "code": "13013",
        "message": "We're unable to complete your request because this SKU is not in the Amazon catalog. If this was a"
        " deleted SKU, wait 24 hours before resubmitting it.",
        "severity": "ERROR",
        "categories": [],
    },
    "brand": {
        "code": "5665",
        "message": "Amazon must approve your brand before you can use it to list products. Brands should be registered"
        " through Brand Registry, but if your brand is not eligible for Brand Registry, you can obtain an exception by"
        " contacting Seller Support and mentioning error code 5665.",
        "severity": "ERROR",
        "categories": [],
    },
    "misused_brand": {
        "code": "5661",
        "message": "We have identified you may be misusing the Brand field and not complying with the Brand Name"
        " Policy. If you believe you are complying with our policy, please contact Seller Support and mention error"
        " code 5661.",
        "severity": "ERROR",
        "categories": [],
    },
    "attribute": {
        "code": "90220",
        "message": "'size' is required but not supplied.",
        "severity": "ERROR",
        "attributeNames": ["size"],
        "categories": ["MISSING_ATTRIBUTE"],
    },
}
BAD_VALUE: Json = {
    "code": "4000001",
    "message": "The provided value for 'fulfillment_availability' is invalid.",
    "severity": "ERROR",
    "attributeNames": ["fulfillment_availability"],
    "categories": [],
}
BAD_ATTRIBUTE: Json = {
    "code": "90000900",
    "message": "The attributes are invalid.",
    "severity": "ERROR",
    "categories": ["INVALID_ATTRIBUTE"],
}


@dataclass(frozen=True, slots=True)
class Offer:
    quantity: int = 0
    state: OfferState = "sold"
    late: bool = False
    updated_at: int | None = None  # when a write last took effect


@dataclass(frozen=True, slots=True)
class Arrival:
    """An accepted quantity that shows at `due`."""

    due: int
    sku: str
    quantity: int


@dataclass(slots=True)
class Document:
    """What a pre-signed address leads to. `text` None: nothing was put there yet."""

    id: str
    signature: str
    expires_at: int
    content_type: str
    text: str | None = None
    zipped: bool = False


@dataclass(slots=True)
class SubmittedFeed:
    id: str
    document: str
    created_at: int
    starts_at: int
    ends_at: int
    status: str = ""  # "" until it has ended
    report: str | None = None


@dataclass(slots=True)
class Seller:
    name: str  # Amazon's seller id
    client_id: str
    client_secret: str
    refresh_token: str
    revoked: bool = False
    tokens: dict[str, int] = field(default_factory=dict)  # until when each access token is good
    offers: dict[str, Offer] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    feeds: dict[str, SubmittedFeed] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)  # answers to writes, by status
    serial: int = 0  # numbers of tokens, submissions, documents and feeds

    def next(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.name}-{self.serial}"

    def log_in(self, now: int) -> str:
        token = self.next("Atza|local-")
        self.tokens[token] = now + TOKEN_S * 1000
        return token

    def knows(self, token: str, now: int) -> bool:
        return not self.revoked and self.tokens.get(token, 0) > now

    def offer(self, sku: str, now: int) -> Offer | None:
        """What is shown of a SKU now, with every accepted quantity that is due."""
        for arrival in [each for each in self.arrivals if each.due <= now]:
            self.arrivals.remove(arrival)
            if arrival.sku in self.offers:
                found = self.offers[arrival.sku]
                self.offers[arrival.sku] = replace(found, quantity=arrival.quantity, updated_at=arrival.due)
        return self.offers.get(sku)

    def set_state(self, sku: str, state: OfferState, *, late: bool = False) -> None:
        self.offers[sku] = replace(self.offers.get(sku, Offer()), state=state, late=late)

    def submit(self, sku: str, attribute: str, value: Any, now: int, *, due: int) -> tuple[Sequence[Json], bool]:
        """The issues that refuse a change of an attribute, and whether it will show; it will at `due`.

        As at Amazon, a SKU that nobody listed is accepted too.
        """
        if attribute != "/attributes/fulfillment_availability":
            return [BAD_ATTRIBUTE], False
        match value:
            case [{"fulfillment_channel_code": "DEFAULT", "quantity": int(quantity)}] if quantity >= 0:
                pass
            case _:
                return [BAD_VALUE], False
        offer = self.offer(sku, now)
        if offer is None:
            return [], False
        if offer.state in ISSUES and not offer.late:
            return [ISSUES[offer.state]], False
        if offer.state == "sold":
            self.arrivals.append(Arrival(due, sku, quantity))
        return [], offer.state == "sold"

    def item(self, sku: str, offer: Offer) -> Json:
        """The listings item, with what the connector asks for."""
        channel = "AMAZON_NA" if offer.state == "amazons" else "DEFAULT"
        found = [ISSUES[offer.state] | {"marketplaceIds": [MARKETPLACE]}] if offer.state in ISSUES else []
        availability = [{"fulfillmentChannelCode": channel, "quantity": offer.quantity}]
        return {"sku": sku, "fulfillmentAvailability": availability, "issues": found}


@dataclass(slots=True)
class AmazonState:
    """`settle_s`: how long an accepted PATCH takes to show; `feed_s`: how long a feed takes."""

    sellers: dict[str, Seller]
    settle_s: int = 5
    feed_s: int = 20
    feeds_end: str = "DONE"
    zipped: bool = True
    quotas: bool = True
    faults: list[Fault] = field(default_factory=list)


def demo_seller(account: str, skus: Sequence[str]) -> Seller:
    """A seller of these SKUs, at zero until the first write, with one SKU of each kind that cannot be written: the
    last seven, so that the first ones, of the examples, sell."""
    name = f"ALOCAL{''.join(each for each in account.upper() if each.isalnum())}"
    seller = Seller(name, f"amzn1.local-client.{account}", f"local-secret-{account}", f"Atzr|local-refresh-{account}")
    seller.offers = {sku: Offer() for sku in skus}
    troubled: list[tuple[OfferState, bool]] = [
        ("amazons", False),
        ("stalled", False),
        ("unreadable", False),
        ("not_in_catalog", False),
        ("brand", False),
        ("attribute", False),
        ("attribute", True),
    ]
    for sku, (state, late) in zip(reversed(skus), troubled, strict=False):
        seller.set_state(sku, state, late=late)
    return seller


def demo_amazon(skus_by_account: dict[str, Sequence[str]]) -> AmazonState:
    sellers = [demo_seller(account, skus) for account, skus in skus_by_account.items()]
    return AmazonState({seller.name: seller for seller in sellers})
