"""What people come for, in as few steps as it should take. Repairing many SKUs at once is in
test_causes_and_operations.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

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


def let_the_pause_pass(system: LocalSystem) -> None:
    """A channel whose credentials were refused is tried again after five minutes: here they are over now, for its gate
    and for the record that waits behind it."""
    account = "demoloja"
    with closing(system.aws("dynamodb")) as client:
        gates, gate = system.ready["resources"]["ControlTable"]["id"], {"pk": "gate", "sk": f"{account}#{AFFILIATE}"}
        found = client.get_item(TableName=gates, Key=attributes(gate))["Item"]
        found["document"] = {"S": json.dumps(json.loads(found["document"]["S"]) | {"closed_until": 1})}
        found["rev"] = {"N": str(int(found["rev"]["N"]) + 1)}
        client.put_item(TableName=gates, Item=found)
        client.update_item(
            TableName=system.ready["resources"]["RecordsTable"]["id"],
            Key=attributes({"pk": f"{account}#{WAITING}", "sk": AFFILIATE}),
            UpdateExpression="SET send_at = :past, due_at = :past, not_before = :past ADD rev :one",
            ExpressionAttributeValues={":past": {"N": "1"}, ":one": {"N": "1"}},
        )


def attributes(key: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in key.items()}


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


def test_an_expired_connection_is_one_bar_and_nothing_is_to_be_done_after_it_is_valid_again(
    system: LocalSystem, console: Console, revoked: None
) -> None:
    page = console.open("/estoque")
    bar = page.get_by_role("region", name="Incidentes")
    expect(bar).to_contain_text("Mercado Livre: Conexão com o marketplace expirou")
    expect(bar.get_by_role("paragraph")).to_have_count(1)
    bar.get_by_role("link").click()
    waiting = page.locator(f'[data-key="{AFFILIATE}/{WAITING}"]')
    expect(waiting.locator(".badge").first).to_contain_text("Aguardando processamento")

    system.marketplace("authorise", "/mercado-livre")
    let_the_pause_pass(system)

    expect(waiting.locator(".badge").first).to_contain_text("Sucesso", timeout=90_000)
    expect(bar).to_have_count(0, timeout=30_000)
