"""Causes through the operator API, on the stack's own tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actions import cause_desk
from stockbridge.cause_statistics import DAYS, Counted, Tally, day_of
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.cursors import write_cursor
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.notifications import Key
from stockbridge.records import Record, Status
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Answer, Api
from tests.memory import START, channel

PICTURE: dict[str, Any] = {
    "title": {"pt": "Produto sem foto", "en": "No picture"},
    "hint": {"pt": "Envie uma foto e reprocesse"},
    "cure": "fix_first",
    "patterns": [{"text": "sem foto"}, {"regex": "(?i)image (?:is )?required"}],
}
OWN = "/v1/causes/own/own.sem-foto"


@pytest.fixture(autouse=True)
def channels(api: Api) -> None:
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    for affiliate, name in (("SPT", "Um"), ("MRC", "Dois")):
        one = channel(affiliate, account=api.account, name=name, connector="generic")
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", one.id))


@pytest.fixture
def counts(aws_stack: None) -> DynamoCauseCounts:
    return DynamoCauseCounts(stack.environment()["RECORDS_TABLE"])


@pytest.fixture
def fail(api: Api, records: DynamoRecords, counts: DynamoCauseCounts) -> Callable[..., Record]:
    """Store an error of the test's account, and count it."""

    def fail(sku: int, cause: str = "uncatalogued", message: str = "SKU sem foto", affiliate: str = "SPT") -> Record:
        counted = Counted(records, counts)
        was = records.get(Key(api.account, affiliate, str(sku)))
        now = now_ms()
        error = replace(was, status=Status.ERROR, cause=cause, message=message, processed_at=now)
        saved = counted.save(replace(error, version=1, done_version=1, listed_at=START + sku), was)
        counted.flush()
        return saved

    return fail


def describe(api: Api, document: dict[str, Any] = PICTURE, path: str = OWN, **more: Any) -> Answer:
    return api("PUT", path, document=document, **more)


def shown(api: Api, cause: str, **query: Any) -> list[str]:
    answer = api("GET", "/v1/records", query={"cause": cause, **query})
    assert answer.status == 200, answer.text
    return [one["sku"] for one in answer.json["items"]]


# ---------------------------------------------------------------------- what is counted


def test_a_cause_is_told_with_what_is_open_and_what_came_of_it(
    api: Api, fail: Callable[..., Record], counts: DynamoCauseCounts
) -> None:
    for sku in (1, 2, 3):
        fail(sku, "listing_closed")
    counts.add(Tally(f"{api.account}#SPT", "listing_closed", worked=2, failed=38))
    (row,) = api("GET", "/v1/causes").json["items"]
    assert (row["affiliate"], row["channel"], row["code"], row["own"]) == ("SPT", "Um", "listing_closed", False)
    assert row["cause"]["title"] == "Anúncio encerrado"
    assert (row["open"], row["errors"]) == ({"count": 3, "more": False}, 3)
    assert (len(row["trend"]["days"]), row["trend"]["days"][-1]["errors"]) == (DAYS, 3)
    assert (row["trend"]["direction"], row["trend"]["text"]) == ("steady", "Estável")
    text = "Dos últimos 40 reprocessamentos desta causa, 2 deram certo"
    assert row["reprocessed"] == {"tried": 40, "worked": 2, "text": text}
    assert row == api("GET", "/v1/causes/SPT/listing_closed").json


@pytest.mark.parametrize(
    ("worked", "failed", "text"),
    [
        (0, 0, "No reprocess of this cause has ended yet"),
        (1, 0, "The last reprocess of this cause worked"),
        (0, 1, "The last reprocess of this cause did not work"),
        (1, 4, "Of the last 5 reprocesses of this cause, 1 worked"),
        (3, 4, "Of the last 7 reprocesses of this cause, 3 worked"),
    ],
)
def test_the_share_is_a_sentence(api: Api, counts: DynamoCauseCounts, worked: int, failed: int, text: str) -> None:
    counts.add(Tally(f"{api.account}#SPT", "auth", START, START, {}, worked, failed))
    assert api("GET", "/v1/causes/SPT/auth", language="en").json["reprocessed"]["text"] == text


def test_what_rises_is_told(api: Api, counts: DynamoCauseCounts) -> None:
    now = now_ms()
    counts.add(Tally(f"{api.account}#SPT", "auth", now, now, {day_of(now): 5}))
    assert api("GET", "/v1/causes", language="es").json["items"][0]["trend"]["text"] == "En aumento"


def test_causes_are_paged_those_with_the_most_errors_first_then_those_seen_last(
    api: Api, fail: Callable[..., Record], counts: DynamoCauseCounts
) -> None:
    for sku in range(1, 12):  # as text 11 would sort before 3
        fail(sku, "auth")
    for sku in (21, 22, 23):
        fail(sku, "busy", affiliate="MRC")
    for ago, cause in enumerate(("timeout", "busy")):
        counts.add(Tally(f"{api.account}#SPT", cause, START - ago, START - ago))

    first = api("GET", "/v1/causes", query={"limit": 3}).json
    second = api("GET", "/v1/causes", query={"limit": 3, "cursor": first["next"]}).json

    told = [(one["affiliate"], one["code"], one["open"]["count"]) for one in first["items"] + second["items"]]
    assert told == [("SPT", "auth", 11), ("MRC", "busy", 3), ("SPT", "timeout", 0), ("SPT", "busy", 0)]
    assert second["next"] is None
    assert len(api("GET", "/v1/causes", query={"affiliate": "mrc"}).json["items"]) == 1
    assert api("GET", "/v1/causes", query={"affiliate": "XYZ"}).status == 404
    assert api("GET", "/v1/causes", query={"cursor": write_cursor("x")}).status == 400


def test_a_cause_that_was_never_seen_is_shown_empty_and_one_that_nobody_knows_is_not(api: Api) -> None:
    empty = api("GET", "/v1/causes/SPT/auth").json
    assert (empty["errors"], empty["first_seen"], empty["open"]["count"]) == (0, None, 0)
    assert api("GET", "/v1/causes/SPT/own.none").json["type"] == "urn:stockbridge:problem:cause_not_found"
    assert api("GET", "/v1/causes/XYZ/auth").json["type"] == "urn:stockbridge:problem:channel_not_found"


def test_another_accounts_causes_are_not_seen(api: Api, fail: Callable[..., Record]) -> None:
    fail(1, "auth")
    describe(api)
    assert api("GET", "/v1/causes", groups="[outra:admin]").json["items"] == []
    assert api("GET", "/v1/causes/own", groups="[outra:admin]").json["items"] == []
    assert api("GET", OWN, groups="[outra:admin]").status == 404


# ---------------------------------------------------------------------- records by cause


def test_records_are_listed_by_cause_newest_first_and_page_by_page(api: Api, fail: Callable[..., Record]) -> None:
    for sku in range(1, 6):
        fail(sku, "listing_closed")
    fail(6, "not_found")
    fail(7, "listing_closed", affiliate="MRC")
    assert shown(api, "listing_closed") == ["7", "5", "4", "3", "2", "1"]
    assert shown(api, "listing_closed", affiliate="SPT", sku="4") == ["4"]
    assert shown(api, "not_found", affiliate="SPT", sku="4") == []
    found: list[str] = []
    cursor = None
    for _ in range(4):
        query = {"cause": "listing_closed", "affiliate": "SPT", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api("GET", "/v1/records", query=query).json
        found += [one["sku"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == ["5", "4", "3", "2", "1"]


def test_a_removed_error_is_in_no_cause(api: Api, fail: Callable[..., Record]) -> None:
    fail(1, "listing_closed")
    assert api("DELETE", "/v1/records/SPT/1").status == 200
    assert shown(api, "listing_closed") == []
    assert shown(api, "listing_closed", sku="1") == []


@pytest.mark.parametrize("query", [{"cause": "auth", "status": "success"}, {"cause": "A#B"}, {"cause": ""}])
def test_a_cause_that_cannot_be_asked_for_is_refused(api: Api, query: dict[str, str]) -> None:
    answer = api("GET", "/v1/records", query=query)
    assert (answer.status, answer.json["problems"][0]["field"]) == (422, "cause")


def test_a_cursor_of_the_other_list_is_refused(api: Api) -> None:
    by_cause = write_cursor(f"{START:013d}#1", "SPT#own.sem-foto")
    assert api("GET", "/v1/records", query={"cursor": by_cause}).status == 400
    assert api("GET", "/v1/records", query={"cursor": by_cause, "cause": "own.sem-foto"}).status == 200


# ---------------------------------------------------------------------- own causes


def test_a_described_cause_regroups_the_errors_that_are_there(api: Api, fail: Callable[..., Record]) -> None:
    for sku in (1, 2):
        fail(sku)
    fail(3, "validation", "Image is required", affiliate="MRC")
    fail(4, message="sem preço")
    saved = describe(api).json
    assert (saved["regrouped"], saved["next"]) == (3, None)
    assert saved["cause"] == {
        **PICTURE,
        "title": {"pt": "Produto sem foto", "en": "No picture", "es": None},
        "hint": {"pt": "Envie uma foto e reprocesse", "en": None, "es": None},
        "patterns": [{"text": "sem foto", "regex": None}, {"text": None, "regex": "(?i)image (?:is )?required"}],
        "affiliate": None,
        "connector": None,
        "order": 100,
        "code": "own.sem-foto",
        "rev": 1,
    }
    assert shown(api, "own.sem-foto") == ["3", "2", "1"]
    assert shown(api, "uncatalogued") == ["4"]
    row = api("GET", "/v1/causes/SPT/own.sem-foto", language="en").json
    assert (row["own"], row["open"]["count"], row["errors"]) == (True, 2, 2)
    assert row["cause"] == {
        "code": "own.sem-foto",
        "title": "No picture",
        "hint": "Envie uma foto e reprocesse",
        "cure": "fix_first",
    }
    record = api("GET", "/v1/records/SPT/1").json
    assert (record["cause"]["code"], record["detail"]) == ("own.sem-foto", "Produto sem foto")
    assert (record["situation"]["code"], record["message"]) == ("needs_fix", "SKU sem foto")
    assert describe(api).json["regrouped"] == 0


def test_a_forgotten_cause_leaves_its_errors_uncatalogued(api: Api, fail: Callable[..., Record]) -> None:
    fail(1)
    describe(api)
    gone = api("DELETE", OWN).json
    assert gone == {"deleted": "own.sem-foto", "regrouped": 1, "next": None}
    assert shown(api, "uncatalogued") == ["1"]
    assert api("GET", OWN).status == 404
    assert {one["code"] for one in api("GET", "/v1/causes").json["items"]} == {"uncatalogued"}


def test_an_error_whose_cause_was_forgotten_is_shown_uncatalogued_before_it_is_regrouped(
    api: Api, fail: Callable[..., Record]
) -> None:
    fail(1, "own.forgotten", "nada que sirva")
    record = api("GET", "/v1/records/SPT/1").json
    assert (record["cause"]["code"], record["message"]) == ("uncatalogued", "nada que sirva")
    (row,) = api("GET", "/v1/causes").json["items"]
    assert (row["code"], row["cause"]["code"], row["open"]["count"]) == ("own.forgotten", "uncatalogued", 1)


def test_regrouping_that_has_no_time_goes_on_where_it_stopped(
    api: Api, fail: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    for sku in range(1, 8):
        fail(sku)
    monkeypatch.setattr(cause_desk, "BUDGET_S", 0)
    monkeypatch.setattr(cause_desk, "PAGE", 3)
    told = describe(api).json
    assert told["next"] is not None
    changed, pages = told["regrouped"], 1
    while told["next"] is not None:
        told = api("POST", "/v1/causes/regroup", query={"cursor": told["next"]}).json
        changed, pages = changed + told["regrouped"], pages + 1
    assert changed == 7
    assert pages > 3
    assert api("POST", "/v1/causes/regroup", query={"cursor": "x"}).status == 400


def test_who_described_a_cause_is_written_down_with_what_it_was_before(api: Api) -> None:
    describe(api)
    describe(api, {**PICTURE, "order": 5}, query={"rev": 1})
    api("DELETE", OWN)
    deeds = api("GET", "/v1/activity").json["items"]
    told = [(one["action"], one["subject"], one) for one in deeds if "cause" in one["action"]]
    assert [(action, subject) for action, subject, _ in told] == [
        ("cause.forget", "own.sem-foto"),
        ("cause.save", "own.sem-foto"),
        ("cause.save", "own.sem-foto"),
    ]
    assert (told[1][2]["before"], told[1][2]["after"]) == ({"order": 100}, {"order": 5})
    assert told[2][2]["after"]["title.pt"] == "Produto sem foto"
    assert told[0][2]["after"] == {}


def test_a_cause_is_saved_only_over_the_rev_that_is_named_and_as_it_was_answered(api: Api) -> None:
    assert describe(api, query={"rev": 1}).status == 409
    assert describe(api, query={"rev": 0}).json["cause"]["rev"] == 1
    assert describe(api, query={"rev": 0}).status == 409
    answered = api("GET", OWN).json
    again = describe(api, answered, query={"rev": 1})
    assert (again.status, again.json["cause"]) == (200, answered)
    other = describe(api, answered, path="/v1/causes/own/own.outra")
    assert other.json["problems"][0]["reason"] == "not_this_cause"


def test_there_is_an_end_to_describing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cause_desk, "MAX_CAUSES", 1)
    describe(api)
    told = describe(api, path="/v1/causes/own/own.outra")
    assert (told.status, told.json["type"]) == (409, "urn:stockbridge:problem:too_many_causes")
    assert describe(api, {**PICTURE, "order": 1}).status == 200


@pytest.mark.parametrize("code", ["sem-foto", "own.", "own.Foto", "own.a_b", "own.-a", "own.a-", "own." + "x" * 41])
def test_a_code_is_a_slug_with_its_prefix(api: Api, code: str) -> None:
    told = describe(api, path=f"/v1/causes/own/{code}")
    assert (told.status, told.json["problems"][0]["field"]) == (422, "code")


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"title": {"en": "x"}}, "title.pt", "required"),
        ({"title": {"pt": ""}}, "title.pt", "too_short"),
        ({"cure": "magic"}, "cure", "not_one_of"),
        ({"patterns": []}, "patterns", "too_short"),
        ({"patterns": [{"text": "a"}] * 6}, "patterns", "too_long"),
        ({"patterns": [{}]}, "patterns.0", "text_or_regex"),
        ({"patterns": [{"text": "a", "regex": "a"}]}, "patterns.0", "text_or_regex"),
        ({"patterns": [{"text": "ok"}, {"text": "  "}]}, "patterns.1.text", "too_short"),
        ({"patterns": [{"regex": "("}]}, "patterns.0.regex", "invalid_regex"),
        ({"patterns": [{"regex": "(a+)+"}]}, "patterns.0.regex", "slow_regex"),
        ({"patterns": [{"regex": ".*.*.*x"}]}, "patterns.0.regex", "slow_regex"),
        ({"patterns": [{"regex": "x*"}]}, "patterns.0.regex", "fits_everything"),
        ({"affiliate": "spt"}, "affiliate", "affiliate_format"),
        ({"affiliate": "S#T"}, "affiliate", "affiliate_format"),
        ({"connector": "nobody"}, "connector", "unknown_connector"),
        ({"order": -1}, "order", "too_small"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_description_is_named(api: Api, change: dict[str, Any], field: str, reason: str) -> None:
    told = describe(api, {**PICTURE, **change})
    assert told.status == 422
    assert [(one["field"], one["reason"]) for one in told.json["problems"]] == [(field, reason)]
    assert api("GET", "/v1/causes/own").json["items"] == []


def test_own_causes_are_listed_in_the_order_in_which_they_are_tried(api: Api) -> None:
    for code, order in (("own.b", 5), ("own.a", 5), ("own.c", 1)):
        describe(api, {**PICTURE, "order": order}, path=f"/v1/causes/own/{code}")
    listed = api("GET", "/v1/causes/own", role="viewer").json["items"]
    assert [one["code"] for one in listed] == ["own.c", "own.a", "own.b"]


# ---------------------------------------------------------------------- a dry run


def test_patterns_are_tried_on_the_errors_that_no_cause_of_ours_explains(api: Api, fail: Callable[..., Record]) -> None:
    fail(1)
    fail(2, "validation", "falta preço")
    fail(3, "listing_closed")
    told = api("POST", "/v1/causes/own/test", document={"patterns": PICTURE["patterns"], "affiliate": "SPT"}).json
    assert (told["message"], told["looked_at"]) == (None, 2)
    assert told["records"] == [{"affiliate": "SPT", "sku": "1", "code": "uncatalogued", "message": "SKU sem foto"}]
    assert shown(api, "uncatalogued") == ["1"]


@pytest.mark.parametrize(("message", "fits"), [("Image required", True), ("Image", False), ("", False)])
def test_patterns_are_tried_on_a_message(api: Api, message: str, fits: bool) -> None:
    told = api("POST", "/v1/causes/own/test", document={"patterns": PICTURE["patterns"], "message": message})
    assert told.json == {"message": fits, "looked_at": 0, "records": []}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"patterns": [{"text": "a"}]}, "affiliate"),
        ({"patterns": [{"regex": "("}], "message": "a"}, "patterns.0.regex"),
        ({"message": "a"}, "patterns"),
    ],
)
def test_a_trial_that_cannot_be_made_is_refused(api: Api, document: dict[str, Any], field: str) -> None:
    told = api("POST", "/v1/causes/own/test", document=document)
    assert (told.status, told.json["problems"][0]["field"]) == (422, field)
