"""Causas and Operações: from why many SKUs are in error to what became of them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.console import Console
from tests.local_system import LocalSystem, eventually

SHOP = "demoloja-mrc"
CATALOGUED, CLOSED, TOO_MANY = ("157", "158", "159"), ("160", "161"), "163"
ENDS_WITHIN_MS = 90_000  # an operation starts five seconds later, and looks at its answers every ten
OWN = "own.quantidade-acima-do-maximo"


def end_in_errors(system: LocalSystem, trouble: str, skus: tuple[str, ...]) -> None:
    for sku in skus:
        system.marketplace(f"{trouble} {sku} for {SHOP}")
        system.vtex(f"stock {sku} 2 and price")
    eventually(lambda: {status_of(system, sku) for sku in skus} == {"error"})


def status_of(system: LocalSystem, sku: str) -> str:
    return str((system.record("MRC", sku) or {})["status"])


def ends(page: Page) -> None:
    expect(page.get_by_role("article").get_by_text("Terminou", exact=True)).to_be_visible(timeout=ENDS_WITHIN_MS)


def number_in(link: Locator) -> int:
    expect(link).to_be_visible()
    return int((link.text_content() or "").rsplit(" ", 1)[1])


def test_what_is_catalogued_by_now_is_reprocessed_with_four_clicks_however_often_the_last_one_is_made(
    system: LocalSystem, console: Console
) -> None:
    end_in_errors(system, "uncatalogue", CATALOGUED)
    for sku in CATALOGUED:
        system.marketplace(f"catalogue {sku} for {SHOP}")
    page = console.open("/estoque")
    started: list[str] = []

    page.get_by_role("link", name="Causas").click()
    page.get_by_role("button", name=re.compile("Reprocessar em massa: Produto ainda não catalogado.*Rio Claro")).click()
    page.get_by_label(re.compile("Incluir os")).click()
    page.on("response", lambda one: started.append(one.json()["id"]) if one.status == 202 else None)
    page.get_by_role("button", name=re.compile(r"Reprocessar \d+ registros")).dblclick()

    page.wait_for_url(re.compile("/estoque/operacoes/"))
    ends(page)
    assert {status_of(system, sku) for sku in CATALOGUED} == {"success"}
    assert len(set(started)) == 1


def test_removed_logs_come_back_when_that_is_undone(system: LocalSystem, console: Console) -> None:
    """And operators can tell each other on the phone which operation that was."""
    end_in_errors(system, "close", CLOSED)
    asked = {"action": "remove", "filter": {"affiliates": ["MRC"], "cause": "listing_closed"}, "preview": True}
    removal = system.call("POST", "/v1/operations", json=asked).json()["removal"]
    count, differing = removal["error"], removal["differing"]
    assert differing >= len(CLOSED)
    page = console.open("/estoque/causas/MRC/listing_closed")

    page.get_by_role("button", name="Remover logs").click()
    expect(page.get_by_role("dialog")).to_contain_text(
        f"{count} registros: {count} Erro. {differing} ainda têm estoque diferente ou não confirmado."
    )
    page.get_by_role("button", name=f"Remover {count} logs").click()
    toasts = page.get_by_role("status", name="Avisos")
    expect(toasts).to_contain_text(
        f"{count} logs estão sendo removidos{differing} ainda têm estoque diferente ou não confirmado"
    )
    removed = number_in(toasts.get_by_role("link", name="Ver operação nº"))
    page.get_by_role("button", name="Desfazer").click()

    expect(toasts).to_contain_text("Os logs estão voltando")
    restored = number_in(toasts.get_by_role("link", name=f"Ver operação nº {removed + 1}"))
    page.goto(page.url.replace("/causas/MRC/listing_closed", f"/operacoes/{restored}"))
    expect(page.get_by_role("heading", name=f"Operação em massa nº {restored}")).to_be_visible()
    ends(page)
    page.get_by_role("link", name=f"Desfaz a operação nº {removed}").click()
    expect(page.get_by_role("heading", name=f"Operação em massa nº {removed}")).to_be_visible()
    page.get_by_role("link", name="Atividade").click()
    expect(page.get_by_text(f"desfez a operação em massa nº {removed}")).to_be_visible()
    assert {status_of(system, sku) for sku in CLOSED} == {"error"}
    for sku in CLOSED:
        system.marketplace(f"reopen {sku} for {SHOP}")


def test_an_administrator_describes_what_nobody_catalogued_once_it_is_tried_on_real_errors(
    system: LocalSystem, console: Console
) -> None:
    system.marketplace(f"maximum 10000 for {SHOP}")
    system.vtex(f"stock {TOO_MANY} 20000 and price")
    eventually(lambda: status_of(system, TOO_MANY) == "error")
    page = console.open("/estoque/causas/MRC/validation", user="ana")

    page.get_by_role("button", name="Descrever esta causa").click()
    page.get_by_label("Título, em português").fill("Quantidade acima do máximo")
    page.get_by_label("O que fazer, em português").fill("Limite a quantidade na conexão")
    page.get_by_label("Valor do padrão 1").fill("quantidade máxima")
    save = page.get_by_role("button", name="Salvar causa")
    expect(save).to_be_disabled()
    page.get_by_role("button", name="Testar padrões").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"{TOO_MANY}: A quantidade máxima é 10000.")
    save.click()

    page.get_by_role("link", name="Ver causa").click()
    expect(page.get_by_role("heading", name="Quantidade acima do máximo")).to_be_visible()
    assert (system.record("MRC", TOO_MANY) or {})["cause"]["code"] == OWN
    assert system.call("DELETE", f"/v1/causes/own/{OWN}").is_success
    system.marketplace(f"maximum 999999 for {SHOP}")


def test_whoever_may_only_look_sees_causes_and_operations_and_nothing_to_do_to_them(
    system: LocalSystem, console: Console
) -> None:
    operation = system.call("GET", "/v1/operations").json()["items"][0]["id"]
    for path in ("/estoque/causas", "/estoque/causas/MRC/listing_closed", f"/estoque/operacoes/{operation}"):
        page = console.open(path, user="vera")
        expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
        deeds = (
            page.get_by_role("main")
            .get_by_role("button")
            .filter(has_text=re.compile("Reprocessar|Remover|Descrever|Pausar|Cancelar|Desfazer"))
        )
        expect(deeds).to_have_count(0)
