"""The JWT authorizer of an HTTP API.

Checks as the developer guide lists them (http-api-jwt-authorizer): an RSA signature by a key of the issuer's jwks_uri
named by `kid`; iss; aud, or client_id when there is no aud; exp, nbf, iat; one of the route's scopes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
import jwt

from local.http_events import Answer, Request, refusal
from local.wiring import Authorizer, Route

_ALGORITHMS = ["RS256", "RS384", "RS512"]
_KEYS_LAST_S = 7200.0  # as long as API Gateway may keep them
_ASK_AGAIN_S = 5.0  # for a key that is not among them


class Denied(Exception):
    """`answer` is what the client gets."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class JwtAuthorizer:
    """Keeps each issuer's keys. `client` must not follow the proxies of the environment."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._keys: dict[str, Mapping[str, jwt.PyJWK]] = {}
        self._asked: dict[str, float] = {}

    async def authorize(self, request: Request, route: Route) -> dict[str, Any] | None:
        """`requestContext.authorizer.jwt` of the event, or None for a route that asks for no JWT. Raises Denied."""
        if not isinstance(route.authorizer, Authorizer):
            return None
        token = request.header(route.authorizer.header)
        if not token:
            raise Denied(refusal(401, "Unauthorized", ("www-authenticate", "Bearer")))
        try:
            claims = await self._claims(token.removeprefix("Bearer ").strip(), route.authorizer.issuer)
        except jwt.InvalidTokenError as error:
            raise _unauthorized(str(error).lower()) from error
        except (httpx.HTTPError, jwt.PyJWTError, ValueError, KeyError) as error:
            raise _unauthorized("OIDC discovery endpoint communication error") from error
        if not route.authorizer.audience & _audience(claims):
            raise _unauthorized("the token does not have a valid audience")
        held = _scopes(claims)
        if route.scopes and not route.scopes & held:
            reason = f'Bearer scope="{" ".join(sorted(route.scopes))}" error="insufficient_scope"'
            raise Denied(refusal(403, "Forbidden", ("www-authenticate", reason)))
        return {
            "claims": {name: claim_text(value) for name, value in claims.items()},
            "scopes": sorted(route.scopes & held) or None,
        }

    async def _claims(self, token: str, issuer: str) -> dict[str, Any]:
        key_id = jwt.get_unverified_header(token).get("kid")
        key = (await self._keys_of(issuer, key_id)).get(str(key_id))
        if key is None:
            raise jwt.InvalidTokenError("unable to find a key for the token's kid")
        options: Any = {"require": ["exp", "iss"], "verify_aud": False, "verify_sub": False, "verify_jti": False}
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=_ALGORITHMS, issuer=issuer, options=options)
        return claims

    async def _keys_of(self, issuer: str, key_id: object) -> Mapping[str, jwt.PyJWK]:
        age_s = time.monotonic() - self._asked.get(issuer, -_KEYS_LAST_S)
        if age_s >= (_ASK_AGAIN_S if key_id not in self._keys.get(issuer, {}) else _KEYS_LAST_S):
            discovery = await self._client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            answer = await self._client.get(discovery.raise_for_status().json()["jwks_uri"])
            keys = jwt.PyJWKSet.from_dict(answer.raise_for_status().json()).keys
            self._keys[issuer] = {str(key.key_id): key for key in keys}
            self._asked[issuer] = time.monotonic()
        return self._keys[issuer]


def claim_text(value: object) -> str:
    """A claim as Lambda gets it: always text; lists as "[a b]", which is what Go prints."""
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case list():
            return f"[{' '.join(map(claim_text, value))}]"
        case dict():
            return f"map[{' '.join(f'{name}:{claim_text(value[name])}' for name in sorted(value))}]"
        case None:
            return "<nil>"
    return str(value)


def _audience(claims: Mapping[str, Any]) -> set[str]:
    audience = claims["aud"] if "aud" in claims else claims.get("client_id")
    return set(audience) if isinstance(audience, list) else {str(audience)}


def _scopes(claims: Mapping[str, Any]) -> set[str]:
    scopes = claims.get("scope", claims.get("scp", ""))
    return set(scopes if isinstance(scopes, list) else str(scopes).split())


def _unauthorized(reason: str) -> Denied:
    text = reason.replace('"', "'")
    header = f'Bearer scope="" error="invalid_token" error_description="{text}"'
    return Denied(refusal(401, "Unauthorized", ("www-authenticate", header)))
