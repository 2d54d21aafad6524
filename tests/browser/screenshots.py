"""`make screenshots`: the pictures of docs/screenshots, taken of a local system on which a bit of everything happened.

Times and versions differ from run to run; what is to be seen does not.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import scene
from tests.browser.console import Console
from tests.browser.png import small
from tests.browser.screens import SCREENS, Screen
from tests.local_system import LocalSystem, eventually

FOLDER = Path(__file__).parents[2] / "docs/screenshots"
PICTURES = [(screen, look) for screen in SCREENS for look in screen.looks]
COMPARED_WITHIN_S = 900  # a change counts as under way for ten minutes


@pytest.fixture(scope="module", autouse=True)
def everything_happened(system: LocalSystem) -> None:
    scene.set_up(system)
    eventually(lambda: len(system.call("GET", "/v1/differences").json()["items"]) > 20, within_s=COMPARED_WITHIN_S)
    scene.sell(system)


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Page:
    return browser.new_page()


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(("screen", "look"), PICTURES, ids=lambda part: getattr(part, "name", part))
def test_picture(console: Console, blank: Page, screen: Screen, look: str) -> None:
    taken = screen.open(console, look).screenshot(animations="disabled")
    name = "-".join(part for part in (screen.name, look) if part)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.png").write_bytes(small(taken, blank))
