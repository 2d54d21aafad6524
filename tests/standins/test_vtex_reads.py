"""What the stand-in VTEX answers to a connector, held against the bodies of VTEX's own documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standins.world import Vtexed, sample


def shape(document: Any) -> Any:
    """The names and the nesting of a document, without its values; of a list, its first element's."""
    if isinstance(document, dict):
        return {name: shape(value) for name, value in document.items()}
    if isinstance(document, list):
        return [shape(document[0])] if document and isinstance(document[0], dict) else []
    return None


def test_an_item_out_of_stock_has_the_shape_of_the_help_center_sample(vtex: Vtexed) -> None:
    vtex.do("stock 42 0")
    answer = vtex.simulate("42", "99999").json()
    assert shape(answer) == shape(sample("fulfillment-simulation-helpcenter-outofstock.response"))
    assert answer["items"][0]["quantity"] == 0
    assert answer["logisticsInfo"][0]["stockBalance"] == 0


def test_the_sample_request_of_2015_is_understood_and_its_fields_are_in_the_answer(vtex: Vtexed) -> None:
    request = sample("fulfillment-simulation-2015-docs.request")
    request["items"] = [{"id": "36204", "quantity": 1, "seller": "1"}, {"id": "36205", "quantity": 5, "seller": "1"}]
    path = "/fulfillment/pvt/orderForms/simulation?sc=1&affiliateId=SPT"
    answer = vtex.api("POST", path, "mundojuguete", json=request).json()
    documented = sample("fulfillment-simulation-2015-docs.response")
    assert set(documented) <= set(answer)
    assert set(documented["items"][0]) <= set(answer["items"][0])
    assert set(documented["logisticsInfo"][0]) <= set(answer["logisticsInfo"][0])
    assert [item["quantity"] for item in answer["items"]] == [1, 5]


def test_each_balance_is_found_through_the_item_index_and_the_request_index(vtex: Vtexed) -> None:
    answer = vtex.simulate("99999", "42", "180", "60").json()  # unknown, 7, inactive, unlimited
    found = {
        answer["items"][info["itemIndex"]]["requestIndex"]: info["stockBalance"] for info in answer["logisticsInfo"]
    }
    assert found == {1: 7, 3: 1_000_000}


def test_what_another_trade_policy_sells_or_the_affiliate_lost_is_missing(vtex: Vtexed) -> None:
    account = vtex.stand_in.state.accounts["demoloja"]
    only_first = next(p for p in account.products.values() if p.trade_policies == ("1",)).skus[0]
    assert vtex.balance(only_first, sc="1") is not None
    assert vtex.balance(only_first, sc="2", affiliate="MGL") is None
    vtex.do("remove 42 from MRC")
    assert vtex.balance("42") is None
    assert vtex.balance("42", sc="2", affiliate="MGL") == 7


def test_a_trade_policy_sees_the_warehouses_that_its_docks_serve(vtex: Vtexed) -> None:
    vtex.do("stock 42 5 at 2_1", "stock 42 90 at 9_1")  # 2_1 serves only policy 2; 9_1 is closed
    assert vtex.balance("42", sc="1") == 7
    assert vtex.balance("42", sc="2", affiliate="MGL") == 12


def test_a_warehouse_with_more_reserved_than_it_has_counts_as_zero_and_shows_a_negative_number(vtex: Vtexed) -> None:
    assert vtex.balance("90") == 0
    [row] = vtex.api("GET", "/logistics/pvt/inventory/items/90/warehouses/1_1").json()
    assert (row["totalQuantity"], row["reservedQuantity"], row["availableQuantity"]) == (2, 5, -3)


@pytest.mark.parametrize(
    ("path", "documented"),
    [
        ("/logistics/pvt/inventory/skus/42", "logistics-inventory-by-sku.response"),
        ("/logistics/pvt/inventory/items/42/warehouses/1_1", "logistics-inventory-by-sku-warehouse.response"),
        ("/logistics/pvt/inventory/items/42/docks/d1", "logistics-inventory-per-dock.response"),
        ("/fulfillment/pvt/affiliates", "affiliates-list.response"),
    ],
)
def test_logistics_and_affiliates_have_the_documented_shape(vtex: Vtexed, path: str, documented: str) -> None:
    assert shape(vtex.api("GET", path).json()) == shape(sample(documented))


def test_docks_say_which_trade_policies_they_serve_and_warehouses_which_docks(vtex: Vtexed) -> None:
    docks = vtex.api("GET", "/logistics/pvt/configuration/docks").json()
    documented = sample("logistics-docks.response")[0]
    assert set(documented) == set(docks[0])
    assert set(documented["pickupStoreInfo"]) == set(docks[0]["pickupStoreInfo"])
    assert {dock["id"]: dock["salesChannels"] for dock in docks} == {"d1": ["1", "2"], "d2": ["2"]}
    warehouses = vtex.api("GET", "/logistics/pvt/configuration/warehouses").json()
    assert {each["id"]: each["isActive"] for each in warehouses} == {"1_1": True, "2_1": True, "9_1": False}
    assert warehouses[1]["warehouseDocks"] == [{"dockId": "d2", "time": "00:00:00", "cost": 0.0}]


def test_unlimited_stock_is_spelled_as_vtex_spells_it_in_each_place(vtex: Vtexed) -> None:
    vtex.do("reserve 60 117")
    [row] = vtex.api("GET", "/logistics/pvt/inventory/items/60/warehouses/1_1").json()
    assert (row["totalQuantity"], row["availableQuantity"], row["isUnlimited"]) == (1_000_117, 1_000_000, True)
    balance = vtex.api("GET", "/logistics/pvt/inventory/skus/60").json()["balance"]
    assert balance[0]["hasUnlimitedQuantity"] is True
    assert vtex.balance("60") == 1_000_000


def test_an_inventory_write_is_read_back_and_answers_true(vtex: Vtexed) -> None:
    request = sample("logistics-update-inventory.request")
    answer = vtex.api("PUT", "/logistics/pvt/inventory/skus/42/warehouses/1_1", json=request)
    assert (answer.status_code, answer.json()) == (200, True)
    row = vtex.api("GET", "/logistics/pvt/inventory/skus/42").json()["balance"][0]
    assert (row["totalQuantity"], row["leadTime"]) == (202, "10.10:00:00")


@pytest.mark.parametrize("quantity", [-1, 2_147_483_648, "3", 1.5, None, True])
def test_an_inventory_write_without_a_proper_quantity_is_refused(vtex: Vtexed, quantity: Any) -> None:
    path = "/logistics/pvt/inventory/skus/42/warehouses/1_1"
    assert vtex.api("PUT", path, json={"quantity": quantity}).status_code == 400
    assert vtex.balance("42") == 7


def test_unknown_skus_warehouses_docks_and_accounts_are_not_found(vtex: Vtexed) -> None:
    for path in ("skus/999", "items/42/warehouses/none", "items/42/docks/none"):
        assert vtex.api("GET", f"/logistics/pvt/inventory/{path}").status_code == 404
    assert vtex.client.get("/nobody/api/fulfillment/pvt/affiliates").status_code == 404


def test_keys_are_checked_whatever_the_casing_of_their_headers(vtex: Vtexed) -> None:
    path = "/demoloja/api/fulfillment/pvt/affiliates"
    good = {"x-vtex-api-appKEY": "vtexappkey-demoloja-LOCAL", "x-VTEX-api-apptoken": "local-token-demoloja"}
    wrong = good | {"x-VTEX-api-apptoken": "other"}
    other = {"x-vtex-api-appkey": "vtexappkey-accountname-LOCAL", "x-vtex-api-apptoken": "local-token-accountname"}
    statuses = [vtex.client.get(path, headers=headers).status_code for headers in (good, {}, wrong, other)]
    assert statuses == [200, 401, 401, 403]
    assert shape(vtex.client.get(path).json()) == shape(sample("vtex-fulfillment-error.response"))


def test_a_verb_that_a_route_does_not_have_is_answered_in_vtexs_words(vtex: Vtexed) -> None:
    answer = vtex.api("DELETE", "/fulfillment/pvt/affiliates")
    assert answer.status_code == 405
    assert answer.json()["error"]["message"].startswith("O verbo 'DELETE' não é compatível com a rota '/demoloja/")


def test_an_affiliate_is_saved_with_its_search_endpoint_in_either_spelling(vtex: Vtexed) -> None:
    for spelling in ("searchURIEndpoint", "searchURIEndPoint"):
        document = {"name": "Mercado", "salesChannel": "2", spelling: f"https://x.test/n?by={spelling}"}
        saved = vtex.api("PUT", "/fulfillment/pvt/affiliates/MRC", json=document)
        assert saved.status_code == 200
        read = vtex.api("GET", "/fulfillment/pvt/affiliates/MRC").json()
        assert (read["searchURIEndpoint"], read["salesChannel"]) == (f"https://x.test/n?by={spelling}", "2")


@pytest.mark.parametrize(
    ("affiliate", "document"),
    [
        ("ABC", {"name": "x", "salesChannel": "1"}),  # a vowel
        ("MRCX", {"name": "x", "salesChannel": "1"}),
        ("MRC", {"salesChannel": "1"}),
        ("MRC", {"name": "x"}),
        ("MRC", {"name": "x", "salesChannel": "9"}),
        ("MRC", {"name": "x", "salesChannel": "1", "searchURIEndpoint": "not a url"}),
        ("MRC", "text"),
    ],
)
def test_an_affiliate_that_vtex_would_refuse_is_refused(vtex: Vtexed, affiliate: str, document: Any) -> None:
    assert vtex.api("PUT", f"/fulfillment/pvt/affiliates/{affiliate}", json=document).status_code == 400


def test_too_many_items_are_chk0062_and_a_malformed_simulation_is_400(vtex: Vtexed) -> None:
    vtex.do("max items 3")
    assert vtex.simulate("1", "2", "3").status_code == 200
    refused = vtex.simulate("1", "2", "3", "4")
    assert refused.status_code == 400
    assert refused.json() == {
        "error": {"code": "CHK0062", "message": "Max allowed items exceeded: 3", "exception": None}
    }
    path = "/fulfillment/pvt/orderForms/simulation?sc=1"
    for body in (
        b"",
        b"[]",
        b"{}",
        b'{"items": [{"id": "1"}]}',
        b'{"items":[{"id":"1","quantity":1}],"country":"BRA"}',
    ):
        assert vtex.api("POST", path, content=body).status_code == 400
