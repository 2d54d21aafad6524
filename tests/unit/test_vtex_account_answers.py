"""What another VTEX account's answers become, one by one."""

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
from stockbridge.marketplaces.vtex_account_answers import NOT_CHECKABLE, Holding, holding_in, notified, written
from stockbridge.outcomes import Accepted, Applied, Busy, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown

EVENTS = Path(__file__).parents[1] / "events" / "vtex"
NOW_S = 1_750_000_000.0
EVIDENCE = Evidence("PUT", "told")
CANARY = "canary-7f3a"
LOCKED = "Unable to acquire lock for key: otherstore_item_logistics_42_1_1."
NOT_BOUND = "Seller StockKeepingUnit `42` not found for this seller id `mystore`"
VERB = json.loads((EVENTS / "vtex-fulfillment-error.response.json").read_text())


def told(status: int | TransportError, body: object = "", **headers: str) -> Exchange:
    if isinstance(status, TransportError):
        return Exchange(status, EVIDENCE, (CANARY,))
    text = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(Response(status, names, text.encode()), EVIDENCE, (CANARY,))


def write(answer: Exchange) -> Outcome:
    return written(answer, now_s=NOW_S)


def notice(answer: Exchange) -> Outcome:
    return notified(answer, now_s=NOW_S)


def test_a_write_is_applied_when_vtex_answers_true() -> None:
    assert write(told(200, "true")) == Applied(EVIDENCE)


@pytest.mark.parametrize(
    ("status", "body"), [(200, ""), (200, "false"), (200, {"ok": True}), (201, "true"), (202, ""), (204, "")]
)
def test_a_success_that_is_not_the_documented_one_proves_nothing(status: int, body: object) -> None:
    outcome = write(told(status, body))
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"


def test_a_notification_is_accepted_and_says_that_nothing_more_will_be_known() -> None:
    assert notice(told(202)) == Accepted(NOT_CHECKABLE, evidence=EVIDENCE)
    assert "cannot be checked" in NOT_CHECKABLE
    assert isinstance(notice(told(200, "true")), Unknown)


def test_a_lock_discards_the_write_which_is_then_sent_again() -> None:
    # what follows "key:" is hidden like any key; it only repeats the account, the SKU and the warehouse
    hidden = "Unable to acquire lock for key: ***"
    assert write(told(423, LOCKED, content_type="text/plain")) == Busy(hidden, EVIDENCE)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_needs_a_person(status: int) -> None:
    refused = [decide(told(status, {"message": "Acesso negado"})) for decide in (write, notice)]
    assert refused == [Unauthorized("Acesso negado", revoked=True, evidence=EVIDENCE)] * 2


def test_a_throttle_waits_as_long_as_vtex_says() -> None:
    assert write(told(429, "Too many requests", retry_after="31")) == Throttled(31.0, "Too many requests", EVIDENCE)
    assert notice(told(429, {"error": "Request limit exceeded."})) == Throttled(
        None, "Request limit exceeded.", EVIDENCE
    )


def test_a_sku_that_the_seller_is_not_known_for_is_not_found() -> None:
    assert notice(told(404, json.dumps(NOT_BOUND))) == Refused("not_found", NOT_BOUND, EVIDENCE)
    assert notice(told(404, NOT_BOUND)) == Refused("not_found", NOT_BOUND, EVIDENCE)


def test_a_notification_that_finds_nothing_else_is_not_explained_by_the_sku() -> None:
    assert notice(told(404, "Not Found")) == Refused("uncatalogued", "Not Found", EVIDENCE)


def test_a_sku_that_the_inventory_has_not_is_told_from_a_wrong_address() -> None:
    assert write(told(404, {"message": "SKU not found"})) == Refused("not_found", "SKU not found", EVIDENCE)
    page = write(told(404, "<html>lost</html>", content_type="text/html; charset=utf-8"))
    assert isinstance(page, Refused)
    assert page.cause == "configuration"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("INVALID_QUANTITY", Refused("validation", "INVALID_QUANTITY", EVIDENCE)),
        ("MISSING_REQUIRED_FIELD", Refused("validation", "MISSING_REQUIRED_FIELD", EVIDENCE)),
        ("INSERT_CONFLICT", Busy("INSERT_CONFLICT", EVIDENCE)),
        ("CONFLICT", Busy("CONFLICT", EVIDENCE)),
        ("UPDATE_FAILED", Unknown("marketplace_down", "UPDATE_FAILED", EVIDENCE)),
    ],
)
def test_a_code_says_more_than_its_status(code: str, outcome: Outcome) -> None:
    assert write(told(400, {"error": {"code": "1", "message": code, "exception": None}})) == outcome


def test_a_refusal_keeps_vtexs_own_words() -> None:
    words = VERB["error"]["message"]
    assert write(told(400, VERB)) == Refused("validation", words, EVIDENCE)
    assert write(told(405, VERB)) == Refused("uncatalogued", words, EVIDENCE)
    assert write(told(400)) == Refused("validation", "HTTP 400", EVIDENCE)


@pytest.mark.parametrize("status", [402, 405, 406, 409, 410, 415, 418, 451])
def test_a_refusal_that_no_document_describes_is_uncatalogued(status: int) -> None:
    assert write(told(status, "not today")) == Refused("uncatalogued", "not today", EVIDENCE)


def test_what_a_warehouse_refuses_that_vtex_did_not_list_is_the_warehouse() -> None:
    causes = []
    for status in (400, 404, 405):
        outcome = written(told(status, "no"), now_s=NOW_S, warehouse_listed=False)
        assert isinstance(outcome, Refused)
        causes.append(outcome.cause)
    assert causes == ["warehouse_unknown", "warehouse_unknown", "uncatalogued"]
    assert written(told(200, "true"), now_s=NOW_S, warehouse_listed=False) == Applied(EVIDENCE)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_of_vtex_may_have_been_applied(status: int) -> None:
    assert write(told(status, "UPDATE_FAILED")) == Unknown("marketplace_down", "UPDATE_FAILED", EVIDENCE)


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
    assert [write(told(error)), notice(told(error))] == [outcome, outcome]


def test_a_redirect_applied_nothing_and_hides_what_it_repeats() -> None:
    outcome = write(told(302, "", location=f"https://vtexid.example/?key={CANARY}"))
    assert isinstance(outcome, Refused)
    assert outcome.cause == "configuration"
    assert CANARY not in str([outcome, write(told(400, CANARY)), write(told(500, CANARY))])


# ------------------------------------------------------------------------------------------ reading

SAMPLE = json.loads((EVENTS / "logistics-inventory-by-sku.response.json").read_text())


def test_what_a_warehouse_holds_is_read_with_its_lead_time() -> None:
    assert holding_in(told(200, SAMPLE), warehouse="14e3fcc", now_s=NOW_S) == Holding(0, "1.00:00:00")


def test_a_warehouse_that_is_not_listed_holds_nothing_known() -> None:
    assert holding_in(told(200, SAMPLE), warehouse="elsewhere", now_s=NOW_S) is None


def test_unlimited_stock_counts_as_vtexs_million_whatever_it_says() -> None:
    unlimited = {"warehouseId": "1", "totalQuantity": 2_147_483_647, "hasUnlimitedQuantity": True, "leadTime": None}
    assert holding_in(told(200, {"balance": [unlimited]}), warehouse="1", now_s=NOW_S) == Holding(1_000_000, "00:00:00")


@pytest.mark.parametrize("body", ["<html>", [], {}, {"balance": None}, {"balance": [{"warehouseId": "1"}]}])
def test_an_inventory_of_another_shape_is_no_quantity(body: object) -> None:
    outcome = holding_in(told(200, body), warehouse="1", now_s=NOW_S)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "message", "balance", "warehouseId", "totalQuantity", "leadTime", "hasUnlimitedQuantity"]
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
    assert isinstance(notice(answer), Outcome)
    assert isinstance(holding_in(answer, warehouse="1", now_s=NOW_S), Outcome | Holding | None)
