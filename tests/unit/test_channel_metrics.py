"""Counts of a channel as CloudWatch reads them from standard output."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stockbridge.channel_metrics import MOST_VALUES, ChannelMetrics
from stockbridge.measures import Counts, Part, histogram, percentile
from tests.memory import START

NOW = START + 7


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "StockBridge/test")
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)


def printed(capsys: pytest.CaptureFixture[str], counts: Counts) -> list[dict[str, Any]]:
    ChannelMetrics().add("loja", "SPT", NOW, counts)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.filterwarnings("ignore:.*timestamp:UserWarning")  # the test's clock is not this machine's
def test_a_batch_is_one_document_with_the_channel_as_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = printed(capsys, {"success": 2, "error": 1, "held_back": 3, "late": 1, "accepted": 9, "t0": 1, "t40": 1})
    assert {name: value for name, value in told.items() if name not in ("_aws", "ChannelReflected", "service")} == {
        "Account": "loja",
        "Affiliate": "SPT",
        "ChannelSuccess": [2.0],
        "ChannelError": [1.0],
        "ChannelHeldBack": [3.0],
        "ChannelLate": [1.0],
    }
    assert len(told["ChannelReflected"]) == 2
    (metrics,) = told["_aws"]["CloudWatchMetrics"]
    assert {"Account", "Affiliate"} <= set(metrics["Dimensions"][0])


@pytest.mark.filterwarnings("ignore:.*timestamp:UserWarning")
def test_a_file_of_many_is_one_document_too_whose_percentiles_are_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"success": 2_000, **{f"t{bucket}": 40 for bucket in range(20, 70)}}
    (told,) = printed(capsys, counts)
    times = told["ChannelReflected"]
    assert len(times) == MOST_VALUES
    for place, share in ((0, 0.001), (MOST_VALUES // 2, 0.5), (-1, 1.0)):
        assert times[place] == pytest.approx(percentile(histogram(counts, Part.TOTAL), share), rel=0.25)


def test_of_what_is_no_metric_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, {"accepted": 1, "i20": 1}) == []
