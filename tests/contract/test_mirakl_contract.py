"""The Mirakl connector, and the stand-in, against Mirakl's own OpenAPI document."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from local.standins.mirakl import Mirakl as StandIn
from local.standins.mirakl_state import seeded
from stockbridge.connectors import Listing, Response, Session, StockUpdate
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.mirakl import Mirakl
from stockbridge.marketplaces.mirakl_answers import Complete, classify, progress, shown
from stockbridge.marketplaces.mirakl_files import COLUMNS, Place, read_report
from stockbridge.outcomes import Accepted, Evidence, Unknown
from tests.contract.specs import specification
from tests.standins.world import Clock, client_of

HOST = "https://your-instance.mirakl.net"
CHANNEL = {"secret": "stockbridge/prod/mundojuguete/CRF", "base_url": HOST, "shop_id": "2000"}
NOW = 1_750_000_000_000
STATUS = {"status": "COMPLETE", "has_error_report": True, "lines_in_error": 1, "lines_in_success": 0}


@pytest.fixture
def spec() -> Any:
    return specification("mirakl/mirakl-offers-subset.json")


class Recorder:
    """An `Http` that answers each call with a success, and remembers it."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Mapping[str, str], bytes | None]] = []

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        self.requests.append((method, url, headers, body))
        answers: dict[str, object] = {"status": STATUS, "imports": {"import_id": "77"}, "offers": {"offers": []}}
        name = url.partition("?")[0].rpartition("/")[2]
        return Response(200, {}, json.dumps(answers.get(name, "")).encode())


def operation(spec: Any, name: str) -> tuple[str, str, Any]:
    """Path, method and description of an operation."""
    for path, methods in spec["paths"].items():
        for method, described in methods.items():
            if described["operationId"] == name:
                return path, method.upper(), described
    raise AssertionError(f"no operation {name}")


def examples(spec: Any, name: str, status: str, kind: str) -> list[Any]:
    content = operation(spec, name)[2]["responses"][status]["content"][kind]
    return [example["value"] for example in content["examples"].values()]


def problems(spec: Any, name: str, status: str, document: object) -> list[str]:
    """What the schema of an answer has against a document."""
    schema = operation(spec, name)[2]["responses"][status]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": spec["components"]})
    return [error.message for error in validator.iter_errors(document)]


def told(status: int, body: object) -> Exchange:
    return Exchange(Response(status, {}, json.dumps(body).encode()), Evidence("", ""))


def test_every_request_is_one_of_the_specification(spec: Any) -> None:
    recorder = Recorder()
    session = Session(CHANNEL, {"api_key": "key"}, recorder, lambda: NOW, NOW + 8000)
    update = StockUpdate("mundojuguete", "CRF", Listing("42"), 3, 1)
    Mirakl().push(session, [update])
    Mirakl().check(session, "77", [update])
    Mirakl().read(session, [Listing("42")])
    assert len(recorder.requests) == 4
    paged = {"max"}  # of the general notes on offset pagination, which the operation refers to
    for name, (method, url, headers, _) in zip(("STO01", "STO02", "STO03", "OF21"), recorder.requests, strict=True):
        path, described_method, described = operation(spec, name)
        address, _, query = url.partition("?")
        assert method == described_method
        assert re.fullmatch(HOST + re.sub(r"\{\w+\}", "77", path), address)
        in_query = {each["name"]: each["schema"] for each in described["parameters"] if each["in"] == "query"}
        for parameter, value in (pair.split("=") for pair in query.split("&")):
            if parameter not in paged:
                kind = in_query[parameter]["type"]
                Draft202012Validator(in_query[parameter]).validate(int(value) if kind == "integer" else value)
        [answered] = [set(answer["content"]) for answer in described["responses"].values()]
        assert answered <= {each.partition(";")[0] for each in headers["accept"].split(", ")}
        assert headers[spec["components"]["securitySchemes"]["Shop-API-Key"]["name"].lower()] == "key"


def test_the_file_is_the_only_part_and_has_the_columns_of_the_specification(spec: Any) -> None:
    recorder = Recorder()
    session = Session(CHANNEL, {"api_key": "key"}, recorder, lambda: NOW, NOW + 8000)
    Mirakl().push(session, [StockUpdate("mundojuguete", "CRF", Listing("42"), 3, 1)])
    [(_, _, headers, body)] = recorder.requests
    [(kind, described)] = operation(spec, "STO01")[2]["requestBody"]["content"].items()
    assert headers["content-type"].startswith(f"{kind}; boundary=")
    assert re.findall(rb'form-data; name="(\w+)"', body or b"") == [b"file"]
    assert described["schema"]["required"] == ["file"]
    header = ";".join(f'"{column}"' for column in COLUMNS)
    assert f"<code>{header}</code>" in described["schema"]["properties"]["file"]["description"]
    assert header.encode() in (body or b"")


def test_the_answers_of_the_specification_are_understood(spec: Any) -> None:
    [taken] = examples(spec, "STO01", "201", "application/json")
    assert classify(told(201, taken), now_s=0) == Accepted("string", 15.0)
    [status] = examples(spec, "STO02", "200", "application/json")
    assert progress(told(200, status), "77", 1, now_s=0) == Accepted("77", 15.0)
    assert progress(told(200, {**status, "status": "COMPLETE"}), "77", 0, now_s=0) == Complete(True, 0, 0)
    report, *_ = examples(spec, "OF03", "200", "application/octet-stream")
    [line] = read_report(report) or ()
    assert (line.number, line.reason) == (2, "The product does not exist")
    offers, *_ = examples(spec, "OF21", "200", "application/json")
    assert shown(told(200, offers), Place("S2002"), now_s=0) == 1000000
    assert shown(told(200, offers), Place("S2002", "WAREHOUSE_002"), now_s=0) == 250000


def test_every_status_of_the_specification_has_its_meaning(spec: Any) -> None:
    described = spec["components"]["schemas"]["STO02_Response_200"]["properties"]["status"]["description"]
    statuses = re.findall(r"`\"(\w+)\"`", described)
    assert sorted(statuses) == ["COMPLETE", "FAILED", "RUNNING", "WAITING"]
    required = {"date_created": "2023-03-28T09:34:42Z", "has_error_report": False, "import_id": "77", "shop_id": 1}
    for status in statuses:
        outcome = progress(told(200, {**required, "status": status}), "77", 1, now_s=0)
        assert not isinstance(outcome, Unknown)


def test_the_stand_in_answers_as_the_specification_says(spec: Any) -> None:
    clock = Clock()
    stand_in = StandIn(seeded([str(sku) for sku in range(41, 51)]), now_ms=clock, chance=random.Random(5))
    key = {"Authorization": "local-key-carrefour-demo"}
    imports = "/api/offers/stock/imports"
    file = b'"offer-sku";"quantity";"warehouse-code";"update-delete"\n"42";"3";"";""\n"50";"3";"";""\n'

    def documents() -> list[tuple[str, str, httpx.Response]]:
        taken = client.post(imports, headers=key, files={"file": file})
        status = f"{imports}/{taken.json()['import_id']}/status"
        found = [("STO01", "201", taken), ("STO02", "200", client.get(status, headers=key))]
        clock.pass_s(15)
        return [*found, ("STO02", "200", client.get(status, headers=key))]

    with client_of(stand_in.app) as client:
        answers = documents()
    assert [answer.status_code for _, _, answer in answers] == [201, 200, 200]
    assert [answer.json().get("status") for _, _, answer in answers] == [None, "WAITING", "COMPLETE"]
    for name, status, answer in answers:
        assert problems(spec, name, status, answer.json()) == []
    assert problems(spec, "STO02", "200", {"status": 3})  # the schema does say no
