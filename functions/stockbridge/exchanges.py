"""One request of a connector and its answer, with the evidence of it, redacted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stockbridge.connectors import Response, Session
from stockbridge.errors import EgressRefused, NoAnswer, TimedOut, TransportError
from stockbridge.outcomes import Evidence, Outcome, Refused, Unknown
from stockbridge.redaction import evidence, redacted, shortened

MAX_MESSAGE = 300


@dataclass(frozen=True)
class Exchange:
    """`answer` is the response, or the error that came instead of one."""

    answer: Response | TransportError
    evidence: Evidence
    secrets: tuple[str, ...] = ()

    @property
    def status(self) -> int | None:
        return self.answer.status if isinstance(self.answer, Response) else None

    @property
    def headers(self) -> Mapping[str, str]:
        return self.answer.headers if isinstance(self.answer, Response) else {}

    @cached_property
    def text(self) -> str:
        return self.answer.body.decode("utf-8", "replace") if isinstance(self.answer, Response) else ""

    @cached_property
    def document(self) -> Any:
        """The body as JSON; None when it is none."""
        return json_or_none(self.text)

    def told(self, message: str) -> str:
        """The marketplace's own words as they may be kept: redacted, at most MAX_MESSAGE bytes."""
        return shortened(redacted(message, self.secrets), MAX_MESSAGE)


def exchange(
    session: Session, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None
) -> Exchange:
    """Never raises for what happened on the way."""
    answer: Response | TransportError
    began = session.clock()
    try:
        answer = session.http.request(method, url, headers=headers, body=body, deadline_s=session.left_s)
    except TransportError as error:
        answer = error
    secrets = tuple(session.credentials.values())
    took_ms = session.clock() - began
    return Exchange(answer, evidence(method, url, body, answer, secrets=secrets, duration_ms=took_ms), secrets)


def unanswered(error: TransportError) -> Outcome:
    """What it means that no answer came."""
    match error:
        case EgressRefused():
            return Refused("configuration", str(error))
        case TimedOut():
            return Unknown("timeout", str(error))
        case NoAnswer():
            return Unknown("marketplace_down", str(error))
        case _:  # not sent, so not applied; but an outage like any other, and no fault of this SKU
            return Unknown("marketplace_down", f"not sent: {error}")


def json_or_none(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
