"""What people read, and the files that are made from others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from samtranslator.yaml_helper import yaml_parse
from typer.main import get_command

from stockbridge.causes import CAUSES
from stockbridge.channel_documents import ChannelDocument, ChannelReader, PolicyDocument, VtexDocument
from stockbridge.channels import VtexSource
from stockbridge.marketplaces import CONNECTORS, generic_configuration
from stockbridge.policy import QuantityPolicy
from stockbridge.rule import Verdict
from stockbridge_cli import main
from stockbridge_cli.session import NOT_REACHABLE, REFUSED, Options

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
COMMAND = re.compile(r"\bmake ([a-z-]+)\b")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_commands_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    code = " ".join(re.findall(r"`[^`\n]+`|^    .*$", _text(document), re.MULTILINE))
    assert set(COMMAND.findall(code)) <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    assert [link for link in LINK.findall(_text(document)) if not (folder / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_of_the_repository_exist(document: str) -> None:
    """A path in backticks that begins with one of our folders."""
    tracked = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    named = [path for path in PATH.findall(_text(document)) if path.split("/")[0] in tracked]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_names_the_two_commands_and_ci_runs_the_second() -> None:
    assert {"make run", "make test"} <= {f"make {name}" for name in COMMAND.findall(_text("README.md"))}
    assert re.search(r"^make test\b", _text(".ci/run"), re.MULTILINE)


def test_the_readmes_map_has_every_folder() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    rows = set(re.findall(r"^\| `(\w+)/` \|", _text("README.md"), re.MULTILINE))
    assert folders <= rows


def test_the_makefile_explains_every_command() -> None:
    makefile = _text("Makefile")
    phony = set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, re.MULTILINE))
    assert phony == set(re.findall(r"^([a-z-]+):.* ## \S", makefile, re.MULTILINE))


def test_the_configuration_page_has_every_parameter_and_variable(written: dict[str, Any]) -> None:
    page = _text("docs/configuration.md")
    variables = written["Globals"]["Function"]["Environment"]["Variables"]
    assert [name for name in (*written["Parameters"], *variables) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("template", sorted(path.name for path in (ROOT / "infra").glob("*.yaml")))
def test_the_configuration_page_has_every_parameter_of_the_other_stacks(template: str) -> None:
    parameters = yaml_parse(_text(f"infra/{template}"))["Parameters"]
    (section,) = re.findall(
        rf"^.*`infra/{re.escape(template)}`(.+?)(?=`infra/|^#)",
        _text("docs/configuration.md"),
        re.DOTALL | re.MULTILINE,
    )
    assert [name for name in parameters if f"`{name}`" not in section] == []


def test_every_other_stack_is_deployed_under_its_own_name() -> None:
    known = tomllib.loads(_text("samconfig.toml"))
    for path in (ROOT / "infra").glob("*.yaml"):
        given = known[path.stem]["deploy"]["parameters"]
        assert given["template_file"] == f"infra/{path.name}"
        assert given["stack_name"] == f"stockbridge-{path.stem}"


def test_the_configuration_page_has_every_field_of_a_channel() -> None:
    fields = {name for part in (ChannelDocument, VtexDocument, PolicyDocument) for name in part.model_fields}
    fields |= {*generic_configuration.FIELDS, *generic_configuration.ERROR_FIELDS}
    fields |= CAUSES.keys() - generic_configuration.OURS
    page = _text("docs/configuration.md")
    assert [name for name in sorted(fields) if f"`{name}`" not in page] == []


def test_the_example_of_a_channel_can_be_saved() -> None:
    (example,) = re.findall(r"```json\n(.+?)```", _text("docs/configuration.md"), re.DOTALL)
    reader = ChannelReader(stage="prod", allow_private=False, connectors=CONNECTORS, secret_exists=lambda _: True)
    channel = reader.read("mundojuguete", "SPT", json.loads(example))
    assert channel.vtex == VtexSource(
        "https://mundojuguete.vtexcommercestable.com.br", "stockbridge/prod/mundojuguete/vtex"
    )
    assert channel.policy == QuantityPolicy()


def test_the_page_of_the_command_line_has_every_command_option_and_exit_code() -> None:
    page = _text("docs/cli.md")
    commands = list(_commands(get_command(main.app), "stockbridge"))
    assert len(commands) > 20
    assert [name for name in commands if not re.search(rf"\b{name}\b", page)] == []
    shared = [f"--{field.name.replace('_', '-')}" for field in fields(Options) if field.name != "as_json"]
    assert [option for option in [*shared, "--json"] if f"`{option}" not in page] == []
    assert {int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)} == {0, REFUSED, 2, NOT_REACHABLE}


def _commands(command: Any, name: str) -> Iterator[str]:
    """As they are typed, without those that are hidden."""
    if command.hidden:
        return
    if not hasattr(command, "commands"):
        yield name
        return
    for own, inner in command.commands.items():
        yield from _commands(inner, f"{name} {own}")


def test_the_architecture_page_has_every_verdict_of_the_rule() -> None:
    page = _text("docs/architecture.md")
    assert [verdict for verdict in Verdict if f"`{verdict}`" not in page] == []


def test_every_decision_is_in_the_list() -> None:
    pages = {page.name for page in (ROOT / "docs/decisions").glob("*.md")} - {"README.md"}
    assert set(LINK.findall(_text("docs/decisions/README.md"))) == pages


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    assert re.findall(r"^## (.+)$", _text("CHANGELOG.md"), re.MULTILINE)[0] == "[Unreleased]"


def test_the_functions_requirements_are_those_of_the_lock(tmp_path: Path) -> None:
    fresh = tmp_path / "requirements.txt"
    subprocess.run(
        ["make", "--silent", "requirements", f"REQUIREMENTS={fresh}"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        check=True,
    )
    assert fresh.read_text() == _text("functions/requirements.txt")


def test_uv_builds_this_package_itself() -> None:
    """Of another version, uv would fetch a build backend that no lock knows."""
    (backend,) = tomllib.loads(_text("pyproject.toml"))["build-system"]["requires"]
    (installed,) = re.findall(r"^uv==(\S+)", _text("tools/uv.in"), re.MULTILINE)
    assert Requirement(backend).specifier.contains(installed)
