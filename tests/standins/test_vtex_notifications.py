"""Whom the stand-in VTEX notifies, with what, and how it fails to."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest

from local.standins.broadcaster import Broadcaster, Habits, Outbox
from local.standins.demo import demo_vtex
from local.standins.shop import Change
from tests.standins.world import Receiver, Vtexed, sample


def flags(body: dict[str, object]) -> set[str]:
    return {name for name, value in body.items() if value is True and name != "IsActive"}


def test_every_sku_of_the_product_is_notified_to_every_affiliate_that_sells_it(vtex: Vtexed) -> None:
    vtex.do("stock 42 7->3")
    account = vtex.stand_in.state.accounts["demoloja"]
    product = next(product for product in account.products.values() if "42" in product.skus)
    assert len(account.affiliates) == 8
    told = Counter((body["IdAffiliate"], body["IdSku"]) for body in vtex.settled())
    assert told == Counter({(affiliate, sku): 1 for affiliate in account.affiliates for sku in product.skus})
    assert all(flags(body) == {"StockModified"} for body in vtex.receiver.bodies)


def test_the_address_is_used_exactly_as_configured(vtex: Vtexed) -> None:
    vtex.do("price 1634 in sandboxintegracao")
    vtex.settled()
    assert [url for url, _ in vtex.receiver.received] == ["http://bridge.test/sandboxintegracao/PRT?an=x"]


@pytest.mark.parametrize(
    ("form", "documented"),
    [
        ("2015", "notification-2015-minimal-docs"),
        ("2018", "notification-2018-helpcenter"),
        ("2021", "notification-2021-full-with-version"),
    ],
)
def test_each_form_has_the_fields_of_its_document_in_their_order(vtex: Vtexed, form: str, documented: str) -> None:
    vtex.do("account accountname", f"form ZZZ {form}", "activate 15", "notify 42 in accountname")
    body = next(b for b in vtex.settled() if b["IdAffiliate"] == "ZZZ" and b["IdSku"] == "42")
    expected = sample(documented)
    assert list(body) == list(expected)
    assert {name: type(value) for name, value in body.items()} == {n: type(v) for n, v in expected.items()}


def test_the_form_of_2021_says_what_the_public_sample_says(vtex: Vtexed) -> None:
    vtex.do("notify 42 in accountname")
    body = next(b for b in vtex.settled() if b["IdAffiliate"] == "ZZZ" and b["IdSku"] == "42")
    expected = sample("notification-2021-full-with-version")
    assert body | {"DateModified": ""} == expected | {"DateModified": ""}
    assert body["DateModified"].startswith("2023-11-14T22:13:20.000")
    assert len(body["DateModified"]) == len(expected["DateModified"])


@pytest.mark.parametrize(
    ("command", "raised"),
    [
        ("stock 42 3", {"StockModified"}),
        ("stock 42 3 and price", {"StockModified", "PriceModified"}),
        ("stock 42 7 and price", {"PriceModified"}),
        ("reserve 42 1", {"StockModified"}),
        ("unlimited 42 on", {"StockModified"}),
        ("price 42", {"PriceModified"}),
        ("price 42 12345", {"PriceModified"}),
        ("deactivate 42", {"HasStockKeepingUnitModified"}),
        ("notify 42", {"HasStockKeepingUnitModified"}),
        ("notify 42 stock", {"StockModified"}),
        ("notify 42 stock price", {"StockModified", "PriceModified"}),
    ],
)
def test_each_command_raises_its_flags(vtex: Vtexed, command: str, raised: set[str]) -> None:
    vtex.do(command)
    assert {frozenset(flags(body)) for body in vtex.settled()} == {frozenset(raised)}


@pytest.mark.parametrize(
    "command", ["stock 42 7", "stock 42 7->7", "activate 42", "unlimited 42 off", "return 42 to MRC"]
)
def test_what_changes_nothing_is_not_notified(vtex: Vtexed, command: str) -> None:
    assert vtex.do(command)[0]["notifications"] == 0
    assert vtex.settled() == []


def test_an_inventory_write_through_the_api_is_notified_too_and_once(vtex: Vtexed) -> None:
    for _ in range(2):
        vtex.api("PUT", "/logistics/pvt/inventory/skus/36205/warehouses/1_1", "mundojuguete", json={"quantity": 2})
    assert sorted(body["IdSku"] for body in vtex.settled()) == ["36204", "36205"]


def test_being_inactive_is_each_skus_own(vtex: Vtexed) -> None:
    vtex.do("deactivate 42 in accountname")
    assert {body["IdSku"]: body["IsActive"] for body in vtex.settled()} == {"42": False, "43": True}


def test_leaving_an_affiliate_is_told_to_it_once_and_then_nothing_more_of_that_sku(vtex: Vtexed) -> None:
    vtex.do("remove 42 from SPT in accountname")
    removed = "HasStockKeepingUnitRemovedFromAffiliate"
    assert {(b["IdAffiliate"], b["IdSku"], b[removed]) for b in vtex.settled()} == {
        ("SPT", "42", True),
        ("SPT", "43", False),
    }
    vtex.receiver.received.clear()
    vtex.do("stock 42 1 in accountname")
    assert {(b["IdAffiliate"], b["IdSku"]) for b in vtex.settled()} == {("SPT", "43"), ("ZZZ", "42"), ("ZZZ", "43")}
    vtex.receiver.received.clear()
    vtex.do("return 42 to SPT in accountname")
    assert {(b["IdAffiliate"], b["IdSku"]) for b in vtex.settled()} == {("SPT", "42"), ("SPT", "43")}


def test_reindexing_notifies_every_sku_with_stock_and_price_unchanged(vtex: Vtexed) -> None:
    vtex.do("reindex in accountname")
    assert Counter(body["IdSku"] for body in vtex.settled()) == {"42": 2, "43": 2, "15": 2, "16": 2}
    assert {frozenset(flags(body)) for body in vtex.receiver.bodies} == {frozenset({"HasStockKeepingUnitModified"})}


def test_an_affiliate_without_an_endpoint_hears_nothing(vtex: Vtexed) -> None:
    document = {"name": "Portal", "salesChannel": "1", "searchURIEndpoint": None}
    vtex.api("PUT", "/fulfillment/pvt/affiliates/PRT", "sandboxintegracao", json=document)
    vtex.do("stock 1634 1 in sandboxintegracao")
    assert vtex.settled() == []
    assert vtex.client.get("/_state").json()["notifications"]["no endpoint"] == 1


def test_with_vtexs_own_rule_on_only_the_changes_near_zero_are_notified(vtex: Vtexed) -> None:
    steps = ["stock 1634 16", "stock 1634 16->60", "stock 1634 60->5", "stock 1634 5->6", "stock 1634 6->7"]
    vtex.do("account sandboxintegracao", "rule on")
    told = [vtex.do(step)[0]["notifications"] for step in steps]
    assert told == [0, 0, 1, 1, 0]
    assert vtex.do("stock 1634 7->50 and price")[0]["notifications"] == 1


# ------------------------------------------------------------------------------------------ a bad day


def test_a_refused_notification_is_repeated_and_then_counted_as_undelivered(vtex: Vtexed) -> None:
    vtex.receiver.answers += [500, TimeoutError(), OSError("refused"), 404]
    vtex.do("stock 1634 1 in sandboxintegracao")
    assert len(vtex.settled()) == 4
    [delivery] = vtex.client.get("/_notifications?sku=1634").json()["items"]
    assert (delivery["outcome"], delivery["attempts"], delivery["answer"]) == ("undelivered", 4, "404")


def test_a_repetition_that_is_answered_ends_it(vtex: Vtexed) -> None:
    vtex.receiver.answers += [503, 302]
    vtex.do("stock 1634 1 in sandboxintegracao")
    assert len(vtex.settled()) == 3
    assert vtex.client.get("/_state").json()["notifications"] == {"delivered": 1, "waiting": 0}


def test_lost_notifications_are_counted_and_never_sent(vtex: Vtexed) -> None:
    vtex.do("lose 100 %", "stock 1634 1 in sandboxintegracao", "ok", "stock 1634 2 in sandboxintegracao")
    assert len(vtex.settled()) == 1
    assert vtex.client.get("/_state").json()["notifications"]["lost"] == 1


def test_some_are_lost_when_some_should_be(vtex: Vtexed) -> None:
    vtex.do("lose 20 %", "reindex")
    counts = vtex.client.get("/_state").json()["notifications"]
    lost = counts["lost"] / sum(counts.values())
    assert 0.15 < lost < 0.25


def test_merged_notifications_arrive_once_and_the_later_change_is_not_told(vtex: Vtexed) -> None:
    vtex.do("merge 120", "account sandboxintegracao", "stock 1634 0")
    vtex.clock.pass_s(119)
    vtex.do("stock 1634 9")
    assert len(vtex.settled()) == 1
    vtex.clock.pass_s(2)
    vtex.do("stock 1634 8")
    assert len(vtex.settled()) == 2


def test_duplicates_are_the_same_body_twice(vtex: Vtexed) -> None:
    vtex.do("duplicate 100 %", "stock 1634 0 in sandboxintegracao")
    first, second = vtex.settled()
    assert first == second


def test_delayed_notifications_wait_and_are_seen_waiting(vtex: Vtexed) -> None:
    vtex.do("delay 3600", "stock 1634 0 in sandboxintegracao")
    assert vtex.client.get("/_state").json()["notifications"]["waiting"] == 1
    [delivery] = vtex.client.get("/_notifications?account=sandboxintegracao").json()["items"]
    assert (delivery["outcome"], delivery["attempts"]) == ("waiting", 0)
    assert vtex.receiver.received == []


def test_what_waits_at_a_stop_is_sent_after_the_start() -> None:
    state = demo_vtex()
    account = state.accounts["sandboxintegracao"]
    account.affiliates["PRT"] = replace(account.affiliates["PRT"], endpoint="http://bridge.test/")
    receiver, outbox, habits = Receiver(), Outbox(), Habits(delay_s=3600)

    def broadcaster() -> Broadcaster:
        chance = random.Random(1)
        return Broadcaster(state.accounts, outbox, lambda: habits, now_ms=lambda: 0, chance=chance, post=receiver.post)

    async def stop_while_it_waits() -> None:
        first = broadcaster()
        async with first.running():
            first.announce(Change("sandboxintegracao", "1634", stock=True))

    async def start_again() -> None:
        async with broadcaster().running():
            while outbox.waiting:
                await asyncio.sleep(0.001)

    asyncio.run(stop_while_it_waits())
    assert receiver.received == []
    asyncio.run(start_again())
    assert [body["IdSku"] for body in receiver.bodies] == ["1634"]
