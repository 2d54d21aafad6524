"""The series and the service level, as operators ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.instants import instant
from stockbridge import aws
from stockbridge.channels import Channel, VtexSource
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_measures import KEPT_MS, DynamoSeries
from stockbridge.measures import DAY_MS, HOUR_MS, SLOT_MS, Period
from stockbridge.notifications import Key
from stockbridge.records import Record
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Api

NOTHING = {"p50_ms": None, "p95_ms": None}


@pytest.fixture
def series(aws_stack: None) -> DynamoSeries:
    return DynamoSeries(aws.dynamodb(), stack.environment()["RECORDS_TABLE"])


@pytest.fixture
def connected(api: Api) -> None:
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    for affiliate in ("MLB", "SPT"):
        source = VtexSource("https://loja.example", "vtex")
        channel = Channel(api.account, affiliate, f"Loja {affiliate}", "generic", source, {"secret": "shop"})
        activity = Activity(api.account, now_ms(), "ana", "channel.save", affiliate)
        control.save_channel(channel, was_rev=0, activity=activity)


def windows(service: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["window"]: each for each in service["windows"]}


def iso(at: int) -> str:
    return instant(at).isoformat().replace("+00:00", "Z")


# ---------------------------------------------------------------------- series


def test_hours_without_anything_are_filled_with_zeros(api: Api, series: DynamoSeries) -> None:
    begin = Period.HOUR.start(now_ms()) - 5 * HOUR_MS
    series.add(api.account, "SPT", begin + HOUR_MS + 1, {"accepted": 3, "error": 1, "error:timeout": 1, "t30": 2})
    series.add(api.account, "SPT", begin + HOUR_MS + 2, {"accepted": 1, "t40": 1})
    query = {"affiliate": "spt", "from": iso(begin), "to": iso(begin + 3 * HOUR_MS)}
    answer = api("GET", "/v1/series", role="viewer", query=query).json
    assert [row["start"] for row in answer["rows"]] == [iso(begin + n * HOUR_MS) for n in range(3)]
    empty, busy, _ = answer["rows"]
    assert {name: value for name, value in empty.items() if value} == {"start": empty["start"]}
    assert (busy["accepted"], busy["error"], busy["errors"]) == (4, 1, {"timeout": 1})
    assert busy["p50_ms"] < busy["p95_ms"] == busy["p99_ms"]


def test_without_an_affiliate_all_of_the_accounts_are_added_up(api: Api, connected: None, series: DynamoSeries) -> None:
    now = now_ms()
    series.add(api.account, "SPT", now, {"success": 2, "error": 1, "error:timeout": 1})
    series.add(api.account, "MLB", now, {"success": 3, "error": 1, "error:auth": 1})
    series.add("other", "SPT", now, {"success": 100})
    for period, most in (("hour", 24), ("day", 30)):
        rows = api("GET", "/v1/series", query={"period": period}).json["rows"]
        assert (len(rows), sum(row["success"] for row in rows)) == (most, 5)
        assert rows[-1]["errors"] == {"auth": 1, "timeout": 1}


@pytest.mark.parametrize(("period", "most"), [("hour", 744), ("day", 400)])
def test_more_than_is_reasonable_is_refused(api: Api, period: str, most: int) -> None:
    length = Period(period).length_ms
    end = Period.DAY.start(now_ms())
    fits = {"affiliate": "SPT", "period": period, "from": iso(end - most * length), "to": iso(end)}
    assert len(api("GET", "/v1/series", query=fits).json["rows"]) == most
    refused = api("GET", "/v1/series", query=fits | {"from": iso(end - most * length - 1)})
    assert (refused.status, refused.json["problems"][0]["reason"]) == (422, "too_many_periods")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("9999-12-31T23:00:00-12:00", "9999-12-31T23:59:59-12:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T01:00:00+14:00"),
    ],
)
def test_an_end_before_the_beginning_is_refused_and_the_ends_of_the_calendar_break_nothing(
    api: Api, since: str, until: str
) -> None:
    answer = api("GET", "/v1/series", query={"affiliate": "SPT", "from": since, "to": until})
    assert answer.status == 422 or len(answer.json["rows"]) == 1
    assert api("GET", "/v1/series", query={"affiliate": "SPT", "to": until}).status == 200


def test_a_long_series_is_read_page_by_page(api: Api, series: DynamoSeries) -> None:
    wide = {f"error:{'x' * 1_500}{n}": 1 for n in range(60)}
    day = Period.DAY.start(now_ms())
    for n in range(14):  # 90 KB each; a page ends at 1 MB
        series.add(api.account, "SPT", day - n * DAY_MS, wide | {"success": 1})
    rows = api("GET", "/v1/series", query={"affiliate": "SPT", "period": "day"}).json["rows"]
    assert sum(row["success"] for row in rows) == 14


def test_hours_are_kept_forty_days_and_days_four_hundred(api: Api, series: DynamoSeries) -> None:
    now = now_ms()
    series.add(api.account, "SPT", now, {"success": 1})
    answer = aws.dynamodb().query(
        TableName=stack.environment()["RECORDS_TABLE"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"series#{api.account}#SPT"}},
    )
    kept = {item["sk"]["S"]: int(item["expires_at"]["N"]) * 1000 for item in answer["Items"]}
    assert kept == {
        f"{period.value}#{period.start(now):013d}": period.start(now) + KEPT_MS[period] for period in Period
    }
    assert {period.value: ms // DAY_MS for period, ms in KEPT_MS.items()} == {"hour": 40, "day": 400}


# ---------------------------------------------------------------------- service level


def test_each_window_has_its_own_share_and_times(api: Api, connected: None, series: DynamoSeries) -> None:
    now = now_ms()
    series.add(api.account, "SPT", now, {"within": 99, "late": 1, "t40": 100, "q20": 9, "n10": 1})
    series.add(api.account, "SPT", now - HOUR_MS - 2 * SLOT_MS, {"within": 1, "late": 99})
    series.add(api.account, "MLB", now - 3 * DAY_MS, {"within": 700})
    answer = api("GET", "/v1/service-level", role="viewer").json
    own = windows({each["affiliate"]: each for each in answer["affiliates"]}["SPT"])
    assert (own["1h"]["share"], own["24h"]["share"], own["30d"]["share"]) == (0.99, 0.5, 0.5)
    assert own["1h"]["burn_rate"] == pytest.approx(1)
    assert own["24h"]["burn_rate"] == pytest.approx(50)
    assert own["1h"]["p50_ms"] == own["1h"]["p99_ms"] is not None
    assert own["1h"]["parts"]["queue"]["p95_ms"] < own["1h"]["p95_ms"]
    assert own["1h"]["parts"]["marketplace"] == NOTHING
    total = windows(answer["total"])
    assert (total["30d"]["within"], total["30d"]["late"]) == (800, 100)
    assert total["24h"]["share"] == 0.5


def test_an_outage_is_seen_while_it_lasts(
    api: Api, connected: None, series: DynamoSeries, records: DynamoRecords
) -> None:
    now = now_ms()
    series.add(api.account, "SPT", now, {"within": 1})
    since = now - 3 * HOUR_MS
    for n in range(1, 4):
        record = Record(Key(api.account, "SPT", str(n)))
        waiting = replace(record, wanted=1, version=1, send_at=since, changed_at=since + n, listed_at=since)
        records.save(waiting, record)
    answer = api("GET", "/v1/service-level").json
    by_affiliate = {each["affiliate"]: each for each in answer["affiliates"]}
    spt, mlb = by_affiliate["SPT"], by_affiliate["MLB"]
    assert spt["open_over_limit"] == answer["total"]["open_over_limit"] == {"count": 3, "more": False}
    assert spt["oldest_open"] == iso(since + 1)
    assert {each["share"] for each in spt["windows"]} == {0.25}
    assert {each["share"] for each in mlb["windows"]} == {None}
    assert {each["burn_rate"] for each in mlb["windows"]} == {None}
    assert windows(answer["total"])["1h"]["burn_rate"] == pytest.approx(75)


def test_another_objective_burns_at_another_rate(api: Api, connected: None, series: DynamoSeries) -> None:
    series.add(api.account, "SPT", now_ms(), {"within": 9, "late": 1})
    answer = api("GET", "/v1/service-level", query={"objective": "0.9"}).json
    assert windows(answer["total"])["1h"]["burn_rate"] == pytest.approx(1)
    assert api("GET", "/v1/service-level", query={"objective": "1"}).status == 422
