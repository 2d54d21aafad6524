"""Whatever is sent to the API, as its description says or otherwise, is answered, and never by a failure of ours."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stockbridge.cursors import write_cursor
from stockbridge.marketplaces import CONNECTORS
from tests.abuse.installation import AFFILIATES, FILE, SKUS, Installation
from tests.abuse.mutations import BODIES, mutated

CASES = 25  # of an operation as described, and again as not described
MUTATIONS = 150  # of a body

OPERATIONS = [
    ("GET", "/v1/records"),
    ("GET", "/v1/records/total"),
    ("GET", "/v1/records/{affiliate}/{sku}"),
    ("DELETE", "/v1/records/{affiliate}/{sku}"),
    ("POST", "/v1/records/{affiliate}/{sku}/reprocess"),
    ("POST", "/v1/records/{affiliate}/{sku}/restore"),
    ("GET", "/v1/risks"),
    ("GET", "/v1/skus/{sku}/explain"),
    ("GET", "/v1/overview"),
    ("GET", "/v1/series"),
    ("GET", "/v1/service-level"),
    ("GET", "/v1/activity"),
    ("GET", "/v1/channels"),
    ("GET", "/v1/channels/{affiliate}"),
    ("PUT", "/v1/channels/{affiliate}"),
    ("DELETE", "/v1/channels/{affiliate}"),
    ("POST", "/v1/channels/{affiliate}/pause"),
    ("POST", "/v1/channels/{affiliate}/resume"),
    ("POST", "/v1/channels/{affiliate}/test"),
    ("GET", "/v1/channels/{affiliate}/listings"),
    ("POST", "/v1/channels/{affiliate}/listings"),
    ("GET", "/v1/channels/{affiliate}/listings/{sku}"),
    ("PUT", "/v1/channels/{affiliate}/listings/{sku}"),
    ("DELETE", "/v1/channels/{affiliate}/listings/{sku}"),
    ("GET", "/v1/causes"),
    ("GET", "/v1/causes/{affiliate}/{code}"),
    ("POST", "/v1/causes/regroup"),
    ("POST", "/v1/causes/own/test"),
    ("GET", "/v1/causes/own/{code}"),
    ("PUT", "/v1/causes/own/{code}"),
    ("DELETE", "/v1/causes/own/{code}"),
    ("GET", "/v1/operations"),
    ("POST", "/v1/operations"),
    ("GET", "/v1/operations/{operation_id}"),
    ("GET", "/v1/operations/{operation_id}/failures"),
    ("POST", "/v1/operations/{operation_id}/pause"),
    ("POST", "/v1/operations/{operation_id}/resume"),
    ("POST", "/v1/operations/{operation_id}/cancel"),
    ("POST", "/v1/operations/{operation_id}/undo"),
    ("GET", "/v1/differences"),
    ("POST", "/v1/differences/{affiliate}/repair"),
    ("POST", "/v1/differences/{affiliate}/{sku}/repair"),
    ("GET", "/v1/reconciliations"),
    ("POST", "/v1/reconciliations"),
    ("GET", "/v1/reconciliations/{run_id}"),
    ("POST", "/v1/reconciliations/{run_id}/cancel"),
    ("GET", "/v1/tokens"),
    ("POST", "/v1/tokens"),
    ("POST", "/v1/tokens/{token_id}/rotate"),
    ("POST", "/v1/rule-simulations"),
    ("GET", "/v1/files"),
    ("POST", "/v1/files"),
    ("GET", "/v1/files/{file_id}"),
    ("POST", "/v1/files/{file_id}/cancel"),
    ("DELETE", "/v1/tokens/{token_id}"),
    ("POST", "/v1/notifications/{token}"),
    ("GET", "/{account}/logs/"),
]
NOTHING_TO_VARY = {("GET", "/v1/me"), ("GET", "/v1/causes/own"), ("GET", "/health"), ("GET", "/openapi.json")}

AS_DESCRIBED = [status_code_conformance, content_type_conformance, response_schema_conformance]
NOTIFICATIONS = sorted((Path(__file__).parents[1] / "events/vtex").glob("notification-*.json"))
CHANNEL = {
    "name": "Mercado Exemplo",
    "connector": "generic",
    "threshold": 5,
    "vtex": {"strategy": "logistics", "warehouses": ["1_1"], "secret": "stockbridge/{stage}/{account}/vtex"},
    "policy": {"safety": 1, "percent": 90, "minimum": 2, "cap": 100},
    "marketplace": {
        "secret": "stockbridge/{stage}/{account}/{affiliate}",
        "url": "https://api.example.com/v2/skus/{sku}/stock",
        "method": "PUT",
        "headers": {"Authorization": "Bearer {secret.token}"},
        "body": {"items": [{"sku": "{sku}", "quantity": "{quantity}"}]},
        "applied": [200, 204],
        "accepted": [202],
        "errors": [{"status": 404, "match": "(?i)not found", "cause": "not_catalogued"}],
    },
}
FILE_FILTER = {"affiliates": ["SPT"], "status": "error", "cause": "unmapped", "late": True, "sku": "42"}
FILE_PERIOD = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00-03:00"}
FILES = {"format": "xlsx", "filter": FILE_FILTER | FILE_PERIOD, "language": "es", "zone": "America/Manaus"}
LISTING = {"ids": {"sku": "0042"}}
CAUSE = {
    "title": {"pt": "Sem foto", "en": "No picture"},
    "hint": {"pt": "Envie uma foto"},
    "cure": "retries_alone",
    "affiliate": "SPT",
    "connector": "magalu",
    "patterns": [{"text": "foto"}, {"regex": "(?i)image.+required"}],
    "order": 7,
}
TRIAL = {"patterns": CAUSE["patterns"], "affiliate": "SPT", "message": "Image is required"}
SHEET = "sku,sku\r\n42,0042\r\n"
PATHS = [
    "/v1/files/{}",
    "/v1/records",
    "/v1/activity",
    "/v1/records/SPT/{}",
    "/v1/channels/{}",
    "/v1/{}",
    "/{}",
    "/v1/records/{}/42",
]
QUERIES = ["account", "status", "affiliate", "sku", "cause", "from", "to", "cursor", "limit", "other"]
ANY_VALUE = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["0", "-1", "1e9", "9" * 5_000, "SPT", "42", "error", "removed", "abused"]),
    st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00Z", "1e20"]),
    st.sampled_from([write_cursor("9" * 13 + "#42", "SPT#error"), write_cursor("x", "y"), write_cursor("z")]),
)


def same_each_time(cases: int) -> settings:
    """The same cases at every run, on every machine."""
    return settings(
        max_examples=cases,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def description(shared: Installation) -> BaseSchema:
    config = SchemathesisConfig()  # and no file that happens to lie around
    return schemathesis.openapi.from_asgi("/openapi.json", shared.front, config=config)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_one_that_the_description_has(
    installation: Installation, description: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    """`mode`: requests that fit the description, and requests that do not."""
    operation = description[path][method]
    seen: Counter[int] = Counter()

    @same_each_time(CASES)
    @given(st.one_of(operation.as_strategy(mode), *_reaching(operation, installation, mode)))
    def send(case: Case[Any]) -> None:
        answer = case.call(headers=installation.admin | installation.reader)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, installation.raised()
        case.validate_response(answer, checks=AS_DESCRIBED)

    send()
    assert seen.total() >= CASES


def test_the_description_has_no_other_operation_and_they_are_more_than_two_thousand_cases(
    installation: Installation,
) -> None:
    document = installation.send("GET", "/openapi.json").json()
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {*OPERATIONS, *NOTHING_TO_VARY}
    assert len(OPERATIONS) * len(GenerationMode) * CASES >= 2_000


def test_of_a_channels_document_anything_may_be_wrong(installation: Installation) -> None:
    documents = [CHANNEL | {"connector": connector} for connector in sorted(CONNECTORS)]
    seen = _send_mutated(installation, "PUT", "/v1/channels/SPT", documents)
    assert seen.keys() >= {200, 422}


def test_of_a_request_for_a_file_anything_may_be_wrong(installation: Installation) -> None:
    seen = _send_mutated(installation, "POST", "/v1/files", [FILES])
    assert seen.keys() >= {202, 422}


def test_of_a_listing_anything_may_be_wrong(installation: Installation) -> None:
    seen = _send_mutated(installation, "PUT", "/v1/channels/SPT/listings/42", [LISTING])
    assert seen.keys() >= {200, 422}


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [("PUT", "/v1/causes/own/own.sem-foto", CAUSE), ("POST", "/v1/causes/own/test", TRIAL)],
)
def test_of_a_cause_anything_may_be_wrong(
    installation: Installation, method: str, path: str, document: dict[str, Any]
) -> None:
    assert _send_mutated(installation, method, path, [document]).keys() >= {200, 422}


def test_a_file_may_hold_anything(installation: Installation) -> None:
    seen: Counter[int] = Counter()
    cells = st.one_of(
        st.sampled_from(["sku", "42", "0042", '"', ";", "\n", "\r\n", "\0", "\ufeff"]), st.text(max_size=5)
    )
    sheets = st.lists(st.lists(cells, max_size=4).map(",".join), max_size=5).map("\n".join)

    @same_each_time(MUTATIONS)
    @given(st.one_of(sheets.map(lambda sheet: SHEET + sheet), sheets).map(str.encode) | st.binary(max_size=50))
    def send(body: bytes) -> None:
        headers = installation.admin | {"content-type": "text/csv"}
        answer = installation.send("POST", "/v1/channels/SPT/listings", content=body, headers=headers)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, installation.raised()

    send()
    assert seen.keys() >= {200, 400, 422}


def test_of_a_notification_anything_may_be_wrong(installation: Installation) -> None:
    own = {"An": installation.account, "IdAffiliate": "SPT"}
    documents = [json.loads(file.read_text(encoding="utf-8")) | own for file in NOTIFICATIONS]
    alien, unknown = documents[0] | {"An": "alheia"}, documents[0] | {"IdAffiliate": "ZZZ"}
    several = [*documents, documents, alien, unknown]
    seen = _send_mutated(installation, "POST", f"/v1/notifications/{installation.webhook_token}", several)
    assert seen.keys() >= {200, 400, 403, 422}


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/channels/SPT"),
        ("POST", "/v1/tokens"),
        ("POST", "/v1/rule-simulations"),
        ("POST", "/v1/notifications/{token}"),
    ],
)
def test_what_is_no_document_is_refused(installation: Installation, method: str, path: str, content_type: str) -> None:
    path = path.replace("{token}", installation.webhook_token)
    headers = installation.admin | ({"content-type": content_type} if content_type else {})
    statuses = {installation.send(method, path, content=body, headers=headers).status_code for body in BODIES}
    optional = {201, 409} if path == "/v1/tokens" else set()  # its body may be left out
    assert {400} < statuses <= {400, 413, 422} | optional
    assert installation.raised() == []


def test_headers_queries_and_paths_may_be_anything(installation: Installation) -> None:
    seen: Counter[int] = Counter()

    @same_each_time(MUTATIONS)
    @given(
        language=st.binary(max_size=30).map(lambda value: value.translate(None, b"\0\r\n")),
        query=st.dictionaries(st.sampled_from(QUERIES), ANY_VALUE, max_size=4),
        path=st.sampled_from(PATHS),
        part=ANY_VALUE,
    )
    def send(language: bytes, query: dict[str, str], path: str, part: str) -> None:
        headers = {"authorization": installation.admin["authorization"].encode(), "accept-language": language}
        path = path.replace("{}", quote(part, safe=""))
        answer = installation.send("GET", path, params=query, headers=headers)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, installation.raised()

    send()
    assert seen.keys() >= {200, 400, 404, 422}


def _reaching(operation: Any, installation: Installation, mode: GenerationMode) -> Iterator[SearchStrategy[Case[Any]]]:
    """Cases that get beyond the names in the path: random ones are nobody's."""
    for affiliate, sku in product(AFFILIATES, SKUS):
        names = {
            "affiliate": affiliate,
            "sku": sku,
            "token": installation.webhook_token,
            "token_id": installation.token_id,
            "account": installation.account,
            "code": "own.abused",
            "operation_id": installation.operation_id,
            "file_id": FILE,
        }
        known = {name: value for name, value in names.items() if f"{{{name}}}" in operation.path}
        account = {} if known.keys() & {"token", "account"} else {"account": installation.account}
        yield operation.as_strategy(mode, path_parameters=known, query=account)


def _send_mutated(installation: Installation, method: str, path: str, documents: list[Any]) -> Counter[int]:
    seen: Counter[int] = Counter()

    @same_each_time(MUTATIONS)
    @given(mutated(documents))
    def send(document: Any) -> None:
        headers = installation.admin | {"content-type": "application/json"}
        answer = installation.send(method, path, content=json.dumps(document), headers=headers)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, installation.raised()

    send()
    return seen
