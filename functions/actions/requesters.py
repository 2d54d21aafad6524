"""Who asked for the reprocesses that a record's attempts answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stockbridge.bulk.parts import operation_of
from stockbridge.jobs import Family, Job, JobKey
from stockbridge.recent import Recent
from stockbridge.records import Record

CLOCKS_DIFFER_MS = 5_000  # who writes the deed and who writes the attempt
KEPT_S = 600  # it never changes: a deed is written before its attempt is


@dataclass(frozen=True, slots=True)
class Requesters:
    """`asked_by` finds who did it in the activity log: of an account, a subject, a request, before a time. `known` has
    what was found by account and request: a record that somebody looks at is asked for every few seconds."""

    job: Callable[[JobKey], Job | None]
    asked_by: Callable[[str, str, str, int], str | None]
    known: Recent[tuple[str, str], str | None]

    def of(self, record: Record) -> Mapping[str, str]:
        """By request; one that is too long ago is left out. Each costs a query or a read, so this is for the view of
        one record. Raises Unavailable."""
        first: dict[str, int] = {}
        for attempt in record.attempts:
            if attempt.request is not None:
                first.setdefault(attempt.request, attempt.at)
        found = {request: self._known(record, request, at) for request, at in first.items()}
        return {request: who for request, who in found.items() if who is not None}

    def _known(self, record: Record, request: str, at: int) -> str | None:
        return self.known.get((record.key.account, request), lambda: self._who(record, request, at))

    def _who(self, record: Record, request: str, at: int) -> str | None:
        key = record.key
        operation = operation_of(request)
        if operation is None:
            return self.asked_by(key.account, f"{key.affiliate}#{key.sku}", request, at + CLOCKS_DIFFER_MS)
        job = self.job(JobKey(key.account, Family.OPERATION, operation))
        return job.created_by if job is not None else None
