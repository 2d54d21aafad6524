"""stockbridge channels: what it does, says, and ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.connectors import Response
from stockbridge.transport import Transport
from tests.cli.conftest import Terminal

ITEM = {"id": "MLB0042", "status": "active", "sub_status": [], "available_quantity": 7, "variations": []}


def test_a_channel_is_added_listed_and_shown(terminal: Terminal, documents: dict[str, str]) -> None:
    added = terminal("channel", "add", "SPT", documents["SPT"])
    assert (added.exit_code, added.stdout) == (0, "Salvo: SPT (Mercado Exemplo)\n")
    terminal("channel", "add", "MLB", documents["MLB"])
    listed = terminal("channel", "list", language="en")
    assert listed.exit_code == 0
    heading, *rows = [line.split() for line in listed.stdout.splitlines()]
    assert heading == ["Affiliate", "Name", "Connector", "Sending", "Listing", "map"]
    assert rows == [
        ["MLB", "Mercado", "Livre", "mercado_livre", "on", "used"],
        ["SPT", "Mercado", "Exemplo", "generic", "on", "not", "used"],
    ]
    shown = terminal("channel", "show", "spt")
    assert f"stockbridge/dev/{terminal.account}/SPT" in shown.stdout
    assert ["policy.percent", "100"] in [line.split() for line in shown.stdout.splitlines()]


def test_with_json_each_answer_is_the_apis_own_document(terminal: Terminal, documents: dict[str, str]) -> None:
    added = terminal.json("channel", "add", "SPT", documents["SPT"])
    assert (added["affiliate"], added["rev"]) == ("SPT", 1)
    assert terminal.json("channel", "list") == [added]
    assert terminal.json("channel", "show", "SPT") == added
    assert terminal.json("channel", "pause", "SPT") == added | {"enabled": False, "rev": 2}
    assert terminal.json("channel", "resume", "SPT") == added | {"rev": 3}


def test_a_channel_is_not_replaced_by_mistake(terminal: Terminal, documents: dict[str, str]) -> None:
    terminal("channel", "add", "SPT", documents["SPT"])
    again = terminal("channel", "add", "SPT", documents["SPT"], language="en")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.startswith("Another change came first")
    document = json.loads(Path(documents["SPT"]).read_text(encoding="utf-8")) | {"name": "Outro"}
    replaced = terminal("channel", "add", "SPT", "-", "--replace", stdin=json.dumps(document))
    assert (replaced.exit_code, replaced.stdout) == (0, "Salvo: SPT (Outro)\n")


def test_a_channel_is_paused_and_resumed(terminal: Terminal, documents: dict[str, str]) -> None:
    terminal("channel", "add", "SPT", documents["SPT"])
    assert terminal("channel", "pause", "SPT").stdout == "Envio desligado: SPT\n"
    assert not terminal.json("channel", "show", "SPT")["enabled"]
    assert terminal("channel", "resume", "SPT", language="es").stdout == "Envío encendido: SPT\n"
    assert terminal.json("channel", "show", "SPT")["enabled"]


def test_the_test_of_a_channel_ends_with_0_only_when_it_works(
    terminal: Terminal, documents: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = {"access_token": "canary", "expires_at": str(now_ms() + 3_600_000)}
    name = f"stockbridge/dev/{terminal.account}/MLB"
    aws.secrets_manager().put_secret_value(SecretId=name, SecretString=json.dumps(tokens))
    answers = iter([Response(200, {}, json.dumps(ITEM).encode()), Response(429, {}, b'{"message":"slower"}')])
    monkeypatch.setattr(Transport, "request", lambda *_, **__: next(answers))
    terminal("channel", "add", "MLB", documents["MLB"])
    nothing = terminal("channel", "test", "MLB", language="en")
    assert nothing.exit_code == 1
    assert nothing.stdout.startswith("The channel has no SKU")
    terminal("listings", "set", "MLB", "42", "item_id=MLB0042")
    works = terminal("channel", "test", "MLB", "--sku", "42")
    assert (works.exit_code, works.stdout) == (0, "O marketplace respondeu: o SKU 42 mostra 7.\n")
    fails = terminal("channel", "test", "MLB", language="en")
    assert fails.exit_code == 1
    assert fails.stdout.splitlines() == [
        "The marketplace limited the number of requests",
        "Nothing to do. We try again more slowly",
        "Message: slower",
    ]


# ---------------------------------------------------------------------- how it ends otherwise


def test_a_refusal_names_each_field_in_the_language_asked_for(terminal: Terminal) -> None:
    wrong = json.dumps({"name": "x", "connector": "magento", "marketplace": {}})
    told = terminal("channel", "add", "SPT", "-", stdin=wrong, language="es")
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.splitlines()[0] == "Corrija los campos indicados."
    assert told.stderr.splitlines()[1].startswith("  connector: No existe conector con este nombre.")
    as_json = terminal("channel", "show", "ZZZ", "--json")
    assert (as_json.exit_code, as_json.stdout) == (1, "")
    assert json.loads(as_json.stderr)["type"] == "urn:stockbridge:problem:channel_not_found"


@pytest.mark.parametrize("user", ["vera", "otavio"])
def test_a_role_that_does_not_reach_that_far_is_refused(terminal: Terminal, user: str) -> None:
    told = terminal("channel", "list", user=user, language="en")
    assert (told.exit_code, told.stderr) == (1, "Only the role admin may do this.\n")


def test_a_wrong_password_or_token_is_refused(terminal: Terminal) -> None:
    told = terminal("channel", "list", password="wrong", language="en")
    assert (told.exit_code, told.stderr) == (1, "User or password are wrong: ana.\n")
    told = terminal("channel", "list", token="x.y.z", language="en")
    assert told.exit_code == 1
    assert "did not accept the access token" in told.stderr


def test_who_has_several_accounts_is_told_the_option_that_picks_one(terminal: Terminal) -> None:
    terminal.accounts.append("outra")
    told = terminal("channel", "list", language="en")
    assert (told.exit_code, "--account" in told.stderr) == (1, True)


def test_of_several_accounts_one_is_picked(terminal: Terminal, documents: dict[str, str]) -> None:
    terminal("channel", "add", "SPT", documents["SPT"])
    own = terminal.account
    terminal.accounts.append("outra")
    told = terminal("channel", "list", language="en")
    assert (told.exit_code, "several accounts" in told.stderr) == (1, True)
    assert [one["affiliate"] for one in terminal.json("channel", "list", account=own)] == ["SPT"]
    assert terminal.json("channel", "list", account="outra") == []
    assert terminal("channel", "list", account="outra", language="en").stdout == "Nothing here.\n"


def test_nobody_at_the_address_is_told_apart_from_a_refusal(terminal: Terminal) -> None:
    with create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    told = terminal("channel", "list", api=address, language="en")
    assert (told.exit_code, told.stdout) == (3, "")
    assert told.stderr.startswith(f"No answer from {address}/v1/channels: ")
    as_json = terminal("channel", "list", "--json", api=address)
    assert json.loads(as_json.stderr)["type"] == "not_reachable"


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (("channel", "show"), {}),
        (("channel", "list"), {"language": "de"}),
        (("channel", "add", "SPT", "/no/such/file"), {}),
        (("listings", "set", "SPT", "42", "MLB1"), {}),
        (("channel", "list"), {"api": "https://api.example.com"}),  # a password is for the local system only
        (("channel", "list"), {"api": "http://api.example.com", "token": "t"}),  # a token is not for plain http
    ],
)
def test_a_command_that_cannot_be_understood_ends_with_2(
    terminal: Terminal, words: tuple[str, ...], options: dict[str, Any]
) -> None:
    assert terminal(*words, **options).exit_code == 2


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_document_that_is_none_is_not_sent(terminal: Terminal, text: str) -> None:
    assert terminal("channel", "add", "SPT", "-", stdin=text).exit_code == 2


def test_the_environment_says_what_options_do_not(terminal: Terminal, documents: dict[str, str]) -> None:
    """The installed command, in a process of its own."""
    terminal("channel", "add", "SPT", documents["SPT"])
    environment: Mapping[str, str] = {
        "STOCKBRIDGE_API": terminal.api,
        "STOCKBRIDGE_SIGN_IN": terminal.sign_in,
        "STOCKBRIDGE_USER": "ana",
        "STOCKBRIDGE_LANGUAGE": "en",
        "COLUMNS": "200",
    }
    command = str(Path(sys.executable).parent / "stockbridge")
    ended = subprocess.run(
        [command, "channel", "list"], check=False, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[0].startswith("Affiliate")
