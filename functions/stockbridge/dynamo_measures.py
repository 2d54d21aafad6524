"""The series on DynamoDB: one item an hour and one a day for each channel, in the records table.

    pk = series#account#affiliate, sk = hour#milliseconds or day#milliseconds of its start (UTC)

Each count is an attribute of its own, because DynamoDB adds to top-level attributes only. Written with the low-level
client: the names are not known before, and a model would want each declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from stockbridge.dynamo_queries import pages
from stockbridge.errors import Unavailable
from stockbridge.measures import DAY_MS, Counts, Period, of_period

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

KEPT_MS = {Period.HOUR: 40 * DAY_MS, Period.DAY: 400 * DAY_MS}
_AT_ONCE = 80  # counts of one update: a batch has seldom more, and an expression has its limits
_OTHERS = ("pk", "sk", "expires_at")


class DynamoSeries:
    """`store.Measures` and `store.Series` on the stack's table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, account: str, affiliate: str, at: int, counts: Counts) -> None:
        for period in Period:
            start = period.start(at)
            key = {"pk": {"S": _partition(account, affiliate)}, "sk": {"S": _sort(period, start)}}
            expires_at = (start + KEPT_MS[period]) // 1000
            added = list(of_period(period, at, counts).items())
            for place in range(0, len(added), _AT_ONCE):
                self._update(key, dict(added[place : place + _AT_ONCE]), expires_at)

    def between(self, account: str, affiliate: str, period: Period, first: int, last: int) -> dict[int, Counts]:
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": _partition(account, affiliate)},
                ":first": {"S": _sort(period, first)},
                ":last": {"S": _sort(period, last)},
            },
        }
        found: dict[int, Counts] = {}
        for page in pages(self._client, query):
            for item in page["Items"]:
                found[int(item["sk"]["S"].partition("#")[2])] = _counts(item)
        return found

    def _update(self, key: dict[str, Any], counts: Counts, expires_at: int) -> None:
        names = {f"#{place}": name for place, name in enumerate(counts)}
        values: dict[str, Any] = {f":{place}": {"N": str(n)} for place, n in enumerate(counts.values())}
        added = ", ".join(f"#{place} :{place}" for place in range(len(counts)))
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression=f"SET expires_at = :expires ADD {added}",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={**values, ":expires": {"N": str(expires_at)}},
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"DynamoDB: {type(error).__name__}") from error


def _partition(account: str, affiliate: str) -> str:
    return f"series#{account}#{affiliate}"


def _sort(period: Period, start: int) -> str:
    return f"{period.value}#{max(0, start):013d}"


def _counts(item: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(value["N"]) for name, value in item.items() if name not in _OTHERS}
