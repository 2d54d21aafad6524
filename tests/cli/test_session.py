"""What comes before a command: profiles, the version, completion."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from stockbridge_cli.client import signed_in
from stockbridge_cli.main import app
from stockbridge_cli.screen import Screen
from tests.cli.conftest import Terminal


@pytest.fixture
def token(terminal: Terminal) -> str:
    with httpx.Client(trust_env=False) as http:
        return signed_in(http, terminal.sign_in, "ana", "stockbridge")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a profile is written."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "stockbridge").mkdir()
    return tmp_path / "stockbridge" / "config.toml"


def run(*words: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    return ended.exit_code, ended.stdout, ended.stderr


def test_a_stage_says_address_account_language_and_how_a_token_is_printed(
    terminal: Terminal, home: Path, tmp_path: Path, token: str
) -> None:
    own = terminal.account
    terminal.accounts.append("outra")
    (tmp_path / "token").write_text(f"{token}\n", encoding="utf-8")
    home.write_text(
        f'[prod]\napi = "{terminal.api}"\naccount = "{own}"\nlanguage = "en"\ntoken_command = "cat {tmp_path}/token"\n',
        encoding="utf-8",
    )
    assert run("channels", "list", "--stage", "prod") == (0, "Nothing here.\n", "")
    assert run("channels", "list", "--stage", "prod", "--language", "es") == (0, "Nada aquí.\n", "")
    code, _, error = run("channels", "list", "--stage", "prod", "--account", "alheia")  # what is typed counts more
    assert (code, bool(error)) == (1, True)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "no [prod]"),
        ("[prod", "config.toml"),
        ('[prod]\nurl = "x"', "url"),
        ("[prod]\napi = 7", "api"),
        ('[prod]\nlanguage = "de"', "language"),
        ('[prod]\napi = "https://api.example.com"', "--token"),
        ('[prod]\napi = "http://api.example.com"\ntoken_command = "true"', "https"),
        ('[prod]\napi = "https://api.example.com"\ntoken_command = "no-such-command"', "token_command"),
        ('[prod]\napi = "https://api.example.com"\ntoken_command = "sh -c \'echo canary; exit 3\'"', "token_command"),
    ],
)
def test_a_profile_that_cannot_be_followed_ends_with_2_and_says_why(home: Path, written: str, why: str) -> None:
    home.write_text(written, encoding="utf-8")
    code, out, error = run("channels", "list", "--stage", "prod")
    assert (code, out) == (2, "")
    assert why in " ".join(error.split())
    assert "canary\n" not in error


def test_without_a_stage_no_profile_is_read(terminal: Terminal, home: Path) -> None:
    home.write_text("[", encoding="utf-8")
    assert terminal("channels", "list").exit_code == 0


def test_into_a_pipe_a_row_is_one_line_however_long(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    Screen("en", as_json=False).table(["name"], [["word " * 60]])
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_old_name_of_channels_works(terminal: Terminal) -> None:
    assert terminal("channel", "list").stdout == terminal("channels", "list").stdout


def test_it_says_its_version() -> None:
    assert run("--version") == (0, f"stockbridge {version('stockbridge-cli')}\n", "")


def test_the_help_of_a_command_has_examples() -> None:
    _, out, _ = run("records", "--help")
    assert "stockbridge records --status error --from 24h" in out


def test_bash_completes_once_that_is_installed(tmp_path: Path) -> None:
    script = """
    stockbridge --install-completion
    . "$HOME/.bashrc"
    COMP_WORDS=(stockbridge re) COMP_CWORD=1
    _stockbridge_completion stockbridge
    echo "found: ${COMPREPLY[@]}"
    """
    environment = {"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TERM": "dumb"}
    ended = subprocess.run(
        ["bash", "--norc", "-c", script], check=False, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    (found,) = re.findall(r"^found: (.*)$", ended.stdout, re.MULTILINE)
    assert found.split() == ["records", "reprocess", "remove", "restore", "reconcile"]
