"""The listing map beside the records: saved under a rev, looked up by the export, paged by the list index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stockbridge import aws
from stockbridge.channels import Channel
from stockbridge.connectors import Listing
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_listing import DynamoListIndex
from stockbridge.errors import Conflict, InvalidInput
from stockbridge.listing_entries import Entry
from stockbridge.listing_map import DynamoListingMap
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from tests import stack
from tests.memory import START, channel

IDS = {"item_id": "MLB0042", "variation_id": "007"}


@pytest.fixture
def there(aws_stack: None) -> DynamoListingMap:
    names = stack.environment()
    return DynamoListingMap(names["RECORDS_TABLE"], names["CONTROL_TABLE"])


@pytest.fixture
def one() -> Channel:
    return channel(listing_map=True)


def test_the_export_gets_the_ids_of_those_that_have_an_entry(there: DynamoListingMap, one: Channel) -> None:
    there.save(one, Entry("42", IDS))
    there.save(channel("MRC"), Entry("43", IDS))
    assert there.of(one, ["42", "43", "42"]) == {"42": Listing("42", IDS)}
    assert there.of(one, []) == {}


def test_more_skus_than_one_read_takes_are_looked_up_too(there: DynamoListingMap, one: Channel) -> None:
    for sku in range(1, 251):
        there.save(one, Entry(str(sku), {"item_id": f"MLB{sku}"}))
    found = there.of(one, [str(sku) for sku in range(1, 301)])
    assert len(found) == 250
    assert found["250"].ids == {"item_id": "MLB250"}


def test_a_channel_that_looks_nothing_up_gets_nothing(there: DynamoListingMap, one: Channel) -> None:
    there.save(one, Entry("42", IDS))
    assert there.of(replace(one, listing_map=False), ["42"]) == {}


def test_a_forgotten_entry_is_in_no_list_and_its_rev_goes_on(there: DynamoListingMap, one: Channel) -> None:
    saved = there.save(one, Entry("42", IDS))
    forgotten = there.save(one, replace(saved, ids={}))
    assert forgotten.rev == 2
    assert there.of(one, ["42"]) == {}
    assert there.page(one, cursor=None, limit=9).entries == []
    assert there.entries(one, ["42"])["42"] == Entry("42", {}, 2)
    (item,) = aws.dynamodb().query(
        TableName=stack.environment()["RECORDS_TABLE"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "loja#42"}},
    )["Items"]
    assert item == {"pk": {"S": "loja#42"}, "sk": {"S": "listing#SPT"}, "rev": {"N": "2"}}
    assert there.save(one, replace(forgotten, ids=IDS)).rev == 3
    assert there.of(one, ["42"]) == {"42": Listing("42", IDS)}


def test_who_saves_over_what_they_have_not_seen_is_refused(there: DynamoListingMap, one: Channel) -> None:
    first = there.save(one, Entry("42", IDS))
    there.save(one, replace(first, ids={"item_id": "MLB2"}))
    for stale in (Entry("42", IDS), replace(first, ids=IDS)):
        with pytest.raises(Conflict):
            there.save(one, stale)
    assert there.entries(one, ["42"])["42"].ids == {"item_id": "MLB2"}


def test_a_map_is_read_page_by_page(there: DynamoListingMap, one: Channel) -> None:
    for sku in ("1", "2", "10", "3", "4"):
        there.save(one, Entry(sku, {"item_id": f"MLB{sku}"}))
    there.save(channel("MRC"), Entry("5", IDS))
    there.save(replace(one, account="outra"), Entry("6", IDS))
    seen, cursor, pages = [], None, 0
    while True:
        page = there.page(one, cursor=cursor, limit=2)
        seen += [(entry.sku, entry.ids["item_id"]) for entry in page.entries]
        pages += 1
        if page.next is None:
            break
        cursor = page.next
    assert seen == [(sku, f"MLB{sku}") for sku in ("1", "10", "2", "3", "4")]
    assert pages == 3
    with pytest.raises(InvalidInput, match="bad_cursor"):
        there.page(one, cursor="bm8", limit=2)


def test_a_record_and_its_listing_do_not_see_each_other(
    there: DynamoListingMap, one: Channel, records: DynamoRecords
) -> None:
    key = Key("loja", "SPT", "42")
    there.save(one, Entry("42", IDS))
    assert records.get(key).rev == 0
    records.save(Record(key, balance=7, status=Status.SUCCESS, listed_at=START), Record(key))
    there.save(one, replace(there.entries(one, ["42"])["42"], ids={"item_id": "MLB2"}))
    assert records.get(key).balance == 7
    index = DynamoListIndex(aws.dynamodb(), stack.environment()["RECORDS_TABLE"], lambda: START)
    assert index.affiliates("loja", "42") == ["SPT"]
    assert there.of(one, ["42"])["42"].ids == {"item_id": "MLB2"}
