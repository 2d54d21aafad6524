"""How often causes come at channels, on the records table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.expressions.update import Action

from stockbridge import aws
from stockbridge.cause_statistics import DAYS, FADES_AT, Statistic, Tally
from stockbridge.channels import Channel
from stockbridge.dynamo import translated
from stockbridge.dynamo_listing import DynamoListIndex
from stockbridge.errors import Conflict
from stockbridge.tables import CauseItem

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DAY_KEPT = timedelta(days=DAYS + 2)


class DynamoCauseCounts:
    """`cause_statistics.CauseCounts`, and what the screens read of them."""

    def __init__(self, table: str) -> None:
        aws.bind(CauseItem, table)

    def add(self, tally: Tally) -> None:
        """Days are written first: a total without its day would be an error that came at no time."""
        for day, errors in tally.errors.items():
            ends = datetime.fromisoformat(day).replace(tzinfo=UTC) + _DAY_KEPT
            with translated():
                item = CauseItem(_partition(tally.channel_id), f"{tally.cause}#{day}")
                item.update([CauseItem.errors.add(errors), CauseItem.expires_at.set(ends)])
        item = CauseItem(_partition(tally.channel_id), tally.cause)
        try:
            self._update(item, tally, newest=True)
        except Conflict:  # something later was counted already
            self._update(item, tally, newest=False)
        self._fade(item)

    def of_channel(self, channel_id: str) -> Sequence[Statistic]:
        """Of every cause that was ever seen there."""
        with translated():
            return _statistics(channel_id, CauseItem.query(_partition(channel_id)))

    def one(self, channel_id: str, cause: str) -> Statistic | None:
        """None when the cause was never seen there."""
        beginning = CauseItem.sk.between(cause, f"{cause}#~")
        with translated():
            found = _statistics(channel_id, CauseItem.query(_partition(channel_id), beginning))
        return found[0] if found else None

    def _update(self, item: CauseItem, tally: Tally, *, newest: bool) -> None:
        condition = None
        actions: list[Action] = [
            CauseItem.errors.add(sum(tally.errors.values())),
            CauseItem.worked.add(tally.worked),
            CauseItem.failed.add(tally.failed),
        ]
        if tally.first_seen is not None:
            actions.append(CauseItem.first_seen.set(CauseItem.first_seen | tally.first_seen))
        if tally.last_seen is not None and newest:
            actions.append(CauseItem.last_seen.set(tally.last_seen))
            condition = CauseItem.last_seen.does_not_exist() | (CauseItem.last_seen <= tally.last_seen)
        with translated():
            item.update(actions, condition=condition)

    def _fade(self, item: CauseItem) -> None:
        """`item` is as the update left it. Whoever counts at the same moment halves instead, or the next one does."""
        worked, failed = int(item.worked or 0), int(item.failed or 0)
        if worked + failed < FADES_AT:
            return
        unchanged = (CauseItem.worked == worked) & (CauseItem.failed == failed)
        with suppress(Conflict), translated():
            item.update([CauseItem.worked.set(worked // 2), CauseItem.failed.set(failed // 2)], condition=unchanged)


def _partition(channel_id: str) -> str:
    return f"causes#{channel_id}"


def _statistics(channel_id: str, items: Iterable[CauseItem]) -> Sequence[Statistic]:
    """A cause's total comes before its days, because nothing else begins with its code and #."""
    affiliate = channel_id.split("#")[1]
    found: dict[str, Statistic] = {}
    for item in items:
        cause, _, day = item.sk.partition("#")
        if day:
            one = found.get(cause) or Statistic(affiliate, cause)
            found[cause] = replace(one, days={**one.days, day: int(item.errors or 0)})
            continue
        found[cause] = Statistic(
            affiliate,
            cause,
            int(item.errors or 0),
            _whole(item.first_seen),
            _whole(item.last_seen),
            int(item.worked or 0),
            int(item.failed or 0),
        )
    return list(found.values())


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


class DynamoCauseIndex(DynamoListIndex):
    """`regrouping.CauseIndex`, and `listing.ListIndex` of errors by cause."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Callable[[], int]) -> None:
        super().__init__(client, table, clock, index="cause")
        self._seen = DynamoCauseCounts(table)

    def seen(self, channel: Channel) -> Sequence[str]:
        return [one.cause for one in self._seen.of_channel(channel.id)]
