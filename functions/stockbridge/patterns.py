"""Regular expressions written by operators. Python holds the whole process while it searches, so how many steps
a search may take is told from the expression: what may take exponential time is refused, and of a text only so much is
looked at as the expression has the steps for. Pure.

The steps of a search grow with the length of the text to the power of the repetitions that can end at several places,
and one more, because it begins at each place. A repetition of what the next character cannot be (`\\s*:`) ends at one
place. So does `.*` before words, because whether they come at all is asked and not where: then their first place is as
good as any, and the search need not come back to it (an atomic group).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import factorial, prod

MAX_PATTERN = 200
MAX_REPETITIONS = 3
LOOKED_AT = 8 * 1024  # characters, at most
LOOKED_AT_LEAST = 50  # what has no steps for so many is refused
STEPS = 4_600_000  # a twentieth of a second at the most; as many as 300 characters to the third power need

_TOKEN = re.compile(
    r"""(?P<plain>\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\0[0-7]{0,2}|\\N\{[^}]*\}|\\[^1-9k]"""
    r"""|\[\^?\]?(?:\\.|[^\]\\])*\])"""
    r"""|(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))|(?P<repeat>(?:[*+]|\{\d*,?\d*\})[?+]?)|(?P<option>\?[?+]?)|(?P<or>\|)"""
    r"""|(?P<refused>\\.|\(\?)|.""",
    re.DOTALL,
)
_FLAGS = re.compile(r"\(\?[ims]+\)")
_BOUNDED = re.compile(r"\{(\d*)(,?)(\d*)\}")
_LITERAL = re.compile(r"\\?[^\w\s\\^$.|?*+()\[\]{}]|[\w ]|\\[\\^$.|?*+()\[\]{}]")
_OF_A_LINE = re.compile(rf"{_LITERAL.pattern}|[.^$]|\\[dwbB]")  # one character, or a place, and never the end of a line


class BadPattern(ValueError):
    """`reason` is a key of texts.py; `error` says where, in the engine's words."""

    def __init__(self, reason: str, error: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


@dataclass(frozen=True, slots=True)
class Expression:
    """`regex` fits the same texts as the pattern; `looked_at` characters of one."""

    pattern: str
    regex: re.Pattern[str]
    looked_at: int


def compiled(pattern: str, *, repetitions: int = MAX_REPETITIONS, steps: int = STEPS) -> Expression:
    """`repetitions`: as many are accepted; `steps`: so many it may take. Raises BadPattern."""
    if len(pattern) > MAX_PATTERN:
        raise BadPattern("too_long")
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern("invalid_regex", str(error)) from error
    found_flags = _FLAGS.match(pattern)
    flags = found_flags.group() if found_flags else ""
    tokens = list(_TOKEN.finditer(pattern, len(flags)))
    if _may_never_end(tokens, repetitions):
        raise BadPattern("slow_regex")
    branches = [_Branch(flags, branch) for branch in _branches(tokens)]
    looked_at = min(_affordable(branch, steps // len(branches)) for branch in branches)
    if looked_at < LOOKED_AT_LEAST:
        raise BadPattern("slow_regex")
    return Expression(pattern, re.compile(flags + "|".join(branch.regex for branch in branches)), looked_at)


def found(expression: Expression, text: str) -> bool:
    return expression.regex.search(text[: expression.looked_at]) is not None


_Tokens = Sequence[re.Match[str]]


def _may_never_end(tokens: _Tokens, most: int) -> bool:
    """A repetition of what itself repeats or branches, too many repetitions, a back-reference or a look-around."""
    groups = [False]  # for each open group: it repeats or branches inside
    closed = False  # the group that ended just now did
    repetitions = 0
    for token in tokens:
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
            case "or" | "option":
                groups[-1] = True
            case "refused":
                return True
        closed = False
    return repetitions > most


def _branches(tokens: _Tokens) -> Iterator[_Tokens]:
    """What the alternatives outside of all groups are."""
    depth, branch = 0, list[re.Match[str]]()
    for token in tokens:
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if token.lastgroup == "or" and not depth:
            yield branch
            branch = []
        else:
            branch.append(token)
    yield branch


def _affordable(branch: _Branch, steps: int) -> int:
    """The longest text that there are the steps for: choices * length^power / power!"""
    power = 1 + branch.open_ended + branch.single_ended
    return min(LOOKED_AT, int((steps * factorial(power) / branch.choices) ** (1 / power)))


class _Branch:
    """`open_ended`: repetitions that can end at several places; `single_ended`: 1 if there are others; `choices`: ways
    to go through what is optional, bounded or one of several."""

    def __init__(self, flags: str, tokens: _Tokens) -> None:
        self._flags = flags
        self._tokens = tokens
        gaps = [place for place in self._gaps() if self._words_follow(place)]
        ended = [place for place in self._endless() if place in gaps or self._ends_at_one_place(place)]
        self.open_ended = len(self._endless()) - len(ended)
        self.single_ended = 1 if ended else 0
        self._gaps_before_words = gaps

    @cached_property
    def choices(self) -> int:
        found = [2 for token in self._tokens if token.lastgroup == "option"]
        found += [_choices(token.group()) for token in self._tokens if token.lastgroup == "repeat"]
        alternatives = [1]
        for token in self._tokens:
            if token.lastgroup == "open":
                alternatives.append(1)
            elif token.lastgroup == "close":
                found.append(alternatives.pop())
            elif token.lastgroup == "or":
                alternatives[-1] += 1
        return prod(found)

    @cached_property
    def regex(self) -> str:
        """Each gap with the words behind it in an atomic group."""
        parts: list[str] = []
        inside = False
        for place, token in enumerate(self._tokens):
            if place in self._gaps() and inside:
                parts.append(")")
                inside = False
            if place in self._gaps_before_words:
                parts.append("(?>")
                inside = True
            lazy = place - 1 in self._gaps_before_words
            parts.append(f"{token.group()[0]}?" if lazy else token.group())
        return "".join(parts) + (")" if inside else "")

    def _gaps(self) -> Sequence[int]:
        """Places of `.*` and `.+` outside of all groups."""
        depth, places = 0, list[int]()
        for place, token in enumerate(self._tokens):
            depth += (token.lastgroup == "open") - (token.lastgroup == "close")
            endless = self._is(place + 1, "repeat") and self._tokens[place + 1].group() in ("*", "+", "*?", "+?")
            if token.group() == "." and not depth and endless:
                places.append(place)
        return places

    def _words_follow(self, gap: int) -> bool:
        """Up to the next gap nothing that could be of several lengths, or go on in another line."""
        gaps = [place for place in self._gaps() if place > gap]
        words = self._tokens[gap + 2 : gaps[0] if gaps else len(self._tokens)]
        return all(token.lastgroup in (None, "plain") and _OF_A_LINE.fullmatch(token.group()) for token in words)

    def _endless(self) -> Sequence[int]:
        """Places of what is repeated without end."""
        repeats = [place for place, token in enumerate(self._tokens) if token.lastgroup == "repeat"]
        return [place - 1 for place in repeats if _is_endless(self._tokens[place].group())]

    def _ends_at_one_place(self, repeated: int) -> bool:
        """Nothing follows, or a character that the repeated one is not."""
        if self._is(repeated, "close"):
            return False
        following = repeated + 2
        if following == len(self._tokens):
            return True
        literal = self._tokens[following].group()
        optional = self._is(following + 1, "option") or self._is(following + 1, "repeat")
        if optional or self._tokens[following].lastgroup not in (None, "plain") or not _LITERAL.fullmatch(literal):
            return False
        return not re.fullmatch(self._flags + self._tokens[repeated].group(), literal[-1])

    def _is(self, place: int, group: str) -> bool:
        return place < len(self._tokens) and self._tokens[place].lastgroup == group


def _is_endless(repeat: str) -> bool:
    bounded = _BOUNDED.match(repeat)
    return bounded is None or (bounded[2] == "," and not bounded[3])


def _choices(repeat: str) -> int:
    bounded = _BOUNDED.match(repeat)
    if bounded is None or _is_endless(repeat):
        return 1
    return max(1, int(bounded[3] or 0) - int(bounded[1] or 0) + 1) if bounded[2] else 1
