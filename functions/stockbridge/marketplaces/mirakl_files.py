"""The CSV files of Mirakl's stock imports: the one that is sent (STO01) and the report about it (STO03). Pure.

Whom a line of the report is about. Its first column is the number of a line of the file that was sent, but whoever
asks may ask about some of the file's SKUs only, so a number alone says nothing. The report is "ready to be reimported",
hence it repeats the line with its offer-sku and warehouse-code, and these are the key; a column of our own, as Mirakl's
connector for Magento adds to another file, would be one that STO01 does not describe. A report that repeats nothing is
read by its numbers as far as they go: the file is sorted, so the i-th of k SKUs out of n is on one of n-k+1 lines. When
none of these is in the report, it was imported, and otherwise that is open. With all SKUs at hand nothing is open.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from stockbridge.connectors import Listing

COLUMNS = ("offer-sku", "quantity", "warehouse-code", "update-delete")
FIRST_LINE = 2  # the header is line 1: the sample report of the specification (OF03) calls its only offer line 2
ANY_WAREHOUSE = "*"  # of a report that does not repeat it
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a quantity is kept: an offer, or one warehouse's part of it. "" is the offer as a whole."""

    offer_sku: str
    warehouse: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line that was not imported. `offer_sku` is None when the report does not repeat what was sent; when it does, a
    `number` may be 0 and a `reason` empty. `text`: the line as it came, below the header."""

    number: int
    reason: str
    offer_sku: str | None
    warehouse: str
    text: str

    @property
    def place(self) -> Place:
        return Place(self.offer_sku or "", self.warehouse)


class Fate(Enum):
    IMPORTED = "imported"
    OPEN = "open"  # the report does not say


def place_of(listing: Listing) -> Place:
    """Without spaces around it: files lose them on the way, and the report would be about a stranger."""
    offer_sku = listing.ids.get("offer_sku") or listing.sku
    return Place(offer_sku.strip(), listing.ids.get("warehouse_code", "").strip())


def stock_file(quantities: Sequence[tuple[Place, int]]) -> bytes:
    """In the order of the places, so that it does not depend on that of the SKUs, and the lines of one offer are
    together, as Mirakl asks. `update-delete` stays empty: an update."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place, quantity in sorted(quantities):
        writer.writerow((place.offer_sku, quantity, place.warehouse, ""))
    return text.getvalue().encode()


def read_report(text: str) -> tuple[ReportLine, ...] | None:
    """The lines in error; None when this is no such report. With or without a header, and with the two columns of the
    error first, as STO03 is described, or wherever the header has them, as in the sample of OF03."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";") if any(row)]
    except csv.Error:
        return None
    if not rows:
        return None
    names = rows.pop(0) if not _NUMBER.fullmatch(rows[0][0].strip()) else []
    header = {name.strip().lower(): index for index, name in enumerate(names)}
    lines = [_line(row, header, names) for row in rows]
    return None if None in lines else tuple(line for line in lines if line is not None)


def _line(row: Sequence[str], header: Mapping[str, int], names: Sequence[str]) -> ReportLine | None:
    def cell(name: str, otherwise: int | None = None) -> str | None:
        index = header.get(name, otherwise)
        return row[index].strip() if index is not None and index < len(row) else None

    number, reason, offer_sku = cell("error-line", 0), cell("error-message", 1), cell("offer-sku") or None
    if number is None or reason is None:
        return None
    if not _NUMBER.fullmatch(number):
        if number or offer_sku is None:
            return None
        number = "0"  # in the report because of another line of its offer
    warehouse = cell("warehouse-code")
    text = "\n".join(";".join(each) for each in (names, row) if each)
    return ReportLine(int(number), reason, offer_sku, ANY_WAREHOUSE if warehouse is None else warehouse, text)


def fates(
    places: Sequence[Place], report: Sequence[ReportLine], *, sent: int | None, complete: bool
) -> Sequence[ReportLine | Fate]:
    """What became of each place. `sent`: lines of the whole file, if that is known. `complete`: the report has all of
    its lines; without, whoever is not in it may yet be in the rest of it."""
    missing = Fate.IMPORTED if complete else Fate.OPEN
    if any(line.offer_sku is None for line in report):
        return _by_number(places, report, sent, missing)
    known = set(places) | {Place(place.offer_sku, ANY_WAREHOUSE) for place in places}
    if sent == len(places) and any(line.place not in known for line in report):
        missing = Fate.OPEN  # all SKUs are here and a line is nobody's: it spells somebody's in its own way
    lines = {line.place: line for line in reversed(report)}
    return [lines.get(place) or lines.get(Place(place.offer_sku, ANY_WAREHOUSE)) or missing for place in places]


def _by_number(
    places: Sequence[Place], report: Sequence[ReportLine], sent: int | None, missing: Fate
) -> Sequence[ReportLine | Fate]:
    lines = {line.number: line for line in report}
    last = FIRST_LINE + sent - 1 if sent is not None else max(lines)
    if not all(FIRST_LINE <= number <= last for number in lines):
        return [Fate.OPEN] * len(places)  # it counts lines in another way than we do
    found: list[ReportLine | Fate] = [Fate.OPEN] * len(places)
    for before, index in enumerate(sorted(range(len(places)), key=places.__getitem__)):
        after = len(places) - 1 - before if sent is not None else 0
        possible = range(FIRST_LINE + before, last - after + 1)
        named = [lines[number] for number in possible if number in lines]
        if not named:
            found[index] = missing
        elif sent is not None and len(possible) == 1:
            found[index] = named[0]
    return found
