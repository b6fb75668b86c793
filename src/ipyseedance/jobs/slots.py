"""How many of a project's jobs are on their way at a time; the others wait on the disk, unsent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..contract.errors import GenerationCancelled
from .job import Job


class Slots:
    """A semaphore that lets jobs through in the order they came, and that a cancelled job can leave.

    Args:
        free: how many it lets through at a time.
    """

    def __init__(self, free: int) -> None:
        self.free = free
        """How many more it lets through now."""
        self._line: dict[Job, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def hold(self, job: Job) -> AsyncIterator[None]:
        """Wait for a slot and hold it.

        Raises:
            GenerationCancelled: it was called off while it waited.
        """
        await self._acquire(job)
        try:
            yield
        finally:
            self.release()

    async def _acquire(self, job: Job) -> None:
        if self.free:
            self.free -= 1
            return
        turn = self._line[job] = asyncio.get_running_loop().create_future()
        try:
            await turn
        except asyncio.CancelledError:
            if self._line.pop(job, None) is None:
                self.release()  # its turn had just come
            raise

    def release(self) -> None:
        """Let one more through."""
        if not self._line:
            self.free += 1
            return
        job = next(iter(self._line))
        self._line.pop(job).set_result(None)

    def call_off(self, job: Job) -> None:
        """Have a cancelled job leave the line, if it still waits there."""
        turn = self._line.pop(job, None)
        if turn is not None:
            turn.set_exception(GenerationCancelled("It was cancelled before it was sent."))
