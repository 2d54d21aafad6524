"""Each marketplace that has a connector of its own: from a balance at VTEX to what it shows, one of its errors, and
its secrets, which it is told and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.e2e.canaries import seen_in
from tests.e2e.places import ITEM, PLACES, QUANTITIES, TOLD, VARIATION, WAREHOUSE, WRONG, repeat_secrets
from tests.local_system import LocalSystem, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]  # the first test also waits for the demonstration


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
    assert done[-1] == "confirmed"
    assert {before for before, after in pairwise(done) if after == "confirmed"} == {"accepted"}


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
    for sku in (ITEM, VARIATION, WAREHOUSE):  # a straggler of a first file is in the next one
        record(changed, "CRF", sku, "success")
    wanted = {sku: str(quantity) for sku, quantity in QUANTITIES.items()}
    files = [file["asked"] for sku in wanted for file in changed.market(f"/mirakl/_writes?sku={sku}")["items"]]
    assert max(len(file.items() & wanted.items()) for file in files) > 1


def test_secrets_are_told_to_nobody(changed: LocalSystem) -> None:
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
