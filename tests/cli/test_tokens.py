"""stockbridge tokens: a secret is shown once, with a warning beside it."""

from __future__ import annotations

import json

import pytest

from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge_cli.client import Api
from tests import stack
from tests.cli.conftest import Terminal


def opens(secret: str) -> str | None:
    """The account that the webhook of another process would find."""
    return DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms).find_token(secret)


def test_a_token_is_made_shown_once_rotated_and_revoked(terminal: Terminal) -> None:
    made = terminal("tokens", "create", "--name", "VTEX", language="en")
    assert made.exit_code == 0
    told = dict(line.split(": ", 1) for line in made.stdout.splitlines())
    assert told["Name"] == "VTEX"
    assert told["Address"] == f"{terminal.api}/v1/notifications/{told['Secret']}"
    assert opens(told["Secret"]) == terminal.account
    assert made.stderr.startswith("Keep the secret now")
    listed = terminal("tokens", "list").stdout
    assert told["Id"] in listed
    assert told["Secret"] not in listed
    rotated = terminal("tokens", "rotate", told["Id"], "--grace", "2h", "--json")
    successor = json.loads(rotated.stdout)
    assert "segredo" in rotated.stderr  # beside the document, which stays clean
    first, second = terminal.json("tokens", "list")
    assert (first["ends_at"] is not None, second) == (True, successor["token"])
    revoked = terminal("tokens", "revoke", second["id"], language="en")
    assert revoked.stdout == f"Revoked: {second['id']}\n"
    assert opens(successor["secret"]) is None
    assert terminal("tokens", "revoke", second["id"]).exit_code == 1
    assert terminal("tokens", "rotate", first["id"], "--grace", "soon").exit_code == 2
    assert terminal("tokens", "list", user="otavio").exit_code == 1


@pytest.mark.parametrize(
    ("words", "document"), [((), {"name": ""}), (("--kind", "logs"), {"name": "", "kind": "logs"})]
)
def test_the_kind_goes_along_only_when_it_is_given(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], document: dict[str, str]
) -> None:
    sent: list[object] = []
    answer = {"token": {"id": "1", "name": ""}, "secret": "s", "path": "/p"}
    monkeypatch.setattr(Api, "post", lambda _, *path, document: sent.append(document) or answer)
    assert terminal("tokens", "create", *words).exit_code == 0
    assert sent == [document]


def test_a_key_to_the_logs_is_shown_with_the_header_that_it_goes_into(terminal: Terminal) -> None:
    made = terminal("tokens", "create", "--kind", "logs", language="en")
    assert "Header: X-Api-Key\n" in made.stdout
    assert "can read the account's logs" in made.stderr
