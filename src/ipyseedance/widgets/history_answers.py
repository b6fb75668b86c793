"""What Studio answers of its history: pages of it, what is chosen in it, and what is done with the chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from ..contract.errors import InvalidRequest, Problem
from ..contract.roles import seconds_of
from ..jobs.clip import Clip
from ..jobs.export import export
from ..jobs.job import Job
from ..jobs.workspace import workspace_of
from ..project import Project
from ..store.finding import ORDERS, Find
from ..sweeps.repeat import repeat
from . import spending, views
from .answering import Act, Answer, NotThere
from .reading import LARGEST, Message, mapping, text, texts, whole, wholes, wrong
from .shown import ShownStudio

if TYPE_CHECKING:
    from ..store.record import Record
    from ..sweeps.run import SweepRun
    from ..sweeps.sweep import Sweep

LONGEST_PAGE = 200
MOST_CHOSEN = 1000
"""Clips chosen at once: their numbers travel with each change of the choice."""
_SWEEPS_LISTED = 500
_FURTHEST = 10**9
"""Rows into a history that are asked for at most."""
_LONGEST_QUERY = 1000
_MOST_WORDS = 40
"""SQLite takes no endless condition."""
_MOST_OF_A_FIELD = 50
_LISTS = ("endpoint", "resolution", "ratio")


class HistoryAnswers:
    """As `Answers`, of the history. What reads or writes the disk does so off the job thread."""

    looking: ClassVar[frozenset[str]] = frozenset({"history", "found", "sweeps", "choose", "compare", "back"})
    sets: ClassVar[Mapping[str, str]] = {"choose": "choice", "compare": "wall", "back": "wall"}
    asks: ClassVar[frozenset[str]] = frozenset({"history", "found", "sweeps", "again_price"})
    acts: ClassVar[frozenset[str]] = frozenset({"again", "export"})

    def __init__(self, studio: ShownStudio) -> None:
        self._studio = studio
        self.kinds: dict[str, Act] = {
            "history": self._history,
            "found": self._found,
            "sweeps": self._sweeps,
            "choose": self._choose,
            "compare": self._compare,
            "back": self._back,
            "again_price": self._again_price,
            "again": self._again,
            "export": self._export,
        }

    @property
    def _project(self) -> Project:
        return self._studio.project

    async def _history(self, message: Message, _buffers: list[bytes]) -> Answer:
        find, store = find_of(message), workspace_of(self._project).store
        offset, limit = _part(message, LONGEST_PAGE)
        total, records = await asyncio.to_thread(store.page, find, offset=offset, limit=limit)
        rows = await asyncio.to_thread(self._rows, records)
        answer: dict[str, Any] = {"total": total, "rows": rows, "groups": None}
        if message.get("groups") is True:
            groups = await asyncio.to_thread(store.groups, find)
            answer["groups"] = [{"sweep": g.sweep, "axes": list(g.axes), "count": g.count} for g in groups]
        return answer, []

    def _rows(self, records: list[Record]) -> list[dict[str, Any]]:
        return [views.row(record, asked_here=workspace_of(self._project).store.asked(record)) for record in records]

    async def _found(self, message: Message, _buffers: list[bytes]) -> Answer:
        offset, limit = _part(message, MOST_CHOSEN)
        ids = await asyncio.to_thread(
            workspace_of(self._project).store.found, find_of(message), offset=offset, limit=limit
        )
        return {"gids": ids}, []

    async def _sweeps(self, _message: Message, _buffers: list[bytes]) -> Answer:
        groups = await asyncio.to_thread(workspace_of(self._project).store.groups, Find(grouped=True))
        return {"sweeps": [group.sweep for group in groups if group.sweep][:_SWEEPS_LISTED]}, []

    async def _choose(self, message: Message, _buffers: list[bytes]) -> Answer:
        gids = _chosen(message)

        def read() -> tuple[list[int], list[Clip]]:
            jobs = generations(self._project, gids)
            return [job.id for job in jobs], [clip for job in jobs if (clip := job.clip) is not None]

        self._studio.choose(*await asyncio.to_thread(read))
        return {}, []

    async def _compare(self, message: Message, _buffers: list[bytes]) -> Answer:
        if message.get("sweep") is not None:
            clips: object = await asyncio.to_thread(self._run, text(message, "sweep"))
        else:
            jobs = await self._jobs(message)
            # Of one sweep they hang by its axes, whose values come in the order they were asked for.
            alike = len({job.record.sweep for job in jobs}) == 1 and jobs[0].record.sweep is not None
            clips = sorted(jobs, key=lambda job: job.id) if alike else jobs
        await asyncio.to_thread(self._studio.wall.hang, clips)
        self._studio.show_wall(True)
        return {}, []

    async def _back(self, _message: Message, _buffers: list[bytes]) -> Answer:
        self._studio.show_wall(False)
        return {}, []

    async def _jobs(self, message: Message) -> list[Job]:
        return await asyncio.to_thread(generations, self._project, _chosen(message))

    def _run(self, name: str) -> SweepRun:
        try:
            return self._project.sweep_run(name)
        except KeyError:
            raise NotThere("sweep", name, "in this project") from None

    # Once more.

    async def _repeated(self, message: Message) -> Sweep:
        jobs = await self._jobs(message)
        sweep = await asyncio.to_thread(partial(repeat, jobs, new_seeds=message.get("seeds") != "same"))
        await asyncio.to_thread(self._studio.given.check_requests, sweep)
        return sweep

    async def _again_price(self, message: Message, _buffers: list[bytes]) -> Answer:
        sweep = await self._repeated(message)
        plan = await asyncio.to_thread(partial(sweep.plan, self._project, again=True))
        return {"clips": plan.to_run, "dollars": plan.dollars, "free": plan.free}, []

    async def _again(self, message: Message, _buffers: list[bytes]) -> Answer:
        sweep = await self._repeated(message)
        return await spending.run(self._project, sweep, message, self._studio.permission, again=True), []

    async def _export(self, message: Message, _buffers: list[bytes]) -> Answer:
        jobs = await self._jobs(message)
        folder = await asyncio.to_thread(export, workspace_of(self._project), jobs, None)
        return {"folder": str(folder), "count": len(jobs)}, []


def _part(message: Message, longest: int) -> tuple[int, int]:
    """From which row on, and how many of them."""
    offset, limit = whole(message, "offset", most=_FURTHEST), whole(message, "limit", most=_FURTHEST)
    return offset, min(max(1, limit), longest)


def _chosen(message: Message) -> list[int]:
    """The numbers of the clips that an act is for, each once."""
    gids = list(dict.fromkeys(wholes(message, "gids", _FURTHEST)))
    if len(gids) > MOST_CHOSEN:
        raise InvalidRequest([Problem("gids", f"{len(gids):,}", f"at most {MOST_CHOSEN:,} clips can be chosen")])
    return gids


def find_of(message: Message) -> Find:
    """What the browser looks for. Raises InvalidRequest, naming what it cannot be."""
    asked = mapping(message, "find")
    order = asked.get("sort", "newest")
    if not isinstance(order, str) or order not in ORDERS:
        raise wrong("sort", order, f"one of {', '.join(ORDERS)}")
    words = text(asked, "query", _LONGEST_QUERY).split() if "query" in asked else []
    if len(words) > _MOST_WORDS:
        raise wrong("query", words, f"at most {_MOST_WORDS} words")
    sound = asked.get("sound")
    lengths = texts(asked, "seconds", _MOST_OF_A_FIELD)
    if any(seconds_of(length) is None for length in lengths):
        raise wrong("seconds", lengths, 'lengths such as "5"')
    return Find(
        words=tuple(words),
        seconds=tuple(seconds for length in lengths if (seconds := seconds_of(length)) is not None),
        sound=None if sound is None else sound is True,
        starred=asked.get("starred") is True,
        rated=None if asked.get("rated") is None else whole(asked, "rated"),
        seed=None if asked.get("seed") is None else whole(asked, "seed", least=-LARGEST),
        sweep=None if asked.get("sweep") is None else text(asked, "sweep"),
        tag=None if asked.get("tag") is None else text(asked, "tag"),
        order=order,
        grouped=asked.get("grouped") is True,
        **{name: tuple(texts(asked, name, _MOST_OF_A_FIELD)) for name in _LISTS},
    )


def generations(project: Project, ids: Iterable[int]) -> list[Job]:
    """Those generations, in that order; what the history does not have is left out. It reads the disk."""
    ids = list(ids)
    found = {job.id: job for job in workspace_of(project).jobs.some(ids)}
    return [found[id] for id in dict.fromkeys(ids) if id in found]
