"""The benchmark that needs nothing but itself goes on measuring what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

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
