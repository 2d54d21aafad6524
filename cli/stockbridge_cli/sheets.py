"""A CSV file in parts that the API takes at once. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINES = 2_000  # below the header
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """`lines_before`: what is to be added to a line's number in the part for its number in the file."""

    content: bytes
    lines_before: int


def parts(content: bytes, *, max_lines: int = MAX_LINES, max_bytes: int = MAX_BYTES) -> Iterator[Part]:
    """The file as it is when it is small enough; else its lines in order, each part with the header."""
    header, *lines = content.splitlines(keepends=True) or [b""]
    if len(lines) <= max_lines and len(content) <= max_bytes:
        yield Part(content, 0)
        return
    start = 0
    while start < len(lines):
        end, size = start, len(header)
        while end < len(lines) and end - start < max_lines and (end == start or size + len(lines[end]) <= max_bytes):
            size += len(lines[end])
            end += 1
        yield Part(header + b"".join(lines[start:end]), start)
        start = end
