"""The JSON document of an own cause, checked when it is saved."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from actions.inputs import checked
from stockbridge.catalogue import MAX_REPETITIONS, STEPS, OwnCause, Pattern
from stockbridge.causes import Cure
from stockbridge.errors import FieldProblem, InvalidFields, InvalidInput
from stockbridge.notifications import affiliate_id
from stockbridge.patterns import MAX_PATTERN, BadPattern, compiled, found

MAX_PATTERNS = 5
CODE = r"own\.[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?"

_CODE = re.compile(CODE)
_VISIBLE = r"^[^\x00-\x1f\x7f]*$"

Title = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_VISIBLE)]
Hint = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_VISIBLE)]
Value = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PATTERN)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TitleDocument(_Document):
    """What has no text in a language is said in Portuguese."""

    pt: Title
    en: Title | None = None
    es: Title | None = None


class HintDocument(_Document):
    pt: Hint
    en: Hint | None = None
    es: Hint | None = None


class PatternDocument(_Document):
    """One of the two: words that are in the marketplace's message, whether in upper or lower case, or a regular
    expression that fits somewhere in it, with at most two repetitions."""

    text: Value | None = None
    regex: Value | None = None


class OwnCauseDocument(_Document):
    """A cause that the account describes itself, for errors that have none of ours but `uncatalogued` or `validation`.
    `cure`: retries_alone is sent again every hour. `affiliate`, `connector`: only errors of these. `order`: of several
    causes that fit, the lowest is it."""

    title: TitleDocument
    hint: HintDocument
    cure: Literal["retries_alone", "fix_first", "nothing_to_do"]
    affiliate: str | None = None
    connector: str | None = None
    patterns: Annotated[list[PatternDocument], Field(min_length=1, max_length=MAX_PATTERNS)]
    order: Annotated[int, Field(ge=0, le=1_000)] = 100


class CauseTrial(_Document):
    """Patterns to try on a message, on what an affiliate's marketplace said lately, or on both."""

    patterns: Annotated[list[PatternDocument], Field(min_length=1, max_length=MAX_PATTERNS)]
    affiliate: str | None = None
    message: Annotated[str, StringConstraints(max_length=2_000)] | None = None


def own_code(text: str) -> str:
    """Raises InvalidFields."""
    if not _CODE.fullmatch(text):
        raise InvalidFields([FieldProblem("code", "cause_code_format", {})])
    return text


def read_own_cause(code: str, document: Mapping[str, Any], connectors: Collection[str]) -> OwnCause:
    """An own cause as it was answered is a document too. Raises InvalidFields."""
    if document.get("code", code) != code:
        raise InvalidFields([FieldProblem("code", "not_this_cause", {})])
    body = {name: value for name, value in document.items() if name not in ("code", "rev")}
    parsed = checked(OwnCauseDocument, body)
    problems = [*_affiliate(parsed.affiliate), *_patterns(parsed.patterns)]
    if parsed.connector is not None and parsed.connector not in connectors:
        problems.append(FieldProblem("connector", "unknown_connector", {"allowed": ", ".join(sorted(connectors))}))
    if problems:
        raise InvalidFields(problems)
    return OwnCause(
        code=code,
        cure=Cure(parsed.cure),
        title=parsed.title.model_dump(exclude_none=True),
        hint=parsed.hint.model_dump(exclude_none=True),
        patterns=patterns_of(parsed.patterns),
        affiliate=parsed.affiliate,
        connector=parsed.connector,
        order=parsed.order,
    )


def read_trial(document: Mapping[str, Any]) -> CauseTrial:
    """Raises InvalidFields."""
    trial = checked(CauseTrial, document)
    problems = [*_affiliate(trial.affiliate), *_patterns(trial.patterns)]
    if trial.affiliate is None and trial.message is None:
        problems.append(FieldProblem("affiliate", "affiliate_or_message", {}))
    if problems:
        raise InvalidFields(problems)
    return trial


def patterns_of(documents: Sequence[PatternDocument]) -> tuple[Pattern, ...]:
    return tuple(Pattern(one.regex or one.text or "", regex=one.regex is not None) for one in documents)


def own_cause_document(cause: OwnCause) -> dict[str, Any]:
    """The document that would be saved as this cause."""
    document = {name: value for name, value in asdict(cause).items() if name not in ("code", "rev")}
    patterns = [{"regex" if one.regex else "text": one.value} for one in cause.patterns]
    return document | {"cure": cause.cure.value, "patterns": patterns}


def _affiliate(affiliate: str | None) -> Iterator[FieldProblem]:
    try:
        if affiliate is not None and affiliate_id(affiliate) != affiliate:
            yield FieldProblem("affiliate", "affiliate_format", {})
    except InvalidInput:
        yield FieldProblem("affiliate", "affiliate_format", {})


def _patterns(patterns: Sequence[PatternDocument]) -> Iterator[FieldProblem]:
    for place, one in enumerate(patterns):
        path = f"patterns.{place}"
        if (one.text is None) == (one.regex is None):
            yield FieldProblem(path, "text_or_regex", {})
        elif one.text is not None and not one.text.strip():
            yield FieldProblem(f"{path}.text", "too_short", {})
        elif one.regex is not None:
            yield from _regex(one.regex, f"{path}.regex")


def _regex(regex: str, path: str) -> Iterator[FieldProblem]:
    try:
        expression = compiled(regex, repetitions=MAX_REPETITIONS, steps=STEPS)
    except BadPattern as bad:
        yield FieldProblem(path, bad.reason, {"error": bad.error, "limit": MAX_PATTERN})
        return
    if found(expression, ""):
        yield FieldProblem(path, "fits_everything", {})
