"""Entries of a channel's listing map, one by one or as a CSV file, each checked before it is saved. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stockbridge.errors import FieldProblem, InvalidFields, InvalidInput, TooLarge
from stockbridge.notifications import sku_id

SKU = "sku"  # the first column: the SKU at VTEX
MAX_ID = 100
MAX_LINES = 2_000  # what one invocation saves in time

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """`ids` as texts, as they were written; none: there is no entry. `rev` counts the saves, 0 for none."""

    sku: str
    ids: Mapping[str, str]
    rev: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the line's in the file, from 1; an entry that spans lines has the last one's."""

    number: int
    sku: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RefusedLine:
    number: int
    problem: FieldProblem


@dataclass(frozen=True, slots=True)
class Sheet:
    lines: Sequence[Line]
    refused: Sequence[RefusedLine]


def id_problems(ids: Mapping[str, str], known: Collection[str]) -> Iterator[FieldProblem]:
    """What is wrong with the ids of an entry; `known` are the connector's names."""
    if not ids:
        yield FieldProblem("ids", "no_ids", {"allowed": ", ".join(known)})
    for name, value in ids.items():
        if name not in known:
            yield FieldProblem(name, "unknown_listing_field", {"allowed": ", ".join(known) or "-"})
        elif not value:
            yield FieldProblem(name, "too_short", {})
        elif len(value) > MAX_ID:
            yield FieldProblem(name, "too_long", {"limit": MAX_ID})
        elif _CONTROL.search(value):
            yield FieldProblem(name, "control_characters", {})
        elif value != value.strip():  # nobody sees such a space, and the marketplace would only say "not found"
            yield FieldProblem(name, "outer_spaces", {})


def read_sheet(text: str, known: Collection[str]) -> Sheet:
    """A file with a header line: `sku`, then names of ids; separated by commas, or by semicolons as spreadsheets in
    Portuguese write them. An empty cell is an id that the entry does not have.

    Raises InvalidFields for a header that cannot be followed, InvalidInput for what is no CSV, TooLarge.
    """
    text = text.removeprefix("\ufeff")
    header, _, _ = text.lstrip("\r\n").partition("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    lines: list[Line] = []
    refused: list[RefusedLine] = []
    names: list[str] = []
    seen: set[str] = set()
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _names(cells, known)
                continue
            if len(lines) + len(refused) == MAX_LINES:
                raise TooLarge("too_many_lines")
            line = _line(reader.line_num, cells, names)
            problem = line if isinstance(line, FieldProblem) else _problem(line, known, seen)
            if problem is not None:
                refused.append(RefusedLine(reader.line_num, problem))
            elif isinstance(line, Line):
                lines.append(line)
                seen.add(line.sku)
    except csv.Error as error:
        raise InvalidInput("malformed_csv") from error
    if not names:
        raise InvalidFields([FieldProblem(SKU, "required", {})])
    return Sheet(lines, refused)


def _names(cells: Sequence[str], known: Collection[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if names[0] != SKU:
        raise InvalidFields([FieldProblem(names[0], "first_column_is_sku", {})])
    if len(names) > 1 + len(known):
        found = {"expected_cells": 1 + len(known), "found": len(names)}
        raise InvalidFields([FieldProblem("", "wrong_number_of_cells", found)])
    own = names[1:]  # a connector may have an id of its own that is called sku
    problems = [
        FieldProblem(name, "unknown_listing_field", {"allowed": ", ".join(known) or "-"})
        for name in own
        if name not in known
    ]
    problems += [FieldProblem(name, "repeated_column", {}) for name in sorted(set(own)) if own.count(name) > 1]
    if problems:
        raise InvalidFields(problems)
    return names


def _line(number: int, cells: Sequence[str], names: Sequence[str]) -> Line | FieldProblem:
    if len(cells) != len(names):
        return FieldProblem("", "wrong_number_of_cells", {"expected_cells": len(names), "found": len(cells)})
    ids = {name: cell for name, cell in zip(names[1:], cells[1:], strict=True) if cell}
    try:
        return Line(number, sku_id(cells[0].strip()), ids)
    except InvalidInput:
        return FieldProblem(SKU, "sku_format", {})


def _problem(line: Line, known: Collection[str], seen: Collection[str]) -> FieldProblem | None:
    if line.sku in seen:
        return FieldProblem(SKU, "repeated_sku", {})
    return next(id_problems(line.ids, known), None)
