"""The connector against the stand-in Magalu, over a real socket and with the real transport."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from local.standins.keeping import Memory
from local.standins.magalu import Magalu as StandIn
from local.standins.magalu_state import MagaluState, seeded_magalu
from stockbridge.connectors import Listing, Session, StockUpdate
from stockbridge.marketplaces.magalu import Magalu
from stockbridge.outcomes import Accepted, Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.transport import Transport
from tests.standins.served import served
from tests.standins.world import NOON, Clock

SELLER = "demoloja-mgl"
SKUS = [str(number) for number in range(1, 121)]
MAGALU = Magalu()


@dataclass
class Channel:
    """One seller's channel: what the functions would keep and do, by hand."""

    stand_in: StandIn
    base: str
    http: Transport
    clock: Clock
    secret: Mapping[str, str] = field(default_factory=dict)

    def do(self, *lines: str) -> None:
        answer = httpx.post(f"{self.base}/_scenario", content="\n".join(lines))
        assert answer.status_code == 200, answer.text

    def session(self, seconds: float = 8.0, **configuration: str) -> Session:
        base = {"secret": "stockbridge/local/demoloja/MGL", "base_url": self.base, "identity_url": self.base}
        return Session(base | configuration, self.secret, self.http, self.clock, self.clock() + int(seconds * 1000))

    def log_in(self) -> None:
        new = MAGALU.renew(self.session())
        assert isinstance(new, Mapping), new
        self.secret = new

    def push(self, sku: str, quantity: int, version: int = 1, **more: Any) -> Outcome:
        [outcome] = MAGALU.push(self.session(**more), [_update(sku, quantity, version)])
        return outcome

    def check(self, ref: str, sku: str, quantity: int) -> Outcome:
        [outcome] = MAGALU.check(self.session(), ref, [_update(sku, quantity, 1)])
        return outcome

    def settled(self, sku: str, quantity: int) -> Outcome:
        """What becomes of a write once the queue has been worked off."""
        accepted = self.push(sku, quantity)
        assert isinstance(accepted, Accepted), accepted
        self.clock.pass_s(3)
        return self.check(accepted.ref, sku, quantity)

    def shown(self, sku: str) -> Any:
        return httpx.get(f"{self.base}/_state/{SELLER}").json()["skus"][sku]["quantity"]

    @property
    def seller(self) -> Any:
        return self.stand_in.state.sellers[SELLER]


def _update(sku: str, quantity: int, version: int) -> StockUpdate:
    return StockUpdate("demoloja", "MGL", Listing(sku), quantity, version)


@pytest.fixture
def channel(clock: Clock) -> Iterator[Channel]:
    """Logged in, and without the faults of the demonstration."""
    state = seeded_magalu(SELLER, SKUS, created_at=NOON - 86_400_000)
    state.faults.clear()
    stand_in = StandIn(state, now_ms=clock, chance=random.Random(5))
    seller = state.sellers[SELLER]
    secret = {
        "client_id": seller.client_id,
        "client_secret": seller.client_secret,
        "refresh_token": seller.refresh_token,
    }
    with served(stand_in.app, "/magalu") as base, Transport(allow_private=True) as http:
        opened = Channel(stand_in, base, http, clock, secret)
        opened.log_in()
        yield opened


def test_a_write_waits_in_the_queue_and_is_then_seen(channel: Channel) -> None:
    accepted = channel.push("42", 7)
    assert isinstance(accepted, Accepted)
    assert channel.shown("42") == 0
    assert isinstance(channel.check(accepted.ref, "42", 7), Accepted)
    channel.clock.pass_s(3)
    assert isinstance(channel.check(accepted.ref, "42", 7), Applied)
    assert (channel.shown("42"), MAGALU.read(channel.session(), [Listing("42")])) == (7, [7])


def test_the_same_quantity_again_is_seen_only_when_it_was_written_again(channel: Channel) -> None:
    assert isinstance(channel.settled("42", 7), Applied)
    channel.clock.pass_s(60)
    again = channel.push("42", 7, version=2)
    assert isinstance(again, Accepted)
    assert isinstance(channel.check(again.ref, "42", 7), Accepted)
    channel.clock.pass_s(3)
    assert isinstance(channel.check(again.ref, "42", 7), Applied)


def test_stock_that_was_never_created_is_created(channel: Channel) -> None:
    channel.do("empty 42")
    assert isinstance(channel.settled("42", 7), Applied)
    assert [write.asked.split()[0] for write in channel.stand_in.writes] == ["PATCH", "POST"]


def test_a_sku_that_is_not_there_is_not_found(channel: Channel) -> None:
    channel.do("forget 42")
    outcome = channel.push("42", 7)
    assert isinstance(outcome, Refused)
    assert (outcome.cause, outcome.message) == ("not_found", "NOT_FOUND; Not found")


def test_what_the_sales_channel_reserves_is_no_part_of_what_is_shown(channel: Channel) -> None:
    channel.do("reserve 42 3")
    assert isinstance(channel.settled("42", 7), Applied)


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        ("block 42", "listing_closed"),
        ("review 42", "under_review"),
        ("delete 42", "listing_closed"),
        ('reject 42 with "O produto pai não foi integrado"', "not_catalogued"),
        ('reject 42 with "Sku não exportado pois não tem Preço"', "uncatalogued"),
    ],
)
def test_a_write_that_fails_in_the_queue_is_refused_with_the_traces_words(
    channel: Channel, command: str, cause: str
) -> None:
    channel.do(command)
    outcome = channel.settled("42", 7)
    assert isinstance(outcome, Refused)
    assert outcome.cause == cause
    channel.do("publish 42")
    channel.clock.pass_s(1)
    accepted = channel.push("42", 7)
    assert isinstance(accepted, Accepted)
    assert isinstance(channel.check(accepted.ref, "42", 7), Accepted), (
        "what was complained of before is no complaint now"
    )


def test_without_the_traces_scope_a_failed_write_is_only_never_confirmed(channel: Channel) -> None:
    channel.do("block 42", "forbid traces")
    assert isinstance(channel.settled("42", 7), Accepted)


def test_a_redirect_applies_nothing_and_is_not_followed(channel: Channel) -> None:
    channel.do("redirect 42")
    outcome = channel.push("42", 7)
    assert isinstance(outcome, Refused)
    assert outcome.cause == "uncatalogued"
    assert f"{channel.base}/seller/v1/portfolios/stocks/42" in outcome.message
    channel.clock.pass_s(10)
    assert channel.shown("42") == 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, Unauthorized),
        (403, Unauthorized),
        (409, Busy),
        (422, Refused),
        (429, Throttled),
        (500, Unknown),
        (502, Unknown),
        (503, Unknown),
        (504, Unknown),
    ],
)
def test_each_error_of_the_portal_is_understood(channel: Channel, status: int, kind: type) -> None:
    channel.do(f"fail 42 with {status}")
    assert type(channel.push("42", 7)) is kind
    assert channel.shown("42") == 0


def test_a_throttle_names_how_long_it_lasts(channel: Channel) -> None:
    channel.do("throttle 30")
    outcome = channel.push("42", 7)
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s == 30


@pytest.mark.parametrize("command", ["hang after applying", "drip body every 500", "drip headers every 500"])
def test_a_write_that_is_not_answered_in_time_may_have_taken_effect(channel: Channel, command: str) -> None:
    channel.do(command)
    outcome = channel.push("42", 7, seconds=0.4)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"
    channel.do("ok")
    channel.clock.pass_s(3)
    assert MAGALU.read(channel.session(), [Listing("42")]) == [7]


def test_a_write_that_was_answered_500_may_have_taken_effect(channel: Channel) -> None:
    channel.do("fail next 1 with 500 after applying")
    assert isinstance(channel.push("42", 7), Unknown)
    channel.clock.pass_s(3)
    assert channel.shown("42") == 7


# ------------------------------------------------------------------------------------------ the consent


def test_a_token_that_is_over_is_renewed_and_the_old_refresh_token_is_worth_nothing(channel: Channel) -> None:
    before = channel.secret
    channel.clock.pass_s(7201)
    assert isinstance(channel.push("42", 7), Unauthorized)
    assert len(channel.stand_in.writes) == 0, "nothing was sent"
    channel.log_in()
    assert isinstance(channel.push("42", 7), Accepted)
    channel.secret = before
    again = MAGALU.renew(channel.session())
    assert isinstance(again, Unauthorized)
    assert (again.revoked, again.message) == (True, "invalid_grant")


def test_a_token_that_magalu_ends_early_is_refused_and_renewed(channel: Channel) -> None:
    channel.do("expire")
    outcome = channel.push("42", 7)
    assert isinstance(outcome, Unauthorized)
    assert not outcome.revoked
    channel.log_in()
    assert isinstance(channel.settled("42", 7), Applied)


def test_a_consent_that_is_withdrawn_needs_a_person(channel: Channel) -> None:
    channel.do("revoke")
    refused, renewal = channel.push("42", 7), MAGALU.renew(channel.session())
    assert isinstance(refused, Unauthorized)
    assert isinstance(renewal, Unauthorized)
    assert (refused.revoked, renewal.revoked) == (False, True)
    channel.do("consent")
    assert isinstance(channel.push("42", 7), Accepted)


def test_a_renewal_that_is_not_answered_has_spent_the_refresh_token(channel: Channel) -> None:
    channel.do("fail next 1 with 502 after applying")
    assert isinstance(MAGALU.renew(channel.session()), Unknown)
    assert isinstance(MAGALU.renew(channel.session()), Unauthorized)


@pytest.mark.parametrize("wrong", [{"tenant_id": "another"}, {}])
def test_another_tenant_or_a_missing_scope_is_no_matter_of_logging_in(channel: Channel, wrong: dict[str, str]) -> None:
    if not wrong:
        channel.do("forbid stocks")
    outcome = channel.push("42", 7, **wrong)
    assert isinstance(outcome, Unauthorized)
    assert outcome.revoked


def test_the_sellers_own_tenant_is_taken(channel: Channel) -> None:
    assert isinstance(channel.push("42", 7, tenant_id=channel.seller.tenant_id), Accepted)


def test_no_token_is_in_what_is_kept(channel: Channel) -> None:
    secrets = [value for name, value in channel.secret.items() if name != "expires_at"]
    channel.do(f'fail 42 with 422 "{" ".join(secrets)}"')
    kept = str(channel.push("42", 7))
    assert "***" in kept
    assert not [secret for secret in secrets if secret in kept]


# ------------------------------------------------------------------------------------------ the stand-in itself


def test_a_seeded_seller_has_every_class_of_error_alive_and_spares_the_examples() -> None:
    state = seeded_magalu(SELLER, SKUS, created_at=NOON)
    skus = state.sellers[SELLER].skus.values()
    assert {sku.status for sku in skus} == {"PUBLISHED", "UNDER_REVIEW", "BLOCKED", "DELETED"}
    assert len(SKUS) - len(skus) == 2
    assert {(sku.stock is None, bool(sku.rejects), sku.redirects, sku.reserved > 0) for sku in skus} == {
        (False, False, False, False),
        (True, False, False, False),
        (False, True, False, False),
        (False, False, True, False),
        (False, False, False, True),
    }
    assert state.sellers[SELLER].skus["42"].status == "PUBLISHED"
    assert state.faults[0].percent == 3.0
    assert state == seeded_magalu(SELLER, SKUS, created_at=NOON)


def test_what_the_stand_in_knows_survives_a_restart(channel: Channel, tmp_path: Any) -> None:
    channel.push("42", 7)
    channel.do("block 43", "revoke")
    kept = Memory(tmp_path / "magalu.json", MagaluState, lambda: channel.stand_in.state)
    kept.save()
    again = Memory(tmp_path / "magalu.json", MagaluState, lambda: MagaluState({}))
    assert again.value == channel.stand_in.state


def test_every_write_is_listed_as_it_was_answered(channel: Channel) -> None:
    channel.push("42", 7)
    channel.do("forget 43")
    channel.push("43", 1)
    listed = httpx.get(f"{channel.base}/_writes?shop={SELLER}").json()["items"]
    assert [(each["sku"], each["status"], each["applied"]) for each in listed] == [
        ("43", 404, False),
        ("43", 404, False),
        ("42", 202, True),
    ]


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("PATCH", "{", 400),
        ("PATCH", '{"quantity": -1, "type": "AVAILABLE"}', 422),
        ("PATCH", '{"quantity": 1, "type": "RESERVED"}', 422),
        ("POST", '{"quantity": 1, "type": "AVAILABLE"}', 422),
        (
            "POST",
            '{"channel": {"id": "9fe0d853-732b-4e4a-a0b0-cff988ed043d"}, "quantity": 1, "type": "AVAILABLE"}',
            409,
        ),
    ],
)
def test_a_body_that_the_contract_does_not_allow_is_refused(
    channel: Channel, method: str, body: str, status: int
) -> None:
    headers = {"authorization": f"Bearer {channel.secret['access_token']}"}
    url = f"{channel.base}/seller/v1/portfolios/stocks/42"
    assert httpx.request(method, url, content=body, headers=headers).status_code == status
