"""A local system to measure: started and stopped as its users do, and looked at from outside."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
STOP_S = 120  # the emulator writes all that it holds

Document = dict[str, Any]


class LocalSystem:
    """`python -m local run` on free ports, its data in a folder. Leaves no process behind when used as `with`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http = httpx.Client(timeout=120, trust_env=False)
        self.ready: Document = {}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LocalSystem:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.http.close()

    def start(self) -> float:
        """Seconds until everything accepted work."""
        ready_file = self.folder / "ready.json"
        ready_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "local", "run", "--port", "0", "--state", str(self.folder / "state")]
        began = time.monotonic()
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--ready-file", str(ready_file)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        while not ready_file.exists():
            if self._process.poll() is not None:
                raise SystemExit((self.folder / "output.txt").read_text())
            time.sleep(0.05)
        self.ready = json.loads(ready_file.read_text())
        return time.monotonic() - began

    def stop(self) -> float:
        """Seconds until nothing of it was left."""
        began = time.monotonic()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_S)
        return time.monotonic() - began

    # ---------------------------------------------------------------- its processes

    def workers(self) -> Mapping[int, str]:
        """The function environments that run now: handlers by pid."""
        found = {}
        for pid in self._family():
            command = _read(f"/proc/{pid}/cmdline").split("\0")
            if "awslambdaric" in command:
                found[pid] = command[command.index("awslambdaric") + 1]
        return found

    def memory_mib(self) -> float:
        """Resident memory of the system's process and all its descendants."""
        return sum(_resident_kib(pid) for pid in self._family()) / 1024

    def _family(self) -> set[int]:
        """The system's process and all its descendants."""
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            fields = _read(str(stat)).rpartition(")")[2].split()
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        family, todo = set(), [int(self.ready["pids"]["system"])]
        while todo:
            pid = todo.pop()
            family.add(pid)
            todo += parents.get(pid, [])
        return family

    # ---------------------------------------------------------------- the world outside

    def vtex(self, *commands: str) -> None:
        self._scenario("vtex", commands)

    def marketplace(self, *commands: str) -> None:
        self._scenario("marketplace", commands)

    def _scenario(self, standin: str, commands: Sequence[str]) -> None:
        address = f"{self.ready['standins'][standin]}/_scenario"
        self.http.post(address, json={"do": list(commands)}).raise_for_status()

    def look(self, standin: str, path: str, **parameters: str) -> Document:
        answer = self.http.get(f"{self.ready['standins'][standin]}{path}", params=parameters)
        return dict(answer.raise_for_status().json())


def _resident_kib(pid: int) -> int:
    lines = _read(f"/proc/{pid}/status").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _read(path: str) -> str:
    """Nothing for a process that is gone."""
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def quantiles(seconds: Sequence[float]) -> str:
    cut = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"p50 {_duration(cut[49])}, p99 {_duration(cut[98])}, max {_duration(max(seconds))}"


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"


def say(line: str) -> None:
    print(line, flush=True)
