"""What Studio answers of its history: pages of it, what is chosen in it, and what is done with the chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal

from ..contract.errors import InvalidRequest, Problem
from ..contract.roles import seconds_of
from ..jobs.clip import Clip
from ..jobs.export import export
from ..jobs.job import Job
from ..jobs.workspace import workspace_of
from ..project import Project
from ..store.finding import Find
from ..sweeps.repeat import repeat
from . import spending, views
from .answering import Act, Answer, NotThere
from .protocol.history import (
    Again,
    AgainPrice,
    Back,
    Choose,
    Compare,
    Export,
    Exported,
    FindNumbers,
    FindRows,
    FoundNumbers,
    FoundRows,
    Group,
    ListSweeps,
    PriceAgain,
    Sweeps,
)
from .protocol.history import Find as Asked
from .protocol.message import Message, Nothing
from .protocol.shared import Begun
from .reading import wrong
from .shown import ShownStudio

if TYPE_CHECKING:
    from ..sweeps.run import SweepRun
    from ..sweeps.sweep import Sweep

LONGEST_PAGE = 200
MOST_CHOSEN = 1000
"""Clips chosen at once: their numbers travel with each change of the choice."""
_SWEEPS_LISTED = 500
_MOST_WORDS = 40
"""SQLite takes no endless condition."""


class HistoryAnswers:
    """As `Answers`, of the history. What reads or writes the disk does so off the job thread."""

    def __init__(self, studio: ShownStudio) -> None:
        self._studio = studio
        self.acts: dict[type[Message], Act] = {
            FindRows: self._history,
            FindNumbers: self._find_numbers,
            ListSweeps: self._sweeps,
            Choose: self._choose,
            Compare: self._compare,
            Back: self._back,
            PriceAgain: self._again_price,
            Again: self._again,
            Export: self._export,
        }

    @property
    def _project(self) -> Project:
        return self._studio.project

    async def _history(self, ask: FindRows, _buffers: list[bytes]) -> Answer[FoundRows]:
        find, store = find_of(ask.find), workspace_of(self._project).store
        limit = _limit(ask, LONGEST_PAGE)
        total, records = await asyncio.to_thread(store.page, find, offset=ask.offset, limit=limit)
        answer: FoundRows = {
            "total": total,
            "rows": await asyncio.to_thread(views.rows, self._project, records),
            "groups": None,
        }
        if ask.groups:
            groups = await asyncio.to_thread(store.groups, find)
            answer["groups"] = [Group(sweep=g.sweep, axes=list(g.axes), count=g.count) for g in groups]
        return answer, []

    async def _find_numbers(self, ask: FindNumbers, _buffers: list[bytes]) -> Answer[FoundNumbers]:
        store, limit = workspace_of(self._project).store, _limit(ask, MOST_CHOSEN)
        ids = await asyncio.to_thread(store.found, find_of(ask.find), offset=ask.offset, limit=limit)
        return {"gids": ids}, []

    async def _sweeps(self, _ask: ListSweeps, _buffers: list[bytes]) -> Answer[Sweeps]:
        groups = await asyncio.to_thread(workspace_of(self._project).store.groups, Find(grouped=True))
        return {"sweeps": [group.sweep for group in groups if group.sweep][:_SWEEPS_LISTED]}, []

    async def _choose(self, ask: Choose, _buffers: list[bytes]) -> Answer[Nothing]:
        gids = _check_chosen(ask.gids)

        def read() -> tuple[list[int], list[Clip]]:
            jobs = generations(self._project, gids)
            return [job.id for job in jobs], [clip for job in jobs if (clip := job.clip) is not None]

        self._studio.choose(*await asyncio.to_thread(read))
        return {}, []

    async def _compare(self, ask: Compare, _buffers: list[bytes]) -> Answer[Nothing]:
        if ask.sweep is not None:
            clips: object = await asyncio.to_thread(self._run, ask.sweep)
        else:
            jobs = await self._jobs(ask.gids)
            # Of one sweep they hang by its axes, whose values come in the order they were asked for.
            alike = len({job.record.sweep for job in jobs}) == 1 and jobs[0].record.sweep is not None
            clips = sorted(jobs, key=lambda job: job.id) if alike else jobs
        await asyncio.to_thread(self._studio.wall.hang, clips)
        self._studio.show_wall(True)
        return {}, []

    async def _back(self, _ask: Back, _buffers: list[bytes]) -> Answer[Nothing]:
        self._studio.show_wall(False)
        return {}, []

    async def _jobs(self, gids: list[int]) -> list[Job]:
        return await asyncio.to_thread(generations, self._project, _check_chosen(gids))

    def _run(self, name: str) -> SweepRun:
        try:
            return self._project.sweep_run(name)
        except KeyError:
            raise NotThere("sweep", name, "in this project") from None

    # Once more.

    async def _repeat(self, gids: list[int], seeds: Literal["new", "same"]) -> Sweep:
        jobs = await self._jobs(gids)
        sweep = await asyncio.to_thread(partial(repeat, jobs, new_seeds=seeds == "new"))
        await asyncio.to_thread(self._studio.given.check_requests, sweep)
        return sweep

    async def _again_price(self, ask: PriceAgain, _buffers: list[bytes]) -> Answer[AgainPrice]:
        sweep = await self._repeat(ask.gids, "new")  # a clip costs the same with any seed
        plan = await asyncio.to_thread(partial(sweep.plan, self._project, again=True))
        return {"clips": plan.to_run, "dollars": plan.dollars, "free": plan.free}, []

    async def _again(self, ask: Again, _buffers: list[bytes]) -> Answer[Begun]:
        sweep = await self._repeat(ask.gids, ask.seeds)
        return await spending.run(self._project, sweep, ask, self._studio.permission, again=True), []

    async def _export(self, ask: Export, _buffers: list[bytes]) -> Answer[Exported]:
        jobs = await self._jobs(ask.gids)
        folder = await asyncio.to_thread(export, workspace_of(self._project), jobs, None)
        return {"folder": str(folder), "count": len(jobs)}, []


def _limit(ask: FindRows | FindNumbers, longest: int) -> int:
    return min(max(1, ask.limit), longest)


def _check_chosen(gids: list[int]) -> list[int]:
    """The numbers of the clips that an act is for, each once."""
    gids = list(dict.fromkeys(gids))
    if len(gids) > MOST_CHOSEN:
        raise InvalidRequest([Problem("gids", f"{len(gids):,}", f"at most {MOST_CHOSEN:,} clips can be chosen")])
    return gids


def find_of(asked: Asked) -> Find:
    """What is looked for, as the history has it. Raises InvalidRequest for more words than it can look for."""
    words = asked.query.split()
    if len(words) > _MOST_WORDS:
        raise wrong("query", words, f"at most {_MOST_WORDS} words")
    lengths = [seconds_of(length) for length in asked.seconds]
    if None in lengths:
        raise wrong("seconds", asked.seconds, 'lengths such as "5"')
    return Find(
        words=tuple(words),
        endpoint=tuple(asked.endpoint),
        resolution=tuple(asked.resolution),
        ratio=tuple(asked.ratio),
        seconds=tuple(length for length in lengths if length is not None),
        sound=asked.sound,
        starred=asked.starred,
        rated=asked.rated,
        seed=asked.seed,
        sweep=asked.sweep,
        tag=asked.tag,
        order=asked.sort,
        grouped=asked.grouped,
    )


def generations(project: Project, ids: Iterable[int]) -> list[Job]:
    """Those generations, in that order; what the history does not have is left out. It reads the disk."""
    ids = list(ids)
    found = {job.id: job for job in workspace_of(project).jobs.some(ids)}
    return [found[id] for id in dict.fromkeys(ids) if id in found]
