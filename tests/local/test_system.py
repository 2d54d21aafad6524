"""The whole local system on a template of its own: a process with all its children, as `make run` starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.snapshots import PAUSE_S
from tests.local.test_emulator import client

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
TOY = Path(__file__).parent / "toy" / "template.yaml"


class Running:
    """A started system, and what its functions have written down."""

    def __init__(self, state: Path, *arguments: str) -> None:
        self.state = state
        self._ready_file = state / "ready.json"
        state.mkdir(exist_ok=True)
        self._ready_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "local", "run", "--bare", "--template", str(TOY), "--state", str(state)]
        command += ["--port", "0", "--ready-file", str(self._ready_file), "--param", "JwtIssuer=http://127.0.0.1:1"]
        self._open = ExitStack()
        began = time.monotonic()
        output = self._open.enter_context((state.parent / "output.txt").open("wb"))
        self.process = subprocess.Popen([*command, *arguments], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        wait_for(self._ready_file.exists, 30.0)
        self.took_s = time.monotonic() - began
        self.ready = json.loads(self._ready_file.read_text(encoding="utf-8"))
        self.http = self._open.enter_context(
            httpx.Client(base_url=self.ready["api_url"], timeout=30.0, trust_env=False)
        )
        self.dynamodb = self._open.enter_context(client("dynamodb", self.ready["endpoint_url"]))
        self.sqs = self._open.enter_context(client("sqs", self.ready["endpoint_url"]))

    def do(self, **wanted: Any) -> httpx.Response:
        return self.http.post("/open/path", json=wanted)

    def send(self, *bodies: dict[str, Any]) -> None:
        assert self.do(do="send", bodies=bodies).status_code == 200

    def note(self, name: str) -> dict[str, Any]:
        key = {"id": {"S": name}}
        item: dict[str, Any] = self.dynamodb.get_item(TableName=self.name("Notes"), Key=key).get("Item", {})
        return item

    def times(self, name: str) -> int:
        return int(self.note(name).get("times", {"N": "0"})["N"])

    def waiting(self, queue: str) -> int:
        """Messages in the queue, received ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counted = self.sqs.get_queue_attributes(QueueUrl=self.name(queue), AttributeNames=names)["Attributes"]
        return sum(int(counted[name]) for name in names)

    def name(self, logical_id: str) -> str:
        return str(self.ready["resources"][logical_id]["id"])

    def processes(self) -> list[int]:
        """Whatever in this machine has our state folder or our parts in its command line or environment."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                seen = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except (OSError, ValueError):
                continue
            if str(self.state).encode() in seen or self.ready["endpoint_url"].encode() in seen:
                found.append(int(entry.name))
        return found

    def close(self) -> None:
        self._open.close()

    def end(self, number: signal.Signals) -> int:
        self.close()
        self.process.send_signal(number)
        return self.process.wait(timeout=30.0)


def wait_for(condition: Callable[[], Any], limit_s: float = 15.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("system") / "state", "--schedule-speed", "60")
    yield running
    assert running.end(signal.SIGTERM) == 0


def test_a_request_travels_to_the_function_and_back(system: Running) -> None:
    got = system.http.post("/open/a/b?x=1&x=2", content=b'{"do": ""}', headers={"content-type": "application/json"})

    event = got.json()
    assert got.status_code == 200
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "POST /open/{proxy+}", "/open/a/b")
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["pathParameters"] == {"proxy": "a/b"}


def test_the_console_says_how_to_build_it_and_is_told_who_signs_people_in(system: Running) -> None:
    notice, config = system.http.get("/estoque"), system.http.get("/console/config.json")

    assert (notice.status_code, "make console" in notice.text) == (503, True)
    assert config.json() == {"issuer": "http://127.0.0.1:1", "clientId": "stockbridge-local"}


def test_what_a_function_answers_is_what_the_client_gets(system: Running) -> None:
    got = system.do(do="answer", answer={"statusCode": 418, "body": "té", "headers": {"x-a": "b"}, "cookies": ["c=1"]})

    assert (got.status_code, got.text, got.headers["x-a"], got.cookies["c"]) == (418, "té", "b", "1")


def test_a_closed_route_is_closed(system: Running) -> None:
    assert system.http.get("/closed/1").status_code == 401


def test_a_keyed_route_asks_a_function_and_hands_its_context_on(system: Running) -> None:
    def ask(key: str) -> httpx.Response:
        return system.http.get("/loja/keyed/", headers={"x-key": key})

    assert [ask(key).status_code for key in ("", "bad", "raise", "good")] == [401, 403, 500, 200]
    assert ask("good").json()["requestContext"]["authorizer"] == {"lambda": {"shop": "loja"}}
    assert ask("bad").status_code == 403
    assert (system.times("key-good"), system.times("key-bad")) == (1, 1)  # kept, as the template says


@pytest.mark.parametrize("wanted", [{"do": "raise"}, {"do": "sleep", "s": 5}, {"do": "exit"}])
def test_an_exception_a_time_out_and_a_crash_are_a_500_and_the_next_request_is_fine(
    system: Running, wanted: dict[str, Any]
) -> None:
    failed, after = system.do(**wanted), system.do()

    assert (failed.status_code, failed.text) == (500, '{"message":"Internal Server Error"}')
    assert after.status_code == 200


def test_messages_are_gathered_into_a_batch_larger_than_one_receive(system: Running) -> None:
    system.send(*({"name": f"gathered-{number}"} for number in range(15)))

    wait_for(lambda: all(system.times(f"gathered-{number}") == 1 for number in range(15)))
    wait_for(lambda: system.waiting("Work") == 0)
    batches = [json.loads(item["value"]["S"])["Records"] for item in notes(system, "batch-")]
    assert max(len(batch) for batch in batches) > 10
    first = batches[0][0]
    assert first["eventSource"] == "aws:sqs"
    assert first["eventSourceARN"] == system.ready["resources"]["Work"]["Arn"]
    assert {"ApproximateReceiveCount", "SentTimestamp", "ApproximateFirstReceiveTimestamp", "SenderId"} <= first[
        "attributes"
    ].keys()


def test_a_reported_message_comes_again_and_its_neighbours_do_not(system: Running) -> None:
    system.send({"name": "again", "do": "fail-once"}, {"name": "neighbour"})

    wait_for(lambda: system.times("again") == 2)
    wait_for(lambda: system.waiting("Work") == 0)
    assert system.times("neighbour") == 1


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("exception", {"do": "raise"}),
        ("unknown", {"do": "report", "report": {"batchItemFailures": [{"itemIdentifier": "unknown"}]}}),
    ],
)
def test_a_failed_batch_comes_again_as_a_whole_until_it_is_dead_letters(
    system: Running, name: str, wanted: dict[str, Any]
) -> None:
    dead_before = system.waiting("Dead")

    system.send({"name": f"beside-{name}"}, {"name": name, **wanted})

    wait_for(lambda: system.waiting("Dead") == dead_before + 2, 20.0)
    assert (system.times(name), system.times(f"beside-{name}")) == (2, 2)


def test_a_schedule_fires_again_and_again(system: Running) -> None:
    before = system.times("tick")

    wait_for(lambda: system.times("tick") >= before + 2)


def test_the_logs_have_what_the_functions_say_and_no_paths(system: Running) -> None:
    system.do(do="raise")
    logs = Path(system.ready["logs"])

    wait_for(lambda: "RuntimeError: secret detail" in (logs / "functions.log").read_text(encoding="utf-8"))
    access = (logs / "access.log").read_text(encoding="utf-8").splitlines()
    assert "POST /open/{proxy+} 500" in access
    assert not any("/open/path" in line for line in access)


@pytest.mark.parametrize(
    ("state", "port", "reason"),
    [("same", "0", "choose another --state"), ("other", "same", "choose another with --port")],
)
def test_a_second_system_on_the_same_state_or_port_says_what_to_do(
    system: Running, tmp_path: Path, state: str, port: str, reason: str
) -> None:
    command = [sys.executable, "-m", "local", "run", "--bare", "--template", str(TOY)]
    command += ["--state", str(system.state if state == "same" else tmp_path)]
    command += ["--port", system.ready["api_url"].rpartition(":")[2] if port == "same" else port]

    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)

    assert (second.returncode, second.stderr.count("\n")) == (1, 1)
    assert reason in second.stderr


def test_without_its_emulator_the_system_stops_and_says_so(tmp_path: Path) -> None:
    running = Running(tmp_path / "state")
    running.do(do="note", name="kept", value=1)
    time.sleep(2 * PAUSE_S)

    os.kill(running.ready["pids"]["emulator"], signal.SIGKILL)

    assert running.process.wait(timeout=30.0) == 1
    running.close()
    assert "emulator ended unexpectedly" in (tmp_path / "output.txt").read_text(encoding="utf-8")
    assert running.processes() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind_and_everything_is_there_again(tmp_path: Path, number: signal.Signals) -> None:
    state = tmp_path / "state"
    first = Running(state)
    first.do(do="note", name="kept", value=1)
    first.send({"name": "kept-message", "do": "fail"})
    wait_for(lambda: first.times("kept-message") == 1)

    code = first.end(number)

    assert code == (0 if number != signal.SIGKILL else -signal.SIGKILL)
    wait_for(lambda: first.processes() == [], 10.0)
    second = Running(state)
    try:
        assert second.took_s < 10
        assert second.ready["api_url"] == first.ready["api_url"]
        assert second.note("kept")["value"]["S"] == "1"
        wait_for(lambda: second.times("kept-message") == 2)
    finally:
        assert second.end(signal.SIGTERM) == 0


def notes(system: Running, prefix: str) -> list[dict[str, Any]]:
    items = system.dynamodb.scan(TableName=system.name("Notes"))["Items"]
    return [item for item in items if item["id"]["S"].startswith(prefix)]
