"""Which route of an HTTP API takes a request.

API Gateway picks by the path first: a full match before a greedy {variable+} before $default, and in each of them exact
segments before {variables}; then a route for the method before one for ANY. Routes for other methods do not count.
Source: "Routing API requests" in the API Gateway developer guide (http-api-develop-routes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.wiring import Route

_EXACT, _VARIABLE, _GREEDY, _DEFAULT = range(4)


@dataclass(frozen=True, slots=True)
class Match:
    route: Route
    path_parameters: Mapping[str, str]


def match(routes: Sequence[Route], method: str, path: str) -> Match | None:
    """The route for a request; `path` is decoded. A trailing slash is a segment of its own, so it matters."""
    best: tuple[tuple[object, ...], Match] | None = None
    for route in routes:
        if route.method not in {method, "ANY"} and route.path != "$default":
            continue
        found = _match_path(route.path, path)
        if found is None:
            continue
        kinds, parameters = found
        rank = (max(kinds[-1], _VARIABLE), kinds, route.method == "ANY")
        if best is None or rank < best[0]:
            best = rank, Match(route, parameters)
    return best[1] if best else None


def _match_path(pattern: str, path: str) -> tuple[tuple[int, ...], Mapping[str, str]] | None:
    """How specific each segment is, smaller first, and the values of the variables."""
    if pattern == "$default":
        return (_DEFAULT,), {}
    segments = path.split("/")[1:]
    kinds: list[int] = []
    parameters: dict[str, str] = {}
    for index, wanted in enumerate(pattern.split("/")[1:]):
        if wanted.startswith("{") and wanted.endswith("+}"):
            rest = "/".join(segments[index:])
            return ((*kinds, _GREEDY), {**parameters, wanted[1:-2]: rest}) if rest else None
        if index >= len(segments):
            return None
        if wanted.startswith("{") and wanted.endswith("}"):
            if not segments[index]:
                return None
            kinds.append(_VARIABLE)
            parameters[wanted[1:-1]] = segments[index]
        elif wanted == segments[index]:
            kinds.append(_EXACT)
        else:
            return None
    return (tuple(kinds), parameters) if len(kinds) == len(segments) else None
