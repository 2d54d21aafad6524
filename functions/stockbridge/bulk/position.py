"""Where an operation stands between two pages, and what its sample says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from stockbridge.bulk.parts import ANSWERS, FAILED_OF, End
from stockbridge.jobs import Job

SAMPLE = 20  # records
SAME_CAUSE = 0.8  # of the answers
SAMPLE_WAITS_MS = 15 * 60_000  # for all answers; then half of them are enough


@dataclass(frozen=True, slots=True)
class Position:
    """`part`: the last one that was done. `open`: what was counted so far of parts that wait for answers, by number.
    `sampled`: the sample does not matter any more."""

    part: int = 0
    place: Mapping[str, Any] = field(default_factory=dict)
    over: bool = False  # nothing is left to be asked
    open: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    looked: int = 0  # the open part that was looked at last
    asked_at: int = 0
    sampled: bool = False

    @property
    def waiting(self) -> int:
        return sum(counts.get(End.WAITING, 0) for counts in self.open.values())

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self)


def position_of(job: Job) -> Position:
    return Position(**{name: job.position[name] for name in Position.__dataclass_fields__ if name in job.position})


class Sampled(Enum):
    WAIT = "wait"
    STOP = "stop"
    GO_ON = "go on"


@dataclass(frozen=True, slots=True)
class Sample:
    verdict: Sampled
    cause: str = ""
    same: int = 0
    answered: int = 0

    @property
    def reason(self) -> str:
        """The job's, for `reason_of`."""
        return f"same_cause {self.cause} {self.same} {self.answered}"


def judge(counts: Mapping[str, int], asked_at: int, now: int) -> Sample:
    """What the records that were asked so far say. Those that a newer change superseded say nothing."""
    waiting = counts.get(End.WAITING, 0)
    answered = sum(counts.get(end, 0) for end in ANSWERS)
    ended = answered + counts.get(End.SUPERSEDED, 0)
    if waiting and (now - asked_at < SAMPLE_WAITS_MS or ended < waiting):
        return Sample(Sampled.WAIT)
    failed = {name.removeprefix(FAILED_OF): count for name, count in counts.items() if name.startswith(FAILED_OF)}
    cause, same = max(failed.items(), key=lambda each: each[1], default=("", 0))
    if same and same >= SAME_CAUSE * answered:
        return Sample(Sampled.STOP, cause, same, answered)
    return Sample(Sampled.GO_ON)


def reason_of(text: str) -> tuple[str, str, int, int] | None:
    """Code, cause, how many and of how many; None for a reason of another kind."""
    words = text.split()
    if len(words) == 4 and words[0] == "same_cause":
        return words[0], words[1], int(words[2]), int(words[3])
    return None


def without_sample(job: Job) -> dict[str, Any]:
    """The job's position when an operator goes on in spite of what the sample said."""
    return {**job.position, "sampled": True}
