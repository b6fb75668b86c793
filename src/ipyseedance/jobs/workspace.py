"""A project's folder while it is open, and everything that works in it.

The rooms above are given a workspace: what it holds is theirs to use. People are given the thin `Project`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from ..contract.errors import InvalidRequest, Problem, SeedanceError
from ..contract.frames import Frame
from ..store.record import Record
from .billing import Billing
from .connection import Choice, Connection
from .download import Downloader
from .folder import open_folder
from .job import Job
from .lifecycle import Lifecycle
from .measuring import Measurer
from .observers import Observer, Observers
from .prices import Prices
from .recorder import Recorder
from .registry import Jobs
from .slots import Slots
from .submit import Submitter
from .thread import job_thread
from .tuning import Tuning
from .watch import Watcher

log = logging.getLogger("ipyseedance")


class Workspace:
    """An open folder: its history, its service, its jobs, and whoever is told of changes.

    Args:
        folder: the project's, as `folder.resolve_folder` names it; made when missing.
        choice: the service its requests go to.
        tuning: how long it waits, and how much it does at a time.

    Raises:
        InvalidRequest: the folder cannot be a project; the text says why.
    """

    def __init__(self, folder: Path, choice: Choice, tuning: Tuning) -> None:
        self.folder = folder
        self.tuning = tuning
        self.choice = choice
        self.closed = False
        """Whether it is closed, or being closed: it asks for nothing more then."""
        self.shut: Future[None] | None = None
        """Completes when it is closed; None before that was begun."""
        self.importing = threading.Lock()
        """Held while a request is imported."""
        self.face: object = None
        """The `Project` that people have of it."""
        self.thread = job_thread()
        self.lease, self.store = open_folder(folder)
        try:
            self.observers = Observers(self)
            self.connection = Connection(choice, self.notify, tuning)
            self.recorder = Recorder(self.store, folder, self.notify)
            self.submitter = Submitter(self.connection, self.recorder, tuning)
            self.watcher = Watcher(self.connection, self.recorder, tuning)
            self.downloader = Downloader(self.connection, self.recorder, self.watcher.results_first, tuning)
            slots = Slots(tuning.slots)
            self.lifecycle = Lifecycle(self.recorder, self.submitter, self.watcher, self.downloader, slots)
            self.jobs = Jobs(self.lifecycle, self.lease.id, self.is_alive)
            self.billing = Billing(self.connection, self.recorder, self.jobs, tuning)
            self.measurer = Measurer(self.recorder, self.jobs, self.other_openers, tuning)
            self.observe(self.jobs.note)
            self.observe(self.billing.note)
            self.jobs.on_saved(self.measurer.add)
        except BaseException:
            self._let_go()
            raise

    def begin(self) -> None:
        """Connect, and see to what earlier openers left to be measured or billed, in the background."""
        self.jobs.do(self._connect())
        self.jobs.do(self.measurer.look_back())
        self.billing.look_back()

    async def _connect(self) -> None:
        with contextlib.suppress(SeedanceError):  # the connection shows it, and the next job tries again
            await self.connection.open()

    @property
    def prices(self) -> Prices:
        """What generations cost: live prices where they are known, else the built-in table."""
        return self.connection.prices

    # Who is told.

    def observe(self, callback: Observer) -> Callable[[], None]:
        """Have `callback` called, on the job thread, whenever a generation changes, or (None) something else does.

        Returns a function that ends it. What the callback raises is logged, and changes nothing.
        """
        return self.observers.observe(callback)

    def notify(self, job: Job | None = None) -> None:
        """Tell whoever observes that a job has changed, or something else. From any thread."""
        self.observers.notify(job)

    # Money.

    def set_budget(self, cap: float | None) -> None:
        """Set the US dollars the project may spend in all, or None for no cap; returns when that is on the disk."""
        purse = self.store.purse()
        # One that came with the folder is made this person's own, though it be the same.
        if purse.cap != cap or not purse.granted:
            self.store.set_budget(cap).result()
            self.notify()

    # Generations.

    def by_id(self, id: int) -> Job:
        """The generation with that number in the history. Raises KeyError when there is none."""
        job = self.jobs.get(id)
        return job if job is not None else self.jobs.of(self.store.get(id))

    def generation(self, request_id: str) -> Job:
        """The generation with that request id. Raises KeyError when there is none."""
        return self.by_id(self.store.find(request_id).id)

    # Who else has the folder open.

    def is_alive(self, owner: str | None) -> bool:
        """Whether somebody looks after what that opener asked for."""
        return owner is not None and not (self.closed and owner == self.lease.id) and self.lease.alive(owner)

    def is_own(self, owner: str | None) -> bool:
        """Whether that opener is this one."""
        return owner == self.lease.id

    def other_openers(self) -> list[str]:
        """The ids of the others that have the folder open."""
        return [owner for owner in self.lease.living() if owner != self.lease.id]

    def find_abandoned(self, records: list[Record]) -> list[Record]:
        """Those of the rows that are at this service, and that nobody who lives looks after."""
        return [
            record
            for record in records
            if record.server == str(self.choice)
            and not self.jobs.is_running(record.id)
            and (record.is_absent or not self.lease.alive(record.owner))
        ]

    # Pictures.

    async def fetch_frame(self, url: str, *, given: bool = False) -> Frame:
        """Fetch and check a picture's address, on the job thread.

        Args:
            url: https on a public host, or at the service itself.
            given: whether the person gave it: then it may be any http(s) address, this machine's network's too.

        Raises:
            FrameError: it is refused, does not answer, is no picture, or is outside the limits.
        """
        storage = (await self.connection.open()).storage
        return await storage.fetch_frame(url, given=given)

    # Closing.

    def check_open(self) -> None:
        """Raise SeedanceError when it is closed, or was opened by the process that this one was forked from."""
        self.thread.check_process(self.folder)
        if self.closed:
            raise SeedanceError("The project is closed.", next_step=f"Open it again: Project({str(self.folder)!r}).")

    def begin_shutdown(self, sending: float) -> Future[None]:
        """Let go of everything, in the background. `opened.begin_closing` calls it, once.

        Args:
            sending: seconds to go on sending before, what the service takes at once. What then stays is logged.
        """
        return self.thread.start(self._shut_down(sending))

    async def _shut_down(self, sending: float) -> None:
        try:
            if sending and not self.choice.free:  # the offline engine ends too, and makes nothing more
                await self.jobs.let_send(sending)
            left = await self.jobs.stop()
            if left and sending:
                log.warning(
                    "%d of the requests in %r were not sent. Open the project again: project.resume() sends them.",
                    left,
                    str(self.folder),
                )
            await self.connection.close()
        finally:
            await asyncio.to_thread(self._let_go)
            self.notify()

    def _let_go(self) -> None:
        self.store.close()
        self.lease.release()

    def __repr__(self) -> str:
        return f"<Project {self.folder.name} on {self.choice.label}{' (closed)' if self.closed else ''}>"


def workspace_of(project: object) -> Workspace:
    """The workspace of a `Project`. Raises InvalidRequest for anything else."""
    found = getattr(project, "_workspace", None)
    if isinstance(found, Workspace):
        return found
    shown = repr(project)[:60]
    raise InvalidRequest([Problem("project", shown, f"a {type(project).__name__} is not a Project")])
