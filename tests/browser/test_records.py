"""Registros: the list, what a record tells when it is opened, and what is done to it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.console import Console, axe
from tests.local_system import LocalSystem, eventually

SHOP = "demoloja-mrc"
REFUSED, SOLD, HELD, WATCHED, TAKEN, PICKED, BACK = "150", "151", "152", "153", "154", "155", "146"


@pytest.fixture
def slow_shop(system: LocalSystem) -> Iterator[None]:
    """A marketplace that takes its time, so that what happens between is seen."""
    system.marketplace(f"slow 1500 for {SHOP}")
    yield
    system.marketplace(f"ok for {SHOP}")


def change_unheard(system: LocalSystem, sku: str, balance: int) -> None:
    """A balance whose notification is lost, and which no second look at a change before finds."""
    eventually(system.looked_twice, within_s=60)
    try:
        system.vtex("lose 100 %")
        system.vtex(f"stock {sku} {balance}")
    finally:
        system.vtex("lose 0 %")


def row(page: Page, affiliate: str, sku: str) -> Locator:
    return page.locator(f'[data-key="{affiliate}/{sku}"]')


def opened(page: Page, affiliate: str, sku: str) -> Locator:
    """The record's own place in the list, with all that it tells."""
    found = row(page, affiliate, sku)
    found.locator(".sku-button").click()
    expect(found.locator(".story")).to_be_visible()
    return found


def end_in_an_error(system: LocalSystem, sku: str) -> int:
    """The balance that the marketplace refused: another than the last one, or else there is nothing to send."""
    balance = 1 if (system.record("MRC", sku) or {})["balance"]["current"] == 2 else 2
    system.marketplace(f"close {sku} for {SHOP}")
    system.vtex(f"stock {sku} {balance}")
    eventually(lambda: (found := system.record("MRC", sku)) and found["status"] == "error")
    return balance


def cure(system: LocalSystem, sku: str) -> None:
    system.marketplace(f"reopen {sku} for {SHOP}")


def test_an_error_tells_its_origin_what_to_do_and_each_attempt_with_what_was_said(
    system: LocalSystem, console: Console
) -> None:
    end_in_an_error(system, REFUSED)
    page = console.open(f"/estoque?status=erro&mkt=MRC&q={REFUSED}")

    record = opened(page, "MRC", REFUSED)

    expect(record.get_by_role("heading", name="Origem do erro")).to_be_visible()
    expect(record).to_contain_text("O que fazer:")
    expect(record).to_contain_text("Linha do tempo")
    record.get_by_text("Requisição", exact=True).first.click()
    expect(record.locator("pre").first).to_contain_text("PUT")
    assert system.secret("MRC")["token"] not in page.content()
    actions, story = record.get_by_role("button", name="Ações"), record.locator(".story")
    assert at(actions)["x"] < at(story)["x"]
    assert axe(page) == []
    cure(system, REFUSED)


def at(element: Locator) -> dict[str, float]:
    box = element.bounding_box()
    assert box is not None
    return dict(box)


def test_an_error_says_how_many_others_have_its_cause_and_leads_to_them(system: LocalSystem, console: Console) -> None:
    asked = {"status": "error", "affiliate": "MGL", "cause": "not_found"}
    found = system.call("GET", "/v1/records", params=asked).json()["items"]
    assert len(found) > 2
    page = console.open("/estoque?status=erro&mkt=MGL")

    record = opened(page, "MGL", found[0]["sku"])
    record.get_by_role("link", name=f"{len(found) - 1} outros SKUs com esta causa").click()

    expect(page.get_by_text(f"Total: {len(found)}", exact=True)).to_be_visible()
    assert "causa=not_found" in page.url


def test_a_success_says_the_quantity_and_offers_only_to_remove_its_log(system: LocalSystem, console: Console) -> None:
    system.vtex(f"stock {SOLD} 5")
    eventually(lambda: (found := system.record("MRC", SOLD)) and found["confirmed"] == 5)
    page = console.open(f"/estoque?mkt=MRC&q={SOLD}")

    record = opened(page, "MRC", SOLD)

    expect(record.locator(".story")).to_contain_text("Quantidade de Estoque atualizada: 5")
    expect(record.locator(".timeline li").filter(has_text="VTEX mudou")).to_have_count(1)
    record.get_by_role("button", name="Ações").click()
    assert page.get_by_role("menuitem").all_inner_texts() == ["Remover Log"]


def test_a_change_that_the_rule_holds_back_says_so_with_its_de_and_por(system: LocalSystem, console: Console) -> None:
    for balance in (3, 20):  # De 3 lets the second one pass
        system.vtex(f"stock {HELD} {balance}")
        eventually(lambda now=balance: (found := system.record("MRC", HELD)) and found["confirmed"] == now)
    system.vtex(f"stock {HELD} 60")
    eventually(lambda: (found := system.record("MRC", HELD)) and found["situation"]["code"] == "held")
    page = console.open(f"/estoque?mkt=MRC&q={HELD}")

    record = opened(page, "MRC", HELD)

    expect(record.get_by_role("heading", name="Por que não foi exportado")).to_be_visible()
    expect(record.locator(".story")).to_contain_text(re.compile("20.*60"))
    record.get_by_text("Passo a passo da decisão").click()
    expect(record.locator(".story li").first).to_be_visible()


def test_reprocessar_is_queued_once_and_its_row_changes_in_place(
    system: LocalSystem, console: Console, slow_shop: None
) -> None:
    then = end_in_an_error(system, WATCHED)
    cure(system, WATCHED)
    now = 5 if system.shown(SHOP, WATCHED) == 4 else 4  # or else there would be nothing to send
    change_unheard(system, WATCHED, now)
    page = console.open("/estoque?status=erro&mkt=MRC")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    record = opened(page, "MRC", WATCHED)
    record.get_by_role("button", name="Ações").click()
    page.get_by_role("menuitem", name="Reprocessar").click()

    again = page.get_by_role("button", name="Reprocessar mesmo assim")
    again.dblclick()

    expect(record.locator(".badge").first).to_contain_text("Aguardando processamento")
    expect(page.locator(".toasts")).to_contain_text(f"SKU {WATCHED} entrou na fila de reprocessamento")
    expect(record.locator(".badge").first).to_contain_text("Sucesso", timeout=30_000)
    expect(page.locator(".toasts")).to_contain_text(
        f"SKU {WATCHED}: sucesso. Enviamos o saldo atual ({now}), não o do registro ({then})"
    )
    assert len([url for url in sent if "/reprocess" in url]) == 1
    assert system.shown(SHOP, WATCHED) == now


def test_a_removed_log_comes_back_with_desfazer(system: LocalSystem, console: Console) -> None:
    system.call("POST", f"/v1/records/MRC/{TAKEN}/restore")  # in case a run before ended in the middle
    page = console.open(f"/estoque?mkt=MRC&q={TAKEN}")
    record = opened(page, "MRC", TAKEN)
    record.get_by_role("button", name="Ações").click()

    page.get_by_role("menuitem", name="Remover Log").click()

    expect(record).to_have_count(0)
    assert (system.record("MRC", TAKEN) or {})["removed"] is not None
    page.get_by_role("button", name="Desfazer").click()
    expect(row(page, "MRC", TAKEN)).to_be_visible()
    assert (system.record("MRC", TAKEN) or {})["removed"] is None


def test_an_error_that_came_back_after_its_log_was_removed_says_so(system: LocalSystem, console: Console) -> None:
    end_in_an_error(system, BACK)
    system.call("DELETE", f"/v1/records/MRC/{BACK}", user="otavio")
    end_in_an_error(system, BACK)
    eventually(lambda: (found := system.record("MRC", BACK)) and found["came_back_after"])
    page = console.open(f"/estoque?mkt=MRC&q={BACK}")

    record = opened(page, "MRC", BACK)

    expect(record.locator("td.status")).to_contain_text("Voltou após remoção")
    expect(record.locator(".story")).to_contain_text("o log foi removido em")
    cure(system, BACK)
    system.call("POST", f"/v1/records/MRC/{BACK}/reprocess", user="otavio")
    expect(record.locator("td.status")).to_contain_text("Sucesso", timeout=30_000)
    expect(record.locator("td.status")).not_to_contain_text("Voltou após remoção")


def test_the_list_is_searched_filtered_with_counts_and_paged(page: Page) -> None:
    expect(page.locator("[data-key]").first).to_be_visible()
    expect(
        page.get_by_role("combobox", name="Status").locator("option", has_text=re.compile(r"Sucesso \(\d"))
    ).to_have_count(1)
    page.get_by_label("Por página").select_option("15")
    expect(page.locator("[data-key]")).to_have_count(15)
    first = page.locator("[data-key]").first.get_attribute("data-key")
    page.get_by_role("button", name="Próximos").click()
    expect(page.locator("[data-key]").first).not_to_have_attribute("data-key", first or "")
    second = page.url
    page.get_by_role("button", name="Anteriores").click()
    expect(page.locator("[data-key]").first).to_have_attribute("data-key", first or "")
    page.goto(second)
    expect(page.locator("[data-key]").first).not_to_have_attribute("data-key", first or "")

    page.get_by_role("combobox", name="Marketplace").select_option("MRC")
    page.get_by_label("Buscar por código").fill(SOLD)
    page.keyboard.press("Enter")

    expect(page.locator("[data-key]")).to_have_count(1)
    expect(page.get_by_text("Total: 1", exact=True)).to_be_visible()
    assert f"q={SOLD}" in page.url
    page.get_by_role("button", name="Limpar filtros").click()
    expect(page.get_by_text(re.compile(r"^Total: [\d.]{3,}$"))).to_be_visible()


def test_what_is_no_code_is_refused_where_it_was_typed(page: Page) -> None:
    page.get_by_label("Buscar por código").fill("tênis")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("só números")
    assert "q=" not in page.url


def test_records_are_exported_with_their_cause_and_no_cell_is_a_formula(page: Page, system: LocalSystem) -> None:
    page.get_by_role("button", name="Exportar").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("CSV").check()

    dialog.get_by_role("button", name="Preparar arquivo").click()

    with page.expect_download(timeout=60_000) as downloaded:
        dialog.get_by_role("link", name=re.compile("^Baixar")).first.click()
    rows = list(csv.reader(io.StringIO(downloaded.value.path().read_text(encoding="utf-8-sig")), delimiter=";"))
    if len(rows[0]) == 1:
        rows = list(csv.reader(io.StringIO(downloaded.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) > 100
    assert {"Causa", "Mensagem"} & {name.split(" ")[0] for name in rows[0]}
    assert [cell for line in rows for cell in line if cell[:1] in set("=+@")] == []


def test_several_records_are_reprocessed_together_and_nothing_else(system: LocalSystem, console: Console) -> None:
    end_in_an_error(system, PICKED)
    page = console.open(f"/estoque?status=erro&mkt=MRC&q={PICKED}")
    page.get_by_label("Selecionar esta página").check()
    page.get_by_role("region", name="Seleção").get_by_role("button", name="Reprocessar").click()
    panel = page.get_by_role("dialog")
    panel.get_by_role("checkbox").first.check()

    panel.get_by_role("button", name=re.compile("^Reprocessar 1 ")).click()

    expect(page).to_have_url(re.compile("/estoque/operacoes/"))
    cure(system, PICKED)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/estoque?mkt=MRC&de=2031-01-01T00:00:00Z", "Nenhum registro encontrado"),
        ("/estoque?q=999999", "Nenhum registro do SKU 999999"),
        ("/estoque?cursor=quebrado", "A página pedida não existe mais"),
        ("/estoque?conta=alheia", "Sem acesso à conta alheia"),
        ("/estoque/registros/MRC/999999", "Nenhum registro do SKU 999999 em MRC"),
        ("/estoque/nada", "Página não encontrada"),
    ],
)
def test_where_nothing_is_the_page_says_why_and_where_to_go(console: Console, path: str, said: str) -> None:
    page = console.open(path)

    expect(page.get_by_role("heading", name=said)).to_be_visible()
    assert axe(page) == []
