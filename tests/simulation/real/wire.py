"""Requests and answers as they are on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from stockbridge.connectors import Response


@dataclass(frozen=True)
class Asked:
    """A request as it arrives."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @cached_property
    def path(self) -> tuple[str, ...]:
        return tuple(map(unquote, urlsplit(self.url).path.strip("/").split("/")))

    @cached_property
    def query(self) -> Mapping[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.body.decode() if len(self.body) < 400 else '...'}"


class Answers(Protocol):
    def request(self, asked: Asked, line: Line, deadline_s: float) -> Response: ...


@dataclass(slots=True)
class Line:
    """The way of one call to its marketplace, a `connectors.Http`. `skus`: whom a push is about. `doubtful`: some
    request of it was not answered, or with "come again"."""

    market: Answers
    skus: tuple[str, ...] = ()
    doubtful: bool = field(default=False)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        return self.market.request(Asked(method, url, headers, body or b""), self, deadline_s)


def answer(status: int, document: Any = None, **headers: str) -> Response:
    """JSON, or nothing at all without a document. Underscores of header names are hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if document is None:
        return Response(status, named, b"")
    return Response(status, {"content-type": "application/json", **named}, json.dumps(document).encode())


def text(status: int, body: str, content_type: str = "text/plain") -> Response:
    return Response(status, {"content-type": content_type}, body.encode())
