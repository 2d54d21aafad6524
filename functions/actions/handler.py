"""The operator API: records, reprocess, remove, bulk operations, channels, listings, webhook tokens, activity.

Two functions run it: one for everything, and one with the right to read secrets, for the test of a channel alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.typing import LambdaContext

from actions import account_wiring, channel_wiring, contract, job_wiring, problems, record_wiring
from actions.answers import HealthAnswer
from stockbridge.telemetry import count, logger, metrics

app = APIGatewayHttpResolver(enable_validation=True, response_validation_error_http_code=500)
problems.answer_problems(app)


def _not_kept(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    answer = next_middleware(app)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _language() -> str:
    return problems.language(app)


app.use(middlewares=[_not_kept])
for wiring in (record_wiring, account_wiring, channel_wiring, job_wiring):
    wiring.add_to(app, _language)


@app.get("/health", summary="The function answers", tags=["public"])
def health() -> HealthAnswer:
    return HealthAnswer(status="ok")


@app.get("/openapi.json", summary="This document", tags=["public"])
def openapi() -> Response[str]:
    return Response(200, "application/json", _contract())


@cache
def _contract() -> str:
    return contract.contract(app)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    count("ApiRequest")
    return app.resolve(event, context)
