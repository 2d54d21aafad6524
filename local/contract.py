"""python -m local.contract: the operator API's OpenAPI document, as the function itself would answer it.

The console's client is generated from it, so the routes are asked in this process: neither AWS nor a running system is
needed, only the environment that the template gives the function.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from local import template, wiring
from local.names import REGION

FUNCTION = "ActionsFunction"
_NOWHERE = "http://127.0.0.1:1"  # nothing is called


def document(template_path: Path) -> str:
    """As JSON. It changes this process's environment."""
    defaults = {"Stage": "local", "JwtIssuer": _NOWHERE, "JwtAudience": "console", "ConsoleOrigin": _NOWHERE}
    stack = template.load(template_path, {}, defaults, endpoint_url=_NOWHERE, api_url=_NOWHERE)
    os.environ.update(wiring.read(stack).functions[FUNCTION].environment)
    os.environ.update(AWS_DEFAULT_REGION=REGION, POWERTOOLS_METRICS_DISABLED="true")
    from actions import contract, handler  # its settings are read from the environment when it is imported

    return contract.contract(handler.app)


if __name__ == "__main__":
    sys.stdout.write(document(Path(__file__).resolve().parents[1] / "template.yaml"))
