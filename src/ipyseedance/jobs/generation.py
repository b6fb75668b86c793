"""One job, as the person who asked for it sees it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, Protocol

from ..contract.errors import SeedanceError, from_record
from ..contract.requests import VideoRequest
from ..doors import files
from ..store.record import CANCELLED, COMPLETED, FAILED, Record
from .clip import Clip
from .progress import progress_of
from .stored import StoredAsk
from .thread import job_thread
from .waiters import Waiters, waking

_HEARTBEAT = 0.25
"""A notebook's interrupt stops an `await` only when its loop wakes, so a long one wakes this often (seconds)."""

_LOOK_SECONDS = 1.0
"""How often one who waits for a job that another kernel looks after reads how it is."""


class Keeper(Protocol):
    """Whoever runs jobs, and knows of those that others run."""

    def check_process(self) -> None:
        """Raise SeedanceError in a process that was forked off, where nothing of this goes on."""

    def cancel(self, job: Generation, /) -> None:
        """Ask to cancel it; returns at once."""

    def runs(self, job: Generation, /) -> bool:
        """Whether it is this one that runs it."""

    def look(self, job: Generation, /) -> None:
        """Read anew how a job is that another runs. Raises SeedanceError when nobody does."""

    def settle(self, job: Generation, cost: object, /) -> None:
        """Record what a job that has ended cost, by somebody's word."""


class Generation:
    """A handle on one job: read it at any time from any thread, `await` it, or block on `result()`.

    What it shows changes as the job goes on. Dropping it, or interrupting a wait for it, leaves the job running.
    """

    def __init__(
        self,
        record: Record,
        folder: Path,
        *,
        request: VideoRequest | None = None,
        keeper: Keeper | None = None,
        asked_here: bool = True,
    ) -> None:
        self.record = record
        self.asked_here = asked_here
        """Whether this person asked for it. What somebody else did may name no address on a private network."""
        self.queue_position: int | None = None
        """How many requests are in front, while IN_QUEUE."""
        self.logs: list[str] = list(record.logs or ())
        """What the service said so far."""
        self.trouble = ""
        """Why nothing is heard at the moment, while the job itself is not known to have failed."""
        self.held: SeedanceError | None = None
        """Why it is not sent before a person says so, while a bill holds its run."""
        self.owed: dict[str, Any] = {}
        """What is shown here and the history could not be told."""
        self.cancel_asked = False
        self.readings = 0
        """How often the service has been heard of it."""
        self.recorded: Future[int] = Future()
        """Its number, once what was asked for is in the history; or why it is not."""
        if record.id:
            self.recorded.set_result(record.id)
        self._folder = folder
        self._asked = StoredAsk(record, folder, asked_here, request)
        self._keeper = keeper
        self._error: SeedanceError | None = from_record(record.error) if record.error else None
        self._over = self._is_over(record)
        self._waiters = Waiters()

    @staticmethod
    def _is_over(record: Record) -> bool:
        # Completed it may still be downloading, and unconfirmed be looked for.
        return record.path is not None or record.error is not None or record.status in (FAILED, CANCELLED)

    # What it shows.

    @property
    def id(self) -> int:
        """Its number in the project's history; 0 until it is written there."""
        return self.record.id

    @property
    def folder(self) -> Path:
        """Its project's folder."""
        return self._folder

    @property
    def status(self) -> str:
        """fal's word (IN_QUEUE, IN_PROGRESS, COMPLETED), or PENDING, SUBMITTING, FAILED, CANCELLED, UNCONFIRMED."""
        return self.record.status

    @property
    def request_id(self) -> str | None:
        """The service's id, once it has taken the request."""
        return self.record.request_id

    @property
    def request(self) -> VideoRequest:
        """What was asked for, with its concrete seed."""
        return self._asked()

    @property
    def estimate(self) -> float:
        """US dollars it is expected to cost at fal."""
        return self.record.estimate

    @property
    def cost(self) -> float | None:
        """US dollars it cost, or None while that is not known. 0.0 on the offline engine."""
        return self.record.cost

    @property
    def error(self) -> SeedanceError | None:
        """What went wrong, or None: why there is no clip, or how the clip is not what was asked for."""
        return self._error

    @property
    def star(self) -> bool:
        """Whether a person starred it; `project.judge` says so, and the three below."""
        return self.record.star

    @property
    def rating(self) -> int | None:
        """1 to 5, the best, or None."""
        return self.record.rating

    @property
    def tags(self) -> tuple[str, ...]:
        """The words a person gave it."""
        return tuple(self.record.tags or ())

    @property
    def note(self) -> str:
        """What a person wrote about it, or ""."""
        return self.record.note

    @property
    def done(self) -> bool:
        """Whether it has ended, well or badly."""
        return self._over

    @property
    def progress(self) -> float | None:
        """How far the service says it is, 0 to 1, or None when it does not say."""
        if self.status == COMPLETED:
            return 1.0
        return progress_of(self.logs)

    @property
    def clip(self) -> Clip | None:
        """The clip, once it is on disk."""
        record = self.record
        path = files.clip_path(self._folder, record.path)
        if path is None or record.url is None:
            return None
        return Clip(
            url=record.url,
            path=path,
            seed=record.seed if record.seed is not None else record.asked.seed,
            request_id=record.request_id or "",
            prompt=record.asked.prompt,
            width=record.width or 0,
            height=record.height or 0,
            duration=record.clip_duration or 0.0,
            fps=record.fps or 0.0,
            has_audio=bool(record.has_audio),
            _asked=self._asked,
        )

    # Waiting for it.

    def __await__(self) -> Generator[Any, None, Clip]:
        return self._wait().__await__()

    async def _wait(self) -> Clip:
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the waiting loop has closed; nobody waits any more
                loop.call_soon_threadsafe(woken.set)

        due = 0.0
        self._check_process()
        with self._waiters.told(wake):
            while not self._over:
                self._check_held()
                if (keeper := self._onlooker) and time.monotonic() >= due:
                    await asyncio.to_thread(keeper.look, self)
                    due = time.monotonic() + _LOOK_SECONDS
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), _HEARTBEAT)
        return self._outcome()

    def result(self, timeout: float | None = None) -> Clip:
        """Wait for the clip, blocking this thread.

        Args:
            timeout: seconds to wait at most; None waits for as long as it takes. The job goes on in either case.

        Raises:
            SeedanceError: it failed, or nobody looks after it any more, or a bill holds its run (OverBudget).
            TimeoutError: it is not done yet.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        woken, due = threading.Event(), 0.0
        self._check_process()
        if not self._over:
            job_thread().refuse_waiting()
        with self._waiters.told(woken.set):
            while not self._over:
                self._check_held()
                if (keeper := self._onlooker) and time.monotonic() >= due:
                    keeper.look(self)
                    due = time.monotonic() + _LOOK_SECONDS
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError(f"{self!r} is not done after {timeout:g} s; it goes on.")
                # In short waits, so that Windows notices an interrupt too.
                woken.wait(_HEARTBEAT if deadline is None else min(_HEARTBEAT, deadline - time.monotonic()))
        return self._outcome()

    def _check_process(self) -> None:
        if self._keeper is not None and not self._over:
            self._keeper.check_process()

    @property
    def _onlooker(self) -> Keeper | None:
        """The keeper, where it only looks on: another kernel runs the job, or none does."""
        return None if self._keeper is None or self._keeper.runs(self) else self._keeper

    def _check_held(self) -> None:
        if self.held is not None:
            raise self.held.with_traceback(None)

    def _outcome(self) -> Clip:
        clip = self.clip
        if clip is not None:
            return clip
        if self._error is not None:
            raise self._error.with_traceback(None)
        raise SeedanceError(
            "The project was closed while this job was under way.",
            next_step="The job goes on at the service: open the project again to get its clip.",
        )

    def cancel(self) -> None:
        """Ask to cancel; returns at once. A job that is already being made may still finish, and be billed.

        Raises:
            SeedanceError: somebody else asked for it, in a folder that came from elsewhere, and it waits for a word.
        """
        if self._keeper is not None and not self.done:
            self._keeper.check_process()
            self._keeper.cancel(self)
            self.cancel_asked = True

    def settle(self, cost: float) -> None:
        """Say what it cost, where the service does not: its reservation ends. Returns when that is on the disk.

        It may be said again, and a bill of the service replaces it.

        Args:
            cost: US dollars, 0 to 10,000; 0 where it was not billed.

        Raises:
            InvalidRequest: `cost` is no such number; or the job has not ended, was made for nothing, or its cost is
                known by a bill.
        """
        if self._keeper is not None:
            self._keeper.settle(self, cost)

    # For the runner, on its thread.

    def apply(self, **changes: Any) -> None:
        """Show changes the history has recorded."""
        self.record = record = replace(self.record, **changes)
        if "request" in changes:
            self._asked = StoredAsk(record, self._folder, self.asked_here)
        if "error" in changes:
            self._error = from_record(record.error) if record.error else None
        if self._is_over(record):
            self._finish()

    def hold(self, error: SeedanceError) -> None:
        """It is not sent for that reason. Whoever waits for it is told."""
        self.held, self.trouble = error, error.message
        self._waiters.wake()

    def release(self) -> bool:
        """It may go on; False when it was not held, such as when another said so first. From any thread."""
        with waking():
            was, self.held = self.held, None
        if was is not None:
            self.trouble = ""
        return was is not None

    def abandon(self, error: SeedanceError | None = None) -> None:
        """Nobody here looks after it any more: let go of everyone who waits. Without an error the project closes."""
        if not self._over:
            self._error = error
        if not self.recorded.done():
            self.recorded.set_exception(
                SeedanceError("The project was closed before this was recorded. It was not sent.")
            )
        self._finish()

    def _finish(self) -> None:
        self._over = True
        self._waiters.wake()

    # There is one handle of a job under way, which is told how it goes on.

    def __copy__(self) -> Generation:
        return self

    def __deepcopy__(self, _memo: object) -> Generation:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"A generation cannot be pickled. There: Project({str(self._folder)!r}).by_id({self.id}).")

    def __repr__(self) -> str:
        name = f"Generation {self.id or 'new'}"
        return f"<{name} {self.status} {self.record.asked.prompt[:40]!r}>"
