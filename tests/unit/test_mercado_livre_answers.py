"""What the answers of Mercado Livre mean: its documented errors, and those that its sellers' tools have recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stockbridge.connectors import Response
from stockbridge.errors import EgressRefused, NoAnswer, NotSent, TimedOut, TransportError
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.mercado_livre_answers import (
    classify,
    classify_login,
    item_of,
    locations_of,
    maximum_of,
    not_understood,
    tokens_of,
)
from stockbridge.outcomes import Busy, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown

EVENTS = Path(__file__).parents[1] / "events" / "mercado_livre"
EVIDENCE = Evidence("PUT", "answered")
NOW_S = 1_750_000_000.0


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def told(status: int, body: object = "", **headers: str) -> Exchange:
    text = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(Response(status, names, text.encode()), EVIDENCE, ("tok-canary",))


def meaning(status: int, body: object = "", **headers: str) -> Outcome | None:
    return classify(told(status, body, **headers), now_s=NOW_S)


def cannot_update(status: str, what: str) -> dict[str, Any]:
    return {
        "message": f"Cannot update item MLB4862135565 [status:{status}, has_bids:false]",
        "error": "validation_error",
        "status": 400,
        "cause": [{"code": "field_not_updatable", "message": f"{what} is not modifiable."}],
    }


def validation(*causes: dict[str, Any]) -> dict[str, Any]:
    return {"message": "Validation error", "error": "validation_error", "status": 400, "cause": list(causes)}


REFUSALS: list[tuple[str, int, object]] = [
    ("listing_closed", 400, cannot_update("closed", "available_quantity")),
    ("listing_closed", 400, {"message": "Estoque não atualizado pois o anúncio MLB1 está finalizado"}),
    ("under_review", 400, cannot_update("under_review", "variations")),
    ("under_review", 400, cannot_update("inactive", "available_quantity")),
    (
        "under_review",
        400,
        {"message": "Cannot update item XXX [status:under_review, has_bids:false] variations is not modifiable."},
    ),
    ("validation", 400, cannot_update("active", "available_quantity")),
    (
        "fulfillment",
        400,
        validation(
            {
                "code": "variations.available_quantity.not_modifiable",
                "message": "Available quantity is not modifiable in fulfillment items",
            }
        ),
    ),
    ("fulfillment", 400, {"message": "A quantidade disponível não é modificável em items com logística Fulfillment"}),
    (
        "missing_attribute",
        400,
        validation({"code": "item.attributes.missing_required", "message": "One or more required attributes…"}),
    ),
    ("missing_attribute", 400, {"message": "The attributes [GTIN] are required for category MLB1658"}),
    (
        "validation",
        400,
        {
            "cause": [
                {
                    "code": "item.available_quantity.invalid",
                    "message": "Available quantity max. value is 1 for category MLB1658",
                }
            ]
        },
    ),
    ("validation", 400, {"message": "Validation error. Is not possible to activate an item without stock."}),
    ("validation", 400, {"message": "the site is blocked for modifications to the selling address"}),
    ("not_found", 404, {"message": "Item with id MLB4451944479 not found", "error": "not_found", "status": 404}),
    ("not_found", 400, {"message": "ProductId not found."}),
    ("not_found", 403, {"message": "You must be the owner of the item with id MLB1", "error": "invalid_user"}),
    ("warehouse_unknown", 404, {"message": "stock-locations not found"}),
    ("warehouse_unknown", 400, {"message": "store does not belong to seller: 000"}),
    ("warehouse_unknown", 400, {"message": "store not found: 000"}),
    ("warehouse_unknown", 400, {"message": "store is not configured to be a stock location"}),
    ("warehouse_unknown", 400, {"message": "store cannot be null or empty"}),
    (
        "warehouse_unknown",
        400,
        {"message": "seller with a single warehouse cannot update stock across multiple network nodes"},
    ),
    ("account_blocked", 403, {"message": "The caller is not authorized to access this resource."}),
    (
        "account_blocked",
        403,
        {"message": "You don't have permission to access the resource", "error": "forbidden_error"},
    ),
    ("uncatalogued", 400, {"message": "Missing X-Version header"}),
    ("uncatalogued", 418, {"message": "never heard of"}),
    ("uncatalogued", 302, "moved"),
]


@pytest.mark.parametrize(("cause", "status", "body"), REFUSALS)
def test_a_refusal_has_the_cause_that_its_words_say(cause: str, status: int, body: object) -> None:
    outcome = meaning(status, body)
    assert isinstance(outcome, Refused)
    assert (outcome.cause, outcome.evidence) == (cause, EVIDENCE)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"message": "user not authorized", "error": "unauthorized_request_error", "status": 401, "cause": []}),
        (401, "<html>Unauthorized</html>"),
        (400, {"message": "Error converting access token"}),
        (500, {"message": "Error converting access token"}),
        (
            403,
            {
                "status": 403,
                "error": "access_denied",
                "message": "access to the requested resource is forbidden",
                "code": "FORBIDDEN",
            },
        ),
    ],
)
def test_an_access_token_that_is_over_asks_for_a_login(status: int, body: object) -> None:
    outcome = meaning(status, body)
    assert isinstance(outcome, Unauthorized)
    assert (outcome.revoked, outcome.evidence) == (False, EVIDENCE)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, {"status": 403, "error": "Invalid scopes", "code": "FORBIDDEN"}),
        (403, {"message": "User not active"}),
        (401, {"error": "unauthorized_application"}),
    ],
)
def test_what_no_login_cures_needs_a_person(status: int, body: object) -> None:
    outcome = meaning(status, body)
    assert isinstance(outcome, Unauthorized)
    assert outcome.revoked


@pytest.mark.parametrize(
    "body",
    [
        {"message": "item optimistic locking error: conflict", "status": 409, "cause": []},
        {"message": "Version mismatch"},
    ],
)
def test_somebody_else_writing_is_busy(body: object) -> None:
    assert isinstance(meaning(409, body), Busy)


def test_too_many_requests_throttle_with_the_wish_if_there_is_one() -> None:
    documented = {"message": "Too Many Requests", "error": "too_many_requests", "status": 429, "cause": []}
    outcome = meaning(429, documented)
    assert outcome == Throttled(None, "Too Many Requests", EVIDENCE)
    assert meaning(429, "local_rate_limited", retry_after="7") == Throttled(7.0, "local_rate_limited", EVIDENCE)
    assert isinstance(meaning(403, {"error": "local_rate_limited"}), Throttled)


@pytest.mark.parametrize(
    ("cause", "status", "body"),
    [
        (
            "marketplace_down",
            500,
            {"message": "Internal Server Error", "error": "internal_server_error", "status": 500},
        ),
        ("marketplace_down", 502, {"message": "Bad Gateway", "error": "bad_gateway", "status": 502, "cause": []}),
        ("marketplace_down", 503, ""),
        ("timeout", 504, {"message": "Gateway Timeout", "error": "gateway_timeout", "status": 504, "cause": []}),
        ("timeout", 408, ""),
    ],
)
def test_a_failing_marketplace_may_have_applied_it(cause: str, status: int, body: object) -> None:
    outcome = meaning(status, body)
    assert isinstance(outcome, Unknown)
    assert (outcome.cause, outcome.evidence) == (cause, EVIDENCE)


@pytest.mark.parametrize(
    ("error", "cause"),
    [(TimedOut("8 s"), "timeout"), (NoAnswer("reset"), "marketplace_down"), (NotSent("DNS"), "marketplace_down")],
)
def test_no_answer_is_unknown(error: TransportError, cause: str) -> None:
    outcome = classify(Exchange(error, EVIDENCE), now_s=NOW_S)
    assert isinstance(outcome, Unknown)
    assert (outcome.cause, outcome.evidence) == (cause, EVIDENCE)


def test_an_address_that_must_not_be_spoken_to_is_the_configurations_fault() -> None:
    outcome = classify(Exchange(EgressRefused("the address is not public"), EVIDENCE), now_s=NOW_S)
    assert outcome == Refused("configuration", "the address is not public", EVIDENCE)


def test_a_success_means_nothing_by_its_status() -> None:
    assert meaning(200, {}) is None
    assert not_understood(told(200, {})) == Unknown("uncatalogued", "{}", EVIDENCE)


def test_a_warning_beside_the_error_decides_nothing() -> None:
    body = validation(
        {"type": "warning", "code": "shipping.me2_adoption_mandatory", "message": "fulfillment is available"},
        {"type": "error", "code": "item.price.invalid", "message": "The price is too low"},
    )
    outcome = meaning(400, body)
    assert outcome == Refused("validation", "Validation error: The price is too low", EVIDENCE)


def test_the_message_is_the_marketplaces_own_without_secrets() -> None:
    outcome = meaning(400, {"message": "store not found: tok-canary"})
    assert outcome == Refused("warehouse_unknown", "store not found: ***", EVIDENCE)
    assert meaning(503, "<html><b>Down</b> for  a while</html>") == Unknown(
        "marketplace_down", "Down for a while", EVIDENCE
    )
    assert meaning(503, "") == Unknown("marketplace_down", "HTTP 503", EVIDENCE)


@pytest.mark.parametrize("body", ["[1]", '"text"', "{", '{"cause": [3, "x", {}]}', '{"cause": {"code": 1}}', "\x00"])
def test_any_body_is_classified(body: str) -> None:
    outcome = meaning(400, body)
    assert isinstance(outcome, Refused)
    assert outcome.cause == "uncatalogued"
    assert outcome.message


def too_much(message: str) -> dict[str, Any]:
    return {"code": "item.available_quantity.invalid", "message": message, "references": ["available_quantity"]}


@pytest.mark.parametrize(
    ("body", "maximum"),
    [
        ({"cause": [too_much("Available quantity max. value is 1 for category MLB1658")]}, 1),
        (validation(too_much("max 1")), 1),
        (validation(too_much("maximum value is 250 here")), 250),
        (validation(too_much("")), None),
        (validation({"code": "item.pictures.max", "message": "max 12"}), None),
        ({"message": "max 1"}, None),
    ],
)
def test_the_categorys_maximum_is_in_the_words(body: object, maximum: int | None) -> None:
    assert maximum_of(told(400, body)) == maximum


def test_a_maximum_is_learned_from_a_refusal_only() -> None:
    body = validation({"code": "item.available_quantity.invalid", "message": "max 1"})
    assert maximum_of(told(200, body)) is None
    assert maximum_of(Exchange(TimedOut("8 s"), EVIDENCE)) is None


# ------------------------------------------------------------------------------------ login


USED_UP = {
    "error_description": "Error validating grant. Your authorization code or refresh token may be expired "
    "or it was already used",
    "error": "invalid_grant",
    "status": 400,
    "cause": [],
}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, USED_UP),
        (400, {"error": "invalid_client"}),
        (400, {"error": "invalid_scope"}),
        (400, {"error": "invalid_request"}),
        (400, {"error": "unsupported_grant_type"}),
        (403, {"error": "forbidden"}),
        (400, {"error": "unauthorized_client"}),
        (400, {"error": "unauthorized_application"}),
        (401, ""),
    ],
)
def test_a_refused_login_needs_a_person(status: int, body: object) -> None:
    outcome = classify_login(told(status, body), now_s=NOW_S)
    assert isinstance(outcome, Unauthorized)
    assert (outcome.revoked, outcome.evidence) == (True, EVIDENCE)


def test_a_login_that_came_to_nothing_is_tried_again() -> None:
    limited = classify_login(told(429, {"error": "local_rate_limited"}), now_s=NOW_S)
    assert limited == Throttled(None, "local_rate_limited", EVIDENCE)
    assert isinstance(classify_login(told(500), now_s=NOW_S), Unknown)
    assert classify_login(told(200, sample("login")), now_s=NOW_S) is None


def test_a_login_lasts_as_long_as_it_says() -> None:
    assert tokens_of(sample("login"), 1_000_000) == {
        "access_token": "APP_USR-12345657984-090515-b0ad156bce70050973466faa15-1234567",
        "refresh_token": "TG-5b9032b4e4b0714aed1f959f-1234567",
        "expires_at": "11800000",
    }


def test_a_login_without_a_new_refresh_token_leaves_the_old_one() -> None:
    assert "refresh_token" not in (tokens_of({"access_token": "a", "expires_in": 1}, 0) or {})


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"access_token": "a"},
        {"access_token": "", "expires_in": 1},
        {"access_token": "a", "expires_in": True},
    ],
)
def test_anything_else_is_no_login(document: Any) -> None:
    assert tokens_of(document, 0) is None


# ------------------------------------------------------------------------------------ what a 2xx shows


def test_an_item_is_understood_with_all_its_variations() -> None:
    item = item_of(sample("item_with_variations"), "MLB123456789")
    assert item is not None
    assert {name: (each.id, each.quantity) for name, each in item.variations.items()} == {
        "30078896884": (30078896884, 5),
        "30078896888": (30078896888, 6),
        "30078896892": (30078896892, 1),
    }
    assert item.whole.quantity == 12


@pytest.mark.parametrize("variations", [None, []])
def test_an_item_may_have_no_variations(variations: Any) -> None:
    item = item_of({"id": "MLB1", "available_quantity": 6, "variations": variations}, "MLB1")
    assert item is not None
    assert (item.whole.quantity, item.variations) == (6, {})


@pytest.mark.parametrize(
    "change",
    [
        {"id": "MLB999"},
        {"available_quantity": None},
        {"available_quantity": True},
        {"variations": "many"},
        {"variations": [{"id": 1, "available_quantity": 1}, {"available_quantity": 1}]},
        {"variations": [{"id": 1, "available_quantity": 1}, "2"]},
        {"variations": [{"id": 1, "available_quantity": 1}, {"id": 2}]},
        {"variations": [{"id": 1, "available_quantity": 1}, {"id": 1, "available_quantity": 2}]},
    ],
)
def test_an_item_of_which_a_part_is_not_understood_is_not_understood(change: dict[str, Any]) -> None:
    assert item_of({"id": "MLB1", "available_quantity": 1, "variations": []} | change, "MLB1") is None


def test_places_are_understood_whatever_their_kind() -> None:
    places = locations_of(sample("user_product_stock"), "MLMU123456789")
    assert [(each.kind, each.store_id, each.network_node_id, each.quantity) for each in places or ()] == [
        ("seller_warehouse", "9876543", "123451", 15),
        ("seller_warehouse", "9876553", "571615", 25),
    ]
    address = locations_of(sample("selling_address_stock"), "MLAU12345678")
    assert [(each.kind, each.quantity) for each in address or ()] == [("meli_facility", 5), ("selling_address", 9)]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "MLMU9"},
        {"locations": None},
        {"locations": [{"type": "seller_warehouse", "quantity": 1}, {"type": "seller_warehouse"}]},
        {"locations": [{"quantity": 1}]},
    ],
)
def test_a_stock_of_which_a_part_is_not_understood_is_not_understood(change: dict[str, Any]) -> None:
    assert locations_of({"id": "MLMU1", "locations": []} | change, "MLMU1") is None
