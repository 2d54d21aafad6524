"""The screens of the console, for all that looks at every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import scene
from tests.browser.console import Console

# How a screen may look besides: options of a browser context, by the end of its picture's name.
LOOKS: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "dark": {"color_scheme": "dark"},
    "en": {"locale": "en-US"},
    "es": {"locale": "es-AR"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


@dataclass(frozen=True, slots=True)
class Screen:
    """`shows`: what is there, as a selector, once the screen has all that belongs on it. `then`: what a visitor does on
    the page at `path` to see the screen. `looks`: those in which it has pictures."""

    name: str
    path: str
    shows: str
    user: str = "otavio"
    then: Callable[[Page], None] | None = None
    looks: tuple[str, ...] = ("",)

    def open(self, console: Console, look: str = "") -> Page:
        page = console.open(self.path, user=self.user, **LOOKS[look])
        if self.then is not None:
            self.then(page)
        expect(page.locator(self.shows).first).to_be_visible()
        expect(page.get_by_role("main").locator(".skeleton")).to_have_count(0)
        page.wait_for_load_state("networkidle")
        return page


def _first_record(page: Page) -> None:
    page.get_by_role("main").get_by_role("table").get_by_role("button", expanded=False).first.click()


def _first_link(page: Page) -> None:
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()


SCREENS = (
    Screen("records", "/estoque", "main tbody tr", looks=tuple(LOOKS)),
    Screen("error", "/estoque?status=erro", "main h3", then=_first_record),
    Screen("record", f"/estoque/registros/{scene.TROUBLED}/{scene.LATE}", "main h2"),
    Screen("explanation", f"/estoque/skus/{scene.HELD}", "main h2"),
    Screen("overview", "/estoque/painel", "main h2"),
    Screen("causes", "/estoque/causas", "main tbody tr"),
    Screen("cause", "/estoque/causas/BTW/not_catalogued", "main h3"),
    Screen("differences", "/estoque/divergencias", "main h2"),
    Screen("operations", "/estoque/operacoes", "main tbody tr"),
    Screen("operation", "/estoque/operacoes", "main progress", then=_first_link),
    Screen("activity", "/estoque/atividade", "main tbody tr"),
    Screen("channels", "/estoque/conexoes", "main h2", user="ana"),
    Screen("channel", "/estoque/conexoes/MLB", "main h3", user="ana"),
)
