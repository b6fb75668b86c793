"""The Wall widget: clips of one project side by side, on one clock.

The clock, the pictures and the sound are the browser's. The kernel lays the clips out, gives them when asked, and keeps
what the person chooses and thinks. `wall_answers.py` beside this file answers the messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import traitlets

from ..contract.errors import InvalidRequest, Problem
from ..jobs import previews as looking
from ..jobs.clip import Clip
from ..jobs.job import Job
from ..jobs.thread import job_thread
from ..jobs.workspace import workspace_of
from ..project import Project
from .answering import AnsweringWidget, NotThere, snapshot
from .given import Given
from .permission import Permission
from .protocol.wall import Cell, Measure, Page, Standing
from .wall_answers import WallAnswers
from .wall_input import read_clips
from .wall_layout import Layout
from .wall_views import cell, measures
from .wall_voting import Voting

_STATIC = Path(__file__).parent / "static"
_PACE = 0.25
"""Seconds between two snapshots of a page whose clips are being made."""


class WallWidget(AnsweringWidget):
    """A wall that hangs where it is put: Studio has one within itself, and `Wall` is the one that people make.

    Args:
        project: whose clips hang on it.
        permission: what a page may do with it.
        given: which pictures' addresses a page may name.
        jobs: what hangs on it, by the number in the history.
        layout_of_clips: where each of them hangs.
        options: a widget's layout, and what else ipywidgets takes.
    """

    _esm = _STATIC / "wall.js"
    _css = _STATIC / "wall.css"

    # `WallTraits` in `protocol/wall.py` says what they hold.
    _page: Page = snapshot()
    _selection: list[Cell] = snapshot([])
    _measures: list[Measure] = snapshot()
    _standing: Standing = snapshot()
    _read_only = traitlets.Bool(False).tag(sync=True)

    # ipywidgets closes a wall that was refused too, when Python lets go of it.
    _stop_observing: Callable[[], None] = staticmethod(lambda: None)

    def __init__(
        self,
        project: Project,
        permission: Permission,
        given: Given,
        jobs: dict[int, Job],
        layout_of_clips: Layout,
        **options: Any,
    ) -> None:
        self.project = project
        self.permission = permission
        """What a page may do with it."""
        self.given = given
        """Which pictures' addresses a page may name."""
        self._jobs, self._layout_of_clips = jobs, layout_of_clips
        self._number = 0
        self._revision = 0
        self._chosen: list[int] = []
        self._callbacks: list[Callable[[list[Clip]], object]] = []
        self._due: asyncio.TimerHandle | None = None
        self._showing, self._counting = asyncio.Lock(), asyncio.Lock()
        self.voting = Voting(self)
        super().__init__(
            WallAnswers(self, self.voting),
            _page=self._page_view(jobs, layout_of_clips, 0),
            _measures=measures(),
            _standing=self.voting.standing(),
            _read_only=permission.read_only,
            **options,
        )
        self._stop_observing = workspace_of(self.project).observe(self._project_changed)

    # What the kernel reads.

    @property
    def clips(self) -> list[Clip]:
        """Its clips that are on disk, in their order."""
        return [clip for job in self._jobs.values() if (clip := job.clip) is not None]

    @property
    def selection(self) -> list[Clip]:
        """The clips chosen on it, in the order they were chosen."""
        jobs = self._jobs  # others may be hung meanwhile
        return [clip for id in self._chosen if id in jobs and (clip := jobs[id].clip) is not None]

    @selection.setter
    def selection(self, clips: Iterable[Clip]) -> None:
        by_path = {clip.path: id for id, job in self._jobs.items() if (clip := job.clip) is not None}
        ids = []
        for clip in clips:
            if getattr(clip, "path", None) not in by_path:
                raise InvalidRequest(
                    [Problem("selection", repr(clip)[:60], "it is not on this wall; give some of `wall.clips`")]
                )
            ids.append(by_path[clip.path])
        self._begin_work(self._choose_by_code(ids))
        self._chosen = list(dict.fromkeys(ids))

    async def _choose_by_code(self, ids: list[int]) -> None:
        async with self._answers.turn("choice"):
            await self.choose(ids)

    def on_select(self, callback: Callable[[list[Clip]], object]) -> Callable[[], None]:
        """Have `callback` called with the selection, a list of Clip, whenever that changes.

        Returns a function that ends it.
        """
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback) if callback in self._callbacks else None

    def hang(self, clips: object) -> None:
        """Hang other clips of the same project on it, from their first page. Those of the old ones that are among
        them stay chosen.

        Args:
            clips: as for a new Wall.

        Raises:
            InvalidRequest: it is something else, or of another project.
        """
        _, jobs, layout = read_clips(clips, self.project)
        if job_thread().is_current:  # what observes the project must not wait there
            self._begin_work(self._hang(jobs, layout))
        else:
            job_thread().start(self._hang(jobs, layout)).result()

    async def _hang(self, jobs: dict[int, Job], layout: Layout) -> None:
        async with self._answers.turn("page"), self._answers.turn("choice"):
            before = self._chosen
            self._jobs, self._layout_of_clips, self._number = jobs, layout, 0
            self._chosen = [id for id in before if id in jobs]
            await self.show()
            self._begin_work(self.stand())
            if self._chosen != before:
                await self.choose(self._chosen)

    # What the browser asks for, on the job thread.

    @property
    def jobs(self) -> dict[int, Job]:
        """Its generations in their order, by their number in the history."""
        return self._jobs

    @property
    def layout_of_clips(self) -> Layout:
        """Which clip hangs where."""
        return self._layout_of_clips

    async def look_again(self) -> None:
        """Send everything anew, and with it what another notebook said of the clips."""
        if self.project.closed:
            return
        ids = [id for id in self._layout_of_clips.pages[self._number].ids if id is not None]
        for job in await asyncio.to_thread(workspace_of(self.project).jobs.some, [*ids, *self._chosen]):
            if job.id in self._jobs:
                self._jobs[job.id] = job
        await self.show()
        await self.stand()

    def job(self, id: int) -> Job:
        """The generation with that number in the history. Raises NotThere when it is not on this wall."""
        if id not in self._jobs:
            raise NotThere("clip", id, "on this wall")
        return self._jobs[id]

    def is_by_address(self, job: Job, which: str) -> bool:
        """Whether the picture a clip was given to begin, or to end, on is an address."""
        return looking.is_elsewhere(job, which)

    def place(self, id: int) -> Mapping[str, str]:
        """Where a clip stands in the sweep that all share: {axis: value as text}, empty where there is none."""
        return self._layout_of_clips.places.get(id, {})

    async def choose(self, ids: Iterable[int]) -> None:
        """Make these the selection; what is not on this wall is left out."""
        self._chosen = [id for id in dict.fromkeys(ids) if id in self._jobs]
        await self.show(page=False)
        if self._callbacks:
            clips = await asyncio.to_thread(lambda: self.selection)
            for callback in list(self._callbacks):
                self._at_home(lambda callback=callback: callback(clips))  # type: ignore[misc]

    async def turn_to(self, number: int) -> None:
        """Show the page with that number, from 0."""
        self._number = min(max(number, 0), len(self._layout_of_clips.pages) - 1)
        await self.show()

    async def show(self, *, page: bool = True) -> None:
        """Send the selection anew, and the page."""
        async with self._showing:  # none comes after a newer one
            of = self._jobs, self._layout_of_clips
            number, chosen = self._number, self._chosen
            if page:
                self._page = await asyncio.to_thread(self._page_view, *of, number)
            if chosen or self._selection:
                self._selection = await asyncio.to_thread(lambda: [self._cell(id, *of) for id in chosen])

    async def stand(self) -> None:
        """Send how the clips stand by the votes."""
        async with self._counting:  # none comes after a newer one
            if not self.project.closed:
                self._standing = await asyncio.to_thread(self.voting.standing)

    def _page_view(self, jobs: dict[int, Job], layout: Layout, number: int) -> Page:
        pages = layout.pages
        page = pages[number]
        self._revision += 1
        return {
            "rev": self._revision,
            "number": number,
            "count": len(pages),
            "total": len(jobs),
            "name": page.name,
            "axes": list(layout.axes),
            "rows": list(page.rows),
            "columns": list(page.columns),
            "cells": [None if id is None else self._cell(id, jobs, layout) for id in page.ids],
            "project": self.project.folder.name,
        }

    def cell(self, id: int) -> Cell:
        """What the browser is shown of that generation."""
        return self._cell(id, self._jobs, self._layout_of_clips)

    def _cell(self, id: int, jobs: dict[int, Job], layout: Layout) -> Cell:
        job = jobs[id]
        shown = cell(job, layout.labels.get(id, ""))
        if self.permission.read_only:  # nothing is fetched for whoever only looks
            shown["given"] = [which for which in shown["given"] if not self.is_by_address(job, which)]
        return shown

    def _project_changed(self, job: Job | None) -> None:
        if job is None:
            self._begin_work(self.stand())  # votes may have come
        else:
            self.given.note(job)
        if job is None or job.id not in self._jobs or self.project.closed:
            return
        self._jobs[job.id] = job
        if self._due is None:
            self._due = job_thread().loop.call_later(_PACE, self._catch_up)

    def _catch_up(self) -> None:
        self._due = None
        self._begin_work(self.show())
        if self._standing["votes"]:
            self._begin_work(self.stand())  # ratings and measures stand in its table too

    def close(self) -> None:
        """Close the widget. The project goes on."""
        self._stop_observing()
        super().close()

    def __repr__(self) -> str:
        if not hasattr(self, "_jobs"):
            return "<Wall that could not be opened>"
        return f"<Wall of {len(self._jobs)} clips of {self.project!r}>"


class Wall(WallWidget):
    """Watch up to 16 clips at once, in step to the frame, and choose among them; more are paged.

    Clips of one sweep are laid out by its axes: the first two that vary are rows and columns, each value of further
    ones is a page of its own. Other clips hang in the order given. Nothing plays until it is asked to, and all are
    muted at first. Press ? on it for its keys.

    Args:
        clips: a list of Clip or Generation, a sweep's run, or rows of `project.history.df`. Generations still under
            way appear when they are done.
        project: whose clips they are. Needed for rows of a history; otherwise found.
        read_only: only to look: nothing on it can be judged, voted on or promoted. The kernel refuses the rest too.
        lock: a word without which Promote spends nothing, of at least four letters; it is kept nowhere in the clear.

    Raises:
        InvalidRequest: it is something else, or of several projects or a closed one; `lock` is no such word.
    """

    def __init__(
        self,
        clips: object,
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
            raise TypeError(
                f"Wall() has no {', '.join(sorted(unknown))}; it takes clips, a project and a widget's layout"
            )
        project, jobs, layout = read_clips(clips, project)
        super().__init__(project, found, Given(project), jobs, layout, **options)
