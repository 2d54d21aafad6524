"""The console's files. On AWS a CDN serves them from a bucket; here they come from the same origin as the API."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from local.http_events import Answer


class Console:
    """The static pages, under a policy that lets them run only their own scripts and call only us and the issuer."""

    def __init__(self, folder: Path, issuer_origin: str) -> None:
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            f"connect-src 'self' {issuer_origin}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        self._folder = folder.resolve()
        self._headers = [
            ("content-security-policy", policy),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ]

    def page(self, method: str, path: str) -> Answer | None:
        if method not in {"GET", "HEAD"}:
            return None
        if path in {"/", "/console", "/console/"}:
            path = "/console/index.html"
        file = (self._folder / path.removeprefix("/console/")).resolve()
        if not (path.startswith("/console/") and file.is_relative_to(self._folder) and file.is_file()):
            return None
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        return Answer(200, [("content-type", media_type + charset), *self._headers], file.read_bytes())
