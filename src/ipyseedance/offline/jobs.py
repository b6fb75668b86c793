"""The life of a request on this server: queued, in progress, completed; and the workers that render it."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..contract.catalog import Endpoint
from .inputs import InputRefused

IN_QUEUE, IN_PROGRESS, COMPLETED = "IN_QUEUE", "IN_PROGRESS", "COMPLETED"
WORKERS = max(1, os.cpu_count() or 1)
_LOG_SECONDS = 0.2


class Cancelled(Exception):
    """The caller no longer wants the clip."""


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
    number: int
    ring: Callable[[], None]
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
    """Takes jobs and lets a few workers do them in order. Its methods belong to the event loop."""

    def __init__(self, work: Callable[[Job], Answer], workers: int = WORKERS) -> None:
        self._work = work
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="render")
        self.change = asyncio.Event()
        """Set, and replaced by a fresh one, whenever any job changes."""

    def submit(self, endpoint: Endpoint, body: dict[str, Any], base_url: str) -> Job:
        """Queue a request; it is checked only when its turn comes, as fal does."""
        loop = asyncio.get_running_loop()
        job = Job(endpoint, body, base_url, next(self._numbers), lambda: _soon(loop, self._ring))
        self._jobs[job.id] = job
        job.log("queued")
        job.future = self._pool.submit(self._run, job)
        return job

    def find(self, id: str) -> Job | None:
        """The job of that id."""
        return self._jobs.get(id)

    def position(self, job: Job) -> int:
        """How many requests are in front of it."""
        return sum(other.status == IN_QUEUE and other.number < job.number for other in self._jobs.values())

    def cancel(self, job: Job) -> str:
        """Cancel it; answers with fal's word for how that went."""
        if job.status == COMPLETED:
            return "ALREADY_COMPLETED"
        job.cancelled.set()
        if job.future is not None and job.future.cancel():
            job.finish(_CANCELLED)
            return "OK"
        return "CANCELLATION_REQUESTED"

    def _run(self, job: Job) -> None:
        started = time.perf_counter()
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
        job.finish(answer)

    def _ring(self) -> None:
        change, self.change = self.change, asyncio.Event()
        change.set()


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)
