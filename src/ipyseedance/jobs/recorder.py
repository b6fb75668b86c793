"""Writing a job's steps to the history, and showing them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..contract.errors import GenerationCancelled, ProjectUnusable, SeedanceError, Unconfirmed
from ..fal.refusals import UNFETCHED
from ..store.claims import Held
from ..store.record import COLUMNS, now
from ..store.statuses import CANCELLED, COMPLETED, FAILED, PENDING, SUBMITTING, UNCONFIRMED
from ..store.store import Store
from .job import Job
from .ledger import held_back

T = TypeVar("T")

log = logging.getLogger("ipyseedance")


@dataclass
class Recorder:
    """The history of one project as its jobs write it, and whoever is told of each change."""

    store: Store
    folder: Path
    changed: Callable[[Job], None]

    async def write(self, job: Job, **changes: Any) -> None:
        """Write changes, and only then show them.

        Raises:
            ProjectUnusable: the history cannot be written.
        """
        await self._record(job, changes)
        self.show(job, **changes)

    async def mark_sending(self, job: Job, body: dict[str, Any]) -> bool:
        """Record that a job is about to be sent; False when it has become another opener's, or was cancelled by one.

        Raises:
            ProjectUnusable: the history cannot be written.
        """
        at = now()
        mine = await asyncio.wrap_future(self.store.mark_sending(job.id, job.record.owner, body, at))
        if mine:
            job.owed = {}
            self.show(job, status=SUBMITTING, body=body, submitted_at=at)
        return mine

    async def let_go(self, job: Job) -> None:
        """Let go of a job that could not be marked as being sent: show what another opener has made of it."""
        record = await asyncio.to_thread(self.store.get, job.id)
        if record.status == CANCELLED:
            self.show(job, **{name: getattr(record, name) for name in COLUMNS})
        else:
            job.abandon(taken_over_error(job))

    async def insist(self, job: Job, **changes: Any) -> bool:
        """Like `write`, for what has already happened: a history that cannot be written must not hide it.

        What it could not be told goes along with the job's next step. False, with nothing changed, where another job
        has the request id that is among the changes.
        """
        try:
            if job.id:
                await self._record(job, changes)
        except _NotOurs:
            return False
        except ProjectUnusable as error:
            job.owed = job.owed | changes
            log.error("%s Request id: %s", error.message, job.owed.get("request_id") or job.request_id)
        self.show(job, **changes)
        return True

    async def _record(self, job: Job, changes: dict[str, Any]) -> None:
        try:
            await asyncio.wrap_future(self.store.update(job.id, **job.owed | changes))
        except (sqlite3.IntegrityError, ValueError) as error:  # two rows with one request id; the project is closed
            not_ours = isinstance(error, sqlite3.IntegrityError) and changes.get("request_id") is not None
            kind = _NotOurs if not_ours else ProjectUnusable
            raise kind(f"The project's history.db cannot be written: {error}.") from error
        if job.owed:
            job.owed, job.trouble = {}, ""

    async def see_to(self, job: Job, work: Awaitable[T]) -> T | None:
        """Await a job's work, and record what it fails with. Never raises but when it is cancelled."""
        try:
            return await work
        except Held as held:  # its row stays PENDING, until a person says that its run goes on
            job.hold(held_back(held.bill))
            self.show(job)
        except ProjectUnusable as error:
            await self.fail(job, error, verdict=job.status == PENDING)
        except SeedanceError as error:
            await self.fail(job, error)
        except Exception as error:
            log.exception("a job failed in an unforeseen way")
            await self.fail(
                job,
                SeedanceError(
                    f"Something went wrong in ipyseedance itself ({type(error).__name__}).",
                    next_step="Please report it. With a request id, reopening the project looks for the clip again.",
                    charged="no" if job.status == PENDING else "maybe",
                ),
                verdict=job.status == PENDING,
            )
        return None

    async def fail(self, job: Job, error: SeedanceError, *, verdict: bool = True) -> None:
        """Record that a job ended badly.

        Without a `verdict` on the job itself this kernel lets go of it, and reopening the project takes it up.
        """
        changes: dict[str, Any] = {"error": error.to_record()}
        if verdict and job.status != COMPLETED:
            changes |= {"status": _status_of(error), "completed_at": now(), "logs": job.logs}
            if error.charged == "no" and job.record.cost is None:  # what was billed, or settled, stays
                changes["cost"] = 0.0
                changes["cost_source"] = "free" if job.record.free else "estimate"
        job.trouble = ""
        if error.type in UNFETCHED and job.record.body:
            # It may have been billed, so it is not sent again here. Whoever sends it again uploads the pictures anew.
            addresses = [text for value in job.record.body.values() for text in _texts_in(value)]
            self.store.forget_uploads(job.record.server, addresses)
        await self.insist(job, **changes)

    def trouble(self, job: Job, error: SeedanceError) -> None:
        """Show why a job is not getting on at the moment."""
        job.trouble = error.message
        self.show(job)

    def show(self, job: Job, **changes: Any) -> None:
        job.apply(**changes)
        if job.owed and not job.done:
            job.trouble = f"The project's history.db cannot be written. Request id: {job.request_id}."
        self.changed(job)


class _NotOurs(ProjectUnusable):
    """The request id that is to be recorded is another job's."""


def _status_of(error: SeedanceError) -> str:
    if isinstance(error, GenerationCancelled):
        return CANCELLED
    return UNCONFIRMED if isinstance(error, Unconfirmed) else FAILED


def taken_over_error(job: Job) -> SeedanceError:
    return SeedanceError(
        "Another notebook that has this project open looks after this job.",
        next_step=f"project.by_id({job.id}) tells how it is.",
    )


def _texts_in(value: object) -> list[str]:
    """A text, or those of a list: where pictures lie, among others."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
