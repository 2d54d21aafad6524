"""Where a page ended, as an opaque text. It is a position and not a permission: what may be read is decided by
whoever reads, from the caller's own account."""

from __future__ import annotations

import base64
import binascii

from stockbridge.errors import InvalidInput

_VERSION = "1"
_SEPARATOR = "\n"


def write_cursor(*parts: str) -> str:
    text = _SEPARATOR.join((_VERSION, *parts))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, parts: int) -> tuple[str, ...]:
    """What `write_cursor` was given. Raises InvalidInput; the parts themselves are still to be judged."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("bad_cursor") from error
    version, *found = text.split(_SEPARATOR)
    if version != _VERSION or len(found) != parts:
        raise InvalidInput("bad_cursor")
    return tuple(found)
