"""The local sign-in: an OpenID Connect issuer with three ready users, for the local system and its tests only.

Authorization code with PKCE for browsers, and the password grant for command lines (every password is
"stockbridge"). Tokens have the claims of Cognito's.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local.standins.control import LOCAL_HOSTS, LocalOnly, on_this_machine
from local.standins.sign_in_page import message_page, sign_in_page
from local.standins.tokens import CLIENT_ID, LIFETIME_S, SCOPE, USERS, Issuer, SigningKey, User, challenge_of

PASSWORD = "stockbridge"  # noqa: S105 - the ready users' password, printed in the README
_CODE_LIFETIME_MS = 300_000
_SESSION_LIFETIME_MS = 30 * 86_400_000
_NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class Session:
    """What a refresh token stands for. `ends` in milliseconds."""

    username: str
    ends: int


@dataclass(slots=True)
class IdentityState:
    sessions: dict[str, Session] = field(default_factory=dict)  # by the refresh token's SHA-256


@dataclass(frozen=True, slots=True)
class _Code:
    username: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    ends: int


class Identity:
    def __init__(self, state: IdentityState, issuer: Issuer, *, now_ms: Callable[[], int]) -> None:
        self.state = state
        self._issuer = issuer
        self._now_ms = now_ms
        self._codes: dict[str, _Code] = {}
        self._grants: dict[str, Callable[[Mapping[str, str]], Response]] = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "password": self._by_password,
        }
        local = rf"https?://({'|'.join(host.replace('.', '[.]') for host in LOCAL_HOSTS)})(:\d+)?"
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/jwks.json", self._keys),
                Route("/.well-known/jwks.json", self._keys),  # where Cognito has it
                Route("/authorize", self._authorize, methods=["GET", "POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/revoke", self._revoke, methods=["POST"]),
                Route("/logout", self._logout),
                Route("/_scenario/token", self._mint, methods=["POST"]),
            ],
            middleware=[
                Middleware(LocalOnly),
                Middleware(CORSMiddleware, allow_origin_regex=local, allow_methods=["GET", "POST"]),
            ],
        )

    async def _configuration(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        url = self._issuer.url
        return JSONResponse(
            {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "revocation_endpoint": f"{url}/revoke",
                "end_session_endpoint": f"{url}/logout",
                "jwks_uri": f"{url}/jwks.json",
                "response_types_supported": ["code"],
                "grant_types_supported": list(self._grants),
                "code_challenge_methods_supported": ["S256"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "scopes_supported": SCOPE.split(),
            }
        )

    async def _keys(self, request: Request) -> Response:  # noqa: ARG002 - as every endpoint
        return JSONResponse({"keys": [self._issuer.key.public()]})

    # ---------------------------------------------------------------- a person signs in

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params) if request.method == "GET" else await _form(request)
        redirect = asked.get("redirect_uri", "")
        if asked.get("client_id") != CLIENT_ID or not _is_local(redirect):
            reason = "A aplicação que pediu a entrada não é conhecida, ou não está nesta máquina."
            return HTMLResponse(message_page("Não foi possível entrar", reason), 400)
        if asked.get("response_type") != "code":
            return _back(redirect, {"error": "unsupported_response_type", "state": asked.get("state")})
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            problem = {"error": "invalid_request", "error_description": "PKCE with S256 is required"}
            return _back(redirect, {**problem, "state": asked.get("state")})
        username = asked.pop("username", "") if request.method == "POST" else ""
        if username not in USERS:
            return HTMLResponse(sign_in_page(asked), headers=_NO_STORE)
        code = secrets.token_urlsafe(32)
        ends = self._now_ms() + _CODE_LIFETIME_MS
        self._codes[code] = _Code(username, redirect, asked["code_challenge"], asked.get("nonce"), ends)
        return _back(redirect, {"code": code, "state": asked.get("state")})

    async def _logout(self, request: Request) -> Response:
        asked = request.query_params
        target = asked.get("logout_uri") or asked.get("post_logout_redirect_uri") or ""
        if _is_local(target):
            return _back(target, {"state": asked.get("state")})
        return HTMLResponse(message_page("Você saiu", "A sessão terminou neste navegador."))

    # ---------------------------------------------------------------- tokens

    async def _token(self, request: Request) -> Response:
        form = await _form(request)
        grant = self._grants.get(form.get("grant_type", ""))
        if grant is None:
            return _refused("unsupported_grant_type")
        if form.get("client_id") != CLIENT_ID:
            return _refused("invalid_client")
        return grant(form)

    def _by_code(self, form: Mapping[str, str]) -> Response:
        code = self._codes.pop(form.get("code", ""), None)
        if (
            code is None
            or code.ends < self._now_ms()
            or code.redirect_uri != form.get("redirect_uri")
            or not hmac.compare_digest(code.challenge.encode(), challenge_of(form.get("code_verifier", "")).encode())
        ):
            return _refused("invalid_grant")
        return self._new_session(USERS[code.username], code.nonce)

    def _by_password(self, form: Mapping[str, str]) -> Response:
        user = USERS.get(form.get("username", ""))
        if user is None or form.get("password") != PASSWORD:
            return _refused("invalid_grant")
        return self._new_session(user, None)

    def _by_refresh(self, form: Mapping[str, str]) -> Response:
        session = self.state.sessions.get(_digest(form.get("refresh_token", "")))
        if session is None or session.ends < self._now_ms():
            return _refused("invalid_grant")
        return self._tokens(USERS[session.username], None)  # the same refresh token stays good, as in Cognito

    def _new_session(self, user: User, nonce: str | None) -> Response:
        now = self._now_ms()
        sessions = self.state.sessions
        for digest in [digest for digest, session in sessions.items() if session.ends < now]:
            del sessions[digest]
        refresh = secrets.token_urlsafe(32)
        sessions[_digest(refresh)] = Session(user.username, now + _SESSION_LIFETIME_MS)
        return self._tokens(user, nonce, refresh_token=refresh)

    def _tokens(self, user: User, nonce: str | None, **more: str) -> Response:
        body = {
            "access_token": self._issuer.access_token(user),
            "id_token": self._issuer.id_token(user, nonce),
            "token_type": "Bearer",
            "expires_in": LIFETIME_S,
            "scope": SCOPE,
            **more,
        }
        return JSONResponse(body, headers=_NO_STORE)

    async def _revoke(self, request: Request) -> Response:
        self.state.sessions.pop(_digest((await _form(request)).get("token", "")), None)
        return Response()

    # ---------------------------------------------------------------- what exists only here

    async def _mint(self, request: Request) -> Response:
        """Any token a test needs. No real issuer has this.

        Body: {"user": "ana", "expires_in": 900, "claims": {...}, "without": ["scope"], "unknown_key": false}.
        """
        asked = await request.json()
        user = USERS.get(asked.get("user", "ana"))
        if user is None:
            return JSONResponse({"error": f"no user: there are {', '.join(USERS)}"}, 400)
        claims: dict[str, Any] = self._issuer.access_claims(user, lifetime_s=asked.get("expires_in", LIFETIME_S))
        claims |= asked.get("claims", {})
        claims = {name: value for name, value in claims.items() if name not in asked.get("without", ())}
        key = SigningKey.fresh() if asked.get("unknown_key") else self._issuer.key
        return JSONResponse({"access_token": key.sign(claims), "claims": claims}, headers=_NO_STORE)


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))


def _is_local(address: str) -> bool:
    return address.startswith(("http://", "https://")) and "#" not in address and on_this_machine(address)


def _back(redirect: str, parameters: Mapping[str, str | None]) -> Response:
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    joint = "&" if urlsplit(redirect).query else "?"
    return RedirectResponse(f"{redirect}{joint}{query}" if query else redirect, 303, headers=_NO_STORE)


def _refused(error: str) -> Response:
    return JSONResponse({"error": error}, 400, headers=_NO_STORE)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
