"""Each marketplace that has a connector of its own: from a balance at VTEX to what it shows, one of its errors, and
its secrets, which stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.e2e.canaries import CANARIES, files, seen_in
from tests.local_system import LocalSystem, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]  # the first test also waits for the demonstration

# Each in one warehouse of ours. What they are at Mercado Livre; to the others all SKUs are alike.
ITEM, VARIATION, WAREHOUSE = "51", "54", "52"
WRONG = "55"
TOLD = "58"  # the marketplace's error repeats the secrets
QUANTITIES = {ITEM: 3, VARIATION: 1, WAREHOUSE: 2, WRONG: 4, TOLD: 5}


@dataclass(frozen=True, slots=True)
class Place:
    """A marketplace: what makes it quick, what goes wrong with a SKU there, and as what that ends.
    `saying`: the command that makes it answer a SKU with a text."""

    prefix: str
    hurry: tuple[str, ...]
    saying: str
    trouble: str
    cause: str
    shown: Callable[[LocalSystem, str], Any]


PLACES: Mapping[str, Place] = {
    "VTX": Place(
        "/vtex-account",
        (),
        f'fail {TOLD} with 400 "{{}}"',
        f"forget {WRONG}",
        "not_found",
        lambda system, sku: system.market("/vtex-account/_state/lojaparceira")["stock"][sku]["mkt_1"]["total"],
    ),
    "MLB": Place(
        "/mercado-livre",
        ("expire",),
        f'fail {TOLD} with 400 "{{}}"',
        f"close {WRONG}",
        "listing_closed",
        lambda system, sku: at_mercado_livre(system.market(f"/mercado-livre/_state/{sku}")),
    ),
    "MGZ": Place(
        "/magalu",
        ("queue 1", "expire"),
        f'reject {TOLD} with "{{}}"',
        f"review {WRONG}",
        "under_review",
        lambda system, sku: system.market("/magalu/_state/demoloja")["skus"][sku]["quantity"],
    ),
    "MZN": Place(
        "/amazon",
        ("settle 1", "quotas off", "expire"),
        f'fail {TOLD} with 400 "{{}}"',
        f"brand {WRONG}",
        "protected",
        lambda system, sku: system.market("/amazon/_state/ALOCALDEMOLOJA")["listings"][sku]["quantity"],
    ),
    "CRF": Place(
        "/mirakl",
        ("wait 1", "run 1", "limits off"),
        f'refuse {TOLD} with "{{}}"',
        f"uncatalogue {WRONG}",
        "not_catalogued",
        lambda system, sku: system.market("/mirakl/_state/carrefour-demo")["offers"][sku]["quantity"],
    ),
}


def at_mercado_livre(found: Mapping[str, Any]) -> Any:
    """What is offered of a SKU: its variation's, its item's, or its warehouse's."""
    listing = found["listing"]
    if "user_product_id" in listing:
        places = found["stock"]["locations"]
        return next(place["quantity"] for place in places if place.get("store_id") == listing.get("store_id"))
    variations = {str(each["id"]): each for each in found["item"]["variations"]}
    offered = variations[listing["variation_id"]] if "variation_id" in listing else found["item"]
    return offered["available_quantity"]


@pytest.fixture(scope="module")
def first_tokens(system: LocalSystem) -> Mapping[str, str]:
    """The access tokens of the demonstration's first writes, by affiliate."""
    return {affiliate: system.secret(affiliate)["access_token"] for affiliate in ("MLB", "MGZ", "MZN")}


@pytest.fixture(scope="module")
def changed(system: LocalSystem, first_tokens: Mapping[str, str]) -> LocalSystem:
    """Everything at once, because the slowest takes one file a minute."""
    system.vtex("ok")
    for place in PLACES.values():
        for command in ("ok", *place.hurry, place.trouble):
            system.marketplace(command, place.prefix)
    repeat_secrets(system, "CRF")
    for sku, quantity in QUANTITIES.items():
        system.vtex(f"stock {sku} {quantity} and price")
    return system


def repeat_secrets(system: LocalSystem, affiliate: str) -> None:
    """From now on the marketplace's error about TOLD repeats all that it knows the channel by."""
    place, values = PLACES[affiliate], system.secret(affiliate).values()
    system.marketplace(place.saying.format(" ".join(values)), place.prefix)


def record(
    system: LocalSystem, affiliate: str, sku: str, status: str, quantity: int | None = None
) -> Mapping[str, Any]:
    """Once it has that status, with the balance that the SKU was given."""
    wanted = status, QUANTITIES[sku] if quantity is None else quantity

    def found() -> Mapping[str, Any] | None:
        shown = system.record(affiliate, sku)
        return shown if shown and (shown["status"], shown["balance"]["current"]) == wanted else None

    settled: Mapping[str, Any] = eventually(found, within_s=100)
    return settled


def outcomes(found: Mapping[str, Any]) -> list[str]:
    """Of the attempts at the newest version."""
    return [attempt["outcome"] for attempt in found["attempts"] if attempt["version"] == found["version"]]


@pytest.mark.parametrize("affiliate", PLACES)
def test_a_balance_at_vtex_is_what_the_marketplace_shows(changed: LocalSystem, affiliate: str) -> None:
    for sku in (ITEM, VARIATION, WAREHOUSE):
        found = record(changed, affiliate, sku, "success")
        assert found["confirmed"] == PLACES[affiliate].shown(changed, sku) == QUANTITIES[sku]


@pytest.mark.parametrize("affiliate", PLACES)
def test_an_error_of_the_marketplace_is_a_record_with_its_cause(changed: LocalSystem, affiliate: str) -> None:
    found = record(changed, affiliate, WRONG, "error")
    assert found["cause"]["code"] == PLACES[affiliate].cause
    assert found["confirmed"] != QUANTITIES[WRONG]


@pytest.mark.parametrize("affiliate", ["MGZ", "MZN", "CRF"])
def test_what_is_only_accepted_is_success_when_it_is_confirmed(changed: LocalSystem, affiliate: str) -> None:
    done = outcomes(record(changed, affiliate, ITEM, "success"))
    assert (done[-2:], done.count("confirmed")) == (["accepted", "confirmed"], 1)


@pytest.mark.parametrize("affiliate", ["MLB", "MGZ", "MZN"])
def test_a_login_that_ended_is_renewed_by_itself(
    changed: LocalSystem, first_tokens: Mapping[str, str], affiliate: str
) -> None:
    record(changed, affiliate, ITEM, "success")
    assert changed.secret(affiliate)["access_token"] != first_tokens[affiliate]


def test_the_other_variations_of_an_item_are_still_there(changed: LocalSystem) -> None:
    record(changed, "MLB", VARIATION, "success")
    assert changed.market("/mercado-livre/_state")["dropped"] == []


def test_the_skus_of_one_moment_travel_in_one_file(changed: LocalSystem) -> None:
    record(changed, "CRF", ITEM, "success")
    files = changed.market(f"/mirakl/_writes?sku={ITEM}")["items"]
    assert files[0]["asked"].items() >= {ITEM: "3", VARIATION: "1", WRONG: "4"}.items()


def test_secrets_are_found_where_they_belong_and_nowhere_else(changed: LocalSystem) -> None:
    """After everything that a marketplace can do to let them out: it repeats them, and it accepts them no more."""
    prompt = [affiliate for affiliate in PLACES if affiliate != "CRF"]  # a second file would take another minute
    assert "***" in record(changed, "CRF", TOLD, "error")["message"]
    for affiliate in prompt:
        record(changed, affiliate, TOLD, "success")  # and with that the login of now is the last one
        repeat_secrets(changed, affiliate)
    changed.vtex(f"stock {TOLD} 0 and price")
    for affiliate in prompt:
        assert "***" in record(changed, affiliate, TOLD, "error", 0)["message"]
    told = []
    for affiliate, place in PLACES.items():
        changed.marketplace("revoke", place.prefix)
        test = changed.call("POST", f"/v1/channels/{affiliate}/test", params={"sku": ITEM})
        assert test.json()["cause"]["code"] == "auth", test.text
        told.append(test.text)
    changed.vtex(f"stock {ITEM} 0 and price")
    eventually(lambda: {each["affiliate"] for each in overview(changed)["incidents"]} >= set(prompt))

    told.extend(told_by_the_api(changed))
    assert seen_in("\n".join(told).encode()) == set()

    planted = {value for name in PLACES for key, value in changed.secret(name).items() if key != "expires_at"}
    changed.stop()  # now everything is on disk
    try:
        secrets = (changed.folder / "state/emulator/current/secretsmanager.json").resolve()
        known = seen_in(secrets.read_bytes())
        assert known == {canary for of_one in CANARIES.values() for canary in of_one}
        assert all(any(value.startswith(canary) for canary in known) for value in planted)
        own = (secrets, changed.folder / "state/standins")
        searched = [path for path in files(changed.folder) if not any(path.is_relative_to(each) for each in own)]
        names = {path.name for path in searched}
        assert names >= {"functions.log", "access.log", "standins.log", "dynamodb.json", "sqs.json", "output.txt"}
        assert {path.name: found for path in searched if (found := seen_in(path.read_bytes()))} == {}
    finally:
        changed.start()


def overview(system: LocalSystem) -> Mapping[str, Any]:
    return dict(system.call("GET", "/v1/overview").json())


def told_by_the_api(system: LocalSystem) -> Iterator[str]:
    """All that an administrator can read: records with their evidence, channels and their maps, who did what."""
    yield from (system.call("GET", path).text for path in ("/v1/overview", "/v1/channels", "/v1/me", "/v1/tokens"))
    yield from (page.text for page in pages(system, "/v1/activity"))
    for affiliate in PLACES:
        yield system.call("GET", f"/v1/channels/{affiliate}").text
        yield from (page.text for page in pages(system, f"/v1/channels/{affiliate}/listings"))
        for status in ("pending", "success", "error", "removed"):
            for page in pages(system, "/v1/records", affiliate=affiliate, status=status):
                yield page.text
                failed = [item["sku"] for item in page.json()["items"] if status == "error"]
                yield from (system.call("GET", f"/v1/records/{affiliate}/{sku}").text for sku in failed)


def pages(system: LocalSystem, path: str, **asked: str) -> Iterator[httpx.Response]:
    cursor: dict[str, str] = {}
    while True:
        page = system.call("GET", path, params={"limit": "100", **asked, **cursor})
        assert page.is_success, page.text
        yield page
        if not page.json().get("next"):
            return
        cursor = {"cursor": page.json()["next"]}
