"""An operation as its operator sees it. Pure: the language and the role come from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

from actions.access import Role
from actions.instants import instant
from actions.operation_answers import (
    AffiliateSetAnswer,
    FailedCauseAnswer,
    OperationAnswer,
    PreviewAnswer,
    ProgressAnswer,
    RemovedSetAnswer,
    SetAnswer,
)
from actions.operation_desk import Preview
from actions.record_views import cause_view
from stockbridge.bulk.asked import Action, Asked, Eligibility, asked_of
from stockbridge.bulk.parts import FAILED_OF
from stockbridge.bulk.position import SAMPLE, position_of, reason_of
from stockbridge.catalogue import BUILT_IN, Catalogue
from stockbridge.channels import Channel
from stockbridge.jobs import Job, State
from stockbridge.records import Status
from stockbridge.texts import TEXTS, say

Deed = Literal["pause", "resume", "cancel", "undo"]

_TOLD = ("success", "nothing_to_send", "failed", "superseded", "waiting", "removed", "restored")  # in this order
_SHOWN = ("affiliates", "status", "cause", "skus", "records", "include_fix_first")


@dataclass(frozen=True, slots=True)
class OperationViews:
    language: str
    role: Role
    catalogue: Catalogue = BUILT_IN

    def view(self, job: Job) -> OperationAnswer:
        asked = asked_of(job)
        progress = ProgressAnswer(**{name: job.counts.get(name, 0) for name in ProgressAnswer.model_fields})
        total = int(job.asked["counted"].get(Eligibility.CAN_GO, 0))
        percent = _percent(job, total)
        runs = job.state is State.RUNNING
        return OperationAnswer(
            id=job.key.id,
            number=job.number,
            action=asked.action.value,
            state=job.state.value,
            text=self._text(job, progress),
            reason=self._reason(job.reason),
            filter=_filter(asked),
            until=instant(asked.until),
            created_at=instant(job.created_at),
            created_by=job.created_by,
            changed_at=instant(job.changed_at or job.created_at),
            ended_at=instant(job.ended_at),
            set=_set(job.asked["counted"]),
            progress=progress,
            percent=percent,
            eta_s=ceil(job.asked["estimate_s"] * (100 - percent) / 100) if runs else None,
            failures=list(self._failures(job.counts)),
            sample=_sample(job, asked),
            undoes=asked.undoes,
            undoes_number=job.asked.get("undoes_number"),
            actions=list(self._actions(job)),
        )

    def preview(
        self, asked: Asked, preview: Preview, channels: Mapping[str, Channel], *, sample: bool
    ) -> PreviewAnswer:
        size, estimate_s = preview.size, preview.estimate_s
        names = {one: channels[one].name if one in channels else one for one in size.by_affiliate}
        counted = {which.value: size.of(which) for which in Eligibility} | {"more": size.more}
        going = [names[one] for one, counts in size.by_affiliate.items() if counts.get(Eligibility.CAN_GO)]
        large = size.of(Eligibility.CAN_GO) > SAMPLE or size.more
        return PreviewAnswer(
            action=asked.action.value,
            until=instant(asked.until),
            set=_set(counted),
            affiliates=[
                AffiliateSetAnswer(
                    affiliate=one, channel=names[one], **{which.value: counts.get(which, 0) for which in Eligibility}
                )
                for one, counts in size.by_affiliate.items()
            ],
            removal=_removal(preview),
            estimate_s=ceil(estimate_s),
            estimate=say(
                "operation.estimate",
                self.language,
                minutes=max(1, ceil(estimate_s / 60)),
                channels=", ".join(going) or "-",
            ),
            sample=sample and asked.action is Action.REPROCESS and large,
        )

    def _text(self, job: Job, progress: ProgressAnswer) -> str:
        counted = ((name, getattr(progress, name)) for name in _TOLD)
        parts = [self._part(name, count) for name, count in counted if count]
        told = ", ".join(parts) or say("operation.told.none", self.language)
        return f"{say(f'operation.{job.state}', self.language)}: {told}"

    def _part(self, name: str, count: int) -> str:
        one = f"operation.told.{name}.one"
        return say(one if count == 1 and one in TEXTS else f"operation.told.{name}", self.language, count=count)

    def _reason(self, reason: str) -> str | None:
        if not reason:
            return None
        found = reason_of(reason)
        if found is None:
            return say(f"operation.{reason}", self.language)
        code, cause, same, answered = found
        title = cause_view(cause, self.language, self.catalogue).title
        return say(f"operation.{code}", self.language, cause=title, same=same, answered=answered)

    def _failures(self, counts: Mapping[str, int]) -> Iterator[FailedCauseAnswer]:
        failed = {name.removeprefix(FAILED_OF): each for name, each in counts.items() if name.startswith(FAILED_OF)}
        for cause, each in sorted(failed.items(), key=lambda one: (-one[1], one[0])):
            if each:
                yield FailedCauseAnswer(cause=cause_view(cause, self.language, self.catalogue), count=each)

    def _actions(self, job: Job) -> Iterator[Deed]:
        if self.role < Role.OPERATOR:
            return
        if job.state is State.RUNNING:
            yield "pause"
        if job.state in (State.PAUSED, State.STOPPED):
            yield "resume"
        if not job.state.over:
            yield "cancel"
        elif job.kind == Action.REMOVE:
            yield "undo"


def _percent(job: Job, total: int) -> int:
    """Of the records of the set, those whose turn has come."""
    if job.state is State.DONE:
        return 100
    come = job.counts.get("acted", 0) + job.counts.get("changed", 0)
    return min(99, come * 100 // total) if total else 0


def _set(counted: Mapping[str, Any]) -> SetAnswer:
    numbers = {which.value: int(counted.get(which.value, 0)) for which in Eligibility}
    return SetAnswer(**numbers, more=bool(counted.get("more")))


def _removal(preview: Preview) -> RemovedSetAnswer | None:
    looked = preview.looked
    if looked is None:
        return None
    statuses = {status.value: preview.size.by_status.get(status, 0) for status in Status}
    return RemovedSetAnswer(**statuses, looked_at=looked.records, differing=looked.differing, more=looked.more)


def _sample(job: Job, asked: Asked) -> Literal["none", "waiting", "over"]:
    if not asked.sample:
        return "none"
    position = position_of(job)
    return "over" if position.sampled or position.over or job.state.over else "waiting"


def _filter(asked: Asked) -> dict[str, Any]:
    shown = {name: value for name, value in asked.document.items() if name in _SHOWN}
    if asked.records is not None:
        del shown["affiliates"]  # nobody named them
    if asked.since is not None:
        shown["from"] = instant(asked.since).isoformat()
    return shown
