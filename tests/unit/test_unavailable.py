"""What DynamoDB or SQS does not answer is Unavailable, whatever the SDK calls it."""

from __future__ import annotations

from contextlib import closing

import boto3
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.stub import Stubber
from pynamodb.exceptions import PutError

from stockbridge.dynamo import translated
from stockbridge.errors import Conflict, Unavailable
from stockbridge.queues import SqsQueue

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/dead"


@pytest.mark.parametrize(
    "error",
    [ReadTimeoutError, ConnectTimeoutError, ConnectionClosedError, EndpointConnectionError],
)
def test_a_call_of_dynamodb_without_an_answer(error: type[BotoCoreError]) -> None:
    with pytest.raises(Unavailable, match=error.__name__), translated():
        raise PutError("Failed to put item", error(endpoint_url=URL))


@pytest.mark.parametrize(
    ("code", "ours"),
    [("ThrottlingException", Unavailable), ("ConditionalCheckFailedException", Conflict)],
)
def test_an_answer_of_dynamodb_is_told_by_its_code(code: str, ours: type[Exception]) -> None:
    with pytest.raises(ours), translated():
        raise PutError("Failed to put item", ClientError({"Error": {"Code": code}}, "PutItem"))


def test_a_taken_message_that_sqs_does_not_delete() -> None:
    with closing(boto3.client("sqs")) as client, Stubber(client) as sqs:
        sqs.add_response("receive_message", {"Messages": [{"Body": "a", "ReceiptHandle": "1"}]})
        sqs.add_client_error("delete_message", "ServiceUnavailable")
        ((body, delete),) = SqsQueue(client, URL).take(1)
        assert body == "a"
        with pytest.raises(Unavailable):
            delete()
