"""Installations by name: what would otherwise be typed behind every command.

~/.config/stockbridge/config.toml (XDG_CONFIG_HOME is followed) has a table for each: `api`, `account`, `language`, and
`token_command`, which prints an access token and whose own questions and errors go to the terminal.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path


class BadProfile(Exception):
    """What is wrong with it, in English."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An empty text is what the profile does not say."""

    api: str = ""
    account: str = ""
    language: str = ""
    token_command: str = ""


def path() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "stockbridge" / "config.toml"


def profile(stage: str) -> Profile:
    """Raises BadProfile."""
    file = path()
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadProfile(f"{file}: {error}") from error
    found = document.get(stage)
    if not isinstance(found, dict):
        raise BadProfile(f"{file}: no [{stage}]")
    names = [field.name for field in fields(Profile)]
    for name, value in found.items():
        if name not in names or not isinstance(value, str):
            raise BadProfile(f"{file}: [{stage}] {name}: not one of {', '.join(names)}, or not a text")
    return Profile(**found)


def printed_token(command: str) -> str:
    """What the command prints. Raises BadProfile, without a word of it."""
    try:
        words = shlex.split(command)
        ended = subprocess.run(words, check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 - the user's own
    except (OSError, ValueError, IndexError) as error:
        raise BadProfile(f"token_command: {error}") from error
    if ended.returncode or not ended.stdout.strip():
        raise BadProfile(f"token_command ended with {ended.returncode} and printed {len(ended.stdout)} characters")
    return ended.stdout.strip()
