"""The template as the local system reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local import template, wiring
from local.errors import TemplateError
from local.intrinsics import Resolver

ROOT = Path(__file__).parents[2]
ADDRESSES = {"endpoint_url": "http://127.0.0.1:4000", "api_url": "http://127.0.0.1:8080"}
GIVEN = {"JwtIssuer": "http://127.0.0.1:8081", "JwtAudience": "stockbridge-local"}


def load(
    tmp_path: Path, text: str, given: Mapping[str, str] | None = None, defaults: Mapping[str, str] | None = None
) -> template.Stack:
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return template.load(path, given or {}, defaults or {}, **ADDRESSES)


def resolver() -> Resolver:
    return Resolver(
        stack="s",
        parameters={"Name": "ana", "Zone": "b"},
        resources={"Queue": {"Ref": "http://q", "Arn": "arn:q"}},
        conditions={"IsAna": {"Fn::Equals": [{"Ref": "Name"}, "ana"]}, "Never": {"Fn::Not": [{"Condition": "IsAna"}]}},
        mappings={"Sizes": {"b": {"small": "1"}}},
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Name"}, "ana"),
        ({"Ref": "Queue"}, "http://q"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:q"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:q"),
        (
            {"Fn::Sub": "${Name} at ${Queue.Arn} in ${AWS::Region} says ${!Hello}"},
            "ana at arn:q in us-east-1 says ${Hello}",
        ),
        ({"Fn::Sub": ["${own}/${Name}", {"own": {"Fn::GetAtt": ["Queue", "Arn"]}}]}, "arn:q/ana"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}, 3]]}, "a-ana-3"),
        ({"Fn::Select": [1, {"Fn::Split": ["-", "a-b-c"]}]}, "b"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Zone"}, "small"]}, "1"),
        ({"Fn::If": ["IsAna", {"Ref": "Name"}, "other"]}, "ana"),
        ({"Fn::If": ["Never", "one", "other"]}, "other"),
        ({"kept": 1, "gone": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        (["kept", {"Fn::If": ["Never", "one", {"Ref": "AWS::NoValue"}]}], ["kept"]),
        ({"deep": [{"er": {"Ref": "Name"}}]}, {"deep": [{"er": "ana"}]}),
    ],
)
def test_an_intrinsic_has_the_value_that_cloudformation_gives_it(value: Any, expected: Any) -> None:
    assert resolver().resolve(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Nobody"},
        {"Fn::GetAtt": ["Queue", "Colour"]},
        {"Fn::ImportValue": "other-stack"},
        {"Fn::If": ["Unheard", 1, 2]},
        {"Fn::Sub": "${Nobody}"},
    ],
)
def test_what_cannot_be_resolved_is_an_error_and_never_passes_through(value: Any) -> None:
    with pytest.raises(TemplateError):
        resolver().resolve(value)


def test_short_forms_anchors_and_dates_are_read_as_cloudformation_reads_them(tmp_path: Path) -> None:
    stack = load(
        tmp_path,
        """
        Conditions:
          Same: !Equals [a, a]
          Both: !And [!Condition Same, !Not [!Equals [a, b]]]
          Never: !Not [!Condition Same]
        Resources:
          First:
            Type: AWS::SQS::Queue
            Condition: Both
            Properties: &shared
              VisibilityTimeout: 7
              Tags: [{ Key: since, Value: 2012-10-17 }]
          Second:
            Type: AWS::SQS::Queue
            Properties:
              <<: *shared
              QueueName: !Sub "${AWS::StackName}-second"
              RedrivePolicy: { deadLetterTargetArn: !GetAtt First.Arn, maxReceiveCount: 3 }
          Third:
            Type: AWS::SQS::Queue
            Condition: Never
        """,
    )

    assert list(stack.resources) == ["First", "Second"]
    assert stack.resources["Second"].properties == {
        "VisibilityTimeout": 7,
        "Tags": [{"Key": "since", "Value": "2012-10-17"}],
        "QueueName": "stockbridge-local-second",
        "RedrivePolicy": {
            "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:stockbridge-local-First",
            "maxReceiveCount": 3,
        },
    }


PARAMETERS = """
Parameters:
  Stage: { Type: String, AllowedPattern: "[a-z]+" }
  Size: { Type: Number, Default: 5, MinValue: 1, MaxValue: 9 }
  Mode: { Type: String, Default: slow, AllowedValues: [slow, fast] }
Resources:
  Queue: { Type: AWS::SQS::Queue }
"""


@pytest.mark.parametrize(
    "given",
    [{}, {"Stage": "A"}, {"Stage": "a", "Size": "10"}, {"Stage": "a", "Size": "x"}, {"Stage": "a", "Mode": "x"},
     {"Stage": "a", "Unknown": "x"}],
)  # fmt: skip
def test_a_parameter_that_is_missing_unknown_or_out_of_bounds_is_refused(
    tmp_path: Path, given: Mapping[str, str]
) -> None:
    with pytest.raises(TemplateError):
        load(tmp_path, PARAMETERS, given)


def test_a_given_parameter_goes_before_ours_and_ours_before_the_templates(tmp_path: Path) -> None:
    stack = load(tmp_path, PARAMETERS, {"Size": "7"}, {"Stage": "local", "Size": "6", "Elsewhere": "x"})

    assert stack.parameters == {"Stage": "local", "Size": "7", "Mode": "slow"}


def test_a_resource_without_a_local_meaning_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"Bucket: AWS::Kinesis::Stream"):
        load(tmp_path, "Resources: { Bucket: { Type: AWS::Kinesis::Stream } }")


def test_a_sam_mistake_is_told_in_the_translators_words(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="Nonsense"):
        load(
            tmp_path,
            """
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties: { Runtime: python3.11, Handler: a.b, CodeUri: x/, Nonsense: 1 }
            """,
        )


LAMBDA_AUTHORIZER = """
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Key:
            FunctionArn: !GetAtt F.Arn
            AuthorizerPayloadFormatVersion: "2.0"
            EnableSimpleResponses: true
            Identity: { Headers: [X-Key, X-Shop], ReauthorizeEvery: 30 }
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: a.b
      CodeUri: .
      Events:
        Read: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: GET, Path: /a, Auth: { Authorizer: Key } } }
"""


def test_a_lambda_authorizer_is_read(tmp_path: Path) -> None:
    [route] = wiring.read(load(tmp_path, LAMBDA_AUTHORIZER)).api.routes

    assert (route.key, route.scopes) == ("GET /a", frozenset())
    assert route.authorizer == wiring.LambdaAuthorizer("Key", "F", ("x-key", "x-shop"), 30.0)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('Version: "2.0"', 'Version: "1.0"'),
        ("EnableSimpleResponses: true", "EnableSimpleResponses: false"),
        (", ReauthorizeEvery: 30", ""),
        ("Headers: [X-Key, X-Shop]", "QueryStrings: [key]"),
        ("Headers: [X-Key, X-Shop]", "Headers: [X-Key], Context: [routeKey]"),
        ("FunctionArn:", "FunctionInvokeRole: arn:aws:iam::000000000000:role/r\n            FunctionArn:"),
    ],
)
def test_a_lambda_authorizer_of_another_form_is_refused(tmp_path: Path, said: str, instead: str) -> None:
    assert said in LAMBDA_AUTHORIZER
    stack = load(tmp_path, LAMBDA_AUTHORIZER.replace(said, instead))

    with pytest.raises(TemplateError, match="authorizer Key"):
        wiring.read(stack)


def test_names_do_not_depend_on_anything_that_changes_between_starts() -> None:
    one = template.load(ROOT / "template.yaml", GIVEN, {}, endpoint_url="http://127.0.0.1:1", api_url="http://a")
    two = template.load(ROOT / "template.yaml", GIVEN, {}, endpoint_url="http://127.0.0.1:2", api_url="http://b")

    def names(stack: template.Stack) -> dict[str, str | None]:
        return {name: resource.attributes.get("Arn") for name, resource in stack.resources.items()}

    assert names(one) == names(two)


def test_the_projects_template_is_wired_as_it_reads() -> None:
    wires = wiring.read(template.load(ROOT / "template.yaml", GIVEN, {}, **ADDRESSES))

    public = {route.key: route.function for route in wires.api.routes if route.authorizer is None}
    assert public == {
        "POST /v1/notifications/{proxy+}": "WebhookFunction",
        "GET /health": "ActionsFunction",
        "GET /openapi.json": "ActionsFunction",
    }
    assert {route.authorizer for route in wires.api.routes if route.authorizer} == {
        wiring.Authorizer("http://127.0.0.1:8081", frozenset({"stockbridge-local"}), "authorization"),
        wiring.LambdaAuthorizer("LogsKey", "LogsAuthorizerFunction", ("x-api-key",), 0.0),
    }
    assert {(each.function, each.batch_size, each.concurrency) for each in wires.mappings} == {
        ("IntakeFunction", 100, 5),
        ("ExportFunction", 10, 10),
        ("FilesFunction", 1, 2),
        ("ReconcileFunction", 1, 5),
        ("OperationsFunction", 1, 3),
    }
    assert {(each.function, each.expression, each.input) for each in wires.schedules} == {
        ("AuditFunction", "rate(1 minute)", '{"job":"minute"}'),
        ("ReconcileFunction", "rate(30 minutes)", '{"reconcile":"hot"}'),
        ("ReconcileFunction", "cron(0 7 * * ? *)", '{"reconcile":"full"}'),
    }
    webhook = wires.functions["WebhookFunction"]
    assert (webhook.handler, webhook.timeout_s, webhook.task_root) == (
        "ingest.webhook.handler",
        10.0,
        ROOT / "functions",
    )
    assert webhook.environment["INTAKE_QUEUE_URL"] == (
        "http://127.0.0.1:4000/000000000000/stockbridge-local-IntakeQueue"
    )
