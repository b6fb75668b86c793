"""The life of a job: record the intent, send, record the id, watch, record the result, download, record the file.

Each step is on the disk before the next is taken, so that whatever dies, no paid clip is lost and none is paid twice.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

from ..contract.errors import GenerationCancelled, ProjectUnusable, SeedanceError, Unconfirmed
from ..store import clips
from ..store.history import Held
from ..store.record import CANCELLED, COMPLETED, FAILED, IN_PROGRESS, IN_QUEUE, PENDING, SUBMITTING, UNCONFIRMED, now
from .bills import held_back
from .door import Door
from .generation import Generation
from .imports import ELSEWHERE, learn_request
from .journal import Journal
from .saver import Saver
from .sender import Sender
from .watcher import Watcher

log = logging.getLogger("ipyseedance")


@dataclass
class Runner:
    """Takes the jobs of one project through their life, on the job thread."""

    journal: Journal
    sender: Sender
    watcher: Watcher
    saver: Saver
    door: Door = field(default_factory=Door)

    async def run(self, job: Generation) -> None:
        """Take a job on from wherever its record stands, to its end. Never raises but when it is cancelled."""
        try:
            await self._live(job)
        except Held as held:  # its row stays PENDING, until a person says that its run goes on
            job.hold(held_back(held.bill))
            self.journal.show(job)
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

    async def _live(self, job: Generation) -> None:
        if job.id == 0:
            for frame in job.request.frames.values():
                await asyncio.to_thread(clips.keep_frame, self.journal.folder, frame)
            await self.journal.add(job)
        async with self.door.passed(job):
            await self._get_clip(job)

    async def _get_clip(self, job: Generation) -> None:
        if not job.record.request and job.request_id:
            await learn_request(job, self.watcher.connection, self.journal)
        if job.status == PENDING:
            if job.cancel_asked:
                raise GenerationCancelled("It was cancelled before it was sent.")
            await self.sender.send(job)
        if job.status == SUBMITTING:  # a kernel stopped here, and nobody knows whether the request had left
            await self.journal.write(job, status=UNCONFIRMED)
        if job.status == UNCONFIRMED:
            await self.sender.confirm(job)
        if job.cancel_asked:
            await self.watcher.cancel_soon(job)
        if job.status in (IN_QUEUE, IN_PROGRESS):
            await self.watcher.watch(job)
        if job.status == COMPLETED and job.record.path is None:
            await self.saver.save(job)

    async def cancel(self, job: Generation) -> None:
        """Stop a job that was not sent yet; ask the service to cancel one that was."""
        self.door.call_off(job)
        await self.watcher.cancel(job)

    async def fail(self, job: Generation, error: SeedanceError, *, verdict: bool = True) -> None:
        """Record that a job ended badly.

        Without a `verdict` on the job itself this kernel lets go of it, and reopening the project takes it up.
        """
        if not job.recorded.done():
            job.recorded.set_exception(error)
        changes: dict[str, Any] = {"error": error.to_record()}
        if verdict and job.status != COMPLETED:
            changes |= {"status": _ending(error), "completed_at": now(), "logs": job.logs}
            if error.charged == "no" and job.record.cost_source != ELSEWHERE:
                changes["cost"] = 0.0
                changes["cost_source"] = "free" if job.record.free else "estimate"
        job.trouble = ""
        await self.journal.insist(job, **changes)


def _ending(error: SeedanceError) -> str:
    if isinstance(error, GenerationCancelled):
        return CANCELLED
    return UNCONFIRMED if isinstance(error, Unconfirmed) else FAILED
