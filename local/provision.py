"""Creates what the stack holds (tables, queues, topics, secrets, buckets) in the emulator; what is there already stays.

Queue attributes and a table's TTL follow the template at every start. A changed table key or index does not: as with a
deployment it would mean replacing the table, so it is refused with the way out. The emulator expires no objects: what a
bucket's lifecycle ends by its age goes here, at the start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from local.errors import StartError
from local.names import CREDENTIALS, REGION
from local.template import Resource, Stack

_QUEUE_ATTRIBUTES = {
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
}
_TABLE_SETTINGS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def provision(stack: Stack, endpoint_url: str) -> None:
    """Blocks for some milliseconds per resource. Raises StartError for a table that would have to be replaced."""
    session = boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    config = Config(proxies={}, retries={"mode": "standard"})

    def client(service: Any) -> Any:
        return session.client(service, endpoint_url=endpoint_url, config=config)

    for resource in stack.of_type("AWS::DynamoDB::Table"):
        _table(client("dynamodb"), resource)
    queues = stack.of_type("AWS::SQS::Queue")
    for resource in sorted(queues, key=lambda queue: "RedrivePolicy" in queue.properties):  # dead letters come first
        _queue(client("sqs"), resource)
    for resource in stack.of_type("AWS::SNS::Topic"):
        _topic(client("sns"), client("sqs"), resource)
    for resource in stack.of_type("AWS::SecretsManager::Secret"):
        _secret(client("secretsmanager"), resource)
    for resource in stack.of_type("AWS::S3::Bucket"):
        _bucket(client("s3"), resource)


def _table(dynamodb: Any, resource: Resource) -> None:
    name = resource.attributes["Ref"]
    wanted = {setting: resource.properties[setting] for setting in _TABLE_SETTINGS if setting in resource.properties}
    try:
        there = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **wanted)
        there = wanted
    if _shape(there) != _shape(wanted):
        raise StartError(
            f"{resource.logical_id} has other keys or indexes than the template: its data is of an older version. "
            "Start with another --state, or delete that folder to begin anew."
        )
    ttl = resource.properties.get("TimeToLiveSpecification")
    if ttl and ttl.get("Enabled", True):
        described = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if described["TimeToLiveStatus"] != "ENABLED":
            dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)


def _shape(table: Mapping[str, Any]) -> tuple[object, ...]:
    """What cannot change without a new table or a rebuilt index."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}

    def keys(schema: Any) -> list[tuple[str, str, str]]:
        return [(key["AttributeName"], key["KeyType"], types[key["AttributeName"]]) for key in schema]

    indexes = [*(table.get("GlobalSecondaryIndexes") or ()), *(table.get("LocalSecondaryIndexes") or ())]
    return keys(table["KeySchema"]), {
        index["IndexName"]: (
            keys(index["KeySchema"]),
            index["Projection"]["ProjectionType"],
            sorted(index["Projection"].get("NonKeyAttributes", ())),
        )
        for index in indexes
    }


def _queue(sqs: Any, resource: Resource) -> None:
    attributes = {name: _text(value) for name, value in resource.properties.items() if name in _QUEUE_ATTRIBUTES}
    fixed = {"FifoQueue": "true"} if attributes.pop("FifoQueue", "") == "true" else {}
    url = sqs.create_queue(QueueName=resource.attributes["QueueName"], Attributes=fixed)["QueueUrl"]
    assert url == resource.attributes["Ref"], f"{url} is not the predicted {resource.attributes['Ref']}"
    there = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    changed = {name: value for name, value in attributes.items() if there.get(name) != value}
    if changed:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=changed)


def told_queue(topic: Resource) -> str:
    """Name of the queue that gets what is published on the topic."""
    return f"{topic.attributes['TopicName']}-told"


def _topic(sns: Any, sqs: Any, resource: Resource) -> None:
    topic = sns.create_topic(Name=resource.attributes["TopicName"])["TopicArn"]
    url = sqs.create_queue(QueueName=told_queue(resource))["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)  # again is the same subscription


def _bucket(s3: Any, resource: Resource) -> None:
    name = resource.attributes["Ref"]
    if name not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=name)
    for rule in resource.properties.get("LifecycleConfiguration", {}).get("Rules", ()):
        if "ExpirationInDays" not in rule:
            continue
        over = datetime.now(UTC) - timedelta(days=int(rule["ExpirationInDays"]))
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name, Prefix=rule.get("Prefix", "")):
            for old in page.get("Contents", ()):
                if old["LastModified"] < over:
                    s3.delete_object(Bucket=name, Key=old["Key"])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _secret(secrets: Any, resource: Resource) -> None:
    properties = resource.properties
    try:
        secrets.describe_secret(SecretId=resource.attributes["Ref"])
    except secrets.exceptions.ResourceNotFoundException:
        secrets.create_secret(Name=resource.attributes["Ref"], SecretString=_secret_value(secrets, properties))


def _secret_value(secrets: Any, properties: Mapping[str, Any]) -> str:
    if "GenerateSecretString" not in properties:
        return str(properties.get("SecretString", ""))
    rules = dict(properties["GenerateSecretString"])
    key, document = rules.pop("GenerateStringKey", None), json.loads(rules.pop("SecretStringTemplate", "{}"))
    password: str = secrets.get_random_password(**rules)["RandomPassword"]
    return json.dumps({**document, key: password}) if key else password
