"""The connector and its stand-in against Magalu's own OpenAPI documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from local.standins.magalu_bodies import stocks_body, tokens_body, traces_body
from local.standins.magalu_state import Seller, Sku, Stock
from stockbridge.connectors import Listing, Response, Session, StockUpdate
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.magalu import MAX_SKU, Magalu
from stockbridge.marketplaces.magalu_answers import classify, complaint, renewed
from stockbridge.outcomes import Evidence, Refused, Unauthorized, Unknown
from tests.contract.specs import specification

NOW = 1_750_000_000_000
STOCKS = "/seller/v1/portfolios/stocks/{sku}"
CONFIGURATION = {"secret": "s", "tenant_id": "21fea73c-e244-497a-8540-be0d3c583596"}


@pytest.fixture(scope="module")
def products() -> Any:
    return specification("magalu/products.yaml")


@pytest.fixture(scope="module")
def traces() -> Any:
    return specification("magalu/traces.yaml")


def fits(document: Any, schema: str, specified: Any) -> bool:
    """Raises jsonschema's ValidationError."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": specified["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(document)
    return True


class Wire:
    """Answers 404 to everything and remembers the requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Mapping[str, str], bytes | None]] = []

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        self.requests.append((method, url, headers, body))
        return Response(404, {}, b"")


@pytest.fixture
def wire() -> Wire:
    """After a write and a look at it, each of which meets 404 and so takes both of its requests."""
    wire = Wire()
    session = Session(CONFIGURATION, {"access_token": "t"}, wire, lambda: NOW, NOW + 8_000)
    update = StockUpdate("loja", "MGL", Listing("42"), 4, 1)
    Magalu().push(session, [update])
    Magalu().check(session, f"x@{NOW}", [update])
    return wire


def test_the_writes_are_those_of_the_specification(wire: Wire, products: Any) -> None:
    for (method, url, headers, body), schema in zip(
        wire.requests[:2], ("StockPatchRequestSeller", "StockRequestSeller"), strict=True
    ):
        operation = products["paths"][STOCKS][method.lower()]
        required = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert required.endswith(f"/{schema}")
        assert fits(json.loads(body or b""), schema, products)
        assert urlsplit(url).path == STOCKS.replace("{sku}", "42")
        named = [
            each["name"].lower() for each in operation["parameters"] if each["in"] == "header" and each["required"]
        ]
        assert set(named) <= set(headers)


def test_the_looks_are_those_of_the_specification(wire: Wire, products: Any, traces: Any) -> None:
    stock, errors = wire.requests[2:]
    assert (stock[0], urlsplit(stock[1]).path) == ("GET", "/seller/v1/portfolios/stocks/42")
    assert "get" in products["paths"][STOCKS]
    parameters = {each["name"] for each in traces["paths"]["/v0/traces"]["get"]["parameters"]}
    query = parse_qs(urlsplit(errors[1]).query)
    assert set(query) <= parameters
    assert query["severity"][0] in traces["components"]["schemas"]["Severity"]["enum"]
    assert query["origin.resource"][0] in traces["components"]["schemas"]["Resource"]["enum"]


def test_the_hosts_are_those_of_the_specification(products: Any) -> None:
    for server in products["servers"]:
        assert Magalu().problems({"secret": "s", "base_url": server["url"]}, allow_private=False) == []


def test_a_code_is_at_most_as_long_as_the_specification_says(products: Any) -> None:
    [sku] = [each for each in products["paths"][STOCKS]["patch"]["parameters"] if each["name"] == "sku"]
    assert sku["schema"]["maxLength"] == MAX_SKU


@pytest.mark.parametrize("method", ["patch", "post"])
def test_every_answer_to_a_write_that_is_specified_is_understood(products: Any, method: str) -> None:
    kinds = {}
    for status, response in products["paths"][STOCKS][method]["responses"].items():
        name = response["content"]["application/json"]["schema"].get("$ref", "").rpartition("/")[2]
        properties = products["components"]["schemas"][name]["properties"] if name else {}
        body = {field: each["default"] for field, each in properties.items() if "default" in each}
        told = _told(int(status), body)
        kinds[status] = type(classify(told, request_id="r", sent_at=NOW, now_s=NOW / 1000)).__name__
    assert kinds == {
        "202": "Accepted",
        "401": Unauthorized.__name__,
        "403": Unauthorized.__name__,
        "422": Refused.__name__,
        "500": Unknown.__name__,
        "502": Unknown.__name__,
        "503": Unknown.__name__,
        "504": Unknown.__name__,
    }


def test_the_specifications_own_trace_is_read_and_is_no_error(traces: Any) -> None:
    example = traces["components"]["schemas"]["TraceCollectionResponse"]["example"]
    assert complaint(_told(200, example), sku="ABC123", ref="x@0") is None
    failed = {**example, "results": [example["results"][0] | {"severity": "error"}]}
    refused = complaint(_told(200, failed), sku="ABC123", ref="x@0")
    assert isinstance(refused, Refused)
    assert refused.message == "Publicado com sucesso com o ID 123456789"


def test_the_stand_in_speaks_as_the_specification_does(products: Any, traces: Any) -> None:
    seller = Seller("loja", skus={"42": Sku(stock=Stock(4, NOW, NOW), reserved=1)})
    seller.accept("42", 5, NOW)
    seller.accept("43", 5, NOW)
    seller.work_off(NOW)
    assert fits(stocks_body(seller.skus["42"]), "ListStockGetResponse", products)
    told = traces_body(seller, {}, here="http://127.0.0.1:8083/magalu")
    assert len(told["results"]) == 2
    for each in told["results"]:
        assert fits(each | {"severity": each["severity"].lower()}, "TraceOut", traces)
    seller.renew(NOW)
    new = renewed(_told(200, tokens_body(seller)), {}, asked_at=NOW)
    assert new == {
        "access_token": seller.access_token,
        "refresh_token": seller.refresh_token,
        "expires_at": str(seller.ends_at),
    }


def _told(status: int, body: object) -> Exchange:
    return Exchange(Response(status, {}, json.dumps(body).encode()), Evidence("", ""))
