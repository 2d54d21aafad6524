"""The outside world: the stand-ins for VTEX, a marketplace and the identity provider, in one process of their own."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local import children
from local.errors import StartError

READY_S = 30.0


@dataclass(frozen=True, slots=True)
class Outside:
    """`urls`: identity, vtex and marketplace."""

    urls: Mapping[str, str]
    process: children.Process

    async def stop(self) -> bool:
        return await children.stop(self.process, patience_s=10.0)


async def start(ports: Mapping[str, int], state: Path, logs: Path, *, products: int) -> Outside:
    """Answers when they accept requests. `products`: of the demonstration, at its first start. Raises StartError."""
    state.mkdir(parents=True, exist_ok=True)
    ports_file = state / "ports.json"
    ports_file.unlink(missing_ok=True)
    arguments = ["--ports-file", str(ports_file), "--state", str(state), "--products", str(products)]
    for name in ("identity", "vtex", "marketplace"):
        arguments += [f"--{name}-port", str(ports[name])]
    with (logs / "standins.log").open("wb") as output:
        process = await children.start(
            "local.standins",
            arguments,
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
            },
            output=output,
            grace_s=10.0,
        )
    deadline = time.monotonic() + READY_S
    while not ports_file.exists():
        if process.returncode is not None or time.monotonic() > deadline:
            await children.stop(process, patience_s=1.0)
            raise StartError(f"the stand-ins do not start; see {logs / 'standins.log'}")
        await asyncio.sleep(0.02)
    return Outside(json.loads(ports_file.read_text(encoding="utf-8")), process)
