"""What an operation was asked to do, and which records are its set. Pure.

The set is frozen: records that stand where the filter looks, and stood there since before `until`. A record that moves
has a newer time of `listed_at`, and is not in the set any more, so that what an operation did to a record takes the
record out of what it has still to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from stockbridge.causes import Cure, cause_of
from stockbridge.jobs import Job
from stockbridge.listing import LISTED, REMOVED, place_of
from stockbridge.records import Record, Status


class Action(StrEnum):
    REPROCESS = "reprocess"
    REMOVE = "remove"
    RESTORE = "restore"


class Eligibility(StrEnum):
    """What becomes of a record of the set."""

    CAN_GO = "can_go"
    FIX_FIRST = "fix_first"  # its cause does not change by itself: left out unless it is asked for
    ALREADY_WAITING = "already_waiting"
    SUCCESS_IGNORED = "success_ignored"
    NOTHING_TO_DO = "nothing_to_do"  # its cause cannot be cured from here


@dataclass(frozen=True, slots=True)
class Asked:
    """`since` is inclusive and `until` exclusive, in milliseconds of `listed_at`. `undoes`: the set is what that
    operation removed. `cures`: of the causes that the account described itself, as they were when it was asked."""

    account: str
    action: Action
    until: int
    affiliates: Sequence[str] = ()
    status: str | None = None  # of listing.SHOWN; None: whatever the action applies to
    cause: str | None = None
    since: int | None = None
    skus: Sequence[str] | None = None  # of every affiliate
    records: Mapping[str, Sequence[str]] | None = None  # SKUs by affiliate, which are the affiliates then
    include_fix_first: bool = False
    sample: bool = False
    undoes: str | None = None
    cures: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> Mapping[str, Sequence[str]] | None:
        """By affiliate the SKUs that were named one by one; None: whatever stands where the filter looks."""
        if self.skus is None:
            return self.records
        return dict.fromkeys(self.affiliates, self.skus)

    @property
    def shown(self) -> Sequence[str]:
        """Where records of the set stand, acted upon or not."""
        applies = (REMOVED,) if self.action is Action.RESTORE else LISTED
        if self.cause is not None:
            applies = tuple(one for one in applies if one == Status.ERROR)
        return [one for one in applies if self.status in (None, one)]

    @property
    def walked(self) -> Sequence[str]:
        """Where those stand that can be acted upon."""
        return [one for one in self.shown if self.action is not Action.REPROCESS or one == Status.ERROR]

    @property
    def low(self) -> str:
        return f"{max(0, self.since or 0):013d}#"

    @property
    def high(self) -> str:
        return f"{self.until:013d}#"

    def has(self, record: Record) -> bool:
        """It is in the set, as it stands now."""
        if not record.rev or not (self.since or 0) <= record.listed_at < self.until:
            return False
        affiliate, shown = place_of(record).partition.split("#")
        return affiliate in self.affiliates and shown in self.shown and self.cause in (None, record.cause)

    def eligibility(self, record: Record) -> Eligibility:
        """Of a record of the set."""
        if self.action is not Action.REPROCESS:
            return Eligibility.CAN_GO
        if record.status is Status.PENDING:
            return Eligibility.ALREADY_WAITING
        if record.status is Status.SUCCESS:
            return Eligibility.SUCCESS_IGNORED
        return self.eligibility_of(record.cause or "")

    def eligibility_of(self, cause: str) -> Eligibility:
        """Of an error that is to be reprocessed."""
        cure = self.cures.get(cause, cause_of(cause).cure)
        if cure == Cure.NOTHING_TO_DO:
            return Eligibility.NOTHING_TO_DO
        if cure == Cure.FIX_FIRST and not self.include_fix_first:
            return Eligibility.FIX_FIRST
        return Eligibility.CAN_GO

    @property
    def document(self) -> dict[str, Any]:
        """For the job: what is not said is left out."""
        said = {
            "until": self.until,
            "affiliates": list(self.affiliates),
            "status": self.status,
            "cause": self.cause,
            "since": self.since,
            "skus": None if self.skus is None else list(self.skus),
            "records": None if self.records is None else {one: list(skus) for one, skus in self.records.items()},
            "include_fix_first": self.include_fix_first,
            "sample": self.sample,
            "undoes": self.undoes,
            "cures": dict(self.cures) or None,
        }
        return {name: value for name, value in said.items() if value is not None and value is not False}


def asked_of(job: Job) -> Asked:
    known = {name: job.asked[name] for name in Asked.__dataclass_fields__ if name in job.asked}
    return Asked(account=job.key.account, action=Action(job.kind), **known)


def estimate_s(can_go: Mapping[str, int], per_second: Mapping[str, float]) -> float:
    """How long so many records of each affiliate take at the rate of each: one affiliate follows the other."""
    return sum(count / per_second[affiliate] for affiliate, count in can_go.items())
