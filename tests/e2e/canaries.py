"""What the stand-ins' secrets begin with, those that they are seeded with and those that they hand out, and where such
a thing was seen."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

CANARIES: Mapping[str, tuple[str, ...]] = {
    "MLB": ("local-secret-demoloja", "TG-local-demoloja-", "APP_USR-local-demoloja-", "9000000000000001"),
    "CRF": ("local-key-carrefour-demo",),
    "MGZ": tuple(f"local-magalu-{name}-demoloja" for name in ("client", "secret", "access", "refresh")),
    "MZN": (
        "amzn1.local-client.demoloja",
        "local-secret-demoloja",
        "Atzr|local-refresh-demoloja",
        "Atza|local-ALOCALDEMOLOJA-",
    ),
    "VTX": ("vtexappkey-lojaparceira-LOCAL", "local-token-lojaparceira"),
}


def seen_in(text: bytes) -> set[str]:
    """The canaries in a text, as they are or as addresses and base64 write them."""
    canaries = {canary for of_one in CANARIES.values() for canary in of_one}
    return {canary for canary in canaries if any(spelling.encode() in text for spelling in _spellings(canary))}


def files(folder: Path) -> Iterator[Path]:
    """Every file below it, once."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not _below_a_link(path, folder))


def _below_a_link(path: Path, folder: Path) -> bool:
    return any(parent.is_symlink() for parent in (path, *path.parents) if parent.is_relative_to(folder))


def _spellings(canary: str) -> Iterator[str]:
    yield canary
    yield quote(canary, safe="")
    for shift in range(3):  # of a byte in its group of three, which decides how base64 writes it
        code = b64encode(bytes(shift) + canary.encode()).decode()
        yield code[-(-shift * 8 // 6) : (shift + len(canary)) * 8 // 6]
