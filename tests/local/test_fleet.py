"""Functions in real environments: a process under awslambdaric each."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from local.fleet import Fleet
from local.logs import close_log, open_log
from local.wiring import Function

HANDLER = """
import json, logging, os, subprocess, sys, time
from pathlib import Path

print("loaded")

def handler(event, context):
    print("at work", event.get("do"))
    match event.get("do"):
        case "raise":
            raise ValueError("no")
        case "exit":
            os._exit(3)
        case "sleep":
            time.sleep(event["s"])
        case "spin":
            while True:
                pass
        case "big":
            return "x" * (7 * 1024 * 1024)
        case "describe":
            return {
                "environment": dict(os.environ), "directory": os.getcwd(), "path": sys.path,
                "remaining_ms": context.get_remaining_time_in_millis(), "name": context.function_name,
                "memory": context.memory_limit_in_mb, "arn": context.invoked_function_arn,
            }
    return {"pid": os.getpid(), "event": event}
"""


def run(
    tmp_path: Path,
    use: Callable[[Fleet], Awaitable[Any]],
    handler: str = "obedient.handler",
    report: Callable[[str], None] = lambda _: None,
) -> Any:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "obedient.py").write_text(HANDLER, encoding="utf-8")
    function = Function(
        logical_id="Toy",
        name="stack-Toy",
        arn="arn:aws:lambda:us-east-1:000000000000:function:stack-Toy",
        handler=handler,
        task_root=tmp_path / "functions",
        timeout_s=1.0,
        memory_mb=256,
        environment={"COLOUR": "blue"},
        json_log_level=None,
        async_retries=0,
    )

    async def each() -> Any:
        log = open_log(tmp_path / "functions.log", "%(message)s")
        fleet = Fleet(function, "http://127.0.0.1:1", log, report=report)
        try:
            return await use(fleet)
        finally:
            await fleet.close()
            assert fleet.pids == []
            close_log(log)

    return asyncio.run(each())


async def invoke(fleet: Fleet, **event: Any) -> tuple[Any, str | None]:
    outcome = await fleet.invoke(json.dumps(event).encode())
    return json.loads(outcome.payload), outcome.error


def test_a_warm_environment_is_used_again(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> list[int]:
        assert await fleet.warm() is None
        return [(await invoke(fleet))[0]["pid"] for _ in range(3)]

    assert len(set(run(tmp_path, use))) == 1
    assert (tmp_path / "functions.log").read_text(encoding="utf-8").count("Toy loaded") == 1


def test_each_concurrent_request_has_an_environment_of_its_own(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> list[int]:
        answers = await asyncio.gather(*(invoke(fleet, do="sleep", s=0.6) for _ in range(3)))
        return [answer["pid"] for answer, _ in answers]

    assert len(set(run(tmp_path, use))) == 3


def test_the_function_finds_lambdas_environment_and_none_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test")

    described, _ = run(tmp_path, lambda fleet: invoke(fleet, do="describe"))

    environment = described["environment"]
    assert environment["COLOUR"] == "blue"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == described["name"] == "stack-Toy"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == described["memory"] == "256"
    assert environment["_HANDLER"] == "obedient.handler"
    assert environment["LAMBDA_TASK_ROOT"] == described["directory"] == str(tmp_path / "functions")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert described["path"][0] == str(tmp_path / "functions")
    assert str(Path(__file__).parents[2]) not in described["path"]
    assert 0 < described["remaining_ms"] <= 1000
    assert not {"AWS_PROFILE", "HTTPS_PROXY", "HOME"} & environment.keys()


def test_an_exception_is_an_error_of_that_invocation_only(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> list[Any]:
        return [await invoke(fleet), await invoke(fleet, do="raise"), await invoke(fleet)]

    (before, _), (failed, error), (after, no_error) = run(tmp_path, use)

    assert (failed["errorType"], failed["errorMessage"], error) == ("ValueError", "no", "Unhandled")
    assert no_error is None
    assert before["pid"] == after["pid"]


def test_every_invocation_is_reported_with_how_long_it_ran_and_what_ended_it(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> None:
        await asyncio.gather(*(invoke(fleet, do=what, s=9) for what in ("", "raise", "exit", "sleep")))

    lines: list[str] = []
    run(tmp_path, use, report=lines.append)

    reports = [json.loads(line) for line in lines]
    assert {report["function"] for report in reports} == {"Toy"}
    errors = [report["error"] for report in reports]
    assert sorted(map(str, errors)) == ["None", "Runtime.ExitError", "Sandbox.Timedout", "Unhandled"]
    assert all(report["waited_ms"] >= 0 for report in reports)
    assert next(report["ran_ms"] for report in reports if report["error"] == "Sandbox.Timedout") >= 1000


def test_a_crash_and_a_time_out_cost_their_environment(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> list[Any]:
        answers = [await invoke(fleet, do=what, s=9) for what in ("", "exit", "", "sleep", "", "spin", "")]
        return [answer.get("pid", answer.get("errorType")) for answer, _ in answers]

    first, crash, second, time_out, third, endless, fourth = run(tmp_path, use)

    assert (crash, time_out, endless) == ("Runtime.ExitError", "Sandbox.Timedout", "Sandbox.Timedout")
    assert len({first, second, third, fourth}) == 4
    assert "Toy Task timed out after 1.00 seconds" in (tmp_path / "functions.log").read_text(encoding="utf-8")


def test_an_answer_over_lambdas_limit_is_an_error(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> list[Any]:
        return [(await invoke(fleet, do="big"))[1], (await invoke(fleet))[1]]

    assert run(tmp_path, use) == ["ResponseSizeTooLarge", None]


def test_a_module_that_does_not_load_fails_each_request_with_its_reason(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> list[Any]:
        warmed = await fleet.warm()
        assert warmed is not None
        return [json.loads(warmed.payload), *(await asyncio.gather(invoke(fleet), invoke(fleet)))]

    warmed, *answers = run(tmp_path, use, handler="absent.handler")

    assert warmed["errorType"] == "Runtime.ImportModuleError"
    assert [(answer["errorType"], error) for answer, error in answers] == [
        ("Runtime.ImportModuleError", "Runtime.InitError")
    ] * 2


def test_changed_code_is_served_by_new_environments(tmp_path: Path) -> None:
    async def use(fleet: Fleet) -> tuple[int, int]:
        before, _ = await invoke(fleet)
        fleet.recycle()
        after, _ = await invoke(fleet)
        return before["pid"], after["pid"]

    before, after = run(tmp_path, use)

    assert before != after


def test_a_child_on_the_leash_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = textwrap.dedent(
        """
        import asyncio, os, sys
        from local import children
        async def main():
            child = await children.start(
                "http.server", ["0"], environment={"PATH": os.defpath}, output=asyncio.subprocess.DEVNULL
            )
            print(child.pid, flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        os.kill(pid, 0)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5.0
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not _alive(pid)


def _alive(pid: int) -> bool:
    """Not even as a zombie that nobody has reaped yet."""
    try:
        return b") Z" not in Path(f"/proc/{pid}/stat").read_bytes()
    except FileNotFoundError:
        return False
