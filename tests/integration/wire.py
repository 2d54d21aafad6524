"""Servers on real sockets that behave as a test says, byte by byte."""

from __future__ import annotations

import re
import select
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LONG_S = 20.0
BOUND_S = 8.0  # far above any deadline used here, far below how long the servers would go on

Behave = Callable[[socket.socket, bytes], None]

# Answers to drip: what is sent at once, and what follows byte by byte. Nothing in them makes a client give up.
DRIPPED = {
    "headers": (b"", b"HTTP/1.1 200 OK\r\n" + (b"X-Slow: " + b"a" * 90 + b"\r\n") * 90),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"x" * 9000),
    "body without a length": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x" * 9000),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 2000),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 400),
}


def _read_request(connection: socket.socket) -> bytes:
    """One request with its body, or nothing when the client hangs up."""
    request = b""
    while part := connection.recv(65536):
        request += part
        head, end, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and len(body) >= (int(length[1]) if length else 0):
            return request
        if request.startswith(b"\x16"):  # TLS, to a server that has none: any bytes will do
            return request
    return b""


class Server:
    """One thread per connection; each request goes to `behave`."""

    def __init__(self, behave: Behave, tls: ssl.SSLContext | None = None) -> None:
        self.behave = behave
        self.tls = tls
        self.connections = 0
        self.requests: list[bytes] = []
        self.shut_by_client = threading.Event()
        self._accepted: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        for opened in (self._listener, *self._accepted):
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(BOUND_S)

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(raw,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        with suppress(OSError), raw:
            connection = self.tls.wrap_socket(raw, server_side=True) if self.tls else raw
            self._accepted.append(connection)
            with connection:
                connection.settimeout(LONG_S)
                while request := _read_request(connection):
                    self.requests.append(request)
                    self.behave(connection, request)

    def drip(self, connection: socket.socket, data: bytes, every_s: float = 0.02) -> None:
        """Byte by byte, until the client hangs up."""
        for position in range(len(data)):
            readable, _, _ = select.select([connection], [], [], every_s)
            if readable:
                self.shut_by_client.set()
                connection.close()
                return
            try:
                connection.send(data[position : position + 1])
            except OSError:
                self.shut_by_client.set()
                raise
