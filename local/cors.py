"""The headers of an HTTP API's CORS configuration."""

from __future__ import annotations

from local.wiring import Cors


def cors_headers(cors: Cors, origin: str) -> list[tuple[str, str]]:
    """For any answer to a cross-origin request; none for an origin that is not allowed."""
    if not origin or not {origin, "*"} & set(cors.origins):
        return []
    headers = [("access-control-allow-origin", "*" if "*" in cors.origins and not cors.credentials else origin)]
    if cors.credentials:
        headers.append(("access-control-allow-credentials", "true"))
    if cors.exposed:
        headers.append(("access-control-expose-headers", ",".join(cors.exposed)))
    return headers


def preflight_headers(cors: Cors, origin: str) -> list[tuple[str, str]]:
    headers = cors_headers(cors, origin)
    if headers:
        headers.append(("access-control-allow-methods", ",".join(cors.methods)))
        headers.append(("access-control-allow-headers", ",".join(cors.headers)))
        if cors.max_age_s is not None:
            headers.append(("access-control-max-age", str(cors.max_age_s)))
    return headers
