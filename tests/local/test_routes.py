"""Route selection, by the examples of the API Gateway developer guide and by the routes of the project."""

from __future__ import annotations

import pytest

from local.routes import match
from local.wiring import Route


def routes(*keys: str) -> list[Route]:
    return [Route(*(key.split(" ") if " " in key else ("ANY", key)), function=key) for key in keys]  # type: ignore[misc]


GUIDE = routes("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}", {"id": "2"}),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}", {"proxy": "cat/1"}),
        ("POST", "/test/5", "ANY /{proxy+}", {"proxy": "test/5"}),
        ("GET", "/", "$default", {}),
    ],
)
def test_the_most_specific_route_takes_the_request(
    method: str, path: str, key: str, parameters: dict[str, str]
) -> None:
    found = match(GUIDE, method, path)

    assert found is not None
    assert (found.route.key, found.path_parameters) == (key, parameters)


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("POST", "/v1/notifications/secret", "POST /v1/notifications/{proxy+}"),
        ("POST", "/v1/notifications/secret/", "POST /v1/notifications/{proxy+}"),
        ("POST", "/v1/notifications/secret/api/notification/", "POST /v1/notifications/{proxy+}"),
        ("POST", "/v1/notifications/", "POST /v1/{proxy+}"),
        ("POST", "/v1/notifications", "POST /v1/{proxy+}"),
        ("GET", "/v1/notifications/secret", "GET /v1/{proxy+}"),
        ("PUT", "/v1/notifications/secret", None),
        ("GET", "/v1/", None),
        ("GET", "/health", "GET /health"),
        ("GET", "/health/", None),
        ("HEAD", "/health", None),
        ("OPTIONS", "/v1/me", None),
        ("GET", "/", None),
    ],
)
def test_slashes_and_methods_decide(method: str, path: str, key: str | None) -> None:
    ours = routes("POST /v1/notifications/{proxy+}", "GET /v1/{proxy+}", "POST /v1/{proxy+}", "GET /health")

    found = match(ours, method, path)

    assert (found.route.key if found else None) == key


def test_a_method_goes_before_any_on_the_same_path_only() -> None:
    several = routes("ANY /a/{id}", "GET /a/{id}", "GET /{proxy+}", "ANY /a/b")

    def key(method: str, path: str) -> str | None:
        found = match(several, method, path)
        return found.route.key if found else None

    assert key("GET", "/a/1") == "GET /a/{id}"
    assert key("PUT", "/a/1") == "ANY /a/{id}"
    assert key("GET", "/a/b") == "ANY /a/b"


def test_a_full_match_goes_before_a_greedy_one_that_begins_more_exactly() -> None:
    found = match(routes("GET /{kind}/1", "GET /pets/{proxy+}"), "GET", "/pets/1")

    assert found is not None
    assert found.route.key == "GET /{kind}/1"
