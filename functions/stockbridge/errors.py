"""Every error that somebody catches, named for who cures it.

StockBridgeError
├── InvalidInput            the caller: the body, the path or a field is wrong
│   └── InvalidFields       the same, with each field named
├── NotFound                the caller: nothing has that name
├── NotAllowed              an administrator: the role does not reach that far
├── NotPossible             the operator: the state of things forbids it, with the reason
├── Conflict                nobody: somebody else wrote first; read again and decide again
├── Unavailable             time: a service did not answer; the queue tries again
│   └── VtexUnavailable     VTEX throttled, failed or timed out; nothing is decided on a guess
├── TransportError          an HTTP exchange that did not end in an answer
│   ├── NotSent             nothing reached the other side (name, connection, TLS)
│   │   └── EgressRefused   an administrator: the address is one that this system must not speak to
│   └── NoAnswer            the request left; whether it took effect is unknown
│       └── TimedOut        the same, because the deadline passed
└── MissingSecret           an administrator: the credentials named by a channel are not there
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class StockBridgeError(Exception):
    """The root: catching it catches only what we raise on purpose."""


class InvalidInput(StockBridgeError):
    """The message is a sentence for whoever sent it."""


class TooLarge(InvalidInput):
    pass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`field` is the dotted path in the document; `reason` is one of the keys of texts.py."""

    field: str
    reason: str
    details: Mapping[str, object]


class InvalidFields(InvalidInput):
    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.reason}" for problem in problems))
        self.problems = tuple(problems)


class NotFound(StockBridgeError):
    pass


class NotAllowed(StockBridgeError):
    pass


class NotPossible(StockBridgeError):
    """`reason` is a key of texts.py, so that the operator reads it in their language."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conflict(StockBridgeError):
    pass


class Unavailable(StockBridgeError):
    pass


class VtexUnavailable(Unavailable):
    """`retry_after_s` is VTEX's own wish; `cause` is a code of causes.py."""

    def __init__(self, reason: str, retry_after_s: float | None = None, *, cause: str = "vtex_unavailable") -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s
        self.cause = cause


class TransportError(StockBridgeError):
    pass


class NotSent(TransportError):
    pass


class EgressRefused(NotSent):
    pass


class NoAnswer(TransportError):
    pass


class TimedOut(NoAnswer):
    pass


class MissingSecret(StockBridgeError):
    pass
