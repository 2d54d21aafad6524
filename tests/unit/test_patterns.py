"""Operators' regular expressions: what is accepted must end soon."""

from __future__ import annotations

import re
from random import Random
from time import process_time

import pytest

from stockbridge import catalogue
from stockbridge.exchanges import MAX_MESSAGE
from stockbridge.patterns import LOOKED_AT, BadPattern, compiled, found


@pytest.mark.parametrize(
    "pattern",
    [
        "not catalogued",
        "(?i)n[ãa]o (?:foi|está) catalogado",
        r'"code"\s*:\s*"E\d+"',
        "(?:ab)+",
        "(a+)?b",
        r"\(a+\)*",
        "[)*+(]x*",
        "[]*]a+",
        "a{3}|b{2,4}",
        "E{2",
    ],
)
def test_ordinary_patterns_are_accepted(pattern: str) -> None:
    assert compiled(pattern).pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+$", "slow_regex"),
        ("((a+))*", "slow_regex"),
        ("(?:a|a)*b", "slow_regex"),
        ("(?:a*){5}", "slow_regex"),
        ("(?:a?b*)+", "slow_regex"),
        (r"(a)\1+", "slow_regex"),
        ("(?=a+)b", "slow_regex"),
        ("(?P<n>a)(?P=n)", "slow_regex"),
        ("a*b*c*d*", "slow_regex"),
        ("a?" * 24 + "a" * 24 + "b", "slow_regex"),
        ("(?:aa|a)" * 20 + "b", "slow_regex"),
        ("(?:aa?)*b", "slow_regex"),
        ("(?:a?){9}b", "slow_regex"),
        ("(", "invalid_regex"),
        ("a**", "invalid_regex"),
        ("x" * 201, "too_long"),
    ],
)
def test_a_pattern_that_may_never_end_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(BadPattern) as raised:
        compiled(pattern)
    assert raised.value.reason == reason


def test_only_the_beginning_of_a_text_is_searched() -> None:
    assert found(compiled("x"), "a" * (LOOKED_AT - 1) + "x")
    assert not found(compiled("x"), "a" * LOOKED_AT + "x")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (".*.*.*x", "y"),
        (".*.*[xz]", "y"),
        ("[a-z]*[a-z]*x", "y"),
        ("[a-z]*[a-z]*[a-z]*x", "y"),
        (r"\x62*b*bc", "b"),
        (r"(?i)\w+ \w+ \w+x", "y Y "),
        ("y{0,200}y{0,200}x", "y"),
    ],
)
def test_the_slowest_text_is_done_with_soon(pattern: str, text: str) -> None:
    expression = compiled(pattern)
    began = process_time()
    assert not found(expression, text * LOOKED_AT)
    assert process_time() - began < 1  # these took up to half a minute


@pytest.mark.parametrize(
    "pattern",
    [
        "stock .* below .* units",
        "item .* not found",
        r'"code"\s*:\s*"E\d+"',
        r"item \d+ .* closed",
        ".*out of stock.*",
        "a.*b|c.*d",
        "(paused|closed|under review) since .*",
    ],
)
def test_what_operators_write_looks_at_a_whole_message(pattern: str) -> None:
    assert compiled(pattern, steps=catalogue.STEPS).looked_at >= MAX_MESSAGE


def test_what_is_searched_for_is_what_was_written() -> None:
    dice = Random(5)
    parts = [
        "a",
        "b",
        " ",
        ".",
        r"\d",
        r"\s",
        "[ab]",
        "(?:a|b)",
        r"\b",
        "$",
        "|",
        ".*",
        ".+",
        ".*?",
        "a?",
        r"\d*",
        "b+",
    ]
    for _ in range(3_000):
        pattern = dice.choice(["", "(?i)", "(?s)", "(?m)"]) + "".join(dice.choices(parts, k=dice.randint(1, 7)))
        try:
            expression = compiled(pattern)
        except BadPattern:
            continue
        for _ in range(4):
            text = "".join(dice.choices("abAB1 \n", k=dice.randint(0, 12)))
            assert found(expression, text) == (re.search(pattern, text) is not None), (pattern, text)
