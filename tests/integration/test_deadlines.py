"""Deadlines without waiting for them: an hour passes when the test says so, while a server is dripping its answer.

Whatever ends these exchanges is the watchdog: every time-out of a socket is an hour away.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import export.handler
from export.handler import BATCH_SIZE
from stockbridge.channels import Channel, VtexSource
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.errors import TimedOut
from stockbridge.messages import hint_message
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Activity
from stockbridge.transport import Transport
from tests import stack
from tests.integration.wire import DRIPPED, LONG_S, OK, Server

HOUR_S = 3600.0
BEGINNING = 5  # bytes of an answer that were dripped when the hour passes
PAUSE_S = 0.001


class Time:
    """Stands still until it is told to pass."""

    def __init__(self) -> None:
        self.now = 0.0
        self.transport = Transport(allow_private=True, pool_size=BATCH_SIZE, clock=self)

    def __call__(self) -> float:
        return self.now

    def an_hour_passes(self) -> None:
        changed = self.transport._watchdog._changed
        with changed:
            self.now += HOUR_S
            changed.notify()  # its sleep is over


@pytest.fixture
def time() -> Iterator[Time]:
    time = Time()
    with time.transport:
        yield time


@pytest.mark.parametrize(("start", "rest"), DRIPPED.values(), ids=DRIPPED)
def test_a_server_that_drips_is_shut_when_the_deadline_has_come(
    time: Time, serve: Callable[..., Server], start: bytes, rest: bytes
) -> None:
    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        server.drip(connection, rest[:BEGINNING], PAUSE_S)
        time.an_hour_passes()
        server.drip(connection, rest[BEGINNING:], PAUSE_S)

    server = serve(drip)
    with pytest.raises(TimedOut):
        time.transport.request("GET", server.url, headers={}, body=None, deadline_s=HOUR_S)
    server.close()
    assert server.shut_by_client.is_set()


def test_a_server_that_drips_is_not_shut_before(time: Time, serve: Callable[..., Server]) -> None:
    server = serve(lambda connection, _: server.drip(connection, OK, PAUSE_S))
    assert time.transport.request("GET", server.url, headers={}, body=None, deadline_s=HOUR_S).body == b"ok"
    time.an_hour_passes()
    assert time.transport.request("GET", server.url, headers={}, body=None, deadline_s=HOUR_S).body == b"ok"
    assert server.connections == 1


# ------------------------------------------------------------------------------------------ a batch of the export


def test_a_batch_ends_though_its_marketplace_drips_to_every_thread_and_the_next_one_is_served(
    aws_stack: None,
    records: DynamoRecords,
    lambda_context: object,
    time: Time,
    serve: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    all_drip = threading.Barrier(BATCH_SIZE, action=time.an_hour_passes)

    def drip(connection: socket.socket, _: bytes) -> None:
        start, rest = DRIPPED["body"]
        connection.sendall(start)
        server.drip(connection, rest[:BEGINNING], PAUSE_S)
        all_drip.wait(LONG_S)
        server.drip(connection, rest[BEGINNING:], PAUSE_S)

    server, other = serve(drip), serve()
    monkeypatch.setattr("stockbridge.sending.HTTP_DEADLINE_S", HOUR_S)
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms, channels_kept_s=0)
    delivery = replace(export.handler._delivery, control=control, http=time.transport)
    monkeypatch.setattr(export.handler, "_delivery", delivery)
    for affiliate, base in (("DRP", server.url), ("FIN", other.url)):
        control.save_channel(_channel(affiliate, base), was_rev=0, activity=Activity("loja", 1, "ana", "", affiliate))

    def export_to(affiliate: str) -> list[Record]:
        keys = [Key("loja", affiliate, str(number)) for number in range(1, BATCH_SIZE + 1)]
        for key in keys:  # as the intake leaves it
            records.save(Record(key, wanted=7, version=1, send_at=now_ms(), changed_at=now_ms()), Record(key))
        batch = [{"messageId": key.sku, "body": hint_message(key)} for key in keys]
        assert export.handler.handler({"Records": batch}, lambda_context) == {"batchItemFailures": []}
        return [records.get(key) for key in keys]

    held = export_to("DRP")
    assert [(record.attempts[-1].outcome, record.cause) for record in held] == [("unknown", "timeout")] * BATCH_SIZE
    assert not any(record.leased(now_ms()) for record in held)
    assert [record.confirmed for record in export_to("FIN")] == [7] * BATCH_SIZE


def _channel(affiliate: str, base: str) -> Channel:
    marketplace = {
        "method": "PUT",
        "url": base + "/skus/{sku}/stock",
        "headers": {},
        "body": {"quantity": "{quantity}"},
        "applied": [200],
    }
    return Channel("loja", affiliate, "Loja", "generic", VtexSource("https://vtex.example", "vtex"), marketplace)
