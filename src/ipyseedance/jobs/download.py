"""From the result to the clip on the disk. Nothing here costs money."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace

from ..contract import catalog
from ..contract.errors import ClipNotSaved, ClipTooLarge, ResultExpired, ServiceUnavailable
from ..doors import files, names
from ..fal.storage import Delivery, StartOver, Storage
from ..media import clipfile
from ..media.asked import most, most_bytes, not_as_asked
from ..store import clips
from ..store.part import Part
from ..store.record import now
from .backoff import delays
from .connection import Connection
from .elsewhere import ELSEWHERE
from .job import Job
from .recorder import Recorder
from .tuning import Tuning

_AT_ONCE = 8
"""Clips that are downloaded at a time; the others wait without a connection."""
_FIRST_WAIT = 0.1
_SPOILT_TRIES = 2
"""How often a whole that does not play is thrown away and fetched again."""
_WRITE_BYTES = 1 << 18
_LOOK = "Open its address in a browser; reopening the project downloads it again."


class _TooSlow(ServiceUnavailable):
    """A download comes, but slower than it may hold its place. It starts no patience anew: it might never end."""


@dataclass(frozen=True)
class _Limits:
    """What is taken of a clip at most: an address may give anything, without end."""

    size: int = 500_000_000
    """Bytes."""
    clip: clipfile.Most | None = None


@dataclass
class Downloader:
    """Saves the clips of one project."""

    connection: Connection
    recorder: Recorder
    its_turn: Callable[[], Awaitable[None]]
    """Returns when nothing more urgent is going on."""
    tuning: Tuning
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def save(self, job: Job) -> None:
        """Download a completed job's clip into the project, going on from where an earlier download was cut.

        Raises:
            ClipNotSaved: it did not arrive, is no playable video, or cannot be written. Without a `type` it may still
                arrive another time.
            ResultExpired: it is gone from its address.
        """
        storage = (await self.connection.open()).storage
        record, folder = job.record, self.recorder.folder
        name = f"{names.CLIPS}/{clips.clip_name(job.id, record.asked.prompt, record.seed)}"
        path = names.clip_path(folder, name)
        if path is None:
            raise AssertionError(f"{name} is a clip's name")
        part = await asyncio.to_thread(Part.of, path, record.url or "")
        endpoint = catalog.known(record.endpoint)
        limits = _Limits()
        if endpoint is not None:
            limits = _Limits(most_bytes(endpoint, record.asked), most(endpoint, record.asked))
        try:
            info = await self._fetch(job, storage, part, limits)
        except OSError as error:
            await asyncio.to_thread(part.discard)
            why = await asyncio.to_thread(files.unwritable, [part.clip.parent])
            raise _unwritable_error(name, error, why) from error
        problem = None
        if endpoint is not None:  # which may read the pictures that were given
            problem = await asyncio.to_thread(not_as_asked, endpoint, record.asked, lambda: job.request, info)
        await self.recorder.write(
            job,
            path=name,
            width=info.width,
            height=info.height,
            clip_duration=info.duration,
            fps=info.fps,
            has_audio=info.has_audio,
            error=problem.to_record() if problem else None,
        )
        part.forget()  # here and not on a thread: closing the project must not come between

    async def _fetch(self, job: Job, storage: Storage, part: Part, limits: _Limits) -> clipfile.ClipInfo:
        furthest, waited, spoilt, pauses = part.size, 0.0, 0, delays(_FIRST_WAIT)
        missed = 0.0 if self._is_new(job) else math.inf
        until = time.monotonic() + self.tuning.longest_download
        while True:
            try:
                async with self._slots:
                    await self.its_turn()
                    return await self._go_on(storage, part, limits)
            except ResultExpired as error:
                pause = next(pauses)
                missed += pause
                if missed > self.tuning.settling:
                    raise
                # Files are known at some of a service's machines later than at others.
                self.recorder.trouble(job, error)
                await asyncio.sleep(pause)
            except StartOver:
                await asyncio.to_thread(part.discard)
                if time.monotonic() > until:
                    raise _gave_up_error("The clip's address gives another file each time.", _LOOK) from None
            except FileNotFoundError:  # somebody removed what had come
                await asyncio.to_thread(part.discard)
                spoilt += 1
                if spoilt > _SPOILT_TRIES:
                    raise
            except (ClipTooLarge, clipfile.TooMuch) as error:
                await asyncio.to_thread(part.discard)
                if isinstance(error, ClipTooLarge):
                    raise
                raise _no_clip_error(f"What came down is no clip of what was asked for: {error}.") from error
            except clipfile.NotPlayable as error:
                await asyncio.to_thread(part.discard)
                spoilt += 1
                if spoilt > _SPOILT_TRIES:
                    raise _no_clip_error("What came down is not a playable video.") from error
            except ServiceUnavailable as error:
                # What a server sends again from the start is no progress.
                if part.size > furthest and not isinstance(error, _TooSlow):
                    furthest, waited, pauses = part.size, 0.0, delays(_FIRST_WAIT)
                pause = max(next(pauses), error.retry_after)
                waited += pause
                if waited > self.tuning.download_patience or time.monotonic() > until:
                    raise _gave_up_error(
                        error.message, "The clip is made: open its address, or reopen the project to try again."
                    ) from error
                self.recorder.trouble(job, error)
                await asyncio.sleep(pause)

    def _is_new(self, job: Job) -> bool:
        """Whether it ended under this kernel's eyes just now. What was made elsewhere may have long ago."""
        ended = job.record.completed_at
        return ended is not None and 0 <= now() - ended < self.tuning.settling and job.record.cost_source != ELSEWHERE

    async def _go_on(self, storage: Storage, part: Part, limits: _Limits) -> clipfile.ClipInfo:
        """Take what is missing, and the whole into the clips when it plays."""
        if part.may_have_arrived and await asyncio.to_thread(lambda: part.arrived):
            return await asyncio.to_thread(clipfile.probe, part.clip, most=limits.clip)
        resumed = part.size > 0
        if part.size == 0 or part.size != part.total:
            async with storage.download(
                part.url, start=part.size, total=part.total, mark=part.mark, most=limits.size
            ) as delivery:
                resumed = delivery.start > 0
                await _write(replace(delivery, chunks=self._in_time(delivery.chunks)), part)
            if part.total is not None and part.size < part.total:
                raise ServiceUnavailable("The clip did not arrive whole.")
        # Pieces that came at different times may be of different files: then only a look at every frame tells.
        return await asyncio.to_thread(_conclude, part, limits, every_frame=resumed)

    async def _in_time(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same, which end with _TooSlow where too few come."""
        came, until = 0, time.monotonic() + self.tuning.window
        async for chunk in chunks:
            came += len(chunk)
            if time.monotonic() > until:
                if came < self.tuning.least_bytes:
                    raise _TooSlow("The clip comes too slowly.")
                came, until = 0, time.monotonic() + self.tuning.window
            yield chunk


def _conclude(part: Part, limits: _Limits, *, every_frame: bool) -> clipfile.ClipInfo:
    info = clipfile.probe(part.file, every_frame=every_frame, most=limits.clip)
    part.finish()
    return info


async def _write(delivery: Delivery, part: Part) -> None:
    """Write what arrives, in large pieces: each is a way to another thread and back."""
    held = bytearray()
    begun = delivery.start > 0

    def write(data: bytes) -> None:
        if not begun:
            part.begin(delivery.total, delivery.mark)
        part.write(data)

    try:
        async for chunk in delivery.chunks:
            held += chunk
            if len(held) >= _WRITE_BYTES:
                data, held = bytes(held), bytearray()
                await asyncio.to_thread(write, data)
                begun = True
    finally:
        # Also when the line is cut: on a bad one this may be all the progress there is.
        if held or not begun:
            await asyncio.to_thread(write, bytes(held))


def _unwritable_error(name: str, error: OSError, why: str) -> ClipNotSaved:
    # Without the folder's own path: a card that shows this is saved with the notebook.
    reason = f"{error.strerror or error}{f' ({why})' if why else ''}"
    advice = files.LET_WRITE if why else "Make room or choose a writable folder."
    return _gave_up_error(
        f"The clip could not be written to {name} in the project: {reason}.",
        f"{advice} Reopening the project downloads it again.",
    )


def _no_clip_error(message: str) -> ClipNotSaved:
    return ClipNotSaved(message, next_step=_LOOK, charged="yes", type="no_clip")


def _gave_up_error(message: str, next_step: str) -> ClipNotSaved:
    return ClipNotSaved(message, next_step=next_step, charged="yes")
