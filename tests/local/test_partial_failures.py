"""Which messages of a batch are deleted: the conditions that the Lambda developer guide lists, one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.pollers import handled, record

IDS = ["m1", "m2", "m3"]


@pytest.mark.parametrize("answer", [None, {}, {"other": 1}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_empty_report_is_a_success_of_the_whole_batch(answer: Any) -> None:
    assert handled(IDS, json.dumps(answer).encode()) == {"m1", "m2", "m3"}


def test_listed_messages_stay_and_the_others_go() -> None:
    answer = {"batchItemFailures": [{"itemIdentifier": "m2"}, {"itemIdentifier": "m2"}]}

    assert handled(IDS, json.dumps(answer).encode()) == {"m1", "m3"}


@pytest.mark.parametrize(
    "failures",
    [
        [{"itemIdentifier": "m2"}, {"itemIdentifier": "unknown"}],
        [{"itemIdentifier": ""}],
        [{"itemIdentifier": None}],
        [{"itemIdentifier": 2}],
        [{"itemIdentifier": ["m1"]}],
        [{"itemidentifier": "m2"}],
        [{"messageId": "m2"}],
        [{}],
        ["m2"],
        [None],
        {"itemIdentifier": "m2"},
        "m2",
        True,
        0,
    ],
)
def test_a_malformed_report_fails_the_whole_batch(failures: Any) -> None:
    assert handled(IDS, json.dumps({"batchItemFailures": failures}).encode()) == set()


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b'"done"', b"true", b"7"])
def test_an_answer_that_is_no_report_at_all_fails_the_whole_batch(payload: bytes) -> None:
    assert handled(IDS, payload) == set()


def test_a_message_becomes_the_record_that_lambda_sends() -> None:
    message = {
        "MessageId": "m1",
        "ReceiptHandle": "handle",
        "Body": "{}",
        "MD5OfBody": "md5",
        "Attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1545082649183"},
        "MessageAttributes": {"kind": {"StringValue": "x", "DataType": "String"}},
        "MD5OfMessageAttributes": "md5a",
    }

    assert record(message, "arn:aws:sqs:us-east-1:000000000000:work") == {
        "messageId": "m1",
        "receiptHandle": "handle",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1545082649183"},
        "messageAttributes": {
            "kind": {"stringValue": "x", "dataType": "String", "stringListValues": [], "binaryListValues": []}
        },
        "md5OfBody": "md5",
        "md5OfMessageAttributes": "md5a",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:work",
        "awsRegion": "us-east-1",
    }
