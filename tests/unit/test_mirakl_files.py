"""The files of Mirakl's stock imports: what is sent, and whom the report is about."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors import Listing
from stockbridge.marketplaces.mirakl_files import (
    COLUMNS,
    Fate,
    Place,
    ReportLine,
    fates,
    place_of,
    read_report,
    stock_file,
)

IMPORTED, OPEN = Fate.IMPORTED, Fate.OPEN
A, B, C, D = (Place(name) for name in "ABCD")
EVENTS = Path(__file__).parents[1] / "events" / "mirakl"


def report(*lines: tuple[int, str], full: bool = True) -> tuple[ReportLine, ...]:
    header = "error-line;error-message" + (";offer-sku;quantity;warehouse-code;update-delete" if full else "")
    text = "\n".join([header, *(f"{number};wrong" + (f";{sku};1;;" if full else "") for number, sku in lines)])
    found = read_report(text)
    assert found is not None
    return found


def judged(
    places: list[Place], lines: tuple[ReportLine, ...], *, sent: int | None = None, complete: bool = True
) -> list[int | Fate]:
    found = fates(places, lines, sent=sent, complete=complete)
    return [fate.number if isinstance(fate, ReportLine) else fate for fate in found]


def test_the_file_is_the_one_that_the_specification_describes() -> None:
    file = stock_file([(Place("SKU-2", "WH-SP"), 4), (Place("SKU-1"), 12), (Place("SKU-2", "WH-RJ"), 7)])
    assert file.decode() == (
        '"offer-sku";"quantity";"warehouse-code";"update-delete"\n'
        '"SKU-1";"12";"";""\n'
        '"SKU-2";"7";"WH-RJ";""\n'
        '"SKU-2";"4";"WH-SP";""\n'
    )


@pytest.mark.parametrize("sku", ['12"', "a;b", '";"', "=1+1", "-5", " x ", "é", "0012", '"'])
def test_a_sku_comes_out_of_the_file_as_it_went_in(sku: str) -> None:
    rows = list(csv.reader(io.StringIO(stock_file([(Place(sku), 3)]).decode()), delimiter=";"))
    assert rows == [list(COLUMNS), [sku, "3", "", ""]]


def test_a_quote_is_doubled_and_a_formula_is_left_alone() -> None:
    assert stock_file([(Place('7"; =A1'), 3)]).splitlines()[1] == b'"7""; =A1";"3";"";""'


@given(st.dictionaries(st.text("ABC;\"' =", min_size=1, max_size=5), st.integers(0, 99), max_size=20), st.randoms())
def test_the_order_of_the_skus_does_not_change_the_file(quantities: dict[str, int], chance: object) -> None:
    given_order = [(Place(sku), quantity) for sku, quantity in quantities.items()]
    assert stock_file(given_order) == stock_file(given_order[::-1])
    lines = csv.reader(io.StringIO(stock_file(given_order).decode(), newline=""), delimiter=";")
    assert {row[0]: int(row[1]) for row in list(lines)[1:]} == quantities


def test_a_place_is_the_skus_own_id_unless_the_listing_says_otherwise() -> None:
    assert place_of(Listing("42")) == Place("42")
    assert place_of(Listing("42", MappingProxyType({"offer_sku": "", "warehouse_code": "SP"}))) == Place("42", "SP")
    assert place_of(Listing("42", MappingProxyType({"offer_sku": " KIT-42 "}))) == Place("KIT-42")


def test_a_report_is_read_wherever_its_columns_are() -> None:
    [line] = read_report((EVENTS / "offer-import-error-report.response.csv").read_text()) or ()
    assert (line.number, line.reason, line.offer_sku) == (2, "The product does not exist", None)
    [line] = read_report('\ufeff"3";"The product does not exist"\r\n') or ()
    assert (line.number, line.reason, line.offer_sku) == (3, "The product does not exist", None)
    [line] = read_report('Linha;Motivo;offer-sku\n"7";"Não; ""mesmo""";"A"') or ()
    assert (line.number, line.reason, line.place) == (7, 'Não; "mesmo"', Place("A", "*"))


def test_skus_are_found_whatever_part_of_the_file_is_asked_about_and_in_whatever_order() -> None:
    lines = report((3, "B"), (5, "D"))
    assert judged([A, B, C, D], lines, sent=4) == [IMPORTED, 3, IMPORTED, 5]
    assert judged([D, A], lines, sent=4) == [5, IMPORTED]
    assert judged([C], lines, sent=4) == [IMPORTED]
    assert judged([B], lines) == [3]


def test_warehouses_of_one_offer_are_told_apart() -> None:
    text = "error-line;error-message;offer-sku;quantity;warehouse-code;update-delete\n3;wrong;A;1;RJ;\n"
    lines = read_report(text) or ()
    assert judged([Place("A", "RJ"), Place("A", "SP"), Place("A")], lines, sent=3) == [3, IMPORTED, IMPORTED]
    without = read_report("error-line;error-message;offer-sku\n3;wrong;A\n") or ()
    assert judged([Place("A", "RJ"), Place("A", "SP"), B], without, sent=3) == [3, 3, IMPORTED]


def test_a_line_that_is_there_with_another_of_its_offer_was_not_imported() -> None:
    text = "error-line;error-message;offer-sku;quantity;warehouse-code;update-delete\n3;wrong;A;1;RJ;\n;;A;1;SP;\n"
    assert judged([Place("A", "RJ"), Place("A", "SP")], read_report(text) or (), sent=2) == [3, 0]


def test_a_line_that_is_nobodys_leaves_the_others_open() -> None:
    lines = report((2, "a"), (3, "B"))
    assert judged([A, B, C], lines, sent=3) == [OPEN, 3, OPEN]
    assert judged([A, B], lines, sent=3) == [IMPORTED, 3]  # the third may well be called "a"


def test_without_the_skus_a_whole_file_is_read_by_the_numbers_of_its_lines() -> None:
    lines = report((3, ""), (5, ""), full=False)
    assert judged([D, C, B, A], lines, sent=4) == [5, IMPORTED, 3, IMPORTED]


def test_without_the_skus_a_part_of_a_file_is_open_where_the_numbers_do_not_settle_it() -> None:
    last = report((5, ""), full=False)
    assert judged([A, B], last, sent=4) == [IMPORTED, OPEN]  # A is on line 2, 3 or 4; B on 3, 4 or 5
    assert judged([A, B, C], last, sent=4) == [IMPORTED, IMPORTED, OPEN]
    assert judged([A, B, C], report((2, ""), (3, ""), full=False), sent=4) == [OPEN, OPEN, IMPORTED]
    assert judged([A], last) == [OPEN]


def test_numbers_outside_the_file_settle_nothing() -> None:
    for number in (0, 1, 6):
        assert judged([A, B, C, D], report((number, ""), full=False), sent=4) == [OPEN] * 4


def test_an_incomplete_report_leaves_open_who_is_not_in_it() -> None:
    assert judged([A, B], report((3, "B")), sent=2, complete=False) == [OPEN, 3]
    assert judged([A, B], report((3, ""), full=False), sent=2, complete=False) == [OPEN, 3]


@given(st.sets(st.integers(0, 11), min_size=1), st.sets(st.integers(0, 11), min_size=1), st.booleans(), st.booleans())
def test_no_line_is_ever_laid_at_anothers_door(wrong: set[int], asked: set[int], full: bool, known: bool) -> None:
    names = [f"{number:02}" for number in range(12)]
    lines = report(*((number + 2, names[number]) for number in sorted(wrong)), full=full)
    places = [Place(names[number]) for number in asked]
    for number, fate in zip(asked, judged(places, lines, sent=12 if known else None), strict=True):
        truth = number + 2 if number in wrong else IMPORTED
        assert fate == truth or (fate is OPEN and not full)
