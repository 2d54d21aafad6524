"""One-line commands. The usage text of a command is its grammar, so that what is printed is what is understood.

    stock SKU [FROM->]TO [at WAREHOUSE]

lower-case words stand for themselves, upper-case ones for a value, [..] may be left out, A|B is a choice. Matching
ignores case; `20%` is read as `20 %`, and `7 -> 3` and `7→3` as `7->3`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Said = dict[str, Any]  # what a command did: "says" for people, the rest for scripts

_VALUES = {
    "SKU": r"[1-9]\d{0,9}",
    "FROM": r"-?\d{1,9}",
    "TO": r"-?\d{1,9}",
    "N": r"\d{1,9}",
    "PERCENT": r"\d{1,3}(?:\.\d+)?",
    "SECONDS": r"\d{1,6}",
    "MS": r"\d{1,6}",
    "CENTS": r"\d{1,9}",
    "STATUS": r"[1-5]\d\d",
    "URL": r"https?://\S+",
    "TEXT": r'[^"]*',
}
_NAME = r"[\w.-]+"
_PIECE = re.compile(r"\[|\]|\(|\)|\||[A-Z]{1,}|[^\[\]()|A-Z]+")


class NotUnderstood(ValueError):
    """No command reads like that."""


class Refused(Exception):
    """Understood, and not possible: `status` is the HTTP status to answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Words:
    """A line that a command understood: values by the placeholder's lower-case name, None when left out."""

    values: dict[str, str | None]
    line: str  # in lower case, without quoted text

    def __getitem__(self, name: str) -> str:
        value = self.values[name]
        assert value is not None  # the usage makes it obligatory
        return value

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name)
        return default if value is None else int(value)

    def says(self, phrase: str) -> bool:
        """Whether a fixed phrase that may be left out is there."""
        return f" {phrase} " in f" {self.line} "


@dataclass(frozen=True, slots=True)
class Command:
    usage: str
    example: str
    does: str
    run: Callable[[Words], Said]


class Grammar:
    def __init__(self, commands: Sequence[Command]) -> None:
        self.commands = tuple(commands)
        self._patterns = [(_pattern(command.usage), command) for command in commands]

    def run(self, line: str) -> Said:
        """Do what the line says. Raises NotUnderstood or Refused."""
        text = normalised(line)
        for pattern, command in self._patterns:
            if match := pattern.fullmatch(text + " "):
                return command.run(Words(match.groupdict(), re.sub(r'"[^"]*"', '""', text).lower()))
        raise NotUnderstood(f"not understood: {line.strip()!r}")

    def listing(self) -> list[dict[str, str]]:
        return [{"command": each.usage, "example": each.example, "does": each.does} for each in self.commands]


def normalised(line: str) -> str:
    text = re.sub(r"\s+", " ", line.strip())
    text = re.sub(r"\s*(?:->|→)\s*", "->", text)
    return re.sub(r"(\d)%", r"\1 %", text)


def _pattern(usage: str) -> re.Pattern[str]:
    # A space after a closing bracket moves into it, so that leaving the group out leaves no space behind.
    text = (usage + " ").replace("] ", " ]")
    parts = []
    for piece in _PIECE.findall(text):
        if piece == "[":
            parts.append("(?:(?:")
        elif piece == "(":
            parts.append("(?:")
        elif piece == "]":
            parts.append("))?")
        elif piece in ")|":
            parts.append(piece)
        elif piece.isupper():
            parts.append(f"(?P<{piece.lower()}>{_VALUES.get(piece, _NAME)})")
        else:
            parts.append(re.escape(piece))
    # the space that moved into a group of choices belongs to all of them, not to the last
    return re.compile(re.sub(r"\\ \)\)\?", r")\\ )?", "".join(parts)), re.IGNORECASE)
