"""Bodies of the operator API, before anybody looks at their meaning."""

from __future__ import annotations

import base64

import pytest
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from actions.inputs import MAX_BODY_BYTES, MAX_CSV_BYTES, csv_text, json_object
from stockbridge.errors import InvalidInput, TooLarge


def read(body: str) -> dict[str, object]:
    return json_object(BaseProxyEvent({"body": body, "isBase64Encoded": False}))


def test_a_body_is_an_object_and_none_is_an_empty_one() -> None:
    assert read('{"a": ["é", "\\ud83d\\ude80"]}') == {"a": ["é", "🚀"]}
    assert read("") == read(" ") == {}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "malformed_json"),
        ("[" * 50_000, "malformed_json"),
        ('{"a": NaN}', "malformed_json"),
        ('{"a": 1e999}', "malformed_json"),
        ('{"a": "\\ud800"}', "malformed_json"),
        ('{"\\ud800": 1}', "malformed_json"),
        ("[]", "body_is_no_object"),
        ("null", "body_is_no_object"),
    ],
)
def test_what_is_no_json_object_is_refused(body: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read(body)


def test_a_body_that_is_too_large_is_not_read() -> None:
    with pytest.raises(TooLarge):
        read("1" * (MAX_BODY_BYTES + 1))


def read_csv(body: bytes, *, encoded: bool = False) -> str:
    text = base64.b64encode(body).decode() if encoded else body.decode()
    return csv_text(BaseProxyEvent({"body": text, "isBase64Encoded": encoded}))


@pytest.mark.parametrize("encoded", [False, True])
def test_a_file_is_the_same_whether_the_gateway_encoded_it_or_not(encoded: bool) -> None:
    assert read_csv("sku,item_id\r\n42,ção\r\n".encode(), encoded=encoded) == "sku,item_id\r\n42,ção\r\n"


def test_a_file_in_another_encoding_is_refused_and_not_guessed() -> None:
    with pytest.raises(InvalidInput, match="not_utf8"):
        read_csv("sku,item_id\n42,ção\n".encode("latin-1"), encoded=True)


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert len(read_csv(b"x" * MAX_CSV_BYTES)) == MAX_CSV_BYTES
    with pytest.raises(TooLarge):
        read_csv(b"x" * (MAX_CSV_BYTES + 1))
