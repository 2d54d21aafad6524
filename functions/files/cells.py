"""What is put into a cell. No text may become a formula, whichever program opens the file, and with whichever
separator it reads it. Pure.

What spreadsheets take for the beginning of a formula is told by OWASP's page "CSV Injection".
"""

from __future__ import annotations

import re

MAX_CELL = 32_767  # characters, Excel's own limit

# Of one line, and nothing that XML 1.0 cannot hold.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_BEGINS = r"=+\-@\uff1d\uff0b\uff0d\uff20"  # and the same in full width
_SKIPPED = r"[\s\"\u200b-\u200f\u2060\ufeff]*"  # what may stand before it and is not seen
_FORMULA = re.compile(rf"({_SKIPPED})([{_BEGINS}])")
# In a line of CSV a formula may also begin behind what another reader takes for a separator.
_FORMULAS = re.compile(rf"(\A|[;,|])({_SKIPPED})(?=[{_BEGINS}])")
GUARD = "'"


def clean(text: str) -> str:
    """One line that every format can hold."""
    return _UNFIT.sub(" ", text).strip()[:MAX_CELL]


def is_risky(text: str) -> bool:
    """A spreadsheet would take it for a formula, if it were typed in."""
    return _FORMULA.match(text) is not None


def guarded(text: str) -> str:
    """With a guard before each beginning of a formula: read as text, and nothing else of it is changed."""
    return _FORMULAS.sub(rf"\1\2{GUARD}", text)
