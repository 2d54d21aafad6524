"""The console is built with what somebody chose, from whatever registry it comes, and installing that runs nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

CONSOLE = Path(__file__).parents[2] / "console"


def read(name: str) -> dict[str, Any]:
    return dict(json.loads((CONSOLE / name).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def locked() -> dict[str, dict[str, Any]]:
    """By their places below console/."""
    return {place: package for place, package in read("package-lock.json")["packages"].items() if place}


def test_each_package_has_a_digest_and_none_names_where_it_comes_from(locked: dict[str, dict[str, Any]]) -> None:
    assert [place for place, package in locked.items() if not package.get("integrity", "").startswith("sha512-")] == []
    assert [place for place, package in locked.items() if "resolved" in package or package.get("link")] == []


def test_no_package_runs_a_script_when_it_is_installed(locked: dict[str, dict[str, Any]]) -> None:
    assert [place for place, package in locked.items() if package.get("hasInstallScript")] == []
    assert "ignore-scripts=true" in (CONSOLE / ".npmrc").read_text(encoding="utf-8").splitlines()


def test_what_is_asked_for_is_one_version_and_the_one_that_is_locked(locked: dict[str, dict[str, Any]]) -> None:
    package = read("package.json")
    asked = package["dependencies"] | package["devDependencies"]
    assert [version for version in asked.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
