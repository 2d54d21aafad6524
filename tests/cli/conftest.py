"""The command against the template's API on a real socket, with the local sign-in beside it; AWS is moto."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from moto import mock_aws  # before any client is made: moto reaches only later ones
from starlette.applications import Starlette
from starlette.routing import Mount
from typer.testing import CliRunner

from local import template, wiring
from local.authorizer import JwtAuthorizer
from local.front import Front
from local.standins.identity import Identity, IdentityState
from local.standins.tokens import CLIENT_ID, Issuer, SigningKey
from stockbridge import aws, telemetry
from stockbridge.clock import now_ms
from stockbridge_cli.main import app
from tests import stack
from tests.abuse.installation import InProcess
from tests.standins.served import served

os.environ.update(stack.environment())  # before a handler is imported: it reads its settings then

_ROOT = Path(__file__).parents[2]
_numbers = count(1)


@dataclass
class Terminal:
    """Runs the command in this process, as a user of `account`."""

    api: str
    sign_in: str
    accounts: list[str] = field(default_factory=list)
    columns: str = "200"

    @property
    def account(self) -> str:
        return self.accounts[0]

    def __call__(self, *words: str, stdin: str | bytes | None = None, user: str = "ana", **options: str) -> Result:
        given = {"api": self.api, "sign-in": self.sign_in, "user": user, **options}
        shared = [word for name, value in given.items() for word in (f"--{name}", value)]
        return CliRunner().invoke(app, [*words, *shared], input=stdin, env={"COLUMNS": self.columns})

    def json(self, *words: str, **more: Any) -> Any:
        """What it says with --json, after it ended well."""
        ended = self(*words, "--json", **more)
        assert ended.exit_code == 0, ended.output
        return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def installed() -> Iterator[Terminal]:
    accounts: list[str] = []
    issuer = Issuer("", SigningKey.fresh(), lambda: accounts, now_ms)
    identity = Identity(IdentityState(), issuer, now_ms=now_ms)
    with mock_aws(), served(identity.app, "/sign-in") as sign_in:
        issuer.url = sign_in
        stack.create()
        from actions.handler import handler  # it reads its settings: not before the environment is there

        given = {"JwtIssuer": sign_in, "JwtAudience": CLIENT_ID}
        loaded = template.load(_ROOT / "template.yaml", given, {}, endpoint_url="http://aws.invalid", api_url=sign_in)
        functions = {name: InProcess(handler, name) for name in ("ActionsFunction", "ChannelTestFunction")}
        no_connection_outlives_its_request = httpx.Limits(max_keepalive_connections=0)
        keys = httpx.AsyncClient(trust_env=False, limits=no_connection_outlives_its_request)
        front = Front(wiring.read(loaded).api, functions, JwtAuthorizer(keys))
        with served(Starlette(routes=[Mount("", app=front)]), "") as api:
            yield Terminal(api, sign_in, accounts)
        asyncio.run(keys.aclose())


@pytest.fixture
def terminal(installed: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """With an account of the test's own, and the secrets that its channels name."""
    counted = telemetry.metrics.provider  # the functions share this process's standard output
    monkeypatch.setattr(counted, "flush_metrics", lambda **_: counted.clear_metrics())
    installed.accounts[:] = [f"loja{next(_numbers)}"]
    for name in ("vtex", "SPT", "MLB"):
        aws.secrets_manager().create_secret(Name=f"stockbridge/dev/{installed.account}/{name}", SecretString="{}")
    return installed


@pytest.fixture
def documents(tmp_path: Path) -> dict[str, str]:
    """Files with a channel's document, by affiliate."""
    secret = "stockbridge/{stage}/{account}/{affiliate}"
    generic = {"url": "https://api.example.com/{sku}", "body": {"quantity": "{quantity}"}, "secret": secret}
    known = {
        "SPT": {"name": "Mercado Exemplo", "connector": "generic", "marketplace": generic},
        "MLB": {"name": "Mercado Livre", "connector": "mercado_livre", "marketplace": {"secret": secret}},
    }
    for affiliate, document in known.items():
        (tmp_path / f"{affiliate}.json").write_text(json.dumps(document), encoding="utf-8")
    return {affiliate: str(tmp_path / f"{affiliate}.json") for affiliate in known}
