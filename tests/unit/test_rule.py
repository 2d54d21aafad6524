"""The 5-unit rule: VTEX's own examples, and properties over every combination."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.rule import Change, Verdict, decide


def stock_change(de: int | None, por: int, *, only_stock: bool = True) -> Change:
    """A change of a SKU that is healthy at the marketplace: it shows what was wanted."""
    return Change(de=de, por=por, wanted_before=de, wanted=por, confirmed=de, only_stock=only_stock)


@pytest.mark.parametrize(
    ("de", "por", "exports"),
    [
        (16, 60, False),
        (50, 20, False),
        (0, 23, True),
        (15, 2, True),
        (5, 6, True),
        (6, 5, True),
        (6, 7, False),
        (None, 9, True),
    ],
)
def test_the_official_examples_hold(de: int | None, por: int, exports: bool) -> None:
    assert decide(stock_change(de, por)).exports is exports


def test_a_price_change_lifts_the_rule() -> None:
    assert decide(stock_change(50, 20, only_stock=False)) is Verdict.NOT_ONLY_STOCK


def test_an_unchanged_balance_is_skipped_whatever_the_flags_say() -> None:
    assert decide(stock_change(50, 50, only_stock=False)) is Verdict.UNCHANGED


def test_a_failed_send_is_made_good_by_the_next_change() -> None:
    """3 -> 10 failed, so the marketplace still shows 3: 10 -> 20 must not be held back."""
    change = Change(de=10, por=20, wanted_before=10, wanted=20, confirmed=3, only_stock=True, failed=True)
    assert decide(change).exports


def test_a_threshold_of_the_channel_replaces_the_five_units() -> None:
    assert decide(stock_change(16, 60), threshold=16) is Verdict.AT_THRESHOLD
    assert decide(stock_change(4, 3), threshold=2) is Verdict.ABOVE_THRESHOLD


def test_a_change_of_the_policy_alone_is_exported() -> None:
    change = Change(de=50, por=50, wanted_before=50, wanted=40, confirmed=50, only_stock=True)
    assert decide(change) is Verdict.POLICY


def test_what_the_marketplace_was_seen_to_show_wrongly_is_sent_although_vtex_is_as_before() -> None:
    change = Change(de=50, por=50, wanted_before=50, wanted=50, confirmed=60, only_stock=True, diverged=True)
    assert decide(change) is Verdict.DIVERGED


few = st.integers(0, 12)
changes = st.builds(
    Change,
    de=st.none() | few,
    por=few,
    wanted_before=st.none() | few,
    wanted=few,
    confirmed=st.none() | few,
    only_stock=st.booleans(),
    unresolved=st.booleans(),
    failed=st.booleans(),
    forced=st.booleans(),
)


@given(changes, few)
def test_every_combination_is_decided_as_the_rule_is_written(change: Change, threshold: int) -> None:
    """The rule once more, as one sentence: a second opinion that shares no branch with the first."""
    same = change.de == change.por and change.wanted == change.wanted_before
    low = [change.de, change.por, change.confirmed, change.wanted]
    reasons = [
        change.forced,
        not same and change.de is None,
        not same and change.de == change.por,
        not (same and not change.unresolved) and not change.only_stock,
        not (same and not change.unresolved) and any(units is not None and units <= threshold for units in low),
        not same and (change.confirmed is None or change.failed),
        change.unresolved,
    ]
    assert decide(change, threshold).exports is any(reasons)


@given(changes, few)
def test_a_forced_request_is_always_exported(change: Change, threshold: int) -> None:
    forced = Change(**{**{name: getattr(change, name) for name in Change.__slots__}, "forced": True})
    assert decide(forced, threshold) is Verdict.FORCED


@given(changes)
def test_raising_the_threshold_never_holds_back_more(change: Change) -> None:
    exported = [decide(change, threshold).exports for threshold in range(14)]
    assert exported == sorted(exported)
