"""An index of the screens on DynamoDB, `list`, `cause` or `risk`: entries of a partition, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockbridge.dynamo_queries import one_page, pages
from stockbridge.recent import Recent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

EXACT_UP_TO = 10_000  # counting further would read the whole partition
COUNTS_KEPT_S = 5


@dataclass(frozen=True, slots=True)
class Count:
    """`more`: there are more than `count`."""

    count: int
    more: bool = False

    def __add__(self, other: Count) -> Count:
        return Count(self.count + other.count, self.more or other.more)


class DynamoListIndex:
    """`listing.ListIndex` on the records table, and counts that are up to COUNTS_KEPT_S old."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Callable[[], int], *, index: str = "list") -> None:
        self._client = client
        self._table = table
        self._index = index  # its key is named after it
        self._sorted_by = "risk_sk" if index == "risk" else "list_sk"
        self._counts: Recent[str, Count] = Recent(clock, keep_s=COUNTS_KEPT_S, size=10_000)

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        answer = one_page(
            self._client,
            {
                "TableName": self._table,
                "IndexName": self._index,
                "KeyConditionExpression": (
                    f"{self._index}_pk = :partition AND {self._sorted_by} BETWEEN :low AND :high"
                ),
                "ExpressionAttributeValues": {
                    ":partition": {"S": _partition(account, partition)},
                    ":low": {"S": low},
                    ":high": {"S": high},
                },
                "ScanIndexForward": False,
                "Limit": limit,
            },
        )
        return [item[self._sorted_by]["S"] for item in answer["Items"]]

    def affiliates(self, account: str, sku: str) -> Sequence[str]:
        answer = one_page(
            self._client,
            {
                "TableName": self._table,
                "KeyConditionExpression": "pk = :pk AND sk < :others",
                # affiliates are in upper case: what is kept beside a record, listing# and ~, sorts after them
                "ExpressionAttributeValues": {":pk": {"S": f"{account}#{sku}"}, ":others": {"S": "a"}},
                "ProjectionExpression": "sk",
                "ConsistentRead": True,
            },
        )
        return [item["sk"]["S"] for item in answer["Items"]]

    def count(self, account: str, partition: str) -> Count:
        """How many rows the partition has; exact up to EXACT_UP_TO."""
        name = _partition(account, partition)
        return self._counts.get(name, lambda: self._count(name))

    def total(self, account: str, partition: str, *, low: str, high: str) -> int:
        """How many rows of the partition `newest` would find from low to high: it reads all their entries."""
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "IndexName": "list",
            "Select": "COUNT",
            "KeyConditionExpression": "list_pk = :partition AND list_sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": {
                ":partition": {"S": _partition(account, partition)},
                ":low": {"S": low},
                ":high": {"S": high},
            },
        }
        return sum(page["Count"] for page in pages(self._client, query))

    def _count(self, name: str) -> Count:
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "IndexName": self._index,
            "Select": "COUNT",
            "KeyConditionExpression": f"{self._index}_pk = :partition",
            "ExpressionAttributeValues": {":partition": {"S": name}},
        }
        counted = 0
        while True:
            answer = one_page(self._client, {**query, "Limit": EXACT_UP_TO + 1 - counted})
            counted += answer["Count"]
            if counted > EXACT_UP_TO:
                return Count(EXACT_UP_TO, more=True)
            last = answer.get("LastEvaluatedKey")
            if not last:
                return Count(counted)
            query["ExclusiveStartKey"] = last


def _partition(account: str, partition: str) -> str:
    return f"{account}#{partition}"
