"""The product's counters and its log, for a schedule: counted, and silent but for what nobody expects."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from actions import desk, operation_desk
from stockbridge import (
    audit,
    delivery,
    hinting,
    intake,
    logins,
    measured,
    planning,
    reception,
    reconciliation,
    runs,
    showing,
    working,
)
from stockbridge.errors import StockBridgeError

_MODULES: tuple[Any, ...] = (
    audit, delivery, desk, hinting, intake, logins, measured, operation_desk, planning, reception, reconciliation, runs,
    showing, working,
)  # fmt: skip


class Silent:
    """Takes the place of the logger: `unexpected` holds errors that are not ours."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []

    def info(self, message: str, **_: Any) -> None: ...

    def warning(self, message: str, **_: Any) -> None: ...

    def error(self, message: str, **_: Any) -> None: ...

    def critical(self, message: str, **_: Any) -> None: ...

    def exception(self, message: str, **_: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, StockBridgeError):
            self.unexpected.append(f"{message}: {error!r}")


@contextmanager
def counted(happened: Counter[str]) -> Iterator[Silent]:
    def count(name: str, value: int = 1) -> None:
        happened[name] += value

    silent = Silent()
    kept = [
        {name: getattr(module, name) for name in ("count", "logger") if hasattr(module, name)} for module in _MODULES
    ]
    for module in _MODULES:
        module.count, module.logger = count, silent
    try:
        yield silent
    finally:
        for module, names in zip(_MODULES, kept, strict=True):
            for name, value in names.items():
                setattr(module, name, value)
