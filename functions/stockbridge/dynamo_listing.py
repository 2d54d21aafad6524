"""An index of the screens on DynamoDB, `list`, `cause` or `risk`: entries of a partition, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockbridge.dynamo_queries import one_page, pages
from stockbridge.listing import NEWEST, OLDEST
from stockbridge.recent import Recent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

EXACT_UP_TO = 10_000  # counting further would read the whole partition
COUNTS_KEPT_S = 5
CAPPED_KEPT_S = 30  # of counts that end at their limit: each reads a megabyte of the index, and hardly any changes


@dataclass(frozen=True, slots=True)
class Count:
    """`more`: there are more than `count`."""

    count: int
    more: bool = False

    def __add__(self, other: Count) -> Count:
        return Count(self.count + other.count, self.more or other.more)


class DynamoListIndex:
    """`listing.ListIndex` on the records table, and counts that are up to COUNTS_KEPT_S old; those that end at their
    limit, up to CAPPED_KEPT_S."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Callable[[], int], *, index: str = "list") -> None:
        self._client = client
        self._table = table
        self._index = index  # its key is named after it
        self._sorted_by = "risk_sk" if index == "risk" else "list_sk"
        self._counts: Recent[tuple[str, str, str, int], Count] = Recent(
            clock, keep_s=lambda count: CAPPED_KEPT_S if count.more else COUNTS_KEPT_S, size=10_000
        )

    def newest(self, account: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        between = self._between(_partition(account, partition), low, high)
        answer = one_page(self._client, {**between, "ScanIndexForward": False, "Limit": limit})
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

    def count(
        self, account: str, partition: str, *, low: str = OLDEST, high: str = NEWEST, up_to: int = EXACT_UP_TO
    ) -> Count:
        """How many rows of the partition `newest` would find from low to high; exact up to `up_to`."""
        asked = _partition(account, partition), low, high, up_to
        return self._counts.get(asked, lambda: self._count(*asked))

    def total(self, account: str, partition: str, *, low: str, high: str) -> int:
        """How many rows of the partition `newest` would find from low to high: it reads all their entries."""
        query = self._between(_partition(account, partition), low, high)
        return sum(page["Count"] for page in pages(self._client, {**query, "Select": "COUNT"}))

    def _count(self, name: str, low: str, high: str, up_to: int) -> Count:
        query: QueryInputTypeDef = {**self._between(name, low, high), "Select": "COUNT"}
        counted = 0
        while True:
            answer = one_page(self._client, {**query, "Limit": up_to + 1 - counted})
            counted += answer["Count"]
            if counted > up_to:
                return Count(up_to, more=True)
            last = answer.get("LastEvaluatedKey")
            if not last:
                return Count(counted)
            query["ExclusiveStartKey"] = last

    def _between(self, name: str, low: str, high: str) -> QueryInputTypeDef:
        return {
            "TableName": self._table,
            "IndexName": self._index,
            "KeyConditionExpression": f"{self._index}_pk = :partition AND {self._sorted_by} BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":partition": {"S": name}, ":low": {"S": low}, ":high": {"S": high}},
        }


def _partition(account: str, partition: str) -> str:
    return f"{account}#{partition}"
