"""Secrets of channels: JSON objects of strings in Secrets Manager, kept in memory for a few minutes.

A value is never logged and never part of an error. Rotation is noticed when the kept copy gets old, or at once by
whoever was refused and reads with `fresh`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from stockbridge.errors import MissingSecret, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

TTL_MS = 300_000
_NOT_THERE = {
    "ResourceNotFoundException",
    "InvalidRequestException",  # it is marked to be deleted
    "AccessDeniedException",  # its name is not one that this installation may read
    "ValidationException",
}


class Credentials:
    """`clock` is in milliseconds. Safe to share between threads."""

    def __init__(self, client: SecretsManagerClient, clock: Callable[[], int], *, ttl_ms: int = TTL_MS) -> None:
        self._client = client
        self._clock = clock
        self._ttl_ms = ttl_ms
        self._kept: dict[str, tuple[int, Mapping[str, str]]] = {}

    def __call__(self, name: str, fresh: bool = False, /) -> Mapping[str, str]:
        """The secret's values; with `fresh`, as they are now. Raises MissingSecret and Unavailable.

        An old copy is better than none while Secrets Manager does not answer: at worst it is refused.
        """
        kept = self._kept.get(name)
        if kept is not None and not fresh and self._clock() - kept[0] < self._ttl_ms:
            return kept[1]
        try:
            values = self._read(name)
        except Unavailable:
            if kept is None or fresh:
                raise
            return kept[1]
        except MissingSecret:
            self._kept.pop(name, None)
            raise
        self._kept[name] = (self._clock(), values)
        return values

    def store(self, name: str, values: Mapping[str, str]) -> None:
        """From now on the secret is this. Raises Unavailable."""
        try:
            self._client.put_secret_value(SecretId=name, SecretString=json.dumps(dict(values)))
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"Secrets Manager: {type(error).__name__}") from error
        self._kept[name] = (self._clock(), dict(values))

    def exists(self, name: str) -> bool:
        """Whether the secret can be named by a channel; its value is not read. Raises Unavailable."""
        try:
            return "DeletedDate" not in self._client.describe_secret(SecretId=name)
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return False
            raise Unavailable(f"Secrets Manager: {_code(error)}") from error
        except BotoCoreError as error:
            raise Unavailable(f"Secrets Manager: {type(error).__name__}") from error

    def _read(self, name: str) -> Mapping[str, str]:
        try:
            text = self._client.get_secret_value(SecretId=name).get("SecretString", "")
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                raise MissingSecret(f"the secret {name} does not exist or may not be read") from error
            raise Unavailable(f"Secrets Manager: {_code(error)}") from error
        except BotoCoreError as error:
            raise Unavailable(f"Secrets Manager: {type(error).__name__}") from error
        try:
            values = json.loads(text)
        except ValueError:
            values = None  # the error would quote the text
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise MissingSecret(f"the secret {name} is not a JSON object of texts")
        return values


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
