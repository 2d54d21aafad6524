"""The operator API as a whole: who gets in, how it refuses, and what it says of itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from openapi_spec_validator import validate

from tests.integration.api import Answer, Api

ROLES = ("viewer", "operator", "admin")
PUBLIC = {("get", "/health"), ("get", "/openapi.json"), ("post", "/v1/notifications/{token}")}


def operations(api: Api) -> Iterator[tuple[str, str, dict[str, object]]]:
    for path, methods in api("GET", "/openapi.json", groups=None).json["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def filled(path: str) -> str:
    names = {
        "affiliate": "SPT",
        "sku": "42",
        "token_id": "0123456789ab",
        "code": "own.a",
        "operation_id": "0123456789ab",
        "file_id": "0" * 32,
        "run_id": "0" * 32,
    }
    return path.format_map(names)


# ---------------------------------------------------------------------- who gets in


def test_health_and_the_contract_are_public(api: Api) -> None:
    assert api("GET", "/health", groups=None).json == {"status": "ok"}
    assert api("GET", "/openapi.json", groups=None).status == 200


def test_every_other_operation_asks_for_the_role_that_the_contract_says(api: Api) -> None:
    signed_in = [{"signIn": ["stockbridge/api"]}]
    secured = {(method, path): op for method, path, op in operations(api) if op["security"] == signed_in}
    assert len(secured) >= 25
    for (method, path), operation in secured.items():
        nobody = api(method.upper(), filled(path), groups=None)
        assert (nobody.status, nobody.json["type"]) == (401, "urn:stockbridge:problem:not_signed_in"), path
        if path == "/v1/me":
            continue
        needed = ROLES.index(str(operation["x-role"]))
        for role in ROLES[:needed]:
            refused = api(method.upper(), filled(path), role=role)
            assert refused.status == 403, (method, path, role)
            assert refused.json["type"] == f"urn:stockbridge:problem:needs_{operation['x-role']}"
        assert api(method.upper(), filled(path), role=ROLES[needed]).status not in (401, 403), (method, path)


def test_one_operation_is_opened_by_a_key_instead(api: Api) -> None:
    keys = [(method, path) for method, path, operation in operations(api) if operation["security"] == [{"logsKey": []}]]
    assert keys == [("get", "/{account}/logs/")]


def test_the_public_operations_are_exactly_three(api: Api) -> None:
    assert {(method, path) for method, path, operation in operations(api) if not operation["security"]} == PUBLIC


def test_me_lists_the_callers_accounts(api: Api) -> None:
    answer = api("GET", "/v1/me", groups="[outra:viewer loja:admin staff]")
    assert answer.json == {
        "user": "ana",
        "accounts": [{"account": "loja", "role": "admin"}, {"account": "outra", "role": "viewer"}],
    }


def test_one_of_several_accounts_is_picked_by_parameter(api: Api) -> None:
    groups = "[loja:admin outra:viewer]"
    unpicked = api("GET", "/v1/records", groups=groups)
    assert (unpicked.status, unpicked.json["type"]) == (400, "urn:stockbridge:problem:account_required")
    assert api("GET", "/v1/records", groups=groups, query={"account": "outra"}).status == 200
    assert api("GET", "/v1/tokens", groups=groups, query={"account": "outra"}).status == 403


@pytest.mark.parametrize("groups", ["[loja:admin]", "[loja:admin outra:viewer]"])
def test_an_account_of_others_does_not_exist(api: Api, groups: str) -> None:
    answer = api("GET", "/v1/records", groups=groups, query={"account": "alheia"})
    assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:account_not_found")


def test_a_user_of_no_account_is_told_so(api: Api) -> None:
    assert api("GET", "/v1/records", groups="[]").json["type"] == "urn:stockbridge:problem:no_account"


# ---------------------------------------------------------------------- how it refuses


@pytest.mark.parametrize(
    ("language", "tag", "title"),
    [
        (None, "pt-BR", "Não encontrado"),
        ("en-US,en;q=0.9", "en", "Not found"),
        ("es", "es", "No encontrado"),
        ("de", "pt-BR", "Não encontrado"),
    ],
)
def test_a_refusal_is_a_problem_in_the_callers_language(api: Api, language: str | None, tag: str, title: str) -> None:
    answer = api("GET", "/v1/records/SPT/42", language=language)
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Language"] == tag
    assert answer.json.keys() == {"type", "title", "status", "detail", "instance", "problems"}
    assert (answer.json["title"], answer.json["status"]) == (title, 404)
    assert answer.json["instance"] == "urn:stockbridge:request:JKJaXmPLvHcESHA="


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ({"status": "done"}, "status", "not_one_of"),
        ({"limit": 0}, "limit", "too_small"),
        ({"limit": 201}, "limit", "too_large"),
        ({"limit": "many"}, "limit", "wrong_type"),
        ({"from": "yesterday"}, "from", "wrong_instant"),
        ({"to": "2026-01-01T00:00:00"}, "to", "wrong_instant"),
        ({"sku": "042"}, "sku", "sku_format"),
        ({"sku": "abc"}, "sku", "sku_format"),
        ({"affiliate": "S#T"}, "affiliate", "affiliate_format"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, query: dict[str, object], field: str, reason: str) -> None:
    answer = api("GET", "/v1/records", query=query)
    assert answer.status == 422
    (problem,) = answer.json["problems"]
    assert (problem["field"], problem["reason"]) == (field, reason)
    assert problem["detail"]


def test_a_bad_cursor_is_refused(api: Api) -> None:
    answer = api("GET", "/v1/records", query={"cursor": "bm8"})
    assert (answer.status, answer.json["type"]) == (400, "urn:stockbridge:problem:bad_cursor")
    assert api("GET", "/v1/activity", query={"cursor": "bm8"}).status == 400


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("{", 400, "malformed_json"),
        ("[1]", 400, "body_is_no_object"),
        ('"text"', 400, "body_is_no_object"),
        ("[" * 50_000, 400, "malformed_json"),
        ('{"name":"' + "x" * 70_000 + '"}', 413, "body_too_large"),
        ('{"nome":"x"}', 422, "invalid_fields"),
    ],
)
def test_a_bad_body_is_told_apart(api: Api, body: str, status: int, reason: str) -> None:
    answer = api("POST", "/v1/tokens", body=body)
    assert (answer.status, answer.json["type"]) == (status, f"urn:stockbridge:problem:{reason}")
    assert api("GET", "/v1/tokens").json["items"] == []


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/records/SPT", "/v1/records/", "/v1/records/SPT/42/cancel", "/v1"])
def test_an_unknown_route_is_a_problem_too(api: Api, path: str) -> None:
    answer = api("GET", path)
    assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:route_not_found")


def test_a_webhooks_secret_asked_with_the_wrong_method_is_said_nowhere(
    api: Api, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = api("GET", "/v1/notifications/my-secret-token/x")
    printed = capsys.readouterr()
    assert answer.status == 404
    assert "my-secret-token" not in answer.text + printed.out + printed.err + caplog.text


def test_an_unexpected_failure_tells_nothing_of_the_inside(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("table RecordsTable at 10.0.0.1")

    monkeypatch.setattr("actions.desk.Desk.record", explode)
    answer: Answer = api("GET", "/v1/records/SPT/42", language="en")
    assert (answer.status, answer.json["type"]) == (500, "urn:stockbridge:problem:unexpected")
    assert "RecordsTable" not in answer.text
    assert "table RecordsTable at 10.0.0.1" in caplog.text


def test_an_answer_that_breaks_the_contract_is_our_failure_and_not_the_callers(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.overview.Overview.of", lambda *_: {"at": "never"})
    assert api("GET", "/v1/overview").status == 500


def test_nothing_is_kept_by_caches_on_the_way(api: Api) -> None:
    assert api("GET", "/v1/me").headers["Cache-Control"] == "no-store"
    assert api("GET", "/v1/nothing").headers["Cache-Control"] == "no-store"


# ---------------------------------------------------------------------- what it says of itself


def test_the_contract_is_a_valid_openapi_document(api: Api) -> None:
    document = api("GET", "/openapi.json", groups=None).json
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_has_its_own_name_answers_and_problems(api: Api) -> None:
    names: list[object] = []
    for method, path, operation in operations(api):
        names.append(operation["operationId"])
        responses = operation["responses"]
        assert isinstance(responses, dict)
        assert any(status.startswith("2") for status in responses), (method, path)
        if operation["security"]:
            wrong = "400" if path == "/{account}/logs/" else "422"
            assert {"401", wrong, "500", "503"} <= responses.keys()
    assert len(names) == len(set(names))


def test_the_contract_says_which_bodies_are_read(api: Api) -> None:
    document = api("GET", "/openapi.json", groups=None).json
    put = document["paths"]["/v1/channels/{affiliate}"]["put"]["requestBody"]
    assert put["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/ChannelDocument"
    sheet = document["paths"]["/v1/channels/{affiliate}/listings"]["post"]["requestBody"]
    assert sheet["content"]["text/csv"]["schema"]["type"] == "string"
    assert document["components"]["schemas"]["ChannelDocument"]["required"] == ["name", "connector", "marketplace"]
