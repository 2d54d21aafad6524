"""Who comes in, and what is seen of it."""

import re

from playwright.sync_api import expect

from tests.browser.console import Console


def test_an_operator_signs_in_and_sees_the_stock(console: Console) -> None:
    page = console.open("/estoque", user="otavio")
    expect(page).to_have_title(re.compile("StockBridge$"))
    expect(page.get_by_role("banner")).to_contain_text("otavio")


def test_whoever_is_not_signed_in_sees_no_stock(console: Console) -> None:
    page = console.open("/estoque", user=None)
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    expect(page.get_by_role("banner")).to_have_count(0)


def test_whoever_signs_out_leaves_nothing_to_be_seen_in_any_tab(console: Console) -> None:
    page = console.open("/estoque", user="otavio")
    expect(page.locator("[data-key]").first).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Entrar").click()
    other.locator("button[name=username][value=otavio]").click()
    expect(other.locator("[data-key]").first).to_be_visible()

    page.get_by_role("button", name="Sair").click()

    expect(other.get_by_role("heading", name="Sua sessão terminou")).to_be_visible()
    page.wait_for_url(f"{console.address}/")  # back from the issuer's farewell
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    expect(page.locator("[data-key]")).to_have_count(0)


def test_a_browser_that_keeps_nothing_is_told_so(console: Console) -> None:
    page = console.open("/", user=None)
    page.add_init_script(
        """for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(window, name, {
            get() { throw new DOMException("denied", "SecurityError"); },
        });"""
    )
    page.goto(f"{console.address}/estoque")

    page.get_by_role("button", name="Entrar").click()

    expect(page.get_by_role("alert")).to_contain_text("Este navegador não guarda a sessão")
