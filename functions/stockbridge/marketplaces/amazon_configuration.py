"""The configuration document of the Amazon connector, and the addresses that it leads to. Pure.

{
  "secret": "stockbridge/prod/conta/MZN",
  "seller_id": "A3TH9S8BH6GOGM",
  "marketplace_ids": "A2Q3Y263D00KWC",      several with commas
  "product_type": "PRODUCT",                for a SKU whose listing map names none
  "issue_locale": "en_US",                  the language of Amazon's messages
  "base_url": "https://sellingpartnerapi-na.amazon.com",
  "login_url": "https://api.amazon.com"
}

Of a listing, `ids` may hold `seller_sku` (else the SKU's own id), `product_type`, and `fulfillment_channel` ("DEFAULT",
or Amazon's own, such as "AMAZON_NA", whose stock is not the seller's to write).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from stockbridge.configuration_fields import SECRET, TextField, host_allowed, read_texts
from stockbridge.connectors import Listing
from stockbridge.errors import FieldProblem

SEARCHED_AT_ONCE = 20
MERCHANT = "DEFAULT"  # the fulfilment channel of what the seller ships
API_HOSTS = ("sellingpartnerapi-*.amazon.com", "sandbox.sellingpartnerapi-*.amazon.com")
# pre-signed addresses of feed documents: S3 in practice, CloudFront in Amazon's own examples
DOCUMENT_HOSTS = ("*.amazonaws.com", "*.cloudfront.net")
FIELDS: Mapping[str, TextField] = {
    "secret": SECRET,
    "seller_id": TextField(required=True, pattern=r"[A-Za-z0-9]{1,40}"),
    "marketplace_ids": TextField(required=True, pattern=r"[A-Z0-9]{10,20}(,[A-Z0-9]{10,20}){0,24}"),
    # Amazon's own guides patch fulfillment_availability with this one, whatever the product is
    "product_type": TextField(default="PRODUCT", pattern=r"[A-Z0-9_]{1,100}"),
    # some causes are told by Amazon's English words
    "issue_locale": TextField(default="en_US", pattern=r"[a-z]{2}_[A-Z]{2}"),
    "base_url": TextField(default="https://sellingpartnerapi-na.amazon.com", hosts=API_HOSTS),
    "login_url": TextField(default="https://api.amazon.com", hosts=("api.amazon.com",)),
}


@dataclass(frozen=True, slots=True)
class Setup:
    seller_id: str
    marketplace_ids: str
    product_type: str
    issue_locale: str
    base_url: str
    login_url: str

    @property
    def marketplaces(self) -> tuple[str, ...]:
        return tuple(self.marketplace_ids.split(","))

    @property
    def token_address(self) -> str:
        return f"{self.login_url}/auth/o2/token"

    def feeds_address(self, path: str) -> str:
        """`path`: "feeds", "documents", or one of these with an identifier of Amazon's behind it."""
        return f"{self.base_url}/feeds/2021-06-30/{quote(path)}"

    def item_address(self, sku: str, **query: str) -> str:
        return self._listings_address(f"/{quote(sku, safe='')}", query)

    def search_address(self, skus: Sequence[str], **query: str) -> str:
        """At most SEARCHED_AT_ONCE SKUs, none with a comma."""
        named = {"identifiersType": "SKU", "identifiers": ",".join(skus), "pageSize": str(SEARCHED_AT_ONCE)}
        return self._listings_address("", named | query)

    def _listings_address(self, path: str, query: Mapping[str, str]) -> str:
        asked = {"marketplaceIds": self.marketplace_ids, "issueLocale": self.issue_locale, **query}
        return (
            f"{self.base_url}/listings/2021-08-01/items/{quote(self.seller_id, safe='')}{path}"
            f"?{urlencode(asked, quote_via=quote, safe=',')}"
        )

    def may_hold_documents(self, url: str) -> bool:
        """Whether a pre-signed address is of a host that Amazon keeps them on, or of the system that was configured."""
        return host_allowed(url, DOCUMENT_HOSTS) or urlsplit(url)[:2] == urlsplit(self.base_url)[:2]


def read_setup(
    configuration: Mapping[str, Any], *, allow_private: bool = True
) -> tuple[Setup | None, Sequence[FieldProblem]]:
    """The setup, or everything that is wrong."""
    values, problems = read_texts(configuration, FIELDS, allow_private=allow_private)
    if problems:
        return None, problems
    return Setup(**{name: value for name, value in values.items() if name != "secret"}), ()


def seller_sku(listing: Listing) -> str:
    return listing.ids.get("seller_sku") or listing.sku
