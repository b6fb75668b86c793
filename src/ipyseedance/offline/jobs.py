"""The queue: takes jobs and lets a few runners do them in order. All of it belongs to the event loop but `_run`."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import heapq
import itertools
import os
import sqlite3
import sys
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from ..contract.catalog import known
from ..contract.endpoint import Endpoint
from .faults import Faults
from .inputs import InputRefused
from .job import COMPLETED, IN_PROGRESS, IN_QUEUE, Answer, Cancelled, Job, Wishes
from .journal import Journal

RUNNERS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""A render keeps one core busy and a part of another."""
RESULT_SECONDS = 3600.0
"""How long a result can be fetched, as at fal."""
MAX_WAITING = 20_000
MAX_WAITING_BYTES = 500_000_000
"""What the inputs of all jobs that are not done may hold together."""
MAX_DONE = 20_000
"""Jobs of which the answer is kept."""

_CANCELLED = Answer.failure(499, "client_cancelled", "The request was cancelled.")
_TOO_LATE = Answer.failure(
    504, "request_timeout", "The request did not start in time.", {"x-fal-request-timeout-type": "user"}
)


class Full(Exception):
    """The job is not taken; the text says why."""


class JobQueue:
    """The jobs of one server and its runners."""

    def __init__(
        self,
        work: Callable[[Job], Answer],
        *,
        runners: int = RUNNERS,
        result_seconds: float = RESULT_SECONDS,
        faults: Faults | None = None,
        journal: Journal | None = None,
        on_completed: Callable[[Job], None] = lambda _job: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._work = work
        self._runners = runners
        self._result_seconds = result_seconds
        self._faults = faults or Faults()
        self._journal = journal
        self._on_completed = on_completed
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._done: deque[str] = deque()
        self._waiting: list[tuple[bool, int]] = []
        """The places of the jobs no runner has taken yet, in order."""
        self._lengths: Counter[str] = Counter()
        """How many of them wait for each endpoint."""
        self._ready: list[tuple[tuple[bool, int], Job]] = []
        """A heap of those that may start now; one that was cancelled stays in it until its turn."""
        self._deadlines: dict[str, asyncio.TimerHandle] = {}
        self._sizes: dict[str, int] = {}
        """Bytes that the inputs of the jobs hold that are not done."""
        self._bytes = 0
        self._running = 0
        self._numbers = itertools.count()
        self._pool = ThreadPoolExecutor(runners, thread_name_prefix="render")

    async def submit(self, endpoint: Endpoint, input: bytes, base_url: str, wishes: Wishes | None = None) -> Job:
        """Queue a request; its input is checked only when its turn comes, as fal does.

        Raises:
            Full: too many wait, or what waits holds too much, or it cannot be written down.
        """
        wishes = wishes or Wishes()
        if len(self._waiting) >= MAX_WAITING or self._bytes + len(input) > MAX_WAITING_BYTES:
            raise Full("The queue of the offline engine is full.")
        if wishes.most_waiting is not None and self._lengths[endpoint.id] > wishes.most_waiting:
            raise Full(f"More than fal_max_queue_length={wishes.most_waiting} requests wait for {endpoint.id}.")
        loop = asyncio.get_running_loop()
        job = Job(endpoint, input, base_url, next(self._numbers), loop, wishes, self._clock())
        if self._journal is not None:
            try:
                await asyncio.wrap_future(self._journal.add(job))
            except sqlite3.Error as error:
                raise Full(f"The request cannot be written down: {error}") from error
        self._enqueue(job)
        return job

    def resume(self, base_url: str) -> None:
        """Take up what the journal has: what is neither completed nor cancelled is queued again, in the old order."""
        for entry in self._journal.entries() if self._journal else ():
            self._numbers = itertools.count(entry.number + 1)
            target = known(entry.endpoint)
            if target is None:
                continue
            job = Job(
                target, entry.input, base_url, entry.number, asyncio.get_running_loop(),
                entry.wishes, entry.submitted, entry.id,
            )  # fmt: skip
            if entry.answer is None or entry.ended is None:
                self._enqueue(job)
                if entry.cancelled:
                    self._finish(job, _CANCELLED)
                continue
            job.started, job.inference_seconds = entry.started, entry.inference_seconds
            job.finish(entry.answer, entry.ended)
            self._jobs[job.id] = job
            self._done.append(job.id)
            if not entry.told:
                self._on_completed(job)

    def _enqueue(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._sizes[job.id] = len(job.input)
        self._bytes += len(job.input)
        bisect.insort(self._waiting, job.place)
        self._lengths[job.endpoint.id] += 1
        job.log("queued")
        if job.wishes.start_within is not None:
            left = job.submitted + job.wishes.start_within - self._clock()
            self._deadlines[job.id] = job.loop.call_later(left, self._finish, job, _TOO_LATE)
        job.loop.call_later(self._faults.queue_wait, self._make_ready, job)

    def find(self, id: str) -> Job | None:
        """The job of that id, unless its result has expired."""
        job = self._jobs.get(id)
        return None if job is None or self.expired(job) else job

    def expired(self, job: Job) -> bool:
        """Whether its result can no longer be fetched."""
        return job.ended is not None and (
            self._faults.expire_results or self._clock() >= job.ended + self._result_seconds
        )

    def all(self) -> Iterable[Job]:
        """Every job that is remembered, also those whose results have expired."""
        return self._jobs.values()

    def position(self, job: Job) -> int:
        """How many requests are in front of it."""
        return bisect.bisect_left(self._waiting, job.place)

    async def cancel(self, job: Job) -> str:
        """Cancel it; answers with fal's word for how that went, once a restart would not forget it."""
        if job.status == COMPLETED:
            return "ALREADY_COMPLETED"
        if job.status == IN_QUEUE:
            outcome = "OK"
            self._finish(job, _CANCELLED)
        else:
            outcome = "CANCELLATION_REQUESTED"
            job.cancelled.set()
            if self._journal is not None:
                self._journal.cancel(job)
        if self._journal is not None:
            await asyncio.wrap_future(self._journal.written())
        return outcome

    def _make_ready(self, job: Job) -> None:
        heapq.heappush(self._ready, (job.place, job))
        self._start_next()

    def _start_next(self) -> None:
        while self._ready and self._running < self._runners:
            _, job = heapq.heappop(self._ready)
            if job.status != IN_QUEUE:
                continue
            self._leave_queue(job)
            self._running += 1
            job.status, job.started = IN_PROGRESS, self._clock()
            job.ring()
            self._pool.submit(self._run, job, self._faults.failure(job.endpoint))

    def _run(self, job: Job, failure: Answer | None) -> None:
        """Do a job, in a thread of the pool."""
        started = time.perf_counter()
        try:
            job.check()
            answer = failure or self._work(job)
        except Cancelled:
            answer = _CANCELLED
        except InputRefused as refused:
            answer = Answer(422, {"detail": refused.detail})
        except Exception:  # noqa: BLE001 - whatever went wrong is the job's answer, not the runner's end
            traceback.print_exc(file=sys.stderr)
            answer = Answer.failure(500, "runner_server_error", "The offline engine failed on this request.")
        seconds = time.perf_counter() - started
        with contextlib.suppress(RuntimeError):  # the server is being stopped
            job.loop.call_soon_threadsafe(self._ran, job, answer, seconds)

    def _ran(self, job: Job, answer: Answer, seconds: float) -> None:
        self._running -= 1
        job.inference_seconds = seconds
        self._finish(job, answer)
        self._start_next()

    def _leave_queue(self, job: Job) -> None:
        del self._waiting[bisect.bisect_left(self._waiting, job.place)]
        self._lengths[job.endpoint.id] -= 1
        deadline = self._deadlines.pop(job.id, None)
        if deadline is not None:
            deadline.cancel()

    def _finish(self, job: Job, answer: Answer) -> None:
        if job.status == IN_QUEUE:
            self._leave_queue(job)
        job.finish(answer, self._clock())
        self._bytes -= self._sizes.pop(job.id)
        if self._journal is not None:
            self._journal.finish(job)
        self._on_completed(job)
        self._done.append(job.id)
        if len(self._done) > MAX_DONE:
            self._forget(self._done.popleft())

    def _forget(self, id: str) -> None:
        self._jobs.pop(id, None)
        if self._journal is not None:
            self._journal.forget(id)
