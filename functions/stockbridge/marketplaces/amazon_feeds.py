"""Amazon feeds of the type JSON_LISTINGS_FEED: many quantities in one file, and what became of each.

A file goes up in three steps: a document is created, its text is put to a pre-signed address, a feed is made of it. The
access token is for the first and the third; the address of the second is of another host and carries its own right.

A feed that is DONE has a report that names the messages which were refused. The others "are being applied", and a SKU
that does not exist is accepted too; so what is shown decides, and the report is asked for when something is not shown:
Amazon gives 10 reports at once, and then one each 45 seconds.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stockbridge.connectors import Session, StockUpdate
from stockbridge.errors import TransportError
from stockbridge.exchanges import Exchange, exchange, json_or_none, unanswered
from stockbridge.marketplaces import amazon_listings as listings
from stockbridge.marketplaces.amazon_answers import (
    FEED,
    Issue,
    errors,
    not_yet,
    part_of,
    refused,
    uncatalogued,
    unsuccessful,
)
from stockbridge.marketplaces.amazon_configuration import Setup, seller_sku
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Unknown

CONTENT_TYPE = "application/json; charset=UTF-8"  # part of what the address is signed for
CHECK_S = 60.0
PIECE = 128 * 1024  # of a report; the transport takes no body of more than 256 KiB
MAX_REPORT = 32 * 1024 * 1024
_QUERY = re.compile(r"""(?<=\?)[^"'\s<>]+""")  # of an address in a text


def message_id(sku: str) -> int:
    """A message's number, 1 to 2^31 - 1, which the report may give instead of the SKU: from the SKU alone, because
    the report is asked for with some of the feed's SKUs at a time."""
    return zlib.crc32(sku.encode()) % (2**31 - 1) + 1


def document_of(setup: Setup, updates: Mapping[int, StockUpdate]) -> bytes:
    """The file, of updates by the number of their message."""
    header = {"sellerId": setup.seller_id, "version": "2.0", "issueLocale": setup.issue_locale}
    messages = [
        {"messageId": number, "sku": seller_sku(update.listing), "operationType": "PATCH"}
        | listings.quantity_patch(setup, update)
        for number, update in updates.items()
    ]
    return json.dumps({"header": header, "messages": messages}, separators=(",", ":")).encode()


def submit(session: Session, setup: Setup, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
    sent: dict[int, StockUpdate] = {}
    refusals: dict[int, Outcome] = {}
    for place, update in enumerate(updates):
        number = message_id(seller_sku(update.listing))
        if (refusal := listings.unwritable(update.listing)) is not None:
            refusals[place] = refusal
        elif number in sent:
            refusals[place] = Busy("another SKU of this file has the same message number")
        else:
            sent[number] = update
    if not sent:
        return list(refusals.values())
    taken = _feed_of(session, setup, document_of(setup, sent))
    return [refusals.get(place, taken) for place in range(len(updates))]


def _feed_of(session: Session, setup: Setup, text: bytes) -> Outcome:
    told = _unsigned(_post(session, setup, "documents", {"contentType": CONTENT_TYPE}))
    match told.document:
        case {"feedDocumentId": str(document), "url": str(url)} if told.status == 201:
            failure = _put(session, setup, told, url, text)
        case _:
            failure = _not_taken(session, told)
    if failure is not None:
        return failure
    feed = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": setup.marketplaces, "inputFeedDocumentId": document}
    told = _post(session, setup, "feeds", feed)
    match told.document:
        case {"feedId": str(number)} if told.status == 202 and number:
            return Accepted(f"{FEED}{number}", CHECK_S, told.evidence)
    return _not_taken(session, told)


def _post(session: Session, setup: Setup, path: str, body: Mapping[str, Any]) -> Exchange:
    address, text = setup.feeds_address(path), json.dumps(body).encode()
    return exchange(session, "POST", address, headers=listings.with_body(session), body=text)


def _put(session: Session, setup: Setup, created: Exchange, url: str, text: bytes) -> Outcome | None:
    """None when the document is where it belongs. Nothing is applied before a feed is made of it."""
    if not setup.may_hold_documents(url):
        return _elsewhere(created)
    told = exchange(_signed(session, url), "PUT", url, headers={"content-type": CONTENT_TYPE}, body=text)
    if isinstance(told.answer, TransportError):
        return replace(unanswered(told.answer), evidence=told.evidence)
    if told.answer.status >= 500:
        return Unknown("marketplace_down", told.told(told.text) or f"HTTP {told.status}", told.evidence)
    if told.answer.status >= 300:  # its address is over, or not signed for this: the next one is another
        return Refused("import_failed", told.told(told.text) or f"HTTP {told.status}", told.evidence)
    return None


def _not_taken(session: Session, told: Exchange) -> Outcome:
    """These requests hold nothing but configuration: what is wrong with them is wrong for every SKU."""
    match unsuccessful(told, now_s=session.clock() / 1000):
        case None:
            return uncatalogued(told)
        case Refused("validation" | "not_found", words):
            return Refused("configuration", words, told.evidence)
        case failure:
            return failure


# ------------------------------------------------------------------------------------------------ what became of it


def check(session: Session, setup: Setup, ref: str, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
    told = exchange(
        session, "GET", setup.feeds_address(f"feeds/{ref.removeprefix(FEED)}"), headers=listings.headers(session)
    )
    match unsuccessful(told, now_s=session.clock() / 1000), told.document:
        case Refused("not_found", words), _:  # no feed, which says nothing of the listings
            outcome: Outcome = Unknown("uncatalogued", words, told.evidence)
        case (None, {"processingStatus": "DONE", **feed}):
            return _done(session, setup, ref, feed.get("resultFeedDocumentId"), updates)
        case (None, {"processingStatus": "IN_QUEUE" | "IN_PROGRESS"}):
            outcome = Accepted(ref, CHECK_S, told.evidence)
        case (None, {"processingStatus": "FATAL" | "CANCELLED" as status}):
            outcome = Refused("import_failed", f"the feed is {status}", told.evidence)
        case (None, _):
            outcome = uncatalogued(told)
        case (failure, _):
            outcome = not_yet(failure, Accepted(ref, CHECK_S))
    return [outcome] * len(updates)


def _done(session: Session, setup: Setup, ref: str, document: Any, updates: Sequence[StockUpdate]) -> Sequence[Outcome]:
    looked = listings.check(session, setup, updates, Accepted(ref, CHECK_S))
    shown = [outcome for _, outcome in looked]
    # a listing that could not be asked for says nothing that a report would explain
    unexplained = [seen for seen, outcome in looked if not isinstance(outcome, Applied) and _answered(seen)]
    if not unexplained or not isinstance(document, str):
        return shown
    report = _report(session, setup, document)
    if isinstance(report, Report):
        return [
            outcome if isinstance(outcome, Applied) else report.refusal(update) or outcome
            for outcome, update in zip(shown, updates, strict=True)
        ]
    instead = not_yet(report, Accepted(ref, CHECK_S))
    return [instead if isinstance(outcome, Accepted) else outcome for outcome in shown]


def _answered(seen: listings.Seen) -> bool:
    return isinstance(seen, tuple | Refused)


@dataclass(frozen=True, slots=True)
class Report:
    told: Exchange
    by_sku: Mapping[str, Sequence[Issue]]
    by_message: Mapping[int, Sequence[Issue]]
    of_all: Sequence[Issue]  # "not related to a message (e.g. feed formatting issue)"

    def refusal(self, update: StockUpdate) -> Outcome | None:
        sku = seller_sku(update.listing)
        if issues := self.by_sku.get(sku) or self.by_message.get(message_id(sku)):
            return refused(replace(self.told, evidence=part_of(self.told, {"issues": issues})), issues, "")
        if self.of_all:
            words = "; ".join(str(issue.get("message", "")) for issue in self.of_all)
            return Refused("import_failed", self.told.told(words), part_of(self.told, {"issues": self.of_all}))
        return None


def read_report(told: Exchange, text: str) -> Report | Outcome:
    """The processing report of a JSON_LISTINGS_FEED (v2). An issue names its SKU, or only the message's number."""
    match json_or_none(text):
        case {"header": dict(), "issues": list(issues)}:
            pass
        case _:
            return uncatalogued(told)
    by_sku: defaultdict[str, list[Issue]] = defaultdict(list)
    by_message: defaultdict[int, list[Issue]] = defaultdict(list)
    of_all: list[Issue] = []
    for issue in errors(issues):
        match issue:
            case {"sku": str(sku)}:
                by_sku[sku].append(issue)
            case {"messageId": int(number)}:
                by_message[number].append(issue)
            case _:
                of_all.append(issue)
    return Report(told, by_sku, by_message, of_all)


def _report(session: Session, setup: Setup, document: str) -> Report | Outcome:
    address = setup.feeds_address(f"documents/{document}")
    told = _unsigned(exchange(session, "GET", address, headers=listings.headers(session)))
    match unsuccessful(told, now_s=session.clock() / 1000), told.document:
        case Refused(_, words), _:  # no report, which says nothing of the listings
            return Unknown("uncatalogued", words, told.evidence)
        case None, {"url": str(url), **rest} if setup.may_hold_documents(url):
            return _fetched(_signed(session, url), url, zipped=rest.get("compressionAlgorithm") == "GZIP")
        case None, {"url": str()}:
            return _elsewhere(told)
        case None, _:
            return uncatalogued(told)
        case failure, _:
            return failure


def _fetched(session: Session, url: str, *, zipped: bool) -> Report | Outcome:
    """A report may be of megabytes, so it is fetched in pieces."""
    data = b""
    while True:
        asked = {"range": f"bytes={len(data)}-{len(data) + PIECE - 1}"}
        told = exchange(session, "GET", url, headers=asked)
        if isinstance(told.answer, TransportError):
            return replace(unanswered(told.answer), evidence=told.evidence)
        if told.status == 416 and data:  # the last piece ended where the report does
            break
        if told.status not in (200, 206) or told.answer.cut or len(data) > MAX_REPORT:
            return Unknown("uncatalogued", f"the report was not read: HTTP {told.status}", told.evidence)
        data += told.answer.body
        if told.status == 200 or len(told.answer.body) < PIECE:
            break
    try:
        text = zlib.decompressobj(wbits=31).decompress(data, MAX_REPORT) if zipped else data
    except zlib.error as error:
        return Unknown("uncatalogued", f"the report was not read: {error}", told.evidence)
    return read_report(told, text.decode("utf-8", "replace"))


# ------------------------------------------------------------------------------------------------ pre-signed addresses


def _elsewhere(told: Exchange) -> Refused:
    return Refused("configuration", "the address of the document is of no host of Amazon's", told.evidence)


def _unsigned(told: Exchange) -> Exchange:
    """The exchange without what an address in it is signed with: whoever has that may have the document."""
    url = told.document.get("url") if isinstance(told.document, dict) else None
    signed = {*_QUERY.findall(told.text), urlsplit(url).query if isinstance(url, str) else ""}
    evidence = replace(told.evidence, response=_QUERY.sub("…", told.evidence.response))
    return replace(told, evidence=evidence, secrets=(*told.secrets, *signed))


def _signed(session: Session, url: str) -> Session:
    """For exchanges with that address: its signature is a secret, and a refusal may quote it."""
    values = {f"signed {name}": value for name, value in parse_qsl(urlsplit(url).query)}
    return replace(session, credentials={**session.credentials, **values})
