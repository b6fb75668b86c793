"""The life of a request on this server: queued, in progress, completed; and the workers that render it."""

from __future__ import annotations

import asyncio
import bisect
import itertools
import os
import sys
import threading
import time
import traceback
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..contract.catalog import Endpoint
from .inputs import InputRefused

IN_QUEUE, IN_PROGRESS, COMPLETED = "IN_QUEUE", "IN_PROGRESS", "COMPLETED"
WORKERS = max(1, os.cpu_count() or 1)
MAX_WAITING = 20_000
MAX_WAITING_BYTES = 500_000_000
"""What the inputs of all jobs that are not done may hold together."""
MAX_DONE = 20_000
"""Jobs of which the answer is kept. Older ones are forgotten, as fal forgets after an hour."""
_LOG_SECONDS = 0.2


class Cancelled(Exception):
    """The caller no longer wants the clip."""


class Full(Exception):
    """No more jobs are taken at the moment."""


@dataclass(frozen=True)
class Answer:
    """What the model answered: fal replays it as it is."""

    code: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def failure(cls, code: int, error_type: str, message: str) -> Answer:
        """An infrastructure failure in fal's flat shape."""
        return cls(code, {"detail": message, "error_type": error_type}, {"x-fal-error-type": error_type})


_CANCELLED = Answer.failure(499, "client_cancelled", "The request was cancelled.")


@dataclass(eq=False)
class Job:
    """One request: its worker writes it, the event loop reads it."""

    endpoint: Endpoint
    body: dict[str, Any]
    base_url: str
    size: int
    """Bytes its body came in."""
    number: int
    loop: asyncio.AbstractEventLoop
    change: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, and replaced by a fresh one, whenever the job changes."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = IN_QUEUE
    logs: list[dict[str, str]] = field(default_factory=list)
    answer: Answer | None = None
    inference_seconds: float | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    future: Future[None] | None = None
    logged_at: float = 0.0

    def log(self, message: str, *, passing: bool = False) -> None:
        """Add a log line. Lines about passing progress are thinned to a handful a second."""
        now = time.monotonic()
        if passing and now - self.logged_at < _LOG_SECONDS:
            return
        self.logged_at = now
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.logs.append({"message": message, "level": "INFO", "source": "USER", "timestamp": stamp})
        self.ring()

    def ring(self) -> None:
        """Wake those who wait for a change; from any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        change, self.change = self.change, asyncio.Event()
        change.set()

    def check(self) -> None:
        """Raise Cancelled once the caller has cancelled."""
        if self.cancelled.is_set():
            raise Cancelled

    def finish(self, answer: Answer) -> None:
        """Complete it, for better or worse. Its input, which may hold pictures, is let go."""
        self.answer = answer
        self.body = {}
        self.status = COMPLETED
        self.ring()


class JobQueue:
    """Takes jobs and lets a few workers do them in order. Its public methods belong to the event loop."""

    def __init__(self, work: Callable[[Job], Answer], workers: int = WORKERS) -> None:
        self._work = work
        self._jobs: dict[str, Job] = {}
        self._done: deque[str] = deque()
        self._waiting: list[int] = []
        """The numbers of the jobs no worker has taken yet, in order."""
        self._bytes = 0
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="render")

    def submit(self, endpoint: Endpoint, body: dict[str, Any], base_url: str, size: int) -> Job:
        """Queue a request of `size` bytes; it is checked only when its turn comes, as fal does.

        Raises:
            Full: too many wait, or what waits holds too much.
        """
        with self._lock:
            if len(self._waiting) >= MAX_WAITING or self._bytes + size > MAX_WAITING_BYTES:
                raise Full("The queue of the offline engine is full.")
            job = Job(endpoint, body, base_url, size, next(self._numbers), asyncio.get_running_loop())
            self._waiting.append(job.number)
            self._bytes += size
        self._jobs[job.id] = job
        job.log("queued")
        job.future = self._pool.submit(self._run, job)
        return job

    def find(self, id: str) -> Job | None:
        """The job of that id."""
        return self._jobs.get(id)

    def position(self, job: Job) -> int:
        """How many requests are in front of it."""
        return bisect.bisect_left(self._waiting, job.number)

    def cancel(self, job: Job) -> str:
        """Cancel it; answers with fal's word for how that went."""
        if job.status == COMPLETED:
            return "ALREADY_COMPLETED"
        job.cancelled.set()
        if job.future is not None and job.future.cancel():
            self._leave_queue(job)
            self._finish(job, _CANCELLED)
            return "OK"
        return "CANCELLATION_REQUESTED"

    def _run(self, job: Job) -> None:
        started = time.perf_counter()
        self._leave_queue(job)
        job.status = IN_PROGRESS
        job.ring()
        try:
            job.check()
            answer = self._work(job)
        except Cancelled:
            answer = _CANCELLED
        except InputRefused as refused:
            answer = Answer(422, {"detail": refused.detail})
        except Exception:  # noqa: BLE001 - whatever went wrong is the job's answer, not the worker's end
            traceback.print_exc(file=sys.stderr)
            answer = Answer.failure(500, "runner_server_error", "The offline engine failed on this request.")
        job.inference_seconds = time.perf_counter() - started
        self._finish(job, answer)

    def _leave_queue(self, job: Job) -> None:
        with self._lock:
            del self._waiting[bisect.bisect_left(self._waiting, job.number)]

    def _finish(self, job: Job, answer: Answer) -> None:
        job.finish(answer)
        with self._lock:
            self._bytes -= job.size
            self._done.append(job.id)
            forgotten = self._done.popleft() if len(self._done) > MAX_DONE else None
        if forgotten is not None:
            self._jobs.pop(forgotten, None)
