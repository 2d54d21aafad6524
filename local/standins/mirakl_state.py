"""The shops of the stand-in Mirakl: their offers, and what becomes of the files that are handed in.

Nothing here knows of HTTP or of a clock: times arrive as milliseconds since the epoch. What Mirakl's documents show is
as they show it; the texts of errors that they do not show are this stand-in's own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from local.standins.faults import Fault

COLUMNS = ["offer-sku", "quantity", "warehouse-code", "update-delete"]
UNKNOWN = "The product does not exist"
UNCATALOGUED = (
    "Produto ainda não foi catalogado no Carrefour. Para reprocessar essa oferta, aguarde a confirmação do Carrefour "
    "de que o produto foi catalogado. Para mais detalhes verifique o portal do carrefour."
)
KEPT_IMPORTS = 500
_LARGEST = 2**31 - 1  # int32 in the specification


@dataclass(frozen=True, slots=True)
class Offer:
    """`refusal`: the error of its lines, instead of a new quantity."""

    quantity: int = 0
    warehouses: dict[str, int] = field(default_factory=dict)
    refusal: str = ""
    updated_at: int | None = None  # when an import last took effect


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file as it came. The header is line 1."""

    number: int
    offer_sku: str
    quantity: str
    warehouse: str
    update_delete: str = ""
    error: str = ""


@dataclass(slots=True)
class Import:
    """Waits, runs, and takes effect all at once when it ends."""

    id: str
    created_at: int
    runs_at: int
    ends_at: int
    lines: list[Line]  # once it has ended, those in error
    fails: bool = False
    ended: bool = False
    in_success: int = 0

    @property
    def in_error(self) -> int:
        return len(self.lines) if self.ended and not self.fails else 0


@dataclass(slots=True)
class MiraklShop:
    """`key` may open several shops; the first is its default. Limits: seconds between calls, 0 for none."""

    id: int
    name: str
    key: str
    offers: dict[str, Offer] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    any_offer: bool = False  # an offer never heard of becomes one instead of an error
    revoked: bool = False
    wait_s: int = 5
    run_s: int = 5
    failing: int = 0  # how many more imports end as FAILED
    running_as: str = "RUNNING"  # what the status says while an import runs
    full_reports: bool = True  # an error report repeats the lines that were sent
    limited: bool = True
    called: dict[str, int] = field(default_factory=dict)  # when what was last called
    counts: dict[str, int] = field(default_factory=dict)  # answers to files, by status

    def wait_left_s(self, call: str, every_s: int, now: int) -> int:
        """How long this call is too early; 0 counts it as made."""
        left_ms = self.called.get(call, now - every_s * 1000) + every_s * 1000 - now
        if self.limited and left_ms > 0:
            return -(-left_ms // 1000)
        self.called[call] = now
        return 0

    def take(self, file: bytes, now: int) -> Import:
        """A file to import. One that is none ends as FAILED."""
        self.settle(now)
        lines = read_stock_file(file)
        fails = lines is None or self.failing > 0
        self.failing = max(0, self.failing - 1)
        runs_at = now + self.wait_s * 1000
        number = 1 + max((int(each) for each in self.imports), default=self.id * 10_000)
        new = Import(str(number), now, runs_at, runs_at + self.run_s * 1000, lines or [], fails)
        self.imports[new.id] = new
        for old in list(self.imports)[:-KEPT_IMPORTS]:
            self._forget(old)
        self.settle(now)
        return new

    def status_of(self, one: Import, now: int) -> str:
        self.settle(now)
        if one.ended:
            return "FAILED" if one.fails else "COMPLETE"
        return self.running_as if one.runs_at <= now else "WAITING"

    def settle(self, now: int) -> None:
        """Every import that is due takes effect, in the order in which they end."""
        due = [one for one in self.imports.values() if not one.ended and one.ends_at <= now]
        for one in sorted(due, key=lambda each: each.ends_at):
            if not one.fails:
                judged = [replace(line, error=self._shown(line, one.ends_at)) for line in one.lines]
                one.lines = [line for line in judged if line.error]
                one.in_success = len(judged) - len(one.lines)
            one.ended = True

    def refuse(self, offer_sku: str, text: str) -> None:
        """An empty text: the offer takes quantities again."""
        self.offers[offer_sku] = replace(self.offers.get(offer_sku, Offer()), refusal=text)

    def _shown(self, line: Line, now: int) -> str:
        """The offer shows the line's quantity, or the line's error."""
        offer = self.offers.get(line.offer_sku, Offer() if self.any_offer else None)
        if offer is None:
            return UNKNOWN
        if offer.refusal:
            return offer.refusal
        if not line.quantity.isdecimal() or int(line.quantity) > _LARGEST:
            return f"The quantity is not a whole number from 0 to {_LARGEST}"
        if line.update_delete not in ("", "update"):
            return "Only updates are possible here"
        quantity = int(line.quantity)
        warehouses = {**offer.warehouses, line.warehouse: quantity} if line.warehouse else {}
        total = sum(warehouses.values()) if warehouses else quantity
        self.offers[line.offer_sku] = Offer(total, warehouses, "", now)
        return ""

    def _forget(self, import_id: str) -> None:
        del self.imports[import_id]
        for call in [call for call in self.called if call.endswith(f" {import_id}")]:
            del self.called[call]


@dataclass(slots=True)
class MiraklState:
    shops: dict[str, MiraklShop]
    faults: list[Fault] = field(default_factory=list)


def read_stock_file(file: bytes) -> list[Line] | None:
    """None when it has not the columns of a stock import."""
    try:
        rows = list(csv.reader(io.StringIO(file.decode("utf-8"), newline=""), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    if not rows or rows[0] != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        return None
    return [
        Line(number, sku, quantity, warehouse, action)
        for number, (sku, quantity, warehouse, action) in enumerate(rows[1:], start=2)
    ]


def error_report(lines: Sequence[Line], *, full: bool) -> str:
    """First the line's number, then the reason and, of a full report, what was sent: ready to be sent again."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["error-line", "error-message", *(COLUMNS if full else [])])
    for line in lines:
        sent = [line.offer_sku, line.quantity, line.warehouse, line.update_delete]
        writer.writerow([line.number, line.error, *(sent if full else [])])
    return text.getvalue()


def seeded(skus: Sequence[str], *, shop: str = "carrefour-demo", number: int = 2000) -> MiraklState:
    """One shop that offers these SKUs, with the last ones going wrong in every way that a line can: the last is not
    offered, the two before it are not catalogued, and the one before these has an error that nobody has catalogued."""
    offers = {sku: Offer() for sku in skus[:-1]}
    made = MiraklShop(number, shop, f"local-key-{shop}", offers)
    if len(skus) > 4:
        for sku in skus[-3:-1]:
            made.refuse(sku, UNCATALOGUED)
        made.refuse(skus[-4], "Erro interno ao gravar o estoque da oferta")
    return MiraklState({shop: made})
