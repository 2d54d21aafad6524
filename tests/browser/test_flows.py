"""What people come for, in as few steps as it should take. Repairing many SKUs at once is in
test_causes_and_operations.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.console import Console
from tests.local_system import LocalSystem, eventually

WRONG, WAITING = "156", "164"
AFFILIATE = "MLB"


@pytest.fixture
def revoked(system: LocalSystem) -> Iterator[None]:
    shown = (system.record(AFFILIATE, WAITING) or {})["confirmed"]
    system.marketplace("revoke", "/mercado-livre")
    system.vtex(f"stock {WAITING} {2 if shown == 3 else 3} and price")
    eventually(lambda: incident_of(system), within_s=60)
    yield
    system.marketplace("authorise", "/mercado-livre")  # in case the test did not come that far


def incident_of(system: LocalSystem) -> bool:
    overview = system.call("GET", "/v1/overview").json()
    return any(each["affiliate"] == AFFILIATE for each in overview["incidents"])


def test_why_a_sku_is_wrong_at_a_marketplace_is_known_in_three_actions(system: LocalSystem, console: Console) -> None:
    system.marketplace(f"close {WRONG} for demoloja-mrc")
    system.vtex(f"stock {WRONG} 1")
    eventually(lambda: (found := system.record("MRC", WRONG)) and found["status"] == "error")
    page = console.open("/estoque?mkt=MRC")
    expect(page.locator("[data-key]").first).to_be_visible()

    page.get_by_label("Buscar por código").fill(WRONG)
    page.keyboard.press("Enter")  # one
    page.locator(f'[data-key="MRC/{WRONG}"] .sku-button').click()  # two
    page.get_by_text("Passo a passo da decisão").click()  # three

    story = page.locator(".story")
    expect(story).to_contain_text("O que fazer:")
    expect(story.locator("ol li").first).to_be_visible()
    system.marketplace(f"reopen {WRONG} for demoloja-mrc")


def test_an_expired_connection_is_one_bar_and_once_it_is_valid_again_and_tested_nothing_is_left_to_do(
    system: LocalSystem, console: Console, revoked: None
) -> None:
    page = console.open("/estoque", user="ana")
    bar = page.get_by_role("region", name="Incidentes")
    expect(bar).to_contain_text("Mercado Livre: Conexão com o marketplace expirou")
    expect(bar.get_by_role("paragraph")).to_have_count(1)
    bar.get_by_role("link", name="aguarda").click()
    waiting = page.locator(f'[data-key="{AFFILIATE}/{WAITING}"]')
    expect(waiting.locator(".badge").first).to_contain_text("Aguardando processamento")

    system.marketplace("authorise", "/mercado-livre")
    bar.get_by_role("link", name="Ver conexão").click()
    page.get_by_role("button", name=re.compile("^Testar")).click()
    expect(page.locator(".test-result")).to_contain_text("são tentados de novo em até 1 minuto")
    expect(page.get_by_role("main")).to_contain_text("Enviando", timeout=150_000)  # the next sweep's, after this one's
    expect(bar).to_have_count(0)
    page.goto(f"{console.address}/estoque/registros/{AFFILIATE}/{WAITING}")
    expect(page.get_by_role("main")).to_contain_text("Sucesso", timeout=90_000)
