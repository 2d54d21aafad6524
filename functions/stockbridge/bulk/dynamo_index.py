"""The indexes `list` and `cause` of the records table, walked and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from stockbridge.dynamo_listing import Count
from stockbridge.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef, QueryOutputTypeDef


class DynamoIndex:
    """`walking.Index` and `counting.Counts`."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def newest(self, index: str, partition: str, *, low: str, high: str, limit: int) -> Sequence[str]:
        query = self._between(index, partition, low, high)
        answer = self._query({**query, "ScanIndexForward": False, "Limit": limit})
        return [item["list_sk"]["S"] for item in answer["Items"]]

    def count(self, index: str, partition: str, *, low: str, high: str, ends_at: int) -> Count:
        query = self._between(index, partition, low, high)
        query["Select"] = "COUNT"
        counted = 0
        while True:
            answer = self._query(query)
            counted += answer["Count"]
            last = answer.get("LastEvaluatedKey")
            if not last:
                return Count(counted)
            if self._clock() >= ends_at:
                return Count(counted, more=True)
            query["ExclusiveStartKey"] = last

    def _between(self, index: str, partition: str, low: str, high: str) -> QueryInputTypeDef:
        return {
            "TableName": self._table,
            "IndexName": index,
            "KeyConditionExpression": f"{index}_pk = :partition AND list_sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":partition": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
        }

    def _query(self, query: QueryInputTypeDef) -> QueryOutputTypeDef:
        try:
            return self._client.query(**query)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"DynamoDB: {type(error).__name__}") from error
