"""stockbridge load-test: what it sends, how it tells of it, and whom it leaves alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
from click.testing import Result
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stockbridge_cli.load import NO_ANSWER, Load, Tally
from tests.cli.conftest import Terminal
from tests.standins.served import served

FAST = ("--affiliate", "SPT", "--rate", "200", "--seconds", "0.1", "--senders", "3")


@dataclass
class Webhook:
    """Takes notifications, and answers the next statuses of `answers`, then 200."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.taken.append(await request.json())
        return Response(status_code=self.answers.pop() if self.answers else 200)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    one = Webhook()
    app = Starlette(routes=[Route("/v1/notifications/secret", one.answer, methods=["POST"])])
    with served(app, "") as base:
        one.url = f"{base}/v1/notifications/secret"
        yield one


Run = Callable[..., Result]


@pytest.fixture
def run(terminal: Terminal, webhook: Webhook) -> Run:
    return lambda *words, **more: terminal("load-test", webhook.url, *FAST, *words, **more)


def test_the_notifications_are_vtexs_and_the_skus_take_turns(terminal: Terminal, webhook: Webhook, run: Run) -> None:
    ended = run("--sku", "7", "--sku", "1-3", "--yes", "--json")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert Counter(one["IdSku"] for one in webhook.taken) == {"7": 5, "1": 5, "2": 5, "3": 5}
    rest = {"An": terminal.account, "IdAffiliate": "SPT", "StockModified": True, "PriceModified": False}
    assert all({**one, "IdSku": ""} == {"IdSku": "", **rest} for one in webhook.taken)
    summary = json.loads(ended.stdout)
    assert (summary["sent"], summary["answers"], summary["asked_rate"]) == (20, {"200": 20}, 200)
    assert 0 < summary["p50_ms"] <= summary["p95_ms"] <= summary["p99_ms"]
    assert summary["seconds"] >= 0.095  # the last is due 19/200 s after the first


def test_other_answers_are_counted_and_end_with_1(webhook: Webhook, run: Run) -> None:
    webhook.answers = [503, 503, 422]
    ended = run("--file", "-", "--yes-really", stdin="1\n2\n", language="en")
    assert ended.exit_code == 1
    lines = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    assert lines[:4] == ["Sent 20", "Answers 200 17", "Answers 422 1", "Answers 503 2"]


def test_nobody_at_the_address_ends_with_3(terminal: Terminal) -> None:
    with create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/x"
    ended = terminal("load-test", address, *FAST, "--sku", "1", "--account", "loja", "--yes", "--json")
    assert ended.exit_code == 3
    assert json.loads(ended.stdout)["answers"] == {NO_ANSWER: 20}


@pytest.mark.parametrize(("answer", "exit_code", "sent"), [("n\n", 1, 0), ("", 1, 0), ("y\n", 0, 20)])
def test_it_asks_before_it_notifies(webhook: Webhook, run: Run, answer: str, exit_code: int, sent: int) -> None:
    ended = run("--sku", "1-3", stdin=answer, language="en")
    assert (ended.exit_code, len(webhook.taken)) == (exit_code, sent)
    assert "Notify 20 times changes of 3 SKUs of the account loja" in ended.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://api.example.invalid/v1/notifications/x", ("--yes",)),
        ("http://api.example.invalid/v1/notifications/x", ("--yes-really",)),  # the secret is in the address
        ("https://[/x", ("--yes",)),
    ],
)
def test_an_address_of_elsewhere_is_left_alone_unless_it_is_really_meant(
    terminal: Terminal, address: str, words: tuple[str, ...]
) -> None:
    ended = terminal("load-test", address, *FAST, "--sku", "1", "--account", "loja", *words)
    assert (ended.exit_code, ended.stdout) == (2, "")


def test_on_a_terminal_a_bar_moves_beside_the_result(webhook: Webhook) -> None:
    """Standard error is a terminal here, and standard output a pipe."""
    shown, terminal = os.openpty()
    command = str(Path(sys.executable).parent / "stockbridge")
    words = ["load-test", *FAST, "--sku", "1", "--account", "loja", "--yes", "--json"]
    environment = {"STOCKBRIDGE_WEBHOOK": webhook.url, "TERM": "xterm", "COLUMNS": "100"}
    ended = subprocess.run(
        [command, *words], check=False, env=environment, stdout=subprocess.PIPE, stderr=terminal, timeout=60
    )
    os.close(terminal)
    text = os.read(shown, 65_536).decode()
    os.close(shown)
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["sent"] == 20
    assert "20/20" in text


# ---------------------------------------------------------------------- the rate, on a clock of the test's own


def test_sends_are_due_one_after_the_other_and_late_ones_show_in_the_rate() -> None:
    now = [0.0]
    began: list[float] = []

    def send(_: int) -> str:
        began.append(round(now[0], 3))
        now[0] += 0.05 if len(began) < 4 else 0.3
        return "200"

    def sleep(seconds: float) -> None:
        now[0] += seconds

    tally = Load(rate=10, total=6, senders=1, clock=lambda: now[0], sleep=sleep).run(send, lambda: None)
    assert began == [0.0, 0.1, 0.2, 0.3, 0.6, 0.9]
    assert tally.document(10)["rate"] == 5.0  # six in 1.2 s
    assert tally.percentile(50) == pytest.approx(50)
    assert tally.percentile(99) == pytest.approx(300)


def test_a_percentile_is_one_of_the_times_and_none_without_any() -> None:
    tally = Tally(times_ms=[float(number) for number in range(100, 0, -1)])
    assert [tally.percentile(percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert Tally().percentile(50) is None
