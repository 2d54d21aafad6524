"""Bodies of the operator API, before anybody looks at their meaning."""

from __future__ import annotations

import pytest
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from actions.inputs import MAX_BODY_BYTES, json_object
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
