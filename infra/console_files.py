"""The files of the console's build: what each of them is, and how long it may be kept.

A name is relative to the folder of the build, which is served below /console/.
"""

from __future__ import annotations

from pathlib import PurePosixPath

PAGE = "index.html"
CONFIGURATION = "config.json"  # no part of the build: whoever serves the console makes it

IMMUTABLE = "public, max-age=31536000, immutable"  # a year

# Not those of the machine that asks: a browser runs nothing whose type is not exactly right (nosniff).
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


def media_type(name: str) -> str:
    return _MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")


def is_hashed(name: str) -> bool:
    """The name holds a hash of the content, so whoever has the file has it for good."""
    return name.startswith("assets/")
