"""The configuration document of the generic connector: read once, with every fault named by its field. Pure.

{
  "secret": "stockbridge/prod/conta/SPT",                   optional: its values are {secret.NAME}
  "method": "PUT",                                          PUT, POST or PATCH; PUT when left out
  "url": "https://api.example.com/skus/{sku}/stock",
  "headers": {"Authorization": "Bearer {secret.token}"},
  "body": {"quantity": "{quantity}"},                       exactly {quantity} becomes a number
  "applied": [200, 201, 204], "accepted": [202],            the defaults
  "errors": [{"status": 404, "match": "not catalogued", "cause": "not_catalogued"}],
  "message": "/errors/0/message"                            JSON pointer to the marketplace's own text
}
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from urllib3.util import parse_url

from stockbridge.causes import CAUSES
from stockbridge.egress import url_problem
from stockbridge.errors import FieldProblem
from stockbridge.patterns import MAX_PATTERN, BadPattern, Expression, compiled
from stockbridge.pointers import BadPointer, Pointer
from stockbridge.templates import (
    SECRET,
    BadTemplate,
    Template,
    names_in,
    parse,
    parse_json,
    render_url,
)

METHODS = ("PUT", "POST", "PATCH")
FIELDS = ("secret", "method", "url", "headers", "body", "applied", "accepted", "errors", "message")
ERROR_FIELDS = ("status", "match", "cause")
OURS = {"poison", "vtex_unavailable", "vtex_auth"}  # causes that no marketplace has
MAX_URL = 2000
MAX_HEADERS = 30
MAX_HEADER = 4000
MAX_BODY = 16 * 1024
MAX_ERRORS = 100

_KINDS = {str: "text", dict: "object", list: "list", int: "number"}
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_NOT_TO_BE_SET = {
    "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """An answer that the operator knows. The first that fits says the cause."""

    status: int
    match: Expression | None
    cause: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How one quantity is written, and what each answer means."""

    method: str
    url: Template
    headers: Mapping[str, Template]
    body: Any  # parsed by templates.parse_json; None sends none
    applied: frozenset[int]
    accepted: frozenset[int]
    errors: tuple[ErrorRule, ...] = ()
    message: Pointer | None = None


def read_plan(configuration: Mapping[str, Any], *, allow_private: bool) -> tuple[Plan | None, tuple[FieldProblem, ...]]:
    """The plan, or everything that is wrong."""
    reader = _Reader(configuration, allow_private)
    plan = reader.read()
    problems = tuple(reader.problems)
    return (None if problems else plan), problems


@dataclass(slots=True)
class _Reader:
    given: Mapping[str, Any]
    allow_private: bool
    problems: list[FieldProblem] = field(default_factory=list)

    def read(self) -> Plan:
        self._no_others(self.given, FIELDS, "")
        accepted = self._statuses("accepted", frozenset({202}))
        applied = self._statuses("applied", frozenset({200, 201, 204}) - accepted)
        if "accepted" not in self.given:
            accepted -= applied
        for status in sorted(applied & accepted):
            self._wrong("accepted", "status_in_both", status=status)
        plan = Plan(
            method=self._method(),
            url=self._url(),
            headers=self._headers(),
            body=self._body(),
            applied=applied,
            accepted=accepted,
            errors=self._errors(),
            message=self._message(),
        )
        self._placeholders(plan)
        return plan

    def _wrong(self, path: str, reason: str, **details: object) -> None:
        self.problems.append(FieldProblem(path, reason, details))

    def _bad_template(self, path: str, bad: BadTemplate) -> None:
        details = {"placeholder": bad.placeholder} if bad.placeholder else {}
        self._wrong(path, bad.reason, **details)

    def _is(self, kind: type, value: Any, path: str) -> bool:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return True
        self._wrong(path, "wrong_type", expected=_KINDS[kind])
        return False

    def _no_others(self, given: Mapping[str, Any], known: tuple[str, ...], path: str) -> None:
        for name in given:
            if name not in known:
                self._wrong(f"{path}{name}", "unknown_field")

    def _short_enough(self, size: int, limit: int, path: str) -> bool:
        if size > limit:
            self._wrong(path, "too_long", limit=limit)
        return size <= limit

    def _template(self, text: str, path: str) -> Template:
        try:
            return parse(text)
        except BadTemplate as bad:
            self._bad_template(path, bad)
            return Template(())

    def _method(self) -> str:
        method = self.given.get("method", METHODS[0])
        if method not in METHODS:
            self._wrong("method", "not_one_of", allowed=", ".join(METHODS))
            return METHODS[0]
        return str(method)

    def _url(self) -> Template:
        url = self.given.get("url")
        if url is None or url == "":
            self._wrong("url", "required")
            return Template(())
        if not self._is(str, url, "url") or not self._short_enough(len(url), MAX_URL, "url"):
            return Template(())
        template = self._template(url, "url")
        if template.parts:
            self._address(template)
        return template

    def _address(self, template: Template) -> None:
        """The account may be part of the host; whatever changes from request to request, or is secret, may not."""
        account = {"account": "account"}
        one, other = (render_url(template, dict.fromkeys(template.names, value) | account) for value in ("1", "2"))
        if (problem := url_problem(one, allow_private=self.allow_private)) is not None:
            self._wrong("url", problem)
        elif _origin(one) != _origin(other):
            self._wrong("url", "placeholder_in_host")

    def _headers(self) -> dict[str, Template]:
        headers = self.given.get("headers", {})
        if not self._is(dict, headers, "headers"):
            return {}
        if not self._short_enough(len(headers), MAX_HEADERS, "headers"):
            return {}
        return {name: self._header(name, value) for name, value in headers.items()}

    def _header(self, name: str, value: Any) -> Template:
        path = f"headers.{name}"
        if not _HEADER_NAME.fullmatch(name):
            self._wrong(path, "invalid_header_name")
        elif name.lower() in _NOT_TO_BE_SET or name.lower().startswith("proxy-"):
            self._wrong(path, "forbidden_header")
        if not self._is(str, value, path) or not self._short_enough(len(value), MAX_HEADER, path):
            return Template(())
        if not _HEADER_VALUE.fullmatch(value):
            self._wrong(path, "invalid_header_value")
        return self._template(value, path)

    def _body(self) -> Any:
        body = self.given.get("body")
        if body is None:
            return None
        if not isinstance(body, dict | list):
            self._wrong("body", "wrong_type", expected="object or list")
            return None
        try:
            size = len(json.dumps(body, allow_nan=False))
        except (TypeError, ValueError, RecursionError):
            self._wrong("body", "not_json")
            return None
        if not self._short_enough(size, MAX_BODY, "body"):
            return None
        return parse_json(body, "body", self._bad_template)

    def _statuses(self, name: str, default: frozenset[int]) -> frozenset[int]:
        statuses = self.given.get(name)
        if statuses is None:
            return default
        if not self._is(list, statuses, name):
            return default
        paths = [(f"{name}.{index}", status) for index, status in enumerate(statuses)]
        return frozenset(status for path, status in paths if self._status(status, range(200, 300), path))

    def _status(self, status: Any, allowed: range, path: str) -> bool:
        if not self._is(int, status, path):
            return False
        if status not in allowed:
            self._wrong(path, "invalid_status", allowed=f"{allowed[0]}-{allowed[-1]}")
        return status in allowed

    def _errors(self) -> tuple[ErrorRule, ...]:
        errors = self.given.get("errors", [])
        if not self._is(list, errors, "errors") or not self._short_enough(len(errors), MAX_ERRORS, "errors"):
            return ()
        rules = (self._error(error, f"errors.{index}") for index, error in enumerate(errors))
        return tuple(rule for rule in rules if rule is not None)

    def _error(self, error: Any, path: str) -> ErrorRule | None:
        if not self._is(dict, error, path):
            return None
        self._no_others(error, ERROR_FIELDS, f"{path}.")
        status, cause = error.get("status"), error.get("cause")
        if status is None:
            self._wrong(f"{path}.status", "required")
        else:
            self._status(status, range(200, 600), f"{path}.status")
        if cause is None:
            self._wrong(f"{path}.cause", "required")
        elif not isinstance(cause, str) or cause not in CAUSES or cause in OURS:
            self._wrong(f"{path}.cause", "unknown_cause")
        match = self._pattern(error.get("match"), f"{path}.match")
        return ErrorRule(status or 0, match, str(cause))

    def _pattern(self, pattern: Any, path: str) -> Expression | None:
        if pattern is None or not self._is(str, pattern, path):
            return None
        try:
            return compiled(pattern)
        except BadPattern as bad:
            details: dict[str, object] = {"error": bad.error} if bad.error else {}
            if bad.reason == "too_long":
                details["limit"] = MAX_PATTERN
            self._wrong(path, bad.reason, **details)
            return None

    def _message(self) -> Pointer | None:
        pointer = self.given.get("message")
        if pointer is None or not self._is(str, pointer, "message"):
            return None
        try:
            return Pointer.parse(pointer)
        except BadPointer:
            self._wrong("message", "invalid_pointer")
            return None

    def _placeholders(self, plan: Plan) -> None:
        secret = self.given.get("secret")
        if secret is not None and not (isinstance(secret, str) and _SECRET_NAME.fullmatch(secret)):
            self._wrong("secret", "invalid_secret_name")
        used = {"url": set(plan.url.names), "body": set(names_in(plan.body))}
        used |= {f"headers.{name}": set(template.names) for name, template in plan.headers.items()}
        if secret is None:
            for path, names in used.items():
                for name in sorted(name for name in names if name.startswith(SECRET)):
                    self._wrong(path, "secret_not_named", placeholder=name)
        if self.problems:
            return  # a placeholder that is "used nowhere" may be in what could not be read
        for name, path in (("sku", "url"), ("quantity", "body")):
            if not any(name in names for names in used.values()):
                self._wrong(path, f"{name}_not_sent")


def _origin(url: str) -> tuple[str | None, str | None, int | None]:
    parts = parse_url(url)
    return parts.scheme, parts.host, parts.port
