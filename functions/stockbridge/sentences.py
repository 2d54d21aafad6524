"""What came of a record, as sentences: the same ones wherever it is shown. Pure."""

from __future__ import annotations

from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.records import Record, Skipped, Status
from stockbridge.situations import Code, cause_code
from stockbridge.texts import say


def detail(record: Record, situation: Code, language: str, catalogue: Catalogue = BUILT_IN) -> str:
    if record.status is Status.ERROR and (code := cause_code(record)):
        return catalogue.cause_of(code).title[language]
    if record.status is not Status.SUCCESS:
        return say(f"situation.{situation}", language)
    last = record.attempts[-1] if record.attempts else None
    if last is not None and record.accepted is not None:
        return say("detail.accepted", language, quantity=last.quantity)
    if last is not None and last.outcome == "nothing_to_send":
        return say("detail.nothing_to_send", language, quantity=record.confirmed)
    return say("detail.applied", language, quantity=record.confirmed)


def why_held(skipped: Skipped, threshold: int, language: str) -> str:
    """Why the rule held a change back; `threshold` is the channel's."""
    return say(f"held.{skipped.verdict}", language, de=skipped.de, por=skipped.por, threshold=threshold)
