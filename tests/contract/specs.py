"""Where the marketplaces' own specifications are: the tests that compare with them skip without."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(os.environ.get("STOCKBRIDGE_SPECS", Path(__file__).resolve().parents[3] / "shared" / "specs"))


def specification(path: str) -> Any:
    """The document at that path of the folder; skips the test when it is not there."""
    file = FOLDER / path
    if not file.exists():
        pytest.skip(f"no specification {path}: name the folder that has it in STOCKBRIDGE_SPECS")
    text = file.read_text()
    return yaml.safe_load(text) if file.suffix == ".yaml" else json.loads(text)
