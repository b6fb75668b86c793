"""The one thread on which all network and job work runs.

Kernels differ in which thread handles a click and whether a busy cell holds it. A thread of our own with its own event
loop behaves the same in all of them; cells and clicks only hand work to it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

import sniffio

from ..contract.errors import SeedanceError

T = TypeVar("T")


class JobThread:
    """A daemon thread running an event loop for as long as the process lives."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="ipyseedance-jobs", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        # The HTTP library asks for this hundreds of times a job, and finds it out anew each time it is not told.
        sniffio.thread_local.name = "asyncio"
        self.loop.run_forever()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine there; returns at once."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def refuse_waiting(self) -> None:
        """Raise SeedanceError on this thread, where whatever waits for a job would wait for ever."""
        if self.is_current:
            raise SeedanceError(
                "What observes a project is called on the thread that follows its jobs, and must not wait for one.",
                next_step="Hand it to a thread of your own, such as `threading.Thread(target=…).start()`.",
            )

    @property
    def is_current(self) -> bool:
        return threading.current_thread() is self._thread


@cache
def job_thread() -> JobThread:
    """The process's job thread, begun on first use."""
    return JobThread()
