"""Operators' regular expressions: what is accepted must end soon."""

from __future__ import annotations

import re

import pytest

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
    assert found(re.compile("x"), "a" * (LOOKED_AT - 1) + "x")
    assert not found(re.compile("x"), "a" * LOOKED_AT + "x")
