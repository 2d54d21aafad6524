"""What holds for each screen."""

from collections.abc import Iterator

import pytest

from tests.browser import scene
from tests.browser.console import Console, axe
from tests.browser.screens import SCREENS, Screen
from tests.local_system import LocalSystem


@pytest.fixture(scope="module", autouse=True)
def everything_happened(system: LocalSystem) -> Iterator[None]:
    scene.set_up(system)
    yield
    scene.take_down(system)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_axe_finds_nothing_in_either_theme(console: Console, screen: Screen) -> None:
    found = axe(screen.open(console))
    assert not found, "\n".join(found)
