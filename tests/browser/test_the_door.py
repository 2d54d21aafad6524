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
