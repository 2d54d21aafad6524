"""The Chromium or Chrome of this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]


class NoChromium(Exception):
    """Its text says what to do about it."""


def path() -> str:
    """Raises NoChromium."""
    asked = subprocess.run([ROOT / "tools/chromium.sh"], capture_output=True, text=True, check=False)
    if asked.returncode:
        raise NoChromium(asked.stderr.strip())
    return asked.stdout.strip()


@contextmanager
def running() -> Iterator[Browser]:
    """Raises NoChromium. While it runs, its thread has an event loop of Playwright's and can start no other."""
    executable = path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        try:
            yield browser
        finally:
            browser.close()
