"""A channel's listing map through the operator API, one by one and as a file."""

from __future__ import annotations

from typing import Any

import pytest

from actions import listing_desk
from stockbridge.control import DynamoControl
from stockbridge.errors import Conflict
from stockbridge.listing_entries import Entry
from stockbridge.listing_map import DynamoListingMap
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Answer, Api
from tests.memory import START, channel

LISTINGS = "/v1/channels/SPT/listings"
IDS = {"item_id": "MLB0042", "variation_id": "007"}


@pytest.fixture(autouse=True)
def channels(api: Api) -> None:
    """SPT has a listing map, MRC has none."""
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=lambda: START)
    for affiliate, connector in (("SPT", "mercado_livre"), ("MRC", "generic")):
        one = channel(affiliate, account=api.account, connector=connector, listing_map=connector != "generic")
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", affiliate))


def send(api: Api, text: str, *, affiliate: str = "SPT", **more: Any) -> Answer:
    return api("POST", f"/v1/channels/{affiliate}/listings", body=text, content_type="text/csv", **more)


def deeds(api: Api) -> list[tuple[str, str, str, str]]:
    items = api("GET", "/v1/activity").json["items"]
    return [(one["user"], one["action"], one["subject"], one["details"]) for one in items if one["user"] != "setup"]


def test_a_listing_is_saved_read_listed_and_forgotten_with_who_did_it(api: Api) -> None:
    assert api("GET", f"{LISTINGS}/42").json["type"] == "urn:stockbridge:problem:listing_not_found"
    saved = api("PUT", f"{LISTINGS}/42", document={"ids": IDS})
    assert (saved.status, saved.json) == (200, {"affiliate": "SPT", "sku": "42", "ids": IDS, "rev": 1})
    assert api("GET", f"{LISTINGS}/42", role="viewer").json == saved.json
    assert api("GET", LISTINGS, role="viewer").json == {"used": True, "items": [saved.json], "next": None}
    assert api("DELETE", f"{LISTINGS}/42").json == {"deleted": "42"}
    assert api("DELETE", f"{LISTINGS}/42").status == 404
    assert api("GET", LISTINGS).json["items"] == []
    assert deeds(api) == [
        ("ana", "listing.forget", "SPT#42", ""),
        ("ana", "listing.save", "SPT#42", "item_id, variation_id"),
    ]


def test_an_answer_can_be_sent_back_and_only_a_change_is_saved(api: Api) -> None:
    saved = api("PUT", f"{LISTINGS}/42", document={"ids": IDS}).json
    assert api("PUT", f"{LISTINGS}/42", document=saved).json == saved
    assert len(deeds(api)) == 1
    for other in ({"sku": "43"}, {"affiliate": "MRC"}):
        answer = api("PUT", f"{LISTINGS}/42", document=saved | other)
        assert answer.json["problems"][0]["reason"] == f"not_this_{next(iter(other))}"


def test_a_save_over_a_rev_that_is_gone_is_a_conflict(api: Api) -> None:
    api("PUT", f"{LISTINGS}/42", document={"ids": IDS}, query={"rev": 0})
    assert api("PUT", f"{LISTINGS}/42", document={"ids": {"item_id": "MLB2"}}, query={"rev": 1}).status == 200
    late = api("PUT", f"{LISTINGS}/42", document={"ids": IDS}, query={"rev": 1})
    assert (late.status, late.json["type"]) == (409, "urn:stockbridge:problem:conflict")


def test_an_id_that_the_connector_does_not_read_is_refused_by_its_name(api: Api) -> None:
    wrong = {"ids": {"item_id": "", "ean": "789", "store_id": "x" * 101}}
    answer = api("PUT", f"{LISTINGS}/42", document=wrong, language="en")
    assert answer.status == 422
    assert {one["field"]: one["detail"] for one in answer.json["problems"]} == {
        "ids.item_id": "It must not be empty.",
        "ids.ean": "This channel's connector has no such field. There are: "
        "item_id, variation_id, user_product_id, store_id, network_node_id.",
        "ids.store_id": "The limit is 100.",
    }
    empty = api("PUT", f"{LISTINGS}/42", document={"ids": {}}).json["problems"]
    assert [(one["field"], one["reason"]) for one in empty] == [("ids", "no_ids")]
    for document in ({"ids": {"item_id": 42}}, {"ids": []}, {}, {"ids": IDS, "note": "x"}):
        assert api("PUT", f"{LISTINGS}/42", document=document).status == 422
    assert api("GET", LISTINGS).json["items"] == []


def test_a_file_is_imported_line_by_line_with_one_deed_and_a_report(api: Api) -> None:
    api("PUT", f"{LISTINGS}/42", document={"ids": IDS})
    text = (
        "\ufeffsku;item_id;variation_id\r\n42;MLB0042;007\r\n43;MLB0043;\r\n044;MLB0044;\r\n45;;\r\n46;MLB46;0046\r\n"
    )
    answer = send(api, text, language="es")
    assert answer.status == 200
    assert (answer.json["saved"], answer.json["unchanged"]) == (2, 1)
    assert [(one["line"], one["field"], one["reason"]) for one in answer.json["refused"]] == [
        (4, "sku", "sku_format"),
        (5, "ids", "no_ids"),
    ]
    assert answer.json["refused"][0]["detail"].startswith("El código del SKU es un número")
    assert {one["sku"]: one["ids"] for one in api("GET", LISTINGS).json["items"]} == {
        "42": IDS,
        "43": {"item_id": "MLB0043"},
        "46": {"item_id": "MLB46", "variation_id": "0046"},
    }
    assert deeds(api)[0] == ("ana", "listings.import", "SPT", "saved 2, unchanged 1, refused 2")
    again = send(api, text).json
    assert (again["saved"], again["unchanged"], len(again["refused"])) == (0, 3, 2)
    assert len(deeds(api)) == 2


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("sku,ean\n42,789\n", 422, "invalid_fields"),
        ("", 422, "invalid_fields"),
        ('sku,item_id\n42,"MLB', 400, "malformed_csv"),
        ("sku,item_id\n" + "42,MLB\n" * 2_001, 413, "too_many_lines"),
        ("x" * (1024 * 1024 + 1), 413, "body_too_large"),
    ],
)
def test_a_file_that_cannot_be_followed_changes_nothing(api: Api, text: str, status: int, reason: str) -> None:
    answer = send(api, text)
    assert (answer.status, answer.json["type"]) == (status, f"urn:stockbridge:problem:{reason}")
    assert api("GET", LISTINGS).json["items"] == []
    assert deeds(api) == []


def test_an_import_has_the_last_word_over_whoever_saves_at_the_same_time(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = DynamoListingMap.save
    rivals = iter([True])

    def with_a_rival(self: DynamoListingMap, one: Any, entry: Entry, **more: Any) -> Entry:
        if next(rivals, False):
            save(self, one, Entry(entry.sku, {"item_id": "RIVAL"}, entry.rev))
        return save(self, one, entry, **more)

    monkeypatch.setattr(DynamoListingMap, "save", with_a_rival)
    assert send(api, "sku,item_id\n42,MLB1\n").json["saved"] == 1
    assert api("GET", f"{LISTINGS}/42").json["ids"] == {"item_id": "MLB1"}


def test_an_import_that_always_comes_second_is_a_conflict_and_somebodys_deed_all_the_same(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: Any, **__: Any) -> Entry:
        raise Conflict

    monkeypatch.setattr(DynamoListingMap, "save", too_late)
    assert send(api, "sku,item_id\n42,MLB1\n").status == 409
    assert deeds(api)[0][1] == "listings.import"
    assert listing_desk.TRIES > 1


def test_a_map_is_paged(api: Api) -> None:
    send(api, "sku,item_id\n" + "".join(f"{sku},MLB{sku}\n" for sku in range(1, 8)))
    first = api("GET", LISTINGS, query={"limit": 4}).json
    second = api("GET", LISTINGS, query={"limit": 4, "cursor": first["next"]}).json
    assert [one["sku"] for one in first["items"] + second["items"]] == [str(sku) for sku in range(1, 8)]
    assert second["next"] is None
    assert api("GET", LISTINGS, query={"cursor": "bm8"}).json["type"] == "urn:stockbridge:problem:bad_cursor"


def test_a_channel_without_names_for_ids_takes_none_and_says_so(api: Api) -> None:
    answer = api("PUT", "/v1/channels/MRC/listings/42", document={"ids": {"sku": "42"}})
    assert answer.json["problems"][0]["reason"] == "unknown_listing_field"
    assert api("GET", "/v1/channels/MRC/listings").json == {"used": False, "items": [], "next": None}


def test_a_map_belongs_to_its_channel_and_account(api: Api) -> None:
    api("PUT", f"{LISTINGS}/42", document={"ids": IDS})
    for method, path in (("GET", LISTINGS), ("GET", f"{LISTINGS}/42"), ("DELETE", f"{LISTINGS}/42")):
        answer = api(method, path, groups="[alheia:admin]")
        assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:channel_not_found")
    assert api("GET", "/v1/channels/BTW/listings").status == 404
    assert api("GET", f"{LISTINGS}/42").status == 200
