"""The Amazon connector with the real transport, against the stand-in Amazon on a real socket."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from local.standins.amazon import Amazon as StandIn
from local.standins.amazon_state import AmazonState, demo_amazon
from local.standins.keeping import Memory
from local.standins.misbehaving import OpenWire
from stockbridge.connectors import Listing, Session, StockUpdate
from stockbridge.marketplaces.amazon import Amazon
from stockbridge.outcomes import Accepted, Applied, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.transport import Transport
from tests.standins.world import Clock

SKUS = [str(sku) for sku in range(1, 121)]
SELLER = "ALOCALDEMOLOJA"
# the last seven of the seed, from the last one on
FULFILLED, STALLED, UNREADABLE, UNCATALOGUED, BRANDED, INCOMPLETE, LATE = (str(sku) for sku in range(120, 113, -1))


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of an application on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, http=OpenWire, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.005)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class World:
    """A channel of the seller, and the stand-in that it speaks to, under the prefix that it is mounted at."""

    address: str
    stand_in: StandIn
    clock: Clock
    http: Transport
    secret: Mapping[str, str]
    patience_s: float = 8.0

    def session(self) -> Session:
        configuration = {
            "secret": "stockbridge/local/demoloja/MZN",
            "seller_id": SELLER,
            "marketplace_ids": "A2Q3Y263D00KWC",
            "base_url": self.address,
            "login_url": self.address,
        }
        assert not Amazon().problems(configuration, allow_private=True)
        return Session(configuration, self.secret, self.http, self.clock, self.clock() + int(self.patience_s * 1000))

    def renew(self) -> Outcome | None:
        """None when it worked, and the new secret is in use."""
        found = Amazon().renew(self.session())
        if isinstance(found, Mapping):
            self.secret = found
            return None
        return found

    def push(self, sku: str, quantity: int) -> Outcome:
        [outcome] = Amazon().push(self.session(), [update(sku, quantity)])
        return outcome

    def submit(self, **quantities: int) -> list[Outcome]:
        updates = [update(name[1:], quantity) for name, quantity in quantities.items()]
        return list(Amazon().submit(self.session(), updates))

    def check(self, ref: str, *asked: tuple[str, int]) -> list[Outcome]:
        return list(Amazon().check(self.session(), ref, [update(sku, quantity) for sku, quantity in asked]))

    def do(self, *lines: str) -> Any:
        answer = httpx.post(f"{self.address}/_scenario", content="\n".join(lines))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def shown(self, sku: str) -> Any:
        return httpx.get(f"{self.address}/_state/{SELLER}").json()["listings"][sku]["quantity"]

    def writes(self) -> Any:
        return httpx.get(f"{self.address}/_writes").json()["items"]


def update(sku: str, quantity: int) -> StockUpdate:
    return StockUpdate("demoloja", "MZN", Listing(sku), quantity, 1)


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    stand_in = StandIn(demo_amazon({"demoloja": SKUS}), now_ms=clock, chance=random.Random(5))
    seller = stand_in.state.sellers[SELLER]
    secret = {name: getattr(seller, name) for name in ("client_id", "client_secret", "refresh_token")}
    app = Starlette(routes=[Mount("/amazon", stand_in.app)])
    with served(app) as address, Transport(allow_private=True) as http:
        world = World(f"{address}/amazon", stand_in, clock, http, secret)
        assert world.renew() is None
        yield world


# ------------------------------------------------------------------------------------------------ one quantity


def test_a_quantity_is_accepted_and_shown_some_seconds_later(world: World) -> None:
    accepted = world.push("42", 7)
    assert isinstance(accepted, Accepted)
    [waiting] = world.check(accepted.ref, ("42", 7))
    assert isinstance(waiting, Accepted)
    assert waiting.ref == accepted.ref
    world.clock.pass_s(5)
    [applied] = world.check(accepted.ref, ("42", 7))
    assert isinstance(applied, Applied)
    assert world.shown("42") == 7
    assert Amazon().read(world.session(), [Listing("42"), Listing("41")]) == [7, 0]


def test_a_quantity_that_never_shows_stays_accepted(world: World) -> None:
    accepted = world.push(STALLED, 7)
    assert isinstance(accepted, Accepted)
    world.clock.pass_s(3000)
    [waiting] = world.check(accepted.ref, (STALLED, 7))
    assert isinstance(waiting, Accepted)


@pytest.mark.parametrize(
    ("sku", "cause", "words"),
    [
        (UNCATALOGUED, "not_found", "not in the Amazon catalog"),
        (BRANDED, "protected", "must approve your brand"),
        (INCOMPLETE, "missing_attribute", "'size' is required"),
        (UNREADABLE, "validation", "Invalid input"),
    ],
)
def test_each_refusal_at_once_has_its_cause_and_amazons_words(world: World, sku: str, cause: str, words: str) -> None:
    outcome = world.push(sku, 7)
    assert isinstance(outcome, Refused)
    assert outcome.cause == cause
    assert words in outcome.message
    assert outcome.evidence is not None
    assert f"/{sku}?" in outcome.evidence.request
    world.clock.pass_s(60)
    assert world.shown(sku) == 0


@pytest.mark.parametrize(
    ("sku", "cause"), [(LATE, "missing_attribute"), (FULFILLED, "fulfillment"), ("99999", "not_found")]
)
def test_each_refusal_after_the_acceptance_is_found_by_the_check(world: World, sku: str, cause: str) -> None:
    accepted = world.push(sku, 7)
    assert isinstance(accepted, Accepted)
    world.clock.pass_s(60)
    [outcome] = world.check(accepted.ref, (sku, 7))
    assert isinstance(outcome, Refused)
    assert outcome.cause == cause


def test_a_refusal_that_was_cured_is_written(world: World) -> None:
    world.do(f"sell {BRANDED}")
    assert isinstance(world.push(BRANDED, 7), Accepted)
    world.clock.pass_s(5)
    assert world.shown(BRANDED) == 7


# ------------------------------------------------------------------------------------------------ login


def test_a_token_lasts_an_hour_by_its_own_end(world: World) -> None:
    world.clock.pass_s(3599)
    assert isinstance(world.push("42", 7), Accepted)
    world.clock.pass_s(1)
    asked = len(world.writes())
    assert isinstance(world.push("42", 8), Unauthorized)
    assert len(world.writes()) == asked
    assert world.renew() is None
    assert isinstance(world.push("42", 8), Accepted)


def test_a_token_that_ended_early_is_refused_by_amazon_and_renewed(world: World) -> None:
    world.do("expire")
    refused = world.push("42", 7)
    assert isinstance(refused, Unauthorized)
    assert not refused.revoked
    assert "revoked, malformed or invalid" in refused.message
    assert world.renew() is None
    assert isinstance(world.push("42", 7), Accepted)


def test_an_authorisation_that_is_gone_needs_a_person_until_it_is_back(world: World) -> None:
    world.do("revoke")
    assert isinstance(world.push("42", 7), Unauthorized)
    gone = world.renew()
    assert isinstance(gone, Unauthorized)
    assert gone.revoked
    assert gone.message.startswith("invalid_grant")
    world.do("authorise")
    assert world.renew() is None
    assert isinstance(world.push("42", 7), Accepted)


def test_an_applications_wrong_secret_needs_a_person(world: World) -> None:
    world.secret = {**world.secret, "client_secret": "wrong"}
    gone = world.renew()
    assert isinstance(gone, Unauthorized)
    assert (gone.revoked, gone.message) == (True, "invalid_client: Client authentication failed")


def test_another_sellers_listing_is_not_for_this_token(world: World) -> None:
    seller = world.stand_in.state.sellers[SELLER]
    world.stand_in.state.sellers["AOTHER"] = replace(seller, name="AOTHER", tokens={})
    mine = world.session()
    theirs = replace(mine, configuration={**mine.configuration, "seller_id": "AOTHER"})
    [outcome] = Amazon().push(theirs, [update("42", 7)])
    assert isinstance(outcome, Unauthorized)


# ------------------------------------------------------------------------------------------------ faults


def test_a_sixth_patch_at_once_is_over_the_quota_and_waits_as_the_rate_says(world: World) -> None:
    outcomes = [world.push("42", quantity) for quantity in range(6)]
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 5 + [Throttled]
    throttled = outcomes[-1]
    assert isinstance(throttled, Throttled)
    assert throttled.retry_after_s == 0.2
    assert throttled.message == "You exceeded your quota for the requested resource."
    world.clock.pass_s(0.2)
    assert isinstance(world.push("42", 5), Accepted)


def test_a_throttle_with_a_time_is_obeyed(world: World) -> None:
    world.do("throttle 30")
    outcome = world.push("42", 7)
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s == 30


@pytest.mark.parametrize(
    ("line", "kind", "cause"),
    [
        ("fail with 500", Unknown, "marketplace_down"),
        ("fail with 503", Unknown, "marketplace_down"),
        ("fail with 504", Unknown, "timeout"),
        ("fail with 409", Refused, "uncatalogued"),
        ("fail with 413", Refused, "validation"),
        ("fail with 204", Unknown, "uncatalogued"),
        ("fail 42 with 400 \"Invalid seller id\"", Refused, "configuration"),
        ("fail next 1 with 403", Unauthorized, None),
    ],
)  # fmt: skip
def test_each_failure_is_told_apart(world: World, line: str, kind: type[Outcome], cause: str | None) -> None:
    world.do(line)
    outcome = world.push("42", 7)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "cause", None) == cause
    assert outcome.evidence is not None
    world.do("ok")
    world.clock.pass_s(60)
    assert world.shown("42") == 0


@pytest.mark.parametrize(
    ("line", "cause", "status"),
    [("fail with 500 after applying", "marketplace_down", 500), ("hang after applying", "timeout", 0)],
)
def test_a_write_without_an_answer_may_have_taken_effect(world: World, line: str, cause: str, status: int) -> None:
    world.do(line)
    world.patience_s = 0.5
    outcome = world.push("42", 7)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == cause
    world.do("ok")
    world.clock.pass_s(60)
    assert world.shown("42") == 7
    deadline = time.monotonic() + 10
    while not world.writes():  # one that was hung up on is written down when the hang-up is noticed
        assert time.monotonic() < deadline
        time.sleep(0.01)
    [write] = world.writes()
    assert (write["status"], write["shows"]) == (status, True)


@pytest.mark.parametrize("line", ["hang", "drip headers every 100", "drip body every 100", "slow 3000"])
def test_an_answer_that_is_not_there_in_time_is_no_answer(world: World, line: str) -> None:
    world.do(line)
    world.patience_s = 0.5
    began = time.monotonic()
    outcome = world.push("42", 7)
    assert time.monotonic() - began < 3
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"


def test_nothing_secret_is_in_any_evidence(world: World) -> None:
    secrets = [value for name, value in world.secret.items() if name != "expires_at"]
    world.do("quotas off", "feeds take 1")
    kept: list[Evidence | None] = []
    for line in ("ok", "fail with 500", "fail with 400", "fail with 403"):
        world.do(line)
        kept += [world.push("42", 7).evidence, world.submit(_1=1)[0].evidence]
        kept += [each.evidence for each in world.check("listing:s-1", ("1", 4), ("2", 4))]
        failure = world.renew()
        kept += [failure.evidence] if failure else []
    world.do("ok", "expire")
    kept += [world.push("42", 7).evidence]
    world.renew()
    accepted = world.submit(_1=7, **{f"_{INCOMPLETE}": 7})[0]
    assert isinstance(accepted, Accepted)
    world.clock.pass_s(5)
    kept += [each.evidence for each in world.check(accepted.ref, ("1", 7), (INCOMPLETE, 7))]
    secrets += [document.signature for document in world.stand_in.state.sellers[SELLER].documents.values()]
    secrets += [world.secret["access_token"]]
    texts = [f"{each.request} {each.response}" for each in kept if each is not None]
    assert len(texts) > 15
    assert not [secret for secret in secrets if any(secret in text for text in texts)]


# ------------------------------------------------------------------------------------------------ feeds


@pytest.mark.parametrize("kept", ["zipped", "plain"])
def test_a_feed_goes_through_its_states_to_one_outcome_for_each_sku(world: World, kept: str) -> None:
    world.do("settle 0", f"reports {kept}")
    quantities = {"1": 5, "2": 0, INCOMPLETE: 7, UNREADABLE: 7, FULFILLED: 7, STALLED: 7, "99999": 7}
    outcomes = world.submit(**{f"_{sku}": quantity for sku, quantity in quantities.items()})
    assert {type(outcome) for outcome in outcomes} == {Accepted}
    [ref] = {outcome.ref for outcome in outcomes if isinstance(outcome, Accepted)}
    states = []
    for _ in range(3):
        asked = httpx.get(
            f"{world.address}/feeds/2021-06-30/feeds/{ref.removeprefix('feed:')}",
            headers={"x-amz-access-token": world.secret["access_token"]},
        ).json()
        states.append(asked["processingStatus"])
        if asked["processingStatus"] != "DONE":
            assert {type(each) for each in world.check(ref, *quantities.items())} == {Accepted}
            assert world.shown("1") == 0
        world.clock.pass_s(10)
    assert states == ["IN_QUEUE", "IN_PROGRESS", "DONE"]
    found = dict(zip(quantities, world.check(ref, *quantities.items()), strict=True))
    assert {sku: getattr(each, "cause", type(each)) for sku, each in found.items()} == {
        "1": Applied,
        "2": Applied,
        INCOMPLETE: "missing_attribute",
        UNREADABLE: "validation",
        FULFILLED: "fulfillment",
        STALLED: Accepted,
        "99999": "not_found",
    }
    assert (world.shown("1"), world.shown("2")) == (5, 0)


def test_a_feed_may_be_asked_about_a_part_at_a_time(world: World) -> None:
    outcomes = world.submit(_1=5, **{f"_{UNREADABLE}": 7}, _2=6)
    assert isinstance(outcomes[0], Accepted)
    world.clock.pass_s(20)
    ref = outcomes[0].ref
    [refused] = world.check(ref, (UNREADABLE, 7))
    [applied] = world.check(ref, ("2", 6))
    assert isinstance(refused, Refused)
    assert isinstance(applied, Applied)


@pytest.mark.parametrize("end", ["fatal", "cancelled"])
def test_a_feed_that_came_to_nothing_is_sent_again(world: World, end: str) -> None:
    world.do(f"feeds end {end}")
    [accepted] = world.submit(_1=5)
    assert isinstance(accepted, Accepted)
    world.clock.pass_s(20)
    [outcome] = world.check(accepted.ref, ("1", 5))
    assert isinstance(outcome, Refused)
    assert (outcome.cause, outcome.message) == ("import_failed", f"the feed is {end.upper()}")
    assert world.shown("1") == 0


def test_reports_are_ten_at_once_and_then_the_skus_wait(world: World) -> None:
    [accepted] = world.submit(**{f"_{STALLED}": 7})
    assert isinstance(accepted, Accepted)
    world.clock.pass_s(20)
    for _ in range(11):  # the quota of items is of five a second, and that of feeds of two
        world.clock.pass_s(0.5)
        [outcome] = world.check(accepted.ref, (STALLED, 7))
        assert isinstance(outcome, Accepted)
        assert outcome.ref == accepted.ref
    assert outcome.evidence is not None
    assert outcome.evidence.http_status == 429
    assert "/documents/" in outcome.evidence.request


def test_only_five_feeds_at_once(world: World) -> None:
    outcomes = [world.submit(_1=quantity)[0] for quantity in range(6)]
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 5 + [Throttled]


def test_a_document_is_put_where_it_was_signed_for_and_as_it_was_declared(world: World) -> None:
    headers = {"x-amz-access-token": world.secret["access_token"]}
    created = httpx.post(f"{world.address}/feeds/2021-06-30/documents", headers=headers, json={"contentType": "a/b"})
    url = created.json()["url"]
    assert url.startswith(f"{world.address}/tortuga/")
    assert httpx.put(url, content="x", headers={"content-type": "a/c"}).status_code == 403
    assert httpx.put(url.replace("Signature=", "Signature=0"), content="x").status_code == 403
    assert httpx.put(url, content="0123456789", headers={"content-type": "a/b"}).status_code == 200
    part = httpx.get(url, headers={"range": "bytes=4-99"})
    assert (part.status_code, part.text, part.headers["content-range"]) == (206, "456789", "bytes 4-9/10")
    assert httpx.get(url, headers={"range": "bytes=10-19"}).status_code == 416
    world.clock.pass_s(301)
    assert "expired" in httpx.get(url).text


def test_quantities_of_a_feed_are_in_the_log_of_writes(world: World) -> None:
    world.submit(_1=5, **{f"_{INCOMPLETE}": 7})
    world.clock.pass_s(20)
    Amazon().read(world.session(), [Listing("1")])
    assert [(write["sku"], write["status"], write["shows"]) for write in world.writes()] == [
        (INCOMPLETE, 202, False),
        ("1", 202, True),
    ]


# ------------------------------------------------------------------------------------------------ commands and memory


def test_every_example_is_understood(world: World) -> None:
    for command in httpx.get(f"{world.address}/_scenario").json()["commands"]:
        answer = httpx.post(f"{world.address}/_scenario", content=command["example"])
        assert answer.status_code == 200, (command, answer.text)


@pytest.mark.parametrize("line", ["expire for nobody", "brand 42 for nobody", "brand 99999"])
def test_unknown_sellers_and_skus_are_answered_with_the_known_ones(world: World, line: str) -> None:
    answer = httpx.post(f"{world.address}/_scenario", content=line)
    assert answer.status_code == 404
    assert "shop" in answer.json()["error"]


def test_the_state_survives_a_restart_with_what_was_accepted_and_is_not_shown(world: World, tmp_path: Path) -> None:
    world.push("42", 7)
    world.submit(_1=5)
    file = tmp_path / "amazon.json"
    Memory(file, AmazonState, lambda: world.stand_in.state).save()
    remembered = Memory(file, AmazonState, lambda: demo_amazon({})).value
    assert remembered == world.stand_in.state
    assert len(remembered.sellers[SELLER].arrivals) == 1


def test_the_seed_has_one_sku_of_each_trouble_and_sells_the_others() -> None:
    offers = demo_amazon({"demoloja": SKUS}).sellers[SELLER].offers
    troubled = {sku: offer for sku, offer in offers.items() if offer.state != "sold"}
    assert list(offers) == SKUS
    assert list(troubled) == [LATE, INCOMPLETE, BRANDED, UNCATALOGUED, UNREADABLE, STALLED, FULFILLED]
