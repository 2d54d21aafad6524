"""What the template connects to what: functions, routes, queue mappings and schedules, as plain typed values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import TemplateError
from local.template import Resource, Stack

_INTEGRATION = re.compile(r".*:lambda:path/2015-03-31/functions/(?P<function>.+)/invocations")
_HEADER = "$request.header."
_ANY_METHOD = "x-amazon-apigateway-any-method"


@dataclass(frozen=True, slots=True)
class Function:
    logical_id: str
    name: str
    arn: str
    handler: str
    task_root: Path
    timeout_s: float
    memory_mb: int
    environment: Mapping[str, str]
    json_log_level: str | None  # None: text logs
    async_retries: int  # after an asynchronous invocation failed, as a schedule's does


@dataclass(frozen=True, slots=True)
class Authorizer:
    issuer: str
    audience: frozenset[str]
    header: str  # lower case; where the token is


@dataclass(frozen=True, slots=True)
class LambdaAuthorizer:
    """A function that is asked, with payload format 2.0, and answers in the simple form."""

    name: str
    function: str  # logical id
    headers: Sequence[str]  # the identity sources, lower case
    ttl_s: float  # how long its answer to the same identity sources is kept; 0: never


@dataclass(frozen=True, slots=True)
class Route:
    """`method` may be ANY and `path` $default. Without an authorizer the route is public."""

    method: str
    path: str
    function: str  # logical id, here and below
    authorizer: Authorizer | LambdaAuthorizer | None = None
    scopes: frozenset[str] = frozenset()  # a token needs one of them

    @property
    def key(self) -> str:
        return self.path if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Cors:
    origins: Sequence[str] = ()
    methods: Sequence[str] = ()
    headers: Sequence[str] = ()
    exposed: Sequence[str] = ()
    max_age_s: int | None = None
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Api:
    routes: Sequence[Route]
    cors: Cors | None
    access_log: str | None  # the format, with $context.… in it


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """A queue that a function consumes."""

    function: str
    queue_url: str
    queue_arn: str
    batch_size: int
    window_s: float
    concurrency: int | None  # None: as much as Lambda gives
    reports_failures: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    logical_id: str
    arn: str
    expression: str
    function: str
    input: str | None  # JSON; None: EventBridge's own event


@dataclass(frozen=True, slots=True)
class Wiring:
    functions: Mapping[str, Function]
    api: Api
    mappings: Sequence[QueueMapping]
    schedules: Sequence[Schedule]


def read(stack: Stack) -> Wiring:
    """Raises TemplateError for wiring that cannot be run here."""
    functions = {function.logical_id: function for function in _functions(stack)}
    by_name = {name: f.logical_id for f in functions.values() for name in (f.name, f.arn)}
    return Wiring(functions, _api(stack, by_name), _mappings(stack, by_name), _schedules(stack, by_name))


def _functions(stack: Stack) -> list[Function]:
    retries = {
        config.properties["FunctionName"]: int(config.properties.get("MaximumRetryAttempts", 2))
        for config in stack.of_type("AWS::Lambda::EventInvokeConfig")
    }
    functions = [
        Function(
            logical_id=resource.logical_id,
            name=resource.attributes["Ref"],
            arn=resource.attributes["Arn"],
            handler=resource.properties["Handler"],
            task_root=stack.root / resource.properties["Code"]["S3Key"],
            timeout_s=float(resource.properties.get("Timeout", 3)),
            memory_mb=int(resource.properties.get("MemorySize", 128)),
            environment={
                name: str(value)
                for name, value in resource.properties.get("Environment", {}).get("Variables", {}).items()
            },
            json_log_level=_json_log_level(resource.properties.get("LoggingConfig", {})),
            async_retries=retries.get(resource.attributes["Ref"], 2),
        )
        for resource in stack.of_type("AWS::Lambda::Function")
    ]
    for function in functions:
        if not function.task_root.is_dir():
            raise TemplateError(f"{function.logical_id}: {function.task_root} is not a folder")
    return functions


def _json_log_level(settings: Mapping[str, str]) -> str | None:
    return settings.get("ApplicationLogLevel", "INFO") if settings.get("LogFormat") == "JSON" else None


def _api(stack: Stack, functions: Mapping[str, str]) -> Api:
    apis = stack.of_type("AWS::ApiGatewayV2::Api")
    if not apis:
        return Api(routes=(), cors=None, access_log=None)
    if len(apis) > 1:
        raise TemplateError("only one HTTP API is supported locally")
    body = apis[0].properties["Body"]
    authorizers = {
        name: _authorizer(name, scheme, functions)
        for name, scheme in body.get("components", {}).get("securitySchemes", {}).items()
    }
    routes = [
        _route(path, method, operation, authorizers, functions)
        for path, operations in body["paths"].items()
        for method, operation in operations.items()
        if method != "options" or "x-amazon-apigateway-integration" in operation
    ]
    stages = stack.of_type("AWS::ApiGatewayV2::Stage")
    access_log = stages[0].properties.get("AccessLogSettings", {}).get("Format") if stages else None
    return Api(routes, _cors(body.get("x-amazon-apigateway-cors")), access_log)


def _authorizer(name: str, scheme: Mapping[str, Any], functions: Mapping[str, str]) -> Authorizer | LambdaAuthorizer:
    settings = scheme["x-amazon-apigateway-authorizer"]
    source = settings.get("identitySource", "")
    sources = source if isinstance(source, list) else [source]
    headers = [each.removeprefix(_HEADER).lower() for each in sources if each.startswith(_HEADER)]
    if not headers or len(headers) < len(sources):
        raise TemplateError(f"authorizer {name}: only headers are identity sources locally")
    if settings.get("type") == "jwt":
        jwt = settings["jwtConfiguration"]
        return Authorizer(jwt["issuer"], frozenset(jwt["audience"]), headers[0])
    target = _INTEGRATION.fullmatch(settings["authorizerUri"])
    if (
        not target
        or settings.get("authorizerPayloadFormatVersion") != "2.0"
        or settings.get("enableSimpleResponses") is not True
        or "authorizerCredentials" in settings
        or "authorizerResultTtlInSeconds" not in settings
    ):
        raise TemplateError(
            f"authorizer {name}: only simple answers, payload format 2.0 and a ReauthorizeEvery are supported locally"
        )
    ttl_s = float(settings["authorizerResultTtlInSeconds"])
    return LambdaAuthorizer(name, functions[target["function"]], tuple(headers), ttl_s)


def _route(
    path: str,
    method: str,
    operation: Mapping[str, Any],
    authorizers: Mapping[str, Authorizer | LambdaAuthorizer],
    functions: Mapping[str, str],
) -> Route:
    integration = operation["x-amazon-apigateway-integration"]
    target = _INTEGRATION.fullmatch(integration["uri"])
    if not target or integration.get("payloadFormatVersion") != "2.0":
        raise TemplateError(f"{method} {path}: only Lambda with payload format 2.0 is supported locally")
    method = "ANY" if method == _ANY_METHOD else method.upper()
    for requirement in operation.get("security", []):
        for name, scopes in requirement.items():
            if name in authorizers:
                return Route(method, path, functions[target["function"]], authorizers[name], frozenset(scopes))
            if name != "NONE":
                raise TemplateError(f"{method} {path}: there is no authorizer {name!r}")
    return Route(method, path, functions[target["function"]])


def _cors(settings: Mapping[str, Any] | None) -> Cors | None:
    if settings is None:
        return None
    return Cors(
        origins=tuple(settings.get("allowOrigins", ())),
        methods=tuple(settings.get("allowMethods", ())),
        headers=tuple(settings.get("allowHeaders", ())),
        exposed=tuple(settings.get("exposeHeaders", ())),
        max_age_s=settings.get("maxAge"),
        credentials=bool(settings.get("allowCredentials", False)),
    )


def _mappings(stack: Stack, functions: Mapping[str, str]) -> list[QueueMapping]:
    queues = {queue.attributes["Arn"]: queue for queue in stack.of_type("AWS::SQS::Queue")}
    return [
        _mapping(resource, queues, functions)
        for resource in stack.of_type("AWS::Lambda::EventSourceMapping")
        if resource.properties.get("Enabled", True)
    ]


def _mapping(resource: Resource, queues: Mapping[str, Resource], functions: Mapping[str, str]) -> QueueMapping:
    properties = resource.properties
    queue = queues.get(properties["EventSourceArn"])
    if queue is None or queue.properties.get("FifoQueue") or "FilterCriteria" in properties:
        raise TemplateError(f"{resource.logical_id}: only this template's standard queues, unfiltered")
    return QueueMapping(
        function=functions[properties["FunctionName"]],
        queue_url=queue.attributes["Ref"],
        queue_arn=queue.attributes["Arn"],
        batch_size=int(properties.get("BatchSize", 10)),
        window_s=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        concurrency=properties.get("ScalingConfig", {}).get("MaximumConcurrency"),
        reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ()),
    )


def _schedules(stack: Stack, functions: Mapping[str, str]) -> list[Schedule]:
    rules = []
    for rule in stack.of_type("AWS::Events::Rule"):
        if "ScheduleExpression" not in rule.properties:
            raise TemplateError(f"{rule.logical_id}: only scheduled rules are supported locally")
        rules += [
            Schedule(
                logical_id=rule.logical_id,
                arn=rule.attributes["Arn"],
                expression=rule.properties["ScheduleExpression"],
                function=functions[target["Arn"]],
                input=target.get("Input"),
            )
            for target in rule.properties["Targets"]
            if rule.properties.get("State", "ENABLED") == "ENABLED"
        ]
    return rules
