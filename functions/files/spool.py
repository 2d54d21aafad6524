"""The rows of one page as bytes, and back. Compressed: the texts of causes repeat."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence

from files.rows import Row

_LEVEL = 3


def pack(rows: Sequence[Row]) -> bytes:
    """The same rows are the same bytes."""
    lines = "\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return gzip.compress(lines.encode(), _LEVEL, mtime=0)


def unpack(content: bytes) -> Iterator[Row]:
    for line in gzip.decompress(content).split(b"\n"):
        yield json.loads(line)
