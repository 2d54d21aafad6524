"""The template's API in this process, on its stack in moto."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import count

import pytest
from moto import mock_aws  # before any client is made: moto reaches only later ones

from tests import stack
from tests.abuse.installation import Installation, furnish, installed, pattern

_numbers = count(1)

os.environ.update(stack.environment())  # before a handler is imported: it reads its settings then


@pytest.fixture(scope="module")
def shared() -> Iterator[Installation]:
    with installed() as there:
        yield there


@pytest.fixture(scope="module")
def copied() -> Mapping[str, str]:
    with mock_aws():
        stack.create()
        return pattern()


@pytest.fixture
def installation(shared: Installation, copied: Mapping[str, str]) -> Iterator[Installation]:
    """With an account of the test's own: what a process remembers of one is nothing to another. Nothing else is in the
    tables: each answer of moto's takes as long as they are."""
    with mock_aws():
        stack.create()
        furnish(shared, f"abused{next(_numbers)}", copied)
        yield shared
