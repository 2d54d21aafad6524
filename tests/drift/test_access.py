"""Who may call the API, and what each function may do to the rest of AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local.wiring import Authorizer, LambdaAuthorizer, Wiring
from stockbridge.file_requests import KEPT_DAYS
from tests.drift.conftest import AUDIENCE, ISSUER

PUBLIC = {
    "POST /v1/notifications/{proxy+}",  # its token is in the path: VTEX can send no header
    "GET /health",
    "GET /openapi.json",
}

BY_KEY = {"GET /{account}/logs", "GET /{account}/logs/"}  # VTEX reads them: it cannot sign in

# All that the product does to AWS. Nothing here creates or deletes what the template made, or reads a whole table.
ACTIONS = {
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:PutObject",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "sns:Publish",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
}


def test_the_public_routes_are_exactly_these(wires: Wiring) -> None:
    assert {route.key for route in wires.api.routes if route.authorizer is None} == PUBLIC


def test_every_other_route_needs_an_access_token_for_this_api(wires: Wiring) -> None:
    protected = [route for route in wires.api.routes if route.key not in PUBLIC | BY_KEY]
    assert protected
    for route in protected:
        assert route.scopes == {"stockbridge/api"}, route.key
        assert isinstance(route.authorizer, Authorizer)
        assert route.authorizer.issuer == ISSUER
        assert route.authorizer.audience == {AUDIENCE}


def test_a_console_of_another_origin_may_send_and_read_what_it_needs(wires: Wiring) -> None:
    cors = wires.api.cors
    assert cors is not None
    assert set(cors.methods) == {"GET", "POST", "PUT", "DELETE"}
    assert set(cors.headers) == {"authorization", "content-type", "accept-language", "idempotency-key"}
    assert set(cors.exposed) == {"retry-after"}
    assert not cors.credentials  # its access token is in a header


def test_only_the_logs_are_opened_by_a_key_which_is_judged_anew_for_each_request(wires: Wiring) -> None:
    """API Gateway would keep an answer by the key alone, and give it for another account's path."""
    by_key = {route.key: route for route in wires.api.routes if isinstance(route.authorizer, LambdaAuthorizer)}
    assert by_key.keys() == BY_KEY
    assert {route.function for route in by_key.values()} == {"LogsFunction"}
    assert {route.authorizer for route in by_key.values()} == {
        LambdaAuthorizer("LogsKey", "LogsAuthorizerFunction", ("x-api-key",), ttl_s=0)
    }


def test_no_other_route_leads_to_the_logs_or_to_who_judges_their_keys(wires: Wiring) -> None:
    assert {route.key for route in wires.api.routes if route.function == "LogsFunction"} == BY_KEY
    assert [route.key for route in wires.api.routes if route.function == "LogsAuthorizerFunction"] == []


def test_the_logs_only_read_and_their_authorizer_reads_tokens_one_by_one(written: dict[str, Any]) -> None:
    may = [(name, one["Action"], one["Resource"]) for name, one in _statements(written) if name.startswith("Logs")]
    records, control = {"Fn::GetAtt": ["RecordsTable", "Arn"]}, {"Fn::GetAtt": ["ControlTable", "Arn"]}
    assert may == [
        ("LogsFunction", "dynamodb:BatchGetItem", records),
        ("LogsFunction", "dynamodb:Query", {"Fn::Sub": "${RecordsTable.Arn}/index/list"}),
        ("LogsFunction", "dynamodb:Query", control),
        ("LogsAuthorizerFunction", "dynamodb:GetItem", control),
    ]


def test_no_route_catches_the_browsers_preflight(wires: Wiring) -> None:
    assert {route.method for route in wires.api.routes} == {"GET", "POST", "PUT", "DELETE"}


def test_no_function_may_do_more_than_the_product_does(written: dict[str, Any]) -> None:
    for function, statement in _statements(written):
        assert statement["Effect"] == "Allow"
        assert statement.keys() - {"Condition"} == {"Effect", "Action", "Resource"}, function
        assert set(_listed(statement["Action"])) <= ACTIONS, function


def test_no_permission_reaches_beyond_the_stack(written: dict[str, Any]) -> None:
    """Each resource is one of the template's, or a secret under the stage's name."""
    for function, statement in _statements(written):
        for resource in _listed(statement["Resource"]):
            assert isinstance(resource, Mapping), f"{function}: {resource}"
            text = str(resource)
            assert any(name in text for name in written["Resources"]) or ":secret:stockbridge/${Stage}/" in text


def test_only_the_operator_api_deletes_and_never_a_record_nor_who_did_what(written: dict[str, Any]) -> None:
    """A condition holds the partitions that it deletes from, by their names (tables.py)."""
    (deleting,) = [one for one in _statements(written) if "dynamodb:DeleteItem" in _listed(one[1]["Action"])]
    assert deleting == (
        "ActionsFunction",
        {
            "Effect": "Allow",
            "Action": "dynamodb:DeleteItem",
            "Resource": {"Fn::GetAtt": ["ControlTable", "Arn"]},
            "Condition": {
                "ForAllValues:StringLike": {
                    "dynamodb:LeadingKeys": ["channel", "gate", "alerts", "token", "tokens#*", "causes#*"]
                },
            },
        },
    )


def test_whole_items_are_written_only_where_each_function_has_something_to_write(written: dict[str, Any]) -> None:
    """By the names of the partitions (tables.py). Only the export puts beside records, which have names of their own:
    the evidence of failed attempts."""
    may: dict[tuple[str, str], Any] = {}
    for function, statement in _statements(written):
        if "dynamodb:PutItem" in _listed(statement["Action"]):
            condition = statement.get("Condition", {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*"]}})
            may[function, statement["Resource"]["Fn::GetAtt"][0]] = condition["ForAllValues:StringLike"]
    assert may == {
        place: {"dynamodb:LeadingKeys": partitions}
        for place, partitions in {
            ("IntakeFunction", "RecordsTable"): ["history#*"],
            ("ExportFunction", "RecordsTable"): ["*"],
            ("ExportFunction", "ControlTable"): ["gate"],
            ("ActionsFunction", "RecordsTable"): ["job#*", "lease#*"],
            ("ActionsFunction", "ControlTable"): ["channel", "token", "tokens#*", "causes#*", "activity#*"],
            ("ChannelTestFunction", "RecordsTable"): ["lease#*"],
            ("ChannelTestFunction", "ControlTable"): ["gate"],
            ("OperationsFunction", "RecordsTable"): ["job#*"],
            ("FilesFunction", "RecordsTable"): ["job#*"],
            ("AuditFunction", "ControlTable"): ["alerts"],
            ("ReconcileFunction", "RecordsTable"): ["job#*", "lease#*"],
            ("ReconcileFunction", "ControlTable"): ["gate"],
        }.items()
    }


def test_nobody_changes_an_item_of_the_control_table_but_by_writing_it_whole(written: dict[str, Any]) -> None:
    """Whoever writes who did what has the condition that it is not there yet (dynamo.py): so it is never changed."""
    may = [
        action
        for _, statement in _statements(written)
        if "ControlTable" in str(statement["Resource"])
        for action in _listed(statement["Action"])
    ]
    assert set(may) == {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem"}


def test_only_those_who_speak_to_the_outside_read_secrets(written: dict[str, Any]) -> None:
    readers = {
        function
        for function, statement in _statements(written)
        if "secretsmanager:GetSecretValue" in _listed(statement["Action"])
    }
    assert readers == {"IntakeFunction", "ExportFunction", "ChannelTestFunction", "ReconcileFunction"}


def test_of_the_operator_api_only_the_test_of_a_channel_reaches_a_function_that_reads_secrets(wires: Wiring) -> None:
    tested = [route.key for route in wires.api.routes if route.function == "ChannelTestFunction"]
    assert tested == ["POST /v1/channels/{affiliate}/test"]


def test_the_test_of_a_channel_may_write_nothing_but_a_lease_new_tokens_and_a_gate(written: dict[str, Any]) -> None:
    """It wakes nobody: what a gate lets go is the sweep's to find."""
    may = [statement for function, statement in _statements(written) if function == "ChannelTestFunction"]
    on_control = [one["Action"] for one in may if "ControlTable" in str(one["Resource"])]
    assert on_control == ["dynamodb:GetItem", "dynamodb:PutItem"]
    assert not any("sqs:" in str(one["Action"]) for one in may)


def test_of_the_bucket_the_operator_api_reaches_finished_files_alone(written: dict[str, Any]) -> None:
    """It signs addresses, so whatever it may read is what an address may be signed for."""
    reaching: dict[str, set[tuple[str, str]]] = {}
    for function, statement in _statements(written):
        for action in _listed(statement["Action"]):
            if action.startswith("s3:"):
                place = statement["Resource"]["Fn::Sub"].removeprefix("${FilesBucket.Arn}")
                reaching.setdefault(function, set()).add((action, place))
    assert reaching == {
        "ActionsFunction": {("s3:GetObject", "/files/*")},
        "FilesFunction": {
            ("s3:PutObject", "/spool/*"),
            ("s3:GetObject", "/spool/*"),
            ("s3:PutObject", "/files/*"),
            ("s3:AbortMultipartUpload", "/files/*"),
        },
    }


def test_the_bucket_is_closed_to_the_public_and_to_plain_http(written: dict[str, Any]) -> None:
    bucket = written["Resources"]["FilesBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (denied,) = written["Resources"]["FilesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (denied["Effect"], denied["Action"], denied["Principal"]) == ("Deny", "s3:*", "*")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_whatever_lies_in_the_bucket_expires(written: dict[str, Any]) -> None:
    rules = written["Resources"]["FilesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}
    assert days == {"files/": KEPT_DAYS, "spool/": 1}
    assert [rule["AbortIncompleteMultipartUpload"] for rule in rules if "Prefix" not in rule] == [
        {"DaysAfterInitiation": 1}
    ]


def _statements(written: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in written["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for policy in resource["Properties"]["Policies"]:
            assert policy.keys() == {"Version", "Statement"}, f"{logical_id}: exact statements, no policy templates"
            for statement in policy["Statement"]:
                yield logical_id, statement


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
