"""What people read, by key, in Portuguese, English and Spanish. Causes have their own texts in causes.py.

A reason of an error (`NotPossible.reason`, `FieldProblem.reason`) is a key here; `{name}` in a text is a detail that
comes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from stockbridge.cause_texts import CAUSE_REASONS, NUMBERS
from stockbridge.channel_texts import LISTINGS, TESTS
from stockbridge.conclusion_texts import CONCLUSIONS, WORDS
from stockbridge.errors import FieldProblem
from stockbridge.file_texts import FILES
from stockbridge.operation_texts import OPERATIONS
from stockbridge.reconciliation_texts import RECONCILIATIONS
from stockbridge.record_texts import DETAILS, FOUND, POLICY, SITUATIONS
from stockbridge.refusal_texts import FIELD_REASONS, REASONS, TITLES, TYPES, UNKNOWN
from stockbridge.simulation_texts import SIMULATIONS
from stockbridge.step_texts import STEPS

LANGUAGES = ("pt", "en", "es")  # the first one is spoken to whoever asks for none of them
_TAGS = {"pt": "pt-BR", "en": "en", "es": "es"}

TEXTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        **TITLES,
        **REASONS,
        **FIELD_REASONS,
        **TYPES,
        **LISTINGS,
        **SITUATIONS,
        **DETAILS,
        **FOUND,
        **RECONCILIATIONS,
        **POLICY,
        **TESTS,
        **SIMULATIONS,
        **STEPS,
        **CONCLUSIONS,
        **WORDS,
        **CAUSE_REASONS,
        **NUMBERS,
        **OPERATIONS,
        **FILES,
    }
)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"  # a text is never lost to a detail that nobody gave


def say(key: str, language: str, /, **details: Any) -> str:
    """The text in that language; one that nobody wrote is the most general there is, never an error."""
    text = TEXTS.get(key, TEXTS[UNKNOWN])[LANGUAGES.index(language)]
    return text.format_map(_Known(details))


def explain(problem: FieldProblem, language: str) -> str:
    """What is wrong with a field, as a sentence."""
    details = dict(problem.details)
    if "expected" in details:
        details["expected"] = say(f"type.{details['expected']}", language)
    return say(problem.reason, language, **details)


def language_tag(language: str) -> str:
    """For Content-Language."""
    return _TAGS[language]


def language_of(accept_language: str | None) -> str:
    """The best of LANGUAGES for an Accept-Language header (RFC 9110, 12.5.4); unreadable parts do not count."""
    best, best_quality = LANGUAGES[0], 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.partition(";")
        language = tag.strip().lower().split("-")[0]
        quality = _quality(parameter)
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
