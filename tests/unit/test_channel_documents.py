"""A channel's document: every wrong field is named, and what is saved is what was meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stockbridge.channel_documents import ChannelReader, changed_fields, channel_document
from stockbridge.channels import Channel, Strategy
from stockbridge.errors import InvalidFields, Unavailable
from stockbridge.marketplaces import CONNECTORS

SECRETS = {"stockbridge/dev/loja/vtex", "stockbridge/dev/loja/SPT", "stockbridge/dev/outra/vtex"}

WHOLE: dict[str, Any] = {
    "name": "Mercado Exemplo",
    "enabled": True,
    "connector": "generic",
    "threshold": 5,
    "late_after_s": 3600,
    "vtex": {
        "strategy": "logistics",
        "base_url": "https://{account}.vtexcommercestable.com.br",
        "secret": "stockbridge/{stage}/{account}/vtex",
        "trade_policy": "2",
        "seller": "1",
        "warehouses": ["1_1", "2_1"],
        "chunk": 50,
    },
    "policy": {"unlimited_as": 9999, "safety": 1, "percent": 90, "minimum": 2, "cap": None},
    "marketplace": {
        "secret": "stockbridge/{stage}/{account}/{affiliate}",
        "method": "PUT",
        "url": "https://api.example.com/v2/skus/{sku}/stock",
        "headers": {"Authorization": "Bearer {secret.token}"},
        "body": {"sku": "{sku}", "quantity": "{quantity}"},
        "errors": [{"status": 404, "match": "not catalogued", "cause": "not_catalogued"}],
        "message": "/errors/0/message",
    },
}


def document(**changes: Any) -> dict[str, Any]:
    """The whole one with fields changed by dotted path ("__" for "."); `...` takes a field away."""
    changed = copy.deepcopy(WHOLE)
    for path, value in changes.items():
        *parents, name = path.split("__")
        part = changed
        for parent in parents:
            part = part[parent]
        if value is ...:
            del part[name]
        else:
            part[name] = value
    return changed


def read(wanted: Any, *, allow_private: bool = False) -> Channel:
    reader = ChannelReader("dev", allow_private, CONNECTORS, SECRETS.__contains__)
    return reader.read("loja", "SPT", wanted)


def problems(wanted: Any) -> dict[str, str]:
    with pytest.raises(InvalidFields) as refused:
        read(wanted)
    return {problem.field: problem.reason for problem in refused.value.problems}


def test_a_whole_document_becomes_a_channel_with_its_names_filled_in() -> None:
    channel = read(WHOLE)
    assert (channel.account, channel.affiliate, channel.id) == ("loja", "SPT", "loja#SPT")
    assert channel.vtex.base_url == "https://loja.vtexcommercestable.com.br"
    assert channel.vtex.secret == "stockbridge/dev/loja/vtex"
    assert channel.vtex.strategy is Strategy.LOGISTICS
    assert channel.vtex.warehouses == ("1_1", "2_1")
    assert channel.marketplace["secret"] == "stockbridge/dev/loja/SPT"
    assert channel.marketplace["url"] == "https://api.example.com/v2/skus/{sku}/stock"
    assert (channel.policy.percent, channel.policy.minimum, channel.policy.cap) == (90, 2, None)


def test_what_is_left_out_has_its_default() -> None:
    channel = read({name: WHOLE[name] for name in ("name", "connector", "marketplace")})
    assert channel.enabled
    assert channel.threshold == 5
    assert channel.late_after_s is None
    assert channel.vtex.strategy is Strategy.SIMULATION
    assert channel.vtex.base_url == "https://loja.vtexcommercestable.com.br"
    assert channel.vtex.secret == "stockbridge/dev/loja/vtex"
    assert channel.policy.unlimited_as == 9999


def test_a_saved_channel_is_a_document_again() -> None:
    channel = read(WHOLE)
    assert read(channel_document(channel)) == channel


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": ...}, {"name": "required"}),
        ({"name": ""}, {"name": "too_short"}),
        ({"name": "a\nb"}, {"name": "wrong_format"}),
        ({"name": "x" * 101}, {"name": "too_long"}),
        ({"name": 5}, {"name": "wrong_type"}),
        ({"enabled": "true"}, {"enabled": "wrong_type"}),
        ({"enabled": 1}, {"enabled": "wrong_type"}),
        ({"threshold": -1}, {"threshold": "too_small"}),
        ({"threshold": 1_000_001}, {"threshold": "too_large"}),
        ({"threshold": 5.5}, {"threshold": "wrong_type"}),
        ({"threshold": "5"}, {"threshold": "wrong_type"}),
        ({"threshold": True}, {"threshold": "wrong_type"}),
        ({"threshold": None}, {"threshold": "wrong_type"}),
        ({"late_after_s": 0}, {"late_after_s": "too_small"}),
        ({"colour": "blue"}, {"colour": "unknown_field"}),
        ({"connector": "magento"}, {"connector": "unknown_connector"}),
        ({"connector": ...}, {"connector": "required"}),
        ({"vtex": []}, {"vtex": "wrong_type"}),
        ({"vtex": None}, {"vtex": "wrong_type"}),
        ({"vtex__strategy": "guess"}, {"vtex.strategy": "not_one_of"}),
        ({"vtex__base_url": "http://loja.example.com"}, {"vtex.base_url": "not_https"}),
        ({"vtex__base_url": "https://127.0.0.1"}, {"vtex.base_url": "private_address"}),
        ({"vtex__base_url": "https://localhost"}, {"vtex.base_url": "private_address"}),
        ({"vtex__base_url": "https://a:b@loja.example.com"}, {"vtex.base_url": "credentials_in_url"}),
        ({"vtex__base_url": "https://loja.example.com:8443"}, {"vtex.base_url": "port_not_allowed"}),
        ({"vtex__base_url": "https://loja.example.com/?a=b"}, {"vtex.base_url": "invalid_url"}),
        ({"vtex__base_url": "loja"}, {"vtex.base_url": "invalid_url"}),
        ({"vtex__base_url": ""}, {"vtex.base_url": "too_short"}),
        ({"vtex__base_url": "https://{konto}.example.com"}, {"vtex.base_url": "unknown_placeholder"}),
        ({"vtex__base_url": "https://{account.example.com"}, {"vtex.base_url": "unbalanced_brace"}),
        ({"vtex__secret": "stockbridge/prod/loja/vtex"}, {"vtex.secret": "secret_prefix"}),
        ({"vtex__secret": "stockbridge/dev/outra/vtex"}, {"vtex.secret": "secret_prefix"}),
        ({"vtex__secret": "stockbridge/dev/loja/none"}, {"vtex.secret": "secret_not_found"}),
        ({"vtex__secret": 5}, {"vtex.secret": "wrong_type"}),
        ({"vtex__trade_policy": "um"}, {"vtex.trade_policy": "wrong_format"}),
        ({"vtex__trade_policy": 1}, {"vtex.trade_policy": "wrong_type"}),
        ({"vtex__seller": "a/b"}, {"vtex.seller": "wrong_format"}),
        ({"vtex__warehouses": "1_1"}, {"vtex.warehouses": "wrong_type"}),
        ({"vtex__warehouses": ["1_1", 2]}, {"vtex.warehouses.1": "wrong_type"}),
        ({"vtex__chunk": 0}, {"vtex.chunk": "too_small"}),
        ({"vtex__depth": 1}, {"vtex.depth": "unknown_field"}),
        ({"policy__percent": 101}, {"policy.percent": "too_large"}),
        ({"policy__percent": -1}, {"policy.percent": "too_small"}),
        ({"policy__cap": "10"}, {"policy.cap": "wrong_type"}),
        ({"marketplace": ...}, {"marketplace": "required"}),
        ({"marketplace__secret": "stockbridge/dev/outra/vtex"}, {"marketplace.secret": "secret_prefix"}),
        ({"marketplace__secret": "stockbridge/dev/loja/MGL"}, {"marketplace.secret": "secret_not_found"}),
        ({"marketplace__url": "http://api.example.com/{sku}"}, {"marketplace.url": "not_https"}),
        ({"marketplace__url": "https://api.example.com/{skuu}"}, {"marketplace.url": "unknown_placeholder"}),
        ({"marketplace__errors": [{"status": 404, "cause": "whim"}]}, {"marketplace.errors.0.cause": "unknown_cause"}),
    ],
    ids=str,
)
def test_a_wrong_field_is_named_with_its_reason(changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert problems(document(**changes)) == expected


def test_all_wrong_fields_are_named_at_once() -> None:
    wrong = document(
        threshold="five",
        vtex__chunk=0,
        vtex__base_url="http://x.example.com",
        policy__percent=200,
        marketplace__url="x",
    )
    assert problems(wrong) == {
        "threshold": "wrong_type",
        "vtex.chunk": "too_small",
        "vtex.base_url": "not_https",
        "policy.percent": "too_large",
        "marketplace.url": "invalid_url",
    }


@pytest.mark.parametrize("wanted", [{}, {"vtex": 1, "policy": 2, "marketplace": 3, "name": 4, "connector": 5}])
def test_no_document_whatever_breaks_the_reader(wanted: dict[str, Any]) -> None:
    assert {"name", "connector", "marketplace"} <= problems(wanted).keys()


def test_the_local_system_may_point_at_itself() -> None:
    channel = read(document(vtex__base_url="http://127.0.0.1:9000/loja/"), allow_private=True)
    assert channel.vtex.base_url == "http://127.0.0.1:9000/loja"


def test_a_secret_that_cannot_be_looked_for_is_no_wrong_field() -> None:
    def unavailable(name: str) -> bool:
        raise Unavailable("Secrets Manager")

    with pytest.raises(Unavailable):
        ChannelReader("dev", False, CONNECTORS, unavailable).read("loja", "SPT", WHOLE)


def test_changes_are_told_by_field_and_never_by_value() -> None:
    before = channel_document(read(WHOLE))
    after = channel_document(
        read(document(threshold=9, vtex__warehouses=["3_1"], marketplace__headers={"Authorization": "{secret.key}"}))
    )
    assert list(changed_fields(before, after)) == ["marketplace.headers.Authorization", "threshold", "vtex.warehouses"]
    assert list(changed_fields(before, before)) == []


# ---------------------------------------------------------------------- the listing map


ML = {"name": "ML", "connector": "mercado_livre", "marketplace": {"secret": "stockbridge/dev/loja/SPT"}}


def test_skus_are_looked_up_where_the_connector_needs_it_unless_the_document_says_otherwise() -> None:
    assert read(ML).listing_map
    assert not read(document()).listing_map
    assert read(channel_document(read(ML))) == read(ML)
    vtex = {"secret": "stockbridge/dev/loja/SPT", "base_url": "https://outra.vtexcommercestable.com.br"}
    other = {"name": "Outra", "connector": "vtex_account", "marketplace": vtex}
    assert not read(other).listing_map
    assert read(other | {"listing_map": True}).listing_map


def test_a_map_that_must_be_there_cannot_be_switched_off_and_one_without_names_not_on() -> None:
    assert problems(ML | {"listing_map": False}) == {"listing_map": "listing_map_needed"}
    assert problems(document(listing_map=True)) == {"listing_map": "no_listing_fields"}
