"""Refusals as the operator API makes them, problem details (RFC 9457), for a function that starts without pydantic."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from stockbridge.errors import InvalidFields, InvalidInput, Unavailable
from stockbridge.telemetry import count, logger
from stockbridge.texts import TEXTS, explain, language_of, language_tag, say


def refusal(error: InvalidInput | Unavailable, event: dict[str, Any]) -> dict[str, Any]:
    """The answer to the request of an event, in the language of its Accept-Language."""
    if isinstance(error, Unavailable):
        logger.warning("unavailable", extra={"reason": str(error)})
        status, reason = HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"
    else:
        general = "invalid_fields" if isinstance(error, InvalidFields) else "bad_request"
        status, reason = HTTPStatus.BAD_REQUEST, str(error) if str(error) in TEXTS else general
    count(f"LogsRefused{status.value}")
    spoken = language_of(event["headers"].get("accept-language"))
    problems = error.problems if isinstance(error, InvalidFields) else ()
    document = {
        "type": f"urn:stockbridge:problem:{reason}",
        "title": say(f"title.{status.value}", spoken),
        "status": status.value,
        "detail": say(reason, spoken),
        "instance": f"urn:stockbridge:request:{event['requestContext']['requestId']}",
        "problems": [{"field": one.field, "reason": one.reason, "detail": explain(one, spoken)} for one in problems],
    }
    headers = {
        "content-type": "application/problem+json",
        "content-language": language_tag(spoken),
        "cache-control": "no-store",
    }
    return {"statusCode": status.value, "headers": headers, "body": json.dumps(document, ensure_ascii=False)}
