"""The template's API in this process, on its stack in moto."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest
from moto import mock_aws  # before any client is made: moto reaches only later ones

from tests import stack
from tests.abuse.installation import Installation, furnish, installed

_numbers = count(1)

os.environ.update(stack.environment())  # before a handler is imported: it reads its settings then


@pytest.fixture(scope="module")
def shared() -> Iterator[Installation]:
    with mock_aws():
        stack.create()
        with installed() as there:
            yield there


@pytest.fixture
def installation(shared: Installation) -> Installation:
    """With an account of the test's own: what a process remembers of one is nothing to another."""
    furnish(shared, f"abused{next(_numbers)}")
    return shared
