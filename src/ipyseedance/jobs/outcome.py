"""Waiting for a job's clip, on whatever thread or loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time

from ..contract.errors import SeedanceError
from .clip import Clip
from .job import Job, Keeper
from .thread import job_thread

_HEARTBEAT = 0.25
"""A notebook's interrupt stops an `await` only when its loop wakes, so a long one wakes this often (seconds)."""

_LOOK_SECONDS = 1.0
"""How often one who waits for a job that another kernel looks after reads how it is."""


async def await_clip(job: Job) -> Clip:
    """Wait for a job's clip on the caller's loop. Raises as `Generation.result` does."""
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()

    def wake() -> None:
        with contextlib.suppress(RuntimeError):  # the waiting loop has closed; nobody waits any more
            loop.call_soon_threadsafe(woken.set)

    due = 0.0
    _check_process(job)
    with job.waiters.wake_with(wake):
        while not job.done:
            _check_held(job)
            if (keeper := _onlooker(job)) and time.monotonic() >= due:
                await asyncio.to_thread(keeper.look, job)
                due = time.monotonic() + _LOOK_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), _HEARTBEAT)
    return _outcome(job)


def wait_for_clip(job: Job, timeout: float | None = None) -> Clip:
    """Wait for a job's clip, blocking this thread, as `Generation.result` says."""
    deadline = None if timeout is None else time.monotonic() + timeout
    woken, due = threading.Event(), 0.0
    _check_process(job)
    if not job.done:
        job_thread().refuse_waiting()
    with job.waiters.wake_with(woken.set):
        while not job.done:
            _check_held(job)
            if (keeper := _onlooker(job)) and time.monotonic() >= due:
                keeper.look(job)
                due = time.monotonic() + _LOOK_SECONDS
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"{job!r} is not done after {timeout:g} s; it goes on.")
            # In short waits, so that Windows notices an interrupt too.
            woken.wait(_HEARTBEAT if deadline is None else min(_HEARTBEAT, deadline - time.monotonic()))
    return _outcome(job)


def _check_process(job: Job) -> None:
    if job.keeper is not None and not job.done:
        job.keeper.check_process()


def _onlooker(job: Job) -> Keeper | None:
    """The keeper, where it only looks on: another kernel runs the job, or none does."""
    return None if job.keeper is None or job.keeper.runs(job) else job.keeper


def _check_held(job: Job) -> None:
    if job.held is not None:
        raise job.held.with_traceback(None)


def _outcome(job: Job) -> Clip:
    clip = job.clip
    if clip is not None:
        return clip
    if job.error is not None:
        raise job.error.with_traceback(None)
    raise SeedanceError(
        "The project was closed while this job was under way.",
        next_step="The job goes on at the service: open the project again to get its clip.",
    )
