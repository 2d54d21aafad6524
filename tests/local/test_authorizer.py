"""The JWT authorizer: what it lets in, what it hands on, and how it refuses."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.authorizer import Denied, JwtAuthorizer, claim_text
from local.http_events import Answer
from local.wiring import Authorizer, Route
from tests.local.issuer import AUDIENCE, URL, Issuer
from tests.local.test_http_events import REQUEST

ROUTE = Route("GET", "/closed", "F", Authorizer(URL, frozenset({AUDIENCE}), "authorization"), frozenset({"toy/api"}))
NOW = int(time.time())  # when the tests were collected, which may be minutes ago
HOUR = 3600


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


def ask(issuer: Issuer, *headers: str, route: Route = ROUTE) -> dict[str, Any] | Answer | None:
    """What the last of the requests got: the claims, or the refusal."""

    async def each() -> dict[str, Any] | Answer | None:
        async with issuer.client() as client:
            authorizer = JwtAuthorizer(client)
            for header in headers:
                request = replace(REQUEST, headers=[("authorization", header)] if header else [])
                try:
                    result: dict[str, Any] | Answer | None = await authorizer.authorize(request, route)
                except Denied as denied:
                    result = denied.answer
            return result

    return asyncio.run(each())


@pytest.mark.parametrize("prefix", ["Bearer ", ""])
def test_a_good_token_is_let_in_and_its_claims_go_on_as_text(issuer: Issuer, prefix: str) -> None:
    claims: dict[str, Any] = {
        "cognito:groups": ["loja:admin", "outra:viewer"],
        "exp": NOW + HOUR,
        "iat": None,
        "ok": True,
    }

    jwt = ask(issuer, prefix + issuer.token(**claims))

    assert jwt == {
        "claims": {
            "iss": URL,
            "sub": "ana",
            "client_id": AUDIENCE,
            "scope": "toy/api",
            "exp": str(NOW + HOUR),
            "cognito:groups": "[loja:admin outra:viewer]",
            "ok": "true",
        },
        "scopes": ["toy/api"],
    }


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://other.test"},
        {"iss": None},
        {"exp": NOW - HOUR},
        {"exp": None},
        {"nbf": NOW + HOUR},
        {"iat": NOW + HOUR},
        {"client_id": "other"},
        {"client_id": None},
        {"aud": "other"},  # looked at before client_id
        {"aud": ["other", "another"]},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused_with_401(issuer: Issuer, claims: dict[str, Any]) -> None:
    refusal = ask(issuer, issuer.token(**claims))

    assert isinstance(refusal, Answer)
    assert (refusal.status, refusal.body) == (401, b'{"message":"Unauthorized"}')
    assert 'error="invalid_token"' in dict(refusal.headers)["www-authenticate"]


@pytest.mark.parametrize("audience", [AUDIENCE, ["other", AUDIENCE]])
def test_an_audience_may_be_one_of_several(issuer: Issuer, audience: str | list[str]) -> None:
    assert isinstance(ask(issuer, issuer.token(aud=audience, client_id=None)), dict)


def test_forged_garbled_and_missing_tokens_are_refused_with_401(issuer: Issuer) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = [
        issuer.token(key=stranger),
        issuer.token(kid="k2"),
        issuer.token(key="0123456789abcdef0123456789abcdef", algorithm="HS256"),
        issuer.token(key="", algorithm="none"),
        issuer.token()[:-4] + "AAAA",
        "not.a.token",
        "",
    ]

    assert {getattr(ask(issuer, token), "status", "let in") for token in forged} == {401}


def test_a_token_without_the_routes_scope_is_refused_with_403(issuer: Issuer) -> None:
    refusal = ask(issuer, issuer.token(scope="openid profile"))

    assert isinstance(refusal, Answer)
    assert (refusal.status, refusal.body) == (403, b'{"message":"Forbidden"}')


def test_one_of_the_routes_scopes_is_enough(issuer: Issuer) -> None:
    route = replace(ROUTE, scopes=frozenset({"toy/api", "toy/other"}))

    jwt = ask(issuer, issuer.token(scope="openid toy/other"), route=route)

    assert isinstance(jwt, dict)
    assert jwt["scopes"] == ["toy/other"]


def test_a_public_route_asks_for_nothing(issuer: Issuer) -> None:
    assert ask(issuer, "", route=replace(ROUTE, authorizer=None)) is None


def test_the_keys_are_asked_for_once(issuer: Issuer) -> None:
    before = issuer.asked

    assert isinstance(ask(issuer, *[issuer.token()] * 3), dict)
    assert issuer.asked - before == 2  # discovery and keys


def test_an_issuer_that_does_not_answer_lets_nobody_in() -> None:
    issuer = Issuer()
    issuer.down = True

    refusal = ask(issuer, issuer.token())

    assert isinstance(refusal, Answer)
    assert refusal.status == 401


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (5, "5"),
        (True, "true"),
        (["a", 1, True], "[a 1 true]"),
        ([], "[]"),
        ({"b": 1, "a": [2]}, "map[a:[2] b:1]"),
    ],
)
def test_a_claim_of_any_type_becomes_text(value: object, text: str) -> None:
    assert claim_text(value) == text
