"""What is composed is kept in the project: it outlives the kernel."""

from __future__ import annotations

import asyncio
import contextlib

from ..contract.errors import ProjectUnusable
from ..jobs.thread import job_thread
from ..jobs.workspace import workspace_of
from ..project import Project
from ..store.drafts import Draft
from .composer import Composer

_RESTS = 1.0
"""Seconds without a change after which the draft is kept: nobody needs each letter on the disk."""


class DraftKeeper:
    """Keeps a composer's draft once it rests. The last to write, wherever, wins."""

    def __init__(self, project: Project, composer: Composer) -> None:
        self._project, self._composer = project, composer
        self._due: asyncio.TimerHandle | None = None
        self._kept: Draft | None = None

    def keep_soon(self) -> None:
        """Keep the draft when it has not changed for a while. On the job thread."""
        if self._due is not None:
            self._due.cancel()
        self._due = job_thread().loop.call_later(_RESTS, lambda: job_thread().start(self._keep()))

    def end(self) -> None:
        """Keep at once what was to be kept."""
        if self._due is not None:
            job_thread().start(self._keep())

    async def _keep(self) -> None:
        self._due = None
        draft = self._composer.draft
        if draft == self._kept or self._project.closed:
            return
        with contextlib.suppress(ProjectUnusable, ValueError):  # whatever the person does next says so; it is closed
            await asyncio.wrap_future(workspace_of(self._project).store.keep_draft(draft))
            self._kept = draft
