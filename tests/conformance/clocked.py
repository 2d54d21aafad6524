"""The emulator's process in a time of its own: for its queues it is what the file FOLDER/clock says, in milliseconds.

    python -m tests.conformance.clocked LISTENING_FD FOLDER

So hours of delays and visibility pass at once, and both sides of a comparison are at the same instant.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

from ministack.services import sqs

from local import snapshots

CLOCK = "clock"

if __name__ == "__main__":
    listening, folder = int(sys.argv[1]), Path(sys.argv[2])

    def read_clock() -> float:
        return int((folder / CLOCK).read_text(encoding="ascii")) / 1000

    snapshots.Snapshots.changed = lambda self: None  # nothing here outlives its process
    sqs.time = SimpleNamespace(time=read_clock)  # the only function of `time` that it uses; its version is pinned
    asyncio.run(snapshots.main(listening, folder))
