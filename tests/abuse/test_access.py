"""Who is not let in: every route, asked by everybody who has no business there. Nothing is told, nothing changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from stockbridge import aws
from tests import stack
from tests.abuse.installation import AFFILIATES, FILE, RUN, SKUS, Installation
from tests.abuse.test_fuzzing import CAUSE, CHANNEL, LISTING, NOTHING_TO_VARY, OPERATIONS, SHEET, TRIAL

HOUR = 3_600
PUBLIC = {("POST", "/v1/notifications/{token}"), ("GET", "/health"), ("GET", "/openapi.json")}
ME = ("GET", "/v1/me")
BY_KEY = {("GET", "/{account}/logs/")}
ROUTES = sorted({*OPERATIONS, *NOTHING_TO_VARY} - PUBLIC - BY_KEY)

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PUT", "/v1/channels/{affiliate}"): {"json": CHANNEL},
    ("PUT", "/v1/channels/{affiliate}/listings/{sku}"): {"json": LISTING},
    ("POST", "/v1/channels/{affiliate}/listings"): {"content": SHEET},
    ("POST", "/v1/rule-simulations"): {"json": {"thresholds": [5, 10]}},
    ("PUT", "/v1/causes/own/{code}"): {"json": CAUSE},
    ("POST", "/v1/causes/own/test"): {"json": TRIAL},
    ("POST", "/v1/operations"): {"json": {"action": "remove"}},
    ("POST", "/v1/reconciliations"): {"json": {"kind": "hot"}},
    ("POST", "/v1/files"): {"json": {"format": "csv"}},
}

_STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _as_admin(**claims: Any) -> Callable[[Installation], str]:
    return lambda there: there.token([f"{there.account}:admin"], **claims)


# Each but the last says that it is an administrator of the account.
CALLERS: dict[str, tuple[Callable[[Installation], str], int]] = {
    "no token": (lambda _: "", 401),
    "a wrong token": (_as_admin(key=_STRANGER), 401),
    "an expired token": (_as_admin(exp=int(time.time()) - HOUR), 401),
    "a token for another audience": (_as_admin(client_id="another"), 401),
    "a token for another scope": (_as_admin(scope="openid profile"), 403),
    "another tenant": (lambda there: there.token(["alheia:admin"]), 404),
}


@pytest.mark.parametrize("caller", CALLERS)
def test_nobody_else_is_let_in_anywhere(installation: Installation, caller: str) -> None:
    make, status = CALLERS[caller]
    token = make(installation)
    before = _everything()
    answers = {route: _ask(installation, *route, token) for route in ROUTES}
    if caller == "another tenant":  # /v1/me names no account: it answers with the caller's own
        assert answers.pop(ME).json()["accounts"] == [{"account": "alheia", "role": "admin"}]
    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(answers, status)
    assert [route for route, answer in answers.items() if installation.account in answer.text] == []
    assert _everything() == before


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_the_administrator_is_let_in_by_the_same_request(installation: Installation, method: str, path: str) -> None:
    """Otherwise the refusals above would say nothing."""
    answer = _ask(installation, method, path, installation.token([f"{installation.account}:admin"]))
    assert answer.status_code in (200, 201, 202, 409)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_what_is_no_route_asks_for_a_token_first(installation: Installation, method: str) -> None:
    """So that nobody learns from outside what there is."""
    answers = [installation.send(method, path) for path in ("/v1/none", "/v1/records/SPT/42/none", "/v1/me/")]
    assert {answer.status_code for answer in answers} == {401}


def test_the_public_routes_ask_for_no_token(installation: Installation) -> None:
    notification = {"IdSku": "42", "An": installation.account, "IdAffiliate": "SPT"}
    assert installation.send("GET", "/health").status_code == 200
    assert installation.send("GET", "/openapi.json").status_code == 200
    assert _notify(installation, installation.webhook_token, notification) == 200


def test_a_webhook_token_that_is_none_is_not_found(installation: Installation) -> None:
    notification = {"IdSku": "42", "An": installation.account, "IdAffiliate": "SPT"}
    before = _everything()
    tokens = ("x", "0" * 43, "%00", "é", "a" * 5_000, installation.token_id, installation.webhook_token.lower())
    assert {_notify(installation, token, notification) for token in tokens} == {404}
    assert _everything() == before


def test_the_logs_open_to_their_accounts_key_and_to_nothing_else(installation: Installation) -> None:
    path = f"/{installation.account}/logs/"
    assert installation.send("GET", path, headers=installation.reader).json().keys() == {"Messages"}
    assert installation.send("GET", path[:-1], headers=installation.reader).status_code == 200

    without = [installation.send("GET", path), installation.send("GET", path, headers=installation.admin)]
    without.append(installation.send("GET", path, params={"x-api-key": installation.logs_key}))
    without.append(installation.send("GET", path, headers={"x-api-key": ""}))
    assert {(answer.status_code, answer.text) for answer in without} == {(401, '{"message":"Unauthorized"}')}

    others = (installation.webhook_token, installation.token_id, installation.logs_key.lower())
    keys = ("x", "0" * 43, "é".encode(), *others)
    paths = ("/alheia/logs/", "/alheia/logs", "/%FF/logs/", "/%00/logs/", "/é/logs/", "/v1/logs", "/none/logs/")
    refused = [installation.send("GET", path, headers={"x-api-key": key}) for key in keys]
    refused += [installation.send("GET", other, headers=installation.reader) for other in paths]
    told = {(answer.status_code, answer.text, str(_comparable(answer))) for answer in refused}
    assert len(told) == 1  # whether a key is unknown or another account's cannot be told apart
    assert refused[0].status_code == 403
    assert installation.raised() == []


def _comparable(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "apigw-requestid"}


def _notify(installation: Installation, token: str, document: Any) -> int:
    answer = installation.send("POST", f"/v1/notifications/{token}", content=json.dumps(document))
    return answer.status_code


def _ask(installation: Installation, method: str, path: str, token: str) -> Any:
    names = {"affiliate": AFFILIATES[1], "sku": SKUS[1], "token_id": installation.token_id, "code": "own.abused"}
    names |= {"operation_id": installation.operation_id, "file_id": FILE, "run_id": RUN}
    body = BODIES.get((method, path), {})
    query = {} if path == "/v1/me" else {"account": installation.account}
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return installation.send(method, path.format_map(names), params=query, headers=headers, **body)


def _everything() -> list[str]:
    """What is stored and what waits."""
    names = stack.environment()
    tables = [aws.dynamodb().scan(TableName=names[name])["Items"] for name in ("RECORDS_TABLE", "CONTROL_TABLE")]
    counted = [
        aws.sqs().get_queue_attributes(QueueUrl=names[queue], AttributeNames=["All"])["Attributes"]
        for queue in ("INTAKE_QUEUE_URL", "OPERATIONS_QUEUE_URL", "RECONCILE_QUEUE_URL", "FILES_QUEUE_URL")
    ]
    waiting = [each["ApproximateNumberOfMessages"] for each in counted]
    return sorted(map(repr, [*tables[0], *tables[1], waiting]))
