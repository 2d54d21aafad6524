"""An explanation in the caller's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.explanation_answers import AffiliateExplanation, ConclusionAnswer, StepAnswer
from actions.instants import instant
from actions.record_views import cause_view
from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.channels import Channel
from stockbridge.explaining import Conclusion, Explanation
from stockbridge.explaining_steps import Details, Step
from stockbridge.records import Record
from stockbridge.texts import say

TIMES = frozenset({"since", "until"})
DURATIONS = frozenset({"took_ms"})


def explanation_view(
    explanation: Explanation, record: Record, channel: Channel, language: str, catalogue: Catalogue = BUILT_IN
) -> AffiliateExplanation:
    return AffiliateExplanation(
        affiliate=channel.affiliate,
        channel=channel.name,
        conclusion=_conclusion(explanation.conclusion, language, catalogue),
        late=explanation.late,
        balance=record.balance,
        wanted=record.wanted,
        confirmed=record.confirmed,
        steps=[_step(step, language, catalogue) for step in explanation.steps],
    )


def _conclusion(conclusion: Conclusion, language: str, catalogue: Catalogue) -> ConclusionAnswer:
    cause = conclusion.details.get("cause")
    return ConclusionAnswer(
        code=conclusion.code,
        text=say(f"conclusion.{conclusion.code}", language, **_told(conclusion.details, language, catalogue)),
        at=instant(conclusion.at),
        cause=cause_view(str(cause), language, catalogue) if cause else None,
        details=_for_programs(conclusion.details),
    )


def _step(step: Step, language: str, catalogue: Catalogue) -> StepAnswer:
    return StepAnswer(
        code=step.code,
        state=step.state.value,
        at=instant(step.at),
        text=say(f"step.{step.code}.{step.state}", language, **_told(step.details, language, catalogue)),
        details=_for_programs(step.details),
    )


def _for_programs(details: Details) -> dict[str, str | int | None]:
    return {name: _iso(value) if name in TIMES else value for name, value in details.items()}


def _iso(value: str | int | None) -> str | None:
    return None if value is None else instant(int(value)).isoformat().replace("+00:00", "Z")


def _told(details: Details, language: str, catalogue: Catalogue) -> Mapping[str, Any]:
    """As words: a cause by its title and hint, a verdict by its reason, times, durations, and what nobody knows."""
    told: dict[str, Any] = {name: _word(name, value, language) for name, value in details.items()}
    if "cause" in details:
        cause = catalogue.cause_of(str(details["cause"]))
        told |= {"cause": cause.title[language], "hint": cause.hint[language]}
    if "shown" in details:
        known = "" if details["shown"] is not None else "_unknown"
        told |= {part: say(f"explain.{part}{known}", language, shown=told["shown"]) for part in ("for_now", "last")}
    if "took_ms" in details:
        known = "" if details["took_ms"] is not None else "_unknown"
        told["took"] = say(f"explain.took{known}", language, took_ms=told["took_ms"])
    if "verdict" in details:
        told["why"] = say(f"why.{details['verdict']}", language)
    return told


def _word(name: str, value: str | int | None, language: str) -> str:
    if name in TIMES:
        if value is None:
            return say("explain.no_time", language)
        return f"{instant(int(value)):%Y-%m-%d %H:%M:%S} UTC"
    if name in DURATIONS:
        return "" if value is None else _duration(int(value), language)
    return say("explain.no_quantity", language) if value is None else str(value)


def _duration(milliseconds: int, language: str) -> str:
    """Two units at most, whose names are alike in every language."""
    seconds = max(0, milliseconds) // 1000
    if seconds < 60:
        text = f"{max(0, milliseconds) / 1000:.1f} s"
        return text if language == "en" else text.replace(".", ",")
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
