"""Rows as CSV (RFC 4180) that a spreadsheet opens with a double click: UTF-8 with its mark, CRLF, and the separator
that Excel expects where the language is spoken. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from files.cells import guarded
from files.rows import COLUMNS, Cell, Kind, Row, headings
from stockbridge.texts import say

MEDIA_TYPE = "text/csv; charset=utf-8"
MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page
SEPARATORS = {"pt": ";", "en": ",", "es": ";"}
_DECIMAL = {"pt": ",", "en": ".", "es": ","}
_ROWS = 1_000  # of one chunk


def csv_chunks(rows: Iterable[Row], *, language: str, zone: ZoneInfo) -> Iterator[bytes]:
    """The file, in chunks of some hundred KB."""
    separator = SEPARATORS[language]
    words = _Words(language, zone)
    lines = [MARK + separator.join(map(_quoted, headings(language)))]
    for row in rows:
        lines.append(separator.join(map(words, row, _KINDS)))
        if len(lines) == _ROWS:
            yield _bytes(lines)
            lines = []
    yield _bytes(lines)


_KINDS = [column.kind for column in COLUMNS]


class _Words:
    """A cell as it is written."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self._decimal = _DECIMAL[language]
        self._no, self._yes = (_quoted(say(f"file.{word}", language)) for word in ("no", "yes"))
        self._zone = zone

    def __call__(self, cell: Cell, kind: Kind) -> str:
        if cell is None:
            return ""
        if kind is Kind.TEXT:
            return _quoted(str(cell))
        if kind is Kind.YES_NO:
            return self._yes if cell else self._no
        if kind is Kind.TIME:
            moment = datetime.fromtimestamp(float(cell) / 1000, self._zone)
            return moment.strftime("%Y-%m-%d %H:%M:%S")
        number = str(cell).replace(".", self._decimal)
        return f'"{number}"' if "," in number else number


def _quoted(text: str) -> str:
    """Every text is: what it holds may be the separator of another reader."""
    return '"' + guarded(text).replace('"', '""') + '"'


def _bytes(lines: list[str]) -> bytes:
    return "".join(line + "\r\n" for line in lines).encode()
