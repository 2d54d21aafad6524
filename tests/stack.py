"""The stack of template.yaml in moto: its tables, queues and topics, and the environment that its functions get."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from stockbridge import aws

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's

_TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@cache
def read_template() -> dict[str, Any]:
    return dict(yaml_parse(TEMPLATE.read_text(encoding="utf-8")))


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Properties by logical id, which is the name here."""
    found = read_template()["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == kind}


@cache
def environment() -> dict[str, str]:
    """What every function of the stack gets."""
    template = read_template()
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    return {name: _resolved(template, value) for name, value in variables.items()}


def _resolved(template: dict[str, Any], value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "Fn::Sub" in value:
        return re.sub(r"\$\{(\w+)\}", lambda found: _resolved(template, {"Ref": found[1]}), value["Fn::Sub"])
    name = value["Ref"]
    if name in template["Parameters"]:
        return str(template["Parameters"][name]["Default"])
    match template["Resources"][name]["Type"]:
        case "AWS::SQS::Queue":
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
        case "AWS::SNS::Topic":
            return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
        case "AWS::S3::Bucket":
            return str(name).lower()
        case _:
            return str(name)


def create() -> None:
    """Inside moto's mock."""
    for name, properties in resources("AWS::DynamoDB::Table").items():
        wanted: Any = {each: properties[each] for each in _TABLE_PROPERTIES if each in properties}
        aws.dynamodb().create_table(TableName=name, **wanted)
    for name in resources("AWS::SQS::Queue"):
        aws.sqs().create_queue(QueueName=name)
    for name in resources("AWS::SNS::Topic"):
        aws.sns().create_topic(Name=name)
    for name in resources("AWS::S3::Bucket"):
        aws.s3().create_bucket(Bucket=name.lower())
