"""Access tokens of the local issuer, shaped like Cognito's, and the key that signs them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

Claims = dict[str, Any]

CLIENT_ID = "stockbridge-local"
SCOPE = "openid stockbridge/api"
LIFETIME_S = 900


@dataclass(frozen=True, slots=True)
class User:
    """A ready user: the same role in every account."""

    username: str
    name: str
    role: str

    @property
    def sub(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.username}.stockbridge.local"))


USERS: Mapping[str, User] = {
    user.username: user
    for user in (User("ana", "Ana", "admin"), User("otavio", "Otávio", "operator"), User("vera", "Vera", "viewer"))
}


class SigningKey:
    def __init__(self, private: RSAPrivateKey) -> None:
        self._private = private
        public = private.public_key().public_numbers()
        self._numbers = {"e": _base64(public.e), "kty": "RSA", "n": _base64(public.n)}
        thumbprint = json.dumps(self._numbers, separators=(",", ":"), sort_keys=True)  # RFC 7638
        self.id = _unpadded(hashlib.sha256(thumbprint.encode()).digest())

    @classmethod
    def fresh(cls) -> SigningKey:
        return cls(generate_private_key(public_exponent=65537, key_size=2048))

    @classmethod
    def kept(cls, path: Path) -> SigningKey:
        """The key of that file, made at the first start, so that a restart keeps sessions valid."""
        if path.exists():
            private = serialization.load_pem_private_key(path.read_bytes(), password=None)
            assert isinstance(private, RSAPrivateKey)  # we wrote it
            return cls(private)
        key = cls.fresh()
        pem = key._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, so that nobody else ever reads it
            file.write(pem)
        return key

    def public(self) -> dict[str, str]:
        """As a JWK."""
        return {"alg": "RS256", "kid": self.id, "use": "sig", **self._numbers}

    def sign(self, claims: Mapping[str, Any]) -> str:
        return jwt.encode(dict(claims), self._private, algorithm="RS256", headers={"kid": self.id})


class Issuer:
    """`accounts` names the accounts that the ready users work in."""

    def __init__(
        self, url: str, key: SigningKey, accounts: Callable[[], Sequence[str]], now_ms: Callable[[], int]
    ) -> None:
        self.url = url
        self.key = key
        self._accounts = accounts
        self._now_ms = now_ms

    def access_claims(self, user: User, *, lifetime_s: int = LIFETIME_S) -> Claims:
        now = self._now_ms() // 1000
        return {
            "sub": user.sub,
            "cognito:groups": [f"{account}:{user.role}" for account in self._accounts()],
            "iss": self.url,
            "client_id": CLIENT_ID,
            "origin_jti": str(uuid.uuid4()),
            "token_use": "access",
            "scope": SCOPE,
            "auth_time": now,
            "iat": now,
            "exp": now + lifetime_s,
            "jti": str(uuid.uuid4()),
            "username": user.username,
        }

    def access_token(self, user: User) -> str:
        return self.key.sign(self.access_claims(user))

    def id_token(self, user: User, nonce: str | None) -> str:
        shared = ("sub", "cognito:groups", "iss", "origin_jti", "auth_time", "iat", "exp", "jti")
        claims = self.access_claims(user)
        own = {"aud": CLIENT_ID, "token_use": "id", "cognito:username": user.username, "name": user.name}
        return self.key.sign({name: claims[name] for name in shared} | own | ({"nonce": nonce} if nonce else {}))


def challenge_of(verifier: str) -> str:
    """The S256 code challenge of a PKCE verifier (RFC 7636)."""
    return _unpadded(hashlib.sha256(verifier.encode("ascii", errors="replace")).digest())


def _base64(number: int) -> str:
    return _unpadded(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _unpadded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
