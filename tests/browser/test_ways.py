"""Ways through the console: who comes in, in which language, by keyboard, on a phone, and back by an address."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.console import Console, axe
from tests.local_system import LocalSystem

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

LANGUAGES = {
    "pt-BR": ("Registros", "Data de Processamento", "Erros abertos"),
    "en-US": ("Records", "Processed", "Open errors"),
    "es-AR": ("Registros", "Fecha de procesamiento", "Errores abiertos"),
    "de-DE": ("Registros", "Data de Processamento", "Erros abertos"),
}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_console_speaks_the_viewers_language_and_portuguese_otherwise(console: Console, locale: str) -> None:
    page = console.open("/estoque", locale=locale)

    for words in LANGUAGES[locale]:
        expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()
    spoken = {"en-US": "en", "es-AR": "es"}.get(locale, "pt-BR")
    assert page.evaluate("document.documentElement.lang") == spoken


def test_what_is_loaded_before_the_first_row_is_at_most_150_kb_of_script(console: Console) -> None:
    page = console.open("/estoque", user=None)
    sizes: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if response.request.resource_type == "script":
            sizes[response.url] = int(response.headers["content-length"])

    page.on("response", weigh)
    page.reload()
    page.get_by_role("button", name="Entrar").click()
    page.locator("button[name=username][value=otavio]").click()
    expect(page.locator("[data-key]").first).to_be_visible()

    assert 0 < sum(sizes.values()) <= 150_000, sizes


def test_language_appearance_and_zone_are_chosen_and_kept(page: Page) -> None:
    page.get_by_role("button", name="Preferências").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Fuso horário").select_option("America/Manaus")
    dialog.get_by_label("Aparência").select_option("dark")
    dialog.get_by_label("Idioma").select_option("en")

    expect(page.get_by_role("heading", name="Stock", level=1)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Stock", level=1)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 31)"
    expect(page.locator("[data-key] time").first).to_have_attribute("title", re.compile("GMT-4|Amazon"))


def test_reload_the_way_back_and_a_shared_link_restore_the_view(console: Console) -> None:
    page = console.open("/estoque")
    page.get_by_role("combobox", name="Status").select_option("success")
    page.get_by_role("combobox", name="Marketplace").select_option("MRC")
    first = page.locator("[data-key]").first
    expect(first).to_have_attribute("data-key", re.compile("^MRC/"))
    first.locator(".sku-button").click()
    expect(page.locator(".story")).to_be_visible()
    opened = page.locator("tbody.open").get_attribute("data-key")

    page.reload()
    expect(page.locator("tbody.open")).to_have_attribute("data-key", opened or "")
    other = console.open(page.url.removeprefix(console.address), user="vera")
    expect(other.locator("tbody.open")).to_have_attribute("data-key", opened or "")
    page.get_by_role("link", name="Causas", exact=True).click()
    expect(page).to_have_title(re.compile("^Causas"))
    page.go_back()
    expect(page.locator("tbody.open")).to_have_attribute("data-key", opened or "")
    page.go_back()
    expect(page.get_by_role("combobox", name="Marketplace")).to_have_value("")


def test_the_list_is_worked_by_keyboard_alone(page: Page) -> None:
    expect(page.locator("[data-key]").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-key]").nth(1)
    expect(second.locator(".sku-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(second.locator(".story")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_role("menuitem").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(second.get_by_role("button", name="Ações")).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("region", name="Seleção")).to_contain_text("1 selecionado")
    page.keyboard.press("/")
    expect(page.get_by_label("Buscar por código")).to_be_focused()
    page.keyboard.type("j")
    expect(page.get_by_label("Buscar por código")).to_have_value("j")
    page.get_by_role("heading", name="Estoque", level=1).click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Atalhos do teclado")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)  # until then keys are the dialog's
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile("status=erro"))


def test_on_a_phone_records_are_cards_and_nothing_scrolls_sideways(console: Console) -> None:
    page = console.open("/estoque?status=erro", **PHONE)
    expect(page.locator("[data-key]").first).to_be_visible()
    page.locator(".sku-button").first.tap()

    expect(page.locator(".story")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    small = page.evaluate(
        "[...document.querySelectorAll('button, a, select, input')].filter(each => each.checkVisibility())"
        ".map(each => [each.getBoundingClientRect(), each]).filter(([box]) => box.height && box.height < 16)"
        ".map(([, each]) => each.outerHTML)"
    )
    assert small == []
    assert axe(page) == []


def test_on_a_phone_the_first_record_is_on_the_first_screen_and_the_filters_fold_away(console: Console) -> None:
    page = console.open("/estoque?status=erro", **PHONE)
    first = page.locator("[data-key]").first
    expect(first).to_be_visible()
    box = first.bounding_box()
    assert box is not None
    assert box["y"] < 700  # of 844
    marketplace = page.get_by_role("combobox", name="Marketplace")
    expect(marketplace).to_have_count(0)  # neither to be seen nor to be heard

    page.get_by_role("button", name="Filtros", exact=True).tap()
    marketplace.select_option("MGL")

    expect(page).to_have_url(re.compile("mkt=MGL"))
    page.get_by_role("button", name="Filtros", exact=True).tap()
    expect(marketplace).to_have_count(0)
    expect(page.get_by_role("list", name="Filtros em uso")).to_contain_text("Magazine Lagoa")


def test_a_viewer_sees_everything_and_is_offered_nothing(console: Console) -> None:
    page = console.open("/estoque?status=erro", user="vera")
    page.locator(".sku-button").first.click()

    expect(page.locator(".story")).to_be_visible()
    expect(page.get_by_role("button", name="Ações")).to_have_count(0)
    expect(page.locator("tbody.open")).to_contain_text("Peça o perfil Operação a um administrador")


def test_the_server_decides_what_a_viewer_may_do(console: Console, system: LocalSystem) -> None:
    page = console.open("/estoque", user="vera")
    token = page.evaluate("JSON.parse(sessionStorage.getItem('stockbridge.session')).access")

    status = page.evaluate(
        """async token => {
            const headers = { authorization: `Bearer ${token}` };
            const answer = await fetch("/v1/records/MRC/151?account=demoloja", { method: "DELETE", headers });
            return answer.status;
        }""",
        token,
    )

    assert status == 403
    assert (system.record("MRC", "151") or {})["removed"] is None


def test_an_administrator_has_the_connections_and_an_operator_has_not(console: Console) -> None:
    tabs = console.open("/estoque", user="ana").get_by_role("navigation", name="Telas")
    expect(tabs.get_by_role("link", name="Conexões")).to_be_visible()
    tabs = console.open("/estoque", user="otavio").get_by_role("navigation", name="Telas")
    expect(tabs.get_by_role("link", name="Registros")).to_be_visible()
    expect(tabs.get_by_role("link", name="Conexões")).to_have_count(0)


def test_whoever_signs_out_is_out(console: Console) -> None:
    page = console.open("/estoque")
    page.get_by_role("button", name="Sair").click()
    page.wait_for_url(f"{console.address}/")  # back from the issuer's farewell
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()

    page.goto(f"{console.address}/estoque")

    expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.endsWith('session'))") == []
