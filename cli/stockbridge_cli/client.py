"""The operator API over HTTP: documents in and out, and three ways in which it does not work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

TIMEOUT_S = 35.0  # the API itself gives up at 30
PAGE = 200  # the API's most

Document = dict[str, Any]


class NotPossible(Exception):
    """Why a command ends without its result."""


class Refused(NotPossible):
    """The API says no: `problem` as in RFC 9457, or whatever else it is that answered."""

    def __init__(self, problem: Document) -> None:
        super().__init__(problem.get("detail") or problem.get("message") or str(problem))
        self.problem = problem

    @property
    def status(self) -> int:
        return int(self.problem["status"])


class NotReachable(NotPossible):
    """Nobody answered at the address."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address = address


@dataclass(frozen=True, slots=True)
class Api:
    """One account of one installation. Each call raises Refused and NotReachable."""

    http: httpx.Client
    base: str
    token: str
    account: str | None
    language: str

    def get(self, *path: str, **query: str | int | None) -> Document:
        return self._call("GET", path, query)

    def put(self, *path: str, document: Mapping[str, Any], **query: str | int | None) -> Document:
        return self._call("PUT", path, query, json=document)

    def post(
        self,
        *path: str,
        document: Mapping[str, Any] | None = None,
        csv: bytes | None = None,
        key: str | None = None,
        **query: str | int | None,
    ) -> Document:
        """`key`: the same request with the same key is done once."""
        if document is not None:
            headers = {} if key is None else {"idempotency-key": key}
            return self._call("POST", path, query, json=document, headers=headers)
        if csv is not None:
            return self._call("POST", path, query, content=csv, headers={"content-type": "text/csv"})
        return self._call("POST", path, query)

    def delete(self, *path: str) -> Document:
        return self._call("DELETE", path, {})

    def each(self, *path: str, limit: int, **query: str | int | None) -> Iterator[Document]:
        """The items of a list, read page by page: the first `limit`, 0 for all."""
        given, cursor = 0, None
        while True:
            page = self.get(*path, **query, cursor=cursor, limit=min(PAGE, limit - given) if limit else PAGE)
            yield from page["items"]
            given, cursor = given + len(page["items"]), page["next"]
            if cursor is None or (limit and given >= limit):
                return

    def _call(
        self,
        method: str,
        path: tuple[str, ...],
        query: Mapping[str, str | int | None],
        *,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Document:
        own = {"authorization": f"Bearer {self.token}", "accept-language": self.language}
        url = "/".join((self.base.rstrip("/"), "v1", *(quote(part, safe="") for part in path)))
        params = {name: value for name, value in {"account": self.account, **query}.items() if value is not None}
        return exchange(self.http, method, url, params=params, headers={**own, **(headers or {})}, **body)


def download(http: httpx.Client, url: str, size: int) -> Iterator[bytes]:
    """The body as it comes, without our headers: the address itself is the right to it. Raises Refused; NotReachable,
    also when it ends before its `size` in bytes."""
    address = str(httpx.URL(url).copy_with(query=None))
    came = 0
    try:
        with http.stream("GET", url) as answer:
            if not answer.is_success:
                raise Refused({"status": answer.status_code, "detail": f"{address}: HTTP {answer.status_code}"})
            for chunk in answer.iter_raw():
                came += len(chunk)
                yield chunk
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotReachable(address, str(error) or type(error).__name__) from error
    if came != size:
        raise NotReachable(address, f"{came} / {size} B")


def signed_in(http: httpx.Client, issuer: str, user: str, password: str) -> str:
    """An access token of an issuer that takes passwords from command lines, as the local one does."""
    form = {
        "grant_type": "password",
        "client_id": "stockbridge-local",
        "username": user,
        "password": password,
        "scope": "openid stockbridge/api",
    }
    return str(exchange(http, "POST", f"{issuer.rstrip('/')}/token", data=form)["access_token"])


def exchange(http: httpx.Client, method: str, url: str, **more: Any) -> Document:
    """Raises Refused and NotReachable."""
    address = str(httpx.URL(url).copy_with(query=None))
    try:
        answer = http.request(method, url, **more)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotReachable(address, str(error) or type(error).__name__) from error
    try:
        document = answer.json()
    except ValueError:
        document = None
    if answer.is_success and isinstance(document, dict):
        return document
    told = document if isinstance(document, dict) else {"detail": answer.text[:300] or f"HTTP {answer.status_code}"}
    raise Refused({**told, "status": answer.status_code})
