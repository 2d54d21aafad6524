"""The history of observed changes on DynamoDB: `history.History`, and its way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from stockbridge import aws
from stockbridge.dynamo import translated
from stockbridge.dynamo_queries import pages
from stockbridge.history import Batch, ObservedChange, pack
from stockbridge.tables import HistoryItem

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

KEPT = timedelta(days=35)


class DynamoHistory:
    def __init__(self, client: DynamoDBClient, table: str) -> None:
        aws.bind(HistoryItem, table)
        self._client = client
        self._table = table

    def append(self, channel_id: str, changes: Sequence[ObservedChange]) -> None:
        newest, packed = pack(changes)
        with translated():
            HistoryItem(
                _partition(channel_id),
                f"{newest:013d}#{uuid4().hex[:8]}",
                size=len(changes),
                changes=packed,
                expires_at=datetime.fromtimestamp(newest / 1000, UTC) + KEPT,
            ).save()

    def newest_first(self, channel_id: str, *, since: int) -> Iterator[Batch]:
        """Batches whose newest change is of `since` or later, read page by page as the caller takes them. Raises
        Unavailable."""
        query: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND sk >= :since",
            "ExpressionAttributeValues": {":pk": {"S": _partition(channel_id)}, ":since": {"S": f"{since:013d}"}},
            "ProjectionExpression": "sk, #size, changes",
            "ExpressionAttributeNames": {"#size": "size"},  # a reserved word
            "ScanIndexForward": False,
        }
        for page in pages(self._client, query):
            for item in page["Items"]:
                yield Batch(int(item["sk"]["S"][:13]), int(item["size"]["N"]), item["changes"]["B"])


def _partition(channel_id: str) -> str:
    return f"history#{channel_id}"
