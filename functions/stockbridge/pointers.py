"""JSON Pointer (RFC 6901): where in a document something is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

MAX_POINTER = 200
_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")


class BadPointer(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Pointer:
    steps: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises BadPointer."""
        if len(text) > MAX_POINTER or not _POINTER.fullmatch(text):
            raise BadPointer(text)
        return cls(tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]))

    def find(self, document: Any) -> Any:
        """What is there, or None."""
        for step in self.steps:
            if isinstance(document, dict):
                document = document.get(step)
            elif isinstance(document, list) and step.isdecimal() and len(step) < 10 and int(step) < len(document):
                document = document[int(step)]
            else:
                return None
        return document
