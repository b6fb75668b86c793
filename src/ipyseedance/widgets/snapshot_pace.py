"""When Studio's snapshots are taken: each at its pace, and by what a job's change concerns."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from ..jobs.job import Job
from ..jobs.thread import job_thread
from ..store.statuses import PENDING

PACE = {"jobs": 0.1, "lab": 0.25, "history": 1.0, "waiting": 1.0, "plan": 2.0}
"""Seconds between two snapshots: many jobs together stay far below what a kernel's output may carry."""


def parts_changed_by(job: Job) -> list[str]:
    """The snapshots (of `PACE`) that show what has changed of a job."""
    record = job.record
    # A clip that is there, or coming, costs no sweep anything.
    plan = ["plan"] if record.status == PENDING or job.done else []
    if record.path is not None or (record.url or "").startswith("https://"):
        return [*plan, "jobs", "history", "waiting" if record.overbilled else "lab"]
    if job.done:
        return [*plan, "jobs", "lab", "waiting"]  # it may be to be sent again, or its amount be open, or no more
    if job.held:
        return [*plan, "jobs", "waiting"]
    return [*plan, "jobs", *(["lab"] if record.status == PENDING else [])]  # its price is reserved now


class SnapshotPace:
    """Takes snapshots, one reading of each at a time. Of the job thread.

    Args:
        shows: what reads a snapshot, on another thread, and sets it; by the names of `PACE`.
        begin: begins work that nobody waits for.
        is_over: whether there is nothing to show any more.
    """

    def __init__(
        self,
        shows: Mapping[str, Callable[[], Awaitable[None]]],
        begin: Callable[[Coroutine[Any, Any, None]], None],
        is_over: Callable[[], bool],
    ) -> None:
        self._shows, self._begin, self._is_over = shows, begin, is_over
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._next = dict.fromkeys(PACE, 0.0)
        self._reading: set[str] = set()
        """The snapshots that are being read."""
        self._stale: set[str] = set()
        """Those of them that may lack what has changed since, and are read once more."""
        self._spoilt: set[str] = set()
        """Those that must not be shown before."""

    def refresh(self, *parts: str) -> None:
        """Take those snapshots at once, or as soon as their pace allows; many calls make one."""
        clock = job_thread().loop
        for part in parts:
            wait = self._next[part] - clock.time()
            if part not in self._due and wait > 0:
                self._due[part] = clock.call_later(wait, self._show, part)
            elif wait <= 0:
                self._show(part)

    def spoil(self, part: str) -> None:
        """Let a reading of that snapshot that is under way not be shown: it may lack what has changed just now."""
        if part in self._reading:
            self._spoilt.add(part)
            self._stale.add(part)

    def is_spoilt(self, part: str) -> bool:
        """Whether what has just been read of that snapshot must not be shown."""
        return part in self._spoilt

    def _show(self, part: str) -> None:
        self._due.pop(part, None)
        self._next[part] = job_thread().loop.time() + PACE[part]
        if part in self._reading:
            self._stale.add(part)
        elif not self._is_over():
            self._reading.add(part)
            self._begin(self._read(part))

    async def _read(self, part: str) -> None:
        """Show a part, one reading of it at a time: none comes after a newer one."""
        try:
            again = True
            while again and not self._is_over():
                self._stale.discard(part)
                self._spoilt.discard(part)
                await self._shows[part]()
                again = part in self._stale
        finally:
            self._reading.discard(part)
