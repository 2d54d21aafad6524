"""Every text exists in every language, and each caller is answered in the best one."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from stockbridge.causes import CAUSES
from stockbridge.egress import url_problem
from stockbridge.errors import FieldProblem
from stockbridge.rule import Verdict
from stockbridge.texts import LANGUAGES, TEXTS, explain, language_of, say

FUNCTIONS = Path(__file__).parents[2] / "functions"


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_text_says_something_in_every_language_with_the_same_details(key: str) -> None:
    texts = TEXTS[key]
    assert len(texts) == len(LANGUAGES)
    assert all(text.strip() for text in texts)
    names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts]
    assert names[0] == names[1] == names[2]


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.code)
def test_a_cause_has_a_title_and_a_hint_in_every_language(cause) -> None:
    for language in LANGUAGES:
        assert cause.title[language]
        assert cause.hint[language]


def test_every_verdict_is_explained() -> None:
    for verdict in Verdict:
        if verdict.exports:
            assert f"why.{verdict}" in TEXTS
    assert f"held.{Verdict.ABOVE_THRESHOLD}" in TEXTS


def reasons_in_the_code() -> set[str]:
    """What FieldProblem, NotPossible and their like are given as a literal, anywhere in the functions."""
    found: set[str] = set()
    for path in FUNCTIONS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"FieldProblem": 1, "_wrong": 1, "NotPossible": 0, "BadTemplate": 0, "BadPattern": 0}.get(name)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(str(node.args[place].value))
    return found


def test_every_reason_in_the_code_has_a_text() -> None:
    reasons = reasons_in_the_code()
    assert {"required", "already_waiting", "unknown_placeholder"} <= reasons
    assert reasons <= set(TEXTS)


@pytest.mark.parametrize(
    "url", ["x", "http://a.example.com", "https://a:b@c.example.com", "https://a.example.com:1", "https://10.0.0.1"]
)
def test_every_reason_against_an_address_has_a_text(url: str) -> None:
    assert url_problem(url, allow_private=False) in TEXTS


def test_a_reason_that_nobody_wrote_is_said_in_general() -> None:
    assert say("no_such_reason", "pt") == "Valor inválido."


def test_a_detail_that_nobody_gave_loses_no_text() -> None:
    assert say("too_small", "en") == "The minimum is ?."


def test_a_wrong_type_is_named_in_the_callers_language() -> None:
    problem = FieldProblem("vtex", "wrong_type", {"expected": "object"})
    assert explain(problem, "pt") == "Deve ser um objeto."
    assert explain(problem, "en") == "It must be an object."


def test_a_brace_in_a_text_stays_a_brace() -> None:
    assert explain(FieldProblem("url", "unknown_placeholder", {"placeholder": "sky"}), "en").endswith("{sky}.")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "pt"),
        ("", "pt"),
        ("*", "pt"),
        ("de", "pt"),
        ("en", "en"),
        ("en-US,en;q=0.9,pt;q=0.8", "en"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("es-AR;q=0.5, en;q=0.7", "en"),
        ("en;q=0, es", "es"),
        ("EN", "en"),
        ("en;q=banana, es;q=0.1", "es"),
        ("en;q=7", "pt"),
        (";;;,,,=", "pt"),
    ],
)
def test_the_caller_is_answered_in_the_best_language(header: str | None, language: str) -> None:
    assert language_of(header) == language
