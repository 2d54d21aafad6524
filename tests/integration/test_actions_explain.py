"""Why a marketplace shows what it shows, through the operator API."""

from __future__ import annotations

import pytest

from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.gates import Gate, refused
from stockbridge.listing_entries import Entry
from stockbridge.listing_map import DynamoListingMap
from stockbridge.notifications import Key
from stockbridge.records import Decision, Record, Status
from stockbridge.rule import Verdict
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Api
from tests.memory import START, channel


@pytest.fixture
def control(api: Api) -> DynamoControl:
    """With the channels MLB, which has a listing map, and SPT."""
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    for affiliate in ("SPT", "MLB"):
        one = channel(affiliate, account=api.account, name=affiliate.lower(), listing_map=affiliate == "MLB")
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", one.id))
    return control


def waiting(records: DynamoRecords, account: str, affiliate: str) -> None:
    blank = Record(Key(account, affiliate, "42"))
    record = Record(
        blank.key, balance=3, allowed=3, wanted=3, version=1, status=Status.PENDING, send_at=START, changed_at=START,
        decision=Decision(Verdict.AT_THRESHOLD, 7, 3, START + 500, START), observed_at=START + 500, listed_at=START,
    )  # fmt: skip
    records.save(record, blank)


def test_every_channel_is_explained_with_its_listing_its_gate_and_its_times(
    api: Api, control: DynamoControl, records: DynamoRecords
) -> None:
    waiting(records, api.account, "MLB")
    names = stack.environment()
    mlb = next(one for one in control.channels(api.account) if one.affiliate == "MLB")
    listings = DynamoListingMap(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    listings.save(mlb, Entry("42", {"item_id": "MLB1"}))
    control.save_gate(refused(Gate(mlb.id), now_ms(), "expired"), Gate(mlb.id))
    answer = api("GET", "/v1/skus/42/explain", role="viewer", language="en").json
    mlb_told, spt_told = answer["affiliates"]
    assert (spt_told["affiliate"], spt_told["conclusion"]["code"]) == ("SPT", "never_heard")
    assert [step["code"] for step in spt_told["steps"]] == ["heard"]
    assert (mlb_told["conclusion"]["code"], mlb_told["conclusion"]["cause"]["code"]) == ("incident", "auth")
    assert mlb_told["conclusion"]["at"] == mlb_told["conclusion"]["details"]["until"]
    assert mlb_told["late"] is True
    steps = {step["code"]: step for step in mlb_told["steps"]}
    assert steps["heard"]["at"] == "2026-01-01T00:00:00Z"
    assert steps["rule"]["text"] == (
        "The rule exports: from 7 to 3. The balance before or after is within the rule's limit"
    )
    assert (steps["listing"]["state"], steps["listing"]["details"]) == ("done", {"ids": "item_id=MLB1"})
    assert (steps["gate"]["state"], steps["queue"]["state"]) == ("stopped", "waiting")


def test_one_affiliate_in_any_casing_and_none_that_is_not_there(api: Api, control: DynamoControl) -> None:
    answer = api("GET", "/v1/skus/42/explain", query={"affiliate": "spt"})
    assert [one["affiliate"] for one in answer.json["affiliates"]] == ["SPT"]
    absent = api("GET", "/v1/skus/42/explain", query={"affiliate": "ZZZ"})
    assert (absent.status, absent.json["type"]) == (404, "urn:stockbridge:problem:channel_not_found")
    assert api("GET", "/v1/skus/042/explain").status == 422


def test_another_accounts_record_is_never_heard_of(api: Api, control: DynamoControl, records: DynamoRecords) -> None:
    waiting(records, "alheia", "SPT")
    told = api("GET", "/v1/skus/42/explain", query={"affiliate": "SPT"}).json["affiliates"]
    assert [one["conclusion"]["code"] for one in told] == ["never_heard"]
