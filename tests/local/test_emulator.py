"""MiniStack as the local system runs it: what comes back after a stop, and after a kill -9."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from local import emulator, template
from local.errors import StartError
from local.names import CREDENTIALS, REGION
from local.provision import provision
from local.snapshots import PAUSE_S

TEMPLATE = """
Parameters:
  Seconds: { Type: Number, Default: 30 }
  Key: { Type: String, Default: id }
  Days: { Type: Number, Default: 1 }
Resources:
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !Ref Seconds
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }
  Dead: { Type: AWS::SQS::Queue }
  Notes:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: !Ref Key, AttributeType: S }, { AttributeName: at, AttributeType: N }]
      KeySchema: [{ AttributeName: !Ref Key, KeyType: HASH }]
      TimeToLiveSpecification: { AttributeName: expires_at, Enabled: true }
      GlobalSecondaryIndexes:
        - IndexName: by_at
          KeySchema: [{ AttributeName: !Ref Key, KeyType: HASH }, { AttributeName: at, KeyType: RANGE }]
          Projection: { ProjectionType: KEYS_ONLY }
  Topic: { Type: AWS::SNS::Topic }
  Files:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules: [{ Status: Enabled, Prefix: spool/, ExpirationInDays: !Ref Days }]
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: toy/secret
      GenerateSecretString: { SecretStringTemplate: '{"user":"ana"}', GenerateStringKey: password }
"""


def client(service: Any, url: str) -> Any:
    return closing(
        boto3.client(
            service,
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
    )


class Machine:
    """One state folder, and the system's resources in it each time it is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "logs").mkdir()
        (folder / "template.yaml").write_text(TEMPLATE, encoding="utf-8")

    def run(self, use: Callable[[str, Any], Any], *, kill: bool = False, **parameters: str) -> Any:
        """Start, provision, use, stop; `use` gets the emulator's URL and a function from logical id to physical."""

        async def each() -> Any:
            started = await emulator.start(self.folder / "emulator", self.folder / "logs")
            try:
                await started.ready()
                stack = template.load(
                    self.folder / "template.yaml", parameters, {}, endpoint_url=started.url, api_url="http://x"
                )
                await asyncio.to_thread(provision, stack, started.url)
                return await asyncio.to_thread(use, started.url, lambda name: stack.resources[name].attributes["Ref"])
            finally:
                if kill:
                    os.kill(started.process.pid, signal.SIGKILL)
                    await started.process.wait()
                else:
                    assert await started.stop()

        return asyncio.run(each())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def write_pair(url: str, name: Any, number: int) -> None:
    """First the row, then the message: a message without its row would be from another moment."""
    with client("dynamodb", url) as dynamodb, client("sqs", url) as sqs:
        dynamodb.put_item(TableName=name("Notes"), Item={"id": {"S": str(number)}, "at": {"N": str(number)}})
        sqs.send_message(QueueUrl=name("Work"), MessageBody=str(number))


def pairs(url: str, name: Any) -> tuple[int, int]:
    with client("dynamodb", url) as dynamodb, client("sqs", url) as sqs:
        counted = sqs.get_queue_attributes(QueueUrl=name("Work"), AttributeNames=["ApproximateNumberOfMessages"])
        return (
            dynamodb.scan(TableName=name("Notes"), Select="COUNT")["Count"],
            int(counted["Attributes"]["ApproximateNumberOfMessages"]),
        )


def test_everything_is_there_after_a_restart_on_another_port(machine: Machine) -> None:
    def first(url: str, name: Any) -> str:
        write_pair(url, name, 1)
        with client("secretsmanager", url) as secrets:
            return str(secrets.get_secret_value(SecretId="toy/secret")["SecretString"])

    secret = machine.run(first)

    def second(url: str, name: Any) -> tuple[int, int, str]:
        with client("secretsmanager", url) as secrets:
            return (*pairs(url, name), secrets.get_secret_value(SecretId="toy/secret")["SecretString"])

    assert machine.run(second) == (1, 1, secret)


def test_objects_outlive_a_restart_outside_the_snapshots_until_their_bucket_expires_them(machine: Machine) -> None:
    body = b"x" * 1_000_000

    def store(url: str, name: Any) -> None:
        with client("s3", url) as s3:
            for key in ("files/1", "spool/1"):
                s3.put_object(Bucket=name("Files"), Key=key, Body=body)

    def there(url: str, name: Any) -> list[str]:
        with client("s3", url) as s3:
            found = s3.list_objects_v2(Bucket=name("Files"))["Contents"]
            assert all(s3.get_object(Bucket=name("Files"), Key=one["Key"])["Body"].read() == body for one in found)
            return [one["Key"] for one in found]

    machine.run(store)
    snapshot = (machine.folder / "emulator" / "current").resolve()
    assert sum(path.stat().st_size for path in snapshot.iterdir()) < len(body)
    assert machine.run(there) == ["files/1", "spool/1"]
    assert machine.run(there, Days="0") == ["files/1"]


def test_an_address_signed_for_a_browser_leads_to_its_object(machine: Machine) -> None:
    def had(url: str, name: Any) -> tuple[int, bytes]:
        with client("s3", url) as s3:
            s3.put_object(Bucket=name("Files"), Key="files/1", Body=b"abc")
            signed = s3.generate_presigned_url("get_object", {"Bucket": name("Files"), "Key": "files/1"}, ExpiresIn=60)
        answer = httpx.get(signed, trust_env=False)
        return answer.status_code, answer.content

    assert machine.run(had) == (200, b"abc")


def test_a_killed_emulator_comes_back_as_it_was_a_moment_before(machine: Machine) -> None:
    """Every row with its message, because tables and queues are saved as of one instant."""

    def write_for_a_while(url: str, name: Any) -> int:
        until = time.monotonic() + 3 * PAUSE_S
        number = 0
        while time.monotonic() < until:
            number += 1
            write_pair(url, name, number)
        return number

    written = machine.run(write_for_a_while, kill=True)
    rows, messages = machine.run(pairs)

    assert written / 2 < rows <= written
    assert 0 <= rows - messages <= 1


def test_what_was_written_long_enough_before_a_kill_is_kept(machine: Machine) -> None:
    def write_and_wait(url: str, name: Any) -> None:
        write_pair(url, name, 1)
        time.sleep(2 * PAUSE_S + 0.5)

    machine.run(write_and_wait, kill=True)

    assert machine.run(pairs) == (1, 1)


def test_a_message_that_somebody_had_received_is_free_again_after_a_restart(machine: Machine) -> None:
    def receive(url: str, name: Any) -> int:
        write_pair(url, name, 1)
        with client("sqs", url) as sqs:
            return len(sqs.receive_message(QueueUrl=name("Work"), VisibilityTimeout=600)["Messages"])

    assert machine.run(receive) == 1
    assert machine.run(pairs) == (1, 1)


def test_a_delayed_message_stays_delayed_over_a_restart(machine: Machine) -> None:
    def send(url: str, name: Any) -> None:
        with client("sqs", url) as sqs:
            sqs.send_message(QueueUrl=name("Work"), MessageBody="later", DelaySeconds=600)

    machine.run(send)

    assert machine.run(pairs) == (0, 0)


def test_a_second_start_changes_only_what_the_template_changed(machine: Machine) -> None:
    def describe(url: str, name: Any) -> tuple[str, str]:
        with client("sqs", url) as sqs, client("dynamodb", url) as dynamodb:
            attributes = sqs.get_queue_attributes(QueueUrl=name("Work"), AttributeNames=["All"])["Attributes"]
            ttl = dynamodb.describe_time_to_live(TableName=name("Notes"))["TimeToLiveDescription"]
            return attributes["VisibilityTimeout"], ttl["TimeToLiveStatus"]

    machine.run(lambda url, name: write_pair(url, name, 1))

    assert machine.run(describe, Seconds="45") == ("45", "ENABLED")
    assert machine.run(pairs) == (1, 1)


def test_a_table_that_would_have_to_be_replaced_is_refused(machine: Machine) -> None:
    machine.run(pairs)

    with pytest.raises(StartError, match="Notes"):
        machine.run(pairs, Key="other")


def test_a_web_page_cannot_speak_to_the_emulator(machine: Machine) -> None:
    def ask(url: str, _: Any) -> int:
        with httpx.Client(trust_env=False) as http:
            return http.post(f"{url}/_ministack/reset", headers={"origin": "https://page.test"}).status_code

    assert machine.run(ask) == 403
