"""The list index on DynamoDB: what it nominates, and how it counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stockbridge import aws
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_listing import CAPPED_KEPT_S, COUNTS_KEPT_S, Count, DynamoListIndex
from stockbridge.notifications import Key
from stockbridge.outcomes import Evidence
from stockbridge.records import Record, Removal, Status
from stockbridge.store import KeptEvidence
from tests import stack
from tests.memory import START, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def index(aws_stack: None, clock: Clock) -> DynamoListIndex:
    return DynamoListIndex(aws.dynamodb(), stack.environment()["RECORDS_TABLE"], clock)


def save(records: DynamoRecords, sku: int, affiliate: str = "SPT", **changes: object) -> Record:
    was = records.get(Key("loja", affiliate, str(sku)))
    record = replace(was, listed_at=START + sku, status=Status.SUCCESS, **changes)  # type: ignore[arg-type]
    return records.save(record, was)


def when(sku: int) -> str:
    return f"{START + sku:013d}#{sku}"


def test_the_newest_of_a_partition_within_bounds(index: DynamoListIndex, records: DynamoRecords) -> None:
    for sku in range(1, 6):
        save(records, sku)
    save(records, 9, affiliate="MRC")
    assert index.newest("loja", "SPT#success", low="0", high=":", limit=3) == [when(5), when(4), when(3)]
    assert index.newest("loja", "SPT#success", low=when(2), high=when(3), limit=9) == [when(3), when(2)]
    assert index.newest("loja", "SPT#error", low="0", high=":", limit=3) == []


def test_a_removed_row_is_in_a_partition_of_its_own(index: DynamoListIndex, records: DynamoRecords) -> None:
    save(records, 1, removal=Removal(START, 0, Status.SUCCESS))
    assert index.newest("loja", "SPT#success", low="0", high=":", limit=3) == []
    assert index.newest("loja", "SPT#removed", low="0", high=":", limit=3) == [when(1)]


def test_the_affiliates_of_a_sku_are_told_without_its_evidence(index: DynamoListIndex, records: DynamoRecords) -> None:
    for affiliate in ("SPT", "MRC"):
        save(records, 42, affiliate)
    records.keep(KeptEvidence(Key("loja", "SPT", "42"), START, 1, Evidence("PUT", "500")))
    assert index.affiliates("loja", "42") == ["MRC", "SPT"]
    assert index.affiliates("loja", "4") == []


def test_counts_are_exact_up_to_the_limit_and_capped_beyond(
    index: DynamoListIndex, records: DynamoRecords, clock: Clock
) -> None:
    for sku in (1, 2, 3):
        save(records, sku)
    assert index.count("loja", "SPT#success", up_to=3) == Count(3)
    assert index.count("loja", "SPT#success", up_to=0) == Count(0, more=True)
    save(records, 4)
    clock.forward(COUNTS_KEPT_S)
    assert index.count("loja", "SPT#success", up_to=3) == Count(3, more=True)
    assert index.count("loja", "SPT#success") == Count(4)
    assert index.count("loja", "SPT#success", low=when(2), high=when(3)) == Count(2)


def test_a_count_is_remembered_for_some_seconds(index: DynamoListIndex, records: DynamoRecords, clock: Clock) -> None:
    assert index.count("loja", "SPT#success") == Count(0)
    save(records, 1)
    assert index.count("loja", "SPT#success") == Count(0)
    clock.forward(COUNTS_KEPT_S)
    assert index.count("loja", "SPT#success") == Count(1)
    assert index.count("outra", "SPT#success") == Count(0)


def test_a_count_that_ends_at_its_limit_is_remembered_for_longer(
    index: DynamoListIndex, records: DynamoRecords, clock: Clock
) -> None:
    for sku in (1, 2):
        save(records, sku)
    assert index.count("loja", "SPT#success", up_to=1) == Count(1, more=True)
    save(records, 2, removal=Removal(START, 1, Status.SUCCESS))
    clock.forward(COUNTS_KEPT_S)
    assert index.count("loja", "SPT#success", up_to=1) == Count(1, more=True)
    clock.forward(CAPPED_KEPT_S - COUNTS_KEPT_S)
    assert index.count("loja", "SPT#success", up_to=1) == Count(1)
