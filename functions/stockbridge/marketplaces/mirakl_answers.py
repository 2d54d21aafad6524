"""What Mirakl's answers mean for a quantity. Pure.

The order: transport, HTTP status, status of the import, line of the report. The HTTP statuses are those of Mirakl's
general notes ("API return codes", "Rate limits"); the only error body that its clients show is
{"status": 401, "message": "Unauthorized"}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stockbridge.connectors import Response
from stockbridge.exchanges import Exchange, unanswered
from stockbridge.marketplaces.mirakl_files import Fate, Place, ReportLine, fates, read_report
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.redaction import redacted, shortened
from stockbridge.retry_after import retry_after_s

CHECK_AFTER_S = 15.0  # STO02 and STO03: how often Mirakl lets each be asked at most
REPORT_AFTER_S = 60.0

_REFERENCE = re.compile(r"[A-Za-z0-9][\w.:-]{0,99}", re.ASCII)  # part of an address: never "..", never a slash
_REFUSALS = {400: "validation", 404: "configuration", 405: "configuration", 406: "configuration",
             410: "configuration", 415: "configuration"}  # fmt: skip
_REASONS = (
    (re.compile(r"the product does not exist", re.IGNORECASE), "not_found"),
    (re.compile(r"ainda n.{1,2}o foi catalogado", re.IGNORECASE), "not_catalogued"),  # in any encoding
)


@dataclass(frozen=True, slots=True)
class Complete:
    """An import that came to its end. The counts may be missing."""

    has_report: bool
    in_success: int | None
    in_error: int | None

    @property
    def lines(self) -> int | None:
        return None if self.in_success is None or self.in_error is None else self.in_success + self.in_error


def cause_of_reason(reason: str) -> str:
    """The cause behind the marketplace's own words. Operators write their own, so most are not catalogued."""
    return next((cause for pattern, cause in _REASONS if pattern.search(reason)), "uncatalogued")


def problem(told: Exchange, *, now_s: float) -> Outcome | None:
    """What it means that the answer is no success; None when it is one. As to a quantity that was being sent."""
    if not isinstance(told.answer, Response):
        return unanswered(told.answer)
    status, message = told.answer.status, _message(told)
    if 200 <= status < 300:
        return None
    if status in (401, 403):  # the key is static: it was revoked, or lacks the role for offers' stock
        return Unauthorized(message, revoked=True)
    if status == 429:
        return Throttled(retry_after_s(told.headers, now_s), message)
    if status in (408, 504):
        return Unknown("timeout", message)
    if status >= 500:
        return Unknown("marketplace_down", message)
    if status < 400:
        return Refused("configuration", f"{message}: redirects are not followed")
    cause = cause_of_reason(message)
    return Refused(cause if cause != "uncatalogued" else _REFUSALS.get(status, cause), message)


def classify(told: Exchange, *, now_s: float) -> Outcome:
    """STO01: what the answer to a file says about each of its quantities. At best that they wait in an import."""
    if (wrong := problem(told, now_s=now_s)) is not None:
        return wrong
    import_id = told.document.get("import_id") if isinstance(told.document, dict) else None
    reference = str(import_id) if isinstance(import_id, str | int) and not isinstance(import_id, bool) else ""
    if not _REFERENCE.fullmatch(reference):
        return Unknown("uncatalogued", _message(told))
    return Accepted(reference, CHECK_AFTER_S)


def progress(told: Exchange, ref: str, asked: int, *, now_s: float) -> Outcome | Complete:
    """STO02: how far the import `ref` is, of which `asked` lines are asked about."""
    if (wrong := problem(told, now_s=now_s)) is not None:
        return undecided(wrong)
    document = told.document if isinstance(told.document, dict) else {}
    status = document.get("status")
    if not isinstance(status, str) or not status:
        return Unknown("uncatalogued", _message(told))
    if status == "FAILED":
        return Refused("import_failed", f"import {ref}: {status}")
    if status != "COMPLETE":  # WAITING, RUNNING, or a later version's word: Mirakl says that there may be new ones
        return Accepted(ref, CHECK_AFTER_S)
    counts = [_count(document.get(name)) for name in ("lines_in_success", "lines_in_error")]
    end = Complete(document.get("has_error_report") is not False or bool(counts[1]), *counts)
    if end.lines is not None and end.lines < asked:
        return Unknown("unconfirmed", f"import {ref} knows of {end.lines} lines; {asked} were sent")
    return end


def settled(told: Exchange, ref: str, end: Complete, places: Sequence[Place], *, now_s: float) -> Sequence[Outcome]:
    """STO03: what became of each place, from the report about the import `ref`."""
    wrong = problem(told, now_s=now_s)
    if isinstance(wrong, Throttled):  # its own limit, not that of sending: nothing else has to wait for it
        return [Accepted(ref, max(REPORT_AFTER_S, wrong.retry_after_s or 0.0), told.evidence)] * len(places)
    if wrong is not None:
        return [replace(undecided(wrong), evidence=told.evidence)] * len(places)
    cut = isinstance(told.answer, Response) and told.answer.cut
    report = read_report(told.text.rpartition("\n")[0] if cut else told.text)
    if not report:
        return [Unknown("uncatalogued", _message(told), told.evidence)] * len(places)
    complete = not cut and len(report) >= (end.in_error or 0)
    return [_outcome(told, ref, fate) for fate in fates(places, report, sent=end.lines, complete=complete)]


def shown(told: Exchange, place: Place, *, now_s: float) -> int | Outcome:
    """OF21: the quantity that the offer shows.

    A zero counts only where the marketplace gives ZERO_QUANTITY as a reason for the offer being inactive: of another
    call (OF26) it says that 0 also stands for an offer that is not available.
    """
    if (wrong := problem(told, now_s=now_s)) is not None:
        return wrong
    offers = told.document.get("offers") if isinstance(told.document, dict) else None
    if not isinstance(offers, list):
        return Unknown("uncatalogued", _message(told))
    offer = _named(offers, "shop_sku", place.offer_sku)
    if offer is None:
        return Refused("not_found", "")
    part = offer if not place.warehouse else _named(offer.get("warehouses"), "code", place.warehouse) or {}
    total, quantity = _count(offer.get("quantity")), _count(part.get("quantity"))
    if quantity is None or total is None:
        return Unknown("unconfirmed", f"offer {place.offer_sku}: no quantity {place.warehouse}".rstrip())
    reasons = offer.get("inactivity_reasons")
    if total == 0 and not (isinstance(reasons, list) and "ZERO_QUANTITY" in reasons):
        return Unknown("unconfirmed", told.told(f"offer {place.offer_sku}: 0, inactive by {reasons}"))
    return quantity


def undecided(outcome: Outcome) -> Outcome:
    """What a failed question says: a refusal to answer is none of the quantity."""
    return Unknown("unconfirmed", outcome.message) if isinstance(outcome, Refused) else outcome


def _outcome(told: Exchange, ref: str, fate: ReportLine | Fate) -> Outcome:
    if isinstance(fate, ReportLine):  # the line itself: two KiB of the report may be of others only
        line = shortened(f"{told.status}\n{redacted(fate.text, told.secrets)}")
        evidence = replace(told.evidence, response=line)
        return Refused(cause_of_reason(fate.reason), told.told(fate.reason or fate.text), evidence)
    if fate is Fate.IMPORTED:
        return Applied(told.evidence)
    return Unknown("unconfirmed", f"import {ref}: the error report does not say", told.evidence)


def _message(told: Exchange) -> str:
    """The marketplace's own words, or the beginning of whatever it said that is not a page."""
    said = told.document.get("message") if isinstance(told.document, dict) else None
    words = said if isinstance(said, str) and said else " ".join(told.text.split())
    return told.told(words) if words and not words.startswith("<") else f"HTTP {told.status}"


def _named(items: object, name: str, value: str) -> Mapping[str, object] | None:
    listed = items if isinstance(items, list) else []
    return next((item for item in listed if isinstance(item, dict) and item.get(name) == value), None)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
