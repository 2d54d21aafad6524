"""How long the other side wants to be left alone."""

from __future__ import annotations

import pytest

from stockbridge.retry_after import retry_after_s

NOW_S = 1_445_412_480.0  # Wed, 21 Oct 2015 07:28:00 GMT


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "999999999"}, 86_400),
        ({"retry-after": "inf"}, 86_400),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:29:00 GMT"}, 60),
        ({"retry-after": "Wed, 21 Oct 2015 07:00:00 GMT"}, 0),
        ({"retry-after": "Wed, 21 Oct 2015 09:00:00 GMT", "date": "Wed, 21 Oct 2015 08:59:30 GMT"}, 30),
        ({"retry-after": "Wed, 99 Oct 2015 09:00:00 GMT"}, None),
    ],
)
def test_it_is_seconds_or_a_date_and_never_more_than_a_day(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers, NOW_S) == wait_s
