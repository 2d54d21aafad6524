"""How results look: tables and sentences for people, or the API's own documents as JSON."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from stockbridge_cli.client import Document, NotReachable, Refused
from stockbridge_cli.formats import shown_number, shown_time
from stockbridge_cli.texts import knows, say

UNAUTHORIZED = 401

# Of a terminal's own commands, and what turns the order of characters around: others write the texts that are shown.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """As a text of rich's markup that is shown as it is, and does nothing."""
    return escape(_UNSEEN.sub("\ufffd", text))


@dataclass(frozen=True, slots=True)
class Screen:
    language: str
    as_json: bool
    out: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True, width=_width()))
    error: Console = field(default_factory=lambda: Console(stderr=True, highlight=False, soft_wrap=True))

    def say(self, key: str, **details: object) -> str:
        return say(key, self.language, **details)

    def word(self, family: str, code: str) -> str:
        """One of the API's codes as a word; the code itself where the API is newer than this command."""
        return self.say(f"{family}.{code}") if knows(f"{family}.{code}") else code

    def document(self, document: Any) -> None:
        """As it is."""
        self.out.out(_json(document), highlight=False)

    def told(self, document: Any, key: str, **details: object) -> None:
        """What was done: a sentence, or the document of it."""
        if self.as_json:
            self.document(document)
        else:
            self.line(self.say(key, **details))

    def line(self, text: str) -> None:
        self.out.print(shown(text))

    def aside(self, text: str) -> None:
        """To the person, beside the result."""
        self.error.print(shown(text))

    def when(self, instant: str | None) -> str | None:
        return None if instant is None else shown_time(instant, self.language)

    def number(self, value: float | None, digits: int = 0) -> str | None:
        return None if value is None else shown_number(value, self.language, digits)

    def counted(self, count: Document) -> str:
        """A count of the API, with a + where there are more."""
        return f"{self.number(count['count'])}{'+' if count['more'] else ''}"

    def bar(self, done: ProgressColumn) -> Progress:
        """On standard error, if that is a terminal, and only as long as it moves."""
        columns = (TextColumn("{task.description}"), BarColumn(), done, TimeRemainingColumn())
        return Progress(*columns, console=self.error, transient=True, disable=not sys.stderr.isatty())

    def decimal(self, digits: str) -> str:
        """Digits that are written with a point, as this language writes them."""
        return digits if self.language == "en" else digits.replace(".", ",")

    @contextmanager
    def progress(self, total: int, text: str) -> Iterator[Callable[[], None]]:
        """A bar. What is yielded is called for each that is done."""
        with self.bar(MofNCompleteColumn()) as bar:
            task = bar.add_task(shown(text), total=total)
            yield lambda: bar.advance(task)

    def pairs(self, rows: Sequence[tuple[str, object]]) -> None:
        """What something is called, and what it is; without those that are nothing."""
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for name, value in rows:
            if value not in (None, ""):
                table.add_row(shown(name), shown(str(value)))
        self.out.print(table)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """`columns` are texts already."""
        if not rows:
            self.line(self.say("nothing"))
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(shown(column), overflow="fold")
        for row in rows:
            table.add_row(*(shown("" if cell is None else str(cell)) for cell in row))
        self.out.print(table)

    def fields(self, document: dict[str, Any]) -> None:
        """A document as dotted paths with their values."""
        self.table([self.say("field"), self.say("value")], list(_flat(document)))

    def refused(self, refused: Refused) -> None:
        if self.as_json:
            self.error.out(_json(refused.problem), highlight=False)
            return
        self.error.print(shown(self._reason(refused)))
        for one in refused.problem.get("problems") or ():
            self.error.print(shown(f"  {one['field']}: {one['detail']}"))

    def _reason(self, refused: Refused) -> str:
        """Where the API speaks of its parameters, or the gateway before it of nothing, what to do is ours to say."""
        if refused.problem.get("type") == "urn:stockbridge:problem:account_required":
            return self.say("account_required")
        return self.say("token_refused") if refused.problem.get("status") == UNAUTHORIZED else str(refused)

    def not_reachable(self, error: NotReachable) -> None:
        if self.as_json:
            problem = {"type": "not_reachable", "detail": str(error)}
            self.error.out(_json(problem), highlight=False)
        else:
            self.error.print(shown(self.say("not_reachable", what=str(error))))


def _json(document: Any) -> str:
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)  # the same document


def _width() -> int | None:
    """The terminal's. Into a file or a pipe, a row is a line, unless COLUMNS says otherwise."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else 1_000


def _flat(document: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(document, dict) and document:
        for name, value in document.items():
            yield from _flat(value, f"{path}.{name}" if path else str(name))
    else:
        yield path, document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
