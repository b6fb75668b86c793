"""Writing a job's steps to the history, and showing them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..contract.errors import SeedanceError
from ..store.history import History
from .generation import Generation

log = logging.getLogger("ipyseedance")


@dataclass
class Journal:
    """The history of one project as its jobs write it, and whoever is told of each change."""

    history: History
    folder: Path
    changed: Callable[[Generation], None]

    async def add(self, job: Generation) -> None:
        """Record what was asked for, before anything is done about it."""
        id = await asyncio.wrap_future(self.history.add(job.record))
        self.show(job, id=id)
        job.recorded.set_result(id)

    async def write(self, job: Generation, **changes: Any) -> None:
        """Write changes, and only then show them.

        Raises:
            SeedanceError: the history cannot be written.
        """
        try:
            await asyncio.wrap_future(self.history.update(job.id, **changes))
        except (sqlite3.Error, ValueError) as error:
            raise self._unwritable(error) from error
        self.show(job, **changes)

    async def insist(self, job: Generation, **changes: Any) -> None:
        """Like `write`, for what has already happened: a history that cannot be written must not hide it."""
        try:
            if job.id:
                await asyncio.wrap_future(self.history.update(job.id, **changes))
        except (sqlite3.Error, ValueError) as error:
            request_id = changes.get("request_id") or job.request_id
            log.error("the history could not be written; request id %s: %s", request_id, error)
            job.trouble = f"{self._unwritable(error)} Request id: {request_id}"
        self.show(job, **changes)

    def trouble(self, job: Generation, error: SeedanceError) -> None:
        """Show why a job is not getting on at the moment."""
        job.trouble = error.message
        self.show(job)

    def show(self, job: Generation, **changes: Any) -> None:
        job.apply(**changes)
        self.changed(job)

    def _unwritable(self, error: Exception) -> SeedanceError:
        return SeedanceError(
            f"The history in {self.folder} cannot be written: {error}.",
            next_step="Make room on the disk, or check its rights.",
        )
