"""The stand-in VTEX on its bad days, its commands and its shoppers."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from local.standins.sales import Shoppers
from local.standins.shop import Change
from tests.standins.world import Vtexed


def test_stock_is_refused_when_it_is_not_what_was_expected(vtex: Vtexed) -> None:
    answer = vtex.client.post("/_scenario", content="stock 42 8->3")
    assert answer.status_code == 409
    assert answer.json()["error"] == "SKU 42 has 7 at 1_1, not 8"
    assert vtex.balance("42") == 7


def test_stock_means_what_is_available_whatever_is_reserved(vtex: Vtexed) -> None:
    vtex.do("reserve 42 2", "stock 42 5->9")
    assert vtex.balance("42") == 9
    vtex.do("release 42 2")
    assert vtex.balance("42") == 11
    vtex.do("stock 42 11->-4")
    assert vtex.client.get("/_state/demoloja/42").json()["available"] == {"1_1": -4}


def test_a_json_body_and_several_lines_are_understood_too(vtex: Vtexed) -> None:
    one = vtex.client.post("/_scenario", json={"do": "stock 42 7 → 3"}).json()
    assert one["results"][0]["says"] == "SKU 42: 7 -> 3 at 1_1"
    two = vtex.client.post("/_scenario", json={"do": ["stock 42 3->2", "stock 42 2->1"]}).json()
    assert [each["do"] for each in two["results"]] == ["stock 42 3->2", "stock 42 2->1"]


def test_lines_stop_at_the_first_that_cannot_be_done_and_say_what_was_done(vtex: Vtexed) -> None:
    answer = vtex.client.post("/_scenario", content="stock 42 3\nstock 42 9->1\nstock 42 0")
    assert answer.status_code == 409
    assert [each["do"] for each in answer.json()["results"]] == ["stock 42 3"]
    assert vtex.balance("42") == 3


@pytest.mark.parametrize(
    "body", ["", "stok 42 3", "stock", "stock 042 3", "fail 30 % with 999x", '{"do": 3}', "{", "[1]"]
)
def test_what_is_not_understood_is_answered_with_what_exists_and_an_example(vtex: Vtexed, body: str) -> None:
    answer = vtex.client.post("/_scenario", content=body)
    assert answer.status_code == 400
    assert answer.json()["example"] == "stock 42 7->3"
    assert "stock SKU [FROM->]TO" in answer.json()["commands"][0]["command"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("stock 36204 1", "account demoloja has no SKU 36204; add `in mundojuguete`"),
        ("stock 77777 1", "account demoloja has no SKU 77777"),
        ("stock 42 1 at nowhere", "account demoloja has no warehouse nowhere: it has 1_1, 2_1, 9_1"),
        ("stock 42 1 in nobody", "no account nobody: there are demoloja, mundojuguete, accountname, sandboxintegracao"),
        ("remove 42 from XXX", "account demoloja has no affiliate XXX: it has MRC, MGL, BTW, MLB, CRF, MGZ, MZN, VTX"),
    ],
)
def test_unknown_names_are_answered_with_the_known_ones(vtex: Vtexed, line: str, reason: str) -> None:
    answer = vtex.client.post("/_scenario", content=line)
    assert (answer.status_code, answer.json()["error"]) == (404, reason)


def test_every_example_is_understood(vtex: Vtexed) -> None:
    commands = vtex.client.get("/_scenario").json()["commands"]
    for command in commands:
        answer = vtex.client.post("/_scenario", content=command["example"])
        assert answer.status_code == 200, (command, answer.text)
    front = vtex.client.get("/").text
    assert all(command["example"] in front for command in commands)


def test_reads_are_stale_for_as_long_as_asked_and_then_fresh(vtex: Vtexed) -> None:
    vtex.do("stale 330", "stock 42 7->3")
    vtex.clock.pass_s(200)
    vtex.do("stock 42 3->0")
    inventory = "/logistics/pvt/inventory/skus/42"
    assert vtex.balance("42") == 7
    assert vtex.api("GET", inventory).json()["balance"][0]["totalQuantity"] == 7
    assert vtex.client.get("/_state/demoloja/42").json()["available"] == {"1_1": 0}
    vtex.clock.pass_s(131)  # the first change is 331 s old
    assert vtex.balance("42") == 3
    vtex.clock.pass_s(200)
    assert vtex.balance("42") == 0


def test_ok_ends_staleness_at_once(vtex: Vtexed) -> None:
    vtex.do("stale 330", "stock 42 7->3", "ok")
    assert vtex.balance("42") == 3


def test_two_writes_of_one_balance_at_once_are_a_success_and_a_lock(vtex: Vtexed) -> None:
    path = "/demoloja/api/logistics/pvt/inventory/skus/42/warehouses/1_1"
    keys = {"X-VTEX-API-AppKey": "vtexappkey-demoloja-LOCAL", "X-VTEX-API-AppToken": "local-token-demoloja"}

    async def both() -> list[tuple[int, object]]:
        writes = (vtex.client.asynchronous.put(path, headers=keys, json={"quantity": n}) for n in (1, 2))
        return [(answer.status_code, answer.json()) for answer in await asyncio.gather(*writes)]

    assert vtex.client.run(both()) == [
        (200, True),
        (423, "Unable to acquire lock for key: demoloja_item_logistics_42_1_1."),
    ]
    assert vtex.balance("42") == 1


def test_throttling_says_when_to_come_back_and_ends_by_itself(vtex: Vtexed) -> None:
    vtex.do("throttle 30")
    vtex.clock.pass_s(10)
    answer = vtex.simulate("42")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "20")
    vtex.clock.pass_s(20)
    assert vtex.balance("42") == 7


def test_a_limit_lets_so_many_through_in_a_second(vtex: Vtexed) -> None:
    vtex.do("limit 2")
    assert [vtex.simulate("42").status_code for _ in range(3)] == [200, 200, 429]
    vtex.clock.pass_s(1)
    assert vtex.simulate("42").status_code == 200


def test_failures_come_as_often_as_asked_with_vtexs_kind_of_body(vtex: Vtexed) -> None:
    vtex.do("fail 30 % with 500")
    statuses = [vtex.simulate("42").status_code for _ in range(200)]
    assert 40 <= statuses.count(500) <= 80
    vtex.do("ok", 'fail next 2 with 503 "manutenção"')
    answers = [vtex.simulate("42") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["error"]["message"] == "manutenção"


def test_a_write_can_be_applied_and_answered_500(vtex: Vtexed) -> None:  # known issue 388176
    vtex.do("fail next 1 with 500 after applying")
    path = "/logistics/pvt/inventory/skus/42/warehouses/1_1"
    assert vtex.api("PUT", path, json={"quantity": 2}).status_code == 500
    assert vtex.balance("42") == 2


def test_slow_and_dripping_answers_take_their_time_and_are_whole(vtex: Vtexed) -> None:
    vtex.do("slow 50")
    began = time.monotonic()
    assert vtex.balance("42") == 7
    assert time.monotonic() - began >= 0.05
    vtex.do("ok", "drip body every 0")
    assert vtex.balance("42") == 7


def test_created_skus_are_sold_by_every_policy(vtex: Vtexed) -> None:
    said = vtex.do("create 4")[0]
    assert (said["says"], said["notifications"]) == ("SKUs 301 to 304 created", 4 * 8)  # affiliates
    assert vtex.balance("304") == vtex.balance("304", sc="2", affiliate="MGL") == 10


def test_skus_can_be_created_alone_so_that_a_change_is_told_of_one_only(vtex: Vtexed) -> None:
    vtex.do("create 4 alone in accountname")
    assert vtex.do("stock 44 3 in accountname")[0]["notifications"] == 2  # to its two affiliates
    assert vtex.do("stock 42 3 in accountname")[0]["notifications"] == 4  # with the other SKU of its product


def test_an_opened_account_has_its_own_keys_affiliates_and_skus(vtex: Vtexed) -> None:
    assert vtex.do("open NovaLoja with 2 affiliates")[0]["affiliates"] == ["MKB", "MKC"]
    vtex.do("create 1 in novaloja")
    assert vtex.balance("1", affiliate="MKC", account="novaloja") == 10
    assert vtex.do("stock 1 3 in novaloja")[0]["notifications"] == 2
    assert vtex.client.post("/_scenario", content="open novaloja with 2 affiliates").status_code == 409
    assert vtex.client.post("/_scenario", content="open outraloja with 21 affiliates").status_code == 400


def test_shoppers_move_some_balances_across_five_and_some_not_and_spare_the_example(vtex: Vtexed) -> None:
    changes: list[Change] = []

    def note(change: Change) -> int:
        changes.append(change)
        return 0

    shoppers = Shoppers(vtex.stand_in.state, note, now_ms=vtex.clock, chance=random.Random(1))
    for _ in range(400):
        shoppers.visit()
    moves = [change.balances["1"] for change in changes if change.stock]
    held_back = [1 for de, por in moves if de > 5 and por > 5]
    assert len(moves) > 300
    assert 0.3 < len(held_back) / len(moves) < 0.9
    assert any(change.price for change in changes)
    assert {change.sku for change in changes} & {"42"} == set()
    assert all(por >= 0 for _, por in moves)


def test_sales_are_off_until_asked_for_and_the_asking_is_remembered(vtex: Vtexed) -> None:
    assert vtex.client.get("/_state").json()["sales"] == {
        "asked": False,
        "on": False,
        "per_minute": 12.0,
        "spared": ["42"],
    }
    vtex.do("sales rate 6000 per minute")
    vtex.client.run(asyncio.sleep(0.4))
    assert vtex.settled() != []
    vtex.do("sales off")
    assert vtex.client.get("/_state").json()["sales"]["asked"] is True


def test_a_page_from_elsewhere_cannot_command_the_stand_in(vtex: Vtexed) -> None:
    for headers in ({"Origin": "https://evil.test"}, {"Host": "evil.test"}, {"Origin": "null"}):
        assert vtex.client.post("/_scenario", content="ok", headers=headers).status_code == 403
    assert vtex.client.post("/_scenario", content="ok", headers={"Origin": "http://localhost:8080"}).status_code == 200
