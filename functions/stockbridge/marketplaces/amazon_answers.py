"""What Amazon's answers mean: Listings Items 2021-08-01, Feeds 2021-06-30, Login with Amazon. Pure.

An error is {"errors": [{"code", "message", "details"}]}. A submission is answered 200 even when it is refused: its
`status` says so, and its `issues` say why. A submission that is ACCEPTED, by PATCH or in a feed, is not yet applied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from stockbridge.connectors import Response
from stockbridge.exchanges import Exchange, unanswered
from stockbridge.marketplaces.amazon_configuration import MERCHANT
from stockbridge.outcomes import Accepted, Applied, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.redaction import redacted, shortened
from stockbridge.retry_after import MAX_S, retry_after_s

Issue = Mapping[str, Any]

LISTING, FEED = "listing:", "feed:"  # what an accepted reference begins with
# Amazon names no time; those who work with it report "a few minutes", seldom less than some seconds
LISTING_CHECK_S = 30.0

_CAUSES_BY_CODE = {
    "13013": "not_found",  # "... this SKU is not in the Amazon catalog"
    "5665": "protected",  # "Amazon must approve your brand before you can use it to list products"
    "5661": "protected",  # "... you may be misusing the Brand field"
    "90220": "missing_attribute",  # "'[batteries_required]' is required but not supplied."
}
_CAUSES_BY_WORDS = (
    (re.compile(r"SKU is not in the Amazon catalog", re.IGNORECASE), "not_found"),
    (re.compile(r"error code 566[15]\b", re.IGNORECASE), "protected"),
)
_INTERNAL = "4000000"  # an issue: "An internal error has occurred. Please try again."
_GONE = re.compile(
    r"AuthToken is not valid|Access to Feeds\. ?SubmitFeed is denied|not have an eligible", re.IGNORECASE
)
_BAD_SELLER = re.compile(r"Invalid seller id", re.IGNORECASE)
_LOGIN_LOST = ("invalid_grant", "invalid_client", "unauthorized_client")
_SAID = ("message", "details")


def classify(told: Exchange, *, now_s: float) -> Outcome:
    """What the answer to a PATCH of one listing says about it."""
    if (failure := unsuccessful(told, now_s=now_s)) is not None:
        return failure
    match told.document:
        case {"status": "ACCEPTED", "submissionId": str(submission)} if submission:
            return Accepted(f"{LISTING}{submission}", LISTING_CHECK_S, told.evidence)
        case {"status": "INVALID", **rest}:
            return refused(told, errors(rest.get("issues")), "INVALID")
        case _:
            return uncatalogued(told)


def unsuccessful(told: Exchange, *, now_s: float) -> Outcome | None:
    """What any answer of the Selling Partner API says before its body counts; None for a 2xx."""
    if not isinstance(told.answer, Response):
        return replace(unanswered(told.answer), evidence=told.evidence)
    status, words = told.answer.status, told.told(_words(told))
    if 200 <= status < 300:
        return None
    outcome: Outcome
    match status:
        case 401 | 403:
            outcome = Unauthorized(words, revoked=_GONE.search(told.text) is not None)
        case 429:
            outcome = Throttled(_wait_s(told.headers, now_s), words)
        case 404:
            outcome = Refused("not_found", words)
        case 400:
            outcome = Refused("configuration" if _BAD_SELLER.search(told.text) else "validation", words)
        case 413 | 415:
            outcome = Refused("validation", words)
        case 504:
            outcome = Unknown("timeout", words)
        case _ if status >= 500:
            outcome = Unknown("marketplace_down", words)
        case _ if status >= 400:
            outcome = Refused("uncatalogued", words)
        case _:
            return uncatalogued(told)
    return replace(outcome, evidence=told.evidence)


def uncatalogued(told: Exchange) -> Unknown:
    """An answer whose shape the documents do not show."""
    return Unknown("uncatalogued", told.told(told.text) or f"HTTP {told.status}", told.evidence)


# ------------------------------------------------------------------------------------------------ issues


def errors(issues: Any) -> Sequence[Issue]:
    """Those that prevent something; the others are advice."""
    found = [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    return [issue for issue in found if issue.get("severity") == "ERROR"]


def refused(told: Exchange, issues: Sequence[Issue], otherwise: str) -> Outcome:
    """By the first issue that has a cause of its own; `otherwise` is said when there is none at all."""
    words = told.told("; ".join(str(issue.get("message", "")) for issue in issues) or otherwise)
    if issues and all(issue.get("code") == _INTERNAL for issue in issues):
        return Unknown("marketplace_down", words, told.evidence)
    cause = next((cause for issue in issues if (cause := _cause(issue)) is not None), "validation")
    return Refused(cause, words, told.evidence)


def _cause(issue: Issue) -> str | None:
    if (known := _CAUSES_BY_CODE.get(str(issue.get("code")))) is not None:
        return known
    if "MISSING_ATTRIBUTE" in (issue.get("categories") or ()):
        return "missing_attribute"
    words = str(issue.get("message", ""))
    return next((cause for pattern, cause in _CAUSES_BY_WORDS if pattern.search(words)), None)


# ------------------------------------------------------------------------------------------------ listings


def offered(told: Exchange, item: Any) -> int | Outcome:
    """The quantity that a listings item offers, or why it offers none that is the seller's to write."""
    match item:
        case {"fulfillmentAvailability": list(channels)}:
            by_code = {each.get("fulfillmentChannelCode"): each for each in channels if isinstance(each, dict)}
        case _:
            return uncatalogued(told)
    if MERCHANT not in by_code and by_code:
        return Refused("fulfillment", "", told.evidence)
    quantity = by_code.get(MERCHANT, {}).get("quantity")
    if isinstance(quantity, int) and not isinstance(quantity, bool):
        return quantity
    return Unknown("uncatalogued", "the listing names no quantity", told.evidence)


def arrived(told: Exchange, item: Any, quantity: int, marketplaces: Sequence[str], waiting: Accepted) -> Outcome:
    """What became of an accepted quantity, by the item as it is shown now.

    Only errors that stop a submission from being processed refuse it: those with enforcements say what Amazon did to
    the listing, and a listing that is hidden for its picture takes quantities all the same.
    """
    match offered(told, item):
        case int(shown) if shown == quantity:
            return Applied(told.evidence, by_sight=True)
        case Refused() as refusal:
            return refusal
        case _:
            stopping = [issue for issue in errors(_issues(item)) if _stops(issue, marketplaces)]
            return refused(told, stopping, "") if stopping else replace(waiting, evidence=told.evidence)


def not_yet(failure: Outcome, waiting: Accepted) -> Outcome:
    """What a question that failed says about the write that it asked about: nothing, unless nobody can ask."""
    match failure:
        case Unauthorized() | Refused("not_found" | "configuration"):
            return failure
        case Throttled(wait_s) if wait_s is not None:
            waiting = replace(waiting, check_after_s=max(waiting.check_after_s, wait_s))
    return replace(waiting, evidence=failure.evidence)


def _issues(item: Any) -> Any:
    return item.get("issues") if isinstance(item, dict) else None


def _stops(issue: Issue, marketplaces: Sequence[str]) -> bool:
    where = issue.get("marketplaceIds")
    ours = not isinstance(where, list) or any(each in marketplaces for each in where)
    return ours and not issue.get("enforcements")


# ------------------------------------------------------------------------------------------------ login


def renewed(told: Exchange, secret: Mapping[str, str], *, now_ms: int) -> Mapping[str, str] | Outcome:
    """The secret with a new access token. The refresh token stays as it is unless a new one comes."""
    match told.document:
        case {"access_token": str(token), "expires_in": int(lasts_s), **rest} if token and told.status == 200:
            refresh = rest.get("refresh_token")
            fresh = {"access_token": token, "expires_at": str(now_ms + lasts_s * 1000)}
            return {**secret, **fresh, **({"refresh_token": refresh} if isinstance(refresh, str) and refresh else {})}
        case {"error": error} if error in _LOGIN_LOST and told.status in (400, 401):
            return Unauthorized(told.told(_words(told)), revoked=True, evidence=told.evidence)
    return unsuccessful(told, now_s=now_ms / 1000) or uncatalogued(told)


# ------------------------------------------------------------------------------------------------ words


def part_of(told: Exchange, part: Any) -> Evidence:
    """The evidence of an answer about many listings, with what it says of one."""
    text = redacted(json.dumps(part, ensure_ascii=False), told.secrets)
    return replace(told.evidence, response=shortened(f"{told.status}\n\n{text}"))


def _words(told: Exchange) -> str:
    """Amazon's own words, or the beginning of whatever it said."""
    match told.document:
        case {"errors": list(given)}:
            said = [str(error.get(name) or "") for error in given if isinstance(error, dict) for name in _SAID]
        case {"error": str(error), "error_description": str(description)}:
            said = [f"{error}: {description}"]
        case _:
            said = []
    return "; ".join(dict.fromkeys(filter(None, said))) or told.text or f"HTTP {told.status}"


def _wait_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Retry-After if there is one; else the time that a rate of so many requests per second gives each."""
    if (wait_s := retry_after_s(headers, now_s)) is not None:
        return wait_s
    try:
        per_second = float(headers.get("x-amzn-ratelimit-limit", ""))
    except ValueError:
        return None
    return min(MAX_S, 1 / per_second) if per_second > 0 else None
