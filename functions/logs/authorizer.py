"""Whether a key opens the logs of the account in the path; API Gateway asks before it lets a request through.

An unknown key and the key of another account are refused with the same answer, after the same work.
"""

from __future__ import annotations

import hmac
from typing import Any

from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.settings import read_settings
from stockbridge.telemetry import count, logger, metrics
from stockbridge.tokens import TokenKind

_tokens = DynamoControl(read_settings().control_table, clock=now_ms).tokens


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Raises Unavailable, which is a 500 to the caller: nobody is refused because a table did not answer."""
    count("LogsKeyAsked")
    (key,) = event["identitySource"]
    asked = event["pathParameters"]["account"]
    owner = _tokens.find(key, TokenKind.LOGS)
    if not hmac.compare_digest((owner or "").encode(), asked.encode()) or owner is None:
        count("LogsRefused403")
        logger.warning("logs refused")
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"account": owner}}
