"""The one thread on which all network and job work runs.

Kernels differ in which thread handles a click and whether a busy cell holds it. A thread of our own with its own event
loop behaves the same in all of them; cells and clicks only hand work to it.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import sniffio

from ..contract.errors import SeedanceError

P = ParamSpec("P")
T = TypeVar("T")
_MOST_WORKERS = min(32, (os.cpu_count() or 1) + 4)


class Workers(ThreadPoolExecutor):
    """The threads on which a loop has done what would hold it.

    Those of the standard library take nothing more once the interpreter begins to end, and that is when open projects
    are closed. It is one of those by its class only, since asyncio accepts no other.
    """

    def __init__(self, most: int = _MOST_WORKERS) -> None:
        super().__init__(most)
        self._most, self._count = most, 0
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._changing = threading.Condition()
        self._unfinished = 0
        self._add()  # from Python 3.12 on, no thread is begun any more while the interpreter ends

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        with self._changing:
            self._unfinished += 1
            busy = self._unfinished > self._count
        self._waiting.put(partial(_do, future, partial(fn, *args, **kwargs)))
        if busy and self._count < self._most:
            self._add()
        return future

    def rest(self, within: float) -> bool:
        """Wait until nothing is being done, so many seconds at most. Whether that is so."""
        with self._changing:
            return self._changing.wait_for(lambda: not self._unfinished, within)

    def _add(self) -> None:
        try:
            threading.Thread(target=self._work, name="ipyseedance-worker", daemon=True).start()
        except RuntimeError:  # none can be begun now; those that are there take it
            return
        self._count += 1

    def _work(self) -> None:
        while True:
            self._waiting.get()()
            with self._changing:
                self._unfinished -= 1
                self._changing.notify_all()


def _do(future: Future[T], call: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        value = call()
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked for it
        future.set_exception(error)
    else:
        future.set_result(value)


class JobThread:
    """A daemon thread running an event loop for as long as the process lives."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.workers = Workers()
        self.loop.set_default_executor(self.workers)
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

    def check_process(self, folder: Path) -> None:
        """Raise SeedanceError in a process that was forked off: this thread has not come along, nor what it does."""
        if not self.is_here:
            raise SeedanceError(
                "This process was forked from the one that has the project open, and cannot use it.",
                next_step=f"Open the project again in this process: Project({str(folder)!r}).",
            )

    @property
    def is_here(self) -> bool:
        """Whether it runs in this process."""
        return os.getpid() == self._process

    @property
    def is_current(self) -> bool:
        return threading.current_thread() is self._thread


@cache
def job_thread() -> JobThread:
    """The process's job thread, begun on first use."""
    return JobThread()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=job_thread.cache_clear)
