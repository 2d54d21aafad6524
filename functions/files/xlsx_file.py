"""Rows as an Excel workbook, written row by row: what is in memory does not grow with the file.

Texts are inline strings, numbers numbers, times dates of Excel in the reader's zone. Nothing is ever a formula, and a
text that would be one if it were typed in is marked as text (`quotePrefix`), so that it stays one when it is edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]  # ships no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from files.cells import MAX_CELL, is_risky
from files.rows import COLUMNS, Kind, Row, headings
from stockbridge.texts import say

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 1_048_576  # Excel's own limit, the heading included
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_TIMES = {"pt": "dd/mm/yyyy hh:mm:ss", "en": "yyyy-mm-dd hh:mm:ss", "es": "dd/mm/yyyy hh:mm:ss"}
_EPOCH_DAYS = 25_569  # 1970-01-01 in the days that Excel counts
_QUARTER_MS = 900_000  # of an hour: no zone changes its offset within one
_DAY_MS = 96 * _QUARTER_MS
_CHUNK = 1024 * 1024

About = Sequence[tuple[str, str]]  # what it is, and its text


def write_xlsx(
    path: Path,
    rows: Iterable[Row],
    about: Callable[[], About],
    *,
    language: str,
    zone: ZoneInfo,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Needs room for about twice the unpacked workbook in the folder of `path`. `about` is asked when all rows are
    written."""
    with xlsxwriter.Workbook(path, {**_OPTIONS, "tmpdir": str(path.parent)}) as workbook:
        sheets = _Sheets(workbook, language, zone)
        left = iter(rows)
        first, number = list(islice(left, 1)), 1
        while first or number == 1:
            sheets.fill(number, islice(chain(first, left), sheet_rows - 1))
            first, number = list(islice(left, 1)), number + 1
        sheets.tell(about())


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


class _Sheets:
    def __init__(self, workbook: xlsxwriter.Workbook, language: str, zone: ZoneInfo) -> None:
        self._workbook = workbook
        self._language = language
        self._offsets = _Offsets(zone)
        self._bold = workbook.add_format({"bold": True})
        self._time = workbook.add_format({"num_format": _TIMES[language]})
        self._text = workbook.add_format({"num_format": "@", "quote_prefix": True})
        self._no, self._yes = (say(f"file.{word}", language) for word in ("no", "yes"))

    def fill(self, number: int, rows: Iterable[Row]) -> None:
        """One sheet, with a heading of its own."""
        name = say("file.sheet", self._language)
        sheet = self._workbook.add_worksheet(name if number == 1 else f"{name} {number}")
        for place, (column, heading) in enumerate(zip(COLUMNS, headings(self._language), strict=True)):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, heading, self._bold)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(rows, start=1):
            self._write(sheet, last, row)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)

    def tell(self, about: About) -> None:
        sheet = self._workbook.add_worksheet(say("file.sheet.about", self._language))
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 60)
        for place, (name, text) in enumerate(about):
            sheet.write_string(place, 0, name, self._bold)
            self._write_text(sheet, place, 1, text)

    def _write(self, sheet: Worksheet, place: int, row: Row) -> None:
        for column, (cell, kind) in enumerate(zip(row, _KINDS, strict=True)):
            if cell is None:
                continue
            if kind is Kind.TEXT:
                self._write_text(sheet, place, column, str(cell))
            elif kind is Kind.NUMBER:
                sheet.write_number(place, column, cell)
            elif kind is Kind.TIME:
                sheet.write_number(place, column, self._offsets.days(int(cell)), self._time)
            else:
                sheet.write_string(place, column, self._yes if cell else self._no)

    def _write_text(self, sheet: Worksheet, place: int, column: int, text: str) -> None:
        if text.startswith("<r>"):  # XlsxWriter would take it for markup of its own, and write it as it is
            text = f" {text}"[:MAX_CELL]
        sheet.write_string(place, column, text, self._text if is_risky(text) else None)


_KINDS = [column.kind for column in COLUMNS]


class _Offsets:
    """Of a zone from UTC. Rows come by their time, so what was looked up for one is good for its neighbours."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offset = lru_cache(4096)(self._looked_up)

    def days(self, at: int) -> float:
        """Excel's days since 1899-12-30, as the zone's clocks showed them."""
        return (at + self._offset(at // _QUARTER_MS)) / _DAY_MS + _EPOCH_DAYS

    def _looked_up(self, quarter: int) -> int:
        difference = datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, self._zone).utcoffset()
        assert difference is not None  # a ZoneInfo knows it of every moment
        return int(difference.total_seconds() * 1000)
