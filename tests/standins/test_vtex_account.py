"""The connector against the stand-in accounts that are sold through, over a real socket and with the real transport."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from local.standins.keeping import Memory
from local.standins.shop import Holding
from local.standins.vtex_account import VtexAccounts
from local.standins.vtex_account_state import WAREHOUSE, VtexAccountState, seeded_vtex_account
from stockbridge.connectors import Listing, Session, StockUpdate
from stockbridge.marketplaces.vtex_account import VtexAccount
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.transport import Transport
from tests.standins.served import served
from tests.standins.world import NOON, Clock

ACCOUNT, SELLER = "outraloja", "demoloja"
SKUS = [str(number) for number in range(1, 121)]
VTEX = VtexAccount()


@dataclass
class Channel:
    stand_in: VtexAccounts
    base: str
    http: Transport
    clock: Clock

    def do(self, *lines: str) -> None:
        answer = httpx.post(f"{self.base}/_scenario", content="\n".join(lines))
        assert answer.status_code == 200, answer.text

    def session(self, seconds: float = 8.0, secret: Mapping[str, str] | None = None, **configuration: str) -> Session:
        base = {"secret": "s", "base_url": f"{self.base}/{ACCOUNT}", "warehouse": WAREHOUSE, "seller": SELLER}
        key = {"app_key": f"vtexappkey-{ACCOUNT}-LOCAL", "app_token": f"local-token-{ACCOUNT}"}
        ends_at = self.clock() + int(seconds * 1000)
        return Session(base | configuration, secret or key, self.http, self.clock, ends_at)

    def push(self, sku: str, quantity: int, **more: Any) -> Outcome:
        update = StockUpdate("demoloja", "OTR", Listing(sku), quantity, 1)
        [outcome] = VTEX.push(self.session(**more), [update])
        return outcome

    def read(self, sku: str) -> int | Outcome:
        [shown] = VTEX.read(self.session(), [Listing(sku)])
        return shown

    def holding(self, sku: str) -> Holding:
        return self.stand_in.state.markets[ACCOUNT].account.holding(sku, WAREHOUSE)


@pytest.fixture
def channel(clock: Clock) -> Iterator[Channel]:
    """Without the faults of the demonstration."""
    state = seeded_vtex_account(ACCOUNT, SKUS, seller=SELLER, now=NOON)
    state.faults.clear()
    stand_in = VtexAccounts(state, now_ms=clock, chance=random.Random(5), write_s=0.05)
    with served(stand_in.app, "/vtex-account") as base, Transport(allow_private=True) as http:
        yield Channel(stand_in, base, http, clock)


def test_a_quantity_is_written_and_read_back(channel: Channel) -> None:
    assert isinstance(channel.push("42", 7), Applied)
    assert (channel.holding("42"), channel.read("42")) == (Holding(7), 7)


def test_a_write_keeps_the_lead_time_and_what_is_reserved_and_ends_unlimited_stock(channel: Channel) -> None:
    channel.do("lead 42 3", "reserve 42 2", "unlimited 42 on")
    assert channel.read("42") == 1_000_000
    assert isinstance(channel.push("42", 7), Applied)
    assert channel.holding("42") == Holding(7, reserved=2, lead_time="3.00:00:00")
    assert channel.read("42") == 7


def test_of_writes_at_once_one_is_kept_and_the_others_are_told_to_come_again(channel: Channel) -> None:
    with ThreadPoolExecutor(3) as threads:
        outcomes = list(threads.map(lambda quantity: channel.push("42", quantity, lead_time="00:00:00"), (3, 4, 5)))
    [kept] = [quantity for quantity, outcome in zip((3, 4, 5), outcomes, strict=True) if isinstance(outcome, Applied)]
    assert sum(isinstance(outcome, Busy) for outcome in outcomes) == 2
    assert channel.read("42") == kept


def test_a_lock_discards_the_write_and_passes(channel: Channel) -> None:
    channel.do("lock 42 5")
    assert isinstance(locked := channel.push("42", 7), Busy)
    assert locked.message.startswith("Unable to acquire lock for key: ")
    assert channel.read("42") == 0
    channel.clock.pass_s(6)
    assert isinstance(channel.push("42", 7), Applied)


def test_a_sku_or_a_warehouse_that_is_not_there_is_told_apart(channel: Channel) -> None:
    channel.do("forget 43")
    sku, warehouse = channel.push("43", 7), channel.push("42", 7, warehouse="elsewhere")
    assert isinstance(sku, Refused)
    assert isinstance(warehouse, Refused)
    assert (sku.cause, warehouse.cause) == ("not_found", "warehouse_unknown")


def test_a_key_without_its_role_or_another_key_needs_a_person(channel: Channel) -> None:
    outcomes = [channel.push("42", 7, secret={"app_key": "k", "app_token": "other"})]
    channel.do("revoke")
    outcomes += [channel.push("42", 7), channel.push("42", 7, way="notificator")]
    assert [isinstance(each, Unauthorized) and each.revoked for each in outcomes] == [True] * 3
    channel.do("restore")
    assert isinstance(channel.push("42", 7), Applied)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ('400 "INVALID_QUANTITY"', Refused),
        ('400 "INSERT_CONFLICT"', Busy),
        ('400 "UPDATE_FAILED"', Unknown),
        ("423", Busy),
        ("429", Throttled),
        ("500", Unknown),
        ("503", Unknown),
    ],
)
@pytest.mark.parametrize("way", ["inventory", "notificator"])
def test_each_documented_failure_is_understood(channel: Channel, fault: str, kind: type, way: str) -> None:
    channel.do(f"fail 42 with {fault}")
    assert type(channel.push("42", 7, way=way, lead_time="00:00:00")) is kind
    assert channel.holding("42").total == 0


def test_a_throttle_names_how_long_it_lasts(channel: Channel) -> None:
    channel.do("throttle 30")
    assert isinstance(outcome := channel.push("42", 7), Throttled)
    assert outcome.retry_after_s == 30


@pytest.mark.parametrize("command", ["hang after applying", "drip body every 500", "drip headers every 500"])
def test_a_write_that_is_not_answered_in_time_may_have_taken_effect(channel: Channel, command: str) -> None:
    channel.do(command)
    outcome = channel.push("42", 7, seconds=0.4, lead_time="00:00:00")
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"
    channel.do("ok")
    assert channel.read("42") == 7


def test_a_write_that_was_answered_500_may_have_taken_effect(channel: Channel) -> None:
    channel.do("fail next 1 with 500 after applying")
    assert isinstance(channel.push("42", 7, lead_time="00:00:00"), Unknown)
    assert channel.read("42") == 7


def test_a_notification_is_taken_and_changes_no_stock(channel: Channel) -> None:
    assert isinstance(channel.push("42", 7, way="notificator"), Accepted)
    assert channel.stand_in.state.markets[ACCOUNT].notified == {"demoloja/42": 1}
    assert channel.holding("42").total == 0


def test_a_notification_of_a_sku_that_the_seller_is_not_known_for_is_not_found(channel: Channel) -> None:
    channel.do("forget 43")
    outcomes = [channel.push("43", 7, way="notificator"), channel.push("42", 7, way="notificator", seller="nobody")]
    assert [isinstance(each, Refused) and (each.cause, each.message) for each in outcomes] == [
        ("not_found", "Seller StockKeepingUnit `43` not found for this seller id `demoloja`"),
        ("not_found", "Seller StockKeepingUnit `42` not found for this seller id `nobody`"),
    ]


def test_no_key_is_in_what_is_kept(channel: Channel) -> None:
    channel.do(f'fail 42 with 400 "vtexappkey-{ACCOUNT}-LOCAL local-token-{ACCOUNT}"')
    kept = str(channel.push("42", 7))
    assert "***" in kept
    assert f"local-token-{ACCOUNT}" not in kept
    assert f"vtexappkey-{ACCOUNT}" not in kept


# ------------------------------------------------------------------------------------------ the stand-in itself


def test_a_seeded_account_has_every_class_of_error_alive_and_spares_the_examples() -> None:
    state = seeded_vtex_account(ACCOUNT, SKUS, seller=SELLER, now=NOON)
    market = state.markets[ACCOUNT]
    held = [market.account.holding(sku, WAREHOUSE) for sku in market.account.skus]
    assert (len(held), len(market.bound[SELLER]), len(market.locks)) == (118, 118, 1)
    assert sum(each.reserved > 0 for each in held) == sum(each.unlimited for each in held) == 1
    assert [(fault.status, fault.text) for fault in state.faults] == [(400, "INVALID_QUANTITY"), (503, "")]
    assert market.account.holding("42", WAREHOUSE) == Holding()
    assert state == seeded_vtex_account(ACCOUNT, SKUS, seller=SELLER, now=NOON)


def test_what_the_stand_in_knows_survives_a_restart(channel: Channel, tmp_path: Any) -> None:
    channel.push("42", 7)
    channel.do("lock 43 50", "revoke")
    Memory(tmp_path / "vtex-account.json", VtexAccountState, lambda: channel.stand_in.state).save()
    again = Memory(tmp_path / "vtex-account.json", VtexAccountState, lambda: VtexAccountState({}))
    assert again.value == channel.stand_in.state


def test_every_write_is_listed_as_it_was_answered(channel: Channel) -> None:
    channel.push("42", 7)
    channel.push("42", 7, way="notificator")
    channel.push("42", 7, warehouse="elsewhere")
    listed = httpx.get(f"{channel.base}/_writes?shop={ACCOUNT}&sku=42").json()["items"]
    assert [(each["asked"].split()[0], each["status"], each["applied"]) for each in listed] == [
        ("PUT", 404, False),
        ("POST", 202, True),
        ("PUT", 200, True),
    ]


def test_what_a_write_leaves_out_becomes_zero(channel: Channel) -> None:
    channel.do("stock 42 to 9", "lead 42 3")
    key = {"X-VTEX-API-AppKey": f"vtexappkey-{ACCOUNT}-LOCAL", "X-VTEX-API-AppToken": f"local-token-{ACCOUNT}"}
    url = f"{channel.base}/{ACCOUNT}/api/logistics/pvt/inventory/skus/42/warehouses/{WAREHOUSE}"
    assert httpx.put(url, headers=key, json={"unlimitedQuantity": False}).json() is True
    assert channel.holding("42") == Holding()
    assert httpx.put(url, headers=key, json={"quantity": -1}).status_code == 400
