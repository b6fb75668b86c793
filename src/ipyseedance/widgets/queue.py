"""The jobs under way, followed change by change, so that a snapshot costs what it shows and not what there is."""

from __future__ import annotations

import threading
from itertools import chain, islice
from typing import cast

from ..jobs.job import Job
from ..jobs.workspace import workspace_of
from ..project import Project
from ..store.statuses import COMPLETED, IN_PROGRESS, IN_QUEUE, PENDING, SUBMITTING, UNCONFIRMED
from . import views
from .protocol.shared import Status
from .protocol.snapshots import Job as JobCard
from .protocol.snapshots import JobsTrait

SHOWN = 60
"""Cards of jobs under way in one snapshot; the others are counted."""
FAILURES_SHOWN = 12
_ORDER = (IN_PROGRESS, COMPLETED, UNCONFIRMED, SUBMITTING, IN_QUEUE, PENDING)
"""What is shown first, by status; within one, who has been in it longest: the next in the queue."""


class Queue:
    """What a Studio's queue shows: the newest failures, the jobs under way, and how many there are of them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._jobs: dict[str, dict[int, Job]] = {status: {} for status in _ORDER}
        self._status: dict[int, str] = {}
        self._failures: list[JobCard] | None = None
        self._looks = 0
        """How often they were to be read anew."""
        self._untold: dict[int, Job] = {}
        """What failed here and the history could not be told of."""
        self.stop = workspace_of(project).observe(self._note)
        for job in workspace_of(project).jobs.under_way:
            self._note(job)

    def look_again(self) -> None:
        """Read the failures anew for the next view: some may be dismissed, or another notebook's."""
        with self._lock:
            self._failures = None
            self._looks += 1

    def view(self) -> JobsTrait:
        """The cards, failures first, and the number of jobs under way by status. It may read the history."""
        with self._lock:
            jobs = list(islice(chain.from_iterable(group.values() for group in self._jobs.values()), SHOWN))
            counts = {cast(Status, status): len(group) for status, group in self._jobs.items() if group}
            failures, looks = self._failures, self._looks
            self._untold = {id: job for id, job in self._untold.items() if job.owed}
            untold = list(self._untold.values())[-FAILURES_SHOWN:]
            known = self._status.keys() | self._untold.keys()
        let_go = [job for job in jobs if job.done]
        if let_go:  # another opener of the project was quicker to take them over
            for job in let_go:
                self._note(job)
            return self.view()
        if failures is None:
            workspace = workspace_of(self._project)
            records = workspace.store.undismissed_failures(FAILURES_SHOWN)
            failures = [views.job(workspace.by_id(record.id)) for record in records]
            with self._lock:
                if looks == self._looks:
                    self._failures = failures
        shown = [views.job(job) for job in untold] + [card for card in failures if card["gid"] not in known]
        return {"cards": shown + [views.job(job) for job in jobs], "counts": counts}

    def _note(self, job: Job | None) -> None:
        """Follow a job's change. Whichever thread comes last has read the newest status."""
        if job is None or not job.id:
            return
        with self._lock:
            status = job.status
            was, now = self._status.get(job.id), status if status in self._jobs and not job.done else None
            if was != now:
                if was is not None:
                    del self._jobs[was][job.id], self._status[job.id]
                if now is not None:
                    self._jobs[now][job.id] = job
                    self._status[job.id] = now
            if now is None and job.owed:
                self._untold[job.id] = job
        if now is None and job.record.path is None:
            self.look_again()
