"""Whatever may come of an attempt has words in the console."""

from __future__ import annotations

import re
from pathlib import Path

from stockbridge.explaining_steps import ATTEMPTS

TIMELINE = Path(__file__).parents[2] / "console/src/records/attempts.tsx"


def test_the_console_has_words_for_every_outcome_and_for_nothing_else() -> None:
    outcomes = re.search(r"OUTCOMES = \[(.*?)]", TIMELINE.read_text(encoding="utf-8"), re.DOTALL)
    assert outcomes is not None
    assert set(re.findall(r'"(\w+)"', outcomes[1])) == set(ATTEMPTS)
