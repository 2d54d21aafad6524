"""What the stand-in marketplace answers and remembers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standins.world import Marketed


def test_a_quantity_is_written_and_read_back(market: Marketed) -> None:
    answer = market.put("42", 3)
    assert (answer.status_code, answer.json()) == (200, {"sku": "42", "quantity": 3})
    headers = {"Authorization": "Bearer local-token-demoloja-mrc"}
    assert market.client.get("/demoloja-mrc/v2/skus/42/stock", headers=headers).json() == answer.json()
    assert market.shown("42", "demoloja-mgl") == 0


@pytest.mark.parametrize("token", ["wrong", "local-token-demoloja-mgl"])
def test_only_the_shops_own_token_opens_it(market: Marketed, token: str) -> None:
    answer = market.put("42", 3, token=token)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "UNAUTHORIZED"
    assert market.shown("42") == 0


def test_a_shop_that_does_not_exist_takes_no_token(market: Marketed) -> None:
    assert market.put("42", 3, shop="nobody", token="x").status_code == 401


def test_unknown_uncatalogued_and_closed_are_told_apart(market: Marketed) -> None:
    market.do("uncatalogue 41 for demoloja-mrc", "close 42 for demoloja-mrc")
    answers = [market.put(sku, 3) for sku in ("99999", "41", "42")]
    assert [(answer.status_code, answer.json()["errors"][0]["code"]) for answer in answers] == [
        (404, "SKU_NOT_FOUND"),
        (404, "SKU_NOT_CATALOGUED"),
        (422, "LISTING_CLOSED"),
    ]
    market.do("catalogue 41", "reopen 42")
    assert [market.put(sku, 3).status_code for sku in ("41", "42")] == [200, 200]


@pytest.mark.parametrize("quantity", [-1, 1.5, "3", None, True, 1_000_000])
def test_a_quantity_that_is_none_is_refused_and_changes_nothing(market: Marketed, quantity: Any) -> None:
    market.put("42", 8)
    answer = market.put("42", quantity)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"]
    assert market.shown("42") == 8


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("[]", 422), ('{"sku": "43", "quantity": 1}', 422)])
def test_a_body_that_is_not_the_documented_one_is_refused(market: Marketed, body: str, status: int) -> None:
    headers = {"Authorization": "Bearer local-token-demoloja-mrc"}
    assert market.client.put("/demoloja-mrc/v2/skus/42/stock", headers=headers, content=body).status_code == status


def test_a_maximum_is_enforced_from_when_it_is_set(market: Marketed) -> None:
    market.do("maximum 10 for demoloja-mrc")
    assert market.put("42", 11).json()["errors"][0]["message"] == "A quantidade máxima é 10."
    assert market.put("42", 10).status_code == 200


def test_an_accepted_write_takes_effect_later(market: Marketed) -> None:
    market.do("accept 5 for demoloja-mrc")
    answer = market.put("42", 3)
    assert (answer.status_code, market.shown("42")) == (202, 0)
    market.clock.pass_s(5)
    assert market.shown("42") == 3


def test_accepted_writes_take_effect_in_the_order_of_their_acceptance(market: Marketed) -> None:
    market.do("accept 5")
    market.put("42", 3)
    market.clock.pass_s(1)
    market.put("42", 4)
    market.clock.pass_s(60)
    assert market.shown("42") == 4


def test_failures_can_be_of_one_sku_with_a_text_of_their_own(market: Marketed) -> None:
    market.do('fail 42 with 422 "estoque bloqueado" for demoloja-mrc')
    refused = market.put("42", 3)
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (422, "estoque bloqueado")
    assert market.put("41", 3).status_code == 200
    assert market.put("42", 3, "demoloja-mgl").status_code == 200


def test_failures_can_be_of_the_next_few_requests_to_one_shop(market: Marketed) -> None:
    market.do("fail next 2 with 409 for demoloja-mrc")
    assert market.put("42", 3, "demoloja-mgl").status_code == 200
    assert [market.put("42", 3).status_code for _ in range(3)] == [409, 409, 200]


def test_a_write_can_be_applied_and_answered_500(market: Marketed) -> None:
    market.do("fail with 500 after applying")
    assert market.put("42", 3).status_code == 500
    assert market.shown("42") == 3
    [write] = market.client.get("/_writes").json()["items"]
    assert (write["status"], write["applied"]) == (500, True)


def test_one_shop_can_be_throttled_while_the_others_sell(market: Marketed) -> None:
    market.do("throttle 30 for demoloja-mrc")
    answer = market.put("42", 3)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert answer.json()["errors"][0]["code"] == "TOO_MANY_REQUESTS"
    assert market.put("42", 3, "demoloja-mgl").status_code == 200
    market.do("ok for demoloja-mrc")
    assert market.put("42", 3).status_code == 200


def test_the_narrowest_fault_wins(market: Marketed) -> None:
    market.do("fail with 500", "fail with 503 for demoloja-mrc", "fail 42 with 422")
    assert [market.put(sku, 1).status_code for sku in ("42", "41")] == [422, 503]
    assert market.put("41", 1, "demoloja-mgl").status_code == 500


def test_every_write_is_in_the_log_newest_first_and_counted(market: Marketed) -> None:
    market.put("42", 3)
    market.clock.pass_s(1)
    market.put("42", -1)
    market.put("41", 5)
    log = market.client.get("/_writes?shop=demoloja-mrc&sku=42").json()
    assert log["total"] == 2
    assert [(w["asked"], w["status"], w["applied"]) for w in log["items"]] == [
        ('{"sku":"42","quantity":-1}', 422, False),
        ('{"sku":"42","quantity":3}', 200, True),
    ]
    assert log["items"][0]["at"] - log["items"][1]["at"] == 1000
    assert market.client.get("/_state").json()["shops"]["demoloja-mrc"]["counts"] == {"200": 2, "422": 1}


def test_a_shop_can_be_told_to_take_any_sku(market: Marketed) -> None:
    market.do("know any skus")
    assert market.put("777001", 4).status_code == 200
    market.do("know listed skus")
    assert market.put("777002", 4).status_code == 404
    assert market.shown("777001") == 4


def test_a_listing_knows_since_when_it_shows_its_quantity(market: Marketed) -> None:
    market.put("42", 3)
    shown_at = market.clock()
    market.clock.pass_s(60)
    market.put("42", 3)
    listing = market.client.get("/_state/demoloja-mrc").json()["listings"]["42"]
    assert (listing["shown_since"], listing["updated_at"]) == (shown_at, market.clock())
    market.put("42", 4)
    listing = market.client.get("/_state/demoloja-mrc").json()["listings"]["42"]
    assert listing["shown_since"] == market.clock()


def test_a_new_shop_has_a_token_of_its_own_and_lists_nothing(market: Marketed) -> None:
    market.do("open novaloja-mkb")
    assert market.put("1", 4, "novaloja-mkb").status_code == 404
    market.do("know any skus for novaloja-mkb")
    assert market.put("1", 4, "novaloja-mkb").status_code == 200
    assert market.put("1", 5, "novaloja-mkb", token="local-token-demoloja-mrc").status_code == 401
    assert market.client.post("/_scenario", content="open novaloja-mkb").status_code == 409


def test_a_sku_can_be_forgotten(market: Marketed) -> None:
    assert market.do("forget 42")[0]["shops"][:3] == ["demoloja-mrc", "demoloja-mgl", "demoloja-btw"]
    assert market.put("42", 1).json()["errors"][0]["code"] == "SKU_NOT_FOUND"


@pytest.mark.parametrize("line", ["throttle 30 for nobody", "close 42 for nobody", "close 99999"])
def test_unknown_shops_and_skus_are_answered_with_the_known_ones(market: Marketed, line: str) -> None:
    answer = market.client.post("/_scenario", content=line)
    assert answer.status_code == 404
    assert "shop" in answer.json()["error"]


def test_every_example_is_understood(market: Marketed) -> None:
    for command in market.client.get("/_scenario").json()["commands"]:
        answer = market.client.post("/_scenario", content=command["example"])
        assert answer.status_code == 200, (command, answer.text)
