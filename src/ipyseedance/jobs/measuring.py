"""Measuring the clips of a project in the background, once each.

It hurries nobody: it begins a moment after a clip has been saved, on one thread for the whole process that gives way to
everything else where the system allows it, one clip at a time. A project that closes drops what is left; the next
opening picks it up.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..contract.errors import ProjectUnusable
from ..contract.frames import MAX_BYTES
from ..doors.files import read_file
from ..doors.names import clip_path, frame_path
from ..doors.pictures import NoPicture, open_picture
from ..media.measures import Measures, Stopped, measure
from ..store.record import Record
from .recorder import Recorder
from .registry import Jobs
from .thread import job_thread
from .tuning import Tuning

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger("ipyseedance")

_NICE = 10
_LAST_SECONDS = 1.0


@dataclass
class Measurer:
    """Has the clips of one project measured, and keeps what was found in its history. Lives on the job thread."""

    recorder: Recorder
    jobs: Jobs
    others: Callable[[], list[str]]
    """The project's other openers, who measure their own clips."""
    tuning: Tuning
    _ids: deque[int] = field(default_factory=deque)
    _busy: bool = False

    def add(self, *ids: int) -> None:
        """Have those measured before all others, the first of them first."""
        self._ids.extendleft(reversed(ids))
        if not self._busy:
            self._busy = True
            self.jobs.do(self._go_on())

    async def look_back(self) -> None:
        """Have the newest measured of those that an earlier opener left."""
        await asyncio.sleep(self.tuning.measuring_idle)
        with contextlib.suppress(ProjectUnusable):  # the jobs tell the person so
            self.add(*await asyncio.to_thread(self.unmeasured, self.tuning.look_back))

    def measure_all(self) -> int:
        """Have all measured that were not yet; returns at once how many."""
        ids = self.unmeasured(None)
        job_thread().loop.call_soon_threadsafe(lambda: self.add(*ids))
        return len(ids)

    def unmeasured(self, limit: int | None) -> list[int]:
        """The clips that were not measured yet, the newest first."""
        return self.recorder.store.unmeasured(limit, besides=self.others())

    async def _go_on(self) -> None:
        try:
            await asyncio.sleep(self.tuning.measuring_idle)
            while self._ids:
                await self._measure(self._ids.popleft())
        except ProjectUnusable as error:
            log.debug("what was measured could not be kept: %s", error.message)
        finally:
            self._busy = False

    async def _measure(self, id: int) -> None:
        record = await asyncio.to_thread(self.recorder.store.get, id)
        if record.path is None or record.measures is not None:
            return
        stop = threading.Event()
        try:
            found = await asyncio.wrap_future(
                _worker().do(lambda: _measure_clip(self.recorder.folder, record, stop), stop)
            )
        except asyncio.CancelledError:
            stop.set()
            raise
        job = self.jobs.get(id)
        if job is not None:
            await self.recorder.write(job, measures=found)
        else:
            await asyncio.wrap_future(self.recorder.store.update(id, measures=found))


def _measure_clip(folder: Path, record: Record, stop: threading.Event) -> Measures:
    """A clip's measures, or none when it cannot be measured: then it is not tried again."""
    path = clip_path(folder, record.path)
    if path is None:
        return {}
    try:
        asked = record.asked
        start, end = _picture(folder, asked.first_frame), _picture(folder, asked.last_frame)
        return measure(path, stop=stop, start=start, end=end)
    except Stopped:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a file makes a decoder do, the clip itself is there
        log.warning("The clip %s could not be measured: %s.", path.name, str(error) or type(error).__name__)
        return {}


def _picture(folder: Path, reference: object) -> Image.Image | None:
    """A picture the project keeps; None for an address, and for one that was removed or is none."""
    path = frame_path(folder, reference)
    try:
        return None if path is None else open_picture(read_file(path, MAX_BYTES)).convert("RGB")
    except (OSError, NoPicture):
        return None


class _Worker:
    """One thread that does one thing at a time, and ends with the process."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any], threading.Event]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._ending = False
        self._resting = threading.Event()
        # A daemon, so that no clip holds up a kernel's end; it must not be within a decoder then, either.
        threading.Thread(target=self._run, name="ipyseedance-measuring", daemon=True).start()
        atexit.register(self._end)

    def do(self, work: Callable[[], Measures], stop: threading.Event) -> Future[Measures]:
        """Do something when all before it is done. Once `stop` is set it is expected to end soon."""
        future: Future[Measures] = Future()
        self._orders.put((work, future, stop))
        return future

    def _run(self) -> None:
        if sys.platform == "linux":  # where a thread has a priority of its own
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        while True:
            self._resting.set()
            work, future, stop = self._orders.get()
            self._resting.clear()
            self._stop = stop
            if self._ending or not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except Stopped as stopped:
                future.set_exception(stopped)

    def _end(self) -> None:
        self._ending = True
        self._stop.set()
        self._resting.wait(_LAST_SECONDS)


@cache
def _worker() -> _Worker:
    """The process's thread for measuring, begun on first use."""
    return _Worker()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_worker.cache_clear)
