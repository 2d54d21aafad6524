"""What the connector writes to Mercado Livre, in which order, and what it makes of it all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors import Response
from stockbridge.errors import TimedOut
from stockbridge.marketplaces.mercado_livre import MercadoLivre
from stockbridge.marketplaces.mercado_livre_answers import Item, Shown
from stockbridge.marketplaces.mercado_livre_items import every_variation
from stockbridge.outcomes import Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from tests.unit.mercado_livre import (
    FIRST,
    HERE,
    ITEM,
    SECOND,
    THIRD,
    Marketplace,
    answer,
    item,
    sample,
    stock,
    update,
    varied,
)

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
