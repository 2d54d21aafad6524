"""The quantity policy: from the balance at VTEX to the quantity that the marketplace should show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuantityPolicy:
    """The default shows the balance itself. All quantities are units; `percent` is 0 to 100."""

    unlimited_as: int = 9999  # VTEX's unlimited stock has no number of its own: 1000000 and 2147483647 both occur
    safety: int = 0
    percent: int = 100
    minimum: int = 0  # below it the marketplace shows 0 (VTEX's "controle de estoque mínimo")
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one step made of the quantity."""

    name: str
    quantity: int


def apply_policy(policy: QuantityPolicy, balance: int, *, unlimited: bool) -> tuple[Step, ...]:
    """Every step in its fixed order, the last one's quantity being what to show.

    `balance` is already the sum over the mapped warehouses of max(0, total - reserved), and 0 for a SKU
    that is inactive or absent.
    """
    steps = [Step("balance", max(0, balance))]

    def then(name: str, quantity: int) -> None:
        if quantity != steps[-1].quantity:
            steps.append(Step(name, quantity))

    if unlimited:
        then("unlimited", policy.unlimited_as)
    then("safety", max(0, steps[-1].quantity - policy.safety))
    then("percent", steps[-1].quantity * policy.percent // 100)
    if steps[-1].quantity < policy.minimum:
        then("minimum", 0)
    if policy.cap is not None:
        then("cap", min(steps[-1].quantity, policy.cap))
    return tuple(steps)
