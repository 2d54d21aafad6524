"""What pydantic found wrong, in our words: one FieldProblem for each error, with its dotted path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stockbridge.errors import FieldProblem

_PLACES = ("body", "path", "query", "header")  # where Powertools found a parameter, before its name
_TYPES = {
    "string_type": "text",
    "int_type": "number",
    "int_parsing": "number",
    "int_parsing_size": "number",
    "int_from_float": "number",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "list_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
}
_REASONS = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_pattern_mismatch": "wrong_format",
    "timezone_aware": "wrong_instant",
}
_LIMITS = {
    "greater_than_equal": ("too_small", "min", "ge"),
    "less_than_equal": ("too_large", "max", "le"),
    "string_too_long": ("too_long", "limit", "max_length"),
    "too_long": ("too_long", "limit", "max_length"),
}


def field_problems(errors: Iterable[Mapping[str, Any]]) -> Sequence[FieldProblem]:
    """`errors` as ValidationError.errors() answers them. The values themselves are never repeated."""
    return [_problem(error["type"], _path(error["loc"]), error.get("ctx") or {}) for error in errors]


def _problem(kind: str, path: str, context: Mapping[str, Any]) -> FieldProblem:
    if kind in _TYPES:
        return FieldProblem(path, "wrong_type", {"expected": _TYPES[kind]})
    if kind in _LIMITS:
        reason, detail, limit = _LIMITS[kind]
        return FieldProblem(path, reason, {detail: context[limit]})
    if kind == "literal_error":
        return FieldProblem(path, "not_one_of", {"allowed": ", ".join(re.findall(r"'([^']*)'", context["expected"]))})
    if kind.startswith("datetime"):
        return FieldProblem(path, "wrong_instant", {})
    return FieldProblem(path, _REASONS.get(kind, "wrong_value"), {})


def _path(location: Sequence[str | int]) -> str:
    parts = location[1:] if location and location[0] in _PLACES else location
    return ".".join(map(str, parts))
