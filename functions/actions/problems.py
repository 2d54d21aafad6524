"""Every refusal of the operator API as problem details (RFC 9457), in the caller's language, made in one place."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from actions.access import NotSignedIn
from actions.answers import FieldProblemAnswer, Problem
from stockbridge.errors import (
    Conflict,
    FieldProblem,
    InvalidFields,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotPossible,
    StockBridgeError,
    TooLarge,
    Unavailable,
)
from stockbridge.field_problems import field_problems
from stockbridge.telemetry import count, logger
from stockbridge.texts import TEXTS, explain, language_of, language_tag, say

PROBLEM_JSON = "application/problem+json"

# The first that fits: the status, and the reason to give when the error's own words are no key of texts.py.
_ANSWERS: tuple[tuple[type[StockBridgeError], HTTPStatus, str], ...] = (
    (NotSignedIn, HTTPStatus.UNAUTHORIZED, "not_signed_in"),
    (NotFound, HTTPStatus.NOT_FOUND, "route_not_found"),
    (NotAllowed, HTTPStatus.FORBIDDEN, "not_allowed"),
    (NotPossible, HTTPStatus.CONFLICT, "not_possible"),
    (Conflict, HTTPStatus.CONFLICT, "conflict"),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large"),
    (InvalidFields, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_fields"),
    (InvalidInput, HTTPStatus.BAD_REQUEST, "bad_request"),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
)


def answer_problems(app: APIGatewayHttpResolver) -> None:
    """Let the app answer every error, expected or not, with a problem."""
    refuse = _Refusals(app)
    app.not_found(refuse.unknown_route)
    app.exception_handler(StockBridgeError)(refuse.expected)
    app.exception_handler(RequestValidationError)(refuse.invalid)
    app.exception_handler(RequestUnsupportedContentType)(refuse.unsupported)
    app.exception_handler(Exception)(refuse.unexpected)


def language(app: APIGatewayHttpResolver) -> str:
    """The language of the request that is being answered."""
    return language_of(app.current_event.headers.get("accept-language"))


class _Refusals:
    def __init__(self, app: APIGatewayHttpResolver) -> None:
        self._app = app

    def unknown_route(self, _error: NotFoundError) -> Response[str]:
        return self._problem(HTTPStatus.NOT_FOUND, "route_not_found")

    def expected(self, error: StockBridgeError) -> Response[str]:
        known = next((each for each in _ANSWERS if isinstance(error, each[0])), None)
        if known is None:
            return self.unexpected(error)
        _, status, general = known
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            logger.warning("unavailable", extra={"reason": str(error)})
        reason = str(error) if str(error) in TEXTS else general
        return self._problem(status, reason, error.problems if isinstance(error, InvalidFields) else ())

    def invalid(self, error: RequestValidationError) -> Response[str]:
        errors = error.errors()
        if any(each["type"] == "json_invalid" for each in errors):
            return self._problem(HTTPStatus.BAD_REQUEST, "malformed_json")
        return self._problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_fields", field_problems(errors))

    def unsupported(self, _error: RequestUnsupportedContentType) -> Response[str]:
        return self._problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_content")

    def unexpected(self, error: Exception) -> Response[str]:
        logger.error("unexpected", exc_info=error)
        return self._problem(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected")

    def _problem(self, status: HTTPStatus, reason: str, problems: Sequence[FieldProblem] = ()) -> Response[str]:
        count(f"ApiRefused{status.value}")
        spoken = language(self._app)
        document = Problem(
            type=f"urn:stockbridge:problem:{reason}",
            title=say(f"title.{status.value}", spoken),
            status=status.value,
            detail=say(reason, spoken),
            # not the path: a webhook's address, called with the wrong method, holds its token
            instance=f"urn:stockbridge:request:{self._app.current_event.request_context.request_id}",
            problems=[
                FieldProblemAnswer(field=one.field, reason=one.reason, detail=explain(one, spoken)) for one in problems
            ],
        )
        headers = {"Content-Language": language_tag(spoken), "Cache-Control": "no-store"}
        return Response(status.value, PROBLEM_JSON, document.model_dump_json(), headers)
