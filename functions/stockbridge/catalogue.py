"""The causes of one account: those of causes.py, and those that its administrators described, each by what the
marketplace says. Pure.

An own cause is looked for only in errors that the connectors left general. A cause that a connector names is known from
the marketplace's documents and decides more than what is shown (whether the channel pauses, whose fault it is): a text
that happens to fit must not take that away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from stockbridge.causes import CAUSES, Cause, Cure, cause_of
from stockbridge.channels import Channel
from stockbridge.outcomes import Outcome, Refused, Unknown
from stockbridge.patterns import LOOKED_AT, BadPattern, Expression, compiled, found

UNCATALOGUED = "uncatalogued"
GENERAL = (UNCATALOGUED, "validation")  # what the connectors know nothing better for
OWN = "own."  # how the code of an own cause begins
RETRY_AFTER_S = 3600  # of an own cause that retries alone, as of one that is under review
MAX_REPETITIONS = 2  # in a pattern: one message may be held against hundreds of them,
STEPS = 460_000  # so each has a tenth of the steps that others have; most look at a whole message all the same


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that are in the marketplace's message, in upper or lower case, or a regular expression that fits there."""

    value: str
    regex: bool = False

    def fits(self, message: str) -> bool:
        message = message[:LOOKED_AT]
        if not self.regex:
            return self.value.casefold() in message.casefold()
        try:
            return found(_compiled(self.value), message)
        except BadPattern:  # accepted by another version
            return False


@dataclass(frozen=True, slots=True)
class OwnCause:
    """`title` and `hint` by language, pt at least. Only errors of that affiliate, and of that connector, if they are
    named. Of several that fit, the one with the lowest `order` is it, then the first by its code. `rev` counts the
    saves, 0 for none."""

    code: str
    cure: Cure
    title: Mapping[str, str]
    hint: Mapping[str, str]
    patterns: Sequence[Pattern]
    affiliate: str | None = None
    connector: str | None = None
    order: int = 100
    rev: int = 0

    def fits(self, affiliate: str, connector: str, message: str) -> bool:
        return (
            self.affiliate in (None, affiliate)
            and self.connector in (None, connector)
            and any(pattern.fits(message) for pattern in self.patterns)
        )

    @property
    def cause(self) -> Cause:
        """As one of ours: what nobody wrote in another language is said in Portuguese."""
        languages = CAUSES[UNCATALOGUED].title
        return Cause(
            self.code,
            self.cure,
            {language: self.title.get(language) or self.title["pt"] for language in languages},
            {language: self.hint.get(language) or self.hint["pt"] for language in languages},
            RETRY_AFTER_S if self.cure is Cure.RETRIES_ALONE else None,
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Ours are in every one. `own` in any order."""

    own: Sequence[OwnCause] = ()
    _by_code: Mapping[str, Cause] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", tuple(sorted(self.own, key=lambda one: (one.order, one.code))))
        object.__setattr__(self, "_by_code", {one.code: one.cause for one in self.own})

    def cause_of(self, code: str) -> Cause:
        """A code that nobody described, or nobody describes any more, is `uncatalogued`, never an error."""
        return self._by_code.get(code) or cause_of(code)

    @property
    def cures(self) -> Mapping[str, Cure]:
        """Of the account's own."""
        return {one.code: one.cure for one in self.own}

    def knows(self, code: str) -> bool:
        return code in self._by_code or code in CAUSES


BUILT_IN = Catalogue()


def is_own(code: str) -> bool:
    return code.startswith(OWN)


def classify(catalogue: Catalogue, affiliate: str, connector: str, cause: str, message: str) -> str:
    """The code of the own cause that the message tells of; else `cause`, if it is one that the connectors give, and
    `uncatalogued` for an own one that fits no more."""
    if cause not in GENERAL and not is_own(cause):
        return cause
    own = next((one for one in catalogue.own if one.fits(affiliate, connector, message)), None)
    if own is not None:
        return own.code
    return UNCATALOGUED if is_own(cause) else cause


def general(outcome: Outcome) -> bool:
    """It may be of an own cause."""
    return isinstance(outcome, Refused | Unknown) and outcome.cause in GENERAL


def told_apart(catalogue: Catalogue, channel: Channel, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    """The outcomes of one call, in the same order, with the account's own causes."""
    if not catalogue.own:
        return outcomes
    known: dict[tuple[str, str], str] = {}  # a file often says the same of many
    told: list[Outcome] = []
    for outcome in outcomes:
        if isinstance(outcome, Refused | Unknown):
            said = outcome.cause, outcome.message
            if said not in known:
                known[said] = classify(catalogue, channel.affiliate, channel.connector, *said)
            outcome = replace(outcome, cause=known[said])  # noqa: PLW2901 -- the same one, better known
        told.append(outcome)
    return told


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> Expression:
    return compiled(pattern, repetitions=MAX_REPETITIONS, steps=STEPS)
