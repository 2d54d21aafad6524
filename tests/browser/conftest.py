"""The console, in a browser, before the whole local system."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.browser.console import Console
from tests.local_system import LocalSystem

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / ".state/browser"  # of tests that failed: what was to be seen


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marks = [pytest.mark.e2e, pytest.mark.timeout(480)]  # the first one also waits for the demonstration
    try:
        chromium.path()
    except chromium.NoChromium as missing:
        if "STOCKBRIDGE_NEEDS_BROWSER" not in os.environ:
            marks.append(pytest.mark.skip(reason=str(missing)))
    for item in items:
        if item.path.is_relative_to(HERE):
            for mark in marks:
                item.add_marker(mark)


@pytest.fixture(scope="package")  # its event loop is gone before the next tests
def browser() -> Iterator[Browser]:
    shutil.rmtree(KEPT, ignore_errors=True)
    with chromium.running() as found:
        yield found


@pytest.fixture
def console(browser: Browser, system: LocalSystem) -> Iterator[Console]:
    opened = Console(browser, system.ready["api_url"])
    yield opened
    opened.close()


@pytest.fixture
def page(console: Console) -> Page:
    """The records, before the operator `otavio`."""
    return console.open("/estoque")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    console = pyfuncitem.funcargs.get("console")
    if not isinstance(console, Console):
        return (yield)
    try:
        result = yield
        console.settle()
        assert not console.troubles, "\n".join(console.troubles)
    except BaseException:
        console.keep(KEPT / re.sub(r"\W+", "-", pyfuncitem.name))
        raise
    return result
