"""The console's files agree with each other, with the API, and with the policy that they are served under."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from actions.access import Role
from actions.record_answers import AttemptAnswer, RecordAnswer
from stockbridge.causes import Cure
from stockbridge.listing import SHOWN

CONSOLE = Path(__file__).parents[2] / "console"
PAGE = (CONSOLE / "index.html").read_text(encoding="utf-8")
STYLE = (CONSOLE / "style.css").read_text(encoding="utf-8")
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in CONSOLE.glob("*.js")}
CODE = "\n".join(text for name, text in SCRIPTS.items() if name != "texts.js")

LANGUAGES = 3

ACTIONS = get_args(get_args(RecordAnswer.model_fields["actions"].annotation)[0])

# Keys that the page makes of what the API says, and every such value.
SAID_BY_THE_API = {
    "status": SHOWN,
    "attempt": get_args(AttemptAnswer.model_fields["outcome"].annotation),
    "action": ACTIONS,
    "failed": ACTIONS,
    "cure": [cure.value for cure in Cure],
    "role": [role.name.lower() for role in Role],
}


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(PAGE)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


ELEMENTS = _Elements().found


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    source = SCRIPTS["texts.js"]
    table: dict[str, list[str]] = json.loads(source[source.index("{\n") : source.rindex("}") + 1])
    return table


def test_the_page_has_no_script_style_or_handler_of_its_own_because_the_policy_forbids_them() -> None:
    assert [attributes for tag, attributes in ELEMENTS if tag == "script" and not attributes.get("src")] == []
    assert [tag for tag, _ in ELEMENTS if tag in {"style", "base", "iframe", "object"}] == []
    named = {name for _, attributes in ELEMENTS for name in attributes}
    assert {name for name in named if name == "style" or name.startswith("on")} == set()
    assert re.findall(r"@import|url\(|https?:", STYLE) == []


def test_data_becomes_text_and_never_markup() -> None:
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTML|DOMParser"
    assert re.findall(markup, CODE) == []


def test_every_file_that_is_named_exists_and_no_other_does() -> None:
    by_page = {value for _, each in ELEMENTS for name, value in each.items() if name in {"src", "href"} and value}
    by_code = set(re.findall(r'^import .* from "([^"]+)";', CODE, re.MULTILINE))
    named = {address for address in by_page | by_code if not address.startswith("#")}
    served = {f"/console/{path.name}" for path in CONSOLE.iterdir()} - {"/console/index.html"}
    assert named == served


def test_every_element_that_the_code_looks_for_is_in_the_page() -> None:
    ids = [value for _, attributes in ELEMENTS for name, value in attributes.items() if name == "id"]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'byId\("([^"]+)"\)', CODE)) <= set(ids)


def test_every_text_is_in_three_languages_with_the_same_placeholders(texts: dict[str, list[str]]) -> None:
    incomplete = [key for key, each in texts.items() if len(each) != LANGUAGES or not all(each)]
    placeholders = {key: {frozenset(re.findall(r"\{(\w+)\}", text)) for text in each} for key, each in texts.items()}
    assert incomplete == []
    assert [key for key, different in placeholders.items() if len(different) != 1] == []


def test_every_text_that_is_asked_for_exists_and_every_other_is_gone(texts: dict[str, list[str]]) -> None:
    named = {
        value
        for _, attributes in ELEMENTS
        for name, value in attributes.items()
        if name in {"data-text", "data-label", "data-placeholder"} and value
    }
    quoted = {key for key in re.findall(r'"([a-z_]+\.[a-z_.]+)"', CODE) if not key.startswith("stockbridge.")}
    counted = {f"{key}.{form}" for key in re.findall(r'counted\("([^"]+)"', CODE) for form in ("one", "other")}
    empty = {f"empty.{name}{part}" for name in re.findall(r'#notice\("([a-z]+)"', CODE) for part in ("", "_text")}
    asked = named | {key for key in quoted if f"{key}.one" not in texts} | counted | empty
    families = set(re.findall(r"t\(`([a-z_]+)\.\$\{", CODE))  # the rest of the key is only known when it runs
    assert asked - texts.keys() == set()
    assert {key for key in texts.keys() - asked if key.split(".")[0] not in families} == set()


@pytest.mark.parametrize("family", SAID_BY_THE_API)
def test_whatever_the_api_may_say_has_a_text(texts: dict[str, list[str]], family: str) -> None:
    assert {f"{family}.{value}" for value in SAID_BY_THE_API[family]} - texts.keys() == set()
