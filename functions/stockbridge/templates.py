"""Text with placeholders, as an operator writes it in a channel: `{sku}`, `{secret.token}`; `{{` is a brace.

A template is parsed once and rendered per request, each place of a request with its own escaping, so that no
value can change the request's shape. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

SECRET = "secret."  # noqa: S105 - the prefix of placeholders, not a secret
QUANTITY = "quantity"
NAMES = frozenset({"sku", QUANTITY, "account", "affiliate"})
MAX_DEPTH = 20

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_SECRET_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_IN_A_HEADER = re.compile(r"[^\t\x20-\x7e\x80-\xff]")  # RFC 9110: visible characters, spaces and tabs


class BadTemplate(ValueError):
    """`reason` is a key of texts.py."""

    def __init__(self, reason: str, placeholder: str = "") -> None:
        super().__init__(f"{reason} {placeholder}".strip())
        self.reason = reason
        self.placeholder = placeholder


class MissingValue(LookupError):
    """A secret that the template names is not among the values. The message is the placeholder's name."""


class UnfitValue(ValueError):
    """A value holds what may not be said in this place."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    parts: tuple[str | Placeholder, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Placeholder))

    def render(self, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
        """Raises MissingValue."""
        return "".join(part if isinstance(part, str) else escape(_value(values, part)) for part in self.parts)


def parse(text: str) -> Template:
    """Raises BadTemplate."""
    parts: list[str | Placeholder] = []
    position = 0
    for token in _TOKEN.finditer(text):
        parts.append(text[position : token.start()])
        position = token.end()
        if token[0] in ("{{", "}}"):
            parts.append(token[0][0])
        elif token[1] is None:
            raise BadTemplate("unbalanced_brace")
        else:
            parts.append(_placeholder(token[1]))
    parts.append(text[position:])
    return Template(tuple(part for part in parts if part))


def render_url(template: Template, values: Mapping[str, str]) -> str:
    """Every value percent-encoded whole, so that it stays within its segment. Raises MissingValue."""
    return template.render(values, _percent_encoded)


def render_header(template: Template, values: Mapping[str, str]) -> str:
    """Raises MissingValue and UnfitValue."""
    text = template.render(values)
    if _NOT_IN_A_HEADER.search(text):
        raise UnfitValue("a line break or another character that no header may hold")
    return text


def parse_json(document: Any, path: str, wrong: Callable[[str, BadTemplate], None]) -> Any:
    """The document with each string, and each name, as a Template; `wrong` is told where one is not."""
    if isinstance(document, str):
        return _parsed(document, path, wrong)
    if path.count(".") > MAX_DEPTH:
        wrong(path, BadTemplate("too_deep"))
        return None
    if isinstance(document, dict):
        return {
            _parsed(name, f"{path}.{name}", wrong): parse_json(value, f"{path}.{name}", wrong)
            for name, value in document.items()
        }
    if isinstance(document, list):
        return [parse_json(value, f"{path}.{index}", wrong) for index, value in enumerate(document)]
    return document


def render_json(document: Any, values: Mapping[str, str]) -> Any:
    """A string that was exactly `{quantity}` is a number. Raises MissingValue."""
    if isinstance(document, Template):
        text = document.render(values)
        return int(text) if document.parts == (Placeholder(QUANTITY),) else text
    if isinstance(document, dict):
        return {name.render(values): render_json(value, values) for name, value in document.items()}
    if isinstance(document, list):
        return [render_json(value, values) for value in document]
    return document


def names_in(document: Any) -> Iterator[str]:
    """The placeholders of a parsed document."""
    if isinstance(document, Template):
        yield from document.names
    elif isinstance(document, dict):
        for name, value in document.items():
            yield from name.names
            yield from names_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from names_in(value)


def _parsed(text: str, path: str, wrong: Callable[[str, BadTemplate], None]) -> Template:
    try:
        return parse(text)
    except BadTemplate as bad:
        wrong(path, bad)
        return Template((text,))


def _placeholder(name: str) -> Placeholder:
    if name in NAMES or (name.startswith(SECRET) and _SECRET_NAME.fullmatch(name.removeprefix(SECRET))):
        return Placeholder(name)
    raise BadTemplate("unknown_placeholder", name)


def _value(values: Mapping[str, str], placeholder: Placeholder) -> str:
    try:
        return values[placeholder.name]
    except KeyError:
        raise MissingValue(placeholder.name) from None


def _percent_encoded(value: str) -> str:
    if not value.strip("."):  # "." and ".." would be steps in a path
        return "%2E" * len(value)
    return quote(value, safe="")
