"""What may be sold beyond the stock, through the operator API, on the stack's own index."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Api
from tests.memory import START, channel


@pytest.fixture(autouse=True)
def channels(api: Api) -> None:
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    for affiliate in ("SPT", "MRC"):
        one = channel(affiliate, account=api.account, name=affiliate)
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", one.id))


def put(
    records: DynamoRecords,
    api: Api,
    sku: int,
    *,
    balance: int,
    confirmed: int | None,
    affiliate: str = "SPT",
    age: int = 0,
) -> Record:
    was = records.get(Key(api.account, affiliate, str(sku)))
    record = Record(
        was.key, rev=was.rev, balance=balance, allowed=balance, wanted=balance, version=2, done_version=2,
        confirmed=confirmed, status=Status.ERROR, cause="validation", changed_at=START - age, listed_at=START,
        processed_at=START,
    )  # fmt: skip
    return records.save(record, was)


def listed(api: Api, **query: Any) -> list[tuple[str, str, int | None, bool]]:
    items = api("GET", "/v1/risks", role="viewer", query=query).json["items"]
    return [(one["affiliate"], one["sku"], one["exposure"], one["zero"]) for one in items]


def test_the_worst_comes_first_over_all_affiliates_and_a_success_goes(api: Api, records: DynamoRecords) -> None:
    put(records, api, 1, balance=3, confirmed=7)
    put(records, api, 2, balance=3, confirmed=7, affiliate="MRC", age=1)
    put(records, api, 3, balance=3, confirmed=50)
    put(records, api, 4, balance=0, confirmed=2, affiliate="MRC")
    put(records, api, 5, balance=0, confirmed=None)
    put(records, api, 6, balance=7, confirmed=7)
    assert listed(api) == [
        ("MRC", "4", 2, True),
        ("SPT", "5", None, True),
        ("SPT", "3", 47, False),
        ("MRC", "2", 4, False),
        ("SPT", "1", 4, False),
    ]
    assert [sku for _, sku, _, _ in listed(api, affiliate="spt")] == ["5", "3", "1"]
    put(records, api, 3, balance=3, confirmed=3)
    assert [sku for _, sku, _, _ in listed(api, affiliate="SPT")] == ["5", "1"]


def test_a_row_tells_the_accounts_own_causes_as_the_list_of_records_does(api: Api, records: DynamoRecords) -> None:
    document = {"title": {"pt": "Sem foto"}, "hint": {"pt": "Envie"}, "cure": "fix_first", "patterns": [{"text": "x"}]}
    assert api("PUT", "/v1/causes/own/own.foto", document=document).status == 200
    failed = put(records, api, 1, balance=0, confirmed=7)
    records.save(replace(failed, cause="own.foto"), failed)
    (row,) = api("GET", "/v1/risks").json["items"]
    (same,) = api("GET", "/v1/records").json["items"]
    assert row["detail"] == "Sem foto"
    assert (row["cause"], row["detail"]) == (same["cause"], same["detail"])


def test_pages_are_complete_and_the_total_is_of_all(api: Api, records: DynamoRecords) -> None:
    for sku in range(1, 12):
        put(records, api, sku, balance=sku % 3, confirmed=9, affiliate=("SPT", "MRC")[sku % 2])
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 4}
    while True:
        page = api("GET", "/v1/risks", query=query).json
        assert page["total"] == {"count": 11, "more": False}
        seen += [one["sku"] for one in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 11
    assert api("GET", "/v1/risks", query={"cursor": "bm8"}).status == 400


def test_a_removed_error_goes_on_selling_and_stays(api: Api, records: DynamoRecords) -> None:
    put(records, api, 1, balance=0, confirmed=2)
    assert api("DELETE", "/v1/records/SPT/1").status == 200
    (row,) = api("GET", "/v1/risks").json["items"]
    assert row["removed"] is not None
    assert api("GET", "/v1/records").json["items"] == []


def test_the_overview_counts_them_and_another_account_sees_none(api: Api, records: DynamoRecords) -> None:
    put(records, api, 1, balance=0, confirmed=2)
    put(records, api, 2, balance=1, confirmed=2, affiliate="MRC")
    overview = api("GET", "/v1/overview").json
    assert overview["at_risk"] == {"count": 2, "more": False}
    assert {one["affiliate"]: one["at_risk"]["count"] for one in overview["affiliates"]} == {"MRC": 1, "SPT": 1}
    other = api("GET", "/v1/risks", groups="[alheia:admin]", query={"affiliate": "SPT"})
    assert other.status == 404
    none = api("GET", "/v1/risks", groups="[alheia:admin]").json
    assert (none["items"], none["total"]["count"]) == ([], 0)
