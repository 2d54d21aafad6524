"""VTEX's bodies, in every form its documents show."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.errors import InvalidInput, TooLarge
from stockbridge.notifications import Key, Notification, parse_notifications

EVENTS = Path(__file__).parents[1] / "events" / "vtex"
NOW = 1_767_225_600_000  # 2026-01-01


def parse(**fields: object) -> Notification:
    return parse_notifications(json.dumps(fields).encode(), received_at=NOW)[0]


def sample(name: str) -> Notification:
    return parse_notifications((EVENTS / f"{name}.json").read_bytes(), received_at=NOW)[0]


MINIMAL = {"IdSku": "42", "An": "loja", "IdAffiliate": "SPT"}


def test_the_2015_form_knows_only_stock_and_price() -> None:
    notification = sample("notification-2015-minimal-docs")
    assert notification.key == Key("sandboxintegracao", "PRT", "1634")
    assert notification.stock
    assert not notification.only_stock  # the price changed too
    assert notification.active is None


def test_the_help_centers_form_says_that_the_sku_is_inactive() -> None:
    notification = sample("notification-2018-helpcenter")
    assert (notification.active, notification.listed) == (False, True)
    assert not notification.stock
    assert notification.modified_at == 1_534_777_888_197  # seven fractional digits, cut to milliseconds


def test_the_2021_form_with_product_and_version_is_read() -> None:
    assert sample("notification-2021-full-with-version").key == Key("accountname", "ZZZ", "42")


def test_a_change_of_the_stock_alone_is_told_apart() -> None:
    assert sample("notification-stock-only").only_stock


def test_the_2015_form_with_price_unchanged_is_a_change_of_the_stock_alone() -> None:
    assert parse(**MINIMAL, StockModified=True, PriceModified=False).only_stock


def test_a_body_without_the_stock_flag_means_that_anything_may_have_changed() -> None:
    notification = parse(**MINIMAL, HasStockKeepingUnitModified=True)
    assert notification.stock
    assert not notification.only_stock


def test_a_body_with_the_stock_flag_alone_does_not_say_that_nothing_else_changed() -> None:
    assert not parse(**MINIMAL, StockModified=True).only_stock


@pytest.mark.parametrize("names", [("idSKU", "an", "idAffiliate"), ("idSku", "AN", "IDAFFILIATE")])
def test_names_are_read_in_any_casing(names: tuple[str, str, str]) -> None:
    assert parse(**dict(zip(names, ("42", "loja", "SPT"), strict=True))).key == Key("loja", "SPT", "42")


def test_flags_may_be_texts_or_numbers() -> None:
    assert parse(**MINIMAL, stockModified="true", priceModified=0).only_stock


def test_an_array_is_several_notifications() -> None:
    body = json.dumps([MINIMAL, MINIMAL | {"IdSku": 43}]).encode()
    assert [one.key.sku for one in parse_notifications(body, received_at=NOW)] == ["42", "43"]


def test_an_account_with_a_domain_is_its_bare_name() -> None:
    assert parse(**MINIMAL | {"An": "prezunic.myvtex"}).key.account == "prezunic"


def test_a_date_from_the_future_is_no_fact() -> None:
    assert parse(**MINIMAL, DateModified="2099-01-01T00:00:00Z").modified_at is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"42"',
        b"[" * 5000,
        b'{"IdSku":"42","An":"loja"}',
        b'{"IdSku":"42","An":"loja","IdAffiliate":"SPT","StockModified":"maybe"}',
        b'{"IdSku":"42","An":"loja","IdAffiliate":"SPT","StockModified":[]}',
        b'{"IdSku":"42","An":"loja","IdAffiliate":"SPT","DateModified":"yesterday"}',
        b'{"IdSku":"42","An":"lo/ja","IdAffiliate":"SPT"}',
        b'{"IdSku":true,"An":"loja","IdAffiliate":"SPT"}',
        b'{"IdSku":{"a":1},"An":"loja","IdAffiliate":"SPT"}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_notification_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"\w"):
        parse_notifications(body, received_at=NOW)


@pytest.mark.parametrize("sku", ["042", "0", "-1", "4a2", "2147483648", "", " 42", "42\n", "٤٢"])
def test_an_id_that_vtex_cannot_have_sent_is_refused(sku: str) -> None:
    with pytest.raises(InvalidInput):
        parse(**MINIMAL | {"IdSku": sku})


def test_an_oversized_body_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        parse_notifications(b" " * 8193, received_at=NOW)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["IdSku", "An", "IdAffiliate", "DateModified", "IsActive", "StockModified"]), inner
            )
        ),
        max_leaves=8,
    ).map(lambda document: json.dumps(document).encode())
)
def test_no_body_whatever_breaks_the_reader(body: bytes) -> None:
    with suppress(InvalidInput):
        assert parse_notifications(body, received_at=NOW)
