"""Every fault of a generic channel's configuration is named, with its field, when it is saved."""

from __future__ import annotations

from typing import Any

import pytest

from stockbridge.errors import FieldProblem
from stockbridge.marketplaces import connector

GOOD: dict[str, Any] = {
    "secret": "stockbridge/prod/mundojuguete/SPT",
    "method": "PUT",
    "url": "https://api.example.com/v2/skus/{sku}/stock",
    "headers": {"Authorization": "Bearer {secret.token}"},
    "body": {"sku": "{sku}", "quantity": "{quantity}"},
    "applied": [200, 201, 204],
    "accepted": [202],
    "errors": [{"status": 404, "match": "not catalogued", "cause": "not_catalogued"}],
    "message": "/errors/0/message",
}
ABSENT = object()


def problems(configuration: dict[str, Any], *, allow_private: bool = False) -> list[FieldProblem]:
    return list(connector("generic").problems(configuration, allow_private=allow_private))


def test_the_documented_configuration_has_no_problem() -> None:
    assert problems(GOOD) == []


def test_only_the_url_and_the_body_are_needed() -> None:
    assert problems({"url": "https://api.example.com/{sku}", "body": {"n": "{quantity}"}}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://{account}.example.com/{sku}"},
        {"url": "https://api.example.com:443/{sku}?a={affiliate}&literal={{x}}"},
        {"url": "https://api.example.com/{quantity}", "body": ["{sku}"]},
        {"url": "https://api.example.com/", "headers": {"X-Sku": "{sku}"}},
        {"applied": [200, 202], "accepted": ABSENT},
        {"body": {"sku": "{sku}", "n": "{quantity}", "braces": "{{}}", "list": [None, 1.5, True]}},
        {"message": ""},
        {"errors": [{"status": 200, "match": None, "cause": "auth"}]},
    ],
)
def test_what_is_unusual_is_not_wrong(change: dict[str, Any]) -> None:
    assert problems({name: value for name, value in (GOOD | change).items() if value is not ABSENT}) == []


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"url": ABSENT}, "url", "required"),
        ({"url": 7}, "url", "wrong_type"),
        ({"url": "api.example.com/{sku}"}, "url", "invalid_url"),
        ({"url": "ftp://api.example.com/{sku}"}, "url", "invalid_url"),
        ({"url": "https://[x/{sku}"}, "url", "invalid_url"),
        ({"url": "http://api.example.com/{sku}"}, "url", "not_https"),
        ({"url": "https://user:pass@api.example.com/{sku}"}, "url", "credentials_in_url"),
        ({"url": "https://api.example.com:8443/{sku}"}, "url", "port_not_allowed"),
        ({"url": "https://169.254.169.254/{sku}"}, "url", "private_address"),
        ({"url": "https://localhost/{sku}"}, "url", "private_address"),
        ({"url": "https://{sku}.example.com/"}, "url", "placeholder_in_host"),
        ({"url": "https://{secret.host}.example.com/{sku}"}, "url", "placeholder_in_host"),
        ({"url": "https://api.example.com/{skuId}"}, "url", "unknown_placeholder"),
        ({"url": "https://api.example.com/{sku"}, "url", "unbalanced_brace"),
        ({"url": "https://api.example.com/{sku}/" + "x" * 2000}, "url", "too_long"),
        ({"url": "https://api.example.com/stock", "body": {"n": "{quantity}"}}, "url", "sku_not_sent"),
        ({"body": {"sku": "{sku}"}}, "body", "quantity_not_sent"),
        ({"body": ABSENT}, "body", "quantity_not_sent"),
        ({"body": '{"sku": "{sku}"}'}, "body", "wrong_type"),
        ({"body": {"n": float("nan")}}, "body", "not_json"),
        ({"body": {"n": object()}}, "body", "not_json"),
        ({"body": {"items": [{"n": "{qty}"}]}}, "body.items.0.n", "unknown_placeholder"),
        ({"body": {"items": [{"{x}": 1}]}}, "body.items.0.{x}", "unknown_placeholder"),
        ({"body": {"n": "x" * 20_000}}, "body", "too_long"),
        ({"method": "DELETE"}, "method", "not_one_of"),
        ({"method": ["PUT"]}, "method", "not_one_of"),
        ({"headers": []}, "headers", "wrong_type"),
        ({"headers": {"X-A": 1}}, "headers.X-A", "wrong_type"),
        ({"headers": {"X A": "1"}}, "headers.X A", "invalid_header_name"),
        ({"headers": {"Host": "evil.example"}}, "headers.Host", "forbidden_header"),
        ({"headers": {"X-A": "a\r\nX-B: b"}}, "headers.X-A", "invalid_header_value"),
        ({"headers": {"X-A": "{token}"}}, "headers.X-A", "unknown_placeholder"),
        ({"headers": {"X-A": "{secret.}"}}, "headers.X-A", "unknown_placeholder"),
        ({"headers": {"X-A": "{sku!r}"}}, "headers.X-A", "unknown_placeholder"),
        ({"secret": ABSENT}, "headers.Authorization", "secret_not_named"),
        ({"secret": "no spaces please"}, "secret", "invalid_secret_name"),
        ({"secret": {}}, "secret", "invalid_secret_name"),
        ({"applied": 200}, "applied", "wrong_type"),
        ({"applied": [200, "201"]}, "applied.1", "wrong_type"),
        ({"applied": [True]}, "applied.0", "wrong_type"),
        ({"applied": [404]}, "applied.0", "invalid_status"),
        ({"accepted": [500]}, "accepted.0", "invalid_status"),
        ({"accepted": [200]}, "accepted", "status_in_both"),
        ({"errors": {}}, "errors", "wrong_type"),
        ({"errors": ["404"]}, "errors.0", "wrong_type"),
        ({"errors": [{"cause": "auth"}]}, "errors.0.status", "required"),
        ({"errors": [{"status": 404}]}, "errors.0.cause", "required"),
        ({"errors": [{"status": 999, "cause": "auth"}]}, "errors.0.status", "invalid_status"),
        ({"errors": [{"status": 404, "cause": "no_such"}]}, "errors.0.cause", "unknown_cause"),
        ({"errors": [{"status": 404, "cause": "poison"}]}, "errors.0.cause", "unknown_cause"),
        ({"errors": [{"status": 404, "cause": []}]}, "errors.0.cause", "unknown_cause"),
        ({"errors": [{"status": 404, "cause": "auth", "match": "("}]}, "errors.0.match", "invalid_regex"),
        ({"errors": [{"status": 404, "cause": "auth", "match": "(a+)+$"}]}, "errors.0.match", "slow_regex"),
        ({"errors": [{"status": 404, "cause": "auth", "match": "a" * 201}]}, "errors.0.match", "too_long"),
        ({"errors": [{"status": 404, "cause": "auth", "match": 404}]}, "errors.0.match", "wrong_type"),
        ({"errors": [{"status": 404, "cause": "auth", "text": "x"}]}, "errors.0.text", "unknown_field"),
        ({"message": "errors.0"}, "message", "invalid_pointer"),
        ({"message": "/a~2"}, "message", "invalid_pointer"),
        ({"message": 1}, "message", "wrong_type"),
        ({"urll": "https://api.example.com"}, "urll", "unknown_field"),
    ],
)
def test_a_fault_is_named_with_its_field(change: dict[str, Any], field: str, reason: str) -> None:
    configuration = {name: value for name, value in (GOOD | change).items() if value is not ABSENT}
    assert [(problem.field, problem.reason) for problem in problems(configuration)] == [(field, reason)]


def test_every_fault_is_named_at_once() -> None:
    found = problems({"url": "http://api.example.com/{x}", "method": "GET", "applied": [1], "extra": 1})
    assert {(problem.field, problem.reason) for problem in found} == {
        ("url", "unknown_placeholder"),
        ("method", "not_one_of"),
        ("applied.0", "invalid_status"),
        ("extra", "unknown_field"),
    }


def test_a_fault_says_what_was_wrong() -> None:
    [problem] = problems(GOOD | {"url": "https://api.example.com/{skuId}"})
    assert problem.details == {"placeholder": "skuId"}
    [problem] = problems(GOOD | {"method": "GET"})
    assert problem.details == {"allowed": "PUT, POST, PATCH"}


def test_a_body_too_deep_to_follow_is_a_fault_and_not_a_crash() -> None:
    body: Any = {"n": "{quantity}"}
    for _ in range(30):
        body = [body]
    assert {problem.reason for problem in problems(GOOD | {"body": body})} == {"too_deep"}


def test_a_system_on_one_machine_may_speak_to_itself() -> None:
    local = GOOD | {"url": "http://127.0.0.1:8123/{sku}"}
    assert problems(local, allow_private=True) == []
    assert [problem.reason for problem in problems(local)] == ["not_https"]
