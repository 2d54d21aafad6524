"""Records as the other functions leave them, in the account of a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.notifications import Key
from stockbridge.policy import QuantityPolicy
from stockbridge.records import Attempt, Decision, Record, Skipped, Status
from stockbridge.rule import Verdict
from stockbridge.store import Activity
from tests import stack
from tests.memory import START, channel

Put = Callable[..., Record]


def rows_of(account: str) -> Put:
    """Store a row of SPT, or change the one that is there."""
    names = stack.environment()
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    one = channel(account=account, name="Mercado Exemplo", policy=QuantityPolicy(safety=2))
    control = DynamoControl(names["CONTROL_TABLE"], clock=now_ms)
    control.save_channel(one, was_rev=0, activity=Activity(account, START, "setup", "channel.save", "SPT"))

    def put(sku: str, **changes: Any) -> Record:
        was = records.get(Key(account, "SPT", sku))
        blank = was if was.rev else replace(was, listed_at=START, processed_at=START, wanted=3, version=1)
        return records.save(replace(blank, **changes), was)

    return put


SUCCESS: dict[str, Any] = {
    "status": Status.SUCCESS,
    "balance": 1_005,
    "observed_at": START,
    "wanted": 1_003,
    "confirmed": 1_003,
    "confirmed_at": START,
    "done_version": 1,
    "decision": Decision(Verdict.AT_THRESHOLD, 4, 1_005, START),
    "skipped": Skipped(60, 50, START - 1, Verdict.ABOVE_THRESHOLD),
    "reflected_ms": 1_250,
}
FAILURE: dict[str, Any] = {
    "status": Status.ERROR,
    "cause": "not_catalogued",
    "message": "SKU not catalogued",
    "done_version": 1,
    "decision": Decision(Verdict.FIRST, None, 3, START),
    "attempts": (Attempt(START, "refused", 3, 1, "SKU not catalogued", 404),),
}
