"""What people do to a job: a step of its life, saved together with who took it."""

from __future__ import annotations

from collections.abc import Callable

from stockbridge.differences import Changed, difference
from stockbridge.errors import Conflict
from stockbridge.jobs import Job
from stockbridge.store import Activity
from stockbridge.working import Jobs

TRIES = 5  # of taking a step again because somebody saved the job first

Step = Callable[[Job, int], Job]


def take_step(
    jobs: Jobs,
    find: Callable[[], Job],
    step: Step,
    clock: Callable[[], int],
    activity: Callable[[Job, int, Changed], Activity],
) -> Job:
    """The job after the step; what changes nothing is not saved. `activity` is made of the job as it was, the time and
    what changed. Raises Conflict when it changed again and again, Unavailable, and what `find` and `step` raise."""
    for _ in range(TRIES):
        job, now = find(), clock()
        after = step(job, now)
        if after == job:
            return job
        changed = difference({"state": job.state}, {"state": after.state})
        try:
            return jobs.save(after, job, activity=activity(job, now, changed))
        except Conflict:
            continue
    raise Conflict(f"{job.key.id} changed {TRIES} times")
