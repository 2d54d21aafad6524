"""Channels through the operator API: refused when they cannot work, saved with who saved them."""

from __future__ import annotations

from typing import Any

import pytest

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.gates import Gate, throttled
from stockbridge.marketplaces import CONNECTORS
from tests import stack
from tests.integration.api import Api


@pytest.fixture
def document(api: Api) -> dict[str, Any]:
    """A document whose secrets exist."""
    for name in ("vtex", "SPT"):
        aws.secrets_manager().create_secret(Name=f"stockbridge/dev/{api.account}/{name}", SecretString="{}")
    return {
        "name": "Mercado Exemplo",
        "connector": "generic",
        "marketplace": {
            "secret": "stockbridge/{stage}/{account}/{affiliate}",
            "url": "https://api.example.com/v2/skus/{sku}/stock",
            "headers": {"Authorization": "Bearer {secret.token}"},
            "body": {"quantity": "{quantity}"},
        },
    }


def activities(api: Api) -> list[tuple[str, str, str]]:
    return [(one["action"], one["subject"], one["details"]) for one in api("GET", "/v1/activity").json["items"]]


def test_a_channel_is_saved_read_listed_and_known_to_the_other_functions(api: Api, document: dict[str, Any]) -> None:
    saved = api("PUT", "/v1/channels/SPT", document=document)
    assert saved.status == 200
    assert (saved.json["affiliate"], saved.json["rev"], saved.json["threshold"]) == ("SPT", 1, 5)
    assert saved.json["vtex"]["base_url"] == f"https://{api.account}.vtexcommercestable.com.br"
    assert api("GET", "/v1/channels/spt").json == saved.json
    assert api("GET", "/v1/channels").json["items"] == [saved.json]
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    channel = control.channel(api.account, "SPT")
    assert channel is not None
    assert (channel.name, channel.vtex.secret) == ("Mercado Exemplo", f"stockbridge/dev/{api.account}/vtex")
    assert control.channels(api.account) == [channel]
    assert channel in control.channels()
    assert control.channels("alheia") == []
    assert control.channel(api.account, "MRC") is None
    assert activities(api) == [("channel.save", "SPT", "created")]


def test_a_wrong_document_is_refused_with_each_field_named_and_nothing_is_saved(
    api: Api, document: dict[str, Any]
) -> None:
    wrong = document | {"threshold": -1, "vtex": {"secret": "stockbridge/dev/alheia/vtex"}, "connector": "magento"}
    answer = api("PUT", "/v1/channels/SPT", document=wrong, language="en")
    assert (answer.status, answer.json["type"]) == (422, "urn:stockbridge:problem:invalid_fields")
    assert {one["field"]: one["detail"] for one in answer.json["problems"]} == {
        "threshold": "The minimum is 0.",
        "vtex.secret": f"The secret's name must begin with stockbridge/dev/{api.account}/.",
        "connector": "There is no connector of this name. There are: " + ", ".join(sorted(CONNECTORS)) + ".",
    }
    assert api("GET", "/v1/channels/SPT").status == 404
    assert activities(api) == []


def test_a_secret_that_does_not_exist_is_named(api: Api, document: dict[str, Any]) -> None:
    answer = api("PUT", "/v1/channels/MRC", document=document)
    assert [(one["field"], one["reason"]) for one in answer.json["problems"]] == [
        ("marketplace.secret", "secret_not_found")
    ]


@pytest.mark.parametrize("affiliate", ["S", "S-P", "SPTSPTSPTSPT"])
def test_an_affiliate_of_another_form_is_refused(api: Api, document: dict[str, Any], affiliate: str) -> None:
    answer = api("PUT", f"/v1/channels/{affiliate}", document=document)
    assert (answer.status, answer.json["problems"][0]["field"]) == (422, "affiliate")


def test_an_answer_can_be_sent_back_and_only_changes_are_saved(api: Api, document: dict[str, Any]) -> None:
    saved = api("PUT", "/v1/channels/SPT", document=document).json
    assert api("PUT", "/v1/channels/SPT", document=saved).json == saved
    changed = api("PUT", "/v1/channels/SPT", document=saved | {"threshold": 9, "enabled": False}).json
    assert (changed["rev"], changed["threshold"], changed["enabled"]) == (2, 9, False)
    assert activities(api)[0] == ("channel.save", "SPT", "enabled, threshold")


def test_another_affiliates_document_is_not_saved_by_mistake(api: Api, document: dict[str, Any]) -> None:
    answer = api("PUT", "/v1/channels/SPT", document=document | {"affiliate": "MRC"})
    assert answer.json["problems"][0]["reason"] == "not_this_affiliate"


def test_a_save_over_a_rev_that_is_gone_is_a_conflict(api: Api, document: dict[str, Any]) -> None:
    api("PUT", "/v1/channels/SPT", document=document, query={"rev": 0})
    api("PUT", "/v1/channels/SPT", document=document | {"threshold": 7}, query={"rev": 1})
    answer = api("PUT", "/v1/channels/SPT", document=document | {"threshold": 8}, query={"rev": 1})
    assert (answer.status, answer.json["type"]) == (409, "urn:stockbridge:problem:conflict")
    assert api("GET", "/v1/channels/SPT").json["threshold"] == 7


def test_a_channel_is_deleted_with_its_gate_once_it_is_switched_off(api: Api, document: dict[str, Any]) -> None:
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    api("PUT", "/v1/channels/SPT", document=document)
    gate = Gate(f"{api.account}#SPT")
    control.save_gate(throttled(gate, now_ms(), 60), gate)
    refused = api("DELETE", "/v1/channels/SPT")
    assert (refused.status, refused.json["type"]) == (409, "urn:stockbridge:problem:channel_is_enabled")
    api("PUT", "/v1/channels/SPT", document=document | {"enabled": False})
    assert api("DELETE", "/v1/channels/SPT").json == {"deleted": "SPT"}
    assert api("DELETE", "/v1/channels/SPT").status == 404
    assert api("GET", "/v1/channels").json["items"] == []
    assert control.gate(gate.channel_id) == gate
    assert activities(api)[0] == ("channel.delete", "SPT", "")


def test_a_channel_of_another_account_is_not_found(api: Api, document: dict[str, Any]) -> None:
    api("PUT", "/v1/channels/SPT", document=document)
    for method in ("GET", "DELETE"):
        assert api(method, "/v1/channels/SPT", groups="[alheia:admin]").status == 404
    assert api("GET", "/v1/channels", groups="[alheia:admin]").json["items"] == []
