"""A project: a folder that keeps what was asked, what it cost and every clip."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, Self

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem, SeedanceError
from ..contract.frames import Frame
from ..contract.requests import VideoRequest
from ..doors import files
from ..doors.addresses import is_public
from ..doors.text import plain
from ..store import clips
from ..store.history import Claim
from ..store.purse import Purse
from ..store.record import CANCELLED, COMPLETED, FAILED, IN_QUEUE, PENDING, SUBMITTING, UNCONFIRMED, Record, now
from . import export, sweep_run
from .billing import Billing
from .budget import allow, dollars_of
from .connection import Choice, Connection, choose
from .folder import open_folder, resolved
from .generation import Generation
from .imports import imported
from .jobs import Jobs
from .journal import Journal
from .judging import Judging
from .looking import poster_of
from .measuring import Measurer
from .patience import seconds_of
from .prices import Prices
from .runner import Runner
from .saver import Saver
from .sender import Sender
from .sweep import Sweep
from .sweep_run import SweepRun
from .thread import job_thread
from .waiting import Waiting, claim_of, cost_of, is_absent, is_unsent, priced
from .watcher import Watcher

log = logging.getLogger("ipyseedance")

_MOST_BILLS = 1000
"""Bills that are accepted at a time."""

_open_projects: dict[Path, Project] = {}
_turns: dict[Path, threading.Lock] = {}
"""One for each folder: it is opened once at a time, and holds up no other."""
_of_parent: list[Project] = []
"""In a process that was forked off, what the one before had open: kept, since to close it here would do it harm."""
_being_closed: dict[Future[None], Path] = {}
"""Each with its folder."""
_PATIENCE = 10.0
"""Seconds that a call waits for a request that is on its way elsewhere in this process, or in another."""
_LOOK_SECONDS = 0.05


class Project(Judging):
    """A folder with `history.db`, `clips/` and `frames/`, and the service its requests go to.

    Opening a project asks for no clip and spends nothing. It picks up what was under way when its kernel stopped.
    Opening the same folder twice in one kernel gives the same project.

    Args:
        folder: where it is kept; made when missing. By default "seedance" beside the notebook.
        server: "auto" (fal if a key is found, else the offline engine), "fal", "offline", or the address of a server
            that speaks fal's protocol.
        key: the service's key. By default fal, and no other server, gets FAL_KEY, or FAL_KEY_ID and FAL_KEY_SECRET,
            from the environment or Colab's secrets. Another server is sent one over https or on this machine only.
        budget: US dollars the project may spend in all, what it has spent already included; running the cell again
            changes nothing. It goes by the estimates: where the service bills more than was estimated, spending passes
            it by that much and then stops. Left out, the project's budget stays as it is. Without one, an act above $1
            asks for `confirm=True`.

    Raises:
        InvalidRequest: an argument is not allowed; the text says what is.
        KeyRefused: `server="fal"` and no key was found, or the key cannot be one.
    """

    _ready = False

    def __new__(
        cls,
        folder: str | Path = "seedance",
        *,
        server: str = "auto",
        key: str | None = None,
        budget: float | None = None,
    ) -> Self:
        given = [server, key]
        del server, key  # a traceback that shows variables must not find a secret here
        choice = choose(given.pop(0), given.pop())
        if budget is not None:
            dollars_of(budget)  # raises before anything is closed or opened
        place = resolved(folder)
        with _turn(place):
            found = _open_projects.get(place)
            if isinstance(found, cls) and found._choice == choice:
                return found
            if found is not None:
                found._thread.refuse_waiting()
                found.begin_closing()
            # An earlier one too, whose close was interrupted.
            before = [shut for shut, folder in list(_being_closed.items()) if folder == place]
            if before:
                job_thread().refuse_waiting()
                wait(before, _PATIENCE)  # it goes on by itself
            opened = super().__new__(cls)
            opened._open(place, choice, before)
            _open_projects[place] = opened
            return opened

    def __init__(
        self,
        folder: str | Path = "seedance",
        *,
        server: str = "auto",
        key: str | None = None,
        budget: float | None = None,
    ) -> None:
        del folder, server, key  # `__new__` has taken them
        if budget is not None:
            self._cap(dollars_of(budget))

    def _open(self, folder: Path, choice: Choice, before: list[Future[None]]) -> None:
        self.folder = folder
        self.closed = False
        self._choice = choice
        self._closing, self._importing = threading.Lock(), threading.Lock()
        self._listeners: list[Callable[[Generation | None], None]] = []
        self._thread = job_thread()
        self._owner, self.history = open_folder(folder)
        try:
            self._build(folder, choice)
            self._ready = True
            self._pick_up()
        except BaseException:
            if self._ready:
                wait([self.begin_closing()], _PATIENCE)
            else:
                self._let_go()
            raise
        self._jobs.do(self._warm_up())
        self._jobs.do(self._measurer.look_back())
        self._billing.look_back()
        if not all(shut.done() for shut in before):
            self._jobs.do(self._pick_up_after(before))

    def _build(self, folder: Path, choice: Choice) -> None:
        self._connection = Connection(choice, lambda: self._changed(None))
        journal = Journal(self.history, folder, self._changed)
        self._sender, self._watcher = Sender(self._connection, journal), Watcher(self._connection, journal)
        saver = Saver(self._connection, journal, self._watcher.results_first)
        self._runner = Runner(journal, self._sender, self._watcher, saver)
        self._jobs = Jobs(self._runner, self._owner.id, self.is_alive, lambda number: self._measurer.add(number))
        self._billing = Billing(self._connection, journal, self._jobs)
        self._measurer = Measurer(journal, self._jobs.do, self._others, self._jobs.get)

    async def _warm_up(self) -> None:
        with contextlib.suppress(SeedanceError):  # the connection shows it, and the next job tries again
            await self._connection.open()

    def _pick_up(self) -> None:
        """Go on with this person's jobs whose kernel is gone. What was never sent, and what somebody else asked for,
        waits for `resume`."""
        for record in self._abandoned(self.history.unsettled(besides=self._owner.living())):
            if not is_unsent(record) and self.history.trusts(record):
                self._jobs.take_over(self._claim(record), by_person=False)

    async def _pick_up_after(self, before: list[Future[None]]) -> None:
        """Once those that had the folder open have let go of their jobs."""
        # Not awaited themselves: should this project close meanwhile, their closing must not be cancelled with it.
        await asyncio.wait([asyncio.wrap_future(shut) for shut in before])
        await asyncio.to_thread(self._pick_up)

    def _claim(self, record: Record, priced: Record | None = None) -> Claim:
        keeps_price = self.history.trusts(record) and not is_unsent(record)
        return claim_of(record, self._owner.id, None if keeps_price else priced or self._priced(record))

    def price_of(self, record: Record) -> float:
        """US dollars it would cost to send what a row asks for, now."""
        return cost_of(self._priced(record))

    def _priced(self, record: Record) -> Record:
        return priced(record, self.prices.estimate, free=self._choice.free)

    # Asking for clips.

    def submit(self, request: VideoRequest, *, confirm: bool = False, at_most: float | None = None) -> Generation:
        """Ask for a clip. Returns when that is on the disk, in milliseconds; this is the act that spends money.

        It is sent in the background. A program may end at once: for a second or two it then goes on sending what it
        asked for, and waits some more for the service's answers. What was not sent by then, or when the program was
        killed, stays PENDING in the history, and `resume` sends it when the project is open again.

        Called by what observes the project, it does not wait for the disk; `generation.recorded` says how it went.

        Args:
            request: what to generate. A missing seed is chosen now, so that the clip can be asked for again.
            confirm: allow an act above $1 in a project without a budget.
            at_most: US dollars that it may cost; by default only the budget limits it.

        Raises:
            OverBudget: it would cost more than the budget has left or `at_most`, or needs `confirm=True`.
            ProjectUnusable: the history, or a picture, cannot be written.
            InvalidRequest: it is no request, or one that cannot be sent. In each case nothing was sent.
        """
        self._check_open()
        if not isinstance(request, VideoRequest):
            raise InvalidRequest(
                [
                    Problem(
                        "request",
                        repr(request)[:60],
                        f"a {type(request).__name__} is not a request; give TextToVideo or ImageToVideo",
                    )
                ]
            )
        # Checked anew: a copy that pydantic made, or one of which nothing is known, may be anything.
        request = request.with_().resolved()
        self.check_frames(request)
        record = self.intent(request)
        job = self._jobs.new(record, request)

        def ask() -> None:
            try:
                for frame in request.frames.values():
                    clips.keep_frame(self.folder, frame)
                written = self.history.add(
                    record, lambda purse: allow(purse, record.estimate, confirm=confirm, at_most=at_most)
                )
            except Exception as error:  # noqa: BLE001 - it is raised below
                written = Future()
                written.set_exception(error)
            # Not by the caller, whom an interrupt may reach between the two: what is on the disk is on its way.
            written.add_done_callback(lambda written: self._jobs.asked(job, written))

        if self._thread.is_current:
            self._thread.loop.run_in_executor(None, ask)
        else:
            ask()
            job.recorded.result()
        return job

    def check_frames(self, request: VideoRequest) -> None:
        """Raise InvalidRequest for a picture at an address of this machine's network that somebody else's row named."""
        for name, frame in request.frames.items():
            if frame.url and not frame.given and not (is_public(frame.url) or self._choice.serves(frame.url)):
                shown = plain(frame.url, 200)
                problem = f"{shown} is on a private network, and stands in a row of somebody else; give it yourself"
                raise InvalidRequest([Problem(name, shown, problem)])

    def intent(self, request: VideoRequest, **more: Any) -> Record:
        """What the history is to say before that request, of a concrete seed, is sent."""
        return Record(
            created_at=now(),
            server=str(self._choice),
            free=self._choice.free,
            owner=self._owner.id,
            endpoint=catalog.endpoint_for(request).id,
            request=request.record(),
            estimate=self.prices.estimate(request),
            status=PENDING,
            **more,
        )

    def run(
        self,
        sweep: Sweep,
        *,
        name: str | None = None,
        again: bool = False,
        confirm: bool = False,
        skip_invalid: bool = False,
        at_most: float | None = None,
    ) -> SweepRun:
        """Ask for the clips of a sweep. Returns when all of it is on the disk; this is the act that spends money.

        A cell whose clip the project has from the same service, or has under way, joins the run and costs nothing. So
        does one whose answer was lost, for it may be billed, and one whose clip was deleted from the folder: that is
        fetched from its address again, and only when it is gone there too the next run asks for it anew. A cell that
        was asked for and never sent, since its kernel stopped, is sent now.

        Args:
            sweep: what to generate.
            name: of the run; by default "sweep-1" and so on. Giving that of an earlier run changes it: with a value
                added, only the new cells are sent, and those that failed. It then has the cells of the new sweep.
            again: generate every cell anew, whatever there is.
            confirm: allow an act above $1, all cells together, in a project without a budget.
            skip_invalid: run the other cells when some are invalid.
            at_most: US dollars that all together may cost; by default only the budget limits them.

        Raises:
            InvalidRequest: cells are invalid, or there is none to run.
            OverBudget: all together would cost more than the budget has left or `at_most`, or needs `confirm=True`.
            In each case nothing was sent, and nothing recorded.
        """
        self._check_open()
        options: dict[str, Any] = {"again": again, "confirm": confirm, "skip_invalid": skip_invalid, "at_most": at_most}
        return sweep_run.begin(self, sweep, name=name, **options)

    def take_up(self, intents: list[tuple[Record, VideoRequest]], unsent: list[Record]) -> None:
        """Send what the history has as asked for by this opener, and what another never sent."""
        self._jobs.start([self._jobs.new(record, request) for record, request in intents])
        for record in unsent:
            self._jobs.take_over(self._claim(record), by_person=True)

    def absent(self, ids: Iterable[int]) -> list[Record]:
        """Those whose clip was made for this person, is not in the folder, and may still be at its address."""
        # A clip of the offline engine has no address once that has stopped, and is made again for nothing.
        found = self.history.some(ids) if self._choice.kind != "offline" else []
        return [r for r in found if self._is_absent(r) and self.history.trusts(r)]

    def _is_absent(self, record: Record) -> bool:
        path = files.clip_path(self.folder, record.path)
        gone = record.error is not None if path is None else not files.is_file(path)
        return gone and record.status == COMPLETED and record.url is not None

    def fetch_again(self, records: Iterable[Record]) -> None:
        """Fetch clips from their addresses that are not in the folder; nothing is asked for anew."""
        for record in records:
            changes = {"owner": self._owner.id, "status": COMPLETED, "path": None, "error": None}
            self._jobs.take_over(Claim(record, changes), by_person=True)

    def resume(self, *, confirm: bool = False, waiting: Waiting | None = None) -> list[Generation]:
        """Go on with what waits: send what was provably never sent, and look after what somebody else asked for.

        A request was never sent when its kernel stopped before, or when its answer was lost and the service does not
        know it long after. It costs what it costs now, whatever its row says. Jobs that somebody else asked for, in a
        folder that came from elsewhere, go on by themselves from now on. A job that another opener resumes at the same
        time stays with it. A run that a bill far above its estimate holds goes on too: the bill is accepted by that.
        Returns those that go on.

        Args:
            confirm: allow to send for more than $1 in a project without a budget.
            waiting: what `project.waiting()` gave: that and no more goes on, at the prices it has, unless it was
                changed since. By default what waits now.

        Raises:
            OverBudget: it would cost more than the budget has left, or needs `confirm=True`. Nothing was sent.
        """
        self._check_open()
        waiting = waiting or self.waiting()
        prices = {record.id: record for record in waiting.unsent}
        meant = {record.id for record in waiting.held}
        held = [job for job in self._jobs.held if job.id in meant]
        kept = math.fsum(cost_of(job.record) for job in held)

        def check(purse: Purse, cost: float) -> None:
            if not self._choice.free:
                # A budget is for one's own acts: what somebody else asked for is confirmed all the same.
                purse = replace(purse, granted=purse.granted and not waiting.others).without(kept)
                allow(purse, round(cost + kept, 9), confirm=confirm, act="project.resume(confirm=True)")

        claims = {record.id: self._claim(record, prices.get(record.id)) for record in waiting.records}
        bills = [bill.id for bill in waiting.bills]
        if not (claims or held or bills):
            return []
        taken = self.history.claim(list(claims.values()), by_person=True, check=check, bills=bills).result()
        jobs = [self._jobs.taken(claims[id]) for id in taken]
        self._jobs.start(jobs)
        held = self._jobs.let_go_on(held)
        self._changed(None)
        return jobs + held

    def waiting(self) -> Waiting:
        """What `resume` would go on with, and what that would cost."""
        records = self._waiting()
        others = [record for record in records if not self.history.trusts(record)]
        unsent = [self._priced(record) for record in records if is_unsent(record)]
        held = [job.record for job in self._jobs.held]
        return Waiting(records, unsent, others, held, self.history.bills(_MOST_BILLS))

    def unsent(self) -> list[Record]:
        """What was provably never sent, and nobody is about to send, as its rows stand."""
        return self._unsent(self._owner.living())

    def _unsent(self, living: list[str]) -> list[Record]:
        return [r for r in self._abandoned(self.history.unsent(besides=living)) if is_unsent(r)]

    def _waiting(self) -> list[Record]:
        living = self._owner.living()
        unsent, unsettled = self._unsent(living), self._abandoned(self.history.unsettled(besides=living))
        others = [r for r in unsettled if not self.history.trusts(r)]
        found = {record.id: record for record in (*unsent, *others)}
        return [found[id] for id in sorted(found)]

    def _abandoned(self, records: list[Record]) -> list[Record]:
        """Those that are at this service, and looked after by nobody who lives."""
        return [
            record
            for record in records
            if record.server == str(self._choice)
            and not self._jobs.is_running(record.id)
            and (is_absent(record) or not self._owner.alive(record.owner))
        ]

    def is_alive(self, owner: str | None) -> bool:
        """Whether somebody looks after what that opener asked for."""
        return owner is not None and not (self.closed and owner == self._owner.id) and self._owner.alive(owner)

    def looks_after(self, owner: str | None) -> bool:
        """Whether that opener is this one."""
        return owner == self._owner.id

    @property
    def open_amounts(self) -> list[Generation]:
        """What has ended without anybody knowing whether it was billed, oldest first: `settle` each of them.

        What it may cost stays reserved until then. Where the key may read the account's billing, what was billed is
        settled by itself.
        """
        return [self.by_id(record.id) for record in self.history.open_amounts()]

    def _others(self) -> list[str]:
        return [owner for owner in self._owner.living() if owner != self._owner.id]

    def cancel_all(self) -> list[Generation]:
        """Ask to cancel everything this kernel has under way; returns those jobs at once.

        What has not been sent yet is not sent. What is being made may still finish, and be billed.
        """
        jobs = self.under_way
        for job in jobs:
            job.cancel()
        return jobs

    def import_request(self, request_id: str, endpoint: str) -> Generation:
        """Adopt a request that was made elsewhere, such as in fal's playground, and fetch its clip.

        Returns when it is in the history; nothing is generated or spent. What was asked for is read from the account's
        list of requests. Where the key may not read that, the request's fields stay unknown and only the clip comes. It
        was paid elsewhere, so its cost here is 0. A request the project already has from this service is looked for
        again, unless its clip is here or it is under way. A clip whose file was deleted is fetched from its address.

        Args:
            request_id: the service's id of the request.
            endpoint: the endpoint it was sent to, such as "fal-ai/bytedance/seedance/v1.5/pro/text-to-video".

        Raises:
            InvalidRequest: one of them cannot be.
            SeedanceError: a request is being sent to that endpoint just now, and may be this one.
        """
        self._check_open()
        record = imported(request_id, endpoint, server=str(self._choice), owner=self._owner.id)
        # Of two at a time, the second gets what the first made; but what follows jobs must not wait there.
        if not self._importing.acquire(blocking=not self._thread.is_current):
            raise SeedanceError(
                "Another request is being imported just now.", next_step="Nothing was imported. Try again in a moment."
            )
        try:
            known, new = self._taken_in(replace(record, free=self._choice.free))
            if new:
                job = self._jobs.new(known)
                self._jobs.start([job])
                return job
            return self._looked_for_again(known)
        finally:
            self._importing.release()

    def _taken_in(self, record: Record) -> tuple[Record, bool]:
        """The row of a request that was made elsewhere, and whether it is new."""
        with contextlib.suppress(KeyError):
            return self.history.find(record.request_id or "", record.server), False
        until = time.monotonic() + _PATIENCE
        while self._is_sending(record):  # what is being sent has no id yet, and may be told this one
            if self._thread.is_current or time.monotonic() > until:
                raise SeedanceError(
                    "A request is being sent to that endpoint just now, and it may be this one.",
                    next_step="Nothing was imported. Try again in a moment.",
                )
            time.sleep(_LOOK_SECONDS)
        return self.history.take_in(record).result()

    def _is_sending(self, like: Record) -> bool:
        """Whether any opener has a request on its way to the endpoint of that one."""
        sending = [record for record in self.history.unsettled() if record.status == SUBMITTING]
        return any(
            (record.server, record.endpoint) == (like.server, like.endpoint) and self.is_alive(record.owner)
            for record in sending
        )

    def _looked_for_again(self, known: Record) -> Generation:
        if absent := self.absent([known.id]):
            self.fetch_again(absent)
            return self.by_id(known.id)
        here = known.path is not None or any(job.id == known.id for job in self.under_way)
        # One whose answer was lost is given up for now: that its request is there, somebody has just said.
        ended = known.status in (FAILED, CANCELLED, COMPLETED) or (known.status == UNCONFIRMED and known.error)
        if here or not ended:
            return self.by_id(known.id)
        status = COMPLETED if known.status == COMPLETED else IN_QUEUE
        claim = Claim(known, {"owner": self._owner.id, "status": status, "error": None})
        return self._jobs.take_over(claim, by_person=True)

    # Looking at it.

    @property
    def generations(self) -> list[Generation]:
        """Every generation of the project, oldest first."""
        return [self.of(record) for record in self.history.all()]

    @property
    def sweep_runs(self) -> list[SweepRun]:
        """The runs of sweeps, oldest first."""
        return [SweepRun(self, run) for run in self.history.runs()]

    def sweep_run(self, name: str) -> SweepRun:
        """The run of that name. Raises KeyError when the project has none."""
        run = self.history.run(name)
        if run is None:
            raise KeyError(name)
        return SweepRun(self, run)

    def generation(self, request_id: str) -> Generation:
        """The generation with that request id. Raises KeyError when the project has none."""
        return self.by_id(self.history.find(request_id).id)

    def by_id(self, id: int) -> Generation:
        """The generation with that number in the history. Raises KeyError when there is none."""
        job = self._jobs.get(id)
        return job if job is not None else self.of(self.history.get(id))

    def some(self, ids: Iterable[int]) -> list[Generation]:
        """Those generations, oldest first; what the history does not have is left out."""
        return self._jobs.some(list(ids))

    def of(self, record: Record) -> Generation:
        """The one handle of a generation; of what another opener may still change, a new one each time."""
        return self._jobs.of(record)

    def measure(self) -> int:
        """Have every clip measured that was not yet, in the background; returns at once how many.

        Each new clip is measured some seconds after it came, and opening a project picks up the newest 200 that an
        earlier kernel left. What was measured stands in `history.df`.
        """
        self._check_open()
        ids = self._measurer.unmeasured(None)
        self._thread.loop.call_soon_threadsafe(lambda: self._measurer.add(*ids))
        return len(ids)

    @property
    def under_way(self) -> list[Generation]:
        """The jobs this kernel looks after that have not ended, in the order they were asked for."""
        return self._jobs.under_way

    @property
    def deadline(self) -> float:
        """Seconds after its submit at which a job that still runs is cancelled: 24 hours, unless set."""
        return self._watcher.deadline

    @deadline.setter
    def deadline(self, seconds: float) -> None:
        self._watcher.deadline = seconds_of(seconds)

    @property
    def purse(self) -> Purse:
        """Dollars spent, reserved and allowed."""
        return self.history.purse()

    @property
    def budget(self) -> float | None:
        """US dollars the project may spend in all, or None without a cap.

        Setting it to less than was spent is allowed: then nothing more is sent.
        """
        return self.history.purse().cap

    @budget.setter
    def budget(self, dollars: float | None) -> None:
        self._cap(None if dollars is None else dollars_of(dollars))

    def _cap(self, dollars: float | None) -> None:
        purse = self.history.purse()
        # One that came with the folder is made this person's own, though it be the same.
        if purse.cap != dollars or not purse.granted:
            self.history.set_budget(dollars).result()
            self._changed(None)

    @property
    def spent(self) -> float:
        """US dollars the project has spent at services that bill."""
        return self.history.purse().spent

    @property
    def reserved(self) -> float:
        """US dollars more that it may cost: of what is under way, waits, or may have been billed."""
        return self.history.purse().reserved

    @property
    def remaining(self) -> float | None:
        """US dollars that may still be asked for: the budget without what is spent and reserved, at least 0.

        None without a budget.
        """
        left = self.history.purse().left
        return None if left is None else max(left, 0.0)

    @property
    def prices(self) -> Prices:
        """What generations cost: live prices where they are known, else the built-in table."""
        return self._connection.prices

    @property
    def connection(self) -> Connection:
        """The service it talks to and how that is."""
        return self._connection

    def observe(self, callback: Callable[[Generation | None], None]) -> Callable[[], None]:
        """Have `callback` called, on the job thread, whenever a generation changes, or (None) something else does.

        Returns a function that ends it. What the callback raises is logged, and changes nothing.
        """
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def _changed(self, job: Generation | None) -> None:
        if not self._thread.is_current:
            self._thread.loop.call_soon_threadsafe(self._changed, job)
            return
        if job is not None:
            self._jobs.note(job)
            self._billing.note(job)
        for callback in list(self._listeners):
            try:
                callback(job)
            except Exception:
                # A job's next step waits for this, and must not end for what somebody makes of it.
                log.exception("an observer of %r raised", self)

    # Pictures.

    async def fetch_frame(self, url: str, *, given: bool = False) -> Frame:
        """Fetch and check a picture's address, on the job thread.

        Args:
            url: https on a public host, or at the service itself.
            given: whether the person gave it: then it may be any http(s) address, this machine's network's too.

        Raises:
            FrameError: it is refused, does not answer, is no picture, or is outside the limits.
        """
        storage = (await self._connection.open()).storage
        return await storage.fetch_frame(url, given=given)

    def poster(self, job: Generation) -> bytes:
        """A JPEG of a clip's first frame, made once and kept beside the clip.

        Raises:
            SeedanceError: the clip is not on disk, or damaged.
        """
        return poster_of(job)

    def export(self, generations: object, folder: str | Path | None = None) -> Path:
        """Copy clips into a folder to hand on, and return it. It blocks while it copies; nothing is sent.

        The folder has the MP4s, `clips.csv` and `clips.json` with the history's rows for them (`file` in the place of
        `path`), the pictures that were given to them, and `index.html`, a page that plays them all without a network.

        Args:
            generations: generations or clips of this project, a sweep's run, or rows of `history.df`.
            folder: a new or empty one; by default "exports/<day>-<n>-clips" in the project.

        Raises:
            InvalidRequest: one of them has no clip on disk, or the folder is not empty.
            ProjectUnusable: it cannot be written.
        """
        jobs = export.chosen(self, generations)
        return export.export(self, jobs, None if folder is None else Path(folder))

    def kept_frame(self, token: str) -> Path | None:
        """The file of a picture an earlier request used, by the start of its hash."""
        return files.kept_frame(self.folder, token)

    # Closing.

    def close(self) -> None:
        """Stop watching and let go of the folder. Jobs at fal go on; reopening the project picks them up.

        It waits for requests that are on their way, whose ids are not to be lost. If that is interrupted, it goes on
        by itself; closing again waits for it.
        """
        if self._thread.is_here:  # a forked process has nothing to let go of
            self._thread.refuse_waiting()
            self.begin_closing().result()

    def begin_closing(self, sending: float = 0.0) -> Future[None]:
        """Close it in the background. The future completes when it is closed.

        Args:
            sending: seconds to go on sending before, what the service takes at once. What then stays is logged.
        """
        with self._closing:
            if not self.closed:
                self.closed = True
                if _open_projects.get(self.folder) is self:
                    del _open_projects[self.folder]
                self._shut = self._thread.start(self._shut_down(sending))
                _being_closed[self._shut] = self.folder
                self._shut.add_done_callback(lambda shut: _being_closed.pop(shut, None))
        return self._shut

    async def _shut_down(self, sending: float) -> None:
        try:
            if sending and not self._choice.free:  # the offline engine ends too, and makes nothing more
                await self._jobs.let_send(sending)
            left = await self._jobs.stop()
            if left and sending:
                log.warning(
                    "%d of the requests in %r were not sent. Open the project again: project.resume() sends them.",
                    left,
                    str(self.folder),
                )
            await self._connection.close()
        finally:
            await asyncio.to_thread(self._let_go)
            self._changed(None)

    def _let_go(self) -> None:
        self.history.close()
        self._owner.release()

    def _check_open(self) -> None:
        self._thread.check_process(self.folder)
        if self.closed:
            raise SeedanceError("The project is closed.", next_step=f"Open it again: Project({str(self.folder)!r}).")

    # It is the one of its folder in this process.

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"A project cannot be pickled. Open it there: Project({str(self.folder)!r}).")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if not self._ready:
            return "<Project that could not be opened>"
        return f"<Project {self.folder.name} on {self._choice.label}{' (closed)' if self.closed else ''}>"


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold a folder's turn to be opened."""
    with _turns.setdefault(folder, threading.Lock()):
        yield


def close_all(*, sending: float = 1.5, within: float = 6.0) -> None:
    """Close every open project, as this process ends. What was asked for is sent on for a moment.

    The interpreter calls it when all that is not a daemon thread has ended. Jupyter gives a kernel 2.5 seconds, and
    what it cuts off is found on the disk.

    Args:
        sending: seconds in which requests are still sent; none after Ctrl+C.
        within: seconds for all of it. A request that is on its way then is looked for when the project is open again.
    """
    projects = list(_open_projects.values())
    if not projects and not _being_closed:
        return
    until = time.monotonic() + within
    interrupted = issubclass(getattr(sys, "last_type", None) or Exception, KeyboardInterrupt)
    for project in projects:
        project.begin_closing(0.0 if interrupted else sending)
    if wait(list(_being_closed), within).not_done:
        log.warning("A request was sent and not answered in time. Open the project again: it is then looked for.")
    job_thread().workers.rest(until - time.monotonic())  # a thread must not be within a decoder when Python ends


def _forget_all() -> None:
    """In a process that was forked off: what the one before has open is not open here."""
    _of_parent.extend(_open_projects.values())
    _open_projects.clear()
    _turns.clear()
    _being_closed.clear()


atexit.register(close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def already_open(folder: Path) -> Project | None:
    """The project of that folder, if this kernel has it open."""
    return _open_projects.get(folder)
