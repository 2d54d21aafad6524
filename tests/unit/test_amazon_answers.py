"""What Amazon's real answers mean."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stockbridge.connectors import Listing, Response, StockUpdate
from stockbridge.errors import EgressRefused, NoAnswer, NotSent, TimedOut, TransportError
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.amazon_answers import arrived, classify, errors, not_yet, offered, renewed
from stockbridge.marketplaces.amazon_feeds import Report, message_id, read_report
from stockbridge.outcomes import (
    Accepted,
    Applied,
    Evidence,
    Outcome,
    Refused,
    Throttled,
    Unauthorized,
    Unknown,
)

EVENTS = Path(__file__).parents[1] / "events" / "amazon"
EVIDENCE = Evidence("asked", "answered", 200, 12)
NOW_S = 1_750_000_000.0
WAITING = Accepted("listing:s-1", 30.0)
BRAZIL, MEXICO = "A2Q3Y263D00KWC", "A1AM78C64UM0Y8"
DENIED = "Access to requested resource is denied."
BAD_TOKEN = "The access token you provided is revoked, malformed or invalid."
NOT_VALID = "AuthToken is not valid for SellerId and AWSAccountId"
NO_FEEDS = "Access to Feeds.SubmitFeed is denied"
NO_SKU = "SKU '42' not found in marketplace ATVPDKIKX0DER"
NO_VALUE = "Value is missing for patch at index of 0."
NO_GRANT = (
    "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission."
)
BRAND = (
    "Amazon must approve your brand before you can use it to list products. Brands should be registered through Brand "
    "Registry, but if your brand is not eligible for Brand Registry, you can obtain an exception by contacting Seller "
    "Support and mentioning error code 5665."
)
NOT_IN_CATALOG = (
    "This SKU is not in the Amazon catalog. If you are receiving this message after submitting a multi-marketplace "
    "inventory file and the designated marketplace for this error is different than the marketplace in which you "
    "submitted your file, this error is an indication that the Detail page for this item does not exist in the "
    "designated marketplace."
)


def event(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def told(status: int, body: Any = "", **headers: str) -> Exchange:
    text = body if isinstance(body, str) else json.dumps(body)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(Response(status, given, text.encode()), EVIDENCE, ("Atza|canary",))


def submitted(status: int, body: Any = "", **headers: str) -> Outcome:
    return classify(told(status, body, **headers), now_s=NOW_S)


def invalid(*issues: dict[str, Any]) -> Outcome:
    return submitted(200, {"sku": "42", "status": "INVALID", "submissionId": "s-1", "issues": list(issues)})


def issue(message: str, code: str = "90000900", **more: Any) -> dict[str, Any]:
    return {"code": code, "message": message, "severity": "ERROR", "categories": []} | more


def failed(message: str, code: str = "InvalidInput", details: str = "") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, "details": details}]}


# ------------------------------------------------------------------------------------------------ a submission


def test_an_accepted_submission_is_to_be_asked_about_by_its_number() -> None:
    outcome = submitted(200, event("patch.accepted"))
    assert outcome == Accepted("listing:f1dc2914-75dd-11ea-bc55-0242ac130003", 30.0, EVIDENCE)


def test_a_submission_that_is_invalid_is_refused_though_the_status_is_200() -> None:
    assert submitted(200, event("patch.invalid")) == Refused("validation", "The attributes are invalid.", EVIDENCE)


@pytest.mark.parametrize(
    ("issues", "cause"),
    [
        ([issue(NOT_IN_CATALOG)], "not_found"),
        ([issue("Não é possível concluir.", "13013")], "not_found"),
        ([issue(BRAND)], "protected"),
        ([issue("A marca precisa de aprovação.", "5665")], "protected"),
        ([issue("…", "5661")], "protected"),
        ([issue("'[batteries_required]' is required but not supplied.", "90220")], "missing_attribute"),
        ([issue("'size' …", "1", categories=["MISSING_ATTRIBUTE"])], "missing_attribute"),
        ([issue("The provided value for 'Hazmat' is invalid.", "4000001", attributeNames=["hazmat"])], "validation"),
        ([issue("The attributes are invalid."), issue(BRAND, "5665")], "protected"),
        ([], "validation"),
    ],
)
def test_issues_say_the_cause_by_code_category_or_words(issues: list[dict[str, Any]], cause: str) -> None:
    outcome = invalid(*issues)
    assert isinstance(outcome, Refused)
    assert outcome.cause == cause
    assert outcome.message


def test_every_error_is_told_and_advice_is_not() -> None:
    outcome = invalid(issue("First."), issue("Only advice.", severity="WARNING"), issue("Second."))
    assert outcome == Refused("validation", "First.; Second.", EVIDENCE)


def test_an_internal_error_inside_a_200_may_be_repeated() -> None:
    outcome = invalid(issue("An internal error has occurred. Please try again.", "4000000"))
    assert outcome == Unknown("marketplace_down", "An internal error has occurred. Please try again.", EVIDENCE)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>ok</html>",
        "[]",
        "{}",
        {"sku": "42", "status": "QUEUED", "submissionId": "s-1"},
        {"sku": "42", "status": "ACCEPTED"},
        {"sku": "42", "status": "ACCEPTED", "submissionId": ""},
        event("patch.valid"),  # of a preview, which nobody asked for
    ],
)
def test_a_success_of_unknown_shape_is_not_trusted(body: Any) -> None:
    outcome = submitted(200, body)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"
    assert outcome.evidence is EVIDENCE


@pytest.mark.parametrize("status", [201, 202, 204, 302])
def test_no_other_success_and_no_redirect_is_trusted(status: int) -> None:
    assert submitted(status) == Unknown("uncatalogued", f"HTTP {status}", EVIDENCE)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, event("patch.bad-request"), Refused("validation", "Invalid input")),
        (400, failed(NO_VALUE), Refused("validation", NO_VALUE)),
        (400, failed("Invalid seller id"), Refused("configuration", "Invalid seller id")),
        (401, failed(DENIED, "Unauthorized"), Unauthorized(DENIED)),
        (403, failed(DENIED, "Unauthorized"), Unauthorized(DENIED)),
        (403, failed(DENIED, "Unauthorized", BAD_TOKEN), Unauthorized(f"{DENIED}; {BAD_TOKEN}")),
        (403, failed(NOT_VALID, "Unauthorized"), Unauthorized(NOT_VALID, revoked=True)),
        (403, failed(NO_FEEDS, "Unauthorized"), Unauthorized(NO_FEEDS, revoked=True)),
        (404, failed(NO_SKU, "NOT_FOUND"), Refused("not_found", NO_SKU)),
        (413, failed("Too large."), Refused("validation", "Too large.")),
        (415, failed("Not JSON."), Refused("validation", "Not JSON.")),
        (409, failed("Conflict."), Refused("uncatalogued", "Conflict.")),
        (418, "", Refused("uncatalogued", "HTTP 418")),
        (500, failed("Internal."), Unknown("marketplace_down", "Internal.")),
        (503, "<html>later</html>", Unknown("marketplace_down", "<html>later</html>")),
        (504, "", Unknown("timeout", "HTTP 504")),
    ],
)
def test_a_status_decides_before_any_body(status: int, body: Any, outcome: Outcome) -> None:
    assert submitted(status, body) == replace(outcome, evidence=EVIDENCE)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"x_amzn_ratelimit_limit": "5.0"}, 0.2),
        ({"x_amzn_ratelimit_limit": "0.5"}, 2.0),
        ({"x_amzn_ratelimit_limit": "0"}, None),
        ({"x_amzn_ratelimit_limit": "plenty"}, None),
        ({"x_amzn_ratelimit_limit": "5.0", "retry_after": "30"}, 30.0),
    ],
)
def test_a_throttle_waits_as_long_as_the_rate_implies(headers: dict[str, str], wait_s: float | None) -> None:
    words = "You exceeded your quota for the requested resource."
    assert submitted(429, failed(words, "QuotaExceeded"), **headers) == Throttled(wait_s, words, EVIDENCE)


@pytest.mark.parametrize(
    ("error", "kind", "cause"),
    [
        (TimedOut("late"), Unknown, "timeout"),
        (NoAnswer("cut"), Unknown, "marketplace_down"),
        (NotSent("no connection"), Unknown, "marketplace_down"),
        (EgressRefused("private"), Refused, "configuration"),
    ],
)
def test_no_answer_is_told_apart_by_why(error: TransportError, kind: type[Outcome], cause: str) -> None:
    outcome = classify(Exchange(error, EVIDENCE), now_s=NOW_S)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "cause", None) == cause
    assert outcome.evidence is EVIDENCE


def test_a_secret_that_an_answer_repeats_is_not_told() -> None:
    outcome = submitted(400, failed("bad token Atza|canary"))
    assert outcome == Refused("validation", "bad token ***", EVIDENCE)


# ------------------------------------------------------------------------------------------------ what is shown


def item(quantity: Any = 100, channel: str = "DEFAULT", issues: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    availability = {"fulfillmentChannelCode": channel} | ({} if quantity is None else {"quantity": quantity})
    return {"sku": "42", "fulfillmentAvailability": [availability], "issues": issues or []}


def became(shown: dict[str, Any], wanted: int = 7) -> Outcome:
    return arrived(told(200, shown), shown, wanted, [BRAZIL], WAITING)


def test_what_is_shown_as_it_was_sent_is_applied_whatever_else_is_wrong_with_the_listing() -> None:
    assert became(event("item"), 100) == Applied(EVIDENCE, by_sight=True)


def test_what_is_not_shown_is_waited_for() -> None:
    assert became(item(3)) == Accepted("listing:s-1", 30.0, EVIDENCE)


def test_an_error_that_stops_processing_refuses_what_is_not_shown() -> None:
    missing = issue("'size' is required but not supplied.", "90220", marketplaceIds=[BRAZIL])
    assert became(item(3, issues=[missing])) == Refused("missing_attribute", missing["message"], EVIDENCE)


@pytest.mark.parametrize(
    "more",
    [
        {"severity": "WARNING"},
        {"marketplaceIds": [MEXICO]},
        {"enforcements": {"actions": [{"action": "SEARCH_SUPPRESSED"}], "exemption": {"status": "NOT_EXEMPT"}}},
    ],
)
def test_advice_other_countries_and_what_amazon_did_to_the_listing_refuse_nothing(more: dict[str, Any]) -> None:
    assert isinstance(became(item(3, issues=[issue("No.", "18027", **more)])), Accepted)


def test_an_offer_that_amazon_fulfils_is_not_the_sellers_to_write() -> None:
    assert became(item(3, "AMAZON_NA")) == Refused("fulfillment", "", EVIDENCE)


def test_of_two_offers_the_sellers_own_counts() -> None:
    both = item(7)
    both["fulfillmentAvailability"] += item(90, "AMAZON_NA")["fulfillmentAvailability"]
    assert offered(told(200), both) == 7
    assert became(both, 7) == Applied(EVIDENCE, by_sight=True)


@pytest.mark.parametrize(
    "shown",
    [item(None), item("7"), item(True), {"sku": "42", "fulfillmentAvailability": []}, {"sku": "42"}, None, []],
)
def test_a_quantity_that_is_not_there_is_not_known_and_still_waited_for(shown: Any) -> None:
    seen = offered(told(200), shown)
    assert isinstance(seen, Unknown)
    assert seen.cause == "uncatalogued"
    assert isinstance(became(shown), Accepted)


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (Throttled(45.0, "…", EVIDENCE), Accepted("listing:s-1", 45.0, EVIDENCE)),
        (Throttled(0.2, "…", EVIDENCE), Accepted("listing:s-1", 30.0, EVIDENCE)),
        (Throttled(None, "…", EVIDENCE), Accepted("listing:s-1", 30.0, EVIDENCE)),
        (Unknown("timeout", "…", EVIDENCE), Accepted("listing:s-1", 30.0, EVIDENCE)),
        (Refused("validation", "…", EVIDENCE), Accepted("listing:s-1", 30.0, EVIDENCE)),
        (Unauthorized("…", evidence=EVIDENCE), Unauthorized("…", evidence=EVIDENCE)),
        (Refused("not_found", "…", EVIDENCE), Refused("not_found", "…", EVIDENCE)),
    ],
)
def test_a_question_that_failed_says_nothing_of_the_write(failure: Outcome, outcome: Outcome) -> None:
    assert not_yet(failure, WAITING) == outcome


@pytest.mark.parametrize("issues", [None, "no", [None, 1, {}], {"severity": "ERROR"}])
def test_issues_of_unknown_shape_are_none(issues: Any) -> None:
    assert errors(issues) == []


# ------------------------------------------------------------------------------------------------ login

SECRET = {"client_id": "c", "client_secret": "s", "refresh_token": "Atzr|old", "note": "kept"}


def test_logging_in_again_keeps_the_secret_and_adds_a_token_with_its_end() -> None:
    body = {"access_token": "Atza|new", "token_type": "bearer", "expires_in": 3600, "refresh_token": "Atzr|old"}
    assert renewed(told(200, body), SECRET, now_ms=1_000_000) == {
        **SECRET,
        "access_token": "Atza|new",
        "expires_at": "4600000",
    }


def test_a_refresh_token_that_is_not_told_again_stays() -> None:
    found = renewed(told(200, {"access_token": "Atza|new", "expires_in": 3600}), SECRET, now_ms=0)
    assert isinstance(found, dict)
    assert found["refresh_token"] == "Atzr|old"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": "invalid_grant", "error_description": NO_GRANT}),
        (401, {"error": "invalid_client", "error_description": "Client authentication failed"}),
        (400, {"error": "unauthorized_client", "error_description": "…"}),
    ],
)
def test_an_authorisation_that_is_gone_needs_a_person(status: int, body: dict[str, str]) -> None:
    outcome = renewed(told(status, body), SECRET, now_ms=0)
    words = f"{body['error']}: {body['error_description']}"
    assert outcome == Unauthorized(words, revoked=True, evidence=EVIDENCE)


@pytest.mark.parametrize(
    ("status", "body", "kind", "cause"),
    [
        (200, {"access_token": "Atza|new"}, Unknown, "uncatalogued"),
        (200, {"access_token": "", "expires_in": 3600}, Unknown, "uncatalogued"),
        (200, "<html>", Unknown, "uncatalogued"),
        (500, "", Unknown, "marketplace_down"),
        (429, "", Throttled, None),
        (400, {"error": "invalid_request", "error_description": "…"}, Refused, "validation"),
    ],
)
def test_a_login_that_did_not_work_is_not_taken_for_a_revocation(
    status: int, body: Any, kind: type[Outcome], cause: str | None
) -> None:
    outcome = renewed(told(status, body), SECRET, now_ms=0)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "cause", None) == cause


def test_a_new_token_in_an_answer_that_is_not_understood_is_not_told() -> None:
    outcome = renewed(told(200, {"access_token": "Atza|fresh-canary", "expires_in": "soon"}), SECRET, now_ms=0)
    assert isinstance(outcome, Unknown)
    assert "fresh-canary" not in outcome.message


# ------------------------------------------------------------------------------------------------ a feed's report


def report(body: Any) -> Report:
    found = read_report(told(200), json.dumps(body))
    assert isinstance(found, Report)
    return found


def update(sku: str) -> StockUpdate:
    return StockUpdate("demoloja", "MZN", Listing("1", {"seller_sku": sku}), 7, 1)


def test_a_report_refuses_the_skus_that_it_names_and_no_others() -> None:
    found = report(event("processing-report"))
    b, c, a = (found.refusal(update(sku)) for sku in ("My-SKU-B", "My-SKU-C", "My-SKU-A"))
    assert isinstance(b, Refused)
    assert (b.cause, a) == ("missing_attribute", None)
    assert b.message == (
        "'[batteries_required]' is required but not supplied.; "
        "'[supplier_declared_dg_hz_regulation]' is required but not supplied."
    )
    assert isinstance(c, Refused)
    assert c.cause == "validation"
    assert c.evidence is not None
    assert "My-SKU-C" in c.evidence.response
    assert "My-SKU-B" not in c.evidence.response


def test_a_report_that_names_only_the_messages_number_is_understood() -> None:
    body = event("processing-report.by-number")
    body["issues"][0]["messageId"] = message_id("312948-FBM")
    refusal = report(body).refusal(update("312948-FBM"))
    assert isinstance(refusal, Refused)
    assert (refusal.cause, refusal.message) == ("validation", "Invalid parameters provided.")
    assert report(body).refusal(update("312949-FBM")) is None


def test_an_error_of_no_message_is_of_the_whole_file() -> None:
    body = event("processing-report.by-number")
    del body["issues"][0]["messageId"]
    refusal = report(body).refusal(update("any"))
    assert isinstance(refusal, Refused)
    assert (refusal.cause, refusal.message) == ("import_failed", "Invalid parameters provided.")


@pytest.mark.parametrize("text", ["", "<html>", "[]", '{"issues": []}', '{"header": {}}'])
def test_a_report_of_unknown_shape_refuses_nobody(text: str) -> None:
    outcome = read_report(told(200, text), text)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"


def test_message_numbers_are_within_the_schemas_limits_and_come_from_the_sku_alone() -> None:
    numbers = {message_id(str(sku)) for sku in range(5000)}
    assert min(numbers) >= 1
    assert max(numbers) <= 2_147_483_647
    assert len(numbers) == 5000
    assert message_id("42") == message_id("42")
