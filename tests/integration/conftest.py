"""Handlers against the stack of template.yaml in moto."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from itertools import count
from types import SimpleNamespace

import pytest
from moto import mock_aws  # before any client is made: moto reaches only later ones

from stockbridge import aws
from stockbridge.dynamo import DynamoRecords
from tests import stack
from tests.integration.api import Api
from tests.integration.wire import OK, Behave, Server

_numbers = count(1)

os.environ.update(stack.environment())  # before a handler is imported: it reads its settings then


@pytest.fixture
def aws_stack() -> Iterator[None]:
    """Fresh tables, queues and topics."""
    with mock_aws():
        stack.create()
        yield


@pytest.fixture
def lambda_context() -> SimpleNamespace:
    return SimpleNamespace(
        function_name="function",
        function_version="$LATEST",
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:{stack.REGION}:{stack.ACCOUNT}:function:function",
        aws_request_id="00000000-0000-0000-0000-000000000000",
        get_remaining_time_in_millis=lambda: 29_000,
    )


@pytest.fixture
def api(aws_stack: None, lambda_context: SimpleNamespace) -> Api:
    """Each test has an account of its own: what a process remembers of one is nothing to another."""
    return Api(f"loja{next(_numbers)}", lambda_context)


@pytest.fixture
def records(aws_stack: None) -> DynamoRecords:
    names = stack.environment()
    return DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])


@pytest.fixture
def intake_messages(aws_stack: None) -> Callable[[], list[str]]:
    """The bodies that wait in the intake queue."""

    def bodies() -> list[str]:
        answer = aws.sqs().receive_message(
            QueueUrl=stack.environment()["INTAKE_QUEUE_URL"], MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [message["Body"] for message in answer.get("Messages", [])]

    return bodies


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(behave: Behave | None = None, tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(behave or (lambda connection, request: connection.sendall(OK)), tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
