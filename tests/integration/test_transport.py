"""The transport against servers that behave badly, over real sockets."""

from __future__ import annotations

import datetime
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from stockbridge import transport as transport_module
from stockbridge.connectors import Response
from stockbridge.errors import EgressRefused, NoAnswer, NotSent, TimedOut
from stockbridge.transport import MAX_BODY, Transport
from tests.integration.wire import BOUND_S, DRIPPED, LONG_S, OK, Behave

SHORT_S = 0.3


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport(allow_private=True, pool_size=1) as transport:
        yield transport


def get(transport: Transport, url: str, deadline_s: float = LONG_S, **headers: str) -> Response:
    return transport.request("GET", url, headers=headers, body=None, deadline_s=deadline_s)


def raises_in_time(expected: type[Exception], call: Callable[[], object]) -> Exception:
    started = time.monotonic()
    with pytest.raises(expected) as raised:
        call()
    assert time.monotonic() - started < BOUND_S
    return raised.value


def test_an_answer_comes_back_with_lower_case_headers(transport, serve) -> None:
    server = serve(
        lambda connection, request: connection.sendall(
            b"HTTP/1.1 201 Created\r\nX-Request-ID: 7\r\nContent-Length: 4\r\n\r\nmade"
        )
    )
    answer = transport.request("PUT", f"{server.url}/a?b=c", headers={"X-Key": "k"}, body=b'{"n":1}', deadline_s=LONG_S)
    assert (answer.status, answer.headers["x-request-id"], answer.body, answer.cut) == (201, "7", b"made", False)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"PUT /a?b=c HTTP/1.1\r\n")
    assert b"x-key: k" in head
    assert b"user-agent: StockBridge" in head
    assert body == b'{"n":1}'


def test_a_redirect_is_an_answer_and_is_not_followed(transport, serve) -> None:
    server = serve(
        lambda connection, request: connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
        )
    )
    assert get(transport, server.url).status == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize(("start", "rest"), DRIPPED.values(), ids=DRIPPED)
def test_a_server_that_drips_is_shut_at_the_deadline(transport, serve, start: bytes, rest: bytes) -> None:
    def drip(connection: socket.socket, request: bytes) -> None:
        connection.sendall(start)
        server.drip(connection, rest)

    server = serve(drip)
    raises_in_time(TimedOut, lambda: get(transport, server.url, SHORT_S))
    assert server.shut_by_client.wait(BOUND_S)


def test_a_deadline_holds_in_every_thread(serve) -> None:
    server = serve(lambda connection, request: server.drip(connection, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9000))
    errors: list[Exception] = []
    with Transport(allow_private=True, pool_size=8) as transport:
        threads = [
            threading.Thread(
                target=lambda: errors.append(raises_in_time(TimedOut, lambda: get(transport, server.url, SHORT_S)))
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(BOUND_S)
    assert len(errors) == 8


def test_a_server_that_says_nothing_is_left_at_the_deadline(transport, serve) -> None:
    server = serve(lambda connection, request: None)
    raises_in_time(TimedOut, lambda: get(transport, server.url, SHORT_S))


def test_a_connection_lost_after_the_request_leaves_the_effect_unknown(transport, serve) -> None:
    def reset(connection: socket.socket, request: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.close()

    error = raises_in_time(NoAnswer, lambda: get(transport, serve(reset).url))
    assert not isinstance(error, TimedOut)
    assert "reset" in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
        b"nonsense\r\n\r\n",
    ],
)
def test_an_answer_that_cannot_be_read_is_no_answer(transport, serve, answer: bytes) -> None:
    def send(connection: socket.socket, request: bytes) -> None:
        connection.sendall(answer)
        connection.close()

    raises_in_time(NoAnswer, lambda: get(transport, serve(send).url))


def test_nothing_was_sent_when_the_connection_is_refused(transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = raises_in_time(NotSent, lambda: get(transport, f"http://127.0.0.1:{port}"))
    assert str(error) == "connection refused"


def test_nothing_was_sent_when_the_pool_is_exhausted(transport, serve) -> None:
    begun, leave = threading.Event(), threading.Event()

    def behave(connection: socket.socket, request: bytes) -> None:
        begun.set()
        leave.wait(LONG_S)
        connection.sendall(OK)

    server = serve(behave)
    answers: list[Response] = []
    thread = threading.Thread(target=lambda: answers.append(get(transport, server.url)))
    thread.start()
    assert begun.wait(BOUND_S)
    raises_in_time(NotSent, lambda: get(transport, server.url, SHORT_S))
    leave.set()
    thread.join(BOUND_S)
    assert answers[0].status == 200
    assert len(server.requests) == 1


def test_nothing_was_sent_when_a_header_is_not_allowed(transport, serve) -> None:
    server = serve()
    raises_in_time(NotSent, lambda: get(transport, server.url, evil="a\r\nX-Injected: b"))
    assert server.requests == []


def test_a_failed_exchange_gives_its_place_in_the_pool_back(transport, serve) -> None:
    behaviours: list[Behave] = [
        lambda connection, request: server.drip(connection, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9000),
        lambda connection, request: connection.close(),
        lambda connection, request: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MAX_BODY + 70_000)),
        lambda connection, request: connection.sendall(OK),
    ]

    def behave(connection: socket.socket, request: bytes) -> None:
        behaviours.pop(0)(connection, request)

    server = serve(behave)
    raises_in_time(TimedOut, lambda: get(transport, server.url, SHORT_S))
    raises_in_time(NoAnswer, lambda: get(transport, server.url))
    assert get(transport, server.url).cut
    assert get(transport, server.url).body == b"ok"


def test_a_body_past_the_limit_is_cut_and_still_an_answer(transport, serve) -> None:
    size = MAX_BODY + 1
    server = serve(
        lambda connection, request: connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
        )
    )
    answer = get(transport, server.url)
    assert (answer.status, len(answer.body), answer.cut) == (200, MAX_BODY, True)


def test_a_compressed_answer_is_read_although_none_was_asked_for(transport, serve) -> None:
    body = gzip.compress(b"x" * (MAX_BODY * 40))  # a small answer that grows
    server = serve(
        lambda connection, request: connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
    )
    answer = get(transport, server.url)
    assert (len(answer.body), answer.cut) == (MAX_BODY, True)
    assert b"accept-encoding: identity" in server.requests[0]


def test_a_connection_is_reused(transport, serve) -> None:
    server = serve()
    for _ in range(3):
        assert get(transport, server.url).body == b"ok"
    assert server.connections == 1


def test_an_old_deadline_never_shuts_a_connection_that_is_reused(transport, serve) -> None:
    def behave(connection: socket.socket, request: bytes) -> None:
        if b"GET /slow" in request:
            time.sleep(3 * SHORT_S)  # past the first request's deadline
        connection.sendall(OK)

    server = serve(behave)
    assert get(transport, server.url, SHORT_S).body == b"ok"
    assert get(transport, f"{server.url}/slow", LONG_S).body == b"ok"
    assert server.connections == 1


def test_a_connection_belongs_to_nobody_when_it_goes_back_to_the_pool(transport, serve, monkeypatch) -> None:
    held: list[bool] = []
    put_back = urllib3.HTTPConnectionPool._put_conn

    def spy(pool: Any, connection: Any) -> None:
        held.append(transport_module._current.exchange._handle is not None)
        put_back(pool, connection)

    monkeypatch.setattr(urllib3.HTTPConnectionPool, "_put_conn", spy)
    get(transport, serve().url)
    assert held == [False]


def test_a_connection_made_too_late_is_shut_at_once() -> None:
    exchange = transport_module._Exchange(LONG_S, allow_private=True)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        exchange.shut()
        exchange.hold(ours)
        theirs.settimeout(BOUND_S)
        assert theirs.recv(1) == b""
        assert exchange.let_go()


def test_a_reused_connection_has_a_deadline_too(transport, serve) -> None:
    def behave(connection: socket.socket, request: bytes) -> None:
        if b"GET /slow" in request:
            server.drip(connection, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9000)
        else:
            connection.sendall(OK)

    server = serve(behave)
    assert get(transport, server.url).body == b"ok"
    raises_in_time(TimedOut, lambda: get(transport, f"{server.url}/slow", SHORT_S))
    assert server.connections == 1


def test_the_connection_is_made_to_the_address_that_was_checked(transport, serve, monkeypatch) -> None:
    server = serve()
    asked: list[str] = []

    def resolve(host: str, port: int, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert get(transport, f"http://market.example:{server.port}/").body == b"ok"
    assert asked == ["market.example"]
    assert b"Host: market.example:" in server.requests[0]


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.215.14", "169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"]]
)
def test_a_name_that_resolves_to_a_private_address_is_refused(monkeypatch, addresses: list[str]) -> None:
    def resolve(host: str, port: int, **kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it must not connect"))
    with Transport(allow_private=False) as transport:
        raises_in_time(EgressRefused, lambda: get(transport, "https://market.example/"))


def test_a_local_address_is_refused_before_anything_is_resolved(serve) -> None:
    server = serve()
    with Transport(allow_private=False) as transport:
        raises_in_time(EgressRefused, lambda: get(transport, server.url))
        raises_in_time(EgressRefused, lambda: get(transport, "https://127.0.0.1/"))
    assert server.connections == 0


def test_a_resolver_that_hangs_is_left_behind(transport, monkeypatch) -> None:
    leave = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: leave.wait(LONG_S) and [])
    raises_in_time(NotSent, lambda: get(transport, "http://market.example/", SHORT_S))
    leave.set()


def test_a_name_that_does_not_resolve_is_not_sent(transport, monkeypatch) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    error = raises_in_time(NotSent, lambda: get(transport, "http://market.example/"))
    assert str(error) == "market.example: the name does not resolve"


def test_an_error_never_repeats_the_url(transport) -> None:
    error = raises_in_time(NotSent, lambda: get(transport, "http://[bad?key=canary"))
    assert "canary" not in str(error)
    error = raises_in_time(NotSent, lambda: get(transport, "http://127.0.0.1:1/?key=canary"))
    assert "canary" not in str(error)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A key and a certificate for `localhost` that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def tls_transport(certificate: Path) -> Iterator[Transport]:
    with Transport(allow_private=True, ssl_context=ssl.create_default_context(cafile=str(certificate))) as transport:
        yield transport


def test_tls_is_checked_for_the_name_and_reused(tls_transport, serve, server_tls) -> None:
    server = serve(tls=server_tls)
    url = f"https://localhost:{server.port}/"
    assert get(tls_transport, url).body == b"ok"
    assert get(tls_transport, url).body == b"ok"
    assert server.connections == 1


def test_nothing_was_sent_to_a_server_with_the_wrong_certificate(tls_transport, serve, server_tls) -> None:
    server = serve(tls=server_tls)
    error = raises_in_time(NotSent, lambda: get(tls_transport, f"https://127.0.0.1:{server.port}/"))
    assert "certificate" in str(error)
    assert server.requests == []


def test_a_tls_answer_that_drips_is_shut_at_the_deadline(tls_transport, serve, server_tls) -> None:
    server = serve(
        lambda connection, request: server.drip(connection, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 9000), server_tls
    )
    raises_in_time(TimedOut, lambda: get(tls_transport, f"https://localhost:{server.port}/", SHORT_S))
    assert server.shut_by_client.wait(BOUND_S)


def test_a_tls_handshake_that_drips_is_shut_at_the_deadline(tls_transport, serve) -> None:
    record = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"  # the start of a long ServerHello
    server = serve(lambda connection, request: server.drip(connection, record + b"\x03" * 9000))
    raises_in_time(NotSent, lambda: get(tls_transport, f"https://localhost:{server.port}/", SHORT_S))
    assert server.shut_by_client.wait(BOUND_S)
