"""Six marketplaces behind one port: each keeps its own address, its own commands and its own memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.standins.test_process import do, running

# by prefix: what is told to it, and what its state then says
CHANGES = {
    "/mercado-livre": ("throttle 900", lambda state: len(state["faults"]) == 2),
    "/mirakl": ("wait 77", lambda state: state["shops"]["carrefour-demo"]["wait_s"] == 77),
    "/magalu": ("queue 77", lambda state: state["queue_s"] == 77),
    "/amazon": ("settle 77", lambda state: state["settle_s"] == 77),
    "/vtex-account": ("revoke", lambda state: state["accounts"]["lojaparceira"]["revoked"]),
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("standins")) as urls:
        yield urls["marketplace"]


def test_the_front_page_tells_of_every_marketplace_with_addresses_that_answer(port: str) -> None:
    page = httpx.get(port).text
    assert page.count("(stand-in)") == 6
    addresses = [line.split()[1] for line in page.splitlines() if line.strip().startswith("GET")]
    whole = [address for address in addresses if "{" not in address]
    assert {address.partition("?")[0].rpartition("/")[0].removeprefix(port) for address in whole} == {"", *CHANGES}
    for address in whole:
        assert httpx.get(address).is_success, address


@pytest.mark.parametrize("prefix", CHANGES)
def test_a_marketplaces_own_page_is_below_its_prefix_with_or_without_a_slash(port: str, prefix: str) -> None:
    page = httpx.get(port + prefix).text
    assert page == httpx.get(f"{port}{prefix}/").text
    assert f"POST {port}{prefix}/_scenario" in page
    assert page.strip() in httpx.get(port).text


@pytest.mark.parametrize("path", ["/", "/_state", *(f"{prefix}/_state" for prefix in CHANGES)])
def test_a_page_from_elsewhere_is_refused_everywhere(port: str, path: str) -> None:
    assert httpx.get(port + path, headers={"origin": "https://example.com"}).status_code == 403
    assert httpx.get(port + path, headers={"host": "example.com"}).status_code == 403


def test_the_first_marketplace_is_where_it_was(port: str) -> None:
    headers = {"authorization": "Bearer local-token-demoloja-mrc"}
    assert httpx.get(f"{port}/demoloja-mrc/v2/skus/42/stock", headers=headers).json() == {"sku": "42", "quantity": 0}
    assert httpx.get(f"{port}/nowhere").status_code == 404


def test_each_marketplace_remembers_what_became_of_it(tmp_path: Path) -> None:
    with running(tmp_path) as urls:
        for prefix, (command, _) in CHANGES.items():
            do(urls["marketplace"] + prefix, command)
    with running(tmp_path) as urls:
        for prefix, (_, came_true) in CHANGES.items():
            assert came_true(httpx.get(f"{urls['marketplace']}{prefix}/_state").json()), prefix
