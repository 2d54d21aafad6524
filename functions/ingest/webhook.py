"""POST /v1/notifications/{token}: VTEX notification -> intake queue -> 200."""

from __future__ import annotations

import base64
import json
from http import HTTPStatus
from typing import Any

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.errors import InvalidInput, NotAllowed, NotFound, NotPossible, StockBridgeError, TooLarge, Unavailable
from stockbridge.queues import SqsQueue
from stockbridge.reception import Reception
from stockbridge.settings import read_settings
from stockbridge.telemetry import count, logger, metrics

_settings = read_settings()
_control = DynamoControl(_settings.control_table, clock=now_ms)
_reception = Reception(
    find_account=_control.find_token,
    control=_control,
    intake_queue=SqsQueue(aws.sqs(), _settings.intake_queue_url),
    clock=now_ms,
)

_STATUS: tuple[tuple[type[StockBridgeError], HTTPStatus], ...] = (  # the first that fits
    (NotFound, HTTPStatus.NOT_FOUND),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (InvalidInput, HTTPStatus.BAD_REQUEST),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotPossible, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),  # VTEX may try again
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    token = event["pathParameters"]["proxy"].split("/")[0]  # .../{token}, .../{token}/, .../{token}/api/notification/
    body = event.get("body") or ""
    try:
        taken = _reception.receive(token, base64.b64decode(body) if event.get("isBase64Encoded") else body.encode())
    except StockBridgeError as error:
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        count(f"NotificationRefused{status.value}")
        logger.warning("notification refused", extra={"status": status.value, "reason": str(error)})
        return _answer(status, {"title": status.phrase, "status": status.value, "detail": str(error)})
    return _answer(HTTPStatus.OK, {"taken": taken})


def _answer(status: HTTPStatus, document: dict[str, Any]) -> dict[str, Any]:
    kind = "application/json" if status is HTTPStatus.OK else "application/problem+json"
    return {"statusCode": status.value, "headers": {"content-type": kind}, "body": json.dumps(document)}
