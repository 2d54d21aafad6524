"""Documents as somebody could send them: a good one in which some values are others, missing, or unheard of."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(), max_size=30)  # lone surrogates too, which JSON can escape
NUMBERS = st.one_of(
    st.integers(), st.sampled_from([2**31, 2**63, 10**400]), st.floats(), st.sampled_from([1e308, -0.0])
)
ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.booleans(), NUMBERS, ANY_TEXT, st.sampled_from(["{", "{sku}", "{a.b}", "(a+)+", "http://["])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(ANY_TEXT, inner, max_size=4)),
    max_leaves=8,
)

# No document at all, or one that is hard to read.
BODIES = [
    b"",
    b" ",
    b"\x00",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"{}",
    b"[" * 5_000,
    b'{"a":' * 1_000,
    b"[" * 2_000 + b"]" * 2_000,
    b"1" * 5_000,
    b'{"a":' + b"1" * 5_000 + b"}",
    b'{"a":NaN,"b":1e999}',
    b'{"name":"\\ud800"}',
    b'{"name":"a","connector":"generic","marketplace":{"\\ud800":1}}',
    b'{"a":1,"a":2}',
    b"x" * 70_000,
    b"a=1&b=2",
]


@st.composite
def mutated(draw: st.DrawFn, documents: list[Any]) -> Any:
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(0, 3))):
        places = list(_places(document))
        if not places:
            break
        inside, name = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                inside[name] = draw(ANYTHING)
            case "remove":
                del inside[name]
            case "add" if isinstance(inside, dict):
                inside[draw(ANY_TEXT)] = draw(ANYTHING)
    return document


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every value, as what holds it and the name or place in it."""
    names = list(document) if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
    for name in names:
        yield document, name
        yield from _places(document[name])
