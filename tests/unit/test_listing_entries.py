"""Entries of a listing map: each id is kept as it was written, and whatever is wrong is told by its line."""

from __future__ import annotations

import pytest

from stockbridge.connectors import Connector
from stockbridge.errors import InvalidFields, InvalidInput, TooLarge
from stockbridge.listing_entries import MAX_LINES, id_problems, read_sheet
from stockbridge.marketplaces import CONNECTORS
from stockbridge.texts import LANGUAGES, TEXTS, explain

KNOWN = ("item_id", "variation_id")


def entries(text: str, known: tuple[str, ...] = KNOWN) -> list[tuple[int, str, dict[str, str]]]:
    return [(line.number, line.sku, dict(line.ids)) for line in read_sheet(text, known).lines]


def refusals(text: str) -> list[tuple[int, str, str]]:
    return [(one.number, one.problem.field, one.problem.reason) for one in read_sheet(text, KNOWN).refused]


def test_leading_zeros_and_every_other_character_of_an_id_are_kept() -> None:
    assert entries("sku,item_id,variation_id\n42,MLB001,0042\n43,ção/ 7,000\n") == [
        (2, "42", {"item_id": "MLB001", "variation_id": "0042"}),
        (3, "43", {"item_id": "ção/ 7", "variation_id": "000"}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "sku,item_id\n42,MLB1\n",
        "sku;item_id\r\n42;MLB1\r\n",
        "\ufeffsku,item_id\n42,MLB1",
        '"SKU", item_id \n42,"MLB1"\n',
        "\n\nsku,item_id,variation_id\n\n42,MLB1,\n,,\n",
    ],
)
def test_a_file_as_spreadsheets_write_it_is_read(text: str) -> None:
    assert [(sku, ids) for _, sku, ids in entries(text)] == [("42", {"item_id": "MLB1"})]


def test_a_connectors_own_id_may_be_called_sku_too() -> None:
    assert entries("sku,sku\n42,0042\n", known=("sku",)) == [(2, "42", {"sku": "0042"})]


def test_a_wrong_line_is_refused_alone_and_told_by_its_number_field_and_reason() -> None:
    text = "\n".join(
        [
            "sku,item_id,variation_id",
            "42,MLB1,1",
            "042,MLB2,1",
            "abc,MLB2,1",
            "43,,",
            f"44,{'x' * 101},1",
            '45,"MLB\n1",1',
            "46,MLB1 ,1",
            "42,MLB9,1",
            "47,MLB1",
            "48,MLB1,1",
        ]
    )
    assert [sku for _, sku, _ in entries(text)] == ["42", "48"]
    assert refusals(text) == [
        (3, "sku", "sku_format"),
        (4, "sku", "sku_format"),
        (5, "ids", "no_ids"),
        (6, "item_id", "too_long"),
        (8, "item_id", "control_characters"),
        (9, "item_id", "outer_spaces"),
        (10, "sku", "repeated_sku"),
        (11, "", "wrong_number_of_cells"),
    ]


def test_every_refusal_of_a_line_has_a_sentence_in_each_language() -> None:
    sheet = read_sheet(f"sku,item_id\n042,1\n43,\n44,{'x' * 101}\n45,a b\x07\n46, a\n47\n48,1\n48,2\n", KNOWN)
    assert len(sheet.refused) == 7
    for one in sheet.refused:
        assert one.problem.reason in TEXTS
        assert all("?" not in explain(one.problem, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("header", "field", "reason"),
    [
        ("item_id,sku", "item_id", "first_column_is_sku"),
        ("42,MLB1", "42", "first_column_is_sku"),
        ("sku,offer_sku", "offer_sku", "unknown_listing_field"),
        ("sku,", "", "unknown_listing_field"),
        ("sku,item_id,item_id", "item_id", "repeated_column"),
        ("", "sku", "required"),
        ("\n\n", "sku", "required"),
    ],
)
def test_a_header_that_cannot_be_followed_refuses_the_file(header: str, field: str, reason: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        read_sheet(f"{header}\n42,MLB1\n" if header.strip() else header, KNOWN)
    assert (refused.value.problems[0].field, refused.value.problems[0].reason) == (field, reason)


@pytest.mark.parametrize(
    "text", ['sku,item_id\n42,"MLB1\n', 'sku,item_id\n42,"a"b\n', f"sku,item_id\n1,{'x' * 200_000}"]
)
def test_what_is_no_csv_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="malformed_csv"):
        read_sheet(text, KNOWN)


def test_a_file_is_as_long_as_one_invocation_can_save() -> None:
    lines = [f"{number},MLB{number}" for number in range(1, MAX_LINES + 1)]
    assert len(entries("\n".join(["sku,item_id", *lines]))) == MAX_LINES
    with pytest.raises(TooLarge, match="too_many_lines"):
        read_sheet("\n".join(["sku,item_id", *lines, "99999,MLB1"]), KNOWN)
    assert str(MAX_LINES) in TEXTS["too_many_lines"][0]


@pytest.mark.parametrize(
    ("connector", "names"),
    [
        ("generic", set()),
        ("mercado_livre", {"item_id", "variation_id", "user_product_id", "store_id", "network_node_id"}),
        ("mirakl", {"offer_sku", "warehouse_code"}),
        ("magalu", {"sku"}),
        ("amazon", {"seller_sku", "product_type", "fulfillment_channel"}),
        ("vtex_account", {"sku", "warehouse"}),
    ],
)
def test_a_connector_names_the_ids_that_it_reads_and_no_other_is_taken(connector: str, names: set[str]) -> None:
    one: Connector = CONNECTORS[connector]
    assert set(one.listing_fields) == names
    assert [problem.field for problem in id_problems(dict.fromkeys(names, "1"), one.listing_fields)] == (
        [] if names else ["ids"]
    )
    assert [problem.reason for problem in id_problems({"ean": "1"}, one.listing_fields)] == ["unknown_listing_field"]


def test_only_a_connector_with_ids_of_its_own_needs_a_listing() -> None:
    needing = [one for one in CONNECTORS.values() if one.capabilities.needs_listing]
    assert needing
    assert all(one.listing_fields for one in needing)
