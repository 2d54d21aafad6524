"""What a deed changed: the fields before and after, by dotted path, fit to be kept for ever. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from stockbridge.redaction import redacted, shortened

MAX_BYTES = 4096  # of each side, as JSON
MAX_VALUE = 1024  # of one value

_NAME_OF_A_SECRET = re.compile(r"stockbridge/[\w/+=.@-]{1,512}")  # where it is kept, never what it is
_ABSENT = object()

Changed = tuple[dict[str, Any], dict[str, Any]]  # before and after


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changed:
    """Of two documents only what differs. A path that only one of them has is in that one's answer alone."""
    old, new = dict(_flat(before)), dict(_flat(after))
    names = sorted(name for name in old.keys() | new.keys() if old.get(name, _ABSENT) != new.get(name, _ABSENT))
    return {name: old[name] for name in names if name in old}, {name: new[name] for name in names if name in new}


def kept(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Both sides without what looks like a credential, and whether something of them was too long to be kept."""
    sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    sizes = [0, 0]
    cut = False
    for name in dict.fromkeys([*before, *after]):
        for place, side in enumerate((before, after)):
            if name not in side:
                continue
            shown, whole = _shown(name, side[name])
            sizes[place] += _size({name: shown})
            if max(sizes) > MAX_BYTES:
                sides[0].pop(name, None)  # a field is kept with both its values or not at all
                return *sides, True
            sides[place][name] = shown
            cut = cut or not whole
    return *sides, cut


def _flat(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _shown(name: str, value: Any) -> tuple[Any, bool]:
    if isinstance(value, str) and _NAME_OF_A_SECRET.fullmatch(value):
        return value, True
    text = redacted(json.dumps({name: value}, ensure_ascii=False), ())
    try:
        (shown,) = json.loads(text).values()
    except ValueError:  # longer than what is looked at, or hidden across a quotation mark
        shown = text
    if _size(shown) <= MAX_VALUE:
        return shown, True
    return shortened(shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False), MAX_VALUE), False


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
