"""One job: what its row of the history says, and what is known of it besides while it goes on."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol
from weakref import ref

from ..contract.errors import SeedanceError, from_record
from ..contract.requests import VideoRequest
from ..doors import names
from ..store.record import Record
from ..store.statuses import CANCELLED, COMPLETED, FAILED
from .clip import Clip
from .progress import progress_of
from .stored import StoredAsk
from .waiters import Waiters, waking_lock


class Keeper(Protocol):
    """Whoever runs jobs, and knows of those that others run."""

    def check_process(self) -> None:
        """Raise SeedanceError in a process that was forked off, where nothing of this goes on."""

    def cancel(self, job: Job, /) -> None:
        """Ask to cancel it; returns at once."""

    def runs(self, job: Job, /) -> bool:
        """Whether it is this one that runs it."""

    def look(self, job: Job, /) -> None:
        """Read anew how a job is that another runs. Raises SeedanceError when nobody does."""

    def settle(self, job: Job, cost: object, /) -> None:
        """Record what a job that has ended cost, by somebody's word."""


class Job:
    """A job as the rooms work with it; people are given its `Generation`. Read it from any thread.

    Args:
        record: its row in the history.
        folder: its project's folder.
        request: what was asked for; by default it is read from the row when it is first wanted.
        keeper: whoever runs it, or knows who does; None for one that is only to be shown.
        asked_here: whether this person asked for it.
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
        self.folder = folder
        self.keeper = keeper
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
        # Of what is in the history already it is made when asked for: it took 17 of the 26 µs of making a job.
        self._recorded: Future[int] | None = None if record.id else Future()
        self.error: SeedanceError | None = from_record(record.error) if record.error else None
        """What went wrong, or None: why there is no clip, or how the clip is not what was asked for."""
        self.done = self._is_over(record)
        """Whether it has ended, well or badly."""
        self.waiters = Waiters()
        self.handle: ref[Any] | None = None
        """What people have of it, for as long as anybody does; `generation_of` gives it."""
        self._asked = StoredAsk(record, folder, asked_here, request)

    @staticmethod
    def _is_over(record: Record) -> bool:
        # Completed it may still be downloading, and unconfirmed be looked for.
        return record.path is not None or record.error is not None or record.status in (FAILED, CANCELLED)

    @property
    def id(self) -> int:
        """Its number in the project's history; 0 until it is written there."""
        return self.record.id

    @property
    def recorded(self) -> Future[int]:
        """Its number, once what was asked for is in the history; or why it is not."""
        if self._recorded is None:
            self._recorded = Future()
            self._recorded.set_result(self.record.id)
        return self._recorded

    @property
    def status(self) -> str:
        """fal's word, or one of ours; see `Generation.status`."""
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
    def progress(self) -> float | None:
        """How far the service says it is, 0 to 1, or None when it does not say."""
        return 1.0 if self.status == COMPLETED else progress_of(self.logs)

    @property
    def clip(self) -> Clip | None:
        """The clip, once it is on disk."""
        record = self.record
        path = names.clip_path(self.folder, record.path)
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

    def cancel(self) -> None:
        """Ask to cancel; returns at once. Raises SeedanceError as `Generation.cancel` says."""
        if self.keeper is not None and not self.done:
            self.keeper.check_process()
            self.keeper.cancel(self)
            self.cancel_asked = True

    def settle(self, cost: float) -> None:
        """Say what it cost, where the service does not. Raises InvalidRequest as `Generation.settle` says."""
        if self.keeper is not None:
            self.keeper.settle(self, cost)

    # On the job thread.

    def apply(self, **changes: Any) -> None:
        """Show changes the history has recorded."""
        self.record = record = replace(self.record, **changes)
        if "request" in changes:
            self._asked = StoredAsk(record, self.folder, self.asked_here)
        if "error" in changes:
            self.error = from_record(record.error) if record.error else None
        if self._is_over(record):
            self._finish()

    def hold(self, error: SeedanceError) -> None:
        """It is not sent for that reason. Whoever waits for it is told."""
        self.held, self.trouble = error, error.message
        self.waiters.wake()

    def release(self) -> bool:
        """It may go on; False when it was not held, such as when another said so first. From any thread."""
        with waking_lock():
            was, self.held = self.held, None
        if was is not None:
            self.trouble = ""
        return was is not None

    def abandon(self, error: SeedanceError | None = None) -> None:
        """Nobody here looks after it any more: let go of everyone who waits. Without an error the project closes."""
        if not self.done:
            self.error = error
        if not self.recorded.done():
            self.recorded.set_exception(
                SeedanceError("The project was closed before this was recorded. It was not sent.")
            )
        self._finish()

    def _finish(self) -> None:
        self.done = True
        self.waiters.wake()

    def __repr__(self) -> str:
        return f"<Generation {self.id or 'new'} {self.status} {self.record.asked.prompt[:40]!r}>"
