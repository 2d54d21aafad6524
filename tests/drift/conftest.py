"""The template as written, as SAM expands it, and as a Lambda environment that starts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from local import template, wiring

ROOT = Path(__file__).parents[2]
ISSUER = "https://issuer.example"
AUDIENCE = "client"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def written() -> dict[str, Any]:
    """As written; intrinsic functions in their long form."""
    return dict(yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def stack() -> template.Stack:
    return template.load(
        ROOT / "template.yaml",
        {},
        {"JwtIssuer": ISSUER, "JwtAudience": AUDIENCE},
        endpoint_url="http://aws.invalid",
        api_url="http://api.invalid",
    )


@pytest.fixture(scope="session")
def wires(stack: template.Stack) -> wiring.Wiring:
    return wiring.read(stack)


@pytest.fixture(scope="session")
def cold_start() -> Callable[[wiring.Function, str], str]:
    """Run a line of Python where a function would start, and nothing else is installed or set. What it printed."""

    def run(function: wiring.Function, line: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-c", line],
            check=False,  # its words say more
            env={
                **function.environment,
                "AWS_REGION": "us-east-1",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_LAMBDA_FUNCTION_NAME": function.name,
                "PYTHONPATH": str(function.task_root),
            },
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run
