"""A stand-in on a real socket of 127.0.0.1, as the functions meet it, under a path prefix as it is mounted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import IPPROTO_TCP, TCP_NODELAY, create_server

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from local.standins.misbehaving import OpenWire

_START_S = 10.0


@contextmanager
def served(app: Starlette, prefix: str) -> Iterator[str]:
    """The address of the running application, prefix included."""
    listener = create_server(("127.0.0.1", 0))
    listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    config = uvicorn.Config(
        Starlette(routes=[Mount(prefix, app=app)]),
        http=OpenWire,
        ws="none",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        deadline = time.monotonic() + _START_S
        while not server.started:
            assert thread.is_alive(), "the stand-in did not start"
            assert time.monotonic() < deadline, "the stand-in did not start in time"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{prefix}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
