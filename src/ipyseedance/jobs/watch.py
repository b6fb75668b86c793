"""From the request id to the result: watch, and take it. Nothing here costs money."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from ..contract.errors import (
    AccountLocked,
    AnswerTooLarge,
    DeadlinePassed,
    InvalidRequest,
    KeyRefused,
    ResultExpired,
    SeedanceError,
    ServiceUnavailable,
)
from ..fal.answers import MOST_LINES, Progress, Result, result_of
from ..fal.platform import NoRecords, Platform
from ..fal.queue import NoStream, Queue, StillRunning, Ticket
from ..store.record import now
from ..store.statuses import COMPLETED, IN_PROGRESS, IN_QUEUE
from .backoff import delays, jitter
from .connection import Connection, engine_gone_error
from .elsewhere import ELSEWHERE
from .job import Job
from .recorder import Recorder
from .tuning import Tuning

_FRUITLESS_STREAMS = 2
"""Streams that tell nothing before a job is polled for good: something on the way holds them back."""
_SHORTEST_POLL, _LONGEST_POLL, _LONGEST_QUEUE_POLL = 0.5, 5.0, 15.0
_MOST_PATROLS = 5.0
"""So often a second, together, jobs for which no stream is free are asked about at most."""
_FREELY_BACK, _SHORTEST_RUN = 3, 1.0
"""So often a job that was IN_PROGRESS is IN_QUEUE again at once, and then once in so many seconds."""
_MOMENT = 60.0
"""Seconds that change nothing in how long a job is said to have taken. Above, a clock was set or nobody watched."""


@dataclass
class _Watch:
    """Since when a job is watched here. The wall's clock is asked once, for it may be set at any time."""

    age: float
    """Seconds since its submit, as the wall's clock had it when the watch began."""
    began: float
    queued: bool = False
    """Whether it was heard to be IN_QUEUE."""
    started: float | None = None
    """When it was heard to have begun."""

    @property
    def whole(self) -> bool:
        """Whether it was watched from its submit on."""
        return abs(self.age) < _MOMENT


@dataclass
class Watcher:
    """Watches the jobs of one project."""

    connection: Connection
    recorder: Recorder
    tuning: Tuning
    deadline: float = field(init=False)
    """Seconds from its submit after which a job that still runs is cancelled."""
    _streams: asyncio.Semaphore = field(init=False)
    _without_stream: int = 0
    _taking: int = 0
    _all_taken: asyncio.Event = field(default_factory=asyncio.Event)
    _cancelling: set[asyncio.Task[None]] = field(default_factory=set)
    _watches: WeakKeyDictionary[Job, _Watch] = field(default_factory=WeakKeyDictionary)
    _back_due: WeakKeyDictionary[Job, float] = field(default_factory=WeakKeyDictionary)

    def __post_init__(self) -> None:
        self.deadline = self.tuning.deadline
        self._streams = asyncio.Semaphore(self.tuning.streams)

    async def watch(self, job: Job) -> None:
        """Take a job from IN_QUEUE to COMPLETED, however often the line breaks.

        Raises:
            SeedanceError: the service says that the job failed, or it is past its deadline.
        """
        pauses, fruitless, doubtful, given_up_at = delays(), 0, False, math.inf
        while True:
            before, left = job.readings, self._seconds_left(job)
            streaming = fruitless < _FRUITLESS_STREAMS and not doubtful and left > 0
            trouble: SeedanceError | None = None
            try:
                fal = await self.connection.open()  # anew: the offline engine may have died since
                queue, platform = fal.queue, fal.platform
                ticket = queue.ticket(job.record.endpoint, job.request_id, told=job.record.ticket)
                async with asyncio.timeout(left if streaming and left < math.inf else None):
                    await (self._stream if streaming else self._poll)(job, queue, ticket)
                await self._take_result(job, queue, ticket)
                return
            except NoStream:
                fruitless = _FRUITLESS_STREAMS
                continue
            except TimeoutError:
                continue
            except StillRunning:
                pause = _pace(job)
            except ResultExpired as error:
                if self.connection.forgets:
                    raise engine_gone_error() from error
                await self._record_result(job, await self._from_records(job, platform, error))
                return
            except AnswerTooLarge as error:
                raise _unreadable_error(job, error) from error
            except (ServiceUnavailable, KeyRefused, AccountLocked) as error:
                # It says nothing about the job, which may well be running: keep it and ask again.
                trouble = error
                self.recorder.trouble(job, error)
                pause = max(next(pauses), getattr(error, "retry_after", 0.0))
            if left <= 0:
                given_up_at = min(given_up_at, self.tuning.clock() + self.tuning.grace)
                await self._end_overdue(job, given_up_at, trouble)
            if job.readings != before:
                pauses, fruitless, doubtful = delays(), 0 if streaming else fruitless, False
            elif streaming:
                fruitless, doubtful = fruitless + 1, True
            next_step_in = (given_up_at if left <= 0 else self.tuning.clock() + left) - self.tuning.clock()
            await asyncio.sleep(min(pause, max(next_step_in, _SHORTEST_POLL)))

    async def _stream(self, job: Job, queue: Queue, ticket: Ticket) -> None:
        """Follow the status stream; while none is free, which only jobs deep in the queue see, ask now and then."""
        self._without_stream += 1
        patrol = max(self.tuning.shortest_patrol, self._without_stream / _MOST_PATROLS)
        try:
            async with asyncio.timeout(jitter(patrol)):
                await self._streams.acquire()
        except TimeoutError:
            return await self._poll(job, queue, ticket)
        finally:
            self._without_stream -= 1
        try:
            async with contextlib.aclosing(queue.stream(ticket)) as stream:
                async for progress in stream:
                    await self._hear(job, progress)
        finally:
            self._streams.release()

    async def _poll(self, job: Job, queue: Queue, ticket: Ticket) -> None:
        progress = await queue.status(ticket)
        await self._hear(job, progress, cumulative=True)
        if progress.status in (IN_QUEUE, IN_PROGRESS):
            raise StillRunning

    async def _hear(self, job: Job, progress: Progress, *, cumulative: bool = False) -> None:
        for heard in (list(reading.logs) for reading in (*progress.earlier, progress) if reading.logs):
            # Whether a stream tells all lines or the new ones is not documented, so both are understood.
            if cumulative or len(heard) >= MOST_LINES or heard[: len(job.logs)] == job.logs:
                job.logs = heard
            else:
                job.logs = (job.logs + heard)[-MOST_LINES:]
        watch = self._watch_of(job)
        watch.queued = watch.queued or progress.status == IN_QUEUE
        begins = progress.status == IN_PROGRESS and not job.record.started_at and (watch.queued or watch.whole)
        if begins:
            watch.started = self.tuning.clock()
        job.queue_position = progress.queue_position
        job.readings += 1
        job.trouble = ""
        moved = progress.status in (IN_QUEUE, IN_PROGRESS) and progress.status != job.status
        if moved and (progress.status == IN_PROGRESS or self._may_go_back(job)):
            started = {"started_at": max(self.tuning.wall(), job.record.submitted_at or 0.0)} if begins else {}
            await self.recorder.insist(job, status=progress.status, **started)
        elif progress.status == COMPLETED and progress.inference_seconds is not None:
            self.recorder.show(job, run_seconds=progress.inference_seconds)
        else:
            self.recorder.show(job)

    def _may_go_back(self, job: Job) -> bool:
        """Whether a job may be IN_QUEUE again: told both by turns, the history would be written all along."""
        current = time.monotonic()
        due = max(self._back_due.get(job, 0.0), current - _FREELY_BACK * _SHORTEST_RUN)
        if due <= current:
            self._back_due[job] = due + _SHORTEST_RUN
        return due <= current

    async def _take_result(self, job: Job, queue: Queue, ticket: Ticket) -> None:
        self._taking += 1
        self._all_taken.clear()
        try:
            result = await queue.result(ticket)
        finally:
            self._taking -= 1
            if not self._taking:
                self._all_taken.set()
        await self._record_result(job, result)

    async def results_first(self) -> None:
        """Wait while results are being taken, a second at most: they expire in minutes, and clips in days."""
        if self._taking:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_taken.wait(), 1)

    async def _record_result(self, job: Job, result: Result) -> None:
        record = job.record
        cost, cost_source = record.cost, record.cost_source
        if cost_source != ELSEWHERE:
            cost, cost_source = self.connection.prices.settle(record, result.billable_units)
        started, completed, run_seconds = self._times(job)
        await self.recorder.insist(
            job,
            status=COMPLETED,
            url=result.url,
            seed=result.seed if result.seed is not None else job.record.asked.seed,
            billable_units=result.billable_units,
            cost=cost,
            cost_source=cost_source,
            started_at=started,
            completed_at=completed,
            run_seconds=run_seconds,
            logs=job.logs,
        )

    async def _from_records(self, job: Job, platform: Platform, expired: ResultExpired) -> Result:
        """The result as the account's list of requests has it, which may keep it longer than the queue does."""
        try:
            record = await platform.find(job.record.endpoint, job.request_id or "")
            return result_of((record or {}).get("json_output"))
        except (NoRecords, SeedanceError, ValueError):
            raise expired from None

    def _watch_of(self, job: Job) -> _Watch:
        watch = self._watches.get(job)
        if watch is None:
            sent = job.record.submitted_at or job.record.created_at
            watch = self._watches[job] = _Watch(self.tuning.wall() - sent, self.tuning.clock())
        return watch

    def _times(self, job: Job) -> tuple[float | None, float, float | None]:
        """When it began, when it ended and how long it ran; None where nobody knows, for nobody watched."""
        record, watch = job.record, self._watch_of(job)
        sent, run, started = record.submitted_at or record.created_at, record.run_seconds, record.started_at
        completed = max(self.tuning.wall(), sent, started or 0.0)
        age = watch.age + self.tuning.clock() - watch.began
        watched = watch.whole and abs(completed - sent - age) < _MOMENT
        if run is None and watch.started is not None:
            run = self.tuning.clock() - watch.started
        if watched:
            started = started if started is not None else max(completed - (run or 0.0), record.submitted_at or 0.0)
            run = run if run is not None else completed - started
        elif watch.started is not None and not watch.whole:
            started = None  # how long it had waited before, nobody saw
        elif run is not None and started is not None:
            completed = started + run
        return started, completed, run

    def _seconds_left(self, job: Job) -> float:
        """Until it is cancelled. What was found past its deadline has a while: a clock may have been set meanwhile."""
        watch = self._watch_of(job)
        whole = max(self.deadline - max(watch.age, 0.0), min(self.tuning.grace, self.deadline))
        return whole - (self.tuning.clock() - watch.began)

    async def _end_overdue(self, job: Job, given_up_at: float, trouble: SeedanceError | None) -> None:
        if not job.cancel_asked:
            await self.cancel_soon(job)
        if self.tuning.clock() >= given_up_at:
            hours = f"{self.deadline / 3600:g} hours after it was sent"
            raise DeadlinePassed(
                f"It was not finished {hours}, and cancelling did not end it."
                if trouble is None
                else f"{hours} its clip could still not be had: {trouble.message}",
                charged="maybe",
                next_step="Should it finish after all: "
                f"project.import_request({job.request_id!r}, {job.record.endpoint!r}) gets its clip.",
                type="deadline",
            )

    async def cancel_soon(self, job: Job) -> None:
        """Cancel for the one that watches the job. A service that does not hear it is asked on, beside the watch."""
        task = asyncio.create_task(self.cancel(job))
        self._cancelling.add(task)
        task.add_done_callback(self._cancelling.discard)
        await asyncio.wait([task], timeout=self.tuning.hearing)

    def stop(self) -> None:
        """Cancel nothing any more."""
        for task in self._cancelling:
            task.cancel()

    async def cancel(self, job: Job) -> None:
        """Ask the service to cancel, until it has heard. A job that was not sent yet sees it before it is.

        A job that runs here is asked for until it ends. What another opener has is not heard to end here, so that it is
        asked for until its deadline.
        """
        job.cancel_asked = True
        self.recorder.show(job)
        if job.request_id is None:
            return
        until = self.tuning.clock() + max(self._seconds_left(job), 0.0) + self.tuning.grace
        for pause in delays():
            if job.done or self.tuning.clock() > until:
                return
            try:
                queue = (await self.connection.open()).queue
                await queue.cancel(queue.ticket(job.record.endpoint, job.request_id, told=job.record.ticket))
                return
            except (InvalidRequest, AnswerTooLarge) as error:
                self.recorder.trouble(job, error)  # there is nothing to ask, or it was heard; its watch sees the end
                return
            except SeedanceError as error:
                self.recorder.trouble(job, error)
                await asyncio.sleep(max(pause, getattr(error, "retry_after", 0.0)))


def _unreadable_error(job: Job, error: AnswerTooLarge) -> AnswerTooLarge:
    return AnswerTooLarge(
        error.message,
        charged="maybe",
        next_step=f"project.import_request({job.request_id!r}, {job.record.endpoint!r}) looks at it again.",
    )


def _pace(job: Job) -> float:
    """Seconds until a job is asked about again: a tenth of what it has taken so far, so it is noticed that late."""
    age = now() - (job.record.started_at or job.record.submitted_at or job.record.created_at)
    longest = _LONGEST_POLL if job.status == IN_PROGRESS else _LONGEST_QUEUE_POLL
    return jitter(min(max(age / 10, _SHORTEST_POLL), longest))
