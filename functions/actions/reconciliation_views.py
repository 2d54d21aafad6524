"""Differences and runs in the caller's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from actions.instants import instant
from actions.reconciliation_answers import DifferenceAnswer, ReconciliationAnswer
from stockbridge.channels import Channel
from stockbridge.jobs import Job, State
from stockbridge.reconciling import ABNORMAL, Difference, Kind
from stockbridge.texts import say

_REPORTED = ("read", "equal", "under_way", "allowed", "abnormal", "repaired", "held", "waiting", "silent")


def difference_view(difference: Difference, channels: Mapping[str, Channel], language: str) -> DifferenceAnswer:
    key = difference.key
    channel = channels.get(key.affiliate)
    return DifferenceAnswer(
        affiliate=key.affiliate,
        channel=channel.name if channel is not None else key.affiliate,
        sku=key.sku,
        kind=difference.kind.box,  # type: ignore[arg-type]  # what is listed is in one of the two
        reason=difference.kind.value,  # type: ignore[arg-type]  # and of one of these kinds
        text=say(
            f"difference.{difference.kind}",
            language,
            de=difference.de,
            por=difference.por,
            shown=difference.shown,
            wanted=difference.wanted,
            threshold=channel.threshold if channel is not None else "?",
        ),
        balance=difference.balance,
        wanted=difference.wanted,
        shown=difference.shown,
        confirmed=difference.confirmed,
        since=instant(difference.since),
        waits=difference.waits,
        repaired_at=instant(difference.repaired_at),
    )


def run_view(job: Job, language: str) -> ReconciliationAnswer:
    counts = dict(sorted(job.counts.items()))
    abnormal = sum(number for name, number in counts.items() if name in set(Kind) and Kind(name).box == ABNORMAL)
    numbers = defaultdict(int, {**counts, "abnormal": abnormal})
    return ReconciliationAnswer(
        id=job.key.id,
        affiliate=str(job.asked["affiliate"]),
        kind=job.kind,  # type: ignore[arg-type]  # the three kinds of runs
        state=job.state,
        reason=job.reason,
        report=say("reconciliation.report", language, **{name: numbers[name] for name in _REPORTED}),
        counts=counts,
        pages=job.pages,
        created_at=instant(job.created_at),
        created_by=job.created_by,
        next_at=instant(job.next_at if job.state is State.RUNNING else None),
        ended_at=instant(job.ended_at),
    )
