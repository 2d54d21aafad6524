"""Runs a module as `python -m` does, and ends this process when the one that started it is gone, however it went.

    python -P leash.py SIGNAL GRACE_S MODULE [ARG...]

Standard input must be a pipe that the parent keeps open and writes nothing to: it closes with the parent, even when
that is killed with -9. Then this process gets SIGNAL, and SIGKILL if it is still there GRACE_S seconds later.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time


def _watch(pipe: int, signal_number: int, grace_s: float) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal_number)
    time.sleep(grace_s)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    signal_name, grace_s, module = sys.argv[1:4]
    pipe = os.dup(0)  # not inherited by what the module starts
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(
        target=_watch, args=(pipe, signal.Signals[signal_name], float(grace_s)), name="leash", daemon=True
    ).start()
    sys.argv = sys.argv[3:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
