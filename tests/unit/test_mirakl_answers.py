"""What Mirakl's answers mean: the bodies that its documents and those of its marketplaces show."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.causes import CAUSES
from stockbridge.connectors import Response
from stockbridge.errors import EgressRefused, NoAnswer, NotSent, TimedOut, TransportError
from stockbridge.exchanges import Exchange
from stockbridge.marketplaces.mirakl_answers import Complete, classify, progress, settled, shown
from stockbridge.marketplaces.mirakl_files import Place
from stockbridge.outcomes import Accepted, Applied, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown

NOW_S = 1_750_000_000.0
CANARY = "key-canary-9f2c"
EVIDENCE = Evidence("POST https://shop.mirakl.net/api/offers/stock/imports", "…")
EVENTS = Path(__file__).parents[1] / "events" / "mirakl"
UNAUTHORIZED = json.loads((EVENTS / "unauthorized.response.json").read_text())
# Mirakl's own sample, with numbers
STATUS = json.loads((EVENTS / "stock-import-status.response.json").read_text()) | {
    "import_id": "77",
    "lines_in_error": 1,
    "lines_in_success": 2,
    "status": "COMPLETE",
}
FULL = (
    '"error-line";"error-message";"offer-sku";"quantity";"warehouse-code";"update-delete"\n'
    '"3";"The product does not exist";"SKU-2";"4";"";""\n'
)
CARREFOUR = (
    "Produto ainda não foi catalogado no Carrefour. Para reprocessar essa oferta, aguarde a confirmação do Carrefour "
    "de que o produto foi catalogado. Para mais detalhes verifique o portal do carrefour."
)
SKUS = [Place("SKU-1"), Place("SKU-2"), Place("SKU-3")]


def told(status: int, body: object = "", *, cut: bool = False, **headers: str) -> Exchange:
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(Response(status, names, data, cut), EVIDENCE, (CANARY,))


def not_told(error: TransportError) -> Exchange:
    return Exchange(error, EVIDENCE, (CANARY,))


def of_file(exchange: Exchange) -> Outcome:
    return classify(exchange, now_s=NOW_S)


def of_status(exchange: Exchange, asked: int = 3) -> Outcome | Complete:
    return progress(exchange, "77", asked, now_s=NOW_S)


def of_report(
    exchange: Exchange, places: list[Place] | None = None, *, success: int | None = 2, error: int | None = 1
) -> list[Outcome]:
    end = Complete(True, success, error)
    outcomes = settled(exchange, "77", end, SKUS if places is None else places, now_s=NOW_S)
    return [replace(outcome, evidence=None) for outcome in outcomes]


@pytest.mark.parametrize(
    ("exchange", "outcome"),
    [
        (told(201, {"import_id": "77"}), Accepted("77", 15.0)),
        (told(201, {"import_id": 2044}), Accepted("2044", 15.0)),  # the sibling call's sample has a number
        (told(202, {"import_id": "77"}), Accepted("77", 15.0)),
        # a success that names no import is none
        (told(201, ""), Unknown("uncatalogued", "HTTP 201")),
        (told(201, {"import_id": ""}), Unknown("uncatalogued", '{"import_id":""}')),
        (told(201, {"import_id": True}), Unknown("uncatalogued", '{"import_id":true}')),
        (told(201, {"import_id": "../../users"}), Unknown("uncatalogued", '{"import_id":"../../users"}')),
        (told(200, [77]), Unknown("uncatalogued", "[77]")),
        (told(200, "<html>maintenance</html>"), Unknown("uncatalogued", "HTTP 200")),
        (told(204), Unknown("uncatalogued", "HTTP 204")),
        # the key
        (told(401, UNAUTHORIZED), Unauthorized("Unauthorized", revoked=True)),
        (told(403, {"status": 403, "message": "Forbidden"}), Unauthorized("Forbidden", revoked=True)),
        # the pace
        (told(429, "", retry_after="37"), Throttled(37.0, "HTTP 429")),
        (told(429, {"message": "Too many requests"}), Throttled(None, "Too many requests")),
        # refusals with a place in Mirakl's list of codes, and one without
        (told(400, {"message": "Required part 'file'"}), Refused("validation", "Required part 'file'")),
        (told(404, ""), Refused("configuration", "HTTP 404")),
        (told(405, ""), Refused("configuration", "HTTP 405")),
        (told(406, ""), Refused("configuration", "HTTP 406")),
        (told(410, ""), Refused("configuration", "HTTP 410")),
        (told(415, ""), Refused("configuration", "HTTP 415")),
        (told(302, "", location="https://x"), Refused("configuration", "HTTP 302: redirects are not followed")),
        (told(418, "I am a teapot"), Refused("uncatalogued", "I am a teapot")),
        (told(422, {"message": CARREFOUR}), Refused("not_catalogued", CARREFOUR)),
        (told(400, {"message": "The product does not exist"}), Refused("not_found", "The product does not exist")),
        # nobody knows
        (told(500, "<html>oops</html>"), Unknown("marketplace_down", "HTTP 500")),
        (told(503, ""), Unknown("marketplace_down", "HTTP 503")),
        (told(504, ""), Unknown("timeout", "HTTP 504")),
        (told(408, ""), Unknown("timeout", "HTTP 408")),
        (not_told(TimedOut("no answer")), Unknown("timeout", "no answer")),
        (not_told(NoAnswer("reset")), Unknown("marketplace_down", "reset")),
        (not_told(NotSent("no name")), Unknown("marketplace_down", "not sent: no name")),
        (not_told(EgressRefused("private")), Refused("configuration", "private")),
    ],
)
def test_what_an_answer_to_a_file_means(exchange: Exchange, outcome: Outcome) -> None:
    assert of_file(exchange) == outcome


@pytest.mark.parametrize("status", ["WAITING", "RUNNING", "QUEUED", "SOMETHING_NEW"])
def test_an_import_that_is_not_through_is_asked_about_again(status: str) -> None:
    body = {**STATUS, "status": status, "has_error_report": False}
    del body["lines_in_error"], body["lines_in_success"]
    assert of_status(told(200, body)) == Accepted("77", 15.0)


@pytest.mark.parametrize(
    ("change", "end"),
    [
        ({}, Complete(True, 2, 1)),
        ({"has_error_report": False, "lines_in_error": 0, "lines_in_success": 3}, Complete(False, 3, 0)),
        ({"has_error_report": False, "lines_in_error": None, "lines_in_success": None}, Complete(False, None, None)),
        # errors without a report, or a status that does not say: the report is asked for
        ({"has_error_report": False}, Complete(True, 2, 1)),
        ({"has_error_report": None}, Complete(True, 2, 1)),
        ({"status": "FAILED"}, Refused("import_failed", "import 77: FAILED")),
        ({"status": None}, Unknown("uncatalogued", json.dumps({**STATUS, "status": None}, separators=(",", ":")))),
    ],
)
def test_what_the_status_of_an_import_means(change: dict[str, Any], end: Outcome | Complete) -> None:
    assert of_status(told(200, {**STATUS, **change})) == end


def test_an_import_that_counts_fewer_lines_than_were_sent_confirms_none() -> None:
    empty = {**STATUS, "has_error_report": False, "lines_in_error": 0, "lines_in_success": 0}
    outcome = of_status(told(200, empty))
    assert outcome == Unknown("unconfirmed", "import 77 knows of 0 lines; 3 were sent")


@pytest.mark.parametrize(
    ("exchange", "outcome"),
    [
        (told(404, {"status": 404, "message": "Not Found"}), Unknown("unconfirmed", "Not Found")),
        (told(400, ""), Unknown("unconfirmed", "HTTP 400")),
        (told(500, ""), Unknown("marketplace_down", "HTTP 500")),
        (told(401, UNAUTHORIZED), Unauthorized("Unauthorized", revoked=True)),
        (not_told(TimedOut("late")), Unknown("timeout", "late")),
        (not_told(EgressRefused("private")), Unknown("unconfirmed", "private")),
    ],
)
def test_a_question_that_is_refused_refuses_no_quantity(exchange: Exchange, outcome: Outcome) -> None:
    assert of_status(exchange) == outcome
    assert of_report(exchange) == [outcome] * 3


def test_asking_too_often_for_the_status_is_a_throttle_and_for_the_report_only_a_wait() -> None:
    too_often = told(429, "", retry_after="7")
    assert of_status(too_often) == Throttled(7.0, "HTTP 429")
    assert of_report(too_often) == [Accepted("77", 60.0)] * 3
    assert of_report(told(429, "", retry_after="90")) == [Accepted("77", 90.0)] * 3


def test_the_lines_of_the_report_are_refused_and_all_others_applied() -> None:
    assert of_report(told(200, FULL)) == [Applied(), Refused("not_found", "The product does not exist"), Applied()]


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("The product does not exist", "not_found"),
        (CARREFOUR, "not_catalogued"),
        (CARREFOUR.encode().decode("latin-1"), "not_catalogued"),
        ("Motivo que ninguém viu antes", "uncatalogued"),
    ],
)
def test_the_reason_of_a_line_is_the_cause_and_its_words_are_kept(reason: str, cause: str) -> None:
    [outcome] = of_report(told(200, FULL.replace("The product does not exist", reason)), [Place("SKU-2")])
    assert outcome == Refused(cause, reason)
    assert cause in CAUSES


def test_a_refused_line_is_its_own_evidence_and_holds_no_secret() -> None:
    report = FULL.replace("not exist", f"not exist for {CANARY}")
    [outcome] = settled(told(200, report), "77", Complete(True, 2, 1), [Place("SKU-2")], now_s=NOW_S)
    assert isinstance(outcome, Refused)
    assert outcome.message == "The product does not exist for ***"
    assert outcome.evidence is not None
    assert outcome.evidence.request == EVIDENCE.request
    assert outcome.evidence.response.splitlines() == [
        "200",
        "error-line;error-message;offer-sku;quantity;warehouse-code;update-delete",
        "3;The product does not exist for ***;SKU-2;4;;",
    ]


@pytest.mark.parametrize("body", ["", "<html>\n</html>", '{"message": "ok"}', '"a";"b"\n"x";"y"\n', '"1\n"'])
def test_a_report_of_unknown_shape_confirms_nothing(body: str) -> None:
    for outcome in of_report(told(200, body)):
        assert isinstance(outcome, Unknown)
        assert outcome.cause == "uncatalogued"


def test_a_report_with_fewer_lines_than_there_are_errors_confirms_only_what_it_names() -> None:
    outcomes = of_report(told(200, FULL), success=1, error=2)
    assert outcomes[1] == Refused("not_found", "The product does not exist")
    assert outcomes[0] == outcomes[2] == Unknown("unconfirmed", "import 77: the error report does not say")


def test_a_report_that_was_cut_confirms_only_the_whole_lines_that_it_has() -> None:
    outcomes = of_report(told(200, FULL + '"4";"The product', cut=True), success=1, error=2)
    assert [type(outcome) for outcome in outcomes] == [Unknown, Refused, Unknown]


OFFER: dict[str, Any] = {"shop_sku": "SKU-1", "quantity": 7, "active": True, "inactivity_reasons": []}
NOTHING_LEFT = {"quantity": 0, "active": False, "inactivity_reasons": ["SHOP_NOT_OPEN", "ZERO_QUANTITY"]}
AT_WAREHOUSES = {"warehouses": [{"code": "WH-SP", "quantity": 0}, {"code": "WH-RJ", "quantity": 7}]}


@pytest.mark.parametrize(
    ("offers", "place", "quantity"),
    [
        ([OFFER], Place("SKU-1"), 7),
        ([{**OFFER, "shop_sku": "SKU-10"}, OFFER], Place("SKU-1"), 7),
        ([{**OFFER, **NOTHING_LEFT}], Place("SKU-1"), 0),
        ([{**OFFER, **AT_WAREHOUSES}], Place("SKU-1", "WH-RJ"), 7),
        ([{**OFFER, **AT_WAREHOUSES}], Place("SKU-1", "WH-SP"), 0),
        ([{**OFFER, **AT_WAREHOUSES}], Place("SKU-1"), 7),
        # a zero without its reason may be a shop that is closed
        (
            [{**OFFER, "quantity": 0, "inactivity_reasons": ["SHOP_NOT_OPEN"]}],
            Place("SKU-1"),
            Unknown("unconfirmed", "offer SKU-1: 0, inactive by ['SHOP_NOT_OPEN']"),
        ),
        (
            [{**OFFER, "quantity": 0, "inactivity_reasons": 3}],
            Place("SKU-1"),
            Unknown("unconfirmed", "offer SKU-1: 0, inactive by 3"),
        ),
        (
            [{**OFFER, **AT_WAREHOUSES}],
            Place("SKU-1", "WH-MG"),
            Unknown("unconfirmed", "offer SKU-1: no quantity WH-MG"),
        ),
        ([{**OFFER, "quantity": "7"}], Place("SKU-1"), Unknown("unconfirmed", "offer SKU-1: no quantity")),
        ([], Place("SKU-1"), Refused("not_found", "")),
        ([None, "SKU-1"], Place("SKU-1"), Refused("not_found", "")),
        ("none", Place("SKU-1"), Unknown("uncatalogued", '{"offers":"none"}')),
    ],
)
def test_what_an_offer_shows(offers: object, place: Place, quantity: int | Outcome) -> None:
    assert shown(told(200, {"offers": offers}), place, now_s=NOW_S) == quantity


def test_an_offer_that_cannot_be_looked_at_is_not_known() -> None:
    assert shown(told(401, UNAUTHORIZED), SKUS[0], now_s=NOW_S) == Unauthorized("Unauthorized", True)
    assert shown(not_told(TimedOut("late")), SKUS[0], now_s=NOW_S) == Unknown("timeout", "late")


def test_what_a_marketplace_says_is_kept_without_secrets_and_not_at_length() -> None:
    outcome = of_file(told(400, {"message": f"{CANARY} " + "x" * 1000}))
    assert isinstance(outcome, Refused)
    assert outcome.message.startswith("*** xxx")
    assert len(outcome.message.encode()) <= 300


@given(st.integers(100, 599), st.binary(max_size=200), st.booleans())
def test_no_answer_raises_and_none_is_applied_by_itself(status: int, body: bytes, cut: bool) -> None:
    exchange = told(status, body, cut=cut)
    assert not isinstance(of_file(exchange), Applied)
    assert not isinstance(of_status(exchange), Applied | Complete)
    assert len(of_report(exchange)) == 3
    assert not isinstance(shown(exchange, SKUS[0], now_s=NOW_S), int)
