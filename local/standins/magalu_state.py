"""The sellers of the stand-in Magalu: their consents, their SKUs, and the queue that their writes wait in.

Nothing here knows of HTTP or of a clock: times arrive as milliseconds since the epoch.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from local.standins.faults import Fault, Kind

MAGAZINE_LUIZA = "9fe0d853-732b-4e4a-a0b0-cff988ed043d"
Status = Literal["PUBLISHED", "UNPUBLISHED", "BLOCKED", "UNDER_REVIEW", "DELETING", "DELETED"]
Area = Literal["stocks", "traces"]
_TAKES_STOCK = ("PUBLISHED", "UNPUBLISHED")
_NAMES = uuid.UUID("0d9b7e0c-57a1-4f0c-8a0e-6f5a3c1d2b4e")
_PARENT = "O produto pai não foi integrado"  # as VTEX's help pages quote it


@dataclass(frozen=True, slots=True)
class Stock:
    quantity: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Sku:
    """`rejects`: the trace that a write ends in instead of taking effect. `reserved` is the sales channel's own."""

    status: Status = "PUBLISHED"
    stock: Stock | None = None
    reserved: int = 0
    rejects: str = ""
    redirects: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A write in the queue, worked off at `due`."""

    due: int
    sku: str
    quantity: int
    trace_id: str


@dataclass(frozen=True, slots=True)
class Trace:
    id: str
    at: int
    code: str
    severity: str
    message: str


@dataclass(slots=True)
class Seller:
    """`pair`: how often the consent's tokens were renewed; the texts of each pair follow from it."""

    name: str
    token_s: int = 7200
    pair: int = 0
    ends_at: int = 0  # of the access token; 0: it was never issued
    revoked: bool = False
    forbidden: list[Area] = field(default_factory=list)
    skus: dict[str, Sku] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)  # oldest first
    counts: dict[str, int] = field(default_factory=dict)  # answers to writes, by status

    @property
    def client_id(self) -> str:
        return f"local-magalu-client-{self.name}"

    @property
    def client_secret(self) -> str:
        return f"local-magalu-secret-{self.name}"

    @property
    def tenant_id(self) -> str:
        return str(uuid.uuid5(_NAMES, self.name))

    @property
    def access_token(self) -> str:
        return f"local-magalu-access-{self.name}-{self.pair}"

    @property
    def refresh_token(self) -> str:
        return f"local-magalu-refresh-{self.name}-{self.pair}"

    def renew(self, now: int) -> None:
        """A new pair; those until now are worth nothing any more."""
        self.pair += 1
        self.ends_at = now + self.token_s * 1000

    def work_off(self, now: int) -> None:
        """What waits in the queue and is due takes effect, or becomes an error in the traces."""
        for arrival in sorted((each for each in self.arrivals if each.due <= now), key=lambda each: each.due):
            self.arrivals.remove(arrival)
            self._take(arrival)

    def accept(self, sku: str, quantity: int, due: int) -> str:
        """Put a write into the queue; the id of its trace."""
        trace_id = str(uuid.uuid5(_NAMES, f"{self.name}/{sku}/{due}/{len(self.traces)}/{len(self.arrivals)}"))
        self.arrivals.append(Arrival(due, sku, quantity, trace_id))
        return trace_id

    def change(self, sku: str, **changes: object) -> None:
        self.skus[sku] = replace(self.skus.get(sku, Sku()), **changes)  # type: ignore[arg-type] # fields of Sku

    def _take(self, arrival: Arrival) -> None:
        known = self.skus.get(arrival.sku)
        if known is None:
            self._trace(arrival, "error", "Não existe um sku com o Id informado")
        elif known.rejects:
            self._trace(arrival, "error", known.rejects)
        elif known.status not in _TAKES_STOCK:
            self._trace(arrival, "error", f"SKU {arrival.sku}: {known.status}")  # their words for it are not published
        else:
            before = known.stock or Stock(0, created_at=arrival.due, updated_at=arrival.due)
            self.change(arrival.sku, stock=replace(before, quantity=arrival.quantity, updated_at=arrival.due))
            self._trace(arrival, "INFO", f"Publicado com sucesso com o ID {arrival.sku}")

    def _trace(self, arrival: Arrival, severity: str, message: str) -> None:
        self.traces.append(Trace(arrival.trace_id, arrival.due, arrival.sku, severity, message))
        del self.traces[:-1000]


@dataclass(slots=True)
class MagaluState:
    sellers: dict[str, Seller]
    faults: list[Fault] = field(default_factory=list)
    queue_s: int = 2  # from the 202 to the effect


def seeded_magalu(name: str, skus: Sequence[str], *, created_at: int, spared: Sequence[str] = ("42",)) -> MagaluState:
    """One seller with these SKUs, at zero until the first write, and every class of error alive for a few of them.

    `spared` SKUs go well, whatever else there is.
    """
    seller = Seller(name)
    for sku in skus:
        seller.skus[sku] = Sku(stock=Stock(0, created_at, created_at))
    troubled = [sku for sku in skus if sku not in spared]
    states: list[tuple[int, dict[str, object]]] = [
        (2, {"stock": None}),  # to be created by the first write
        (2, {"status": "UNDER_REVIEW"}),
        (1, {"status": "BLOCKED"}),
        (1, {"status": "DELETED"}),
        (2, {"rejects": _PARENT}),
        (1, {"redirects": True}),
        (1, {"reserved": 2}),
    ]
    each = iter(troubled[3::7])  # here and there in the catalogue, the same on every machine
    for count, changes in states:
        for sku in (sku for _, sku in zip(range(count), each, strict=False)):
            seller.change(sku, **changes)
    for sku in (sku for _, sku in zip(range(2), each, strict=False)):
        del seller.skus[sku]
    return MagaluState({name: seller}, [Fault(Kind.FAIL, shop=name, percent=3.0, status=502)])
