"""The connector against the stand-in Mercado Livre, over real sockets, under a prefix as it is served."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from local.standins.keeping import Memory
from local.standins.mercado_livre import MercadoLivre as StandIn
from local.standins.mercado_livre_seed import ELSEWHERE, TROUBLES, secret_of, seeded
from local.standins.mercado_livre_state import Item, MercadoLivreState
from local.standins.misbehaving import OpenWire
from stockbridge.connectors import Listing, Session, StockUpdate
from stockbridge.marketplaces.mercado_livre import MercadoLivre
from stockbridge.outcomes import Applied, Busy, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.transport import Transport

SHOP = "loja-mlb"
SKUS = [str(number) for number in range(1, 81)]
VARIED = ("1", "2", "3")  # of one item
SINGLE, WAREHOUSE, ADDRESS = "4", "5", "9"


@dataclass
class Seller:
    """What the system holds of a seller: the listing map, and the secret as it was last stored."""

    state: MercadoLivreState
    url: str
    transport: Transport
    secret: Mapping[str, str]
    connector: MercadoLivre = field(default_factory=MercadoLivre)

    def session(self, budget_s: float = 8.0) -> Session:
        now = _now_ms()
        configuration = {"secret": "stockbridge/local/loja/MLB", "base_url": self.url}
        return Session(configuration, self.secret, self.transport, _now_ms, now + int(budget_s * 1000))

    def renew(self) -> Outcome | None:
        renewed = self.connector.renew(self.session())
        if not isinstance(renewed, Mapping):
            return renewed
        self.secret = renewed
        return None

    def push(self, *, budget_s: float = 8.0, **quantities: int) -> list[Outcome]:
        """`sku_42=7` asks for 7 of SKU 42."""
        updates = [
            StockUpdate("loja", "MLB", Listing(sku, self.state.listings[sku]), quantity, 1)
            for sku, quantity in ((name.removeprefix("sku_"), quantity) for name, quantity in quantities.items())
        ]
        return list(self.connector.push(self.session(budget_s), updates))

    def push_one(self, sku: str, quantity: int, *, budget_s: float = 8.0) -> Outcome:
        [outcome] = self.push(budget_s=budget_s, **{f"sku_{sku}": quantity})
        return outcome

    def read(self, *skus: str) -> list[int | Outcome]:
        return list(self.connector.read(self.session(), [Listing(sku, self.state.listings[sku]) for sku in skus]))

    def item(self, sku: str) -> Item:
        return self.state.items[self.state.listings[sku]["item_id"]]

    def do(self, *lines: str) -> Any:
        answer = httpx.post(f"{self.url}/_scenario", content="\n".join(lines))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def writes(self) -> list[dict[str, Any]]:
        """Newest first."""
        items: list[dict[str, Any]] = httpx.get(f"{self.url}/_writes").json()["items"]
        return items


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address of the application, served by a thread under a prefix."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        under = Starlette(routes=[Mount("/mercado-livre", app)])
        config = uvicorn.Config(
            under, http=OpenWire, ws="none", log_level="critical", access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline, "did not start"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mercado-livre"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
def stand_in() -> Iterator[tuple[StandIn, str]]:
    """One server; each test begins with a state of its own."""
    market = StandIn(seeded(SHOP, SKUS), now_ms=_now_ms, chance=random.Random(5))
    with served(market.app) as url:
        yield market, url


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport(allow_private=True) as transport:
        yield transport


@pytest.fixture
def seller(stand_in: tuple[StandIn, str], transport: Transport) -> Iterator[Seller]:
    """Logged in. At the end no variation was ever dropped."""
    market, url = stand_in
    fresh = seeded(SHOP, SKUS)
    for name in ("sellers", "items", "user_products", "listings", "dropped"):
        setattr(market.state, name, getattr(fresh, name))
    market.state.faults.clear()
    market.writes.clear()
    seller = Seller(market.state, url, transport, secret_of(market.state.sellers[SHOP]))
    assert seller.renew() is None
    yield seller
    assert market.state.dropped == []


def troubled(trouble: str) -> str:
    """The SKU that has it."""
    return SKUS[len(SKUS) - len(TROUBLES) + list(TROUBLES).index(trouble)]


# ------------------------------------------------------------------------------------ taken


def test_every_kind_of_listing_shows_what_was_sent(seller: Seller) -> None:
    quantities = {VARIED[0]: 4, VARIED[1]: 0, VARIED[2]: 9, SINGLE: 6, WAREHOUSE: 7, ADDRESS: 8}
    outcomes = seller.push(**{f"sku_{sku}": quantity for sku, quantity in quantities.items()})
    assert [type(outcome) for outcome in outcomes] == [Applied] * 6
    assert seller.read(*quantities) == list(quantities.values())


def test_all_due_variations_of_an_item_are_one_write(seller: Seller) -> None:
    seller.push(sku_1=4, sku_3=9)
    assert len(seller.writes()) == 1
    assert [each.quantity for each in seller.item("1").variations.values()] == [4, 0, 9]


def test_a_variation_that_the_seller_added_since_stays(seller: Seller) -> None:
    seller.push(sku_1=4)
    seller.do("vary 1")
    seller.push(sku_1=5)
    assert [each.quantity for each in seller.item("1").variations.values()] == [5, 0, 0, 0]


def test_no_stock_pauses_an_item_and_new_stock_opens_it(seller: Seller) -> None:
    for quantity, status in ((6, "active"), (0, "paused"), (2, "active")):
        assert isinstance(seller.push_one(SINGLE, quantity), Applied)
        assert seller.item(SINGLE).status == status


def test_an_item_that_its_seller_paused_stays_paused(seller: Seller) -> None:
    seller.do(f"pause {SINGLE}")
    assert isinstance(seller.push_one(SINGLE, 6), Applied)
    assert (seller.item(SINGLE).status, seller.item(SINGLE).quantity) == ("paused", 6)


def test_the_other_warehouse_keeps_what_it_has(seller: Seller) -> None:
    seller.push_one(WAREHOUSE, 7)
    product = seller.state.user_products[seller.state.listings[WAREHOUSE]["user_product_id"]]
    assert [each.quantity for each in product.locations or []] == [7, ELSEWHERE]


def test_a_version_that_somebody_overtook_is_read_again(seller: Seller) -> None:
    seller.do(f"conflict {WAREHOUSE} next 2")
    assert isinstance(seller.push_one(WAREHOUSE, 7), Applied)
    assert [write["status"] for write in seller.writes()] == [200, 409, 409]


def test_a_quantity_above_the_categorys_maximum_is_clamped_and_said(seller: Seller) -> None:
    for sku in ("1", SINGLE):
        seller.do(f"maximum 5 of {sku}")
        outcome = seller.push_one(sku, 50)
        assert isinstance(outcome, Applied)
        assert (outcome.quantity, seller.read(sku)) == (5, [5])


# ------------------------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("trouble", "cause"),
    [
        ("closed", "listing_closed"),
        ("under_review", "under_review"),
        ("inactive", "under_review"),
        ("fulfillment", "fulfillment"),
        ("missing", "missing_attribute"),
        ("foreign", "not_found"),
        ("gone", "not_found"),
        ("varied_since", "not_found"),
        ("multi_origin", "multi_warehouse"),
        ("no_such_store", "warehouse_unknown"),
        ("no_store_named", "multi_warehouse"),
        ("nowhere", "warehouse_unknown"),
        ("blocked", "validation"),
    ],
)
def test_each_trouble_has_its_cause(seller: Seller, trouble: str, cause: str) -> None:
    outcome = seller.push_one(troubled(trouble), 6)
    assert isinstance(outcome, Refused), outcome
    assert outcome.cause == cause
    assert outcome.evidence is not None


def test_troubles_that_pass(seller: Seller) -> None:
    locked = troubled("locked")
    assert [type(seller.push_one(locked, 6)) for _ in range(3)] == [Busy, Busy, Applied]
    overtaken = troubled("written_by_others")
    assert [type(seller.push_one(overtaken, 6)) for _ in range(2)] == [Busy, Applied]


def test_troubles_that_are_none(seller: Seller) -> None:
    assert isinstance(seller.push_one(troubled("paused"), 6), Applied)
    clamped = seller.push_one(troubled("maximum"), 6)
    assert isinstance(clamped, Applied)
    assert clamped.quantity == 1


def test_a_used_item_cannot_be_written_to_nothing(seller: Seller) -> None:
    outcome = seller.push_one(troubled("used"), 0)
    assert isinstance(outcome, Refused)
    assert outcome.cause == "validation"
    assert seller.read(troubled("used")) == [1]


def test_a_repaired_listing_takes_the_quantity(seller: Seller) -> None:
    seller.do(f"review {SINGLE}")
    assert isinstance(seller.push_one(SINGLE, 6), Refused)
    seller.do(f"reopen {SINGLE}")
    assert isinstance(seller.push_one(SINGLE, 6), Applied)


# ------------------------------------------------------------------------------------ logins


def test_a_refresh_token_is_good_once(seller: Seller) -> None:
    before = seller.secret
    assert seller.renew() is None
    after, seller.secret = seller.secret, before
    lost = seller.renew()
    assert isinstance(lost, Unauthorized)
    assert lost.revoked
    assert "already used" in lost.message
    seller.secret = after
    assert isinstance(seller.push_one(SINGLE, 6), Applied)


def test_an_expired_login_is_renewed_and_goes_on(seller: Seller) -> None:
    seller.do("expire")
    refused = seller.push_one(SINGLE, 6)
    assert isinstance(refused, Unauthorized)
    assert not refused.revoked
    assert seller.renew() is None
    assert isinstance(seller.push_one(SINGLE, 6), Applied)


def test_a_withdrawn_authorisation_needs_a_person(seller: Seller) -> None:
    seller.do("revoke")
    assert isinstance(seller.push_one(SINGLE, 6), Unauthorized)
    outcome = seller.renew()
    assert isinstance(outcome, Unauthorized)
    assert outcome.revoked
    seller.do("authorise")
    assert seller.renew() is None


def test_a_login_whose_answer_was_lost_has_used_up_the_refresh_token(seller: Seller) -> None:
    seller.do("fail next 1 with 500 after applying")
    assert isinstance(seller.renew(), Unknown)
    outcome = seller.renew()
    assert isinstance(outcome, Unauthorized)
    assert outcome.revoked


def test_a_wrong_client_is_no_client(seller: Seller) -> None:
    seller.secret = {**seller.secret, "client_secret": "another"}
    outcome = seller.renew()
    assert isinstance(outcome, Unauthorized)
    assert outcome.revoked


# ------------------------------------------------------------------------------------ bad weather


def test_a_throttle_names_no_time_and_holds_for_logins_too(seller: Seller) -> None:
    seller.do("throttle 30")
    outcome = seller.push_one(SINGLE, 6)
    assert isinstance(outcome, Throttled)
    assert outcome.retry_after_s is None
    login = seller.renew()
    assert isinstance(login, Throttled)
    assert login.message == "local_rate_limited"
    seller.do("ok")
    assert isinstance(seller.push_one(SINGLE, 6), Applied)


def test_the_limit_is_the_applications(seller: Seller) -> None:
    seller.do(f"limit 3 for {SHOP}")
    outcomes = [seller.push_one(SINGLE, quantity) for quantity in range(6)]
    assert [type(outcome) for outcome in outcomes[:3]] == [Applied] * 3
    assert Throttled in {type(outcome) for outcome in outcomes[3:]}


def test_a_failure_after_the_effect_is_unknown_and_a_repetition_settles_it(seller: Seller) -> None:
    seller.do("fail next 1 with 503 after applying")
    outcome = seller.push_one(SINGLE, 6)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "marketplace_down"
    assert seller.read(SINGLE) == [6]
    assert isinstance(seller.push_one(SINGLE, 6), Applied)


def test_a_hanging_write_may_have_taken_effect(seller: Seller) -> None:
    seller.do("hang after applying")
    outcome = seller.push_one(SINGLE, 6, budget_s=0.5)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"
    seller.do("ok")
    assert seller.read(SINGLE) == [6]


@pytest.mark.parametrize("sku", ["1", WAREHOUSE])
def test_a_write_that_was_given_up_on_still_lands(seller: Seller, sku: str) -> None:
    seller.do("slow 500")
    outcome = seller.push_one(sku, 6, budget_s=0.9)  # for the read and the write together: the read is answered
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"
    seller.do("ok")
    deadline = time.monotonic() + 10
    while seller.read(sku) != [6]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_answer_that_drips_is_cut_at_the_deadline(seller: Seller) -> None:
    seller.do("drip body every 50")
    outcome = seller.push_one(SINGLE, 6, budget_s=0.5)
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"


def test_no_secret_is_in_what_is_kept(seller: Seller) -> None:
    lines = ['fail next 1 with 400 "{}"', 'fail next 1 with 401 "{}"', 'fail next 1 with 503 "{}"']
    secrets = [value for name, value in seller.secret.items() if name != "expires_at"]
    for line in lines:
        for secret in secrets:
            seller.do(line.format(f"you said {secret}"))
            kept = repr(seller.push_one(SINGLE, 6))
            assert "you said ***" in kept
            seller.do(line.format(f"you said {secret}"))
            kept += repr(seller.renew())
            assert not any(each in kept for each in secrets)


# ------------------------------------------------------------------------------------ the stand-in itself


def test_a_write_that_leaves_variations_out_deletes_them_and_is_noted(seller: Seller) -> None:
    listing = seller.state.listings["1"]
    answer = httpx.put(
        f"{seller.url}/items/{listing['item_id']}",
        headers={"authorization": f"Bearer {seller.secret['access_token']}"},
        json={"variations": [{"id": int(listing["variation_id"]), "available_quantity": 3}]},
    )
    assert [each["id"] for each in answer.json()["variations"]] == [int(listing["variation_id"])]
    dropped = [(each.item_id, each.variation_id) for each in seller.state.dropped]
    assert dropped == [(listing["item_id"], seller.state.listings[sku]["variation_id"]) for sku in ("2", "3")]
    assert len(httpx.get(f"{seller.url}/_state").json()["dropped"]) == 2
    seller.state.dropped.clear()


def test_a_write_without_a_version_is_refused(seller: Seller) -> None:
    product = seller.state.listings[WAREHOUSE]["user_product_id"]
    answer = httpx.put(
        f"{seller.url}/user-products/{product}/stock/type/seller_warehouse",
        headers={"authorization": f"Bearer {seller.secret['access_token']}"},
        json={"locations": []},
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "Missing X-Version header")


def test_the_first_skus_and_the_spared_ones_are_well() -> None:
    state = seeded(SHOP, SKUS, spared=SKUS[-20:])
    assert sorted(state.listings, key=int) == SKUS
    listings = [state.listings[sku] for sku in SKUS[:30] + SKUS[-20:]]
    items = [state.items[ids["item_id"]] for ids in listings if "item_id" in ids]
    products = [state.user_products[ids["user_product_id"]] for ids in listings if "user_product_id" in ids]
    assert {(item.status, *item.sub_status, item.maximum, item.missing) for item in items} == {
        ("paused", "out_of_stock", None, "")
    }
    assert {(product.conflicts, product.blocked, product.locations is None) for product in products} == {
        (0, False, False)
    }


def test_few_skus_are_well_and_the_seed_is_always_the_same() -> None:
    assert {item.maximum for item in seeded(SHOP, SKUS[:3]).items.values()} == {None}
    assert seeded(SHOP, SKUS) == seeded(SHOP, SKUS)


def test_a_restart_remembers(tmp_path: Path) -> None:
    path = tmp_path / "mercado-livre.json"
    memory = Memory(path, MercadoLivreState, lambda: seeded(SHOP, SKUS))
    memory.value.renew({"grant_type": "refresh_token", **secret_of(memory.value.sellers[SHOP])}, 1)
    memory.save()
    assert Memory(path, MercadoLivreState, lambda: seeded(SHOP, [])).value == memory.value


def test_one_look_at_a_sku_shows_its_listing_and_what_it_shows(seller: Seller) -> None:
    seller.push_one(WAREHOUSE, 7)
    shown = httpx.get(f"{seller.url}/_state/{WAREHOUSE}").json()
    assert shown["listing"]["store_id"] == "7000001"
    assert shown["stock"]["locations"][0]["quantity"] == 7
    assert httpx.get(f"{seller.url}/_state/999").status_code == 404


@pytest.mark.parametrize(
    "line",
    ["close 1", "review 1", "deactivate 1", "pause 1", "reopen 1", "fulfil 1", "require GTIN of 1", "maximum 3 of 1",
     "lock 1 next 2", "vary 1", "forget 1", "conflict 5 next 2", "block 9", "expire", "revoke", "authorise", "ok"],
)  # fmt: skip
def test_each_command_is_understood(seller: Seller, line: str) -> None:
    [result] = seller.do(line)
    assert result["says"]


@pytest.mark.parametrize(
    ("line", "status"), [("close 999", 404), ("close 5", 409), ("conflict 1", 409), ("vary 4", 409)]
)
def test_what_makes_no_sense_is_refused(seller: Seller, line: str, status: int) -> None:
    assert httpx.post(f"{seller.url}/_scenario", content=line).status_code == status
