"""Visão geral, Divergências, Atividade and Conexões: what each is there for."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.console import Console
from tests.local_system import LocalSystem, eventually

SEEN, PAUSED = "158", "149"


def test_the_overview_counts_what_is_open_and_each_number_leads_to_its_list(console: Console) -> None:
    page = console.open("/estoque/painel")
    main = page.get_by_role("main")
    for words in ("Integrações por hora", "p50", "p95", "p99", "1 h"):
        expect(main.get_by_text(words).locator("visible=true").first).to_be_visible()
    expect(main.locator("figure canvas").first).to_be_visible()
    main.get_by_text("Ver os números em tabela").first.click()
    expect(main.get_by_role("table").locator("visible=true").first).to_be_visible()

    main.get_by_role("link", name=re.compile("Erros abertos")).first.click()

    expect(page).to_have_url(re.compile(r"/estoque\?.*status=erro"))
    expect(page.locator('[data-key][data-status="error"]').first).to_be_visible()


def test_the_overview_of_one_marketplace_and_period_is_an_address(console: Console) -> None:
    page = console.open("/estoque/painel")
    page.get_by_role("combobox", name="Marketplace").select_option("MRC")
    expect(page).to_have_url(re.compile("mkt=MRC"))

    page.reload()

    expect(page.get_by_role("combobox", name="Marketplace")).to_have_value("MRC")


def test_who_did_what_is_told_in_a_sentence_with_a_link(system: LocalSystem, console: Console) -> None:
    system.call("DELETE", f"/v1/records/MRC/{SEEN}", user="otavio")
    system.call("POST", f"/v1/records/MRC/{SEEN}/restore", user="otavio")
    page = console.open(f"/estoque/atividade?usuario=otavio&objeto=MRC%23{SEEN}", user="vera")

    rows = page.get_by_role("main").locator("tbody tr")

    expect(rows.first).to_contain_text(re.compile("otavio restaurou", re.IGNORECASE))
    rows.first.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"/estoque/registros/MRC/{SEEN}"))
    expect(page.locator(".story")).to_be_visible()


def test_a_connection_is_tested_switched_off_and_on_again(system: LocalSystem, console: Console) -> None:
    page = console.open("/estoque/conexoes", user="ana")
    row = page.get_by_role("main").locator("tbody tr", has_text="Mercado Rio Claro")
    row.get_by_role("button", name=re.compile("^Testar")).click()
    expect(row.locator(".test-result")).not_to_be_empty(timeout=20_000)

    row.get_by_role("button", name=re.compile("^Pausar")).click()
    expect(row.get_by_role("button", name=re.compile("^Continuar"))).to_be_visible()
    assert system.call("GET", "/v1/channels/MRC").json()["enabled"] is False
    row.get_by_role("button", name=re.compile("^Continuar")).click()

    expect(row.get_by_role("button", name=re.compile("^Pausar"))).to_be_visible()
    assert system.call("GET", "/v1/channels/MRC").json()["enabled"] is True


def test_a_pause_that_a_marketplace_asked_for_is_told_until_it_is_over(system: LocalSystem, console: Console) -> None:
    shown = (system.record("MRC", PAUSED) or {})["confirmed"]
    system.marketplace("throttle 20 for demoloja-mrc")
    system.vtex(f"stock {PAUSED} {2 if shown == 3 else 3} and price")
    page = console.open("/estoque/conexoes", user="ana")
    row = page.get_by_role("main").locator("tbody tr", has_text="Mercado Rio Claro")

    expect(row).to_contain_text(re.compile(r"Pausa até \d\d:\d\d"), timeout=40_000)
    expect(row).to_contain_text("Nada a fazer")
    expect(row).to_contain_text("1 h (da instalação)")
    page.get_by_role("link", name="Visão geral").click()
    marketplace = page.get_by_role("main").locator("tbody tr", has_text="Mercado Rio Claro")
    expect(marketplace).to_contain_text(re.compile(r"Pausa até \d\d:\d\d"))

    expect(marketplace).not_to_contain_text("Pausa até", timeout=60_000)
    eventually(lambda: (system.record("MRC", PAUSED) or {})["confirmed"] != shown, within_s=60)


def test_another_limit_of_the_rule_is_tried_before_it_is_saved(system: LocalSystem, console: Console) -> None:
    page = console.open("/estoque/conexoes/MGL", user="ana")
    page.get_by_label("Limite, em unidades").fill("7")
    page.get_by_role("button", name="Ver efeito").click()

    page.get_by_role("button", name="Salvar limite 7").click()

    eventually(lambda: system.call("GET", "/v1/channels/MGL").json()["threshold"] == 7)
    channel = system.call("GET", "/v1/channels/MGL").json()
    assert system.call("PUT", "/v1/channels/MGL", json=channel | {"threshold": 5}).is_success


def test_an_operator_who_opens_the_connections_is_told_whom_to_ask(console: Console) -> None:
    page = console.open("/estoque/conexoes", user="otavio")

    expect(page.get_by_role("main")).to_contain_text("Peça o perfil Administração")


def test_what_is_shown_everywhere_is_compared_when_somebody_asks(console: Console) -> None:
    page = console.open("/estoque/divergencias")
    page.get_by_label("O que comparar").select_option("full")  # the schedule's own are of the last day, again and again
    page.get_by_role("combobox", name="Marketplace").last.select_option("MRC")

    page.get_by_role("button", name="Comparar agora").click()

    run = page.get_by_role("main").locator("tr", has_text="por otavio").first
    expect(run).to_contain_text("Tudo")
    expect(run).to_contain_text("Terminada", timeout=60_000)
    expect(run.locator('[data-name="O que encontrou"]')).to_contain_text(re.compile(r"\d"))
