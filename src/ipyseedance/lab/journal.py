"""Writing a job's steps to the history, and showing them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..contract.errors import ProjectUnusable, SeedanceError
from ..store.history import History
from ..store.record import CANCELLED, COLUMNS, SUBMITTING, now
from .generation import Generation, taken_over

log = logging.getLogger("ipyseedance")


@dataclass
class Journal:
    """The history of one project as its jobs write it, and whoever is told of each change."""

    history: History
    folder: Path
    changed: Callable[[Generation], None]

    async def write(self, job: Generation, **changes: Any) -> None:
        """Write changes, and only then show them.

        Raises:
            ProjectUnusable: the history cannot be written.
        """
        await self._record(job, changes)
        self.show(job, **changes)

    async def mark_sending(self, job: Generation, body: dict[str, Any]) -> bool:
        """Record that a job is about to be sent; False when it has become another opener's, or was cancelled by one.

        Raises:
            ProjectUnusable: the history cannot be written.
        """
        at = now()
        mine = await asyncio.wrap_future(self.history.mark_sending(job.id, job.record.owner, body, at))
        if mine:
            job.owed = {}
            self.show(job, status=SUBMITTING, body=body, submitted_at=at)
        return mine

    async def let_go(self, job: Generation) -> None:
        """Let go of a job that could not be marked as being sent: show what another opener has made of it."""
        record = await asyncio.to_thread(self.history.get, job.id)
        if record.status == CANCELLED:
            self.show(job, **{name: getattr(record, name) for name in COLUMNS})
        else:
            job.abandon(taken_over(job))

    async def insist(self, job: Generation, **changes: Any) -> None:
        """Like `write`, for what has already happened: a history that cannot be written must not hide it.

        What it could not be told goes along with the job's next step.
        """
        try:
            if job.id:
                await self._record(job, changes)
        except ProjectUnusable as error:
            job.owed = job.owed | changes
            log.error("%s Request id: %s", error.message, job.owed.get("request_id") or job.request_id)
        self.show(job, **changes)

    async def _record(self, job: Generation, changes: dict[str, Any]) -> None:
        try:
            await asyncio.wrap_future(self.history.update(job.id, **job.owed | changes))
        except (sqlite3.IntegrityError, ValueError) as error:  # two rows with one request id; the project is closed
            raise ProjectUnusable(f"The project's history.db cannot be written: {error}.") from error
        if job.owed:
            job.owed, job.trouble = {}, ""

    def trouble(self, job: Generation, error: SeedanceError) -> None:
        """Show why a job is not getting on at the moment."""
        job.trouble = error.message
        self.show(job)

    def show(self, job: Generation, **changes: Any) -> None:
        job.apply(**changes)
        if job.owed and not job.done:
            job.trouble = f"The project's history.db cannot be written. Request id: {job.request_id}."
        self.changed(job)
