"""What the generic connector sends, and what it makes of marketplaces' real answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from stockbridge.connectors import Listing, Response, Session, StockUpdate
from stockbridge.errors import EgressRefused, NoAnswer, NotFound, NotSent, TimedOut, TransportError
from stockbridge.marketplaces import CONNECTORS, connector
from stockbridge.marketplaces.generic import Generic, classify, fill_in
from stockbridge.marketplaces.generic_configuration import Plan, read_plan
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.templates import UnfitValue

UPDATE = StockUpdate("mundojuguete", "SPT", Listing("42"), 7, 1)
NOW_S = 1_750_000_000.0
NOW_MS = 1_750_000_000_000
BASE: dict[str, Any] = {
    "secret": "stockbridge/prod/mundojuguete/SPT",
    "method": "PUT",
    "url": "https://api.example.com/v2/skus/{sku}/stock",
    "headers": {"Authorization": "Bearer {secret.token}"},
    "body": {"sku": "{sku}", "quantity": "{quantity}"},
    "applied": [200, 201, 204],
    "accepted": [202],
    "errors": [],
    "message": "/message",
}


def plan_of(**changes: Any) -> Plan:
    plan, problems = read_plan(BASE | changes, allow_private=False)
    assert plan is not None, problems
    return plan


def answer(status: int, body: object = "", **headers: str) -> Response:
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, text.encode())


def outcome(response: Response | TransportError, **changes: Any) -> Outcome:
    return classify(plan_of(**changes), response, now_s=NOW_S, secrets=["tok-canary"])


class Marketplace:
    """An `Http` that gives one answer and remembers the request."""

    def __init__(self, answer: Response | TransportError) -> None:
        self.answer = answer
        self.requests: list[tuple[str, str, Mapping[str, str], bytes | None, float]] = []

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        self.requests.append((method, url, headers, body, deadline_s))
        if isinstance(self.answer, TransportError):
            raise self.answer
        return self.answer


def push(marketplace: Marketplace, credentials: Mapping[str, str] | None = None, **changes: Any) -> Outcome:
    ticks = iter((NOW_MS, NOW_MS, NOW_MS + 250))
    session = Session(
        configuration=BASE | changes,
        credentials={"token": "tok-canary"} if credentials is None else credentials,
        http=marketplace,
        clock=lambda: next(ticks, NOW_MS),
        ends_at=NOW_MS + 8_000,
    )
    (outcome,) = Generic().push(session, [UPDATE])
    return outcome


def test_the_registry_knows_its_connectors() -> None:
    assert connector("generic") is CONNECTORS["generic"]
    with pytest.raises(NotFound):
        connector("unheard-of")


def test_one_quantity_is_one_request() -> None:
    marketplace = Marketplace(answer(200, {"ok": True}))
    result = push(marketplace)
    assert isinstance(result, Applied)
    [(method, url, headers, body, deadline_s)] = marketplace.requests
    assert (method, url, deadline_s) == ("PUT", "https://api.example.com/v2/skus/42/stock", 8)
    assert headers["authorization"] == "Bearer tok-canary"
    assert headers["content-type"] == "application/json"
    assert json.loads(body or b"") == {"sku": "42", "quantity": 7}


def test_the_evidence_says_what_happened_and_no_secret() -> None:
    marketplace = Marketplace(answer(400, {"message": "bad tok-canary", "sent": {"token": "x"}}, x_request_id="r-1"))
    result = push(marketplace, url="https://api.example.com/skus/{sku}?key={secret.token}")
    assert isinstance(result, Refused)
    assert result.message == "bad ***"
    assert result.evidence is not None
    assert result.evidence.request == 'PUT https://api.example.com/skus/42?…\n{"sku":"42","quantity":7}'
    assert result.evidence.response == '400\nx-request-id: r-1\n\n{"message":"bad ***","sent":{"token":"***"}}'
    assert (result.evidence.http_status, result.evidence.duration_ms) == (400, 250)


def test_a_body_takes_any_shape_and_only_the_exact_placeholder_is_a_number() -> None:
    body = {
        "stocks": [{"{sku}": {"n": "{quantity}", "text": "{quantity} un", "id": "{sku}"}}],
        "literal": "{{sku}}",
        "channel": "{account}-{affiliate}",
        "kept": [1, 2.5, None, True],
    }
    request = fill_in(plan_of(body=body), {"token": "t"}, UPDATE)
    assert json.loads(request.body or b"") == {
        "stocks": [{"42": {"n": 7, "text": "7 un", "id": "42"}}],
        "literal": "{sku}",
        "channel": "mundojuguete-SPT",
        "kept": [1, 2.5, None, True],
    }


def test_without_a_body_none_is_sent() -> None:
    request = fill_in(
        plan_of(body=None, url="https://api.example.com/stock?sku={sku}&n={quantity}"), {"token": "t"}, UPDATE
    )
    assert request.body is None
    assert "content-type" not in request.headers
    assert request.url.endswith("?sku=42&n=7")


def test_a_configured_header_replaces_the_default_whatever_its_case() -> None:
    request = fill_in(plan_of(headers={"Content-Type": "application/vnd.api+json"}), {}, UPDATE)
    assert request.headers["content-type"] == "application/vnd.api+json"
    assert len(request.headers) == 2


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ({}, "secret.token: the channel's secret has no such value"),
        (
            {"token": "abc\n"},
            "headers.Authorization: a line break or another character that no header may hold",
        ),
    ],
)
def test_a_secret_that_does_not_fit_is_a_matter_of_configuration(credentials: dict[str, str], said: str) -> None:
    marketplace = Marketplace(answer(200))
    assert push(marketplace, credentials) == Refused("configuration", said)
    assert marketplace.requests == []


def test_a_configuration_that_was_never_checked_is_refused_and_not_sent() -> None:
    marketplace = Marketplace(answer(200))
    assert push(marketplace, url="https://api.example.com/{nonsense}") == Refused(
        "configuration", "url: unknown_placeholder"
    )
    assert marketplace.requests == []


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(sku=TEXT, secret=TEXT)
def test_no_value_leaves_its_place_in_a_url(sku: str, secret: str) -> None:
    plan = plan_of(url="https://api.example.com/v2/{sku}/stock?key={secret.token}&n={quantity}", headers={})
    url = parse_url(fill_in(plan, {"token": secret}, StockUpdate("mundojuguete", "SPT", Listing(sku), 7, 1)).url)
    assert (url.scheme, url.host, url.port, url.auth, url.fragment) == ("https", "api.example.com", None, None, None)
    assert url.path is not None
    assert url.query is not None
    assert url.path.count("/") == 3
    assert url.path.startswith("/v2/")
    assert url.path.endswith("/stock")
    assert url.query.count("&") == 1
    assert url.query.endswith("&n=7")


def _fits(secret: str) -> bool:
    return all(character == "\t" or " " <= character <= "~" or "\x80" <= character <= "\xff" for character in secret)


@given(secret=st.text(max_size=30))
def test_no_value_adds_a_line_to_the_headers(secret: str) -> None:
    try:
        request = fill_in(plan_of(), {"token": secret}, UPDATE)
    except UnfitValue:
        assert not _fits(secret)
        return
    assert _fits(secret)
    assert request.headers["authorization"] == f"Bearer {secret}"


ANSWERS: list[tuple[str, Response | TransportError, Outcome]] = [
    ("200", answer(200, {"available_quantity": 6}), Applied()),
    ("201", answer(201), Applied()),
    ("204", answer(204), Applied()),
    ("202 with a status address", answer(202, location="/imports/77"), Accepted("/imports/77")),
    ("202 with a request id", answer(202, "", x_request_id="r-9"), Accepted("r-9")),
    ("202 with an id in the body", answer(202, {"id": 77}), Accepted("77")),
    ("202 with nothing", answer(202), Accepted("")),
    ("401 Mirakl", answer(401, {"status": 401, "message": "Unauthorized"}), Unauthorized("Unauthorized")),
    (
        "403 Mercado Livre",
        answer(
            403,
            {
                "status": 403,
                "error": "access_denied",
                "message": "access to the requested resource is forbidden",
                "code": "FORBIDDEN",
            },
        ),
        Unauthorized("access to the requested resource is forbidden"),
    ),
    (
        "429 Magalu",
        answer(
            429,
            {
                "slug": "TOO_MANY_REQUESTS",
                "message": "You have sent too many requests in a given amount of time",
            },
            retry_after="120",
        ),
        Throttled(120.0, "You have sent too many requests in a given amount of time"),
    ),
    ("429 without a time", answer(429), Throttled(None, "HTTP 429")),
    (
        "404 Magalu",
        answer(404, {"slug": "NOT_FOUND", "message": "Not found"}),
        Refused("not_found", "Not found"),
    ),
    (
        "400 Mercado Livre",
        answer(
            400,
            {
                "message": "Validation error",
                "error": "validation_error",
                "status": 400,
                "cause": [{"code": "item.attributes.missing_required"}],
            },
        ),
        Refused("validation", "Validation error"),
    ),
    (
        "422 Magalu",
        answer(422, {"slug": "UNPROCESSABLE_ENTITY", "message": "Unprocessable entity"}),
        Refused("validation", "Unprocessable entity"),
    ),
    (
        "409 Mercado Livre",
        answer(409, {"message": "item optimistic locking error: conflict", "status": 409, "cause": []}),
        Busy("item optimistic locking error: conflict"),
    ),
    ("423", answer(423, "locked"), Busy("locked")),
    ("408", answer(408), Unknown("timeout", "HTTP 408")),
    ("425", answer(425), Busy("HTTP 425")),
    (
        "500 Magalu",
        answer(500, {"slug": "SERVER_ERROR", "message": "Internal server error"}),
        Unknown("marketplace_down", "Internal server error"),
    ),
    (
        "502 from a proxy",
        answer(502, "<html><head><title>502 Bad Gateway</title></head>\n<body>nginx</body></html>"),
        Unknown("marketplace_down", "502 Bad Gateway nginx"),
    ),
    (
        "504 Magalu",
        answer(504, {"slug": "GATEWAY_TIMEOUT", "message": "Gateway timeout"}),
        Unknown("timeout", "Gateway timeout"),
    ),
    ("405", answer(405), Refused("configuration", "HTTP 405")),
    ("402", answer(402, "pay first"), Refused("uncatalogued", "pay first")),
    ("a 2xx that nobody listed", answer(207, "some failed"), Refused("uncatalogued", "some failed")),
    ("a redirect", answer(303, "see other"), Refused("uncatalogued", "see other")),
    ("a time-out", TimedOut("late"), Unknown("timeout", "late")),
    (
        "a lost connection",
        NoAnswer("connection reset by peer"),
        Unknown("marketplace_down", "connection reset by peer"),
    ),
    (
        "a refused connection",
        NotSent("connection refused"),
        Unknown("marketplace_down", "not sent: connection refused"),
    ),
    (
        "a forbidden address",
        EgressRefused("the address is not public"),
        Refused("configuration", "the address is not public"),
    ),
]


@pytest.mark.parametrize(("response", "expected"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS])
def test_an_answer_has_one_meaning(response: Response | TransportError, expected: Outcome) -> None:
    assert outcome(response) == expected


@pytest.mark.parametrize(
    ("rule", "response", "expected"),
    [
        pytest.param(
            {"status": 400, "match": r"\[status:under_review", "cause": "under_review"},
            answer(
                400,
                {
                    "message": "Cannot update item XXX [status:under_review, has_bids:false] "
                    "available quantity is not modifiable."
                },
            ),
            "under_review",
            id="Mercado Livre under review",
        ),
        pytest.param(
            {"status": 400, "match": "log[íi]stica Fulfillment", "cause": "fulfillment"},
            answer(
                400,
                {
                    "message": "A quantidade disponível não é modificável em items com logística Fulfillment"
                },  # json.dumps escapes the accents, as marketplaces do
            ),
            "fulfillment",
            id="accents escaped in the answer",
        ),
        pytest.param(
            {"status": 200, "match": '"status":\\s*"INVALID"', "cause": "validation"},
            answer(200, {"sku": "VALIDATION_INVALID", "status": "INVALID", "message": "The attributes are invalid."}),
            "validation",
            id="Amazon answers 200 to what it did not do",
        ),
        pytest.param(
            {"status": 200, "match": '"failure_list":\\s*\\[\\{', "cause": "not_found"},
            answer(
                200,
                {
                    "error": "",
                    "message": "",
                    "response": {"success_list": [], "failure_list": [{"model_id": 1234, "failed_reason": "…"}]},
                },
            ),
            "not_found",
            id="Shopee answers 200 to what it did not do",
        ),
        pytest.param(
            {"status": 404, "match": "catalogado", "cause": "not_catalogued"},
            answer(404, {"message": "Produto ainda não foi catalogado no Carrefour"}),
            "not_catalogued",
            id="Carrefour",
        ),
        pytest.param({"status": 403, "cause": "listing_closed"}, answer(403), "listing_closed", id="instead of auth"),
    ],
)
def test_a_configured_error_comes_first(rule: dict[str, Any], response: Response, expected: str) -> None:
    result = outcome(response, errors=[rule])
    assert isinstance(result, Refused)
    assert result.cause == expected


def test_the_first_error_that_fits_wins_and_the_others_do_not_matter() -> None:
    errors = [
        {"status": 400, "match": "nothing like it", "cause": "fulfillment"},
        {"status": 404, "cause": "listing_closed"},
        {"status": 400, "cause": "not_catalogued"},
        {"status": 400, "cause": "validation"},
    ]
    assert outcome(answer(400, "x"), errors=errors) == Refused("not_catalogued", "x")


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("auth", Unauthorized("x")),
        ("throttled", Throttled(30.0, "x")),
        ("marketplace_down", Unknown("marketplace_down", "x")),
        ("timeout", Unknown("timeout", "x")),
        ("validation", Refused("validation", "x")),
    ],
)
def test_a_configured_cause_decides_the_kind_of_outcome(cause: str, expected: Outcome) -> None:
    assert outcome(answer(400, "x", retry_after="30"), errors=[{"status": 400, "cause": cause}]) == expected


@pytest.mark.parametrize(
    ("pointer", "body", "message"),
    [
        ("/errors/0/message", {"errors": [{"code": "BAD_REQUEST", "message": "Invalid input"}]}, "Invalid input"),
        ("/errors/3/message", {"errors": []}, '{"errors":[]}'),
        ("/a~1b/~0", {"a/b": {"~": "found"}}, "found"),
        ("/errors", {"errors": ["é"]}, '["é"]'),
        ("", "not JSON", "not JSON"),
        ("/message", {"message": ""}, '{"message":""}'),
        ("/message", "x" * 1000, "x" * 297 + "…"),
        ("/message", "", "HTTP 400"),
    ],
)
def test_the_message_is_the_marketplaces_own(pointer: str, body: object, message: str) -> None:
    result = outcome(answer(400, body), message=pointer)
    assert isinstance(result, Refused)
    assert result.message == message


@given(status=st.integers(100, 599), body=st.binary(max_size=200), wait=st.text(max_size=12))
def test_whatever_is_answered_has_exactly_one_outcome(status: int, body: bytes, wait: str) -> None:
    result = outcome(Response(status, {"retry-after": wait}, body))
    if isinstance(result, Throttled) and result.retry_after_s is not None:
        assert 0 <= result.retry_after_s <= 86_400
