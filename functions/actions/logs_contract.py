"""The logs that VTEX reads, in the OpenAPI document. Another function answers them; names and spelling are VTEX's."""

from __future__ import annotations

from typing import Any

from actions.problems import PROBLEM_JSON

PATH = "/{account}/logs/"
SCHEMES = {
    "logsKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "The secret of a token of kind `logs`; it opens the logs of its own account only",
    }
}

_DESCRIPTION = (
    "VTEX's contract for a connector's logs (its guide \"Catalog logs\"). One message for each SKU and affiliate whose "
    "last interaction was on that day, newest first. Where there are more, the header `Link` names the next page "
    '(RFC 8288, `rel="next"`), which may be empty and still not be the last. The address without the slash is the same.'
)
_TEXTS = {
    "id": "affiliate-sku-version: one accepted change, from pending to its end",
    "Operation": "Inventory update",
    "Direction": "VTEX to Marketplace",
    "ContentSource": "JSON: the balance as it was read at VTEX",
    "ContentTransalted": "JSON: what the rule and the channel's policy made of it; empty while nothing is decided",
    "ContentDestination": "JSON: the last attempt at the marketplace, redacted; empty before the first",
    "BusinessMessage": "The operator's sentence, in Portuguese; with a cause, also what to do",
}
_STATUSES = ["Success", "Error", "Alert", "Pending"]


def operation(problem: str) -> dict[str, Any]:
    """`problem` is where the document has the schema of a problem."""
    refused = {"content": {PROBLEM_JSON: {"schema": {"$ref": problem}}}}
    by_the_gateway = {
        "content": {
            "application/json": {"schema": {"type": "object", "properties": {"message": {"type": ["string", "null"]}}}}
        }
    }
    return {
        "summary": "The log of a day, for VTEX",
        "description": _DESCRIPTION,
        "operationId": "read_logs",
        "tags": ["logs"],
        "security": [{"logsKey": []}],
        "parameters": [
            {"name": "account", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}},
            _parameter(
                "DateAt",
                {"type": "string", "format": "date"},
                "A day of America/Sao_Paulo (UTC-3); today when left out",
            ),
            _parameter(
                "status",
                {"type": "string", "default": "all"},
                "all, success (or sucess), error, alert (or warning), pending; several with commas, in any casing",
            ),
            _parameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 200}, "Messages of a page"
            ),
            _parameter("cursor", {"type": "string"}, "As the header Link has it"),
        ],
        "responses": {
            "200": {
                "description": "A page of the log",
                "headers": {"Link": {"description": "The next page, if there is one", "schema": {"type": "string"}}},
                "content": {"application/json": {"schema": _messages()}},
            },
            "400": {"description": "A parameter is wrong; each is named in `problems`", **refused},
            "401": {"description": "There is no key", **by_the_gateway},
            "403": {"description": "The key is unknown, over, or of another account", **by_the_gateway},
            "500": {"description": "Our own failure", **by_the_gateway},
            "503": {"description": "A service did not answer; try again", **refused},
        },
    }


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _messages() -> dict[str, Any]:
    properties: dict[str, Any] = {name: {"type": "string", "description": text} for name, text in _TEXTS.items()}
    properties["Status"] = {"type": "string", "enum": _STATUSES}
    message = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"Messages": {"type": "array", "items": message}},
        "required": ["Messages"],
        "additionalProperties": False,
    }
