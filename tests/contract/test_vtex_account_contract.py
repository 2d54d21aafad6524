"""The connector and its stand-in against VTEX's own OpenAPI documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from local.standins.vtex_account_state import WAREHOUSE, seeded_vtex_account
from local.standins.vtex_bodies import inventory_body
from stockbridge.connectors import Listing, Response, Session, StockUpdate
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.vtex_account import MAX_QUANTITY, VtexAccount
from stockbridge.marketplaces.vtex_account_answers import Holding, holding_in, notified, written
from stockbridge.outcomes import Accepted, Busy, Evidence, Refused
from tests.contract.specs import specification

NOW = 1_750_000_000_000
BASE = "https://otherstore.vtexcommercestable.com.br"
SKU_PATH = "/api/logistics/pvt/inventory/skus/{skuId}"
WRITE_PATH = SKU_PATH + "/warehouses/{warehouseId}"
NOTICE_PATH = "/notificator/{sellerId}/changenotification/{skuId}/inventory"


@pytest.fixture(scope="module")
def logistics() -> Any:
    return specification("vtex/vtex-logistics-inventory-subset.json")


@pytest.fixture(scope="module")
def notificator() -> Any:
    return specification("vtex/vtex-marketplace-notificator-subset.json")


def sent(**configuration: str) -> list[tuple[str, str, bytes | None]]:
    """The requests of one push; each is answered with an inventory of no warehouse."""
    requests: list[tuple[str, str, bytes | None]] = []

    class Wire:
        def request(self, method: str, url: str, *, headers: Any, body: bytes | None, deadline_s: float) -> Response:
            requests.append((method, url.removeprefix(BASE), body))
            return Response(200, {}, b'{"skuId": "42", "balance": []}')

    base = {"secret": "s", "base_url": BASE, "warehouse": "1_1", "seller": "mystore"}
    key = {"app_key": "k", "app_token": "t"}
    session = Session(base | configuration, key, Wire(), lambda: NOW, NOW + 8_000)
    VtexAccount().push(session, [StockUpdate("loja", "OTR", Listing("42"), 7, 1)])
    return requests


def test_a_write_is_that_of_the_specification(logistics: Any) -> None:
    look, write = sent()
    operation = logistics["paths"][WRITE_PATH]["put"]
    assert look[:2] == ("GET", SKU_PATH.replace("{skuId}", "42"))
    assert write[:2] == ("PUT", WRITE_PATH.replace("{skuId}", "42").replace("{warehouseId}", "1_1"))
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    body = json.loads(write[2] or b"")
    Draft202012Validator(schema).validate(body)
    assert set(schema["required"]) <= set(body) <= set(schema["properties"])
    assert (schema["properties"]["quantity"]["format"], MAX_QUANTITY) == ("int32", 2**31 - 1)


def test_a_notification_is_that_of_the_specification(notificator: Any) -> None:
    [notice] = sent(way="notificator")
    path = "/api" + NOTICE_PATH.replace("{sellerId}", "mystore").replace("{skuId}", "42")
    assert notice == ("POST", path, None)
    assert notificator["servers"][0]["url"].endswith("/api")
    assert "requestBody" not in notificator["paths"][NOTICE_PATH]["post"]
    [status] = notificator["paths"][NOTICE_PATH]["post"]["responses"]
    assert isinstance(notified(_told(int(status), ""), now_s=0), Accepted)


def test_the_host_is_that_of_the_specification(logistics: Any) -> None:
    server = logistics["servers"][0]
    names = {name: each["default"] for name, each in server["variables"].items()}
    configuration = {"secret": "s", "base_url": server["url"].format(**names)}
    assert VtexAccount().problems(configuration, allow_private=False) == []


def test_the_specifications_own_inventory_is_read(logistics: Any) -> None:
    answer = logistics["paths"][SKU_PATH]["get"]["responses"]["200"]["content"]["application/json"]
    holdings = [
        holding_in(_told(200, json.dumps(answer["example"])), warehouse=each["warehouseId"], now_s=0)
        for each in answer["example"]["balance"]
    ]
    assert holdings == [Holding(0, "00:00:00"), Holding(0, "1.00:00:00"), Holding(0, "00:00:00")]


def test_the_specifications_own_lock_and_refusal_are_understood(logistics: Any) -> None:
    responses = logistics["paths"][WRITE_PATH]["put"]["responses"]
    assert sorted(responses) == ["200", "400", "423"]
    locked = written(_told(423, responses["423"]["content"]["text/plain"]["example"]), now_s=0)
    assert isinstance(locked, Busy)
    assert "_item_logistics_" in locked.message
    assert isinstance(written(_told(400, ""), now_s=0), Refused)


def test_a_seller_that_is_not_known_for_a_sku_is_understood_as_the_specification_words_it() -> None:
    bindings = specification("vtex/vtex-sku-bindings.json")
    [path] = [each for each in bindings["paths"] if each.endswith("/changenotification/{sellerId}/{sellerSkuId}")]
    words = "Seller StockKeepingUnit `{{skuId}}` not found for this seller id `{{sellerId}}`"
    assert words in bindings["paths"][path]["post"]["description"]
    outcome = notified(_told(404, words), now_s=0)
    assert isinstance(outcome, Refused)
    assert outcome.cause == "not_found"


def test_the_stand_in_answers_as_the_specification_does(logistics: Any) -> None:
    account = seeded_vtex_account("outra", ["42"], seller="demoloja", now=NOW).markets["outra"].account
    schema = logistics["paths"][SKU_PATH]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    body = inventory_body(account, "42", as_of=None)
    told = {name: value for name, value in body["balance"][0].items() if value is not None}  # "nullable" is OpenAPI's
    Draft202012Validator(schema).validate(body | {"balance": [told]})
    assert set(told) <= set(schema["properties"]["balance"]["items"]["properties"])
    assert holding_in(_told(200, json.dumps(body)), warehouse=WAREHOUSE, now_s=0) == Holding(0, "00:00:00")


def _told(status: int, text: str) -> Exchange:
    return Exchange(Response(status, {}, text.encode()), Evidence("", ""))
