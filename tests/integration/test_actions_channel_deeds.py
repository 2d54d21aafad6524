"""What is done to a channel besides saving it: paused, resumed, tested."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from stockbridge import aws
from stockbridge.channels import Channel
from stockbridge.clock import now_ms
from stockbridge.connectors import Response
from stockbridge.control import DynamoControl
from stockbridge.gates import Gate, refused, throttled
from stockbridge.listing_entries import Entry
from stockbridge.listing_map import DynamoListingMap
from stockbridge.store import Activity
from stockbridge.transport import Transport
from tests import stack
from tests.integration.api import Api
from tests.memory import START, channel

ITEM = {"id": "MLB0042", "status": "active", "sub_status": [], "available_quantity": 7, "variations": []}


@pytest.fixture
def control(api: Api) -> DynamoControl:
    return DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms, channels_kept_s=0)


@pytest.fixture
def shop(api: Api, control: DynamoControl) -> Channel:
    """A channel of Mercado Livre with one listing and credentials that are good for an hour."""
    secret = f"stockbridge/dev/{api.account}/SPT"
    values = {"access_token": "canary-token", "expires_at": str(now_ms() + 3_600_000)}
    aws.secrets_manager().create_secret(Name=secret, SecretString=json.dumps(values))
    one = channel(account=api.account, connector="mercado_livre", marketplace={"secret": secret}, listing_map=True)
    control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", "SPT"))
    names = stack.environment()
    DynamoListingMap(names["RECORDS_TABLE"], names["CONTROL_TABLE"]).save(one, Entry("42", {"item_id": "MLB0042"}))
    return one


@pytest.fixture
def marketplace(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Any], list[tuple[str, str, Mapping[str, str]]]]:
    """Let it answer this; the answer is what it is asked then."""

    def answer(status: int, document: Any) -> list[tuple[str, str, Mapping[str, str]]]:
        asked: list[tuple[str, str, Mapping[str, str]]] = []

        def request(_: Transport, method: str, url: str, *, headers: Mapping[str, str], **__: Any) -> Response:
            asked.append((method, url, headers))
            return Response(status, {"content-type": "application/json"}, json.dumps(document).encode())

        monkeypatch.setattr(Transport, "request", request)
        return asked

    return answer


def deeds(api: Api) -> list[tuple[str, str]]:
    return [(one["action"], one["subject"]) for one in api("GET", "/v1/activity").json["items"]]


# ---------------------------------------------------------------------- pause, resume


def test_a_channel_is_paused_and_resumed_with_who_did_it_and_twice_is_once(
    api: Api, control: DynamoControl, shop: Channel
) -> None:
    paused = api("POST", "/v1/channels/spt/pause")
    assert (paused.status, paused.json["enabled"], paused.json["rev"]) == (200, False, 2)
    assert api("POST", "/v1/channels/SPT/pause").json == paused.json
    stored = control.channel(api.account, "SPT")
    assert stored is not None
    assert not stored.enabled
    resumed = api("POST", "/v1/channels/SPT/resume").json
    assert (resumed["enabled"], resumed["rev"]) == (True, 3)
    assert control.channel(api.account, "SPT") == shop
    assert deeds(api)[:2] == [("channel.resume", "SPT"), ("channel.pause", "SPT")]
    assert len(deeds(api)) == 3


@pytest.mark.parametrize("deed", ["pause", "resume", "test"])
def test_what_is_no_channel_of_the_account_is_not_found(api: Api, shop: Channel, deed: str) -> None:
    assert api("POST", f"/v1/channels/BTW/{deed}").status == 404
    assert api("POST", f"/v1/channels/SPT/{deed}", groups="[alheia:admin]").status == 404
    assert api("POST", f"/v1/channels/SPT/{deed}", role="operator").status == 403


# ---------------------------------------------------------------------- test


def test_a_channel_that_works_says_what_its_marketplace_shows(
    api: Api, shop: Channel, marketplace: Callable[[int, Any], list[Any]]
) -> None:
    asked = marketplace(200, ITEM)
    answer = api("POST", "/v1/channels/SPT/test")
    assert answer.status == 200
    assert answer.json == {
        "result": "works",
        "text": "O marketplace respondeu: o SKU 42 mostra 7.",
        "sku": "42",
        "shown": 7,
        "cause": None,
        "message": "",
    }
    ((method, url, headers),) = asked
    assert (method, url.partition("?")[0]) == ("GET", "https://api.mercadolibre.com/items/MLB0042")
    assert headers["authorization"] == "Bearer canary-token"


def test_a_channel_that_does_not_work_says_why_in_the_callers_language_and_leaves_the_gate_alone(
    api: Api, control: DynamoControl, shop: Channel, marketplace: Callable[[int, Any], list[Any]]
) -> None:
    gate = control.save_gate(throttled(Gate(shop.id), now_ms(), 60), Gate(shop.id))
    marketplace(429, {"message": "too many requests"})
    answer = api("POST", "/v1/channels/SPT/test", language="en").json
    assert (answer["result"], answer["text"]) == ("fails", "The marketplace limited the number of requests")
    assert answer["cause"]["hint"] == "Nothing to do. We try again more slowly"
    assert control.gate(shop.id) == gate


def test_a_test_that_works_lets_what_refused_credentials_stopped_be_tried_again_and_says_so(
    api: Api, control: DynamoControl, shop: Channel, marketplace: Callable[[int, Any], list[Any]]
) -> None:
    gate = control.save_gate(refused(Gate(shop.id), now_ms(), "expired"), Gate(shop.id))
    marketplace(200, ITEM)
    assert api("POST", "/v1/channels/SPT/test", role="operator").status == 403
    assert control.gate(shop.id) == gate
    answer = api("POST", "/v1/channels/SPT/test", language="en").json
    assert answer["text"] == (
        "The marketplace answered: SKU 42 shows 7. Sends, which had stopped, are tried again within a minute."
    )
    stopped = control.gate(shop.id)
    assert (stopped.closed(now_ms()), stopped.incident, stopped.since) == (False, "auth", gate.since)
    (incident,) = api("GET", "/v1/overview").json["incidents"]
    assert incident["until"] is None


def test_a_sku_without_a_listing_is_told_as_such(
    api: Api, shop: Channel, marketplace: Callable[[int, Any], list[Any]]
) -> None:
    asked = marketplace(200, ITEM)
    answer = api("POST", "/v1/channels/SPT/test", query={"sku": "43"}).json
    assert (answer["sku"], answer["cause"]["code"]) == ("43", "unmapped")
    assert asked == []
    assert api("POST", "/v1/channels/SPT/test", query={"sku": "043"}).status == 422


def test_a_secret_that_is_gone_is_a_misconfigured_channel(api: Api, shop: Channel, control: DynamoControl) -> None:
    marketplace = {"secret": f"stockbridge/dev/{api.account}/gone"}
    broken = channel("MRC", account=api.account, connector="magalu", marketplace=marketplace)
    control.save_channel(broken, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", "MRC"))
    answer = api("POST", "/v1/channels/MRC/test", query={"sku": "42"}).json
    assert (answer["result"], answer["text"]) == ("fails", "O canal está mal configurado")
    assert "does not exist or may not be read" in answer["message"]


def test_no_secret_is_in_any_answer_or_log(
    api: Api, shop: Channel, marketplace: Callable[[int, Any], list[Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    marketplace(403, {"message": "canary-token may not"})
    answer = api("POST", "/v1/channels/SPT/test")
    told = capfd.readouterr()
    assert answer.json["result"] == "fails"
    assert "canary-token" not in answer.text + told.out + told.err


def test_what_cannot_be_asked_is_said_to_be_so(api: Api, control: DynamoControl) -> None:
    one = channel(account=api.account, connector="generic")
    control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", "SPT"))
    answer = api("POST", "/v1/channels/SPT/test").json
    assert (answer["result"], answer["sku"]) == ("not_readable", None)
    assert answer["text"].startswith("Este marketplace não diz o que mostra")
