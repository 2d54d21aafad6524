"""A token issuer of a few lines: one key, its discovery document, and tokens as broken as a test wants them."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

URL = "http://issuer.test"
AUDIENCE = "console"


class Issuer:
    def __init__(self) -> None:
        self.keys = {"k1": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.asked = 0
        self.down = False

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def token(self, *, kid: str = "k1", key: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        """A good token unless told otherwise; a claim that is None is left out."""
        now = int(time.time())
        good = {"iss": URL, "sub": "ana", "client_id": AUDIENCE, "scope": "toy/api", "iat": now, "exp": now + 60}
        kept = {name: value for name, value in {**good, **claims}.items() if value is not None}
        return jwt.encode(kept, self.keys["k1"] if key is None else key, algorithm=algorithm, headers={"kid": kid})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.down:
            return httpx.Response(503)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json={"issuer": URL, "jwks_uri": f"{URL}/keys"})
        keys = [
            {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig"}
            for kid, key in self.keys.items()
        ]
        return httpx.Response(200, json={"keys": keys})
