"""What is kept of a change: only what differs, no credential, and not without end."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.differences import MAX_BYTES, MAX_VALUE, difference, kept

VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=3)
DOCUMENTS = st.dictionaries(st.text(max_size=20), VALUES | st.dictionaries(st.text(max_size=9), VALUES), max_size=9)


def test_only_what_differs_is_told_by_its_dotted_path() -> None:
    before = {"name": "Um", "policy": {"safety": 0, "cap": 9}, "vtex": {"warehouses": ["1"]}, "gone": 1}
    after = {"name": "Um", "policy": {"safety": 2, "cap": 9}, "vtex": {"warehouses": ["1", "2"]}, "new": {"a": None}}
    assert difference(before, after) == (
        {"gone": 1, "policy.safety": 0, "vtex.warehouses": ["1"]},
        {"new.a": None, "policy.safety": 2, "vtex.warehouses": ["1", "2"]},
    )
    assert difference(after, after) == ({}, {})


def test_what_looks_like_a_credential_is_hidden_and_the_name_of_a_secret_is_not() -> None:
    before = {"vtex.secret": "stockbridge/dev/loja/vtex", "marketplace.headers.X-Api-Key": "canary-1"}
    after = {
        "vtex.secret": "stockbridge/dev/loja/vtex-2",
        "marketplace.headers.X-Api-Key": "canary-2",
        "marketplace.url": "https://api.example.com/{sku}?token=canary-3&shop=7",
        "marketplace.headers.X-Session": "Bearer canary-4",
        "marketplace.body": {"password": "canary-5", "note": 'say "Bearer canary-6"'},
    }
    old, new, cut = kept(before, after)
    assert not cut
    assert "canary" not in json.dumps([old, new])
    assert (old["vtex.secret"], new["vtex.secret"]) == ("stockbridge/dev/loja/vtex", "stockbridge/dev/loja/vtex-2")
    assert new["marketplace.url"] == "https://api.example.com/{sku}?token=***&shop=7"
    assert (old["marketplace.headers.X-Api-Key"], new["marketplace.headers.X-Api-Key"]) == ("***", "***")


def test_a_value_that_looks_like_no_credential_is_kept_as_it_is() -> None:
    values = {"threshold": 5, "enabled": False, "cap": None, "name": "Mercado “Um”", "warehouses": ["1_1"], "x": {}}
    assert kept({}, values) == ({}, values, False)


def test_a_long_change_is_cut_and_says_so_and_no_field_is_kept_by_half() -> None:
    many = {f"field{number:04}": "x" * 40 for number in range(1_000)}
    old, new, cut = kept(many, {name: value.upper() for name, value in many.items()})
    assert cut
    assert 0 < len(old) < 1_000
    assert list(old) == list(new) == sorted(many)[: len(old)]
    _, new, cut = kept({}, {"text": "ç" * 100_000, "after": 1})
    assert cut
    assert new["text"].endswith("…")
    assert len(new["text"].encode()) <= MAX_VALUE
    assert new["after"] == 1


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_kept_is_json_and_bounded_whatever_changed(before: dict[str, Any], after: dict[str, Any]) -> None:
    *sides, cut = kept(*difference(before, after))
    for side, whole in zip(sides, difference(before, after), strict=True):
        assert len(json.dumps(side, ensure_ascii=False).encode("utf-8", "replace")) <= MAX_BYTES + 2 * len(side) + 2
        assert cut or side.keys() == whole.keys()
