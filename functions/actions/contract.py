"""The OpenAPI document: what the resolver knows of its routes, and what it cannot know: the authorizer, the problems
of every route, the bodies that routes read themselves, and the webhook and the logs, which other functions answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic.json_schema import models_json_schema

from actions import logs_contract
from actions.answers import Problem
from actions.cause_documents import CauseTrial, OwnCauseDocument
from actions.file_answers import NewFile
from actions.listing_routes import ListingDocument
from actions.operation_inputs import NewOperation
from actions.problems import PROBLEM_JSON
from actions.reconciliation_answers import ReconciliationDocument
from actions.simulation_answers import RuleSimulation
from actions.token_routes import NewToken
from stockbridge.channel_documents import ChannelDocument

WEBHOOK = "/v1/notifications/{token}"
PUBLIC = {("get", "/health"), ("get", "/openapi.json"), ("post", WEBHOOK)}

_NAME = re.compile(r"(.+?)(_v1_.*|_health_.*|_openapi_json_.*|$)")  # the function's, before what the resolver appends
_SCHEME = "signIn"
_SCOPE = "stockbridge/api"
_SCHEMAS = "#/components/schemas/"
_CSV_BODY = {
    "required": True,
    "description": (
        "UTF-8, at most 1 MiB and 2000 lines, separated by commas or semicolons. The header is `sku`, the SKU at VTEX, "
        "and behind it names of ids that the channel's connector documents. An empty cell is no id."
    ),
    "content": {
        "text/csv": {
            "schema": {"type": "string", "minLength": 1},
            "example": "sku,item_id,variation_id\r\n42,MLB1234567890,0042\r\n",
        }
    },
}


def _json_body(schema: str, *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {"application/json": {"schema": {"$ref": _SCHEMAS + schema}}}}


_BODIES = {
    ("put", "/v1/channels/{affiliate}"): _json_body("ChannelDocument"),
    ("put", "/v1/channels/{affiliate}/listings/{sku}"): _json_body("ListingDocument"),
    ("post", "/v1/channels/{affiliate}/listings"): _CSV_BODY,
    ("put", "/v1/causes/own/{code}"): _json_body("OwnCauseDocument"),
    ("post", "/v1/causes/own/test"): _json_body("CauseTrial"),
    ("post", "/v1/operations"): _json_body("NewOperation"),
    ("post", "/v1/reconciliations"): _json_body("ReconciliationDocument"),
    ("post", "/v1/tokens"): _json_body("NewToken", required=False),
    ("post", "/v1/rule-simulations"): _json_body("RuleSimulation"),
    ("post", "/v1/files"): _json_body("NewFile"),
}
_BODY_MODELS = (
    ChannelDocument,
    ListingDocument,
    OwnCauseDocument,
    CauseTrial,
    NewOperation,
    NewToken,
    ReconciliationDocument,
    RuleSimulation,
    NewFile,
)
_NOTIFICATION = {
    "type": "object",
    "properties": {
        "IdSku": {"type": "string"},
        "An": {"type": "string", "description": "The account"},
        "IdAffiliate": {"type": "string"},
        "StockModified": {"type": "boolean"},
        "PriceModified": {"type": "boolean"},
        "IsActive": {"type": "boolean"},
        "DateModified": {"type": "string"},
    },
    "required": ["IdSku", "An", "IdAffiliate"],
}
_MODELS_OF_THE_RESOLVER = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_REFUSALS = {
    "400": "The request cannot be understood, or picks none of the caller's several accounts",
    "403": "The caller's role does not reach that far",
    "404": "Nothing has that name, or not in this account",
    "409": "The state of things forbids it, or somebody else wrote first",
    "413": "The body is too large",
    "422": "Fields are wrong; each is named in `problems`",
    "500": "Our own failure",
    "503": "A service did not answer; try again",
}
_ACCOUNT = {
    "name": "account",
    "in": "query",
    "required": False,
    "schema": {"type": "string"},
    "description": "One of the caller's accounts; needed when there are several",
}
_DESCRIPTION = """\
Every operator works in one account, named by the groups of the access token (`account:role`) and picked with the
parameter `account`. Roles: viewer, operator, admin; each may do what the one before may. Times are ISO 8601, UTC.
Texts for people follow Accept-Language: pt (default), en, es. Refusals are problem details (RFC 9457)."""


def contract(app: APIGatewayHttpResolver) -> str:
    """The document as JSON, version 3.1."""
    document: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(title="StockBridge operator API", version="1.0.0", description=_DESCRIPTION)
    )
    schemas = document["components"]["schemas"]
    _, bodies = models_json_schema(
        [(model, "validation") for model in _BODY_MODELS] + [(Problem, "serialization")],
        ref_template=_SCHEMAS + "{model}",
    )
    schemas |= bodies["$defs"]
    for name in _MODELS_OF_THE_RESOLVER:
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {
        _SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": f"An access token with the scope {_SCOPE}",
        }
    }
    document["components"]["responses"] = {
        status: {"description": text, "content": {PROBLEM_JSON: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}}
        for status, text in _REFUSALS.items()
    }
    document["components"]["responses"]["401"] = _unauthorized()
    document["components"]["securitySchemes"] |= logs_contract.SCHEMES
    document["paths"][WEBHOOK] = {"post": _webhook()}
    document["paths"][logs_contract.PATH] = {"get": logs_contract.operation(f"{_SCHEMAS}Problem")}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(method, path, operation)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _complete(method: str, path: str, operation: dict[str, Any]) -> None:
    operation["operationId"] = _NAME.match(operation["operationId"])[1]  # type: ignore[index]  # it begins with one
    if path == logs_contract.PATH:
        return
    if path == WEBHOOK:
        operation["security"] = []
        return
    operation["responses"] = {
        status: answer for status, answer in operation["responses"].items() if status.startswith("2")
    }
    if (method, path) in PUBLIC:
        operation["security"] = []
        return
    operation["security"] = [{_SCHEME: [_SCOPE]}]
    if path != "/v1/me":
        operation["x-role"] = role = _role(method, operation["tags"])
        operation["description"] = f"Needs the role {role}."
    parameters = operation.setdefault("parameters", [])
    if path != "/v1/me":
        parameters.append(_ACCOUNT)
    statuses = {"401", "422", "500", "503"}
    if path != "/v1/me":
        statuses |= {"400", "403", "404"}
    if method != "get":
        statuses |= {"409"}
    if body := _BODIES.get((method, path)):
        statuses |= {"413"}
        operation["requestBody"] = body
    if (method, path) == ("post", "/v1/operations"):
        operation["responses"] |= _started_or_preview()
    operation["responses"] |= {status: {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def _role(method: str, tags: Collection[str]) -> str:
    """A test holds this to what the routes ask for."""
    if "channels" in tags or "tokens" in tags:
        return "admin"
    if method == "get" or "simulations" in tags or "files" in tags:
        return "viewer"
    return "admin" if {"listings", "causes"} & set(tags) else "operator"


def _started_or_preview() -> dict[str, Any]:
    answers = {"200": ("A preview: nothing was started", "Preview"), "202": ("It was started", "Operation")}
    return {
        status: {
            "description": text,
            "content": {"application/json": {"schema": {"$ref": f"{_SCHEMAS}{model}Answer"}}},
        }
        for status, (text, model) in answers.items()
    }


def _unauthorized() -> dict[str, Any]:
    message = {"type": "object", "properties": {"message": {"type": "string"}}}
    return {
        "description": "The access token is missing, expired or not ours; the gateway itself says so",
        "content": {"application/json": {"schema": message}},
    }


def _webhook() -> dict[str, Any]:
    problem = {"content": {PROBLEM_JSON: {"schema": {"type": "object"}}}}
    return {
        "summary": "A notification of VTEX",
        "description": (
            "The search endpoint of an affiliate. The token is the secret: it names the account. Anything may follow "
            "it in the path. 200 means that every notification of the body is stored."
        ),
        "operationId": "receive_notification",
        "tags": ["webhook"],
        "parameters": [{"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": {
            "required": True,
            "description": "One notification or a list of them; names in any casing; at most 8 KiB",
            "content": {
                "application/json": {
                    "schema": {"oneOf": [_NOTIFICATION, {"type": "array", "items": _NOTIFICATION, "minItems": 1}]}
                }
            },
        },
        "responses": {
            "200": {
                "description": "Stored",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {"taken": {"type": "integer"}},
                            "required": ["taken"],
                        }
                    }
                },
            },
            "400": {"description": "The body is no notification", **problem},
            "403": {"description": "The notification is of another account", **problem},
            "404": {"description": "Unknown token", **problem},
            "413": {"description": "The body is too large", **problem},
            "422": {"description": "The account has no channel for the affiliate", **problem},
            "503": {"description": "Not stored; send it again", **problem},
        },
    }
