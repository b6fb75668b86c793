"""How long anything holds the job thread's loop, or the one where a person's observers run."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import av
import PIL.Image
import pytest

from ipyseedance.jobs.thread import job_thread
from ipyseedance.store.database import Database


class Home:
    """A thread with a loop, as the one of a kernel in which cells run."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, act: Callable[[], Any]) -> Any:
        """What an act gives that runs there, as a cell would."""

        async def run() -> Any:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(60)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


class Holds:
    """Each callback of the loops that are watched, with the processor's seconds it took: others may use the machine."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, str]] = []
        self.on_disk: list[str] = []
        """What was read, listed or decoded on the loops' threads."""
        self._threads: set[int] = set()

    @contextlib.contextmanager
    def watching(self, *loops: asyncio.AbstractEventLoop) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for loop in loops:
                for name in ("call_soon", "call_soon_threadsafe", "call_at"):
                    patch.setattr(loop, name, self._timing(getattr(loop, name), at=name == "call_at"))
                asyncio.run_coroutine_threadsafe(self._be_here(), loop).result(10)
            for of, name in ((os, "open"), (os, "scandir"), (os, "listdir"), (PIL.Image, "open"), (av, "open")):
                patch.setattr(of, name, self._noting(getattr(of, name), f"{of.__name__}.{name}"))
            patch.setattr(Database, "read", self._noting(Database.read, "a look into the history"))
            yield
            for loop in loops:  # what they have begun is taken in too
                asyncio.run_coroutine_threadsafe(self._be_here(), loop).result(10)

    async def _be_here(self) -> None:
        self._threads.add(threading.get_ident())

    def _timing(self, schedule: Callable[..., Any], *, at: bool) -> Callable[..., Any]:
        def scheduled(first: Any, *rest: Any, **options: Any) -> Any:
            if at:
                act, *args = rest
                return schedule(first, functools.partial(self._timed, act), *args, **options)
            return schedule(functools.partial(self._timed, first), *rest, **options)

        return scheduled

    def _timed(self, act: Callable[..., Any], *args: Any) -> Any:
        began = time.thread_time()
        try:
            return act(*args)
        finally:
            self.taken.append((time.thread_time() - began, repr(act)[:300]))

    def _noting(self, act: Callable[..., Any], name: str) -> Callable[..., Any]:
        @functools.wraps(act)
        def noted(*args: Any, **options: Any) -> Any:
            if threading.get_ident() in self._threads:
                self.on_disk.append(name)
            return act(*args, **options)

        return noted

    @property
    def longest(self) -> tuple[float, str]:
        return max(self.taken)


@contextlib.contextmanager
def watched(home: Home) -> Iterator[Holds]:
    """Watch the job thread's loop and the home's."""
    holds = Holds()
    with holds.watching(job_thread().loop, home.loop):
        yield holds
