"""Log files of the local system: one writer each, two generations, never more than twice `LIMIT` bytes."""

from __future__ import annotations

import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

LIMIT = 20_000_000


def open_log(path: Path, line: str, *, echo: bool = False) -> logging.Logger:
    """A logger of its own, outside logging's tree, whose lines have the format `line`. Close it with `close_log`."""
    log = logging.Logger(path.stem, logging.INFO)
    formatter = logging.Formatter(line, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handlers: list[logging.Handler] = [RotatingFileHandler(path, maxBytes=LIMIT, backupCount=1, encoding="utf-8")]
    if echo:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(formatter)
        log.addHandler(handler)
    return log


def close_log(log: logging.Logger) -> None:
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
