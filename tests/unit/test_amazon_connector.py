"""What the Amazon connector asks for, in which order, and where."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from stockbridge.connectors import Checks, Connector, Feeds, Listing, Reads, Renews, Response, Session, StockUpdate
from stockbridge.errors import TimedOut, TransportError
from stockbridge.marketplaces.amazon import Amazon
from stockbridge.marketplaces.amazon_feeds import message_id
from stockbridge.outcomes import (
    Accepted,
    Applied,
    Busy,
    Outcome,
    Refused,
    Throttled,
    Unauthorized,
    Unknown,
)

NOW = 1_750_000_000_000
SELLER = "A3TH9S8BH6GOGM"
ITEMS = f"/listings/2021-08-01/items/{SELLER}"
CONFIGURATION: dict[str, Any] = {
    "secret": "stockbridge/prod/demoloja/MZN",
    "seller_id": SELLER,
    "marketplace_ids": "A2Q3Y263D00KWC",
}
SECRET = {
    "client_id": "amzn1.client",
    "client_secret": "client-canary",
    "refresh_token": "Atzr|refresh-canary",
    "access_token": "Atza|access-canary",
    "expires_at": str(NOW + 60_000),
}
SIGNED = "https://tortuga-prod-na.s3-external-1.amazonaws.com/%2FNinetyDays/amzn1.tortuga.4.na?X-Amz-Signature=sig-canary&X-Amz-Expires=300"


@dataclass(frozen=True)
class Asked:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Response | TransportError


@dataclass
class Wire:
    """An `Http` that gives its answers in order, or lets a function answer, and remembers what was asked."""

    answers: list[Answer] | Callable[[Asked], Answer]
    asked: list[Asked] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        asked = Asked(method, url, headers, body or b"")
        self.asked.append(asked)
        answer = self.answers(asked) if callable(self.answers) else self.answers.pop(0)
        if isinstance(answer, TransportError):
            raise answer
        return answer


def answer(status: int, body: Any = b"", **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, data)


def session(wire: Wire, secret: Mapping[str, str] | None = None, **configuration: Any) -> Session:
    return Session(CONFIGURATION | configuration, secret or SECRET, wire, lambda: NOW, NOW + 8000)


def update(sku: str = "42", quantity: int = 7, **ids: str) -> StockUpdate:
    return StockUpdate("demoloja", "MZN", Listing(sku, ids), quantity, 1)


def shown(sku: str, quantity: int, **more: Any) -> dict[str, Any]:
    availability = [{"fulfillmentChannelCode": "DEFAULT", "quantity": quantity}]
    return {"sku": sku, "fulfillmentAvailability": availability, "issues": []} | more


def kept(outcomes: Sequence[Any]) -> str:
    return " ".join(repr(outcome) for outcome in outcomes)


# ------------------------------------------------------------------------------------------------ one quantity


def test_it_is_a_connector_that_checks_reads_renews_and_feeds() -> None:
    connector: Connector = Amazon()
    assert isinstance(connector, Checks)
    assert isinstance(connector, Reads)
    assert isinstance(connector, Renews)
    assert isinstance(connector, Feeds)
    assert connector.capabilities.feed is not None


def test_one_quantity_is_one_patch_that_merges() -> None:
    wire = Wire([answer(200, {"sku": "42", "status": "ACCEPTED", "submissionId": "s-1", "issues": []})])
    [outcome] = Amazon().push(session(wire), [update()])
    assert isinstance(outcome, Accepted)
    assert outcome.ref == "listing:s-1"
    [asked] = wire.asked
    assert (asked.method, asked.path) == ("PATCH", f"{ITEMS}/42")
    assert asked.query == {"marketplaceIds": "A2Q3Y263D00KWC", "issueLocale": "en_US", "includedData": "issues"}
    assert asked.headers["x-amz-access-token"] == "Atza|access-canary"
    assert asked.json == {
        "productType": "PRODUCT",
        "patches": [
            {
                "op": "merge",
                "path": "/attributes/fulfillment_availability",
                "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": 7}],
            }
        ],
    }


def test_the_listing_names_sku_and_product_type_else_the_channel_does() -> None:
    accepted = {"sku": "x", "status": "ACCEPTED", "submissionId": "s-1"}
    wire = Wire([answer(200, accepted), answer(200, accepted)])
    spoken = session(
        wire, product_type="LUGGAGE", issue_locale="pt_BR", marketplace_ids="A2Q3Y263D00KWC,A1AM78C64UM0Y8"
    )
    Amazon().push(spoken, [update(seller_sku="My SKU/7#", product_type="SHOES")])
    Amazon().push(spoken, [update()])
    first, second = wire.asked
    assert (first.path, first.json["productType"]) == (f"{ITEMS}/My%20SKU%2F7%23", "SHOES")
    assert (second.path, second.json["productType"]) == (f"{ITEMS}/42", "LUGGAGE")
    assert first.query["marketplaceIds"] == "A2Q3Y263D00KWC,A1AM78C64UM0Y8"
    assert first.query["issueLocale"] == "pt_BR"


def test_an_offer_that_amazon_fulfils_is_never_written() -> None:
    wire = Wire([])
    outcomes = Amazon().push(session(wire), [update(fulfillment_channel="AMAZON_NA")])
    assert outcomes == [Refused("fulfillment", "")]
    assert Amazon().submit(session(wire), [update(fulfillment_channel="AMAZON_NA")]) == outcomes
    assert wire.asked == []


@pytest.mark.parametrize(
    "changes", [{"access_token": ""}, {"expires_at": str(NOW)}, {"expires_at": ""}, {"expires_at": "soon"}]
)
def test_without_a_token_that_is_good_nothing_is_asked(changes: dict[str, str]) -> None:
    wire, amazon = Wire([]), Amazon()
    spoken = session(wire, SECRET | changes)
    outcomes = [
        *amazon.push(spoken, [update()]),
        *amazon.submit(spoken, [update(), update("43")]),
        *amazon.check(spoken, "listing:s-1", [update()]),
        *amazon.read(spoken, [Listing("42")]),
    ]
    assert outcomes == [Unauthorized("no access token that is still good")] * 5
    assert wire.asked == []


def test_a_channel_that_is_wrong_is_refused_by_every_field() -> None:
    outcomes = Amazon().push(session(Wire([]), seller_id="", marketplace_ids="BR"), [update()])
    assert outcomes == [Refused("configuration", "seller_id: required; marketplace_ids: wrong_format")]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"base_url": "https://sandbox.sellingpartnerapi-na.amazon.com"}, []),
        ({"base_url": "https://sellingpartnerapi-eu.amazon.com/"}, []),
        ({"base_url": "https://sellingpartnerapi-na.amazon.com.example.com"}, [("base_url", "host_not_allowed")]),
        ({"login_url": "https://example.com"}, [("login_url", "host_not_allowed")]),
        ({"base_url": "http://127.0.0.1:8083/amazon"}, [("base_url", "not_https")]),
        ({"secret": None}, [("secret", "required")]),
        ({"shop": "x"}, [("shop", "unknown_field")]),
        ({"issue_locale": "pt-BR"}, [("issue_locale", "wrong_format")]),
    ],
)
def test_the_configuration_is_checked_field_by_field(changes: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    found = Amazon().problems(CONFIGURATION | changes, allow_private=False)
    assert [(problem.field, problem.reason) for problem in found] == problems


def test_a_local_system_may_be_anywhere() -> None:
    local = {"base_url": "http://127.0.0.1:8083/amazon", "login_url": "http://127.0.0.1:8083/amazon"}
    assert Amazon().problems(CONFIGURATION | local, allow_private=True) == ()


def test_a_group_is_what_amazon_calls_the_sku() -> None:
    amazon = Amazon()
    assert amazon.group_of(CONFIGURATION, Listing("42")) == "42"
    assert amazon.group_of(CONFIGURATION, Listing("42", {"seller_sku": "A-1"})) == "A-1"


# ------------------------------------------------------------------------------------------------ what is shown


def test_a_check_of_one_asks_for_the_item() -> None:
    wire = Wire([answer(200, shown("42", 7))])
    [outcome] = Amazon().check(session(wire), "listing:s-1", [update()])
    assert isinstance(outcome, Applied)
    [asked] = wire.asked
    assert (asked.method, asked.path) == ("GET", f"{ITEMS}/42")
    assert asked.query["includedData"] == "fulfillmentAvailability,issues"


def test_many_are_looked_up_twenty_at_a_time_and_one_with_a_comma_alone() -> None:
    def marketplace(asked: Asked) -> Response:
        if asked.path == ITEMS:
            skus = asked.query["identifiers"].split(",")
            return answer(200, {"numberOfResults": 20, "items": [shown(sku, int(sku)) for sku in skus if sku != "7"]})
        return answer(200, shown("a,b", 5))

    wire = Wire(marketplace)
    listings = [Listing(str(sku)) for sku in range(1, 43)] + [Listing("99", {"seller_sku": "a,b"})]
    found = Amazon().read(session(wire), listings)
    assert [asked.path for asked in wire.asked] == [f"{ITEMS}/a%2Cb", ITEMS, ITEMS, ITEMS]
    assert [asked.query.get("pageSize") for asked in wire.asked] == [None, "20", "20", "20"]
    assert [each for each in found if isinstance(each, int)] == [*range(1, 7), *range(8, 43), 5]
    assert isinstance(found[6], Refused)
    assert (found[6].cause, found[6].message) == ("not_found", "")


def test_evidence_of_a_search_is_of_the_sku_that_it_is_kept_for() -> None:
    wire = Wire([answer(200, {"numberOfResults": 2, "items": [shown("41", 1), shown("42", 7)]})])
    one, other = Amazon().check(session(wire), "listing:s-1", [update("41"), update("42")])
    assert isinstance(one, Accepted)
    assert isinstance(other, Applied)
    assert one.evidence is not None
    assert '"sku":"41"' in one.evidence.response
    assert '"sku":"42"' not in one.evidence.response


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(answer(429), Throttled), (answer(403), Unauthorized), (answer(503), Unknown), (TimedOut("late"), Unknown)],
)
def test_asking_ends_when_it_is_of_no_use(failure: Answer, kind: type[Outcome]) -> None:
    wire = Wire([failure])
    found = Amazon().read(session(wire), [Listing(str(sku)) for sku in range(60)])
    assert len(wire.asked) == 1
    assert {type(each) for each in found} == {kind}


def test_what_there_was_no_time_to_ask_for_is_waited_for() -> None:
    wire = Wire([])
    late = Session(CONFIGURATION, SECRET, wire, lambda: NOW, NOW)
    assert Amazon().check(late, "listing:s-1", [update()]) == [Accepted("listing:s-1", 30.0)]


def test_a_search_of_unknown_shape_shows_nothing() -> None:
    wire = Wire([answer(200, [])])
    found = Amazon().read(session(wire), [Listing("41"), Listing("42")])
    assert [each.cause for each in found if isinstance(each, Unknown)] == ["uncatalogued", "uncatalogued"]


# ------------------------------------------------------------------------------------------------ login


def test_logging_in_posts_a_form_to_login_with_amazon() -> None:
    wire = Wire([answer(200, {"access_token": "Atza|new", "token_type": "bearer", "expires_in": 3600})])
    found = Amazon().renew(session(wire))
    assert found == SECRET | {"access_token": "Atza|new", "expires_at": str(NOW + 3_600_000)}
    [asked] = wire.asked
    assert (asked.method, asked.url) == ("POST", "https://api.amazon.com/auth/o2/token")
    assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert {name: values[0] for name, values in parse_qs(asked.body.decode()).items()} == {
        "grant_type": "refresh_token",
        "refresh_token": "Atzr|refresh-canary",
        "client_id": "amzn1.client",
        "client_secret": "client-canary",
    }


def test_a_secret_without_what_a_login_takes_needs_a_person() -> None:
    wire = Wire([])
    found = Amazon().renew(session(wire, {"refresh_token": "Atzr|x"}))
    assert found == Unauthorized("the channel's secret has no client_id, client_secret", revoked=True)
    assert wire.asked == []


def test_nothing_secret_is_kept_of_a_login_that_failed() -> None:
    body = {
        "error": "invalid_grant",
        "error_description": "no Atzr|refresh-canary",
        "access_token": "Atza|other-canary",
    }
    found = Amazon().renew(session(Wire([answer(400, body)])))
    assert isinstance(found, Unauthorized)
    assert "canary" not in kept([found])


# ------------------------------------------------------------------------------------------------ a feed

CREATED = {"feedDocumentId": "doc-1", "url": SIGNED}
INVALID = {"errors": [{"code": "400", "message": "Invalid input", "details": "Invalid input"}]}
EXPIRED = b"<Error>expired</Error>"


def test_a_feed_is_a_document_its_text_and_a_feed_of_it() -> None:
    wire = Wire([answer(201, CREATED), answer(200), answer(202, {"feedId": "3485934"})])
    updates = [update("41", 0), update("42", 7, seller_sku="A-1", product_type="SHOES")]
    outcomes = Amazon().submit(session(wire), updates)
    assert [outcome.ref for outcome in outcomes if isinstance(outcome, Accepted)] == ["feed:3485934"] * 2
    create, put, feed = wire.asked
    assert (create.path, create.json) == (
        "/feeds/2021-06-30/documents",
        {"contentType": "application/json; charset=UTF-8"},
    )
    assert (put.method, put.url) == ("PUT", SIGNED)
    assert put.headers == {"content-type": "application/json; charset=UTF-8"}
    assert put.json["header"] == {"sellerId": SELLER, "version": "2.0", "issueLocale": "en_US"}
    assert [(each["sku"], each["productType"]) for each in put.json["messages"]] == [
        ("41", "PRODUCT"),
        ("A-1", "SHOES"),
    ]
    assert [each["patches"][0]["value"][0]["quantity"] for each in put.json["messages"]] == [0, 7]
    assert [each["messageId"] for each in put.json["messages"]] == [message_id("41"), message_id("A-1")]
    assert feed.path == "/feeds/2021-06-30/feeds"
    assert feed.json == {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": ["A2Q3Y263D00KWC"],
        "inputFeedDocumentId": "doc-1",
    }


def test_the_access_token_goes_to_amazons_api_and_nowhere_else() -> None:
    def marketplace(asked: Asked) -> Response:
        host, path = urlsplit(asked.url).netloc, asked.path
        if host != "sellingpartnerapi-na.amazon.com":
            return answer(200, {"header": {}, "issues": []}) if asked.method == "GET" else answer(200)
        if path.endswith("/documents"):
            return answer(201, CREATED)
        if "/documents/" in path:
            return answer(200, CREATED)
        if path.endswith("/feeds"):
            return answer(202, {"feedId": "1"})
        if "/feeds/" in path.removeprefix("/feeds/"):
            return answer(200, {"processingStatus": "DONE", "resultFeedDocumentId": "doc-2"})
        return answer(200, shown("42", 3))

    wire, amazon = Wire(marketplace), Amazon()
    outcomes = [*amazon.submit(session(wire), [update()]), *amazon.check(session(wire), "feed:1", [update()])]
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted]
    elsewhere = [asked for asked in wire.asked if "amazonaws" in asked.url]
    assert [asked.method for asked in elsewhere] == ["PUT", "GET"]
    assert all("canary" not in str(asked.headers) for asked in elsewhere)
    assert len(wire.asked) == 7
    assert all("x-amz-access-token" in asked.headers for asked in wire.asked if asked not in elsewhere)


def test_two_skus_with_one_message_number_do_not_share_a_file() -> None:
    wire = Wire([answer(201, CREATED), answer(200), answer(202, {"feedId": "1"})])
    outcomes = Amazon().submit(session(wire), [update("41", seller_sku="A-1"), update("42", seller_sku="A-1")])
    assert [type(outcome) for outcome in outcomes] == [Accepted, Busy]
    assert len(wire.asked[1].json["messages"]) == 1


@pytest.mark.parametrize(
    "url", ["https://example.com/x?X-Amz-Signature=sig-canary", "https://amazonaws.com.example.com/x"]
)
def test_a_document_of_another_host_gets_nothing(url: str) -> None:
    wire = Wire([answer(201, {"feedDocumentId": "doc-1", "url": url})])
    outcomes = Amazon().submit(session(wire), [update()])
    assert [outcome.cause for outcome in outcomes if isinstance(outcome, Refused)] == ["configuration"]
    assert len(wire.asked) == 1
    assert "canary" not in kept(outcomes)


def test_the_signature_in_an_answer_that_is_not_understood_is_not_kept() -> None:
    outcomes = Amazon().submit(session(Wire([answer(201, {"url": SIGNED})])), [update()])
    assert isinstance(outcomes[0], Unknown)
    assert "amazonaws.com" in outcomes[0].message
    assert "canary" not in kept(outcomes)


def test_a_document_of_the_systems_own_origin_is_taken() -> None:
    local = {"feedDocumentId": "doc-1", "url": "http://127.0.0.1:8083/amazon/tortuga/doc-1"}
    wire = Wire([answer(201, local), answer(200), answer(202, {"feedId": "1"})])
    outcomes = Amazon().submit(session(wire, base_url="http://127.0.0.1:8083/amazon"), [update()])
    assert isinstance(outcomes[0], Accepted)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([answer(400, INVALID)], Refused("configuration", "Invalid input")),
        ([answer(429, x_amzn_ratelimit_limit="0.5")], Throttled(2.0, "HTTP 429")),
        ([answer(403)], Unauthorized("HTTP 403")),
        ([answer(201, {})], Unknown("uncatalogued", "{}")),
        ([answer(201, CREATED), answer(403, EXPIRED)], Refused("import_failed", "<Error>expired</Error>")),
        ([answer(201, CREATED), answer(503)], Unknown("marketplace_down", "HTTP 503")),
        ([answer(201, CREATED), TimedOut("late")], Unknown("timeout", "late")),
        ([answer(201, CREATED), answer(200), answer(400)], Refused("configuration", "HTTP 400")),
        ([answer(201, CREATED), answer(200), answer(202, {})], Unknown("uncatalogued", "{}")),
        ([answer(201, CREATED), answer(200), answer(200, {"feedId": "1"})], Unknown("uncatalogued", '{"feedId":"1"}')),
        ([answer(201, CREATED), answer(200), TimedOut("late")], Unknown("timeout", "late")),
    ],
)  # fmt: skip
def test_a_feed_that_does_not_come_about_is_the_same_for_every_sku(answers: list[Answer], outcome: Outcome) -> None:
    found = Amazon().submit(session(Wire(answers)), [update("41"), update("42")])
    assert found[0] == found[1]
    assert type(found[0]) is type(outcome)
    assert getattr(found[0], "cause", "") == getattr(outcome, "cause", "")
    assert getattr(found[0], "message", "") == getattr(outcome, "message", "")
    assert getattr(found[0], "retry_after_s", "") == getattr(outcome, "retry_after_s", "")
    assert found[0].evidence is not None


# ------------------------------------------------------------------------------------------------ what came of a feed

DONE = answer(200, {"feedId": "1", "processingStatus": "DONE", "resultFeedDocumentId": "doc-2"})
UPDATES = [update("41", 1), update("42", 2), update("43", 3)]
REPORT = {
    "header": {"sellerId": SELLER, "version": "2.0", "feedId": "1"},
    "issues": [
        {"messageId": 9, "sku": "42", "code": "90220", "severity": "ERROR", "message": "'size' is required."},
        {"messageId": 1, "sku": "41", "code": "18448", "severity": "WARNING", "message": "Incomplete."},
    ],
}


def of_listings(*items: dict[str, Any]) -> Response:
    return answer(200, {"numberOfResults": len(items), "items": list(items)})


@pytest.mark.parametrize("status", ["IN_QUEUE", "IN_PROGRESS"])
def test_a_feed_that_waits_is_waited_for_and_nothing_is_looked_at(status: str) -> None:
    wire = Wire([answer(200, {"feedId": "1", "processingStatus": status})])
    outcomes = Amazon().check(session(wire), "feed:1", UPDATES)
    assert [(type(each), getattr(each, "ref", "")) for each in outcomes] == [(Accepted, "feed:1")] * 3
    assert [asked.path for asked in wire.asked] == ["/feeds/2021-06-30/feeds/1"]


@pytest.mark.parametrize("status", ["FATAL", "CANCELLED"])
def test_a_feed_that_came_to_nothing_is_sent_again(status: str) -> None:
    wire = Wire([answer(200, {"feedId": "1", "processingStatus": status})])
    outcomes = Amazon().check(session(wire), "feed:1", UPDATES)
    assert {each.cause for each in outcomes if isinstance(each, Refused)} == {"import_failed"}


def test_a_feed_that_is_done_and_shown_needs_no_report() -> None:
    wire = Wire([DONE, of_listings(shown("41", 1), shown("42", 2), shown("43", 3))])
    outcomes = Amazon().check(session(wire), "feed:1", UPDATES)
    assert [type(each) for each in outcomes] == [Applied] * 3
    assert len(wire.asked) == 2


@pytest.mark.parametrize("failure", [answer(429), answer(503), TimedOut("late")])
def test_no_report_is_spent_on_listings_that_could_not_be_asked_for(failure: Answer) -> None:
    wire = Wire([DONE, failure])
    outcomes = Amazon().check(session(wire), "feed:1", UPDATES)
    assert [(type(each), getattr(each, "ref", "")) for each in outcomes] == [(Accepted, "feed:1")] * 3
    assert len(wire.asked) == 2


@pytest.mark.parametrize("zipped", [True, False])
def test_a_report_refuses_some_of_a_subset_and_the_others_are_waited_for(zipped: bool) -> None:
    data = json.dumps(REPORT).encode()
    address = CREATED | ({"compressionAlgorithm": "GZIP"} if zipped else {})
    seen = of_listings(shown("41", 1), shown("42", 9), shown("43", 9))
    wire = Wire([DONE, seen, answer(200, address), answer(200, gzip.compress(data) if zipped else data)])
    applied, refused, waiting = Amazon().check(session(wire), "feed:1", UPDATES)
    assert isinstance(applied, Applied)
    assert isinstance(refused, Refused)
    assert (refused.cause, refused.message) == ("missing_attribute", "'size' is required.")
    assert isinstance(waiting, Accepted)
    assert waiting.ref == "feed:1"
    assert "canary" not in kept([applied, refused, waiting])


def test_the_report_knows_better_than_the_search_why_there_is_no_listing() -> None:
    wire = Wire([DONE, of_listings(shown("41", 1)), answer(200, CREATED), answer(200, REPORT)])
    outcomes = Amazon().check(session(wire), "feed:1", UPDATES)
    assert [getattr(each, "cause", "") for each in outcomes] == ["", "missing_attribute", "not_found"]


def test_a_long_report_is_fetched_in_pieces() -> None:
    issue = {"messageId": 1, "sku": "?", "code": "90220", "severity": "ERROR", "message": "x" * 200}
    issues = [issue | {"sku": f"S{number}"} for number in range(2000)] + [issue | {"sku": "42"}]
    data = json.dumps({"header": {}, "issues": issues}).encode()
    assert len(data) > 400_000

    def marketplace(asked: Asked) -> Response:
        if "amazonaws" in asked.url:
            first, last = (int(each) for each in asked.headers["range"].removeprefix("bytes=").split("-"))
            return answer(206, data[first : last + 1])
        if "/documents/" in asked.path:
            return answer(200, CREATED)
        return DONE if "/feeds/" in asked.path else answer(200, shown("42", 9))

    wire = Wire(marketplace)
    [outcome] = Amazon().check(session(wire), "feed:1", [update("42", 2)])
    assert isinstance(outcome, Refused)
    assert outcome.cause == "missing_attribute"
    assert sum("amazonaws" in asked.url for asked in wire.asked) == -(-len(data) // (128 * 1024))


@pytest.mark.parametrize(
    ("answers", "wait_s"),
    [
        ([answer(429, x_amzn_ratelimit_limit="0.0222")], 60.0),
        ([answer(429, retry_after="90")], 90.0),
        ([answer(404)], 60.0),
        ([answer(503)], 60.0),
        ([answer(200, {})], 60.0),
        ([answer(200, CREATED), answer(403, b"<Error><Signature>sig-canary</Signature></Error>")], 60.0),
        ([answer(200, CREATED), TimedOut("late")], 60.0),
        ([answer(200, CREATED), answer(200, b"not a report")], 60.0),
        ([answer(200, CREATED | {"compressionAlgorithm": "GZIP"}), answer(200, b"not zipped")], 60.0),
        ([answer(200, CREATED), Response(200, {}, json.dumps(REPORT).encode(), cut=True)], 60.0),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_had_now_leaves_what_is_not_shown_waiting(answers: list[Answer], wait_s: float) -> None:
    seen = of_listings(shown("41", 1), shown("42", 9), shown("43", 3))
    applied, waiting, other = Amazon().check(session(Wire([DONE, seen, *answers])), "feed:1", UPDATES)
    assert [type(applied), type(other)] == [Applied, Applied]
    assert isinstance(waiting, Accepted)
    assert (waiting.ref, waiting.check_after_s) == ("feed:1", wait_s)
    assert "canary" not in kept([waiting])


def test_a_report_without_an_address_of_its_own_leaves_the_listing_to_say() -> None:
    wire = Wire([answer(200, {"processingStatus": "DONE"}), answer(200, shown("42", 9))])
    [outcome] = Amazon().check(session(wire), "feed:1", [update("42", 2)])
    assert isinstance(outcome, Accepted)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (answer(404), Unknown),
        (answer(200, {"processingStatus": "PAUSED"}), Unknown),
        (answer(200), Unknown),
        (answer(429), Accepted),
        (answer(503), Accepted),
        (TimedOut("late"), Accepted),
        (answer(403), Unauthorized),
    ],
)
def test_a_feed_that_cannot_be_asked_about(told: Answer, kind: type[Outcome]) -> None:
    outcomes = Amazon().check(session(Wire([told])), "feed:1", UPDATES)
    assert [type(each) for each in outcomes] == [kind] * 3


def test_ten_thousand_quantities_fit_in_one_file_and_call() -> None:
    wire = Wire([answer(201, CREATED), answer(200), answer(202, {"feedId": "1"})])
    outcomes = Amazon().submit(session(wire), [update(str(sku)) for sku in range(10_000)])
    assert sum(isinstance(each, Accepted) for each in outcomes) >= 9_990
    assert len(wire.asked[1].body) < 3_000_000
    assert len(wire.asked[1].json["messages"]) == sum(isinstance(each, Accepted) for each in outcomes)
