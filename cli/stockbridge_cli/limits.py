"""What limits a list, whichever command shows it: a status, a time, how many."""

# no `from __future__ import annotations`: typer reads the parameters' annotations as they are

from enum import StrEnum
from typing import Annotated

import typer

from stockbridge_cli.formats import moment

Since = Annotated[
    str | None,
    typer.Option("--from", parser=moment, metavar="TIME", help="Not older: 24h, 7d, 2026-01-31, with a time"),
]
Until = Annotated[str | None, typer.Option("--to", parser=moment, metavar="TIME", help="Older than that")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="So many of them; 0 for all")]


class Shown(StrEnum):
    SUCCESS = "success"
    ERROR = "error"
    PENDING = "pending"
    REMOVED = "removed"
