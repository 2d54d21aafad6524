"""What may be kept of an exchange with a marketplace, and what never.

Kept, by name: method, host, path, status, four headers of the answer, and the beginning of each body. The
request's headers and the values of its query string are never kept. In what is kept, the channel's own secret
values are replaced wherever they appear, and so is the value of any field whose name says that it is a secret.
Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from stockbridge.connectors import Response
from stockbridge.outcomes import Evidence

MAX_TEXT = 2048  # bytes of UTF-8
HIDDEN = "***"
_SHORTEST = 4  # replacing a secret of "12" would hide half of every text, and it is no secret
_KEPT_HEADERS = ("content-type", "location", "retry-after", "x-request-id")
_LOOKED_AT = 16 * 1024  # characters; far more than is kept, and no body can make the patterns slow
_NAME = r"(?:token|secret|authorization|key|cookie|password)"
_SECRET_NAME = re.compile(_NAME, re.IGNORECASE)
_PAIR = re.compile(  # name=value, name: value, "name": "value"
    rf"""({_NAME}[\w.-]{{0,40}}\\?["']?\s{{0,8}}[:=]\s{{0,8}})"""
    r"""(\\?"(?:[^"\\]|\\.)*"?|(?:Bearer |Basic )?[^\s&,;<>"'}\]]+)""",
    re.IGNORECASE,
)
_TOKEN = re.compile(  # by what they look like, wherever they are
    r"""\bBearer\s{1,8}[^\s"',;<>]+|\bAtz[ar]\|[^\s"',;<>]+|\b(?:TG|APP_USR)-[\w-]{8,}""", re.IGNORECASE
)
_ELEMENT = re.compile(rf"(<[\w:.-]{{0,40}}{_NAME}[^<>]{{0,200}}>)[^<]+", re.IGNORECASE)  # <name>value</name>


def redacted(text: str, secrets: Collection[str]) -> str:
    """The beginning of the text without secrets. JSON comes back in compact form."""
    spellings = sorted(set(_spellings(secrets)), key=len, reverse=True)
    text = _without(spellings, text)[:_LOOKED_AT]
    try:
        document = json.loads(text)
        text = json.dumps(_without_secret_fields(document, spellings), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):  # not JSON, or not all of it
        text = _without_secret_pairs(text)
    return _TOKEN.sub(HIDDEN, _without(spellings, text))  # again: in JSON, \u0061 was an "a"


def evidence(
    method: str,
    url: str,
    body: bytes | None,
    answer: Response | Exception,
    *,
    secrets: Collection[str],
    duration_ms: int | None = None,
) -> Evidence:
    """`answer` is the response, or the error that came instead of one."""
    target = redacted(_without_query(url), secrets)
    if isinstance(answer, Response):
        kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        if "location" in kept:
            kept["location"] = kept["location"].partition("?")[0]
        headers = "".join(f"{name}: {value}\n" for name, value in kept.items())
        response = f"{answer.status}\n{redacted(headers, secrets)}\n{_text(answer.body, secrets)}"
    else:
        response = redacted(f"{type(answer).__name__}: {answer}", secrets)
    return Evidence(
        request=shortened(f"{method} {target}\n{_text(body or b'', secrets)}"),
        response=shortened(response),
        http_status=answer.status if isinstance(answer, Response) else None,
        duration_ms=duration_ms,
    )


def shortened(text: str, limit: int = MAX_TEXT) -> str:
    """At most `limit` bytes of UTF-8, an ellipsis saying that there was more."""
    data = text.strip().encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode()
    return data[: limit - 3].decode("utf-8", "ignore") + "…"


def _text(body: bytes, secrets: Collection[str]) -> str:
    return redacted(body.decode("utf-8", "replace"), secrets)


def _without_query(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{'?…' if parts.query else ''}"


def _without_secret_fields(value: Any, spellings: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: HIDDEN if _SECRET_NAME.search(name) and item is not None else _without_secret_fields(item, spellings)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_without_secret_fields(item, spellings) for item in value]
    if isinstance(value, str):  # a log line or another document inside the document
        return _without_secret_pairs(_without(spellings, value))
    return value


def _without_secret_pairs(text: str) -> str:
    return _ELEMENT.sub(rf"\1{HIDDEN}", _PAIR.sub(rf"\1{HIDDEN}", text))


def _without(spellings: Sequence[str], text: str) -> str:
    for spelling in spellings:
        text = text.replace(spelling, HIDDEN)
    return text


def _spellings(secrets: Collection[str]) -> Iterator[str]:
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            yield secret
            yield quote(secret, safe="")
            yield quote_plus(secret)
            yield json.dumps(secret)[1:-1]
            yield json.dumps(secret, ensure_ascii=False)[1:-1]
