"""Regular expressions written by operators. Python's engine holds the whole process while it searches, so what may
take exponential time is refused when it is saved, and a search looks only at the beginning of a text. Pure.
"""

from __future__ import annotations

import re

MAX_PATTERN = 200
MAX_REPETITIONS = 3
LOOKED_AT = 8 * 1024  # characters

_TOKEN = re.compile(
    r"""(?P<plain>\\[^1-9k]|\[\^?\]?(?:\\.|[^\]\\])*\])"""
    r"""|(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))|(?P<repeat>[*+]|\{\d*,?\d*\})|(?P<or>\|)"""
    r"""|(?P<refused>\\.|\(\?)|.""",
    re.DOTALL,
)
_FLAGS = re.compile(r"\(\?[ims]+\)")


class BadPattern(ValueError):
    """`reason` is a key of texts.py; `error` says where, in the engine's words."""

    def __init__(self, reason: str, error: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


def compiled(pattern: str, *, repetitions: int = MAX_REPETITIONS) -> re.Pattern[str]:
    """`repetitions`: as many are accepted. Raises BadPattern."""
    if len(pattern) > MAX_PATTERN:
        raise BadPattern("too_long")
    try:
        expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern("invalid_regex", str(error)) from error
    if _may_be_slow(pattern, repetitions):
        raise BadPattern("slow_regex")
    return expression


def found(expression: re.Pattern[str], text: str) -> bool:
    return expression.search(text[:LOOKED_AT]) is not None


def _may_be_slow(pattern: str, most: int) -> bool:
    """A repetition of what itself repeats or branches, too many repetitions, a back-reference or a look-around."""
    groups = [False]  # for each open group: it repeats or branches inside
    closed = False  # the group that ended just now did
    repetitions = 0
    flags = _FLAGS.match(pattern)
    for token in _TOKEN.finditer(pattern, flags.end() if flags else 0):
        match token.lastgroup:
            case "open":
                groups.append(False)
            case "close":
                closed = groups.pop()
                groups[-1] = groups[-1] or closed
                continue
            case "repeat":
                repetitions += 1
                if closed:
                    return True
                groups[-1] = True
            case "or":
                groups[-1] = True
            case "refused":
                return True
        closed = False
    return repetitions > most
