"""Reads a SAM template as CloudFormation would: aws-sam-translator expands it, parameters are checked, names are given.

The template stays the only description of the wiring. What it says and this module cannot honour is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.model.exceptions import InvalidDocumentException  # type: ignore[import-untyped]  # ships no types
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]  # ships no types
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]  # ships no types

from local.errors import TemplateError
from local.intrinsics import Attributes, Resolver
from local.names import ACCOUNT, REGION, STACK, arn

# Identities, permissions and log groups have no effect on one machine.
IGNORED = {
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource after translation. `attributes` answers Ref (under "Ref") and GetAtt."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Stack:
    """A template with every value known: parameters given, names chosen, intrinsics resolved."""

    root: Path  # the folder of the template, which CodeUri is relative to
    parameters: Mapping[str, str]
    resources: Mapping[str, Resource]

    def of_type(self, type_name: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type == type_name]


def load(
    path: Path, given: Mapping[str, str], defaults: Mapping[str, str], *, endpoint_url: str, api_url: str
) -> Stack:
    """The stack of the template at `path`. Queue URLs and the API's address are made from the two URLs.

    `defaults` go before those of the template, for the parameters that it has.

    Raises TemplateError for a parameter that is missing, unknown or outside its bounds, and for whatever in the
    template has no local meaning.
    """
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader with our tags
    parameters = _parameters(document.get("Parameters", {}), given, defaults)
    translated = _translate(document, parameters)
    names = {
        logical_id: _attributes(logical_id, resource, endpoint_url, api_url)
        for logical_id, resource in translated["Resources"].items()
    }
    resolver = Resolver(
        stack=STACK,
        parameters=parameters,
        resources=names,
        conditions=translated.get("Conditions", {}),
        mappings=translated.get("Mappings", {}),
    )
    resources = {
        logical_id: Resource(logical_id, raw["Type"], resolver.resolve(raw.get("Properties", {})), names[logical_id])
        for logical_id, raw in translated["Resources"].items()
        if raw["Type"] not in IGNORED and ("Condition" not in raw or resolver.condition(raw["Condition"]))
    }
    return Stack(path.resolve().parent, parameters, resources)


class _Loader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: short-form functions, and dates are text."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _parameters(
    declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str], defaults: Mapping[str, str]
) -> dict[str, str]:
    unknown = given.keys() - declared.keys()
    if unknown:
        raise TemplateError(f"the template has no parameter {', '.join(sorted(unknown))}")
    values = {}
    for name, rules in declared.items():
        value = given.get(name, defaults.get(name, rules.get("Default")))
        if value is None:
            raise TemplateError(f"parameter {name} needs a value")
        values[name] = value = str(value)
        if not _allowed(value, rules):
            raise TemplateError(f"parameter {name}: {value!r} is not allowed")
    return values


def _allowed(value: str, rules: Mapping[str, Any]) -> bool:
    if "AllowedValues" in rules and value not in map(str, rules["AllowedValues"]):
        return False
    if not re.fullmatch(rules.get("AllowedPattern", ".*"), value, re.DOTALL):
        return False
    if rules["Type"] != "Number":
        return True
    try:
        number = float(value)
    except ValueError:
        return False
    return float(rules.get("MinValue", number)) <= number <= float(rules.get("MaxValue", number))


def _translate(document: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """Plain CloudFormation. The translator takes code from S3 only, so a folder travels as the key of a made-up one."""
    functions = [
        resource.setdefault("Properties", {})
        for resource in document.get("Resources", {}).values()
        if resource.get("Type") == "AWS::Serverless::Function"
    ]
    for properties in [document.get("Globals", {}).get("Function", {}), *functions]:
        if "CodeUri" in properties:
            properties["CodeUri"] = f"s3://local/{properties['CodeUri'].strip('/') or '.'}"
    session = boto3.Session(region_name=REGION)  # only its region is read
    try:
        translator = Translator({}, Parser(), boto_session=session)
        translated: dict[str, Any] = translator.translate(document, dict(parameters))
        translator.metrics.publish()  # to nowhere; without it the translator complains when it goes
    except InvalidDocumentException as error:
        raise TemplateError("; ".join(cause.message for cause in error.causes)) from error
    return translated


def _attributes(logical_id: str, raw: Mapping[str, Any], endpoint_url: str, api_url: str) -> Attributes:
    """Names that are the same at every start, so that what was created before is found again."""
    properties = raw.get("Properties", {})
    name = f"{STACK}-{logical_id}"
    match raw["Type"]:
        case "AWS::SQS::Queue":
            name = properties.get("QueueName", name + (".fifo" if properties.get("FifoQueue") else ""))
            return {"Ref": f"{endpoint_url}/{ACCOUNT}/{name}", "Arn": arn("sqs", name), "QueueName": name}
        case "AWS::DynamoDB::Table":
            name = properties.get("TableName", name)
            return {"Ref": name, "Arn": arn("dynamodb", f"table/{name}")}
        case "AWS::SNS::Topic":
            name = properties.get("TopicName", name)
            return {"Ref": arn("sns", name), "TopicArn": arn("sns", name), "TopicName": name}
        case "AWS::S3::Bucket":
            name = properties.get("BucketName", name.lower())
            return {"Ref": name, "Arn": f"arn:aws:s3:::{name}"}
        case "AWS::SecretsManager::Secret":
            name = properties.get("Name", name)
            return {"Ref": name, "Id": name}  # AWS answers the ARN; both are accepted wherever a SecretId is
        case "AWS::Lambda::Function":
            name = properties.get("FunctionName", name)
            return {"Ref": name, "Arn": arn("lambda", f"function:{name}")}
        case "AWS::ApiGatewayV2::Api":
            return {"Ref": "local", "ApiEndpoint": api_url}
        case "AWS::Events::Rule":
            return {"Ref": name, "Arn": arn("events", f"rule/{name}")}
        case "AWS::Lambda::EventSourceMapping" | "AWS::Lambda::EventInvokeConfig" | "AWS::ApiGatewayV2::Stage":
            return {"Ref": name}
        case ignored if ignored in IGNORED:
            return {"Ref": name, "Arn": f"arn:aws:local:{REGION}:{ACCOUNT}:{name}"}
        case other:
            raise TemplateError(f"{logical_id}: {other} is not supported locally")
