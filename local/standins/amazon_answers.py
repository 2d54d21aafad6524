"""What the stand-in Amazon answers when it refuses, and how often it may be asked."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

RATES = {  # a second, and at once
    "patch": (5.0, 5),
    "item": (5.0, 10),
    "search": (5.0, 5),
    "new document": (0.5, 15),
    "document": (0.0222, 10),
    "new feed": (5 / 300, 5),
    "feed": (2.0, 15),
}
_ERRORS = {
    400: ("InvalidInput", "Request has missing or invalid parameters and cannot be parsed."),
    403: ("Unauthorized", "Access to requested resource is denied."),
    404: ("NOT_FOUND", "The resource specified does not exist."),
    429: ("QuotaExceeded", "You exceeded your quota for the requested resource."),
    500: ("InternalFailure", "We encountered an internal error. Please try again."),
    503: ("ServiceUnavailable", "Service is temporarily unavailable. Please try again."),
}


class Quotas:
    """A bucket for each seller and operation, full at first."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], tuple[float, int]] = {}  # what is left, and since when

    def allow(self, seller: str, operation: str, now: int) -> bool:
        per_second, burst = RATES[operation]
        left, since = self._buckets.get((seller, operation), (float(burst), now))
        left = min(burst, left + (now - since) / 1000 * per_second)
        self._buckets[seller, operation] = (left - 1 if left >= 1 else left, now)
        return left >= 1


def error(status: int, text: str, details: str = "") -> Response:
    code, message = _ERRORS.get(status, ("InvalidInput", "The request is not as it should be."))
    response = JSONResponse({"errors": [{"code": code, "message": text or message, "details": details}]}, status)
    if status == 403:
        response.headers["x-amzn-errortype"] = "AccessDeniedException"
    return response


def login_refused(status: int, code: str, description: str) -> Response:
    return JSONResponse({"error_description": description, "error": code}, status)


def s3_refused(code: str, message: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(body, 403, media_type="application/xml")
