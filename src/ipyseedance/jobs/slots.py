"""How many of a project's jobs are on their way at a time; the others wait on the disk, unsent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ..contract.errors import GenerationCancelled
from .generation import Generation

PLACES = 1000
"""Far more than an account may run at once, so nothing is slowed down, and what a run of 10,000 holds stays small."""


@dataclass
class Slots:
    """Lets jobs through in the order they came."""

    free: int = PLACES
    _line: dict[Generation, asyncio.Future[None]] = field(default_factory=dict)

    @asynccontextmanager
    async def passed(self, job: Generation) -> AsyncIterator[None]:
        """Wait for a place and hold it.

        Raises:
            GenerationCancelled: it was called off while it waited.
        """
        await self._enter(job)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, job: Generation) -> None:
        if self.free:
            self.free -= 1
            return
        turn = self._line[job] = asyncio.get_running_loop().create_future()
        try:
            await turn
        except asyncio.CancelledError:
            if self._line.pop(job, None) is None:
                self._leave()  # its turn had just come
            raise

    def _leave(self) -> None:
        if not self._line:
            self.free += 1
            return
        job = next(iter(self._line))
        self._line.pop(job).set_result(None)

    def call_off(self, job: Generation) -> None:
        """Have a cancelled job leave the line, if it still waits there."""
        turn = self._line.pop(job, None)
        if turn is not None:
            turn.set_exception(GenerationCancelled("It was cancelled before it was sent."))
