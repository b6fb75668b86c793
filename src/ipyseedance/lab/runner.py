"""The life of a job: record the intent, send, record the id, watch, record the result, download, record the file.

Each step is on the disk before the next is taken, so that whatever dies, no paid clip is lost and none is paid twice.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..contract.errors import (
    AccountLocked,
    ClipNotSaved,
    GenerationCancelled,
    InvalidRequest,
    KeyRefused,
    Problem,
    SeedanceError,
    ServiceUnavailable,
    Unconfirmed,
)
from ..contract.frames import Frame, FrameError
from ..fal.queue import NoStream, Progress, Queue, Result, StillRunning, Ticket
from ..fal.storage import Storage
from ..fal.wire import is_private
from ..media import clipfile
from ..store import clips
from ..store.history import (
    CANCELLED,
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    IN_QUEUE,
    PENDING,
    SUBMITTING,
    UNCONFIRMED,
    History,
    now,
)
from .connection import Connection
from .generation import Generation

log = logging.getLogger("ipyseedance")

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_DOWNLOAD_TRIES = 5


@dataclass
class Runner:
    """Takes the jobs of one project through their life, on the job thread."""

    connection: Connection
    history: History
    folder: Path
    changed: Callable[[Generation], None]
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, job: Generation) -> None:
        """Take a job on from wherever its record stands, to its end. Never raises but when it is cancelled."""
        try:
            await self._live(job)
        except SeedanceError as error:
            await self.fail(job, error)
        except Exception as error:
            log.exception("a job failed in an unforeseen way")
            await self.fail(
                job,
                SeedanceError(
                    f"Something went wrong in ipyseedance itself ({type(error).__name__}).",
                    next_step="Please report it. With a request id, reopening the project looks for the clip again.",
                    charged="maybe" if job.request_id else "no",
                ),
            )

    async def _live(self, job: Generation) -> None:
        if job.id == 0:
            await self._record_intent(job)
        queue, storage = await self.connection.open()
        if job.status == PENDING:
            await self._send(job, queue, storage)
        elif job.status == SUBMITTING:
            raise Unconfirmed(
                "The kernel stopped while the request was being sent: it may be running.", charged="maybe"
            )
        if job.status in (IN_QUEUE, IN_PROGRESS):
            await self._watch(job, queue)
        if job.status == COMPLETED and job.record.path is None:
            await self._save(job, storage)

    # The steps.

    async def _record_intent(self, job: Generation) -> None:
        for frame in job.request.frames.values():
            await asyncio.to_thread(clips.keep_frame, self.folder, frame)
        id = await asyncio.wrap_future(self.history.add(job.record))
        self._show(job, id=id)
        job.recorded.set_result(id)

    async def _send(self, job: Generation, queue: Queue, storage: Storage) -> None:
        addresses = await self._addresses(job.request.frames, storage)
        if job.cancel_asked:
            raise GenerationCancelled("It was cancelled before it was sent.")
        body = job.request.body(addresses)
        await self._record(job, status=SUBMITTING, body=body, submitted_at=now())
        # Closing the project must not cut this off: the id of a paid request would be lost with it.
        sending = asyncio.create_task(self._post(job, queue, body))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        await asyncio.shield(sending)
        if job.cancel_asked:
            await self.cancel(job)

    async def finish_sending(self) -> None:
        """Wait until no request is on its way without its id being recorded."""
        if self._sending:
            await asyncio.wait(self._sending)

    async def _post(self, job: Generation, queue: Queue, body: dict[str, Any]) -> None:
        try:
            ticket = await queue.submit(job.record.endpoint, body)
        except KeyRefused as error:
            self.connection.say("refused", error)
            raise
        except AccountLocked as error:
            self.connection.say("locked", error)
            raise
        except ServiceUnavailable as error:
            self.connection.say("unreachable", error)
            raise
        await self._insist(job, status=IN_QUEUE, request_id=ticket.request_id, ticket=ticket.to_record())
        self.connection.say("ready")

    async def _addresses(self, frames: dict[str, Frame], storage: Storage) -> dict[str, str]:
        """Where the service can fetch each frame from. Every address is fetched and checked first."""
        found = {}
        for name, frame in frames.items():
            if frame.url is None:
                if frame.data is None:
                    raise InvalidRequest([Problem(name, frame.name, f"{frame.name} is no longer in the project")])
                found[name] = await storage.upload(frame)
                continue
            try:
                checked = frame if frame.data is not None else await storage.fetch_frame(frame.url)
            except FrameError as error:
                raise InvalidRequest([Problem(name, frame.url, str(error))]) from error
            # fal cannot fetch what only this machine or its network can.
            hidden = self.connection.choice.kind == "fal" and is_private(frame.url)
            found[name] = await storage.upload(replace(checked, url=None)) if hidden else frame.url
        return found

    async def _watch(self, job: Generation, queue: Queue) -> None:
        ticket = _ticket(job, queue)
        wait, stream = _FIRST_WAIT, True
        while True:
            try:
                if stream:
                    async for progress in queue.stream(ticket):
                        await self._hear(job, progress)
                        wait = _FIRST_WAIT
                elif not await self._poll(job, queue, ticket):
                    raise StillRunning
                await self._record_result(job, await queue.result(ticket))
                return
            except NoStream:
                stream = False
                continue
            except StillRunning:
                if not stream:
                    wait = min(wait, 2.0)
            except (ServiceUnavailable, KeyRefused, AccountLocked) as error:
                # It says nothing about the job, which may well be running: keep it and ask again.
                self._note_trouble(job, error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _poll(self, job: Generation, queue: Queue, ticket: Ticket) -> bool:
        """Ask once; whether it has completed."""
        progress = await queue.status(ticket)
        await self._hear(job, progress, cumulative=True)
        return progress.status not in (IN_QUEUE, IN_PROGRESS)

    async def _hear(self, job: Generation, progress: Progress, *, cumulative: bool = False) -> None:
        heard = list(progress.logs)
        if cumulative or (heard and heard[: len(job.logs)] == job.logs):
            job.logs = heard or job.logs
        else:
            job.logs += heard
        job.queue_position = progress.queue_position
        job.trouble = ""
        if progress.status in (IN_QUEUE, IN_PROGRESS) and progress.status != job.status:
            started = {"started_at": now()} if progress.status == IN_PROGRESS and not job.record.started_at else {}
            await self._insist(job, status=progress.status, **started)
        elif progress.status == COMPLETED and progress.inference_seconds is not None:
            self._show(job, run_seconds=progress.inference_seconds)
        else:
            self._show(job)

    async def _record_result(self, job: Generation, result: Result) -> None:
        record, completed = job.record, now()
        run_seconds = record.run_seconds
        started = record.started_at
        if started is None:
            started = max(completed - (run_seconds or 0), record.submitted_at or 0)
        await self._insist(
            job,
            status=COMPLETED,
            url=result.url,
            seed=result.seed if result.seed is not None else getattr(job.request, "seed", None),
            billable_units=result.billable_units,
            cost=0.0 if record.free else record.estimate,
            cost_source="free" if record.free else "estimate",
            started_at=started,
            completed_at=completed,
            run_seconds=run_seconds if run_seconds is not None else completed - started,
            logs=job.logs,
        )

    async def _save(self, job: Generation, storage: Storage) -> None:
        record = job.record
        name = clips.clip_name(job.id, str(getattr(job.request, "prompt", "")), record.seed)
        path = self.folder / "clips" / name
        wait = _FIRST_WAIT
        for attempt in range(1, _DOWNLOAD_TRIES + 1):
            try:
                async with storage.download(record.url or "") as chunks:
                    await clips.save_clip(path, chunks, clipfile.probe)
                break
            except ServiceUnavailable as error:
                if attempt == _DOWNLOAD_TRIES:
                    raise ClipNotSaved(
                        error.message,
                        next_step="The clip is made: open its address, or reopen the project to try again.",
                        charged="yes",
                    ) from error
                self._note_trouble(job, error)
                await asyncio.sleep(wait)
                wait *= 2
        info = await asyncio.to_thread(clipfile.probe, path)
        await self._record(
            job,
            path=path.relative_to(self.folder).as_posix(),
            width=info.width,
            height=info.height,
            clip_duration=info.duration,
            fps=info.fps,
            has_audio=info.has_audio,
            error=None,
        )

    async def fail(self, job: Generation, error: SeedanceError) -> None:
        """Record that a job ended badly."""
        if not job.recorded.done():
            job.recorded.set_exception(error)
        changes: dict[str, Any] = {"error": error.to_record()}
        if job.status != COMPLETED:
            changes |= {"status": _ending(error), "completed_at": now(), "logs": job.logs}
            if error.charged == "no":
                changes["cost"] = 0.0
                changes["cost_source"] = "free" if job.record.free else "estimate"
        job.trouble = ""
        await self._insist(job, **changes)

    async def cancel(self, job: Generation) -> None:
        """Ask the service to cancel. A job that was not sent yet is stopped before it is."""
        job.cancel_asked = True
        if job.request_id is None or job.done:
            self._show(job)
            return
        try:
            queue, _ = await self.connection.open()
            await queue.cancel(_ticket(job, queue))
        except SeedanceError as error:
            job.cancel_asked = False
            self._note_trouble(job, error)

    # Recording and showing.

    async def _record(self, job: Generation, **changes: Any) -> None:
        """Write changes to the history, then show them."""
        try:
            await asyncio.wrap_future(self.history.update(job.id, **changes))
        except (sqlite3.Error, ValueError) as error:
            raise _history_unwritable(self.folder, error) from error
        self._show(job, **changes)

    async def _insist(self, job: Generation, **changes: Any) -> None:
        """Like `_record`, for what has already happened: a history that cannot be written must not hide it."""
        try:
            if job.id:
                await asyncio.wrap_future(self.history.update(job.id, **changes))
        except (sqlite3.Error, ValueError) as error:
            request_id = changes.get("request_id") or job.request_id
            log.error("the history could not be written; request id %s: %s", request_id, error)
            job.trouble = f"{_history_unwritable(self.folder, error)} Request id: {request_id}"
        self._show(job, **changes)

    def _note_trouble(self, job: Generation, error: SeedanceError) -> None:
        job.trouble = error.message
        self._show(job)

    def _show(self, job: Generation, **changes: Any) -> None:
        job.apply(**changes)
        self.changed(job)


def _ticket(job: Generation, queue: Queue) -> Ticket:
    """The addresses the service gave for the job, or those fal's rule gives."""
    kept = job.record.ticket
    return Ticket(**kept) if kept else queue.ticket(job.record.endpoint, job.request_id or "")


def _ending(error: SeedanceError) -> str:
    if isinstance(error, GenerationCancelled):
        return CANCELLED
    return UNCONFIRMED if isinstance(error, Unconfirmed) else FAILED


def _history_unwritable(folder: Path, error: Exception) -> SeedanceError:
    return SeedanceError(
        f"The history in {folder} cannot be written: {error}.", next_step="Make room on the disk, or check its rights."
    )
