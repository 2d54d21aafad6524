"""GET /{account}/logs/?DateAt=yyyy-mm-dd&status=...: the log of a day, as VTEX's integration app reads it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from logs.logbook import Logbook
from logs.questions import read_question
from logs.refusals import refusal
from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_listing import DynamoListIndex
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.errors import InvalidInput, Unavailable
from stockbridge.listing import Listing
from stockbridge.settings import read_settings
from stockbridge.telemetry import count, logger, metrics

_settings = read_settings()
_logbook = Logbook(
    Listing(
        DynamoListIndex(aws.dynamodb(), _settings.records_table, now_ms),
        DynamoRecords(_settings.records_table, _settings.control_table),
    ),
    DynamoControl(_settings.control_table, clock=now_ms),
    now_ms,
    DynamoOwnCauses(_settings.control_table, now_ms).catalogue,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    count("LogsRequest")
    account = event["requestContext"]["authorizer"]["lambda"]["account"]  # of the key; never of the path
    try:
        question = read_question(event.get("queryStringParameters") or {}, now_ms())
        page = _logbook.page(account, question)
    except (InvalidInput, Unavailable) as error:
        return refusal(error, event)
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if page.next is not None:
        headers["link"] = f'<?{question.following(page.next)}>; rel="next"'  # RFC 8288; relative to what was asked
    body = json.dumps({"Messages": page.messages}, ensure_ascii=False)
    return {"statusCode": HTTPStatus.OK.value, "headers": headers, "body": body}
