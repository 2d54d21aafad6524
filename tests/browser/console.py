"""The console as people have it before them, and what their browser complains of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, WebError, expect

WITHIN_S = 20  # beside the whole local system, on a small machine
expect.set_options(timeout=WITHIN_S * 1000)

AXE = Path(__file__).parents[2] / "console/node_modules/axe-core/axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_ENTER = re.compile("^(Entrar|Sign in|Iniciar sesión)$")
_LEAVE = re.compile("^(Sair|Sign out|Salir)$")
_REFUSED = "Failed to load resource: the server responded with a status of"  # judged by the answer itself


class Console:
    """Each page that is opened is somebody's own: a browser context, with a session of its own.

    `troubles` is what must not happen: errors in the browser's console, of scripts and of the page's policy, answers of
    5xx, files that are not there. A test fails when there are any at its end: one that provokes some takes them out.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address  # origin, without a slash at its end
        self.troubles: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._said: list[str] = []

    def open(self, path: str, *, user: str | None = "otavio", locale: str = "pt-BR", **more: Any) -> Page:
        """Signed in at the real form, or with no `user` before the door. `more`: options of a browser context, such as
        `viewport` and `color_scheme`."""
        options = {"timezone_id": "America/Sao_Paulo", "viewport": {"width": 1440, "height": 900}}
        context = self._browser.new_context(locale=locale, reduced_motion="reduce", **options | more)
        context.set_default_timeout(WITHIN_S * 1000)
        self._contexts.append(context)
        context.on("console", self._hear)
        context.on("weberror", self._catch)
        context.on("response", self._judge)
        page = context.new_page()
        page.goto(self.address + path)
        if user is not None:
            page.get_by_role("button", name=_ENTER).click()
            page.locator(f"button[name=username][value={user}]").click()
            there = re.escape(self.address + path) + r"([?&]conta=\w+)?"  # it names the account by itself
            page.wait_for_url(re.compile(f"^{there}$"))
            expect(page.get_by_role("button", name=_LEAVE)).to_be_visible()  # the address is back before the session is
        return page

    def settle(self) -> None:
        """All that the browser complained of until now is known then."""
        for page in self._pages():
            page.evaluate("0")

    def keep(self, folder: Path) -> None:
        """What is to be seen, as pictures and HTML, and what the browser said."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "said.txt").write_text("\n".join(self._said), encoding="utf-8")
        for number, page in enumerate(self._pages(), 1):
            page.screenshot(path=folder / f"page-{number}.png")
            (folder / f"page-{number}.html").write_text(f"<!-- {page.url} -->\n{page.content()}", encoding="utf-8")

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _pages(self) -> list[Page]:
        return [page for context in self._contexts for page in context.pages]

    def _hear(self, message: ConsoleMessage) -> None:
        self._said.append(f"{message.type}: {message.text}")
        if message.type == "error" and not message.text.startswith(_REFUSED):
            self.troubles.append(f"console: {message.text}")

    def _catch(self, error: WebError) -> None:
        self._said.append(f"uncaught: {error.error.stack}")
        self.troubles.append(f"uncaught: {error.error.message}")

    def _judge(self, response: Response) -> None:
        """An API may refuse; pages and their files are there."""
        request = response.request
        said = f"{response.status} {request.method} {request.url}"
        self._said.append(said)
        if response.status >= 500 or (response.status >= 400 and request.resource_type not in {"fetch", "xhr"}):
            self.troubles.append(said)


def axe(page: Page) -> list[str]:
    """What axe finds on the page, in both themes: `dark: color-contrast: main > a`."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # the page's policy lets no script tag in
    found: list[str] = []
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        results: Mapping[str, Any] = page.evaluate("rules => axe.run({ runOnly: rules })", AXE_RULES)
        for violation in results["violations"]:
            found.extend(f"{theme}: {violation['id']}: {' '.join(node['target'])}" for node in violation["nodes"])
    return found
