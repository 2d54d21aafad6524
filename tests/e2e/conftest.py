"""One whole local system for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local_system import LocalSystem, eventually

SETTLED_WITHIN_S = 180  # the demonstration's eight channels, while other tests run beside


@pytest.fixture(scope="package")  # and gone before the next tests
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    local = LocalSystem(tmp_path_factory.mktemp("system"))
    try:
        local.start()
        first = {"status": "success", "affiliate": "MRC", "limit": 100, "sku": "300"}  # of the demonstration's reindex
        eventually(lambda: local.call("GET", "/v1/records", params=first).json()["items"], within_s=SETTLED_WITHIN_S)
        waiting = {"status": "pending", "affiliate": "MRC", "limit": 1}
        eventually(
            lambda: not local.call("GET", "/v1/records", params=waiting).json()["items"], within_s=SETTLED_WITHIN_S
        )
        eventually(local.idle, within_s=SETTLED_WITHIN_S)
        yield local
    finally:
        local.close()
