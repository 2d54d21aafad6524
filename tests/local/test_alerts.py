"""What is published on a topic, as somebody who runs the system on this machine gets to know of it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local.alerts import Listener
from local.logs import close_log, open_log


class Queue:
    """As SQS gives what SNS delivers."""

    def __init__(self, *told: dict[str, Any]) -> None:
        self.left = {str(number): json.dumps(each) for number, each in enumerate(told)}

    async def receive(self, most: int, wait_s: int) -> list[dict[str, Any]]:
        return [{"ReceiptHandle": handle, "Body": body} for handle, body in self.left.items()][:most]

    async def delete(self, receipt_handles: Sequence[str]) -> None:
        for handle in receipt_handles:
            del self.left[handle]


def test_an_alert_is_said_on_the_terminal_and_kept_whole(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps({"event": "incident", "text": "Conexão expirou"}, ensure_ascii=False)
    queue = Queue({"Subject": "[Estoque] Loja: Conexão expirou", "Message": body}, {"Message": "sem assunto"})
    kept = open_log(tmp_path / "alerts.log", "%(message)s")
    with caplog.at_level(logging.WARNING):
        asyncio.run(Listener(queue, kept).hear())
    close_log(kept)
    assert caplog.messages == ["alert: [Estoque] Loja: Conexão expirou", "alert: sem assunto"]
    assert (tmp_path / "alerts.log").read_text(encoding="utf-8").splitlines() == [body, "sem assunto"]
    assert queue.left == {}
