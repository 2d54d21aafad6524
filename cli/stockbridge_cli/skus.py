"""Which SKUs are meant: typed, in a file, or a range of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import typer

_RANGE = re.compile(r"([1-9]\d{0,14})-([1-9]\d{0,14})")
_BETWEEN = re.compile(r"[\s,;]+")
MOST_OF_A_RANGE = 100_000


def skus_of(typed: Sequence[str], file: Iterable[str] | None, *, ranges: bool = False) -> list[str]:
    """Each once, in their order. In a file they stand between spaces, commas or line ends, and # begins a remark.

    Raises BadParameter when there is none.
    """
    lines = [line.partition("#")[0] for line in file or ()]
    words = [word for text in (*typed, *lines) for word in _BETWEEN.split(text) if word]
    found = list(dict.fromkeys(sku for word in words for sku in (_range(word) if ranges else (word,))))
    if not found:
        raise typer.BadParameter("no SKU is named, neither behind the command nor in --file")
    return found


def _range(word: str) -> Iterator[str]:
    if not (found := _RANGE.fullmatch(word)):
        yield word
        return
    first, last = int(found[1]), int(found[2])
    if not first <= last < first + MOST_OF_A_RANGE:
        raise typer.BadParameter(f"{word}: not a range of 1 to {MOST_OF_A_RANGE} SKUs")
    yield from map(str, range(first, last + 1))
