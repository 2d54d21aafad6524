"""The queues on SQS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from stockbridge.errors import Unavailable
from stockbridge.store import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

SQS_BATCH = 10


class SqsQueue:
    """`store.Queue`: ten messages a call."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, messages: Sequence[Message]) -> None:
        for page in _pages(messages):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "MessageBody": message.body, "DelaySeconds": message.delay_s}
                for number, message in enumerate(page)
            ]
            try:
                answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise Unavailable(f"SQS: {type(error).__name__}") from error
            if answer.get("Failed"):
                raise Unavailable(f"SQS refused {len(answer['Failed'])} of {len(entries)} messages")

    def waiting(self) -> int:
        """About how many messages are visible or in flight. Raises Unavailable."""
        try:
            answer = self._client.get_queue_attributes(
                QueueUrl=self._url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"SQS: {type(error).__name__}") from error
        return sum(int(number) for number in answer["Attributes"].values())

    def take(self, at_most: int) -> Iterator[tuple[str, Callable[[], None]]]:
        """Bodies of what is visible, each with the call that deletes it. Both raise Unavailable."""
        for _ in range(-(-at_most // SQS_BATCH)):
            try:
                answer = self._client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=SQS_BATCH)
            except (BotoCoreError, ClientError) as error:
                raise Unavailable(f"SQS: {type(error).__name__}") from error
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                yield message["Body"], partial(self._delete, message["ReceiptHandle"])

    def _delete(self, receipt_handle: str) -> None:
        try:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt_handle)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"SQS: {type(error).__name__}") from error


def _pages(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    for start in range(0, len(messages), SQS_BATCH):
        yield messages[start : start + SQS_BATCH]
