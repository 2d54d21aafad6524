"""Secrets of channels in Secrets Manager, as moto plays it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from stockbridge.credentials import TTL_MS, Credentials
from stockbridge.errors import MissingSecret, Unavailable

NAME = "stockbridge/test/loja/SPT"


@dataclass
class Clock:
    now: int = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def client(monkeypatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        client.create_secret(Name=NAME, SecretString='{"token": "canary-1"}')
        yield client
        client.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def credentials(client, clock) -> Credentials:
    return Credentials(client, clock)


def rotate(client: Any) -> None:
    client.put_secret_value(SecretId=NAME, SecretString='{"token": "canary-2"}')


def fails(client: Any, monkeypatch: Any, error: Exception) -> None:
    def refuse(**_: Any) -> None:
        raise error

    for operation in ("get_secret_value", "describe_secret"):
        monkeypatch.setattr(client, operation, refuse)


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "GetSecretValue")


def test_a_secret_is_its_values(credentials) -> None:
    assert credentials(NAME) == {"token": "canary-1"}


def test_a_kept_secret_is_used_until_it_is_old(credentials, client, clock) -> None:
    credentials(NAME)
    rotate(client)
    clock.now += TTL_MS - 1
    assert credentials(NAME) == {"token": "canary-1"}
    clock.now += 1
    assert credentials(NAME) == {"token": "canary-2"}


def test_a_fresh_read_sees_a_rotation_at_once_and_for_all(credentials, client) -> None:
    credentials(NAME)
    rotate(client)
    assert credentials(NAME, True) == {"token": "canary-2"}
    assert credentials(NAME) == {"token": "canary-2"}


def test_a_secret_that_is_not_there_is_missing(credentials, client) -> None:
    with pytest.raises(MissingSecret, match="stockbridge/test/loja/none"):
        credentials("stockbridge/test/loja/none")


def test_a_deleted_secret_is_missing_also_for_who_kept_it(credentials, client) -> None:
    credentials(NAME)
    client.delete_secret(SecretId=NAME)
    with pytest.raises(MissingSecret):
        credentials(NAME, True)
    with pytest.raises(MissingSecret):
        credentials(NAME)


@pytest.mark.parametrize("text", ["canary-plain", '["canary"]', '{"token": 7}', '{"a": {"canary": "x"}}', '"canary"'])
def test_a_secret_that_is_no_object_of_texts_is_missing_and_not_quoted(credentials, client, text: str) -> None:
    client.put_secret_value(SecretId=NAME, SecretString=text)
    with pytest.raises(MissingSecret) as raised:
        credentials(NAME)
    assert "canary" not in str(raised.value)
    assert "canary" not in repr(raised.value.__cause__)


@pytest.mark.parametrize("error", [throttled(), EndpointConnectionError(endpoint_url="https://sm.example")])
def test_an_old_copy_is_better_than_none_but_is_never_called_fresh(
    credentials, client, clock, monkeypatch, error: Exception
) -> None:
    credentials(NAME)
    clock.now += 2 * TTL_MS
    fails(client, monkeypatch, error)
    assert credentials(NAME) == {"token": "canary-1"}
    with pytest.raises(Unavailable):
        credentials(NAME, True)
    with pytest.raises(Unavailable):
        credentials("stockbridge/test/loja/other")
    with pytest.raises(Unavailable):
        credentials.exists(NAME)


def test_whether_a_secret_exists_is_known_without_reading_it(credentials, client) -> None:
    assert credentials.exists(NAME)
    assert not credentials.exists("stockbridge/test/loja/none")
    client.delete_secret(SecretId=NAME)
    assert not credentials.exists(NAME)
