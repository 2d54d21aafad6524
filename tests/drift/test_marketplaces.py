"""The page about marketplaces says what the connectors do, and nothing else in functions/ knows one by its name."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from stockbridge.causes import CAUSES
from stockbridge.configuration_fields import TextField
from stockbridge.connectors import Checks, Connector, Feeds, Rate, Reads, Renews
from stockbridge.marketplaces import CONNECTORS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "marketplaces.md").read_text(encoding="utf-8")
FOR_ALL = PAGE.partition("\n## What holds for all\n")[2]
SECTION = re.compile(r'^## [^\n]+\n\n`"connector": "(\w+)"`.*?(?=^## |\Z)', re.MULTILINE | re.DOTALL)
SECTIONS = {found[1]: found[0] for found in SECTION.finditer(PAGE)}
FOLDER = ROOT / "functions" / "stockbridge" / "marketplaces"
WITH_A_SECTION = sorted(CONNECTORS.keys() - {"generic"})


def _files(name: str) -> list[Path]:
    return [file for file in FOLDER.glob("*.py") if re.fullmatch(rf"{name}(_\w+)?", file.stem)]


def _constants(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _fields(name: str) -> Mapping[str, TextField]:
    modules = [importlib.import_module(f"stockbridge.marketplaces.{file.stem}") for file in _files(name)]
    (fields,) = {id(module.FIELDS): module.FIELDS for module in modules if hasattr(module, "FIELDS")}.values()
    return dict(fields)


def _rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table with that first line."""
    _, found, rest = text.partition(f"\n{head}\n")
    assert found, f"no table {head}"
    lines = rest.split("\n\n")[0].splitlines()[1:]
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    assert {len(row) for row in rows} == {head.count("|") - 1}
    return rows


def _causes(text: str) -> set[str]:
    """Those of the first table of answers in that part of the page."""
    cells = [row[2] for row in _rows(text, "| answer | outcome | cause |")]
    return {cause for cell in cells for cause in re.findall(r"`(\w+)`", cell)}


def _named_causes(files: Iterable[Path]) -> set[str]:
    return {text for file in files for text in _constants(file)} & CAUSES.keys()


def test_every_connector_has_its_section() -> None:
    assert sorted(SECTIONS) == WITH_A_SECTION


# ------------------------------------------------------------------ what they can do


def _pace(rate: Rate | None) -> str:
    if rate is None:
        return "no rate"
    often = f"{rate.per_second:g} a second" if rate.per_second >= 1 else f"one in {1 / rate.per_second:g} s"
    return f"{often}, {rate.burst} at once"


def _figures(name: str, connector: Connector) -> list[str]:
    can = connector.capabilities
    feed = can.feed
    files = "none" if feed is None else f"from {feed.at_least} SKUs up to {feed.max_batch}, {_pace(feed.rate)}"
    return [f"`{name}`", can.mode, str(can.max_batch), _pace(can.rate), files, f"{can.late_effect_s} s"]


def _abilities(name: str, connector: Connector) -> list[str]:
    can = connector.capabilities
    assert isinstance(connector, Feeds) is (can.feed is not None)
    has = ["yes" if isinstance(connector, ability) else "no" for ability in (Checks, Reads, Renews)]
    most = "not limited" if can.max_quantity is None else str(can.max_quantity)
    return [f"`{name}`", *has, "required" if can.needs_listing else "optional", most]


def test_the_figures_are_those_of_the_code() -> None:
    head = "| connector | a call carries | SKUs at most | calls | files beside the calls | late effect |"
    assert _rows(PAGE, head) == [_figures(*each) for each in sorted(CONNECTORS.items())]


def test_the_abilities_are_those_of_the_code() -> None:
    head = (
        "| connector | says later what became of a write | shows its stock | logs in again by itself "
        "| listing map | most units |"
    )
    assert _rows(PAGE, head) == [_abilities(*each) for each in sorted(CONNECTORS.items())]


# ------------------------------------------------------------------ each section


def _default(field: TextField) -> str:
    if field.required:
        return "required"
    return f"`{field.default}`" if field.default else "none"


@pytest.mark.parametrize("name", WITH_A_SECTION)
def test_a_section_has_every_field_with_its_default_hosts_and_choices(name: str) -> None:
    rows = _rows(SECTIONS[name], "| field | default | meaning |")
    fields = _fields(name)
    assert [row[:2] for row in rows] == [[f"`{field}`", _default(fields[field])] for field in fields]
    for (_, _, meaning), field in zip(rows, fields.values(), strict=True):
        assert [each for each in (*field.hosts, *field.one_of) if f"`{each}`" not in meaning] == []


@pytest.mark.parametrize("name", WITH_A_SECTION)
def test_a_section_has_every_listing_id(name: str) -> None:
    read = {found for file in _files(name) for found in re.findall(r'\bids\.get\(\s*"(\w+)"', file.read_text())}
    named = [row[0] for row in _rows(SECTIONS[name], "| listing id | meaning |")]
    assert sorted(named) == sorted(f"`{each}`" for each in read)


@pytest.mark.parametrize("name", WITH_A_SECTION)
def test_a_section_has_every_cause_that_the_connector_names(name: str) -> None:
    for_all, named = _causes(FOR_ALL), _causes(SECTIONS[name])
    assert named <= CAUSES.keys()
    assert named - for_all == _named_causes(_files(name)) - for_all


def test_what_no_answer_means_is_said_once_for_all() -> None:
    shared = _named_causes([FOLDER.parent / "exchanges.py"])
    assert shared
    assert shared <= _causes(FOR_ALL) <= CAUSES.keys()


@pytest.mark.parametrize("name", WITH_A_SECTION)
def test_a_section_says_what_is_left_open(name: str) -> None:
    parts = re.findall(r"^\*\*(Secret|Limits|Confirmed|Left open)\b", SECTIONS[name], re.MULTILINE)
    assert parts == ["Secret", "Limits", "Confirmed", "Left open"]


def test_the_configuration_page_names_every_connector() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in CONNECTORS if f"`{name}`" not in page] == []


# ------------------------------------------------------------------ the rest of the code


def _elsewhere() -> list[Path]:
    """All of functions/ but the connectors' own files and the registry."""
    own = {file for name in CONNECTORS for file in _files(name)} | {FOLDER / "__init__.py"}
    return sorted(set((ROOT / "functions").rglob("*.py")) - own)


def _brand(name: str) -> re.Pattern[str]:
    """The name, and the class's: mercado_livre, MercadoLivre."""
    return re.compile(rf"(?<![a-z0-9])(?:{name}|{name.replace('_', '')})(?![a-z0-9])", re.IGNORECASE)


@pytest.mark.parametrize("name", WITH_A_SECTION)
def test_a_marketplace_is_named_in_its_own_files_and_the_registry_only(name: str) -> None:
    files = _elsewhere()
    assert len(files) > 50
    assert [str(file) for file in files if _brand(name).search(file.read_text(encoding="utf-8"))] == []


def test_no_connector_is_asked_for_by_name() -> None:
    """Neither compared with, which takes the name as a text, nor imported: "generic" is a word like others."""
    named = {str(file) for file in _elsewhere() if CONNECTORS.keys() & set(_constants(file))}
    imports = re.compile(r"^(?:from|import) stockbridge\.marketplaces\.", re.MULTILINE)
    imported = {str(file) for file in _elsewhere() if imports.search(file.read_text(encoding="utf-8"))}
    assert named | imported == set()


@pytest.mark.parametrize("name", sorted(CONNECTORS))
def test_a_connector_imports_no_other(name: str) -> None:
    others = [other for other in CONNECTORS if other != name]
    named = re.compile(rf"stockbridge\.marketplaces(?:\.| import )(?:{'|'.join(others)})\b")
    assert [str(file) for file in _files(name) if named.search(file.read_text(encoding="utf-8"))] == []
