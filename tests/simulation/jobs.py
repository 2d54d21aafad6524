"""The table of jobs in the simulated world: bulk operations and reconciliations share it, and the sweep of what is due,
as they do in the product."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from stockbridge.errors import Conflict
from stockbridge.jobs import Family, Job, JobKey
from stockbridge.store import Activity
from tests.simulation.network import Network

Saved = Callable[[Job | None, Job], None]


class JobTable:
    """`working.Jobs`. Whoever is in `watchers` hears of the saves of a family's jobs, before and after."""

    def __init__(self, network: Network) -> None:
        self.stored: dict[JobKey, Job] = {}
        self.activities: list[Activity] = []
        self.watchers: dict[Family, list[Saved]] = defaultdict(list)
        self._network = network

    def get(self, key: JobKey) -> Job | None:
        return self._network.call("jobs.get", lambda: self.stored.get(key), key.id)

    def save(self, job: Job, was: Job | None, *, activity: Activity | None = None) -> Job:
        return self._network.call("jobs.save", partial(self._write, job, was, activity), job.key.id, job.state)

    def due(self, before: int) -> Sequence[JobKey]:
        return self._network.call("jobs.due", lambda: self.due_now(before))

    def due_now(self, before: int) -> list[JobKey]:
        return [key for key, job in self.stored.items() if job.due_at is not None and job.due_at <= before]

    @property
    def next_due(self) -> int | None:
        return min((job.due_at for job in self.stored.values() if job.due_at is not None), default=None)

    def of(self, family: Family) -> list[Job]:
        return [job for job in self.stored.values() if job.key.family is family]

    def _write(self, job: Job, was: Job | None, activity: Activity | None) -> Job:
        before = self.stored.get(job.key)
        if (before.rev if before is not None else 0) != (was.rev if was is not None else 0):
            raise Conflict("somebody wrote the job first")
        saved = replace(job, rev=(was.rev if was is not None else 0) + 1)
        # as it comes back from a JSON document
        saved = replace(saved, position=_as_json(saved.position), counts=_as_json(saved.counts))
        self.stored[job.key] = saved
        if activity is not None:
            self.activities.append(activity)
        for told in self.watchers[job.key.family]:
            told(before, saved)
        return saved


def _as_json(document: Any) -> Any:
    return json.loads(json.dumps(document))
