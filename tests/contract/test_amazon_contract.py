"""The Amazon connector against Amazon's own models: requests that they allow, and their examples understood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from stockbridge.connectors import Listing, Response, Session, StockUpdate
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.amazon import Amazon
from stockbridge.marketplaces.amazon_answers import arrived, classify, offered, unsuccessful
from stockbridge.marketplaces.amazon_configuration import DOCUMENT_HOSTS
from stockbridge.marketplaces.amazon_feeds import Report, read_report
from stockbridge.outcomes import Accepted, Applied, Evidence, Refused, Throttled, Unauthorized, Unknown
from tests.contract.specs import specification

NOW = 1_750_000_000_000
CONFIGURATION = {
    "secret": "stockbridge/prod/demoloja/MZN",
    "seller_id": "AXXXXXXXXXXXX",
    "marketplace_ids": "ATVPDKIKX0DER,A2EUQ1WTGCTBG2",
}
SECRET = {"access_token": "Atza|x", "expires_at": str(NOW + 60_000)}
UPDATES = [
    StockUpdate("demoloja", "MZN", Listing("1", {"seller_sku": "My-SKU-B", "product_type": "LUGGAGE"}), 10, 1),
    StockUpdate("demoloja", "MZN", Listing("2", {"seller_sku": "My-SKU-C"}), 0, 1),
    StockUpdate("demoloja", "MZN", Listing("3", {"seller_sku": "My-SKU-E"}), 999_999, 1),
]
EVIDENCE = Evidence("", "")


class Model:
    """A Swagger 2.0 document."""

    def __init__(self, path: str) -> None:
        self.document = specification(path)

    def check(self, name: str, value: Any) -> None:
        definitions = self.document["definitions"]
        jsonschema.validate(value, {"$ref": f"#/definitions/{name}", "definitions": definitions})

    def operation(self, method: str, path: str) -> Any:
        """With its path as it is in the model."""
        for template, operations in self.document["paths"].items():
            ours, theirs = path.split("/"), template.split("/")
            if len(ours) == len(theirs) and all(a == b or b.startswith("{") for a, b in zip(ours, theirs, strict=True)):
                return operations[method.lower()]
        raise AssertionError(f"the model has no path like {path}")

    def check_query(self, method: str, url: str) -> None:
        """Every parameter is one of the operation's, of its values, and none that it requires is missing."""
        parts = urlsplit(url)
        known = {
            each["name"]: each for each in self.operation(method, parts.path)["parameters"] if each["in"] == "query"
        }
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert {name for name, each in known.items() if each["required"]} <= set(asked) <= set(known)
        for name, text in asked.items():
            rule = known[name]
            values = text.split(",") if rule["type"] == "array" else [text]
            allowed = rule.get("enum") or rule.get("items", {}).get("enum")
            assert allowed is None or set(values) <= set(allowed)
            assert len(values) <= rule.get("maxItems", 1000)

    def examples(self, method: str, path: str, status: str) -> list[Any]:
        sandbox = self.operation(method, path)["responses"][status]["x-amzn-api-sandbox"]["static"]
        return [each["response"] for each in sandbox]

    def statuses(self, method: str, path: str) -> set[int]:
        return {int(status) for status in self.operation(method, path)["responses"]}


@pytest.fixture(scope="module")
def listings() -> Model:
    return Model("amazon/listingsItems_2021-08-01.json")


@pytest.fixture(scope="module")
def feeds() -> Model:
    return Model("amazon/feeds_2021-06-30.json")


ITEM, ITEMS = "/listings/2021-08-01/items/s/k", "/listings/2021-08-01/items/s"
DOCUMENTS, FEEDS = "/feeds/2021-06-30/documents", "/feeds/2021-06-30/feeds"


class Recorder:
    """An `Http` that answers every step of the way from the models' examples, and keeps what was asked."""

    def __init__(self, answers: list[tuple[int, Any]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, bytes]] = []

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        self.asked.append((method, url, body or b""))
        status, document = self.answers.pop(0)
        return Response(status, {}, json.dumps(document).encode())


def session(http: Recorder) -> Session:
    return Session(CONFIGURATION, SECRET, http, lambda: NOW, NOW + 8000)


def told(status: int, document: Any) -> Exchange:
    return Exchange(Response(status, {}, json.dumps(document).encode()), EVIDENCE)


# ------------------------------------------------------------------------------------------------ what we ask


def test_a_patch_is_one_that_the_model_allows(listings: Model) -> None:
    http = Recorder([(200, listings.examples("PATCH", ITEM, "200")[0])])
    [outcome] = Amazon().push(session(http), UPDATES[:1])
    assert isinstance(outcome, Accepted)
    [(method, url, body)] = http.asked
    listings.check_query(method, url)
    listings.check("ListingsItemPatchRequest", json.loads(body))


def test_questions_are_ones_that_the_model_allows(listings: Model) -> None:
    http = Recorder([(200, listings.examples("GET", ITEM, "200")[0]), (200, listings.examples("GET", ITEMS, "200")[0])])
    Amazon().check(session(http), "listing:s-1", UPDATES[:1])
    Amazon().read(session(http), [Listing(str(sku)) for sku in range(20)])
    for method, url, _ in http.asked:
        listings.check_query(method, url)


def test_a_feed_is_one_that_the_models_allow(feeds: Model) -> None:
    created, made = feeds.examples("POST", DOCUMENTS, "201")[0], feeds.examples("POST", FEEDS, "202")[0]
    http = Recorder([(201, created), (200, None), (202, made)])
    outcomes = Amazon().submit(session(http), UPDATES)
    assert {outcome.ref for outcome in outcomes if isinstance(outcome, Accepted)} == {f"feed:{made['feedId']}"}
    (_, create_at, create), (_, put_at, text), (_, feed_at, feed) = http.asked
    assert (urlsplit(create_at).path, put_at, urlsplit(feed_at).path) == (DOCUMENTS, created["url"], FEEDS)
    feeds.check("CreateFeedDocumentSpecification", json.loads(create))
    feeds.check("CreateFeedSpecification", json.loads(feed))
    file = json.loads(text)
    jsonschema.validate(file, specification("amazon/listings-feed-schema-v2.json"))
    for message in file["messages"]:
        jsonschema.validate(message, specification("amazon/listings-feed-message-schema-v2.json"))


def test_messages_are_written_as_the_example_writes_them() -> None:
    example = specification("amazon/listings-feed-schema-v2.example.json")["messages"][4]
    http = Recorder(
        [(201, {"feedDocumentId": "d", "url": "https://x.amazonaws.com/d"}), (200, None), (202, {"feedId": "1"})]
    )
    Amazon().submit(session(http), UPDATES[:1])
    [message] = json.loads(http.asked[1][2])["messages"]
    assert message | {"messageId": 5, "sku": "My-SKU-E"} == example


# ------------------------------------------------------------------------------------------------ what is answered


def test_every_example_of_a_submission_is_understood(listings: Model) -> None:
    accepted, valid, invalid = (
        classify(told(200, example), now_s=0) for example in listings.examples("PATCH", ITEM, "200")
    )
    assert isinstance(accepted, Accepted)
    assert isinstance(valid, Unknown)  # of a preview, which is never asked for
    assert isinstance(invalid, Refused)
    [refusal] = (classify(told(400, example), now_s=0) for example in listings.examples("PATCH", ITEM, "400"))
    assert isinstance(refusal, Refused)
    assert (refusal.cause, refusal.message) == ("validation", "Invalid input")


def test_the_example_of_an_item_shows_its_quantity(listings: Model) -> None:
    [item] = listings.examples("GET", ITEM, "200")
    listings.check("Item", item)
    assert offered(told(200, item), item) == 100
    waiting = Accepted("listing:s-1")
    assert isinstance(arrived(told(200, item), item, 100, ["ATVPDKIKX0DER"], waiting), Applied)
    missing = arrived(told(200, item), item, 7, ["ATVPDKIKX0DER"], waiting)
    assert isinstance(missing, Refused)
    assert (missing.cause, missing.message) == ("missing_attribute", "'size' is required but not supplied.")


def test_the_example_of_a_search_is_found_by_sku(listings: Model) -> None:
    [found] = listings.examples("GET", ITEMS, "200")
    listings.check("ItemSearchResults", found)
    quantities = Amazon().read(session(Recorder([(200, found)])), [Listing("GM-ZDPI-9B4E"), Listing("HW-ZDPI-9B4E")])
    assert quantities[0] == 100
    assert isinstance(quantities[1], Refused)


def test_every_status_of_the_models_means_something_else_than_a_surprise(listings: Model, feeds: Model) -> None:
    operations = [
        (listings, "PATCH", ITEM),
        (listings, "GET", ITEM),
        (listings, "GET", ITEMS),
        (feeds, "POST", DOCUMENTS),
        (feeds, "GET", f"{DOCUMENTS}/1"),
        (feeds, "POST", FEEDS),
        (feeds, "GET", f"{FEEDS}/1"),
    ]
    kinds = {}
    for model, method, path in operations:
        for status in model.statuses(method, path):
            outcome = unsuccessful(told(status, {"errors": [{"code": "x", "message": "y"}]}), now_s=0)
            assert getattr(outcome, "cause", "") != "uncatalogued"
            kinds[status] = type(outcome)
    assert {kinds[status] for status in (200, 201, 202)} == {type(None)}
    assert {kinds[status] for status in (401, 403)} == {Unauthorized}
    assert {kinds[status] for status in (400, 404, 413, 415)} == {Refused}
    assert kinds[429] is Throttled
    assert {kinds[status] for status in (500, 503)} == {Unknown}


def test_every_state_of_a_feed_is_known(feeds: Model) -> None:
    states = feeds.document["definitions"]["Feed"]["properties"]["processingStatus"]["enum"]
    example = feeds.examples("GET", f"{FEEDS}/1", "200")[0]
    kinds = {}
    for state in states:
        shown = [
            {"sku": "My-SKU-B", "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 10}]}
        ]
        http = Recorder([(200, example | {"processingStatus": state}), (200, shown[0])])
        [outcome] = Amazon().check(session(http), "feed:1", UPDATES[:1])
        kinds[state] = type(outcome)
    assert kinds == {
        "IN_QUEUE": Accepted,
        "IN_PROGRESS": Accepted,
        "DONE": Applied,
        "FATAL": Refused,
        "CANCELLED": Refused,
    }


def test_the_examples_addresses_of_documents_are_of_hosts_that_are_known(feeds: Model) -> None:
    [created] = feeds.examples("POST", DOCUMENTS, "201")
    [kept] = feeds.examples("GET", f"{DOCUMENTS}/1", "200")
    for document in (created, kept):
        host = urlsplit(document["url"]).hostname or ""
        assert any(host.endswith(pattern.removeprefix("*")) for pattern in DOCUMENT_HOSTS)


def test_the_example_report_is_understood_sku_by_sku() -> None:
    example = specification("amazon/listings-feed-processing-report-schema-v2.example.json")
    jsonschema.validate(example, specification("amazon/listings-feed-processing-report-schema-v2.json"))
    report = read_report(told(200, None), json.dumps(example))
    assert isinstance(report, Report)
    b, c, e = (report.refusal(update) for update in UPDATES)
    assert isinstance(b, Refused)
    assert isinstance(c, Refused)
    assert (b.cause, c.cause, e) == ("missing_attribute", "validation", None)
