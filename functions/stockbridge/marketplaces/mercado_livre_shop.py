"""A seller of Mercado Livre as its connector speaks to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stockbridge.connectors import Session, StockUpdate
from stockbridge.exchanges import Exchange, exchange
from stockbridge.marketplaces.mercado_livre_answers import classify, maximum_of
from stockbridge.outcomes import Applied, Outcome, Unknown


@dataclass(frozen=True, slots=True)
class Shop:
    """`session` has an access token that lasts until its end."""

    session: Session
    base_url: str

    def ask(self, method: str, path: str, body: Any = None, *, version: str = "") -> Exchange:
        """`version` is the x-version of a user product's stock."""
        headers = {"accept": "application/json", "authorization": f"Bearer {self.session.credentials['access_token']}"}
        if version:
            headers["x-version"] = version
        sent = None
        if body is not None:
            headers["content-type"] = "application/json"
            sent = json.dumps(body, separators=(",", ":")).encode()
        return exchange(self.session, method, f"{self.base_url}{path}", headers=headers, body=sent)

    def refusal(self, told: Exchange) -> Outcome | None:
        return classify(told, now_s=self.session.clock() / 1000)


Written = tuple[Exchange, Sequence[Outcome]]  # the exchange that decided, and what it means for each update


def clamped(updates: Sequence[StockUpdate], write: Callable[[int | None], Written]) -> Sequence[Outcome]:
    """Write, and once more with at most what the marketplace takes when that was too much for it."""
    told, outcomes = write(None)
    most = maximum_of(told)
    if most is None or all(update.quantity <= most for update in updates):
        return outcomes
    return write(most)[1]


def quantity_of(update: StockUpdate, most: int | None) -> int:
    return update.quantity if most is None else min(update.quantity, most)


def shown_instead(told: Exchange, update: StockUpdate, asked: int, shown: int) -> Outcome:
    """What it means that a successful write shows a quantity."""
    if shown == asked:
        return Applied(told.evidence, None if asked == update.quantity else asked)
    return Unknown("uncatalogued", f"HTTP {told.status}, and shows {shown} instead of {asked}", told.evidence)
