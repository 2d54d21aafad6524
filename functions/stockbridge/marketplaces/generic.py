"""The connector "generic": any marketplace that takes one SKU's stock as JSON over HTTP.

What it sends and what the answers mean is configuration (generic_configuration.py), so a marketplace with a plain
API needs no code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stockbridge.connectors import Capabilities, Listing, Response, Session, StockUpdate
from stockbridge.errors import FieldProblem, TransportError
from stockbridge.exchanges import MAX_MESSAGE, exchange, json_or_none, unanswered
from stockbridge.marketplaces.generic_configuration import Plan, read_plan
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.patterns import found
from stockbridge.redaction import redacted, shortened
from stockbridge.retry_after import retry_after_s
from stockbridge.templates import SECRET, MissingValue, UnfitValue, render_header, render_json, render_url

_DEFAULT_HEADERS = {"accept": "application/json"}
_REFERENCES = ("location", "x-request-id", "x-correlation-id", "x-amzn-requestid")
_TAGS = re.compile(r"<[^<>]{0,500}>")
_REFUSALS = {400: "validation", 404: "not_found", 405: "configuration", 410: "not_found", 415: "configuration",
             422: "validation"}  # fmt: skip
_WORTH_REPEATING = {408: "timeout", 409: "busy", 423: "busy", 425: "busy", 504: "timeout"}


class Generic:
    capabilities = Capabilities()
    listing_fields = ()

    def problems(self, configuration: Mapping[str, Any], *, allow_private: bool) -> Sequence[FieldProblem]:
        return read_plan(configuration, allow_private=allow_private)[1]

    def group_of(self, _configuration: Mapping[str, Any], listing: Listing) -> str:
        return listing.sku

    def push(self, session: Session, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
        return [self._push(session, update) for update in updates]

    def _push(self, session: Session, update: StockUpdate) -> Outcome:
        plan, problems = read_plan(session.configuration, allow_private=True)  # the transport has its own opinion
        if plan is None:
            return Refused("configuration", "; ".join(f"{problem.field}: {problem.reason}" for problem in problems))
        try:
            request = fill_in(plan, session.credentials, update)
        except MissingValue as missing:
            return Refused("configuration", f"{missing}: the channel's secret has no such value")
        except (UnfitValue, UnicodeError) as unfit:
            return Refused("configuration", str(unfit))
        told = exchange(session, plan.method, request.url, headers=request.headers, body=request.body)
        outcome = classify(plan, told.answer, now_s=session.clock() / 1000, secrets=told.secrets)
        return replace(outcome, evidence=told.evidence)


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    headers: Mapping[str, str]
    body: bytes | None


def fill_in(plan: Plan, credentials: Mapping[str, str], update: StockUpdate) -> Request:
    """The plan's request for one update. Raises MissingValue and UnfitValue."""
    values = {f"{SECRET}{name}": value for name, value in credentials.items()} | {
        "sku": update.sku,
        "quantity": str(update.quantity),
        "account": update.account,
        "affiliate": update.affiliate,
    }
    body = None
    headers = dict(_DEFAULT_HEADERS)
    if plan.body is not None:
        headers["content-type"] = "application/json"
        body = json.dumps(render_json(plan.body, values), separators=(",", ":")).encode()
    for name, template in plan.headers.items():
        try:
            headers[name.lower()] = render_header(template, values)
        except UnfitValue as unfit:
            raise UnfitValue(f"headers.{name}: {unfit}") from None
    return Request(render_url(plan.url, values), headers, body)


def classify(plan: Plan, answer: Response | TransportError, *, now_s: float, secrets: Collection[str] = ()) -> Outcome:
    """What an answer, or none, says about the marketplace's state. Pure.

    The operator's own rules come first: marketplaces answer 200 to what they did not do.
    """
    if not isinstance(answer, Response):
        return unanswered(answer)
    text = answer.body.decode("utf-8", "replace")
    document = json_or_none(text)
    message = shortened(_message(plan, answer.status, text, document, secrets), MAX_MESSAGE)
    cause = _known_cause(plan, answer.status, text, document)
    if cause is None and answer.status in plan.applied:
        return Applied()
    if cause is None and answer.status in plan.accepted:
        return Accepted(shortened(redacted(_reference(answer, document), secrets), MAX_MESSAGE))
    match cause or _default_cause(answer.status):
        case "auth":
            return Unauthorized(message)
        case "throttled":
            return Throttled(retry_after_s(answer.headers, now_s), message)
        case "busy":
            return Busy(message)
        case ("marketplace_down" | "timeout") as passing:
            return Unknown(passing, message)
        case refusal:
            return Refused(refusal, message)


def _known_cause(plan: Plan, status: int, text: str, document: Any) -> str | None:
    for rule in plan.errors:
        if rule.status != status:
            continue
        if rule.match is None or found(rule.match, text):
            return rule.cause
        # "n\u00e3o" in the answer is "não" to the operator who wrote the rule
        if document is not None and found(rule.match, json.dumps(document, ensure_ascii=False)):
            return rule.cause
    return None


def _default_cause(status: int) -> str:
    if status in (401, 403):
        return "auth"
    if status == 429:
        return "throttled"
    if status in _WORTH_REPEATING:
        return _WORTH_REPEATING[status]
    if status >= 500:
        return "marketplace_down"
    return _REFUSALS.get(status, "uncatalogued")


def _message(plan: Plan, status: int, text: str, document: Any, secrets: Collection[str]) -> str:
    """The marketplace's own words, or the beginning of whatever it said."""
    told = plan.message.find(document) if plan.message is not None else None
    if told not in (None, "", [], {}):
        return redacted(told if isinstance(told, str) else json.dumps(told, ensure_ascii=False), secrets)
    words = " ".join(_TAGS.sub(" ", redacted(text, secrets)).split())
    return words or f"HTTP {status}"


def _reference(answer: Response, document: Any) -> str:
    for name in _REFERENCES:
        if answer.headers.get(name):
            return answer.headers[name]
    identifier = document.get("id") if isinstance(document, dict) else None
    return str(identifier) if isinstance(identifier, str | int) else ""
