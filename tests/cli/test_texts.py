"""The command's own words."""

from __future__ import annotations

import string

import pytest

from stockbridge_cli.session import Language
from stockbridge_cli.texts import _TEXTS, LANGUAGES


@pytest.mark.parametrize("key", sorted(_TEXTS))
def test_a_text_is_in_every_language_with_the_same_details(key: str) -> None:
    names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in _TEXTS[key]]
    assert len(names) == len(LANGUAGES)
    assert names[0] == names[1] == names[2]
    assert all(_TEXTS[key])


def test_the_languages_that_can_be_asked_for_are_those_that_it_speaks() -> None:
    assert tuple(Language) == LANGUAGES
