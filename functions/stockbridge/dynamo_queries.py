"""Queries of the low-level client, whose errors become ours here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from stockbridge.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef, QueryOutputTypeDef


def one_page(client: DynamoDBClient, query: QueryInputTypeDef) -> QueryOutputTypeDef:
    """Raises Unavailable."""
    try:
        return client.query(**query)
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"DynamoDB: {type(error).__name__}") from error


def pages(client: DynamoDBClient, query: QueryInputTypeDef) -> Iterator[QueryOutputTypeDef]:
    """To the end, each read when it is asked for; all but the last have a LastEvaluatedKey. Raises Unavailable."""
    while True:
        page = one_page(client, query)
        yield page
        last = page.get("LastEvaluatedKey")
        if not last:
            return
        query = {**query, "ExclusiveStartKey": last}
