"""What the connector sends to Mercado Livre, in which order, and what it makes of it all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors import Listing, Mode, Reads, Renews, Response, Session, StockUpdate
from stockbridge.errors import TimedOut
from stockbridge.marketplaces.mercado_livre import MercadoLivre
from stockbridge.marketplaces.mercado_livre_answers import Item, Shown
from stockbridge.marketplaces.mercado_livre_items import every_variation
from stockbridge.outcomes import Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown

EVENTS = Path(__file__).parents[1] / "events" / "mercado_livre"
NOW = 1_750_000_000_000
SECRET = {
    "client_id": "4242424242",
    "client_secret": "canary-client-secret",
    "refresh_token": "TG-canary-refresh",
    "access_token": "APP_USR-canary-access",
    "expires_at": str(NOW + 3_600_000),
}
ITEM = {"item_id": "MLB123456789"}
FIRST, SECOND, THIRD = "30078896884", "30078896888", "30078896892"


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def answer(status: int, body: object = None, **headers: str) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, text)


class Marketplace:
    """An `Http` that gives the answers in their order, and remembers what it was asked. `each_takes_ms` passes."""

    def __init__(self, *answers: Response | Exception, each_takes_ms: int = 0) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.deadlines: list[float] = []
        self.now = NOW
        self.each_takes_ms = each_takes_ms

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        is_json = headers.get("content-type") == "application/json"
        self.asked.append((method, url, json.loads(body) if body and is_json else body))
        self.headers.append(headers)
        self.deadlines.append(deadline_s)
        self.now += self.each_takes_ms
        given = self.answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    def session(self, secret: Mapping[str, str] = SECRET, **configuration: str) -> Session:
        document = {"secret": "stockbridge/prod/loja/MLB", **configuration}
        return Session(document, secret, self, lambda: self.now, NOW + 8_000)

    def push(self, *updates: StockUpdate, **secret: str) -> list[Outcome]:
        outcomes = list(MercadoLivre().push(self.session(SECRET | secret), updates))
        assert self.answers == []
        return outcomes


def update(quantity: int, sku: str = "42", **ids: str) -> StockUpdate:
    return StockUpdate("loja", "MLB", Listing(sku, ids), quantity, 1)


def item(quantity: int, **more: Any) -> Response:
    return answer(200, {"id": ITEM["item_id"], "available_quantity": quantity, "variations": [], **more})


def varied(**quantities: int) -> Response:
    """The sample, with other quantities: by `first`, `second`, `third`."""
    document = sample("item_with_variations")
    for position, name in enumerate(("first", "second", "third")):
        if name in quantities:
            document["variations"][position]["available_quantity"] = quantities[name]
    return answer(200, document)


def stock(version: str, *quantities: int) -> Response:
    document = sample("user_product_stock")
    for location, quantity in zip(document["locations"], quantities, strict=False):
        location["quantity"] = quantity
    return answer(200, document, x_version=version)


# ------------------------------------------------------------------------------------ what it is


def test_all_of_one_item_goes_in_one_call() -> None:
    connector = MercadoLivre()
    assert connector.capabilities.mode is Mode.GROUP
    assert connector.capabilities.needs_listing
    assert isinstance(connector, Reads)
    assert isinstance(connector, Renews)
    of = {name: connector.group_of({}, Listing("42", ids)) for name, ids in {
        "item": ITEM,
        "variation": ITEM | {"variation_id": FIRST},
        "copied": ITEM | {"user_product_id": "MLBU1"},
        "warehouse": ITEM | {"user_product_id": "MLBU1", "store_id": "7"},
        "address": {"user_product_id": "MLAU1"},
        "unmapped": {},
    }.items()}  # fmt: skip
    assert of == {
        "item": "MLB123456789",
        "variation": "MLB123456789",
        "copied": "MLB123456789",
        "warehouse": "MLBU1",
        "address": "MLAU1",
        "unmapped": "42",
    }


@pytest.mark.parametrize(
    ("configuration", "wrong"),
    [
        ({"secret": "stockbridge/prod/loja/MLB"}, []),
        ({"secret": "s", "base_url": "https://api.mercadolibre.com/"}, []),
        ({}, [("secret", "required")]),
        ({"secret": "s", "base_url": "https://evil.example.com"}, [("base_url", "host_not_allowed")]),
        ({"secret": "s", "base_url": "http://127.0.0.1:1"}, [("base_url", "not_https")]),
        ({"secret": "s", "url": "x"}, [("url", "unknown_field")]),
    ],
)
def test_the_configuration_is_a_secret_and_an_address(
    configuration: dict[str, str], wrong: list[tuple[str, str]]
) -> None:
    problems = MercadoLivre().problems(configuration, allow_private=False)
    assert [(problem.field, problem.reason) for problem in problems] == wrong


# ------------------------------------------------------------------------------------ items


def test_one_item_is_one_request() -> None:
    marketplace = Marketplace(item(6))
    [outcome] = marketplace.push(update(6, **ITEM))
    assert marketplace.asked == [("PUT", "https://api.mercadolibre.com/items/MLB123456789", {"available_quantity": 6})]
    assert marketplace.headers[0]["authorization"] == "Bearer APP_USR-canary-access"
    assert marketplace.headers[0]["content-type"] == "application/json"
    assert isinstance(outcome, Applied)
    assert outcome.quantity is None
    assert outcome.evidence is not None
    assert outcome.evidence.http_status == 200


def test_another_address_may_be_configured() -> None:
    marketplace = Marketplace(item(6))
    session = marketplace.session(base_url="http://127.0.0.1:8083/mercado-livre/")
    MercadoLivre().push(session, [update(6, **ITEM)])
    assert marketplace.asked[0][1] == "http://127.0.0.1:8083/mercado-livre/items/MLB123456789"


def test_zero_is_written_as_it_is_and_no_status_ever() -> None:
    marketplace = Marketplace(item(0, status="paused", sub_status=["out_of_stock"]))
    [outcome] = marketplace.push(update(0, **ITEM))
    assert marketplace.asked[0][2] == {"available_quantity": 0}
    assert isinstance(outcome, Applied)


def test_an_item_that_its_seller_paused_takes_the_quantity() -> None:
    marketplace = Marketplace(item(6, status="paused", sub_status=["paused_by_seller"]))
    [outcome] = marketplace.push(update(6, **ITEM))
    assert isinstance(outcome, Applied)


@pytest.mark.parametrize("body", [None, {}, {"id": "MLB9", "available_quantity": 6}, {"status": "ok"}])
def test_a_success_that_does_not_show_the_item_is_none(body: object) -> None:
    [outcome] = Marketplace(answer(200, body)).push(update(6, **ITEM))
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"


def test_a_success_that_shows_another_quantity_is_none() -> None:
    [outcome] = Marketplace(item(4)).push(update(6, **ITEM))
    assert isinstance(outcome, Unknown)
    assert (outcome.cause, outcome.message) == ("uncatalogued", "HTTP 200, and shows 4 instead of 6")


def test_an_ignored_write_of_a_seller_with_warehouses_says_so() -> None:
    marketplace = Marketplace(item(0, user_product_id="MLMU123456789"), stock("1"))
    [outcome] = marketplace.push(update(6, **ITEM))
    assert marketplace.asked[1][:2] == ("GET", "https://api.mercadolibre.com/user-products/MLMU123456789/stock")
    assert isinstance(outcome, Refused)
    assert outcome.cause == "multi_warehouse"
    assert "9876543, 9876553" in outcome.message


def test_an_unexplained_difference_of_a_user_products_item_stays_unknown() -> None:
    marketplace = Marketplace(item(0, user_product_id="MLAU12345678"), answer(200, sample("selling_address_stock")))
    [outcome] = marketplace.push(update(6, **ITEM))
    assert isinstance(outcome, Unknown)


def too_much(most: int) -> Response:
    message = f"Available quantity max. value is {most} for category MLB1658"
    return answer(400, {"cause": [{"code": "item.available_quantity.invalid", "message": message}]})


def test_more_than_the_category_takes_is_sent_once_more_with_the_maximum() -> None:
    marketplace = Marketplace(too_much(1), item(1))
    [outcome] = marketplace.push(update(6, **ITEM))
    assert [body for _, _, body in marketplace.asked] == [{"available_quantity": 6}, {"available_quantity": 1}]
    assert isinstance(outcome, Applied)
    assert outcome.quantity == 1


def test_a_maximum_is_tried_only_once() -> None:
    [outcome] = Marketplace(too_much(5), too_much(1)).push(update(6, **ITEM))
    assert isinstance(outcome, Refused)
    assert outcome.cause == "validation"


def test_a_maximum_that_is_not_exceeded_explains_nothing() -> None:
    [outcome] = Marketplace(too_much(6)).push(update(6, **ITEM))
    assert isinstance(outcome, Refused)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(429), Throttled),
        (answer(409, {"message": "item optimistic locking error: conflict", "status": 409, "cause": []}), Busy),
        (answer(401), Unauthorized),
        (answer(503), Unknown),
        (TimedOut("8 s"), Unknown),
        (answer(404), Refused),
    ],
)
def test_an_error_is_told_with_its_evidence(given: Response | Exception, kind: type[Outcome]) -> None:
    [outcome] = Marketplace(given).push(update(6, **ITEM))
    assert isinstance(outcome, kind)
    assert outcome.evidence is not None
    assert outcome.evidence.request.startswith("PUT https://api.mercadolibre.com/items/MLB123456789\n")


# ------------------------------------------------------------------------------------ variations


def test_a_write_of_variations_names_all_of_them_and_changes_those_that_are_due() -> None:
    marketplace = Marketplace(varied(), varied(first=8, third=0))
    outcomes = marketplace.push(
        update(0, "44", **ITEM, variation_id=THIRD), update(8, "42", **ITEM, variation_id=FIRST)
    )
    assert [(method, body) for method, _, body in marketplace.asked] == [
        ("GET", None),
        (
            "PUT",
            {
                "variations": [
                    {"id": 30078896884, "available_quantity": 8},
                    {"id": 30078896888},
                    {"id": 30078896892, "available_quantity": 0},
                ]
            },
        ),
    ]
    assert [type(outcome) for outcome in outcomes] == [Applied, Applied]


@given(st.lists(st.integers(1, 10**12), unique=True, min_size=1, max_size=30), st.data())
def test_no_write_ever_leaves_a_variation_out(ids: list[int], data: st.DataObject) -> None:
    shown = {str(each): Shown(each, 5, "") for each in ids}
    wanted = data.draw(st.dictionaries(st.sampled_from([*shown, "999"]), st.integers(0, 9)))
    written = every_variation(Item(Shown("MLB1", 5, ""), shown), wanted)
    assert [each["id"] for each in written] == ids
    assert {str(each["id"]): each["available_quantity"] for each in written if "available_quantity" in each} == {
        name: quantity for name, quantity in wanted.items() if name in shown
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["variations"][1].pop("id"),
        lambda document: document.update(variations="many"),
        lambda document: document.update(id="MLB9"),
        lambda document: document.clear(),
    ],
)
def test_an_item_that_is_not_understood_is_not_written(change: Callable[[dict[str, Any]], object]) -> None:
    document = sample("item_with_variations")
    change(document)
    marketplace = Marketplace(answer(200, document))
    [outcome] = marketplace.push(update(8, **ITEM, variation_id=FIRST))
    assert isinstance(outcome, Unknown)
    assert [method for method, _, _ in marketplace.asked] == ["GET"]


def test_an_item_that_was_cut_off_is_not_written() -> None:
    whole = json.dumps(sample("item_with_variations")).encode()
    marketplace = Marketplace(Response(200, {}, whole[:300], cut=True))
    [outcome] = marketplace.push(update(8, **ITEM, variation_id=FIRST))
    assert isinstance(outcome, Unknown)
    assert [method for method, _, _ in marketplace.asked] == ["GET"]


def test_a_variation_that_the_item_does_not_have_is_refused_and_the_others_are_written() -> None:
    marketplace = Marketplace(varied(), varied(second=3))
    outcomes = marketplace.push(
        update(8, "42", **ITEM, variation_id="999"), update(3, "43", **ITEM, variation_id=SECOND)
    )
    assert isinstance(outcomes[0], Refused)
    assert (outcomes[0].cause, outcomes[0].message) == ("not_found", "MLB123456789 has no variation 999")
    assert isinstance(outcomes[1], Applied)


def test_nothing_is_written_when_no_variation_is_the_items() -> None:
    marketplace = Marketplace(varied())
    [outcome] = marketplace.push(update(8, **ITEM, variation_id="999"))
    assert isinstance(outcome, Refused)


def test_a_refused_write_is_refused_for_all_of_it() -> None:
    closed = {"message": "Cannot update item MLB123456789 [status:closed, has_bids:false]", "error": "validation_error"}
    outcomes = Marketplace(varied(), answer(400, closed)).push(
        update(8, "42", **ITEM, variation_id=FIRST), update(3, "43", **ITEM, variation_id=SECOND)
    )
    assert [outcome.cause for outcome in outcomes if isinstance(outcome, Refused)] == ["listing_closed"] * 2


def test_each_variation_is_judged_by_what_is_shown_of_it() -> None:
    outcomes = Marketplace(varied(), varied(first=8, second=6)).push(
        update(8, "42", **ITEM, variation_id=FIRST), update(3, "43", **ITEM, variation_id=SECOND)
    )
    assert [type(outcome) for outcome in outcomes] == [Applied, Unknown]


def test_a_clamped_write_of_variations_is_built_from_a_new_read() -> None:
    grown = sample("item_with_variations")
    grown["variations"].append({"id": 30078896900, "available_quantity": 0})
    marketplace = Marketplace(varied(), too_much(7), answer(200, grown), varied(first=7, second=3))
    outcomes = marketplace.push(
        update(8, "42", **ITEM, variation_id=FIRST), update(3, "43", **ITEM, variation_id=SECOND)
    )
    assert [outcome.quantity for outcome in outcomes if isinstance(outcome, Applied)] == [7, None]
    assert [each["id"] for each in marketplace.asked[3][2]["variations"]][-1] == 30078896900


def test_an_unanswered_read_writes_nothing() -> None:
    marketplace = Marketplace(TimedOut("8 s"))
    outcomes = marketplace.push(
        update(8, "42", **ITEM, variation_id=FIRST), update(3, "43", **ITEM, variation_id=SECOND)
    )
    assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown]


# ------------------------------------------------------------------------------------ user products


HERE = {"user_product_id": "MLMU123456789", "store_id": "9876543", "network_node_id": "123451"}


def test_a_write_of_a_warehouse_leaves_the_others_as_they_are() -> None:
    marketplace = Marketplace(stock("7"), stock("8", 4))
    [outcome] = marketplace.push(update(4, **HERE))
    method, url, body = marketplace.asked[1]
    assert (method, url) == (
        "PUT",
        "https://api.mercadolibre.com/user-products/MLMU123456789/stock/type/seller_warehouse",
    )
    assert marketplace.headers[1]["x-version"] == "7"
    assert body == {
        "locations": [
            {"store_id": "9876543", "network_node_id": "123451", "quantity": 4},
            {"store_id": "9876553", "network_node_id": "571615", "quantity": 25},
        ]
    }
    assert isinstance(outcome, Applied)


def test_a_store_that_never_had_any_is_added() -> None:
    document = sample("user_product_stock")
    document["locations"].append({"type": "seller_warehouse", "store_id": "77", "network_node_id": "N7", "quantity": 4})
    marketplace = Marketplace(stock("7"), answer(200, document))
    ids = {"user_product_id": "MLMU123456789", "store_id": "77", "network_node_id": "N7"}
    [outcome] = marketplace.push(update(4, **ids))
    assert marketplace.asked[1][2]["locations"] == [
        {"store_id": "9876543", "network_node_id": "123451", "quantity": 15},
        {"store_id": "9876553", "network_node_id": "571615", "quantity": 25},
        {"store_id": "77", "network_node_id": "N7", "quantity": 4},
    ]
    assert isinstance(outcome, Applied)


def test_full_stays_out_of_a_write() -> None:
    document = sample("user_product_stock")
    document["locations"].insert(0, {"type": "meli_facility", "quantity": 99})
    marketplace = Marketplace(answer(200, document, x_version="1"), stock("2", 4))
    marketplace.push(update(4, **HERE))
    assert [each["quantity"] for each in marketplace.asked[1][2]["locations"]] == [4, 25]


MISMATCH = answer(409, {"message": "Version mismatch"})


def test_a_write_that_somebody_overtook_is_read_and_sent_again() -> None:
    marketplace = Marketplace(stock("7"), MISMATCH, stock("9", 15, 20), stock("10", 4, 20))
    [outcome] = marketplace.push(update(4, **HERE))
    assert isinstance(outcome, Applied)
    assert marketplace.headers[3]["x-version"] == "9"
    assert [each["quantity"] for each in marketplace.asked[3][2]["locations"]] == [4, 20]


def test_a_write_that_is_overtaken_again_and_again_is_busy() -> None:
    marketplace = Marketplace(*(stock("7"), MISMATCH) * 3)
    [outcome] = marketplace.push(update(4, **HERE))
    assert isinstance(outcome, Busy)
    assert outcome.message == "Version mismatch"


def test_an_overtaken_write_is_not_sent_again_when_the_time_is_over() -> None:
    marketplace = Marketplace(stock("7"), MISMATCH, each_takes_ms=3_600)
    [outcome] = marketplace.push(update(4, **HERE))
    assert isinstance(outcome, Busy)
    assert marketplace.deadlines == [8.0, 4.4]


def test_a_stock_without_a_version_is_not_written() -> None:
    marketplace = Marketplace(answer(200, sample("user_product_stock")))
    [outcome] = marketplace.push(update(4, **HERE))
    assert isinstance(outcome, Unknown)


def test_the_sellers_own_address_is_written_when_no_store_is_named() -> None:
    stock_of_address = answer(200, sample("selling_address_stock"), x_version="3")
    marketplace = Marketplace(stock_of_address, answer(204))
    [outcome] = marketplace.push(update(4, user_product_id="MLAU12345678"))
    method, url, body = marketplace.asked[1]
    assert (method, url.rpartition("/")[2], body) == ("PUT", "selling_address", {"quantity": 4})
    assert marketplace.headers[1]["x-version"] == "3"
    assert isinstance(outcome, Applied)


def test_an_empty_answer_means_success_for_the_sellers_own_address_only() -> None:
    [outcome] = Marketplace(stock("7"), answer(204)).push(update(4, **HERE))
    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize(
    ("locations", "cause"),
    [
        (sample("user_product_stock")["locations"], "multi_warehouse"),
        ([{"type": "meli_facility", "quantity": 5}], "fulfillment"),
        ([], "warehouse_unknown"),
    ],
)
def test_without_a_store_it_must_be_clear_where_it_lies(locations: list[Any], cause: str) -> None:
    document = {"id": "MLMU123456789", "locations": locations}
    [outcome] = Marketplace(answer(200, document, x_version="1")).push(update(4, user_product_id="MLMU123456789"))
    assert isinstance(outcome, Refused)
    assert outcome.cause == cause


def test_the_only_warehouse_needs_no_name() -> None:
    document = sample("user_product_stock")
    del document["locations"][1]
    after = json.loads(json.dumps(document))
    after["locations"][0]["quantity"] = 4
    marketplace = Marketplace(answer(200, document, x_version="1"), answer(200, after))
    [outcome] = marketplace.push(update(4, user_product_id="MLMU123456789"))
    assert isinstance(outcome, Applied)


def test_a_network_node_alone_names_a_warehouse_that_has_it() -> None:
    marketplace = Marketplace(stock("1"), stock("2", 15, 4))
    [outcome] = marketplace.push(update(4, user_product_id="MLMU123456789", network_node_id="571615"))
    assert isinstance(outcome, Applied)
    [refused] = Marketplace(stock("1")).push(update(4, user_product_id="MLMU123456789", network_node_id="0"))
    assert isinstance(refused, Refused)
    assert refused.cause == "warehouse_unknown"


def test_two_warehouses_of_one_user_product_go_in_one_write() -> None:
    marketplace = Marketplace(stock("1"), stock("2", 4, 6))
    other = HERE | {"store_id": "9876553"}
    outcomes = marketplace.push(update(4, "42", **HERE), update(6, "43", **other))
    assert [type(outcome) for outcome in outcomes] == [Applied, Applied]


# ------------------------------------------------------------------------------------ before anything is sent


@pytest.mark.parametrize(
    "ids",
    [{}, {"variation_id": "1"}, {"store_id": "7"}, {"item_id": "../users/me"}, {"item_id": "MLB1", "store_id": "7"}],
)
def test_what_names_nothing_is_unmapped(ids: dict[str, str]) -> None:
    [outcome] = Marketplace().push(update(4, **ids))
    assert isinstance(outcome, Refused)
    assert outcome.cause == "unmapped"


@pytest.mark.parametrize(
    "secret",
    [{"access_token": ""}, {"expires_at": str(NOW - 1)}, {"expires_at": str(NOW + 8_000)}],
)
def test_an_access_token_that_is_missing_or_over_is_not_sent(secret: dict[str, str]) -> None:
    outcomes = Marketplace().push(update(4, **ITEM), update(5, **HERE), **secret)
    assert [type(outcome) for outcome in outcomes] == [Unauthorized, Unauthorized]
    assert not any(outcome.revoked for outcome in outcomes if isinstance(outcome, Unauthorized))


def test_a_token_of_unknown_age_is_tried() -> None:
    [outcome] = Marketplace(item(4)).push(update(4, **ITEM), expires_at="")
    assert isinstance(outcome, Applied)


def test_a_wrong_configuration_sends_nothing() -> None:
    session = Marketplace().session(base_url="no address")
    [outcome] = MercadoLivre().push(session, [update(4, **ITEM)])
    assert outcome == Refused("configuration", "base_url: invalid_url")


def test_outcomes_come_in_the_order_of_the_updates() -> None:
    marketplace = Marketplace(item(1), stock("1"), stock("2", 2))
    outcomes = marketplace.push(update(9), update(1, **ITEM), update(2, **HERE))
    assert [type(outcome) for outcome in outcomes] == [Refused, Applied, Applied]


# ------------------------------------------------------------------------------------ reading


def test_reading_asks_once_for_each_item_and_user_product() -> None:
    marketplace = Marketplace(varied(), stock("1"), answer(200, sample("selling_address_stock")))
    shown = MercadoLivre().read(
        marketplace.session(),
        [
            Listing("42", ITEM | {"variation_id": FIRST}),
            Listing("50", HERE),
            Listing("43", ITEM | {"variation_id": SECOND}),
            Listing("51", {"user_product_id": "MLAU12345678"}),
        ],
    )
    assert shown == [5, 15, 6, 9]
    assert marketplace.answers == []


def test_reading_says_what_it_cannot_know() -> None:
    marketplace = Marketplace(varied(), stock("1"), answer(404, {"message": "Item with id MLB9 not found"}))
    shown = MercadoLivre().read(
        marketplace.session(),
        [
            Listing("42", ITEM),
            Listing("43", ITEM | {"variation_id": "999"}),
            Listing("50", HERE | {"store_id": "77"}),
            Listing("60", {"item_id": "MLB9"}),
            Listing("61"),
        ],
    )
    assert [outcome.cause for outcome in shown if isinstance(outcome, Refused)] == [
        "unmapped",
        "not_found",
        "warehouse_unknown",
        "not_found",
        "unmapped",
    ]


def test_reading_an_item_without_variations() -> None:
    assert MercadoLivre().read(Marketplace(item(6)).session(), [Listing("42", ITEM)]) == [6]


# ------------------------------------------------------------------------------------ logging in


def test_a_login_sends_the_refresh_token_as_a_form_and_gives_the_whole_secret() -> None:
    marketplace = Marketplace(answer(200, sample("login")))
    secret = SECRET | {"note": "kept"}
    renewed = MercadoLivre().renew(marketplace.session(secret))
    [(method, url, body)] = marketplace.asked
    assert (method, url) == ("POST", "https://api.mercadolibre.com/oauth/token")
    assert marketplace.headers[0]["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in marketplace.headers[0]
    assert parse_qs(body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["4242424242"],
        "client_secret": ["canary-client-secret"],
        "refresh_token": ["TG-canary-refresh"],
    }
    assert renewed == secret | {
        "access_token": "APP_USR-12345657984-090515-b0ad156bce70050973466faa15-1234567",
        "refresh_token": "TG-5b9032b4e4b0714aed1f959f-1234567",
        "expires_at": str(NOW + 10_800_000),
    }


@pytest.mark.parametrize("name", ["client_id", "client_secret", "refresh_token"])
def test_a_login_needs_the_whole_secret(name: str) -> None:
    outcome = MercadoLivre().renew(Marketplace().session({**SECRET, name: ""}))
    assert outcome == Refused("configuration", f"the channel's secret has no {name}")


def test_a_used_up_refresh_token_needs_a_person() -> None:
    used_up = {"error": "invalid_grant", "error_description": "Error validating grant.", "status": 400, "cause": []}
    outcome = MercadoLivre().renew(Marketplace(answer(400, used_up)).session())
    assert isinstance(outcome, Unauthorized)
    assert (outcome.revoked, outcome.message) == (True, "Error validating grant.")
    assert outcome.evidence is not None
    assert "canary" not in outcome.evidence.request
    assert "grant_type=refresh_token" in outcome.evidence.request


@pytest.mark.parametrize(
    "body", [b'{"token": {"value": "APP_USR-new"}}', b"APP_USR-new TG-new", b'{"access_token": "APP_USR-new", "exp']
)
def test_a_login_that_is_not_understood_keeps_no_token(body: bytes) -> None:
    outcome = MercadoLivre().renew(Marketplace(Response(200, {}, body)).session())
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"
    assert "-new" not in repr(outcome)
