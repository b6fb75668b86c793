"""One job, as the person who asked for it sees it."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NoReturn
from weakref import ref

from ..contract.errors import SeedanceError
from ..contract.requests import VideoRequest
from .clip import Clip
from .job import Job
from .outcome import await_clip, wait_for_clip


class Generation:
    """A handle on one job: read it at any time from any thread, `await` it, or block on `result()`.

    What it shows changes as the job goes on. Dropping it, or interrupting a wait for it, leaves the job running.
    """

    __slots__ = ("__weakref__", "_job")

    def __init__(self, job: Job) -> None:
        self._job = job

    @property
    def id(self) -> int:
        """Its number in the project's history; 0 until it is written there."""
        return self._job.id

    @property
    def folder(self) -> Path:
        """Its project's folder."""
        return self._job.folder

    @property
    def status(self) -> str:
        """fal's word (IN_QUEUE, IN_PROGRESS, COMPLETED), or PENDING, SUBMITTING, FAILED, CANCELLED, UNCONFIRMED."""
        return self._job.status

    @property
    def request_id(self) -> str | None:
        """The service's id, once it has taken the request."""
        return self._job.request_id

    @property
    def request(self) -> VideoRequest:
        """What was asked for, with its concrete seed."""
        return self._job.request

    @property
    def recorded(self) -> Future[int]:
        """Its number, once what was asked for is in the history; or why it is not."""
        return self._job.recorded

    @property
    def queue_position(self) -> int | None:
        """How many requests are in front, while IN_QUEUE."""
        return self._job.queue_position

    @property
    def logs(self) -> list[str]:
        """What the service said so far."""
        return list(self._job.logs)

    @property
    def progress(self) -> float | None:
        """How far the service says it is, 0 to 1, or None when it does not say."""
        return self._job.progress

    @property
    def estimate(self) -> float | None:
        """US dollars it is expected to cost at fal; None where its price was not known."""
        return self._job.record.price

    @property
    def cost(self) -> float | None:
        """US dollars it cost, or None while that is not known. 0.0 on the offline engine."""
        return self._job.record.cost

    @property
    def error(self) -> SeedanceError | None:
        """What went wrong, or None: why there is no clip, or how the clip is not what was asked for."""
        return self._job.error

    @property
    def done(self) -> bool:
        """Whether it has ended, well or badly."""
        return self._job.done

    @property
    def clip(self) -> Clip | None:
        """The clip, once it is on disk."""
        return self._job.clip

    @property
    def star(self) -> bool:
        """Whether a person starred it; `project.judge` says so, and the three below."""
        return self._job.record.star

    @property
    def rating(self) -> int | None:
        """1 to 5, the best, or None."""
        return self._job.record.rating

    @property
    def tags(self) -> tuple[str, ...]:
        """The words a person gave it."""
        return tuple(self._job.record.tags or ())

    @property
    def note(self) -> str:
        """What a person wrote about it, or ""."""
        return self._job.record.note

    # Waiting for it.

    def __await__(self) -> Generator[Any, None, Clip]:
        return await_clip(self._job).__await__()

    def result(self, timeout: float | None = None) -> Clip:
        """Wait for the clip, blocking this thread.

        Args:
            timeout: seconds to wait at most; None waits for as long as it takes. The job goes on in either case.

        Raises:
            SeedanceError: it failed, or nobody looks after it any more, or a bill holds its run (OverBudget).
            TimeoutError: it is not done yet.
        """
        return wait_for_clip(self._job, timeout)

    def cancel(self) -> None:
        """Ask to cancel; returns at once. A job that is already being made may still finish, and be billed.

        Raises:
            SeedanceError: somebody else asked for it, in a folder that came from elsewhere, and it waits for a word.
        """
        self._job.cancel()

    def settle(self, cost: float) -> None:
        """Say what it cost, where the service does not: its reservation ends. Returns when that is on the disk.

        It may be said again, and a bill of the service replaces it.

        Args:
            cost: US dollars, 0 to 10,000; 0 where it was not billed.

        Raises:
            InvalidRequest: `cost` is no such number; or the job has not ended, was made for nothing, or its cost is
                known by a bill.
        """
        self._job.settle(cost)

    # There is one handle of a job under way, which is told how it goes on.

    def __copy__(self) -> Generation:
        return self

    def __deepcopy__(self, _memo: object) -> Generation:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"A generation cannot be pickled. There: Project({str(self.folder)!r}).by_id({self.id}).")

    def __repr__(self) -> str:
        return repr(self._job)


_handing_out = threading.Lock()
"""Guards that no job gets two handles."""


def generation_of(job: Job) -> Generation:
    """The handle of a job: the same one for as long as anybody holds it."""
    new = Generation(job)
    with _handing_out:
        found = None if job.handle is None else job.handle()
        if found is None:
            job.handle, found = ref(new), new
    return found


def job_of(generation: Generation) -> Job:
    """The job that a handle shows."""
    return generation._job


def _renew_lock() -> None:
    """In a process that was forked off: a thread that has not come along may have held it."""
    global _handing_out
    _handing_out = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)
