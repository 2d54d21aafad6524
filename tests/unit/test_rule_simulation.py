"""Other thresholds on what happened: a story told by hand, and properties over any history."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.history import ObservedChange
from stockbridge.policy import QuantityPolicy, apply_policy
from stockbridge.rule import Verdict
from stockbridge.rule_simulation import Hidden, Outcome, replay
from tests.memory import START

EVERYTHING = 10_000
BALANCES = st.integers(0, 40)


def history(*balances: int, sku: str = "42", first: int | None = None) -> list[ObservedChange]:
    """A SKU whose stock alone goes from one balance to the next; `first` is the one before them."""
    before = [first, *balances]
    return [
        ObservedChange(sku, START + place, de, por, de, por, only_stock=True, verdict=Verdict.ABOVE_THRESHOLD)
        for place, (de, por) in enumerate(zip(before, balances, strict=False))
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[ObservedChange]:
    """Changes of three SKUs under policies that change, some by more than stock, some asked for, some of them lost."""
    changes: list[ObservedChange] = []
    known: dict[str, tuple[int, int]] = {}
    for at in range(draw(st.integers(0, 25))):
        sku = draw(st.sampled_from("123"))
        de, before = known.get(sku, (None, None))
        por = draw(BALANCES)
        policy = QuantityPolicy(safety=draw(st.sampled_from((0, 0, 3))), cap=draw(st.sampled_from((None, None, 9))))
        wanted = apply_policy(policy, por, unlimited=False)[-1].quantity
        verdict = draw(st.sampled_from((Verdict.ABOVE_THRESHOLD, Verdict.ABOVE_THRESHOLD, Verdict.FORCED)))
        known[sku] = (por, wanted)
        if (de, before) != known[sku] and draw(st.integers(0, 9)):
            changes.append(
                ObservedChange(
                    sku, START + at, de, por, before, wanted, only_stock=draw(st.booleans()), verdict=verdict
                )
            )
    return changes


def outcomes(changes: list[ObservedChange], *thresholds: int) -> list[Outcome]:
    return list(replay(changes, thresholds).outcomes)


def test_what_a_threshold_saves_and_hides_is_told() -> None:
    five, ten = outcomes(history(14, 6, 30, 12, first=23), 5, 10)
    assert (five.sends, five.hidden_skus, five.hidden_at_end) == (0, 1, 1)
    assert five.largest == five.at_risk == Hidden("42", 23, 6, START + 1)
    assert (ten.sends, ten.hidden_skus, ten.hidden_at_end) == (2, 1, 1)  # 6, and 30 because of it
    assert ten.largest == Hidden("42", 30, 12, START + 3)


def test_too_few_units_shown_are_a_difference_and_no_risk() -> None:
    (one,) = outcomes(history(60, first=16), 5)
    assert (one.largest, one.at_risk) == (Hidden("42", 16, 60, START), None)


def test_the_first_look_at_a_sku_is_sent_under_every_threshold() -> None:
    assert [one.sends for one in outcomes(history(50), 0, 5, EVERYTHING)] == [1, 1, 1]


def test_what_the_marketplace_shows_already_is_no_send() -> None:
    change = ObservedChange("42", START, 30, 3, 2, 2, only_stock=True, verdict=Verdict.AT_THRESHOLD)
    assert [one.sends for one in outcomes([change], 5)] == [0]


def test_what_an_operator_asked_for_is_sent_and_ends_a_difference() -> None:
    asked = ObservedChange("42", START + 9, 60, 60, 60, 60, only_stock=True, verdict=Verdict.FORCED)
    (one,) = outcomes([*history(60, first=16), asked], 5)
    assert (one.sends, one.hidden_skus, one.hidden_at_end) == (1, 1, 0)


def test_behind_a_gap_a_sku_begins_anew() -> None:
    lost = [*history(60, first=16), *history(70, first=90)]
    told = replay(lost, (5,))
    assert (told.changes, told.skus, told.gaps) == (2, 1, 1)
    assert told.outcomes[0].largest == Hidden("42", 16, 60, START)  # and not 16 beside 70


def test_what_was_accepted_then_is_counted_beside_it() -> None:
    accepted = ObservedChange("43", START, 3, 9, 3, 9, only_stock=True, verdict=Verdict.AT_THRESHOLD)
    assert replay([*history(60, first=16), accepted], (5,)).accepted == 1


@given(histories(), st.integers(0, 45), st.integers(0, 45))
def test_a_higher_threshold_never_sends_less(changes: list[ObservedChange], one: int, other: int) -> None:
    low, high = outcomes(changes, min(one, other), max(one, other))
    assert low.sends <= high.sends


@given(histories())
def test_a_threshold_above_every_balance_hides_nothing(changes: list[ObservedChange]) -> None:
    (everything,) = outcomes(changes, EVERYTHING)
    assert (everything.hidden_skus, everything.hidden_at_end, everything.largest) == (0, 0, None)
    altering = sum(change.wanted != change.wanted_before for change in changes)
    asked = sum(change.wanted == change.wanted_before and change.verdict is Verdict.FORCED for change in changes)
    assert everything.sends == altering + asked


@given(histories(), st.integers(0, 45))
def test_only_what_is_above_the_threshold_on_both_sides_is_hidden(
    changes: list[ObservedChange], threshold: int
) -> None:
    (one,) = outcomes(changes, threshold)
    for hidden in filter(None, (one.largest, one.at_risk)):
        assert min(hidden.shown, hidden.real) > threshold
        assert hidden.units > 0
    assert one.hidden_at_end <= one.hidden_skus


@given(histories(), st.lists(st.integers(0, 45), min_size=1, max_size=5))
def test_a_threshold_gives_the_same_alone_and_among_others(
    changes: list[ObservedChange], thresholds: list[int]
) -> None:
    assert outcomes(changes, *thresholds) == [outcomes(changes, threshold)[0] for threshold in thresholds]
