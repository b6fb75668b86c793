"""The jobs of one open project: one object for each, and the work that is under way for them on the job thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from ..contract.errors import GenerationCancelled, ProjectUnusable, SeedanceError
from ..contract.requests import VideoRequest
from ..store.claims import Claim
from ..store.record import COLUMNS, JUDGEMENTS, Record, now
from ..store.statuses import PENDING
from .connection import engine_gone_error
from .job import Job
from .ledger import read_cost, settle, settled_by_person
from .lifecycle import Lifecycle
from .recorder import taken_over_error
from .thread import job_thread

_LOOK_SECONDS = 0.02


class Jobs:
    """Begins jobs from any thread, knows those that run, and ends them all when the project closes.

    Args:
        lifecycle: takes each through its life.
        owner: this opener's id, under which jobs of others are taken over.
        alive: whether that opener looks after what it asked for.
    """

    def __init__(self, lifecycle: Lifecycle, owner: str, alive: Callable[[str | None], bool]) -> None:
        self._lifecycle = lifecycle
        self._alive = alive
        self._recorder = lifecycle.recorder
        self._owner = owner
        self._when_saved: list[Callable[[int], None]] = []
        self._thread = job_thread()
        # Held weakly: of 10,000 jobs that have ended nothing stays but the history.
        self._by_id: WeakValueDictionary[int, Job] = WeakValueDictionary()
        self._running: set[Job] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def check_process(self) -> None:
        """Raise SeedanceError in a process that was forked off, where nothing of this goes on."""
        self._thread.check_process(self._recorder.folder)

    def on_saved(self, callback: Callable[[int], None]) -> None:
        """Have it told the number of each job whose clip has come, on the job thread."""
        self._when_saved.append(callback)

    # One object for each.

    def get(self, id: int) -> Job | None:
        """The job of that number, if anybody holds it."""
        return self._by_id.get(id)

    def of(self, record: Record) -> Job:
        """The one job of a row; of what another opener may still change, a new one each time."""
        job = self._by_id.get(record.id)
        if job is None:
            job = self.new(record)
            if record.path is not None:
                self._by_id[record.id] = job
        elif said := {name: v for name in JUDGEMENTS if (v := getattr(record, name)) != getattr(job.record, name)}:
            job.record = replace(job.record, **said)  # by another opener, for which a clip need not be its own
        return job

    def some(self, ids: Iterable[int]) -> list[Job]:
        """The jobs of those numbers, oldest first. What became of one while they were read stands."""
        before = {id: job.record for id in ids if (job := self.get(id)) is not None}
        found = []
        for record in self._recorder.store.some(ids):
            job = self.get(record.id)
            found.append(job if job is not None and job.record is not before.get(record.id) else self.of(record))
        return found

    def new(self, record: Record, request: VideoRequest | None = None) -> Job:
        """A job that does not run yet."""
        # What is new here is this person's; of a row, its signature tells.
        mine = request is not None or not record.id or self._recorder.store.asked(record)
        return Job(record, self._recorder.folder, request=request, keeper=self, asked_here=mine)

    def runs(self, job: Job) -> bool:
        """Whether it is under way here, or just being written down."""
        return job in self._running or not job.recorded.done()

    def look(self, job: Job) -> None:
        """Read anew how a job is that does not run here. Raises SeedanceError when nobody looks after it."""
        if self._stopping:
            job.abandon()
            return
        record = self._recorder.store.get(job.id)
        job.apply(**{name: getattr(record, name) for name in COLUMNS})
        if not job.done and not self._alive(record.owner):
            raise left_alone_error(job)

    def note(self, job: Job | None) -> None:
        """Keep a job that runs under its number, which it may only now have got."""
        if job is not None and job in self._running:
            self._by_id[job.id] = job

    def is_running(self, id: int) -> bool:
        job = self._by_id.get(id)
        # Whoever waited for its end may be quicker to go on with it than its task is to end.
        return job is not None and job in self._running and not job.done

    @property
    def under_way(self) -> list[Job]:
        """Those that have not ended, in the order they were asked for."""
        return sorted((job for job in list(self._running) if not job.done), key=lambda job: job.record.created_at)

    # Work.

    def start(self, jobs: Sequence[Job]) -> None:
        """Take jobs on from wherever their records stand."""
        self._by_id.update((job.id, job) for job in jobs if job.id)
        self._running.update(jobs)

        def begin() -> None:
            self._running.update(jobs)  # again: the end of a run that a bill held may have come between
            for job in jobs:
                self._begin(self._run(job, None))
                if self._stopping:
                    job.abandon()

        self._thread.loop.call_soon_threadsafe(begin)  # of 10,000 one by one, the caller would wait for each

    def begin(self, job: Job, written: Future[int]) -> None:
        """Go on with a new job now that what was asked for is on the disk; or end it, when it cannot be.

        It is called on the history's thread, or the caller's.
        """
        error = written.exception()
        if isinstance(error, ValueError) and not isinstance(error, SeedanceError):  # it closed just now
            job.abandon()
        elif error is not None:
            job.recorded.set_exception(error)
            job.abandon(error if isinstance(error, SeedanceError) else None)
        else:
            job.apply(id=written.result())
            self.start([job])
            job.recorded.set_result(job.id)

    def take_over(self, claim: Claim, *, by_person: bool) -> Job:
        """Go on with a job that nobody looks after, unless another opener is quicker.

        Args:
            by_person: whether a person said so; without, what somebody else asked for is left alone.
        """
        job = self.adopt(claim)
        self._by_id[job.id] = job
        self._running.add(job)

        def begin() -> None:
            self._begin(self._run(job, (claim, by_person)))
            if self._stopping:
                job.abandon()

        self._thread.loop.call_soon_threadsafe(begin)
        return job

    def adopt(self, claim: Claim) -> Job:
        """A job that is taken over. It does not run yet."""
        mine = self._recorder.store.asked(claim.record)
        record = replace(claim.record, **claim.changes)
        return Job(record, self._recorder.folder, keeper=self, asked_here=mine)

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something on the job thread, until it is done or the project closes."""
        self._thread.loop.call_soon_threadsafe(self._begin, work)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if self._stopping:
            work.close()
            return
        task = self._thread.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, job: Job, claim: tuple[Claim, bool] | None) -> None:
        try:
            if claim is not None and not await self._claim(job, *claim):
                return
            if job.id:
                self._recorder.show(job)
            await self._lifecycle.run(job)
        except ProjectUnusable as error:  # it could not be claimed, so it may be another's: its row is left alone
            job.owed = {"error": error.to_record()}
            self._recorder.show(job, **job.owed)
        finally:
            if job.held is None or self._stopping:
                self._running.discard(job)
            if self._stopping:
                job.abandon()
            elif job.record.path is not None:
                for callback in self._when_saved:
                    callback(job.id)

    async def _claim(self, job: Job, claim: Claim, by_person: bool) -> bool:  # noqa: FBT001
        """Whether there is something to go on with, and it is this opener's to do."""
        if not await asyncio.wrap_future(self._recorder.store.claim([claim], by_person=by_person)):
            if self._by_id.get(job.id) is job:  # another opener was quicker, or another call here
                del self._by_id[job.id]
            job.abandon(taken_over_error(job))
            return False
        if job.record.server == "offline" and job.status != PENDING:
            await self._recorder.fail(job, engine_gone_error())
            return False
        return True

    @property
    def held(self) -> list[Job]:
        """Those that a bill holds back."""
        return [job for job in self.under_way if job.held is not None]

    def let_go_on(self, jobs: Sequence[Job]) -> list[Job]:
        """Go on with those that are held back, and give them. Each goes on once, also when two say so at a time."""
        released = [job for job in jobs if job.release()]
        self.start(released)
        return released

    def settle(self, job: Job, cost: object) -> None:
        """Record what it cost, by somebody's word. Raises InvalidRequest as `Generation.settle` says."""
        dollars = read_cost(cost)
        self._thread.refuse_waiting()
        if self._stopping:
            raise SeedanceError("The project is closed.", next_step="Open it again, and settle it there.")
        changes = settle(self._recorder.store, job.id, partial(settled_by_person, cost=dollars))
        self._recorder.show(job, **changes)

    def cancel(self, job: Job) -> None:
        """Ask to cancel it; returns at once. Raises SeedanceError for what somebody else asked for and waits here."""
        if job.held is not None:
            job.cancel_asked = True
            if self.let_go_on([job]):  # to its end: what is asked to be cancelled is not sent
                return
        if not self.runs(job) and not self._recorder.store.trusts(job.record):
            raise SeedanceError(
                "Somebody else asked for this job, so the service is asked nothing about it.",
                next_step="project.resume() goes on with it; then it can be cancelled.",
            )
        self.do(self._lifecycle.cancel(job) if self.runs(job) else self._cancel_elsewhere(job))

    async def _cancel_elsewhere(self, job: Job) -> None:
        """Cancel what another opener has, or nobody: on the disk while it is not sent, then at the service."""
        store, error = self._recorder.store, GenerationCancelled("It was cancelled before it was sent.")
        try:
            off = await asyncio.wrap_future(store.call_off(job.id, error.to_record(), now()))
            record = await asyncio.to_thread(store.get, job.id)
        except ProjectUnusable as problem:
            self._recorder.trouble(job, problem)
            return
        self._recorder.show(job, **{name: getattr(record, name) for name in COLUMNS})
        if off or job.done:
            return
        if job.request_id is None:
            self._recorder.trouble(job, being_sent_error(job))
        else:
            await self._lifecycle.cancel(job)

    async def let_send(self, within: float) -> None:
        """Wait until nothing is left that the service takes at once, so many seconds at most."""
        until = time.monotonic() + within
        while time.monotonic() < until and any(job.status == PENDING and not job.trouble for job in self.under_way):  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)

    async def stop(self) -> int:
        """Let go of every job, and begin none; a request on its way is waited for until its id is recorded.

        Returns how many were not sent.
        """
        self._stopping = True
        jobs, tasks = self.under_way, list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._lifecycle.watcher.stop()
        await self._lifecycle.submitter.finish()
        for job in list(self._running):
            job.abandon()
        return sum(job.status == PENDING for job in jobs)


def left_alone_error(job: Job) -> SeedanceError:
    return SeedanceError(
        "Nobody looks after this job: the kernel that asked for it stopped.",
        next_step="project.resume() sends it."
        if job.status == PENDING
        else "Close the project and open it again: that goes on with it. What somebody else asked for waits for "
        "project.resume().",
        charged="no" if job.status == PENDING else "maybe",
    )


def being_sent_error(job: Job) -> SeedanceError:
    return SeedanceError(
        "Another notebook is sending this job just now, or looks for its lost answer, so it could not be cancelled.",
        next_step=f"Cancel it again in a moment: project.by_id({job.id}).cancel().",
    )
