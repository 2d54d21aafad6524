"""The clients of AWS: one botocore session per process, made at cold start and shared with PynamoDB.

Each PynamoDB model makes a session and a client of its own by default, which costs three models 240 ms of start and
20 MB. `bind` gives them ours; the attribute it sets is private, so a test holds it to the installed version.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from pynamodb.models import Model

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=10,
    # 4 to 6 % of a call; on outside Lambda, where tests and the local system run
    parameter_validation="AWS_LAMBDA_FUNCTION_NAME" not in os.environ,
)


@cache
def _session() -> boto3.Session:
    return boto3.Session()


@cache
def dynamodb() -> DynamoDBClient:
    return _session().client("dynamodb", config=_CONFIG)


@cache
def dynamodb_once() -> DynamoDBClient:
    """For what is not to be done twice, and is not worth waiting for: one attempt, two seconds at most."""
    once = Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 1})
    return _session().client("dynamodb", config=_CONFIG.merge(once))


@cache
def sqs() -> SQSClient:
    return _session().client("sqs", config=_CONFIG)


@cache
def sns() -> SNSClient:
    return _session().client("sns", config=_CONFIG)


@cache
def s3() -> S3Client:
    """Virtual addresses and version 4, because only what is signed for the bucket's own region's host works at once
    everywhere; for an endpoint that is an IP address botocore puts the bucket into the path by itself."""
    own = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}, read_timeout=30)
    return _session().client("s3", config=_CONFIG.merge(own))


@cache
def secrets_manager() -> SecretsManagerClient:
    return _session().client("secretsmanager", config=_CONFIG)


def bind(model: type[Model], table: str) -> None:
    """Point a model at a table and at the shared client."""
    meta: Any = model.Meta
    meta.table_name = table
    meta.region = dynamodb().meta.region_name
    connection: Any = model._get_connection()
    connection.connection._client = dynamodb()
