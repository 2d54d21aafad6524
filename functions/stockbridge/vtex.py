"""Reading balances at VTEX, by one of two ways that a channel chooses.

simulation  one call for many SKUs: what the affiliate's trade policy may sell now. It says nothing of warehouses.
logistics   one call per SKU, some at a time: exact units per warehouse. It knows nothing of trade policies.

VTEX does not disclose its limits; it asks callers to stop when it answers 429. So the first answer of that kind, the
first time-out and the first refused key end a whole read: what was not read until then is unreadable for now.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from stockbridge.balances import NOT_LISTED, Reading, Readings, read_inventory, read_simulation
from stockbridge.channels import Channel, Strategy
from stockbridge.connectors import Http, Response
from stockbridge.errors import EgressRefused, MissingSecret, TransportError, Unavailable, VtexUnavailable
from stockbridge.redaction import redacted, shortened
from stockbridge.retry_after import retry_after_s

__all__ = ["Reading", "Readings", "Vtex"]

AT_ONCE = 8  # inventory calls
TOO_MANY_ITEMS = b"CHK0062"  # "Max allowed items exceeded: {0}"; the number is not documented
MAX_SPLITS = 12  # finds one SKU of 50 that VTEX cannot read, and does not hammer when it is the whole call


class ReadSecret(Protocol):
    def __call__(self, name: str, fresh: bool = False, /) -> Mapping[str, str]:
        """Raises MissingSecret and Unavailable."""


class Vtex:
    """Safe to share between threads. `deadline_s` is for one call, `budget_s` for one read of any number of SKUs.

    `timer` is monotonic, `clock` since the epoch, both in seconds.
    """

    def __init__(
        self,
        http: Http,
        secrets: ReadSecret,
        *,
        deadline_s: float = 5.0,
        budget_s: float = 25.0,
        timer: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._http = http
        self._secrets = secrets
        self._deadline_s = deadline_s
        self._budget_s = budget_s
        self._timer = timer
        self._clock = clock
        self._most_items: dict[str, int] = {}  # by host: what CHK0062 taught us
        self._pauses: dict[str, tuple[float, VtexUnavailable]] = {}  # by host: until when VTEX wants to be left alone

    def read(self, channel: Channel, skus: Sequence[str]) -> Readings:
        """The balances of `skus`, which may repeat. Never raises for what VTEX does."""
        asked = list(dict.fromkeys(skus))
        try:
            session = self._session(channel)
        except VtexUnavailable as problem:
            return Readings({}, dict.fromkeys(asked, problem))
        if channel.vtex.strategy is Strategy.SIMULATION:
            readings = self._simulated(session, channel, asked)
        else:
            readings = _counted(session, channel, asked)
        self._remember(session)
        return readings

    def _session(self, channel: Channel) -> _Session:
        host = channel.vtex.base_url.rstrip("/")
        until, problem = self._pauses.get(host, (0.0, None))
        if problem is not None and until > self._timer():
            raise VtexUnavailable(problem.reason, until - self._timer(), cause=problem.cause)
        return _Session(
            host,
            _Key(self._secrets, channel.vtex.secret),
            self._http,
            self._deadline_s,
            self._timer() + self._budget_s,
            self._timer,
            self._clock,
        )

    def _remember(self, session: _Session) -> None:
        ended = session.ended
        if ended is not None and ended.retry_after_s is not None:
            self._pauses[session.host] = (self._timer() + ended.retry_after_s, ended)

    def _simulated(self, session: _Session, channel: Channel, asked: Sequence[str]) -> Readings:
        size = max(1, min(channel.vtex.chunk, self._most_items.get(session.host, channel.vtex.chunk)))
        waiting = deque(asked[start : start + size] for start in range(0, len(asked), size))
        found: dict[str, Reading] = {}
        unreadable: dict[str, VtexUnavailable] = {}
        splits = 0
        while waiting:
            chunk = waiting.popleft()
            try:
                answer = session.simulate(channel, chunk)
                too_many = answer.cut or TOO_MANY_ITEMS in answer.body
                half = len(chunk) // 2
                if half and (too_many or (answer.status == 400 and splits < MAX_SPLITS)):
                    if too_many:
                        self._most_items[session.host] = half
                    else:  # one of them may be what VTEX cannot read
                        splits += 1
                    waiting.extendleft((chunk[half:], chunk[:half]))
                    continue
                readings = read_simulation(chunk, session.document(answer))
            except VtexUnavailable as problem:
                unreadable |= dict.fromkeys(chunk, problem)
            else:
                found |= readings.found
                unreadable |= readings.unreadable
        return Readings(found, unreadable)


def _counted(session: _Session, channel: Channel, asked: Sequence[str]) -> Readings:
    def count(sku: str) -> Reading | VtexUnavailable:
        try:
            answer = session.inventory(sku)
            # VTEX's API answers JSON; a page in HTML would be another server's, which knows nothing of stock
            if answer.status == 404 and "html" not in answer.headers.get("content-type", ""):
                return NOT_LISTED
            return read_inventory(sku, session.document(answer), channel.vtex.warehouses)
        except VtexUnavailable as problem:
            return problem

    if not asked:
        return Readings({}, {})
    with ThreadPoolExecutor(min(AT_ONCE, len(asked)), thread_name_prefix="vtex") as threads:
        results = dict(zip(asked, threads.map(count, asked), strict=True))
    return Readings(
        {sku: result for sku, result in results.items() if isinstance(result, Reading)},
        {sku: result for sku, result in results.items() if isinstance(result, VtexUnavailable)},
    )


class _Key:
    """The channel's key at VTEX, read again once when VTEX refuses it: it may have been rotated."""

    def __init__(self, secrets: ReadSecret, name: str) -> None:
        self._secrets = secrets
        self._name = name
        self._lock = Lock()
        self._renewed = False
        self._headers: Mapping[str, str] | None = None

    def headers(self) -> Mapping[str, str]:
        with self._lock:
            if self._headers is None:
                self._headers = self._read(fresh=False)
            return self._headers

    def other_than(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """Another key than the refused one, if there is any."""
        with self._lock:
            if not self._renewed:
                self._renewed = True
                self._headers = self._read(fresh=True)
            return self._headers if self._headers != refused else None

    def _read(self, *, fresh: bool) -> Mapping[str, str]:
        try:
            secret = self._secrets(self._name, fresh)
            return {"x-vtex-api-appkey": secret["app_key"], "x-vtex-api-apptoken": secret["app_token"]}
        except MissingSecret as error:
            raise VtexUnavailable(str(error), cause="configuration") from error
        except KeyError as error:
            raise VtexUnavailable(f"the secret {self._name} has no {error}", cause="configuration") from error
        except Unavailable as error:
            raise VtexUnavailable(f"the secret {self._name} could not be read") from error


class _Session:
    """One read's calls: the same key, one budget, and an end for all at the first sign that VTEX wants none."""

    def __init__(
        self,
        host: str,
        key: _Key,
        http: Http,
        deadline_s: float,
        ends_at: float,
        timer: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self.host = host
        self.ended: VtexUnavailable | None = None
        self._key = key
        self._http = http
        self._deadline_s = deadline_s
        self._ends_at = ends_at
        self._timer = timer
        self._clock = clock

    def simulate(self, channel: Channel, skus: Sequence[str]) -> Response:
        """What the affiliate's trade policy may sell, without a postal code: shipping does not matter here."""
        query = urlencode({"sc": channel.vtex.trade_policy, "affiliateId": channel.affiliate})
        items = [{"id": sku, "quantity": 1, "seller": channel.vtex.seller} for sku in skus]
        return self._call("POST", f"/api/fulfillment/pvt/orderForms/simulation?{query}", {"items": items})

    def inventory(self, sku: str) -> Response:
        return self._call("GET", f"/api/logistics/pvt/inventory/skus/{quote(sku, safe='')}", None)

    def document(self, answer: Response) -> Any:
        """The JSON of a good answer. Raises VtexUnavailable."""
        if answer.cut:
            raise VtexUnavailable("VTEX answered more than can be read")
        if answer.status != 200:
            raise self._problem(answer)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise VtexUnavailable("VTEX answered something else than JSON") from None

    def _call(self, method: str, path: str, document: Any) -> Response:
        """An answer about the request itself. Raises VtexUnavailable when there is none, and from then on: the next
        call would fare no better."""
        if self.ended is not None:
            raise self.ended
        try:
            key = self._key.headers()
            answer = self._exchange(method, path, document, key)
            if answer.status == 401 and (other := self._key.other_than(key)) is not None:
                answer = self._exchange(method, path, document, other)
            if answer.status in (401, 403, 429, 503):
                raise self._problem(answer)
        except VtexUnavailable as problem:
            self.ended = self.ended or problem
            raise
        return answer

    def _exchange(self, method: str, path: str, document: Any, key: Mapping[str, str]) -> Response:
        remaining_s = self._ends_at - self._timer()
        if remaining_s <= 0:
            raise VtexUnavailable("no time was left to ask VTEX")
        headers = {"accept": "application/json", **key}
        body = None
        if document is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(document, separators=(",", ":")).encode()
        try:
            return self._http.request(
                method, self.host + path, headers=headers, body=body, deadline_s=min(self._deadline_s, remaining_s)
            )
        except EgressRefused as error:
            raise VtexUnavailable(str(error), cause="configuration") from error
        except TransportError as error:
            raise VtexUnavailable(str(error)) from error

    def _problem(self, answer: Response) -> VtexUnavailable:
        said = shortened(redacted(answer.body.decode("utf-8", "replace"), list(self._key.headers().values())), 200)
        return VtexUnavailable(
            f"VTEX answered {answer.status}" + (f": {said}" if said else ""),
            retry_after_s(answer.headers, self._clock()),
            cause="vtex_auth" if answer.status in (401, 403) else "vtex_unavailable",
        )
