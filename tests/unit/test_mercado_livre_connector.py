"""What the connector of Mercado Livre is, when it sends nothing, what it reads, and how it logs in."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from stockbridge.connectors import Listing, Mode, Reads, Renews, Response
from stockbridge.marketplaces.mercado_livre import MercadoLivre
from stockbridge.outcomes import Applied, Refused, Unauthorized, Unknown
from tests.unit.mercado_livre import (
    FIRST,
    HERE,
    ITEM,
    NOW,
    SECOND,
    SECRET,
    Marketplace,
    answer,
    item,
    sample,
    stock,
    update,
    varied,
)

# ------------------------------------------------------------------------------------ what it is


def test_all_of_one_item_goes_in_one_call() -> None:
    connector = MercadoLivre()
    assert connector.capabilities.mode is Mode.GROUP
    assert connector.capabilities.needs_listing
    assert isinstance(connector, Reads)
    assert isinstance(connector, Renews)
    of = {name: connector.group_of({}, Listing("42", ids)) for name, ids in {
        "item": ITEM,
        "variation": ITEM | {"variation_id": FIRST},
        "copied": ITEM | {"user_product_id": "MLBU1"},
        "warehouse": ITEM | {"user_product_id": "MLBU1", "store_id": "7"},
        "address": {"user_product_id": "MLAU1"},
        "unmapped": {},
    }.items()}  # fmt: skip
    assert of == {
        "item": "MLB123456789",
        "variation": "MLB123456789",
        "copied": "MLB123456789",
        "warehouse": "MLBU1",
        "address": "MLAU1",
        "unmapped": "42",
    }


@pytest.mark.parametrize(
    ("configuration", "wrong"),
    [
        ({"secret": "stockbridge/prod/loja/MLB"}, []),
        ({"secret": "s", "base_url": "https://api.mercadolibre.com/"}, []),
        ({}, [("secret", "required")]),
        ({"secret": "s", "base_url": "https://evil.example.com"}, [("base_url", "host_not_allowed")]),
        ({"secret": "s", "base_url": "http://127.0.0.1:1"}, [("base_url", "not_https")]),
        ({"secret": "s", "url": "x"}, [("url", "unknown_field")]),
    ],
)
def test_the_configuration_is_a_secret_and_an_address(
    configuration: dict[str, str], wrong: list[tuple[str, str]]
) -> None:
    problems = MercadoLivre().problems(configuration, allow_private=False)
    assert [(problem.field, problem.reason) for problem in problems] == wrong


# ------------------------------------------------------------------------------------ before anything is sent


@pytest.mark.parametrize(
    "ids",
    [{}, {"variation_id": "1"}, {"store_id": "7"}, {"item_id": "../users/me"}, {"item_id": "MLB1", "store_id": "7"}],
)
def test_what_names_nothing_is_unmapped(ids: dict[str, str]) -> None:
    [outcome] = Marketplace().push(update(4, **ids))
    assert isinstance(outcome, Refused)
    assert outcome.cause == "unmapped"


def test_what_its_cause_says_already_has_no_message_of_ours() -> None:
    [nothing] = Marketplace().push(update(4))
    [something] = Marketplace().push(update(4, store_id="7"))
    assert (nothing, something) == (
        Refused("unmapped", ""),
        Refused("unmapped", "mapped by store_id to neither an item nor a user product"),
    )


@pytest.mark.parametrize(
    "secret",
    [{"access_token": ""}, {"expires_at": str(NOW - 1)}, {"expires_at": str(NOW + 8_000)}],
)
def test_an_access_token_that_is_missing_or_over_is_not_sent(secret: dict[str, str]) -> None:
    outcomes = Marketplace().push(update(4, **ITEM), update(5, **HERE), **secret)
    assert [type(outcome) for outcome in outcomes] == [Unauthorized, Unauthorized]
    assert not any(outcome.revoked for outcome in outcomes if isinstance(outcome, Unauthorized))


def test_a_token_of_unknown_age_is_tried() -> None:
    [outcome] = Marketplace(item(4)).push(update(4, **ITEM), expires_at="")
    assert isinstance(outcome, Applied)


def test_a_wrong_configuration_sends_nothing() -> None:
    session = Marketplace().session(base_url="no address")
    [outcome] = MercadoLivre().push(session, [update(4, **ITEM)])
    assert outcome == Refused("configuration", "base_url: invalid_url")


def test_outcomes_come_in_the_order_of_the_updates() -> None:
    marketplace = Marketplace(item(1), stock("1"), stock("2", 2))
    outcomes = marketplace.push(update(9), update(1, **ITEM), update(2, **HERE))
    assert [type(outcome) for outcome in outcomes] == [Refused, Applied, Applied]


# ------------------------------------------------------------------------------------ reading


def test_reading_asks_once_for_each_item_and_user_product() -> None:
    marketplace = Marketplace(varied(), stock("1"), answer(200, sample("selling_address_stock")))
    shown = MercadoLivre().read(
        marketplace.session(),
        [
            Listing("42", ITEM | {"variation_id": FIRST}),
            Listing("50", HERE),
            Listing("43", ITEM | {"variation_id": SECOND}),
            Listing("51", {"user_product_id": "MLAU12345678"}),
        ],
    )
    assert shown == [5, 15, 6, 9]
    assert marketplace.answers == []


def test_reading_says_what_it_cannot_know() -> None:
    marketplace = Marketplace(varied(), stock("1"), answer(404, {"message": "Item with id MLB9 not found"}))
    shown = MercadoLivre().read(
        marketplace.session(),
        [
            Listing("42", ITEM),
            Listing("43", ITEM | {"variation_id": "999"}),
            Listing("50", HERE | {"store_id": "77"}),
            Listing("60", {"item_id": "MLB9"}),
            Listing("61"),
        ],
    )
    assert [outcome.cause for outcome in shown if isinstance(outcome, Refused)] == [
        "unmapped",
        "not_found",
        "warehouse_unknown",
        "not_found",
        "unmapped",
    ]


def test_reading_an_item_without_variations() -> None:
    assert MercadoLivre().read(Marketplace(item(6)).session(), [Listing("42", ITEM)]) == [6]


# ------------------------------------------------------------------------------------ logging in


def test_a_login_sends_the_refresh_token_as_a_form_and_gives_the_whole_secret() -> None:
    marketplace = Marketplace(answer(200, sample("login")))
    secret = SECRET | {"note": "kept"}
    renewed = MercadoLivre().renew(marketplace.session(secret))
    [(method, url, body)] = marketplace.asked
    assert (method, url) == ("POST", "https://api.mercadolibre.com/oauth/token")
    assert marketplace.headers[0]["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in marketplace.headers[0]
    assert parse_qs(body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["4242424242"],
        "client_secret": ["canary-client-secret"],
        "refresh_token": ["TG-canary-refresh"],
    }
    assert renewed == secret | {
        "access_token": "APP_USR-12345657984-090515-b0ad156bce70050973466faa15-1234567",
        "refresh_token": "TG-5b9032b4e4b0714aed1f959f-1234567",
        "expires_at": str(NOW + 10_800_000),
    }


@pytest.mark.parametrize("name", ["client_id", "client_secret", "refresh_token"])
def test_a_login_needs_the_whole_secret(name: str) -> None:
    outcome = MercadoLivre().renew(Marketplace().session({**SECRET, name: ""}))
    assert outcome == Refused("configuration", f"the channel's secret has no {name}")


def test_a_used_up_refresh_token_needs_a_person() -> None:
    used_up = {"error": "invalid_grant", "error_description": "Error validating grant.", "status": 400, "cause": []}
    outcome = MercadoLivre().renew(Marketplace(answer(400, used_up)).session())
    assert isinstance(outcome, Unauthorized)
    assert (outcome.revoked, outcome.message) == (True, "Error validating grant.")
    assert outcome.evidence is not None
    assert "canary" not in outcome.evidence.request
    assert "grant_type=refresh_token" in outcome.evidence.request


@pytest.mark.parametrize(
    "body", [b'{"token": {"value": "APP_USR-new"}}', b"APP_USR-new TG-new", b'{"access_token": "APP_USR-new", "exp']
)
def test_a_login_that_is_not_understood_keeps_no_token(body: bytes) -> None:
    outcome = MercadoLivre().renew(Marketplace(Response(200, {}, body)).session())
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "uncatalogued"
    assert "-new" not in repr(outcome)
