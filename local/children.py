"""Processes of our own that never outlive us: each in its own session (a Ctrl-C reaches only us) and on a leash."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

Process = asyncio.subprocess.Process

_LEASH = Path(__file__).with_name("leash.py")


async def start(
    module: str,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    output: int | IO[bytes],
    directory: Path | None = None,
    orphaned: signal.Signals = signal.SIGTERM,
    grace_s: float = 30.0,
    keep: Sequence[int] = (),
) -> Process:
    """Start `python -m module arguments`. `orphaned` is the signal it gets if we die first; it inherits the fds `keep`.

    PYTHONPATH in `environment` says where the module is: the working directory is not searched.
    """
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", str(_LEASH), orphaned.name, str(grace_s), module, *arguments),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
        cwd=directory,
        pass_fds=tuple(keep),
        start_new_session=True,
    )


def kill(process: Process) -> None:
    """The process and everything it started, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def stop(process: Process, *, patience_s: float) -> bool:
    """Ask, wait, then kill. False when it had to be killed."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), patience_s)
    except TimeoutError:
        kill(process)
        await process.wait()
        return False
    kill(process)  # what it left behind in its session
    return True
