"""Which ports the local system listens on. They stay the same from start to start: tokens and channels name them."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path

NAMES = ("front", "identity", "vtex", "marketplace")


def choose(port: int, remembered: Path) -> Mapping[str, int]:
    """`port` for the front, the three after it for the stand-ins. With 0, the last time's or other free ones."""
    if port:
        return {name: port + offset for offset, name in enumerate(NAMES)}
    last = json.loads(remembered.read_text(encoding="utf-8")) if remembered.exists() else {}
    if not (last.keys() >= set(NAMES) and all(_is_free(last[name]) for name in NAMES)):
        last = _free_ports()
    remembered.write_text(json.dumps(last), encoding="utf-8")
    return {name: int(last[name]) for name in NAMES}


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1. Raises OSError when the port is taken."""
    # With the protocol spelled out asyncio sets TCP_NODELAY; without it every answer would wait 40 ms for an ACK.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(512)
    except OSError:
        listening.close()
        raise
    return listening


def _is_free(port: int) -> bool:
    try:
        listen(port).close()
    except OSError:
        return False
    return True


def _free_ports() -> dict[str, int]:
    sockets = [listen(0) for _ in NAMES]  # all at once, so that they differ
    ports = {name: taken.getsockname()[1] for name, taken in zip(NAMES, sockets, strict=True)}
    for taken in sockets:
        taken.close()
    return ports
