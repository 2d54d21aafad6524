"""The local issuer: who gets which token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from local.standins.identity import Identity, IdentityState
from local.standins.tokens import Issuer, SigningKey, challenge_of
from tests.standins.world import NOON, Client, Clock, client_of

URL = "http://127.0.0.1:9"
REDIRECT = "http://127.0.0.1:8080/callback"
VERIFIER = "a-verifier-of-forty-three-characters-at-least-so"
KEY = SigningKey.fresh()


@pytest.fixture
def identity(clock: Clock) -> Iterator[Client]:
    issuer = Issuer(URL, KEY, lambda: ["demoloja", "accountname"], clock)
    with client_of(Identity(IdentityState(), issuer, now_ms=clock).app) as client:
        yield client


def claims_of(client: Client, token: str, audience: str | None = None) -> dict[str, Any]:
    """The claims, if the token is signed by a key that the issuer publishes."""
    [published] = client.get("/jwks.json").json()["keys"]
    assert jwt.get_unverified_header(token)["kid"] == published["kid"]
    options: Any = {"verify_exp": False, "verify_aud": audience is not None, "verify_iat": False}
    return jwt.decode(token, jwt.PyJWK(published).key, ["RS256"], options=options, audience=audience)


def asked(**other: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": "stockbridge-local",
        "redirect_uri": REDIRECT,
        "scope": "openid stockbridge/api",
        "state": "s-1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    } | other


def form(**fields: str) -> dict[str, Any]:
    return {
        "content": urlencode({"client_id": "stockbridge-local"} | fields),
        "headers": {"content-type": "application/x-www-form-urlencoded"},
    }


def code_for(client: Client, username: str = "otavio", **other: str) -> str:
    answer = client.post("/authorize", **form(**asked(**other), username=username))
    assert answer.status_code == 303, answer.text
    target = urlsplit(answer.headers["location"])
    assert target.geturl().startswith(REDIRECT)
    assert parse_qs(target.query)["state"] == ["s-1"]
    return parse_qs(target.query)["code"][0]


def exchange(client: Client, code: str, **other: str) -> Any:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return client.post("/token", **form(**(fields | other)))


def password(client: Client, username: str = "ana", **other: str) -> Any:
    fields = {"grant_type": "password", "username": username, "password": "stockbridge"}
    return client.post("/token", **form(**(fields | other)))


def test_the_discovery_document_names_what_answers(identity: Client) -> None:
    document = identity.get("/.well-known/openid-configuration").json()
    assert document["issuer"] == URL
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert urlsplit(document["jwks_uri"]).path == "/jwks.json"
    assert identity.get("/.well-known/jwks.json").json() == identity.get("/jwks.json").json()


def test_the_page_lists_the_ready_users_and_carries_what_was_asked(identity: Client) -> None:
    page = identity.get("/authorize", params=asked(state='"><script>'))
    assert page.status_code == 200
    assert '<html lang="pt-BR">' in page.text
    assert [page.text.count(f'value="{user}"') for user in ("ana", "otavio", "vera")] == [1, 1, 1]
    assert "<script>" not in page.text
    assert challenge_of(VERIFIER) in page.text


def test_a_code_and_its_verifier_become_an_access_token_like_cognitos(identity: Client) -> None:
    tokens = exchange(identity, code_for(identity, nonce="n-1")).json()
    claims = claims_of(identity, tokens["access_token"])
    assert claims["iss"] == URL
    assert claims["client_id"] == "stockbridge-local"
    assert claims["token_use"] == "access"
    assert claims["scope"] == "openid stockbridge/api"
    assert claims["username"] == "otavio"
    assert claims["cognito:groups"] == ["demoloja:operator", "accountname:operator"]
    assert claims["exp"] - claims["iat"] == 900
    assert claims["iat"] == NOON // 1000
    assert "aud" not in claims
    identified = claims_of(identity, tokens["id_token"], audience="stockbridge-local")
    assert (identified["token_use"], identified["nonce"], identified["sub"]) == ("id", "n-1", claims["sub"])


@pytest.mark.parametrize(
    "other",
    [{"code_verifier": "another"}, {"redirect_uri": "http://127.0.0.1:8080/other"}, {"code": "none"}],
)
def test_a_code_is_worth_nothing_without_its_verifier_and_its_address(identity: Client, other: dict[str, str]) -> None:
    answer = exchange(identity, **({"code": code_for(identity)} | other))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_a_code_is_good_once_and_for_five_minutes(identity: Client, clock: Clock) -> None:
    code = code_for(identity)
    assert exchange(identity, code).status_code == 200
    assert exchange(identity, code).status_code == 400
    late = code_for(identity)
    clock.pass_s(301)
    assert exchange(identity, late).status_code == 400


@pytest.mark.parametrize(
    "redirect", ["https://evil.test/cb", "http://127.0.0.1.evil.test/cb", "javascript:alert(1)", "http://[", ""]
)
def test_nobody_is_sent_to_another_machine(identity: Client, redirect: str) -> None:
    for answer in (
        identity.get("/authorize", params=asked(redirect_uri=redirect)),
        identity.post("/authorize", **form(**asked(redirect_uri=redirect), username="ana")),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers


def test_pkce_is_obligatory(identity: Client) -> None:
    for other in ({"code_challenge": ""}, {"code_challenge_method": "plain"}):
        answer = identity.get("/authorize", params=asked(**other))
        assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == ["invalid_request"]


@pytest.mark.parametrize(("username", "role"), [("ana", "admin"), ("otavio", "operator"), ("vera", "viewer")])
def test_command_lines_get_a_token_by_password(identity: Client, username: str, role: str) -> None:
    claims = claims_of(identity, password(identity, username).json()["access_token"])
    assert claims["cognito:groups"] == [f"demoloja:{role}", f"accountname:{role}"]


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"password": "wrong"}, "invalid_grant"),
        ({"username": "nobody"}, "invalid_grant"),
        ({"client_id": "other"}, "invalid_client"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
    ],
)
def test_other_requests_for_tokens_are_refused(identity: Client, other: dict[str, str], error: str) -> None:
    answer = password(identity, **other)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_refresh_token_renews_until_it_is_revoked(identity: Client, clock: Clock) -> None:
    refresh = password(identity).json()["refresh_token"]
    clock.pass_s(3600)
    renewal = form(grant_type="refresh_token", refresh_token=refresh)
    renewed = identity.post("/token", **renewal).json()
    assert claims_of(identity, renewed["access_token"])["iat"] == NOON // 1000 + 3600
    assert "refresh_token" not in renewed
    identity.post("/revoke", **form(token=refresh))
    assert identity.post("/token", **renewal).json() == {"error": "invalid_grant"}


def test_signing_out_returns_only_to_this_machine(identity: Client) -> None:
    home = identity.get("/logout", params={"logout_uri": "http://localhost:8080/"})
    assert home.headers["location"] == "http://localhost:8080/"
    assert identity.get("/logout", params={"logout_uri": "https://evil.test/"}).status_code == 200


def test_a_page_of_this_machine_may_ask_for_tokens_and_no_other(identity: Client) -> None:
    ours = identity.get("/jwks.json", headers={"Origin": "http://localhost:5173"})
    assert ours.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert identity.get("/jwks.json", headers={"Origin": "https://evil.test"}).status_code == 403


def test_tests_can_mint_any_token(identity: Client) -> None:
    asked_for = {"user": "vera", "expires_in": -5, "claims": {"client_id": "other"}, "without": ["scope"]}
    claims = claims_of(identity, identity.post("/_scenario/token", json=asked_for).json()["access_token"])
    assert (claims["client_id"], claims["exp"] - claims["iat"], "scope" in claims) == ("other", -5, False)
    forged = identity.post("/_scenario/token", json={"unknown_key": True}).json()["access_token"]
    assert jwt.get_unverified_header(forged)["kid"] != KEY.id


def test_the_key_survives_and_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "signing-key.pem"
    first = SigningKey.kept(path)
    assert SigningKey.kept(path).public() == first.public()
    assert path.stat().st_mode & 0o777 == 0o600
