"""The life of a job: record the intent, send, record the id, watch, record the result, download, record the file.

Each step is on the disk before the next is taken, so that whatever dies, no paid clip is lost and none is paid twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..contract.errors import GenerationCancelled, SeedanceError
from ..store.statuses import COMPLETED, IN_PROGRESS, IN_QUEUE, PENDING, SUBMITTING, UNCONFIRMED
from .download import Downloader
from .elsewhere import learn_request
from .job import Job
from .recorder import Recorder
from .slots import Slots
from .submit import Submitter
from .watch import Watcher


@dataclass
class Lifecycle:
    """Takes the jobs of one project through their life, on the job thread."""

    recorder: Recorder
    submitter: Submitter
    watcher: Watcher
    downloader: Downloader
    slots: Slots

    async def run(self, job: Job) -> None:
        """Take a job on from wherever its record stands, to its end. Never raises but when it is cancelled."""
        await self.recorder.see_to(job, self._live(job))

    async def _live(self, job: Job) -> None:
        async with self.slots.hold(job):
            await self._get_clip(job)

    async def _get_clip(self, job: Job) -> None:
        if job.status != PENDING and not await self._reaches(job):
            return
        if not job.record.request and job.request_id:
            await learn_request(job, self.watcher.connection, self.recorder)
        if job.status == PENDING:
            if job.cancel_asked:
                raise GenerationCancelled("It was cancelled before it was sent.")
            await self.submitter.send(job)
            if job.done:
                return
        if job.status == SUBMITTING:  # a kernel stopped here, and nobody knows whether the request had left
            await self.recorder.write(job, status=UNCONFIRMED)
        if job.status == UNCONFIRMED:
            await self.submitter.confirm(job)
        if job.cancel_asked:
            await self.watcher.cancel_soon(job)
        if job.status in (IN_QUEUE, IN_PROGRESS):
            await self.watcher.watch(job)
        if job.status == COMPLETED and job.record.path is None:
            await self.downloader.save(job)

    async def _reaches(self, job: Job) -> bool:
        """Whether there is a way to the service. Without one, nothing is known of a job that was sent."""
        try:
            await self.watcher.connection.open()
        except SeedanceError as error:
            unknown = SeedanceError(
                f"The service cannot be asked about it: {error.message}",
                next_step="It may go on there. Once that is mended, opening the project again goes on from here.",
                charged="no" if job.record.free else "maybe",
            )
            await self.recorder.fail(job, unknown, verdict=False)
            return False
        return True

    async def cancel(self, job: Job) -> None:
        """Stop a job that was not sent yet; ask the service to cancel one that was."""
        self.slots.call_off(job)
        await self.watcher.cancel(job)
