"""From the balance to the quantity shown."""

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.policy import QuantityPolicy, Step, apply_policy


def shown(policy: QuantityPolicy, balance: int, *, unlimited: bool = False) -> int:
    return apply_policy(policy, balance, unlimited=unlimited)[-1].quantity


def test_the_default_policy_shows_the_balance_itself() -> None:
    assert apply_policy(QuantityPolicy(), 7, unlimited=False) == (Step("balance", 7),)


def test_a_negative_balance_shows_zero() -> None:
    assert shown(QuantityPolicy(), -3) == 0


def test_unlimited_stock_shows_the_channels_own_number() -> None:
    assert shown(QuantityPolicy(unlimited_as=500), 1_000_000, unlimited=True) == 500


def test_the_steps_are_taken_in_their_fixed_order_and_each_is_kept() -> None:
    policy = QuantityPolicy(safety=2, percent=50, minimum=3, cap=30)
    assert apply_policy(policy, 101, unlimited=False) == (
        Step("balance", 101),
        Step("safety", 99),
        Step("percent", 49),
        Step("cap", 30),
    )
    assert apply_policy(policy, 7, unlimited=False)[-1] == Step("minimum", 0)


policies = st.builds(
    QuantityPolicy,
    unlimited_as=st.integers(0, 10_000),
    safety=st.integers(0, 50),
    percent=st.integers(0, 100),
    minimum=st.integers(0, 50),
    cap=st.none() | st.integers(0, 10_000),
)


@given(policies, st.integers(-10, 5_000))
def test_no_policy_shows_more_than_there_is_or_less_than_nothing(policy: QuantityPolicy, balance: int) -> None:
    assert 0 <= shown(policy, balance) <= max(0, balance)


@given(policies, st.integers(0, 1_000), st.integers(0, 1_000))
def test_more_stock_never_shows_fewer_units(policy: QuantityPolicy, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert shown(policy, less) <= shown(policy, more)
