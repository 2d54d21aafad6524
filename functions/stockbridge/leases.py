"""Leases on DynamoDB: `store.Leases`, for what two processes must not do at once (a listing's writes, a log-in).

A lease says who may begin, not who may end: whoever holds one ends before it does, because its function is ended first.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from stockbridge import aws
from stockbridge.dynamo import translated
from stockbridge.errors import Conflict
from stockbridge.tables import LeaseItem

_KEPT = timedelta(days=1)


class DynamoLeases:
    def __init__(self, table: str) -> None:
        aws.bind(LeaseItem, table)

    def take(self, name: str, now: int, until: int) -> str | None:
        holder = uuid4().hex
        expires_at = datetime.fromtimestamp(until / 1000, UTC) + _KEPT
        item = LeaseItem(f"lease#{name}", "lease", holder=holder, until=until, expires_at=expires_at)
        try:
            with translated():
                item.save(condition=LeaseItem.pk.does_not_exist() | (LeaseItem.until <= now))
        except Conflict:
            return None
        return holder

    def hold(self, name: str, holder: str, now: int, until: int) -> str:
        """Take it under a name of one's own, or hold it for longer. The answer is who has it from now on."""
        expires_at = datetime.fromtimestamp(until / 1000, UTC) + _KEPT
        item = LeaseItem(f"lease#{name}", "lease", holder=holder, until=until, expires_at=expires_at)
        free = LeaseItem.pk.does_not_exist() | (LeaseItem.until <= now) | (LeaseItem.holder == holder)
        try:
            with translated():
                item.save(condition=free)
        except Conflict:
            with translated():
                return str(LeaseItem.get(f"lease#{name}", "lease", consistent_read=True).holder)
        return holder

    def release(self, name: str, holder: str) -> None:
        with suppress(Conflict), translated():
            LeaseItem(f"lease#{name}", "lease").update([LeaseItem.until.set(0)], condition=LeaseItem.holder == holder)
