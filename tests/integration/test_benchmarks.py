"""The benchmark that needs nothing but itself goes on measuring what it says, and another reads what it should."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from benchmarks.large_table import CHANNELS, FREQUENT, SMALL, record
from stockbridge.dynamo import _record, _values
from stockbridge.tables import RecordItem

ROOT = Path(__file__).parents[2]


def test_the_puts_are_sent_in_each_way_and_none_beats_the_latency() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.puts", "--rounds", "1", "--batches", "1"],
        check=False,  # its words say more
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    rates = {found[1]: float(found[2]) for line in lines if (found := re.match(r"(.+?) +([\d.]+) PUTs/s", line))}
    assert rates.keys() == {"export", "requests", "with a session"}
    assert rates["export"] <= 10 / 0.05
    assert max(rates["requests"], rates["with a session"]) <= 1 / 0.05
    verdicts = [line for line in lines if re.match(r"export against .+ times the throughput, .+ times the CPU", line)]
    assert len(verdicts) == 2


def test_every_filter_of_the_small_table_fills_a_page_and_each_record_is_there_once() -> None:
    records = [record(number, SMALL, now=1_800_000_000_000) for number in range(SMALL.records)]
    assert len({one.key for one in records}) == SMALL.records
    shown = Counter("removed" if one.removal else one.status.value for one in records)
    causes, affiliates = Counter(one.cause for one in records), Counter(one.key.affiliate for one in records)
    pages = [shown[each] for each in ("success", "error", "pending", "removed")]
    pages += [causes[each] for each in FREQUENT] + [affiliates[each] for each in CHANNELS]
    assert min(pages) >= 50
    for one in records[:100]:
        item = RecordItem("pk", "sk", rev=one.rev, **_values(one))
        item.deserialize(item.to_dynamodb_dict())
        assert _record(one.key, item) == one
