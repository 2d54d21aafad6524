"""HTTP to the outside: one pool of connections, a deadline that holds, and the rule of egress.py.

The time-outs of HTTP clients are not deadlines: they start again with every byte, and a server that drips held
urllib3 and requests for 6 s with a time-out of 1 s. Here a watchdog shuts the connection when the time is over,
whatever the thread is blocked in.
"""

from __future__ import annotations

import heapq
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, Self

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import EmptyPoolError, HTTPError

from stockbridge.connectors import Response
from stockbridge.egress import is_public, url_problem
from stockbridge.errors import EgressRefused, NoAnswer, NotSent, TimedOut

MAX_BODY = 256 * 1024
_IDLE_S = 30.0  # a connection unused for longer may be dead without our knowing (a frozen function, a NAT)
_HEADERS = {"accept-encoding": "identity", "user-agent": "StockBridge"}
_REASONS = {
    "invalid_url": "the URL is not valid",
    "credentials_in_url": "the URL holds credentials",
    "not_https": "the URL is not https",
    "port_not_allowed": "the port is not 443",
    "private_address": "the address is not public",
}


class _Exchange:
    """One request and its answer: what the watchdog may shut, and only while it lasts.

    It holds a handle of its own to the connection: TLS takes the first one apart, http.client closes it early,
    and the number of a closed one may soon be another connection's.
    """

    def __init__(self, deadline_s: float, *, allow_private: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.ends_at = clock() + deadline_s
        self.allow_private = allow_private
        self.sent = False  # a byte of the request may have left
        self._shut = False
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None

    @property
    def remaining_s(self) -> float:
        return max(0.0, self.ends_at - self._clock())

    @property
    def over(self) -> bool:
        return self._shut or self.remaining_s == 0

    def hold(self, connection: socket.socket) -> None:
        with self._lock:
            if self._handle is None:
                self._handle = socket.fromfd(connection.fileno(), connection.family, connection.type)
            if self._shut:
                self._cut_off()

    def let_go(self) -> bool:
        """From here on the connection may be another's. Returns whether it was shut before."""
        with self._lock:
            if self._handle is not None:
                self._handle.close()
                self._handle = None
            return self._shut

    def shut(self) -> None:
        with self._lock:
            self._shut = True
            self._cut_off()

    def _cut_off(self) -> None:
        if self._handle is not None:
            with suppress(OSError):  # the other side was faster
                self._handle.shutdown(socket.SHUT_RDWR)


class _Watchdog:
    """One thread for all exchanges, asleep until the next deadline; it starts with the first one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._deadlines: list[tuple[float, int, _Exchange]] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def watch(self, exchange: _Exchange) -> None:
        with self._changed:
            heapq.heappush(self._deadlines, (exchange.ends_at, next(self._numbers), exchange))
            if self._thread is None or not self._thread.is_alive():  # not alive: in a forked child
                self._thread = threading.Thread(target=self._run, name="http-deadlines", daemon=True)
                self._thread.start()
            elif self._deadlines[0][2] is exchange:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                wait_s = self._deadlines[0][0] - self._clock() if self._deadlines else None
                if wait_s is None or wait_s > 0:
                    self._changed.wait(wait_s)
                    continue
                _, _, exchange = heapq.heappop(self._deadlines)
            exchange.shut()  # one that ended holds nothing any more


class _Current(threading.local):
    """The thread's exchange: urllib3 has no way to hand one to a connection."""

    exchange: _Exchange = _Exchange(0, allow_private=False)


_current = _Current()


class _Connection(HTTPConnection):
    """Resolves, checks and connects by itself, and tells the thread's exchange what it does."""

    _used_at = 0.0

    @property
    def is_connected(self) -> bool:
        return super().is_connected and time.monotonic() - self._used_at < _IDLE_S

    def _new_conn(self) -> socket.socket:
        exchange = _current.exchange
        addresses = _resolve(self._dns_host, self.port or self.default_port, exchange.remaining_s)
        if not exchange.allow_private and not all(is_public(str(address[4][0])) for address in addresses):
            raise EgressRefused(f"{self.host}: {_REASONS['private_address']}")
        return _connect(addresses, exchange)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._used_at = time.monotonic()
        if self.sock is not None:
            _current.exchange.hold(self.sock)
        super().request(*args, **kwargs)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _current.exchange.sent = True
        super().send(data)


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection

    def _put_conn(self, conn: Any) -> None:
        if _current.exchange.let_go() and conn is not None:  # before anybody else can take the connection
            conn.close()
        super()._put_conn(conn)


class _TlsPool(_Pool, urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class Transport:
    """`connectors.Http` over one pool: `pool_size` connections per host, shared by all threads.

    Without `allow_private` only https on port 443 to public addresses is called, and the connection is made to
    the address that was checked. Violations raise EgressRefused. `clock` is in seconds and never goes back.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        pool_size: int = 10,
        ssl_context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allow_private = allow_private
        self._clock = clock
        self._watchdog = _Watchdog(clock)
        self._pools = urllib3.PoolManager(
            num_pools=32,
            maxsize=pool_size,
            block=True,
            ssl_context=ssl_context or ssl.create_default_context(),
        )
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        """See `connectors.Http`. The body of the answer is cut at 256 KiB."""
        if (problem := url_problem(url, allow_private=self._allow_private)) is not None:
            raise EgressRefused(_REASONS[problem])
        exchange = _Exchange(deadline_s, allow_private=self._allow_private, clock=self._clock)
        _current.exchange = exchange
        self._watchdog.watch(exchange)
        try:
            answer = self._answer(method, url, headers, body, exchange)
        # ValueError: a method or a header that HTTP does not allow, or an answer that is not HTTP
        except (HTTPError, OSError, ValueError) as error:
            reason = _reason(error, exchange)
            if not exchange.sent:
                raise NotSent(reason) from error
            raise TimedOut(reason) if exchange.over else NoAnswer(reason) from error
        finally:
            shut = exchange.let_go()
        if shut:  # a connection that was shut looks like the end of the answer
            raise TimedOut("no complete answer before the deadline")
        return answer

    def close(self) -> None:
        self._pools.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, exchange: _Exchange
    ) -> Response:
        response = self._pools.request(
            method,
            url,
            headers=_HEADERS | _lower(headers),
            body=body,
            redirect=False,
            retries=False,
            preload_content=False,
            timeout=exchange.remaining_s,
            pool_timeout=exchange.remaining_s,
        )
        try:
            content = response.read(MAX_BODY + 1)
        finally:  # a connection whose answer was read to its end is in the pool by now; any other is closed first
            response.close()
            response.release_conn()
        return Response(response.status, _lower(response.headers), content[:MAX_BODY], cut=len(content) > MAX_BODY)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _resolve(host: str, port: int, within_s: float) -> list[Any]:
    """The addresses of a name. The system's resolver knows no deadline, so it is left behind when it is late."""
    answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look_up, name="http-resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=within_s)
    except queue.Empty:
        raise NotSent(f"{host}: the name was not resolved in time") from None
    if isinstance(answer, Exception):
        raise NotSent(f"{host}: the name does not resolve") from answer
    return answer


def _connect(addresses: list[Any], exchange: _Exchange) -> socket.socket:
    """To the first address that takes us, each being given its share of the time that is left."""
    failure: OSError = OSError("no address took the connection in time")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        if exchange.over:
            break
        connection = socket.socket(family, kind, protocol)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(exchange.remaining_s / (len(addresses) - tried) or 0.001)
            connection.connect(address)
            connection.settimeout(exchange.remaining_s or 0.001)  # 0 would mean "do not wait at all"
            exchange.hold(connection)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def _reason(error: Exception, exchange: _Exchange) -> str:
    """A short text without the URL, which may hold a secret."""
    if exchange.over:
        return "no complete answer before the deadline" if exchange.sent else "no connection before the deadline"
    if isinstance(error, EmptyPoolError):
        return "every connection to this host is in use"
    cause: BaseException = error
    while (earlier := cause.__cause__ or cause.__context__) is not None:
        cause = earlier
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {cause.verify_message}"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return type(cause).__name__
