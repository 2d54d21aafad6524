"""The indexes `list` and `cause` of the records table, walked and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from stockbridge.dynamo_listing import Count
from stockbridge.dynamo_queries import one_page, pages

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef


class DynamoIndex:
    """`walking.Index` and `counting.Counts`."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def newest(self, index: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        query = self._between(index, partition, low, high)
        answer = one_page(self._client, {**query, "ScanIndexForward": False, "Limit": limit})
        return [item["list_sk"]["S"] for item in answer["Items"]]

    def count(self, index: str, partition: str, *, low: str, high: str, ends_at: int) -> Count:
        query = self._between(index, partition, low, high)
        counted = 0
        for page in pages(self._client, {**query, "Select": "COUNT"}):
            counted += page["Count"]
            if page.get("LastEvaluatedKey") and self._clock() >= ends_at:
                return Count(counted, more=True)
        return Count(counted)

    def _between(self, index: str, partition: str, low: str, high: str) -> QueryInputTypeDef:
        return {
            "TableName": self._table,
            "IndexName": index,
            "KeyConditionExpression": f"{index}_pk = :partition AND list_sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":partition": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
        }
