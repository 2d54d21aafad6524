"""No secret leaves through evidence or a message."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors import Response
from stockbridge.errors import NoAnswer
from stockbridge.redaction import HIDDEN, MAX_TEXT, evidence, redacted, shortened

CANARY = 'ca/na+ry "ü"'


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"access_token": "abc", "sku": "42"}', '{"access_token":"***","sku":"42"}'),
        ('{"a": [{"Api-Key": 5, "n": 7}]}', '{"a":[{"Api-Key":"***","n":7}]}'),
        ('{"secrets": {"a": "b"}}', '{"secrets":"***"}'),
        ('{"token": null}', '{"token":null}'),
        ('{"said": "Authorization: Bearer abc.def, then more"}', '{"said":"Authorization: ***, then more"}'),
        ('{"cut": 1, "password": "abc', '{"cut": 1, "password": ***'),
        ("access_token=abc&sku=42", "access_token=***&sku=42"),
        ("Set-Cookie: session; Path=/", "Set-Cookie: ***; Path=/"),
        ("<auth><Token>abc</Token><sku>42</sku></auth>", "<auth><Token>***</Token><sku>42</sku></auth>"),
        ("Error converting access token", "Error converting access token"),
        ("Invalid key", "Invalid key"),
        ("[" * 100_000, "[" * (16 * 1024)),
        ("", ""),
    ],
)
def test_a_field_that_is_named_like_a_secret_loses_its_value(text: str, kept: str) -> None:
    assert redacted(text, ()) == kept


@pytest.mark.parametrize(
    "text",
    [
        f"you said {CANARY}",
        "you said ca%2Fna%2Bry%20%22%C3%BC%22",
        "you said ca%2Fna%2Bry+%22%C3%BC%22",
        json.dumps({"you said": CANARY}),
        json.dumps({"you said": CANARY}, ensure_ascii=False),
        '{"you said": "\\u0063a/na+ry \\"\\u00fc\\""}',
        json.dumps(json.dumps({"you said": CANARY})),
    ],
)
def test_a_secret_value_is_hidden_however_it_is_spelled(text: str) -> None:
    kept = redacted(text, [CANARY])
    assert "ry" not in kept
    assert HIDDEN in kept


def test_a_secret_is_hidden_before_the_text_is_shortened() -> None:
    for before in range(MAX_TEXT - 20, MAX_TEXT + 1):
        answer = Response(200, {}, b"x" * before + b" s3cr3t-value")
        kept = evidence("PUT", "https://a.example/", None, answer, secrets=["s3cr3t-value"])
        assert "s3c" not in kept.response


def test_a_value_too_short_to_be_a_secret_hides_nothing() -> None:
    assert redacted('{"quantity":12}', ["12"]) == '{"quantity":12}'


def test_evidence_keeps_no_request_header_and_no_query_value() -> None:
    answer = Response(302, {"location": "https://b.example/?token=abc", "set-cookie": "s=1", "server": "x"}, b"")
    kept = evidence("PUT", "https://user:pw@a.example/s3cr3t/x?api=1", b'{"n":1}', answer, secrets=["s3cr3t"])
    assert kept.request == 'PUT https://a.example/***/x?…\n{"n":1}'
    assert kept.response == "302\nlocation: https://b.example/"
    assert kept.http_status == 302


def test_evidence_of_no_answer_says_why() -> None:
    kept = evidence("PUT", "https://a.example/", b"{}", NoAnswer("connection reset"), secrets=[], duration_ms=5)
    assert (kept.response, kept.http_status, kept.duration_ms) == ("NoAnswer: connection reset", None, 5)


@given(st.binary(max_size=6000))
def test_evidence_is_never_longer_than_it_may_be(body: bytes) -> None:
    kept = evidence("PUT", "https://a.example/", body, Response(200, {}, body), secrets=[])
    assert len(kept.request.encode()) <= MAX_TEXT
    assert len(kept.response.encode()) <= MAX_TEXT


def test_a_text_is_shortened_between_characters() -> None:
    assert shortened("é" * 10, 20) == "é" * 10
    assert shortened("é" * 11, 20) == "é" * 8 + "…"


@pytest.mark.parametrize(
    "body",
    ["token" * 50_000, 'key:"' + "a\\" * 100_000, "<token" * 40_000, "key" + " " * 250_000, "a" * 250_000],
)
def test_no_body_makes_it_slow(body: str) -> None:
    assert len(redacted(body, ["s3cr3t"])) <= 16 * 1024
