"""From the request id to the result: watch, and take it. Nothing here costs money."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..contract.errors import AccountLocked, KeyRefused, SeedanceError, ServiceUnavailable
from ..fal.queue import NoStream, Progress, Queue, Result, StillRunning, Ticket
from ..store.record import COMPLETED, IN_PROGRESS, IN_QUEUE, now
from .connection import Connection
from .generation import Generation
from .journal import Journal
from .patience import waits

_LONGEST_POLL = 2.0


@dataclass
class Watcher:
    """Watches the jobs of one project."""

    connection: Connection
    journal: Journal

    async def watch(self, job: Generation) -> None:
        """Take a job from IN_QUEUE to COMPLETED, however often the line breaks.

        Raises:
            SeedanceError: the service says that the job failed.
        """
        queue, _, _ = await self.connection.open()
        ticket = _ticket(job, queue)
        follow, pauses = self._stream, waits()
        while True:
            try:
                before = job.readings
                await follow(job, queue, ticket)
                await self._record_result(job, await queue.result(ticket))
                return
            except NoStream:
                follow, pauses = self._poll, waits(longest=_LONGEST_POLL)
                continue
            except StillRunning:
                pass
            except (ServiceUnavailable, KeyRefused, AccountLocked) as error:
                # It says nothing about the job, which may well be running: keep it and ask again.
                self.journal.trouble(job, error)
                if job.readings != before:
                    pauses = waits()
            await asyncio.sleep(next(pauses))

    async def _stream(self, job: Generation, queue: Queue, ticket: Ticket) -> None:
        async for progress in queue.stream(ticket):
            await self._hear(job, progress)

    async def _poll(self, job: Generation, queue: Queue, ticket: Ticket) -> None:
        progress = await queue.status(ticket)
        await self._hear(job, progress, cumulative=True)
        if progress.status in (IN_QUEUE, IN_PROGRESS):
            raise StillRunning

    async def _hear(self, job: Generation, progress: Progress, *, cumulative: bool = False) -> None:
        heard = list(progress.logs)
        # Whether a stream tells all lines or the new ones is not documented, so both are understood.
        if cumulative or (heard and heard[: len(job.logs)] == job.logs):
            job.logs = heard or job.logs
        else:
            job.logs += heard
        job.queue_position = progress.queue_position
        job.readings += 1
        job.trouble = ""
        if progress.status in (IN_QUEUE, IN_PROGRESS) and progress.status != job.status:
            started = {"started_at": now()} if progress.status == IN_PROGRESS and not job.record.started_at else {}
            await self.journal.insist(job, status=progress.status, **started)
        elif progress.status == COMPLETED and progress.inference_seconds is not None:
            self.journal.show(job, run_seconds=progress.inference_seconds)
        else:
            self.journal.show(job)

    async def _record_result(self, job: Generation, result: Result) -> None:
        record, completed = job.record, now()
        cost, cost_source = self.connection.prices.settle(record, result.billable_units)
        run_seconds, started = record.run_seconds, record.started_at
        if started is None:
            started = max(completed - (run_seconds or 0), record.submitted_at or 0)
        await self.journal.insist(
            job,
            status=COMPLETED,
            url=result.url,
            seed=result.seed if result.seed is not None else getattr(job.request, "seed", None),
            billable_units=result.billable_units,
            cost=cost,
            cost_source=cost_source,
            started_at=started,
            completed_at=completed,
            run_seconds=run_seconds if run_seconds is not None else completed - started,
            logs=job.logs,
        )

    async def cancel(self, job: Generation) -> None:
        """Ask the service to cancel. A job that was not sent yet is stopped before it is."""
        job.cancel_asked = True
        self.journal.show(job)
        if job.request_id is None or job.done:
            return
        try:
            queue, _, _ = await self.connection.open()
            await queue.cancel(_ticket(job, queue))
        except SeedanceError as error:
            job.cancel_asked = False
            self.journal.trouble(job, error)


def _ticket(job: Generation, queue: Queue) -> Ticket:
    """The addresses the service gave for the job, or those fal's rule gives."""
    kept = job.record.ticket
    return Ticket(**kept) if kept else queue.ticket(job.record.endpoint, job.request_id or "")
