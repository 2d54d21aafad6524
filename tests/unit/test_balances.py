"""What VTEX's documented answers say about a balance, and that nothing unreadable is ever 0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.balances import NOT_LISTED, Reading, Readings, read_inventory, read_simulation
from stockbridge.errors import VtexUnavailable

SAMPLES = Path(__file__).parents[1] / "events" / "vtex"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.response.json").read_text())


def simulation(*balances: Any, **first_item: Any) -> dict[str, Any]:
    """An answer about SKUs "1", "2", ... with these balances."""
    items = [{"id": str(index + 1), "requestIndex": index, "quantity": 1} for index in range(len(balances))]
    items[0] |= first_item
    logistics = [{"itemIndex": index, "stockBalance": balance} for index, balance in enumerate(balances)]
    return {"items": items, "logisticsInfo": logistics, "messages": []}


def listed(quantity: int, *, unlimited: bool = False) -> Reading:
    return Reading(quantity, unlimited, listed=True)


def test_the_sample_of_2015_has_two_balances() -> None:
    readings = read_simulation(["287611", "5837"], sample("fulfillment-simulation-2015-docs"))
    assert readings == Readings({"287611": listed(99), "5837": listed(1237)}, {})


def test_the_help_center_sample_has_one_sku_without_stock_and_one_that_is_not_sold() -> None:
    readings = read_simulation(["23", "25"], sample("fulfillment-simulation-helpcenter-outofstock"))
    assert readings == Readings({"23": listed(0), "25": NOT_LISTED}, {})


def test_an_answer_about_another_sku_than_the_one_asked_for_is_unreadable() -> None:
    readings = read_simulation(["6"], sample("fulfillment-simulation-external-seller-openapi"))
    assert readings.found == {}
    assert set(readings.unreadable) == {"6"}


def test_a_simulation_without_balances_is_unreadable_and_not_zero() -> None:
    readings = read_simulation(["1"], sample("fulfillment-simulation-external-marketplace-openapi"))
    assert (readings.found, set(readings.unreadable)) == ({}, {"1"})


@pytest.mark.parametrize(
    ("balance", "reading"),
    [
        (0, listed(0)),
        (7, listed(7)),
        (7.0, listed(7)),
        (-3, listed(0)),
        (999_999, listed(999_999)),
        (1_000_000, listed(1_000_000, unlimited=True)),
        (2_147_483_647, listed(2_147_483_647, unlimited=True)),
    ],
)
def test_a_balance_is_units(balance: float, reading: Reading) -> None:
    assert read_simulation(["1"], simulation(balance)).found == {"1": reading}


@pytest.mark.parametrize("balance", [None, "7", True, 0.5, float("nan"), [], {}])
def test_a_balance_that_is_no_number_spoils_its_own_sku_only(balance: Any) -> None:
    readings = read_simulation(["1", "2"], simulation(balance, 4))
    assert readings.found == {"2": listed(4)}
    assert readings.unreadable["1"].cause == "vtex_unavailable"


def test_items_may_come_in_any_order_and_some_not_at_all() -> None:
    document = {
        "items": [{"id": "3", "requestIndex": 2}, {"id": "1", "requestIndex": 0}],
        "logisticsInfo": [{"itemIndex": 1, "stockBalance": 10}, {"itemIndex": 0, "stockBalance": 30}],
    }
    assert read_simulation(["1", "2", "3"], document) == Readings(
        {"1": listed(10), "2": NOT_LISTED, "3": listed(30)}, {}
    )


def test_an_item_without_logistics_is_not_available() -> None:
    assert read_simulation(["1"], {"items": [{"id": "1"}], "logisticsInfo": []}).found == {"1": NOT_LISTED}


def test_an_item_that_contradicts_its_place_makes_both_skus_unreadable() -> None:
    readings = read_simulation(["1", "2", "3"], simulation(5, 6, 7, requestIndex=1))
    assert readings.found == {"3": listed(7)}
    assert set(readings.unreadable) == {"1", "2"}


def test_two_different_balances_for_one_sku_are_none() -> None:
    document = {
        "items": [{"id": "1"}, {"id": "1"}],
        "logisticsInfo": [{"itemIndex": 0, "stockBalance": 1}, {"itemIndex": 1, "stockBalance": 2}],
    }
    assert set(read_simulation(["1"], document).unreadable) == {"1"}
    document["logisticsInfo"][1]["stockBalance"] = 1
    assert read_simulation(["1"], document).found == {"1": listed(1)}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"items": []},
        {"items": None, "logisticsInfo": []},
        {"items": [None], "logisticsInfo": []},
        {"items": [{"id": "9"}], "logisticsInfo": []},
        {"items": [{"id": "1", "requestIndex": 5}], "logisticsInfo": []},
        {"items": [{"id": "1"}], "logisticsInfo": [{"stockBalance": 3}]},
        {"items": [{"id": "1"}], "logisticsInfo": [{"itemIndex": 4, "stockBalance": 3}]},
        {"error": {"code": "1", "message": "O verbo 'GET' não é compatível com a rota", "exception": None}},
    ],
)
def test_an_answer_that_is_no_simulation_says_nothing(document: Any) -> None:
    with pytest.raises(VtexUnavailable):
        read_simulation(["1"], document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    items=st.lists(
        st.fixed_dictionaries({}, optional={"id": st.sampled_from(["1", "2", "3", 2]) | JSON, "requestIndex": JSON}),
        max_size=4,
    ),
    logistics=st.lists(
        st.fixed_dictionaries({}, optional={"itemIndex": st.integers(0, 3) | JSON, "stockBalance": JSON}), max_size=4
    ),
)
def test_every_sku_is_found_or_unreadable_whatever_is_answered(items: Any, logistics: Any) -> None:
    asked = ["1", "2"]
    try:
        readings = read_simulation(asked, {"items": items, "logisticsInfo": logistics})
    except VtexUnavailable:
        return
    assert set(readings.found) | set(readings.unreadable) == set(asked)
    assert not set(readings.found) & set(readings.unreadable)
    assert all(reading.quantity >= 0 for reading in readings.found.values())


def inventory(*rows: dict[str, Any], sku: Any = "10") -> dict[str, Any]:
    return {"skuId": sku, "balance": list(rows)}


def row(warehouse: str, total: Any, reserved: Any = 0, **flags: Any) -> dict[str, Any]:
    return {"warehouseId": warehouse, "totalQuantity": total, "reservedQuantity": reserved} | flags


def test_the_inventory_sample_has_three_empty_warehouses() -> None:
    reading = read_inventory("10", sample("logistics-inventory-by-sku"), ())
    assert reading == Reading(0, False, True, {"1fabf84": 0, "14e3fcc": 0, "102e53e": 0})


def test_only_the_mapped_warehouses_count_and_their_case_does_not() -> None:
    document = inventory(row("WH-A", 10, 3), row("wh-b", 5), row("wh-c", 100))
    assert read_inventory("10", document, ["wh-a", "WH-B"]) == Reading(12, False, True, {"WH-A": 7, "wh-b": 5})


def test_more_reserved_than_there_is_lowers_no_other_warehouse() -> None:
    assert read_inventory("10", inventory(row("a", 2, 5), row("b", 4)), ()).quantity == 4


@pytest.mark.parametrize("flag", ["hasUnlimitedQuantity", "isUnlimited", "isUnlimitedQuantity"])
def test_unlimited_stock_is_known_by_any_of_its_flags(flag: str) -> None:
    assert read_inventory("10", inventory(row("a", 5, **{flag: True}), row("b", 4)), ()).unlimited
    assert not read_inventory("10", inventory(row("a", 1_000_000, **{flag: False})), ()).unlimited


def test_without_a_flag_unlimited_stock_is_known_by_its_number() -> None:
    assert read_inventory("10", inventory(row("a", 2_147_483_647, 3)), ()).unlimited


def test_the_unlimited_stock_of_an_unmapped_warehouse_does_not_count() -> None:
    document = inventory(row("a", 5), row("b", 1_000_000, hasUnlimitedQuantity=True))
    assert read_inventory("10", document, ["a"]) == Reading(5, False, True, {"a": 5})


def test_a_sku_in_no_warehouse_has_nothing() -> None:
    assert read_inventory("10", inventory(), ()) == Reading(0, False, True, {})


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"skuId": "10", "balance": None},
        inventory(row("a", 1), sku="11"),
        inventory({"totalQuantity": 1, "reservedQuantity": 0}),
        inventory(row("a", None)),
        inventory(row("a", "5")),
        inventory(row("a", 5, None)),
        inventory(row("a", 5, isUnlimited="false")),
        {"skuId": "10", "balance": ["a"]},
    ],
)
def test_an_inventory_that_cannot_be_read_is_not_zero(document: Any) -> None:
    with pytest.raises(VtexUnavailable):
        read_inventory("10", document, ())


def test_a_row_that_is_not_mapped_may_be_unreadable() -> None:
    assert read_inventory("10", inventory(row("a", 5), row("b", None)), ["a"]).quantity == 5


def test_misspelt_warehouses_are_unreadable_and_not_sold_out() -> None:
    with pytest.raises(VtexUnavailable) as problem:
        read_inventory("10", inventory(row("a", 5)), ["b"])
    assert problem.value.cause == "configuration"
    assert read_inventory("10", inventory(), ["b"]).quantity == 0
