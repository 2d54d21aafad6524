"""The emulator process: MiniStack, and snapshots of it that a kill -9 leaves intact.

    python -m local.snapshots LISTENING_FD FOLDER

MiniStack itself saves only when it is asked to stop. Here the process is forked, as Redis does for its own snapshots:
the copy holds every table and queue as of one instant, between two requests, and writes them to disk while the server
goes on serving. FOLDER/current is a link to the newest complete snapshot; it moves in one step, so tables and queues
never come back from different moments. What a kill -9 of this process loses is what came after the last fork: some
`PAUSE_S`, or `REST` times what a snapshot takes when that is longer.

The private names of MiniStack used here are held in place by its exact pin in pyproject.toml.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

PAUSE_S = 1.0  # between snapshots, at least
REST = 10  # and at least this many times what the last one took: a tenth of one core, however large the state
LIMIT_S = 120.0  # a copy that is not done by then hangs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_READS = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet", "ReceiveMessage")

log = logging.getLogger("snapshots")


class Snapshots:
    """Takes a snapshot soon after each change, in a forked copy of this process."""

    def __init__(self, folder: Path, write: Callable[[Path], None]) -> None:
        self._folder = folder
        self._write = write
        self._changed = asyncio.Event()

    def changed(self) -> None:
        self._changed.set()

    async def run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            began = time.monotonic()
            child = _fork(lambda: self._write(self._folder))
            stalled_s = time.monotonic() - began
            status = await _finished(child)
            took_s = time.monotonic() - began
            if status != 0:
                log.error("snapshot failed with status %d; the one before stays", status)
                self._changed.set()
            log.debug("snapshot took %.3f s, of which the server stood still %.4f s", took_s, stalled_s)
            await asyncio.sleep(max(PAUSE_S, REST * took_s))


def _fork(work: Callable[[], None]) -> int:
    """The pid of a copy of this process that does the work and exits with 0, or 1 when it failed."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)  # the pipe to the server's event loop is shared with it
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.closerange(3, 4096)  # its sockets
        os.nice(10)
        gc.disable()  # a collection would touch, and so copy, every page
        setattr(copy, "deepcopy", lambda value: value)  # noqa: B010 - mypy; this whole process is the copy
        work()
        status = 0
    except BaseException as error:  # noqa: BLE001 - this process ends here, whatever it was
        os.write(2, f"snapshot: {error!r}\n".encode())
    finally:
        os._exit(status)


async def _finished(child: int) -> int:
    waiting = asyncio.create_task(asyncio.to_thread(os.waitpid, child, 0))
    try:
        await asyncio.wait_for(asyncio.shield(waiting), LIMIT_S)
    except TimeoutError:
        os.kill(child, signal.SIGKILL)
    finally:
        _, status = await waiting  # also when this task is cancelled: the copy writes into the same folder
    return os.waitstatus_to_exitcode(status)


def write(folder: Path) -> None:
    """Save the state of MiniStack's services as FOLDER/current, or leave that as it was."""
    from ministack import app  # type: ignore[import-untyped]  # ships no types
    from ministack.core import persistence  # type: ignore[import-untyped]  # ships no types

    current = folder / "current"
    fresh = folder / str(time.time_ns())
    fresh.mkdir(parents=True)
    saved = app._build_persistence_save_dict()
    for service in os.environ["SERVICES"].split(","):
        state = saved[service]() if service in saved else None
        if state is not None:
            wrapped = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
            _write_file(fresh / f"{service}.json", json.dumps(wrapped, default=persistence._json_default))
        elif (current / f"{service}.json").exists():  # not loaded in this run: what was saved stays
            os.link(current / f"{service}.json", fresh / f"{service}.json")
    link = folder / "next"
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name)
    link.replace(current)
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink() and old != fresh:
            shutil.rmtree(old)


def _write_file(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def release_messages_in_flight() -> None:
    """Whoever had received them died with the last run: without this they would wait for their visibility timeout."""
    from ministack.services import sqs  # type: ignore[import-untyped]  # ships no types

    now = time.time()
    for queue in sqs._queues.all_values():
        for message in queue["messages"]:
            if message["receive_count"] > 0:
                message["visible_at"] = min(message["visible_at"], now)


def watched(application: Application, snapshots: Snapshots) -> Application:
    """Reports requests that may change something, and refuses what a web page sends: the emulator has no passwords."""

    async def watch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await application(scope, receive, send)
        headers = dict(scope["headers"])
        if b"origin" in headers:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            return await send({"type": "http.response.body", "body": b""})
        await application(scope, receive, send)
        action = headers.get(b"x-amz-target", b"").decode("latin-1").rpartition(".")[2]
        if scope["method"] != "GET" and not action.startswith(_READS):
            snapshots.changed()
        return None

    return watch


async def main(listening: int, folder: Path) -> None:
    from ministack import app

    load = app._load_persisted_state

    def load_and_release() -> None:
        load()
        release_messages_in_flight()

    app._load_persisted_state = load_and_release
    app.save_all = lambda _: write(folder)  # at a clean stop
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    snapshots = Snapshots(folder, write)
    taking = asyncio.create_task(snapshots.run())

    async def stopped() -> None:
        await stop.wait()
        taking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await taking
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # that long polls are cut off now is no error

    config = Config()
    config.bind = [f"fd://{listening}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.2  # long polls would use all of it
    config.loglevel = os.environ["LOG_LEVEL"]
    await serve(watched(app.app, snapshots), config, shutdown_trigger=stopped)  # type: ignore[arg-type]  # ASGI


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
