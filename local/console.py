"""The console's build. On AWS a CDN serves it from a bucket (infra/console.yaml); here it shares the API's origin."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from infra.console_files import CONFIGURATION, IMMUTABLE, PAGE, is_hashed, media_type
from local.http_events import Answer, Request

_PAGE_ADDRESS = re.compile(r"/(estoque(/.*)?)?", re.DOTALL)  # the pages tell them apart themselves
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)  # q=0 refuses it
_WORTH_GZIP_BYTES = 1000

_NOT_BUILT = """<!doctype html>
<html lang="pt-BR">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>StockBridge</title>
<h1>O console ainda não foi construído</h1>
<p>Rode <code>make console</code> na pasta do projeto e recarregue esta página.</p>
<p lang="en">The console is not built yet. Run <code>make console</code> in the project's folder and reload.</p>
</html>
""".encode()


class Console:
    """The pages, under a policy that lets them run only their own scripts and call only us and the issuer.

    `folder` holds the build. It may be missing, and may be built anew at any time. `config` is what the pages are told
    about where they are: `issuer` and `clientId` of the sign-in, and what there is to try on one machine.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            f"connect-src 'self' {config['issuer']}/; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        self._folder = folder
        self._config = json.dumps(config).encode()
        self._headers = [
            ("content-security-policy", policy),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ]

    def page(self, request: Request) -> Answer | None:
        """None when nothing of the console is there."""
        if request.method not in {"GET", "HEAD"}:
            return None
        name = PAGE if _PAGE_ADDRESS.fullmatch(request.path) else request.path.removeprefix("/console/")
        content = self._config if name == CONFIGURATION else self._read(name)
        if content is None:
            return self._answer(request, 503, PAGE, _NOT_BUILT) if name == PAGE else None
        return self._answer(request, 200, name, content)

    def _read(self, name: str) -> bytes | None:
        """It is looked for among the files that there are, so no name leads out of the folder."""
        try:
            for file in self._folder.rglob("*"):
                if file.is_file() and file.relative_to(self._folder).as_posix() == name:
                    return file.read_bytes()
        except FileNotFoundError:  # it is being built anew
            pass
        return None

    def _answer(self, request: Request, status: int, name: str, content: bytes) -> Answer:
        kind = media_type(name)
        kept = IMMUTABLE if is_hashed(name) else "no-store"
        headers = [("content-type", kind), ("cache-control", kept), *self._headers]
        if kind.startswith(("text/", "application/json", "image/svg")):
            headers.append(("vary", "accept-encoding"))
            if len(content) >= _WORTH_GZIP_BYTES and _TAKES_GZIP.search(request.header("accept-encoding")):
                headers.append(("content-encoding", "gzip"))
                content = _gzipped(content)
        return Answer(status, headers, content)


@lru_cache(maxsize=64)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
