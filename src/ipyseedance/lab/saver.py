"""From the result to the clip on the disk. Nothing here costs money."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ..contract.errors import ClipNotSaved, ServiceUnavailable
from ..fal.storage import Storage
from ..media import clipfile
from ..store import clips
from .connection import Connection
from .generation import Generation
from .journal import Journal
from .patience import waits

_DOWNLOAD_TRIES = 8


@dataclass
class Saver:
    """Saves the clips of one project."""

    connection: Connection
    journal: Journal

    async def save(self, job: Generation) -> None:
        """Download a completed job's clip into the project.

        Raises:
            ClipNotSaved: it did not arrive, is no playable video, or cannot be written.
            ResultExpired: it is gone from its address.
        """
        _, storage, _ = await self.connection.open()
        record, folder = job.record, self.journal.folder
        path = folder / "clips" / clips.clip_name(job.id, str(getattr(job.request, "prompt", "")), record.seed)
        await self._download(job, storage, path)
        info = await asyncio.to_thread(clipfile.probe, path)
        await self.journal.write(
            job,
            path=path.relative_to(folder).as_posix(),
            width=info.width,
            height=info.height,
            clip_duration=info.duration,
            fps=info.fps,
            has_audio=info.has_audio,
            error=None,
        )

    async def _download(self, job: Generation, storage: Storage, path: Path) -> None:
        pauses = waits()
        for tries_left in range(_DOWNLOAD_TRIES - 1, -1, -1):
            try:
                async with storage.download(job.record.url or "") as chunks:
                    await clips.save_clip(path, chunks, clipfile.probe)
                return
            except ServiceUnavailable as error:
                if not tries_left:
                    raise ClipNotSaved(
                        error.message,
                        next_step="The clip is made: open its address, or reopen the project to try again.",
                        charged="yes",
                    ) from error
                self.journal.trouble(job, error)
            await asyncio.sleep(next(pauses))
