"""One Lambda execution environment: a process under the real awslambdaric, and the Runtime API that it talks to.

The API is the public one (2018-06-01), on a port of its own, so that whoever speaks on it is known.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from signal import SIGKILL, Signals

from local import children
from local.names import CREDENTIALS, REGION
from local.wiring import Function

INIT_LIMIT_S = 60.0  # Lambda gives 10 s; a busy laptop needs more
PAYLOAD_LIMIT = 6 * 1024 * 1024  # bytes, of an event and of an answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Invoke would answer. `error` is None, or the error's type; the payload is then Lambda's error object."""

    payload: bytes
    error: str | None = None


@dataclass(eq=False, slots=True)
class Invocation:
    event: bytes
    outcome: asyncio.Future[Outcome]
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    arrived: float = field(default_factory=time.monotonic)
    began: float | None = None  # when an environment took it

    def end(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)

    def fail(self, error: str, message: str) -> None:
        document = {"errorType": error, "errorMessage": f"RequestId: {self.request_id} Error: {message}"}
        self.end(Outcome(json.dumps(document).encode(), error))


class Environment:
    """Runs one invocation at a time. `idle` is called whenever it can take one; `run` returns when it is over."""

    def __init__(
        self, function: Function, endpoint_url: str, log: logging.Logger, idle: Callable[[Environment], None]
    ) -> None:
        self._function = function
        self._endpoint_url = endpoint_url
        self._log = log
        self._idle = idle
        self._next: asyncio.Future[Invocation] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._process: children.Process | None = None
        self.current: Invocation | None = None
        self.initialized = False
        self.init_error: Outcome | None = None
        self.last_used = time.monotonic()

    async def run(self) -> None:
        """Start, serve, end. An invocation that was running when the process ended has failed."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=2 * PAYLOAD_LIMIT)
        async with server:
            reading, writing = os.pipe()
            try:
                self._process = await children.start(
                    "awslambdaric",
                    [self._function.handler],
                    environment=self._variables(server.sockets[0].getsockname()[1]),
                    output=writing,
                    directory=self._function.task_root,
                    orphaned=SIGKILL,
                )
            finally:
                os.close(writing)
            output = asyncio.create_task(self._copy_output(reading))
            self._timer = asyncio.get_running_loop().call_later(INIT_LIMIT_S, self.kill)
            try:
                code = await self._process.wait()
            finally:
                self.kill()
                await asyncio.wait([output], timeout=1.0)
                output.cancel()
                self._timer.cancel()
                if self._next:
                    self._next.cancel()
        self._over(code)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def assign(self, invocation: Invocation) -> None:
        """Only after it called `idle`, and once."""
        assert self._next is not None
        self.current = invocation
        invocation.began = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(self._function.timeout_s, self._time_out)
        self._next.set_result(invocation)

    def kill(self) -> None:
        if self._process:
            children.kill(self._process)

    def _over(self, code: int) -> None:
        status = f"signal: {Signals(-code).name}" if code < 0 else f"exit status {code}"
        if self.current:
            self.current.fail("Runtime.ExitError", f"Runtime exited with error: {status}")
        elif not self.initialized and self.init_error is None:
            document = {"errorType": "Runtime.ExitError", "errorMessage": f"Runtime exited during init: {status}"}
            self.init_error = Outcome(json.dumps(document).encode(), "Runtime.ExitError")

    def _time_out(self) -> None:
        assert self.current is not None
        self._say(f"Task timed out after {self._function.timeout_s:.2f} seconds")
        self.current.fail("Sandbox.Timedout", f"Task timed out after {self._function.timeout_s:.2f} seconds")
        self.current = None
        self.kill()

    def _say(self, line: str) -> None:
        self._log.info("%s %s", self._function.logical_id, line)

    async def _copy_output(self, reading: int) -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        with os.fdopen(reading, "rb") as pipe:
            transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
            rest = b""
            try:
                while chunk := await reader.read(65536):
                    *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
                    for line in filter(None, lines):
                        self._say(line.decode("utf-8", "replace"))
                if rest:
                    self._say(rest.decode("utf-8", "replace"))
            finally:
                transport.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """HTTP/1.1 as awslambdaric's two clients speak it: Content-Length, keep-alive, nothing else."""
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, path, _ = head[0].split(" ", 2)
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, fields, answer = await self._answer(method, path, body)
                lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(answer)}", "Content-Type: application/json"]
                lines += [f"{name}: {value}" for name, value in fields.items()]
                writer.write("\r\n".join([*lines, "\r\n"]).encode("latin-1") + answer)
                await writer.drain()
        writer.close()

    async def _answer(self, method: str, path: str, body: bytes) -> tuple[str, Mapping[str, str], bytes]:
        match (method, *path.removeprefix("/2018-06-01/runtime/").split("/")):
            case ("GET", "invocation", "next"):
                invocation = await self._take()
                return "200 OK", self._headers(invocation), invocation.event
            case ("POST", "init", "error"):
                self.init_error = Outcome(body, "Runtime.InitError")
                return "202 Accepted", {}, b'{"status":"OK"}'
            case ("POST", "invocation", request_id, "response" | "error" as kind):
                if self.current is None or self.current.request_id != request_id:
                    return "400 Bad Request", {}, b'{"errorType":"InvalidRequestID"}'
                if len(body) > PAYLOAD_LIMIT:
                    self._finish(Outcome(b'{"errorType":"Function.ResponseSizeTooLarge"}', "ResponseSizeTooLarge"))
                    return "413 Payload Too Large", {}, b'{"errorType":"RequestEntityTooLarge"}'
                self._finish(Outcome(body, "Unhandled" if kind == "error" else None))
                return "202 Accepted", {}, b'{"status":"OK"}'
        return "404 Not Found", {}, b"{}"

    async def _take(self) -> Invocation:
        if self._timer:
            self._timer.cancel()
        self.initialized = True
        self._next = asyncio.get_running_loop().create_future()
        self.last_used = time.monotonic()
        self._idle(self)
        return await self._next

    def _finish(self, outcome: Outcome) -> None:
        assert self.current is not None
        if self._timer:
            self._timer.cancel()
        self.current.end(outcome)
        self.current = None

    def _headers(self, invocation: Invocation) -> Mapping[str, str]:
        deadline_ms = int((time.time() + self._function.timeout_s) * 1000)
        trace = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0"
        return {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self._function.arn,
            "Lambda-Runtime-Trace-Id": trace,
        }

    def _variables(self, port: int) -> Mapping[str, str]:
        """Lambda's own variables and the function's; nothing of the user's environment, least of all credentials."""
        function = self._function
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": str(function.task_root),
            "LAMBDA_TASK_ROOT": str(function.task_root),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}",
            **_log_variables(function.json_log_level),
            "_HANDLER": function.handler,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._endpoint_url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **CREDENTIALS,
            **function.environment,
        }


def _log_variables(json_log_level: str | None) -> Mapping[str, str]:
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": json_log_level} if json_log_level else {}
