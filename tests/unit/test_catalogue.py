"""Causes that an account describes itself."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from stockbridge.catalogue import (
    BUILT_IN,
    GENERAL,
    MAX_REPETITIONS,
    RETRY_AFTER_S,
    Catalogue,
    OwnCause,
    Pattern,
    classify,
    told_apart,
)
from stockbridge.causes import CAUSES, Cure
from stockbridge.exchanges import MAX_MESSAGE
from stockbridge.outcomes import Applied, Refused, Throttled, Unknown
from stockbridge.patterns import BadPattern, compiled
from tests.memory import channel

PICTURE = OwnCause(
    "own.no-picture",
    Cure.FIX_FIRST,
    {"pt": "Sem foto", "en": "No picture"},
    {"pt": "Envie uma foto"},
    (Pattern("sem foto"), Pattern(r"(?i)image\s+required", regex=True)),
)


def code(catalogue: Catalogue, message: str, cause: str = "uncatalogued", affiliate: str = "SPT") -> str:
    return classify(catalogue, affiliate, "generic", cause, message)


@pytest.mark.parametrize("message", ["Produto SEM FOTO.", "{'error': 'Image  REQUIRED'}"])
def test_an_own_cause_is_told_by_words_in_any_case_or_by_a_regular_expression(message: str) -> None:
    assert code(Catalogue([PICTURE]), message) == "own.no-picture"


@pytest.mark.parametrize("message", ["", "Produto sem preço", "imagerequired"])
def test_what_no_pattern_fits_keeps_the_connectors_cause(message: str) -> None:
    assert code(Catalogue([PICTURE]), message, "validation") == "validation"


@pytest.mark.parametrize("cause", sorted(CAUSES.keys() - set(GENERAL)))
def test_a_cause_that_the_connector_knows_is_never_taken_away(cause: str) -> None:
    assert code(Catalogue([PICTURE]), "sem foto", cause) == cause


def test_only_errors_of_the_affiliate_and_the_connector_that_are_named() -> None:
    assert code(Catalogue([replace(PICTURE, affiliate="SPT")]), "sem foto") == PICTURE.code
    assert code(Catalogue([replace(PICTURE, affiliate="MRC")]), "sem foto") == "uncatalogued"
    assert code(Catalogue([replace(PICTURE, connector="generic")]), "sem foto") == PICTURE.code
    assert code(Catalogue([replace(PICTURE, connector="another")]), "sem foto") == "uncatalogued"


def test_of_several_that_fit_the_lowest_order_is_it_and_then_the_first_code() -> None:
    later = replace(PICTURE, code="own.a", order=101)
    same = replace(PICTURE, code="own.b")
    assert code(Catalogue([later, PICTURE, same]), "sem foto") == "own.b"
    assert code(Catalogue([replace(later, order=1), PICTURE]), "sem foto") == "own.a"


def test_an_own_cause_that_fits_no_more_is_uncatalogued() -> None:
    assert code(Catalogue([PICTURE]), "outra coisa", "own.no-picture") == "uncatalogued"
    assert code(BUILT_IN, "sem foto", "own.no-picture") == "uncatalogued"
    assert code(Catalogue([replace(PICTURE, code="own.b")]), "sem foto", "own.no-picture") == "own.b"


def test_a_text_that_nobody_wrote_in_a_language_is_said_in_portuguese() -> None:
    cause = Catalogue([PICTURE]).cause_of("own.no-picture")
    assert cause.title == {"pt": "Sem foto", "en": "No picture", "es": "Sem foto"}
    assert set(cause.hint.values()) == {"Envie uma foto"}


def test_only_a_cause_that_retries_alone_is_sent_again_every_hour() -> None:
    waits = {cure: Catalogue([replace(PICTURE, cure=cure)]).cause_of(PICTURE.code).retry_after_s for cure in Cure}
    assert waits == {Cure.RETRIES_ALONE: RETRY_AFTER_S, Cure.FIX_FIRST: None, Cure.NOTHING_TO_DO: None}
    assert CAUSES["under_review"].retry_after_s == RETRY_AFTER_S


def test_what_nobody_describes_any_more_is_uncatalogued_and_ours_are_in_every_catalogue() -> None:
    assert BUILT_IN.cause_of("own.no-picture") == CAUSES["uncatalogued"]
    assert Catalogue([PICTURE]).cause_of("auth") == CAUSES["auth"]
    assert [Catalogue([PICTURE]).knows(code) for code in ("own.no-picture", "auth", "own.other")] == [True, True, False]


def test_the_outcomes_of_a_call_are_told_apart_one_by_one_and_keep_what_else_they_say() -> None:
    outcomes = [
        Refused("validation", "sem foto"),
        Applied(),
        Unknown("uncatalogued", "sem foto"),
        Refused("not_found", "sem foto"),
        Throttled(3, "sem foto"),
    ]
    told = told_apart(Catalogue([PICTURE]), channel(), outcomes)
    assert told == [
        Refused(PICTURE.code, "sem foto"),
        Applied(),
        Unknown(PICTURE.code, "sem foto"),
        *outcomes[3:],
    ]
    assert told_apart(BUILT_IN, channel(), outcomes) == outcomes


def test_a_stored_expression_that_is_accepted_no_more_fits_nothing() -> None:
    assert not Pattern("(a+)+$", regex=True).fits("aaa")


def test_the_worst_pattern_that_is_accepted_ends_soon_on_the_longest_message() -> None:
    with pytest.raises(BadPattern):
        compiled(".*.*.*x", repetitions=MAX_REPETITIONS)
    worst = Pattern(".*.*x", regex=True)
    began = time.process_time()
    assert not worst.fits("a" * MAX_MESSAGE)
    assert time.process_time() - began < 0.2


def test_the_slowest_causes_that_an_account_can_have_hold_a_batch_for_a_moment() -> None:
    slow = [Pattern("[y ]+[xy ]+[xz]", regex=True)] * 5
    causes = [replace(PICTURE, code=f"own.c{number}", patterns=tuple(slow)) for number in range(50)]
    began = time.process_time()
    assert code(Catalogue(causes), "y " * 150) == "uncatalogued"
    assert time.process_time() - began < 3  # with twenty times the steps it was longer than the function lives
