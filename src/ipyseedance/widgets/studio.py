"""The Studio widget: composer, queue, player and history of one project.

What the person does arrives as messages, because kernels lose and merge trait updates from the browser. What the
browser shows are trait snapshots, set on the job thread only. `answers.py` beside this file answers the messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from ..jobs.clip import Clip
from ..jobs.job import Job
from ..jobs.thread import job_thread
from ..jobs.workspace import workspace_of
from ..project import Project
from ..sweeps.sweep import Sweep
from . import views
from .answering import AnsweringWidget, snapshot
from .answers import Answers
from .composer import Composer
from .draft_keeper import DraftKeeper
from .given import Given
from .permission import Permission
from .pictures import Pictures
from .prompting import PROMPTING
from .protocol.shared import Fields
from .protocol.snapshots import Axes, DraftTrait, Endpoint, HistoryTrait, JobsTrait, Lab, SelectedRow
from .queue import Queue
from .snapshot_pace import PACE, SnapshotPace, parts_changed_by
from .wall import WallWidget
from .wall_layout import lay_out

_STATIC = Path(__file__).parent / "static"
PAGE = 48
"""Rows of the history that travel with every change of it; more are asked for."""


class Studio(AnsweringWidget):
    """Write prompts, watch jobs and clips, and keep the history of a project, in a notebook cell.

    Showing it sends nothing; only the Generate button does. It is an ipywidget like any other: put it in `HBox`, `Tab`
    or `Output`.

    Args:
        project: what it works on; by default `Project()`, the folder "seedance" beside the notebook.
        read_only: only to look: at the history, its clips and the wall. Whatever spends, sends, fetches or changes
            something is not shown, and refused by the kernel whatever a page asks.
        lock: a word, of at least four letters, without which nothing above $0 is sent. It is asked for beside the
            price and kept nowhere in the clear. On the offline engine nobody is asked.

    Raises:
        InvalidRequest: `lock` is no such word; the text does not show it.

    Traits to observe:
        clip: the Clip in the player, or None.
        selection: the clips chosen in the history, a list of Clip in the order they were chosen. Setting it chooses.
        request: what the composer holds as a request, or None while something is missing or wrong, or varied.
        sweep: what it holds as a Sweep, while any of its fields are varied.
    """

    _esm = _STATIC / "studio.js"
    _css = _STATIC / "studio.css"

    # `StudioTraits` in `protocol/snapshots.py` says what they hold.
    _catalog: list[Endpoint] = snapshot()
    _lab: Lab = snapshot()
    _draft: DraftTrait = snapshot()
    _jobs: JobsTrait = snapshot()
    _history: HistoryTrait = snapshot()
    _selected: SelectedRow | None = snapshot()
    # The wall while it is shown: the browser gets a reference to its model.
    _wall = anywidget.WidgetTrait().tag(sync=True)

    _chosen: list[int] = snapshot([])

    # ipywidgets closes a Studio that was refused too, when Python lets go of it.
    _ends: tuple[Callable[[], object], ...] = ()

    clip = traitlets.Instance(Clip, allow_none=True)
    selection: traitlets.List[Any] = traitlets.List(traitlets.Instance(Clip))
    request = traitlets.Instance(VideoRequest, allow_none=True)
    sweep = traitlets.Instance(Sweep, allow_none=True)

    def __init__(
        self,
        project: Project | None = None,
        read_only: bool = False,  # noqa: FBT001, FBT002
        lock: str | None = None,
        **options: Any,
    ) -> None:
        found, lock = Permission.of(read_only, lock), None  # a traceback that shows variables must not find it here
        if isinstance(found, InvalidRequest):
            raise found
        unknown = options.keys() - self.trait_names()
        if unknown:
            options.clear()
            raise TypeError(f"Studio() has no {', '.join(sorted(unknown))}; it takes a project and a widget's layout")
        self.project = project if project is not None else Project()
        self.permission = found
        """What a page may do with it."""
        self.given = Given(self.project)
        """Which pictures' addresses a page may name."""
        self.pictures = Pictures(self.project, self.given, lambda: self.composer.pictures)
        kept = None if found.read_only else workspace_of(self.project).store.draft()
        self.composer = Composer(self.project, self.pictures, kept)
        self._draft_keeper = DraftKeeper(self.project, self.composer)
        self.queue = Queue(self.project)
        self.wall = WallWidget(self.project, self.permission, self.given, {}, lay_out({}))
        """The wall inside it: what hangs there, and what is chosen on it. `compare` shows it."""
        self._ends = (self._draft_keeper.end, self.queue.stop, self.wall.close)
        self._revision = 0
        self._telling = False
        try:
            self._begin(options)
        except BaseException:
            self._end()
            raise
        # What has changed since those snapshots were taken was told to nobody.
        job_thread().loop.call_soon_threadsafe(self.look_again)
        if (later := self.composer.later) is not None:
            job_thread().start(self.take_draft(later.endpoint, later.fields, "kernel", later.axes))

    def _begin(self, options: dict[str, Any]) -> None:
        self._waiting, self._open = views.waiting(self.project)
        shows = {
            "jobs": self._show_jobs,
            "lab": self._show_lab,
            "history": self._show_history,
            "waiting": self._show_waiting,
            "plan": self._plan_again,
        }
        self._pace = SnapshotPace(shows, self._begin_work, lambda: self.project.closed)
        history = self._history_view()
        newest = next(iter(history["rows"]), None)
        super().__init__(
            Answers(self),
            _catalog=views.catalogue(),
            _lab=self._lab_view(),
            _draft=self.composer.view,
            _jobs=self.queue.view(),
            _history=history,
            _selected=newest,
            clip=None if newest is None else workspace_of(self.project).by_id(newest["gid"]).clip,
            **options,
        )
        self._ends += (workspace_of(self.project).observe(self._project_changed),)

    def _end(self) -> None:
        for end in self._ends:
            end()

    # Snapshots: read on other threads, for they look into the history, and set on the job thread.

    def refresh(self, *parts: str) -> None:
        """Send those snapshots (of `PACE`) at once, or as soon as their pace allows; many calls make one."""
        self._pace.refresh(*parts)

    def look_again(self) -> None:
        """Send everything anew, and with it what another notebook may have changed."""
        self.queue.look_again()
        self.refresh(*PACE)

    async def _show_jobs(self) -> None:
        self._jobs = await asyncio.to_thread(self.queue.view)

    async def _show_history(self) -> None:
        view = await asyncio.to_thread(self._history_view)
        if not self._pace.is_spoilt("history"):
            self._history = view

    async def _show_lab(self) -> None:
        self._lab = await asyncio.to_thread(self._lab_view)
        if self.composer.price_again():
            self._draft = self.composer.view
            self.refresh("plan")

    def _project_changed(self, job: Job | None) -> None:
        if job is None:
            self.refresh("lab")
            return
        self.given.note(job)
        self.refresh(*parts_changed_by(job))
        if self._selected is None and job.clip is not None:
            self.show_clip(job)

    def _lab_view(self) -> Lab:
        return views.lab(self.project, self._waiting, self._open, PROMPTING, read_only=self.permission.read_only)

    def _history_view(self) -> HistoryTrait:
        self._revision += 1
        total, records = workspace_of(self.project).store.page(offset=0, limit=PAGE)
        return {"rev": self._revision, "total": total, "rows": views.rows(self.project, records)}

    def select(self, id: int | None) -> None:
        """Show that generation's clip in the player, by its number in the history. Raises KeyError without one."""
        self._begin_work(self._select(None if id is None else workspace_of(self.project).by_id(id)))

    async def _select(self, job: Job | None) -> None:
        async with self._answers.turn("player"):
            self.show_clip(job)

    def show_clip(self, job: Job | None, *, auto: bool = False) -> None:
        """Show its clip in the player. On the job thread. `auto`: it has just come, and nobody chose it."""
        clip = job.clip if job else None
        self._selected = views.selected_row(job, auto=auto) if job else None
        self._at_home(lambda: self.set_trait("clip", clip))

    def choose(self, ids: list[int], clips: list[Clip]) -> None:
        """Make these the chosen ones, and tell of their clips, as far as they have one on disk. On the job thread."""
        self._chosen = ids
        self._at_home(lambda: self._tell(clips))

    def _tell(self, clips: list[Clip]) -> None:
        self._telling = True
        try:
            self.selection = clips
        finally:
            self._telling = False

    @traitlets.observe("selection")
    def _chosen_by_code(self, change: traitlets.Bunch) -> None:
        if self._telling:
            return
        self._begin_work(self._choose_by_code(change.new))

    async def _choose_by_code(self, clips: list[Clip]) -> None:
        def ids() -> list[int]:
            return list(dict.fromkeys(workspace_of(self.project).generation(clip.request_id).id for clip in clips))

        async with self._answers.turn("choice"):
            self._chosen = await asyncio.to_thread(ids)

    @traitlets.validate("selection")
    def _of_this_project(self, proposal: traitlets.Bunch) -> list[Clip]:
        for clip in proposal.value:
            if clip.path.parents[1] != self.project.folder:
                message = f"it is not of {self.project!r}; give clips of this project"
                raise InvalidRequest([Problem("selection", repr(clip)[:60], message)])
        return list(proposal.value)

    def judged(self, job: Job) -> None:
        """Show what is thought of a clip now."""
        if self._selected is not None and self._selected["gid"] == job.id:
            self._selected = views.selected_row(job)
        self._pace.spoil("history")  # it may have been read before, and would show what was thought until now
        self.refresh("history")

    def compare(self, clips: object) -> None:
        """Hang clips on the wall inside Studio, and show it in the place of the composer and the player.

        Args:
            clips: as for `Wall`.

        Raises:
            InvalidRequest: it is something else, or of another project.
        """
        self.wall.hang(clips)
        self._begin_work(self._show_wall())

    async def _show_wall(self) -> None:
        async with self._answers.turn("wall"):
            self.show_wall(True)

    def show_wall(self, shown: bool) -> None:  # noqa: FBT001
        """Show the wall, or the composer and the player again. On the job thread."""
        self._wall = self.wall if shown else None

    def redraft(
        self, endpoint: str, fields: dict[str, Any], origin: str, axes: dict[str, Any] | None = None
    ) -> Future[None]:
        """Take a new draft from code, whose pictures may be anything a `Frame` is made of; done when it is priced and
        planned."""
        given = {name: self.pictures.by_code(name, value) for name, value in fields.items()}
        varied = {
            name: [self.pictures.by_code(name, value) for value in values] if isinstance(values, list) else values
            for name, values in (axes or {}).items()
        }
        return job_thread().start(self.take_draft(endpoint, given, origin, varied))

    async def take_draft(self, endpoint: str, fields: Fields, origin: str, axes: Axes) -> None:
        """Take a new draft, in its turn; done when it is priced and planned."""
        async with self._answers.turn("draft"):
            planned = await self.read_draft(endpoint, fields, origin, axes)
        await planned

    async def read_draft(self, endpoint: str, fields: Fields, origin: str, axes: Axes) -> Awaitable[None]:
        """Read a new draft, whose turn it is. Returns what plans its sweep and shows it, which is nobody's turn."""
        taken = await self.composer.change(endpoint, fields, axes, origin=origin)

        async def show() -> None:
            if await taken:
                self._show_draft()
                if not self.permission.read_only:
                    self._draft_keeper.keep_soon()

        return show()

    async def _show_waiting(self) -> None:
        # It tries the locks of all who have the project open, which takes seconds where one of them does so too.
        self._waiting, self._open = await asyncio.to_thread(views.waiting, self.project)
        self.refresh("lab")

    async def _plan_again(self) -> None:
        if self.composer.is_varied and await self.composer.plan_again():
            self._show_draft()

    def _show_draft(self) -> None:
        self._draft = self.composer.view
        request, sweep = self.composer.request, self.composer.sweep
        self._at_home(lambda: self.set_trait("request", request))
        self._at_home(lambda: self.set_trait("sweep", sweep))

    def close(self) -> None:
        """Close the widget. The project and its jobs go on."""
        self._end()
        super().close()

    def __repr__(self) -> str:
        return f"<Studio of {self.project!r}>" if self._ends else "<Studio that could not be opened>"
