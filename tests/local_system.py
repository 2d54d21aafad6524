"""The whole local system, in processes of its own, driven from outside as its users drive it.

One is started for all tests that ask for it, whatever their folder. With `--running=FILE` they use one that runs
already, FILE being its ready file: so that whoever writes tests waits for it once.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

ROOT = Path(__file__).parents[1]
START_WITHIN_S = 60
SETTLED_WITHIN_S = 180  # the demonstration's eight channels, while other tests run beside
STOP_WITHIN_S = 30
TOKEN_S = 300  # the sign-in's live three times as long
PRODUCTS = 66  # of the demonstration: half of them have arrived in half the time
LAST = "165"  # of their SKUs

Document = dict[str, Any]


class LocalSystem:
    """`python -m local run` on free ports, with a folder for its data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder  # all that it writes is below it
        self._process: subprocess.Popen[bytes] | None = None
        self._http = httpx.Client(timeout=30, trust_env=False)
        self._tokens: dict[str, tuple[float, str]] = {}
        self.ready: Document = {}

    def start(self) -> None:
        ready_file = self.folder / "ready.json"
        ready_file.unlink(missing_ok=True)
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "local", "run", "--port", "0", "--state", str(self.folder / "state")),
                    *("--ready-file", str(ready_file), "--schedule-speed", "30", "--param", "SecondLookSeconds=3"),
                    *("--products", str(PRODUCTS)),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        eventually(lambda: ready_file.exists() or self._ended(), within_s=START_WITHIN_S)
        self.ready = json.loads(ready_file.read_text())
        self.vtex("sales off")

    def settle(self) -> None:
        """Wait until the demonstration's first balances have arrived."""
        first = {"status": "success", "affiliate": "MRC", "limit": 100, "sku": LAST}  # of the demonstration's reindex
        eventually(lambda: self.call("GET", "/v1/records", params=first).json()["items"], within_s=SETTLED_WITHIN_S)
        waiting = {"status": "pending", "affiliate": "MRC", "limit": 1}
        eventually(
            lambda: not self.call("GET", "/v1/records", params=waiting).json()["items"], within_s=SETTLED_WITHIN_S
        )
        eventually(self.idle, within_s=SETTLED_WITHIN_S)

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(STOP_WITHIN_S)

    def close(self) -> None:
        self.stop()
        self._http.close()

    def _ended(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError((self.folder / "output.txt").read_text())
        return False

    # ------------------------------------------------------------------ the world outside

    def vtex(self, command: str) -> Document:
        return self._say(self.ready["standins"]["vtex"], command)

    def marketplace(self, command: str, at: str = "") -> Document:
        """`at`: the prefix of one that has a connector of its own."""
        return self._say(self.ready["standins"]["marketplace"] + at, command)

    def _say(self, base: str, command: str) -> Document:
        answer = self._http.post(f"{base}/_scenario", content=command, headers={"content-type": "text/plain"})
        assert answer.is_success, answer.text
        return dict(answer.json())

    def shown(self, shop: str, sku: str) -> int | None:
        """What the marketplace shows now."""
        listing = self.market(f"/_state/{shop}")["listings"].get(sku)
        return None if listing is None else int(listing["quantity"])

    def market(self, path: str) -> Document:
        """What a stand-in marketplace says of itself, prefix included."""
        answer = self._http.get(self.ready["standins"]["marketplace"] + path)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def webhook(self, account: str, affiliate: str) -> str:
        """The address that VTEX was given."""
        world = self._http.get(f"{self.ready['standins']['vtex']}/_state").json()
        return str(world["accounts"][account]["affiliates"][affiliate]["endpoint"])

    def aws(self, service: str) -> Any:
        """A client of the emulator; the caller closes it."""
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=self.ready["endpoint_url"], region_name=self.ready["region"], **keys)

    def idle(self) -> bool:
        """Nothing waits to be taken from a queue; what is to be taken later may."""
        return not any(self._waiting(queue, "", "NotVisible") for queue in ("IntakeQueue", "ExportQueue"))

    def looked_twice(self) -> bool:
        """No balance is to be read, not even a second time."""
        return not self._waiting("IntakeQueue", "", "NotVisible", "Delayed")

    def _waiting(self, queue: str, *kinds: str) -> int:
        names = [f"ApproximateNumberOfMessages{kind}" for kind in kinds]
        with closing(self.aws("sqs")) as sqs:
            url = self.ready["resources"][queue]["id"]
            counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(counted[name]) for name in names)

    def secret(self, affiliate: str) -> dict[str, str]:
        """Of a channel of the demonstration, as it is stored now."""
        with closing(self.aws("secretsmanager")) as secrets:
            value = secrets.get_secret_value(SecretId=f"stockbridge/local/demoloja/{affiliate}")
        return dict(json.loads(value["SecretString"]))

    def post(self, url: str, body: bytes) -> httpx.Response:
        return self._http.post(url, content=body, headers={"content-type": "application/json"})

    # ------------------------------------------------------------------ the operator

    def token(self, user: str) -> str:
        """The same one for a while: whoever waits asks often, and each is a session that the sign-in remembers."""
        made_at, token = self._tokens.get(user, (-TOKEN_S, ""))
        if time.monotonic() - made_at >= TOKEN_S:
            made_at, token = time.monotonic(), self._sign_in(user)
            self._tokens[user] = made_at, token
        return token

    def _sign_in(self, user: str) -> str:
        answer = self._http.post(
            f"{self.ready['standins']['identity']}/token",
            data={
                "grant_type": "password",
                "client_id": "stockbridge-local",
                "username": user,
                "password": "stockbridge",
                "scope": "openid stockbridge/api",
            },
        )
        return str(answer.json()["access_token"])

    def call(
        self, method: str, path: str, *, account: str = "demoloja", user: str = "ana", **more: Any
    ) -> httpx.Response:
        return self._http.request(
            method,
            f"{self.ready['api_url']}{path}",
            params={"account": account} | more.pop("params", {}),
            headers={"authorization": f"Bearer {self.token(user)}"},
            **more,
        )

    def record(self, affiliate: str, sku: str, account: str = "demoloja") -> Document | None:
        answer = self.call("GET", f"/v1/records/{affiliate}/{sku}", account=account)
        return None if answer.status_code == 404 else dict(answer.json())


def eventually(condition: Callable[[], Any], *, within_s: float = 30) -> Any:
    """The first true answer. Fails with the last one when none came in time."""
    ends_at = time.monotonic() + within_s
    while True:
        answer = condition()
        if answer or time.monotonic() > ends_at:
            assert answer, f"not within {within_s} s"
            return answer
        time.sleep(0.1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--running", type=Path, metavar="FILE", help="the ready file of a local system that runs already")


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    running: Path | None = request.config.getoption("--running")
    local = LocalSystem(running.parent if running else tmp_path_factory.mktemp("system"))
    try:
        if running:
            local.ready = json.loads(running.read_text())
            local.vtex("sales off")
        else:
            local.start()
            local.settle()
        yield local
    finally:
        local.close()
