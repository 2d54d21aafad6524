"""The few SQS operations that event source mappings need, without blocking the event loop as boto3 would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx

from local.names import CREDENTIALS, REGION

LONG_POLL_S = 20
_BATCH = 10  # messages per call, at most

# MiniStack reads account and region from here and checks no signature.
_AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={CREDENTIALS['AWS_ACCESS_KEY_ID']}/20260101/{REGION}/sqs/aws4_request, "
    "SignedHeaders=host, Signature=none"
)


class Queue:
    """One queue. Every method may raise httpx.HTTPError."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    async def receive(self, most: int, wait_s: int) -> list[dict[str, Any]]:
        """Up to `most` (at most 10) messages as SQS gives them, waiting for the first one."""
        answer = await self._call(
            "ReceiveMessage",
            MaxNumberOfMessages=min(most, _BATCH),
            WaitTimeSeconds=wait_s,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def delete(self, receipt_handles: Sequence[str]) -> None:
        for start in range(0, len(receipt_handles), _BATCH):
            handles = receipt_handles[start : start + _BATCH]
            entries = [{"Id": str(index), "ReceiptHandle": handle} for index, handle in enumerate(handles)]
            await self._call("DeleteMessageBatch", Entries=entries)

    async def _call(self, operation: str, **parameters: object) -> dict[str, Any]:
        response = await self._client.post(
            self._url,
            content=json.dumps({"QueueUrl": self._url, **parameters}),
            headers={
                "authorization": _AUTHORIZATION,
                "content-type": "application/x-amz-json-1.0",
                "x-amz-target": f"AmazonSQS.{operation}",
            },
            timeout=LONG_POLL_S + 10,
        )
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer
