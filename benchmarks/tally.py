"""What a running system wrote into its logs, added up while it writes: the files keep only the newest lines."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any


class Followed:
    """A log file's lines, each once, though it rotates between two looks. It may not exist yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inode: int | None = None
        self._position = 0

    def new_lines(self) -> Iterator[str]:
        """Those that are complete."""
        for path in (self._path.with_name(f"{self._path.name}.1"), self._path):
            with suppress(FileNotFoundError), path.open("rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                if path == self._path and inode != self._inode:  # the one before was read to its end
                    self._inode, self._position = inode, 0
                if inode == self._inode:
                    file.seek(self._position)
                    yield from self._complete(file)

    def _complete(self, file: IO[bytes]) -> Iterator[str]:
        for line in file:
            if not line.endswith(b"\n"):
                return
            self._position += len(line)
            yield line.decode("utf-8", "replace")


@dataclass(slots=True)
class Tally:
    """Of all looks so far. Invocations by function; `failed` by function and error; `counts` are the metrics that the
    functions count by themselves."""

    invocations: Counter[str] = field(default_factory=Counter)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    longest_ms: dict[str, int] = field(default_factory=dict)  # of those that answered
    counts: Counter[str] = field(default_factory=Counter)

    def add_invocation(self, line: str) -> None:
        report = json.loads(line)
        name = report["function"]
        self.invocations[name] += 1
        if report["error"]:
            self.failed[name, report["error"]] += 1
        else:
            self.longest_ms[name] = max(report["ran_ms"], self.longest_ms.get(name, 0))

    def add_output(self, line: str) -> None:
        """A line of a function: only those in CloudWatch's embedded metric format count."""
        start = line.find('{"_aws"')
        if start < 0:
            return
        try:
            document: dict[str, Any] = json.loads(line[start:])
        except ValueError:  # cut off where its writer was killed
            return
        for metrics in document["_aws"]["CloudWatchMetrics"]:
            for metric in metrics["Metrics"]:
                self.counts[metric["Name"]] += int(sum(document[metric["Name"]]))
