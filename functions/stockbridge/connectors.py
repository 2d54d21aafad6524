"""What every marketplace connector offers, and what it is given.

A connector is stateless: configuration and credentials come with each call. It never raises for what a
marketplace answered: each update has exactly one outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from stockbridge.errors import FieldProblem
from stockbridge.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer. Header names are lower case; `cut` says that the body went on past the transport's limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False


class Http(Protocol):
    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        """One exchange, over after `deadline_s` seconds whatever the other side does.

        Raises NotSent when nothing reached the other side, NoAnswer when the effect is unknown.
        Redirects are not followed.
        """


class Mode(StrEnum):
    """How a marketplace takes stock: one SKU, one listing or any SKUs in a call, or a file."""

    ONE = "one"
    GROUP = "group"
    BULK = "bulk"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Capabilities:
    mode: Mode
    max_batch: int = 1
    max_quantity: int | None = None
    late_effect_s: int = 120  # how long after an unanswered request its effect may still appear


@dataclass(frozen=True, slots=True)
class StockUpdate:
    """The quantity is absolute and final (after policy); `version` is the record's."""

    account: str
    affiliate: str
    sku: str
    quantity: int
    version: int


class Connector(Protocol):
    @property
    def capabilities(self) -> Capabilities: ...

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        """What is wrong with a channel's `marketplace` document; field paths are relative to it."""

    def push(
        self,
        configuration: Mapping[str, Any],
        credentials: Mapping[str, str],
        update: StockUpdate,
        http: Http,
        *,
        deadline_s: float,
    ) -> Outcome:
        """Make the marketplace show one quantity."""
