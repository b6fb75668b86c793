"""One job, as the person who asked for it sees it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, Protocol

from ..contract import catalog
from ..contract.errors import InvalidRequest, SeedanceError, from_record
from ..contract.frames import MAX_BYTES, Frame
from ..contract.requests import StoredRequest, VideoRequest, said
from ..doors import files
from ..doors.text import plain
from ..store.record import CANCELLED, COMPLETED, FAILED, PENDING, Record
from .clip import Clip
from .thread import job_thread

_HEARTBEAT = 0.25
"""A notebook's interrupt stops an `await` only when its loop wakes, so a long one wakes this often (seconds)."""

_LOOK_SECONDS = 1.0
"""How often one who waits for a job that another kernel looks after reads how it is."""

_waking = threading.Lock()
"""Guards every job's list of who waits for it: one lock for all, which thousands of jobs would feel each to have."""


def _renew_lock() -> None:
    """In a process that was forked off: a thread that has not come along may have held it."""
    global _waking
    _waking = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)

_NOT_KNOWN = "which is not in this version's catalogue"
_ALONE, _ENDS = r"(?<![\w/:.%-])", r"(?![\w/:-]|\.\d)"
_STEP_OF = re.compile(rf"{_ALONE}([0-9]{{1,9}})\s*(?:of|/)\s*([0-9]{{1,9}}){_ENDS}(?!\s+[0-9]{{1,2}}:[0-9])")
"""No part of a date, a time or a path."""
_PERCENT = re.compile(rf"{_ALONE}([0-9]{{1,3}}(?:\.[0-9]{{1,9}})?)\s*%(?!\w)")


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
        self._asked = _Asked(record, folder, asked_here, request)
        self._keeper = keeper
        self._error: SeedanceError | None = from_record(record.error) if record.error else None
        self._over = self._is_over(record)
        self._wakers: list[Callable[[], None]] = []

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
        return next((told for line in reversed(self.logs) if (told := _progress_in(line)) is not None), None)

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
            seed=record.seed if record.seed is not None else seed_of(record.request) or 0,
            request_id=record.request_id or "",
            prompt=str(record.request.get("prompt") or ""),
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
        with self._calling(wake):
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
        with self._calling(woken.set):
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

    @contextlib.contextmanager
    def _calling(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have `wake` called, on the job thread, when it is over."""
        with _waking:
            self._wakers.append(wake)
        try:
            yield
        finally:
            with _waking:
                self._wakers.remove(wake)

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
            self._asked = _Asked(record, self._folder, self.asked_here)
        if "error" in changes:
            self._error = from_record(record.error) if record.error else None
        if self._is_over(record):
            self._finish()

    def hold(self, error: SeedanceError) -> None:
        """It is not sent for that reason. Whoever waits for it is told."""
        self.held, self.trouble = error, error.message
        self._wake()

    def release(self) -> bool:
        """It may go on; False when it was not held, such as when another said so first. From any thread."""
        with _waking:
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
        self._wake()

    def _wake(self) -> None:
        with _waking:
            wakers = list(self._wakers)
        for wake in wakers:
            wake()

    # There is one handle of a job under way, which is told how it goes on.

    def __copy__(self) -> Generation:
        return self

    def __deepcopy__(self, _memo: object) -> Generation:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"A generation cannot be pickled. There: Project({str(self._folder)!r}).by_id({self.id}).")

    def __repr__(self) -> str:
        name = f"Generation {self.id or 'new'}"
        return f"<{name} {self.status} {str(getattr(self.request, 'prompt', ''))[:40]!r}>"


def _progress_in(line: str) -> float | None:
    """How far a line of a log says it is, 0 to 1; None where it speaks of something else."""
    for match in _STEP_OF.finditer(line):
        done, total = map(int, match.groups())
        if 0 < total >= done:
            return done / total
    parts = (float(match[1]) / 100 for match in _PERCENT.finditer(line))
    return next((part for part in parts if part <= 1), None)


def left_alone(job: Generation) -> SeedanceError:
    return SeedanceError(
        "Nobody looks after this job: the kernel that asked for it stopped.",
        next_step="project.resume() sends it."
        if job.status == PENDING
        else "Close the project and open it again: that goes on with it. What somebody else asked for waits for "
        "project.resume().",
        charged="no" if job.status == PENDING else "maybe",
    )


def being_sent(job: Generation) -> SeedanceError:
    return SeedanceError(
        "Another notebook is sending this job just now, or looks for its lost answer, so it could not be cancelled.",
        next_step=f"Cancel it again in a moment: project.by_id({job.id}).cancel().",
    )


def taken_over(job: Generation) -> SeedanceError:
    return SeedanceError(
        "Another notebook that has this project open looks after this job.",
        next_step=f"project.by_id({job.id}) tells how it is.",
    )


def request_of(record: Record, folder: Path, *, given: bool) -> VideoRequest:
    """The request a record keeps, its frames read back from the project's folder.

    One that can be no request of its endpoint, or of any, is a `StoredRequest`: it can be shown, and not be sent.

    Args:
        given: whether this person gave the addresses in it.
    """
    if not record.request:  # an imported one, of which nothing is known
        return _unknown(record)
    cls = _class_of(record)
    fields = said(record.request) if cls else dict(record.request)
    for name in cls.frame_fields if cls else ():
        value = fields.get(name)
        if isinstance(value, str):
            with contextlib.suppress(ValueError):  # what is no picture makes no request, below
                fields[name] = replace(Frame.of(value), given=given) if "://" in value else _frame_in(folder, value)
    return _made(record, cls, fields)


def stand_in_of(record: Record) -> VideoRequest:
    """The same with nothing read from the disk: its pictures have no size, so that "auto" may be any.

    Raises:
        InvalidRequest: it can be no request.
    """
    cls = _class_of(record)
    if cls is None:
        raise _stored(record, {}, _NOT_KNOWN).refused("endpoint")
    frames = {name: Frame(name="none") for name in cls.frame_fields if record.request.get(name) is not None}
    return cls(**said(record.request) | frames)


def _class_of(record: Record) -> type[VideoRequest] | None:
    found = catalog.known(record.endpoint)
    return None if found is None else found.request


def _made(record: Record, cls: type[VideoRequest] | None, fields: dict[str, Any]) -> VideoRequest:
    if cls is None:
        return _stored(record, fields, _NOT_KNOWN)
    try:
        return cls(**fields)
    except InvalidRequest as error:
        return _stored(record, fields, f"which this version asks in another way ({plain(error.message, 300)})")


def _stored(record: Record, fields: dict[str, Any], why: str) -> StoredRequest:
    return StoredRequest.of(plain(record.endpoint, 200), fields, why)


def _unknown(record: Record) -> VideoRequest:
    cls = _class_of(record)
    if cls is None:
        return _stored(record, {}, _NOT_KNOWN)
    required = {name: None for name, info in cls.model_fields.items() if info.is_required()}
    return cls.model_construct(None, **required | {"prompt": ""})


@dataclass
class _Asked:
    """The request a record keeps, read when it is first asked for: to decode its pictures takes 45 ms each."""

    record: Record
    folder: Path
    given: bool
    found: VideoRequest | None = None

    def __call__(self) -> VideoRequest:
        if self.found is None:
            self.found = request_of(self.record, self.folder, given=self.given)
        return self.found


def seed_of(fields: dict[str, Any]) -> int | None:
    """The seed that a stored request asks for, if that is one: it may be anything."""
    seed = fields.get("seed")
    return seed if type(seed) is int and 0 <= seed < 2**63 else None


def _frame_in(folder: Path, reference: str) -> Frame:
    path = files.frame_path(folder, reference)
    if path is not None and files.is_file(path):
        with contextlib.suppress(ValueError, OSError):
            return Frame.from_bytes(files.read_file(path, MAX_BYTES), name=path.name)
    # The picture was deleted from the project. What was asked can still be shown, though not sent again.
    return Frame(name=reference.rpartition("/")[2][:80], sha256=reference.rpartition("/")[2].partition(".")[0][:64])
