"""The flat part of a connector's configuration: texts by name, each checked, every fault named. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from stockbridge.egress import url_problem
from stockbridge.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class TextField:
    """`pattern` must match all of it. `hosts`: the field is an address, of one of these ("*.example.com")."""

    default: str = ""
    required: bool = False
    pattern: str = r"[^\x00-\x1f\x7f]{1,500}"
    one_of: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


SECRET = TextField(required=True, pattern=r"[A-Za-z0-9/_+=.@-]{1,512}")


def read_texts(
    configuration: Mapping[str, Any], fields: Mapping[str, TextField], *, allow_private: bool = False
) -> tuple[Mapping[str, str], Sequence[FieldProblem]]:
    """The values, defaults included, and what is wrong. Addresses come without a slash at their end."""
    problems = [FieldProblem(name, "unknown_field", {}) for name in configuration if name not in fields]
    values: dict[str, str] = {}
    for name, field in fields.items():
        value = configuration.get(name)
        if value is None or value == "":
            if field.required:
                problems.append(FieldProblem(name, "required", {}))
            values[name] = field.default
            continue
        problem = _problem(name, value, field, allow_private=allow_private)
        if problem is not None:
            problems.append(problem)
        values[name] = str(value).rstrip("/") if field.hosts else str(value)
    return values, problems


def host_allowed(url: str, hosts: Sequence[str]) -> bool:
    try:
        host = parse_url(url).host or ""  # the parser of the transport: two parsers could disagree about the host
    except LocationParseError:
        return False
    return any(fnmatchcase(host, pattern) for pattern in hosts)


def _problem(name: str, value: Any, field: TextField, *, allow_private: bool) -> FieldProblem | None:
    if not isinstance(value, str):
        return FieldProblem(name, "wrong_type", {"expected": "text"})
    if field.one_of and value not in field.one_of:
        return FieldProblem(name, "not_one_of", {"allowed": ", ".join(field.one_of)})
    if not re.fullmatch(field.pattern, value):
        return FieldProblem(name, "wrong_format", {})
    if not field.hosts:
        return None
    if "?" in value or "#" in value:
        return FieldProblem(name, "invalid_url", {})
    if (reason := url_problem(value, allow_private=allow_private)) is not None:
        return FieldProblem(name, reason, {})
    if not allow_private and not host_allowed(value, field.hosts):
        return FieldProblem(name, "host_not_allowed", {"allowed": ", ".join(field.hosts)})
    return None
