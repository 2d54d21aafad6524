"""What the portal's own bodies become, one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors import Response
from stockbridge.errors import EgressRefused, NoAnswer, NotSent, TimedOut, TransportError
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.magalu_answers import Shown, arrived, classify, complaint, renewed, stock_in
from stockbridge.outcomes import Accepted, Busy, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown

EVENTS = Path(__file__).parents[1] / "events" / "magalu"
ERRORS: dict[str, Any] = json.loads((EVENTS / "errors.json").read_text())
SENT_AT = 1_750_000_000_000  # 2025-06-15T15:06:40Z
NOW_S = SENT_AT / 1000 + 1
CHANNEL = "9fe0d853-732b-4e4a-a0b0-cff988ed043d"
REQUEST = "11111111-1111-5111-8111-111111111111"
EVIDENCE = Evidence("PATCH", "told")
CANARY = "canary-7f3a"


def told(status: int | TransportError, body: object = "", **headers: str) -> Exchange:
    if isinstance(status, TransportError):
        return Exchange(status, EVIDENCE, (CANARY,))
    text = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(Response(status, names, text.encode()), EVIDENCE, (CANARY,))


def write(answer: Exchange) -> Outcome:
    return classify(answer, request_id=REQUEST, sent_at=SENT_AT, now_s=NOW_S)


def error(status: int, **headers: str) -> Outcome:
    return write(told(status, ERRORS[str(status)], **headers))


def test_the_portals_own_errors_each_have_their_outcome() -> None:
    answers = {int(status): error(int(status)) for status in ERRORS}
    unfit = "UNPROCESSABLE_ENTITY; Unprocessable entity; condition: Invalid condition type"
    assert answers == {
        400: Refused("validation", "BAD_REQUEST; Bad Resquest; name: Invalid parameter", EVIDENCE),
        401: Unauthorized("UNAUTHORIZED; Unauthorized", evidence=EVIDENCE),
        403: Unauthorized("FORBIDDEN; Forbidden", revoked=True, evidence=EVIDENCE),
        404: Refused("not_found", "NOT_FOUND; Not found", EVIDENCE),
        409: Busy("CONFLICT; Conflict; condition: There is already an condition", EVIDENCE),
        422: Refused("validation", unfit, EVIDENCE),
        429: Throttled(None, "TOO_MANY_REQUESTS; You have sent too many requests in a given amount of time", EVIDENCE),
        500: Unknown("marketplace_down", "SERVER_ERROR; Internal server error", EVIDENCE),
        502: Unknown("marketplace_down", "BAD_GATEWAY; Bad gateway", EVIDENCE),
        503: Unknown("marketplace_down", "SERVICE_UNAVAILABLE; Service unavailable", EVIDENCE),
        504: Unknown("marketplace_down", "GATEWAY_TIMEOUT; Gateway timeout", EVIDENCE),
    }


def test_a_throttle_waits_as_long_as_it_is_asked_to_and_otherwise_leaves_it_open() -> None:
    assert error(429, retry_after="17") == Throttled(17.0, "; ".join(_words(429)), EVIDENCE)


@pytest.mark.parametrize("body", [{}, {"any": 1}, [], ""])
def test_a_write_that_is_taken_is_accepted_and_never_applied(body: object) -> None:
    assert write(told(202, body)) == Accepted(f"{REQUEST}@{SENT_AT}", evidence=EVIDENCE)


def test_the_reference_is_the_trace_else_the_request_that_magalu_names() -> None:
    trace = write(told(202, {"trace_id": "54675fa4"}, x_request_id="e9f485cc"))
    named = write(told(202, {}, x_request_id="e9f485cc"))
    assert [each.ref for each in (trace, named) if isinstance(each, Accepted)] == [
        f"54675fa4@{SENT_AT}",
        f"e9f485cc@{SENT_AT}",
    ]


@pytest.mark.parametrize(("status", "body"), [(200, {"ok": True}), (201, {}), (204, ""), (202, "<html>queued</html>")])
def test_a_success_that_no_document_describes_proves_nothing(status: int, body: object) -> None:
    outcome = write(told(status, body))
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"


@pytest.mark.parametrize("status", [402, 405, 406, 410, 415, 418, 423, 451])
def test_a_refusal_that_no_document_describes_keeps_its_own_words(status: int) -> None:
    assert write(told(status, "not today")) == Refused("uncatalogued", "not today", EVIDENCE)


def test_an_answer_without_words_is_named_by_its_status() -> None:
    assert write(told(503)) == Unknown("marketplace_down", "HTTP 503", EVIDENCE)


def test_a_redirect_applied_nothing_and_says_where_it_pointed() -> None:
    see_other = write(told(303, "", location="https://api.magalu.com/v0/elsewhere"))
    moved = write(told(308, "", location="https://api2.magalu.com/"))
    assert see_other == Refused(
        "uncatalogued", "HTTP 303 to https://api.magalu.com/v0/elsewhere: not followed, nothing was applied", EVIDENCE
    )
    assert isinstance(moved, Refused)
    assert moved.cause == "configuration"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TimedOut("late"), Unknown("timeout", "late", EVIDENCE)),
        (NoAnswer("reset"), Unknown("marketplace_down", "reset", EVIDENCE)),
        (NotSent("no route"), Unknown("marketplace_down", "not sent: no route", EVIDENCE)),
        (EgressRefused("private"), Refused("configuration", "private", EVIDENCE)),
    ],
)
def test_what_never_came_is_told_apart(error: TransportError, outcome: Outcome) -> None:
    assert write(told(error)) == outcome


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("sku is UNDER_REVIEW", "under_review"),
        ("sku is BLOCKED", "listing_closed"),
        ("status: DELETED", "listing_closed"),
        ("status: DELETING", "listing_closed"),
        ("O produto pai não foi integrado", "not_catalogued"),
        ("Não existe um sku com o Id informado", "not_found"),
        ("Sku não exportado pois não tem Preço", "validation"),
    ],
)
def test_a_refusal_that_names_the_skus_state_has_that_states_cause(words: str, cause: str) -> None:
    body = ERRORS["422"] | {"message": words}
    for text in (json.dumps(body), json.dumps(body, ensure_ascii=False)):
        outcome = write(told(422, text))
        assert isinstance(outcome, Refused)
        assert (outcome.cause, words in outcome.message) == (cause, True)


def test_a_secret_that_magalu_repeats_is_in_no_message_and_no_reference() -> None:
    refused = write(told(422, ERRORS["422"] | {"message": f"token {CANARY} is odd"}))
    accepted = write(told(202, {"trace_id": CANARY}))
    moved = write(told(301, "", location=f"https://x.example/?t={CANARY}"))
    assert CANARY not in f"{refused}{accepted}{moved}"


# ------------------------------------------------------------------------------------------ the stock


def shown(body: object, status: int = 200) -> Shown | Outcome | None:
    return stock_in(told(status, body), channel=CHANNEL, now_s=NOW_S)


STOCKS: dict[str, Any] = json.loads((EVENTS / "stocks.response.json").read_text())


def test_what_may_be_sold_is_the_channels_available_quantity() -> None:
    assert shown(STOCKS) == Shown(4, 1_749_997_537_000)


def test_stock_of_no_channel_and_without_a_time_is_understood() -> None:
    assert shown({"meta": {}, "results": [{"type": "AVAILABLE", "quantity": 0, "updated_at": None}]}) == Shown(0, None)


def test_a_sku_without_stock_in_the_channel_shows_none() -> None:
    elsewhere = {"results": [STOCKS["results"][1] | {"channel": {"id": "other"}}]}
    assert [shown({"results": []}), shown(elsewhere), shown(ERRORS["404"], 404)] == [None, None, None]


@pytest.mark.parametrize(
    "body",
    [
        "<html>",
        {},
        {"results": None},
        {"results": [{"type": "AVAILABLE", "quantity": None}]},
        {"results": [STOCKS["results"][1]] * 2},
    ],
)
def test_stock_of_a_shape_that_no_document_shows_is_no_quantity(body: object) -> None:
    outcome = shown(body)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"


def test_a_write_has_arrived_when_its_quantity_was_updated_since_it_was_sent() -> None:
    ref = f"trace@{SENT_AT}"
    assert arrived(Shown(4, SENT_AT + 900), 4, ref)
    assert arrived(Shown(4, SENT_AT - 4_000), 4, ref), "their clock may be behind ours"
    assert arrived(Shown(4, None), 4, ref)
    assert not arrived(Shown(4, SENT_AT - 60_000), 4, ref), "an earlier write of the same quantity"
    assert not arrived(Shown(5, SENT_AT + 900), 4, ref)


# ------------------------------------------------------------------------------------------ the traces


def trace(at: str, message: str, **changes: str) -> dict[str, Any]:
    sample = json.loads((EVENTS / "traces.response.json").read_text())["results"][0]
    origin = {"context": "portfolios", "resource": "inventories"}
    return (
        sample | {"code": "42", "created_at": at, "message": message, "severity": "error", "origin": origin} | changes
    )


def complained(*traces: dict[str, Any]) -> Refused | None:
    return complaint(told(200, {"meta": {}, "results": list(traces)}), sku="42", ref=f"x@{SENT_AT}")


def test_the_newest_error_since_the_write_says_why_it_was_refused() -> None:
    older = trace("2025-06-15T15:06:41Z", "SKU BLOCKED")
    newer = trace("2025-06-15T15:06:43Z", "O produto pai não foi integrado")
    assert complained(newer, older) == complained(older, newer)
    assert complained(older, newer) == Refused("not_catalogued", "O produto pai não foi integrado", EVIDENCE)


def test_an_error_that_nobody_described_keeps_magalus_own_words() -> None:
    assert complained(trace("2025-06-15T15:06:43Z", "Algo novo")) == Refused("uncatalogued", "Algo novo", EVIDENCE)


@pytest.mark.parametrize(
    "harmless",
    [
        trace("2025-06-15T15:06:39Z", "of an earlier write"),
        trace("2025-06-15T15:06:43Z", "another SKU's", code="43"),
        trace("2025-06-15T15:06:43Z", "Publicado com sucesso com o ID 123456789", severity="INFO"),
        trace("never", "without a time"),
    ],
)
def test_what_is_no_error_of_this_write_is_no_complaint(harmless: dict[str, Any]) -> None:
    assert complained(harmless) is None


@pytest.mark.parametrize("answer", [told(403, ERRORS["403"]), told(200, "[]"), told(TimedOut("late"))])
def test_traces_that_cannot_be_read_are_no_complaint(answer: Exchange) -> None:
    assert complaint(answer, sku="42", ref="x@1") is None


# ------------------------------------------------------------------------------------------ the consent

KEPT = {"client_id": "c", "client_secret": "s", "refresh_token": "r1", "access_token": "a1", "expires_at": "1"}
PAIR = {"access_token": "a2", "token_type": "Bearer", "expires_in": 7200, "refresh_token": "r2", "scope": "x"}


def test_a_renewal_keeps_what_was_there_and_ends_when_it_was_asked_plus_its_life() -> None:
    assert renewed(told(200, PAIR), KEPT, asked_at=SENT_AT) == KEPT | {
        "access_token": "a2",
        "refresh_token": "r2",
        "expires_at": str(SENT_AT + 7_200_000),
    }


def test_a_pair_is_kept_whatever_else_is_missing() -> None:
    assert renewed(told(200, {"access_token": "a2"}), KEPT, asked_at=SENT_AT) == KEPT | {
        "access_token": "a2",
        "expires_at": "",
    }


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client", "unauthorized_client"])
def test_a_consent_that_is_lost_needs_a_person(error: str) -> None:
    assert renewed(told(400, {"error": error}), KEPT, asked_at=SENT_AT) == Unauthorized(
        error, revoked=True, evidence=EVIDENCE
    )


def test_other_failures_of_a_renewal_are_what_they_are_everywhere() -> None:
    outcomes = [
        renewed(answer, KEPT, asked_at=SENT_AT)
        for answer in (
            told(401, {"error": "invalid_client"}),
            told(400, {"error": "invalid_scope"}),
            told(429),
            told(503),
            told(TimedOut("late")),
            told(200, {"refresh_token": "fresh-91b2"}),  # nobody could know it before
        )
    ]
    assert [type(each).__name__ for each in outcomes] == [
        "Unauthorized", "Refused", "Throttled", "Unknown", "Unknown", "Unknown",
    ]  # fmt: skip
    assert "fresh-91b2" not in str(outcomes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "message",
                    "slug",
                    "error",
                    "details",
                    "results",
                    "trace_id",
                    "type",
                    "quantity",
                    "channel",
                    "id",
                    "updated_at",
                    "created_at",
                    "code",
                    "severity",
                    "access_token",
                    "refresh_token",
                    "expires_in",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.integers(200, 599), JSON)
def test_no_answer_whatever_is_more_than_an_outcome(status: int, body: Any) -> None:
    answer = told(status, json.dumps(body))
    assert isinstance(write(answer), Outcome)
    assert stock_in(answer, channel=CHANNEL, now_s=NOW_S) is None or isinstance(shown(body, status), Outcome | Shown)
    assert isinstance(complaint(answer, sku="42", ref="x@1"), Refused | None)
    assert isinstance(renewed(answer, KEPT, asked_at=SENT_AT), Outcome | dict)


def _words(status: int) -> list[str]:
    body = ERRORS[str(status)]
    return [body["slug"], body["message"]]
