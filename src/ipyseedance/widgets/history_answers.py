"""What Studio answers of its history: pages of it, what is chosen in it, and what is done with the chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..contract.errors import InvalidRequest, Problem
from ..lab.again import repeated
from ..lab.generation import Generation
from ..lab.project import Project
from ..store.finding import ORDERS, Find
from . import spending, views
from .answering import Answer, Message

if TYPE_CHECKING:
    from ..lab.sweep import Sweep
    from .studio import Studio

LONGEST_PAGE = 200
MOST_CHOSEN = 1000
"""Clips chosen at once: their numbers travel with each change of the choice."""
_SWEEPS_LISTED = 500
_LISTS = ("endpoint", "resolution", "aspect_ratio", "duration")


class HistoryAnswers:
    """As `Answers`, of the history. What reads or writes the disk does so off the job thread."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.kinds: dict[str, Callable[[Message, list[bytes]], Awaitable[Answer]]] = {
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
        find, history = find_of(message), self._project.history
        offset, limit = max(0, int(message["offset"])), min(max(1, int(message["limit"])), LONGEST_PAGE)
        total, records = await asyncio.to_thread(history.page, find, offset=offset, limit=limit)
        answer: dict[str, Any] = {"total": total, "rows": [views.row(record) for record in records], "groups": None}
        if message.get("groups") is True:
            groups = await asyncio.to_thread(history.groups, find)
            answer["groups"] = [{"sweep": g.sweep, "axes": list(g.axes), "count": g.count} for g in groups]
        return answer, []

    async def _found(self, message: Message, _buffers: list[bytes]) -> Answer:
        offset, limit = max(0, int(message["offset"])), min(max(1, int(message["limit"])), MOST_CHOSEN)
        ids = await asyncio.to_thread(self._project.history.found, find_of(message), offset=offset, limit=limit)
        return {"gids": ids}, []

    async def _sweeps(self, _message: Message, _buffers: list[bytes]) -> Answer:
        groups = await asyncio.to_thread(self._project.history.groups, Find(grouped=True))
        return {"sweeps": [group.sweep for group in groups if group.sweep][:_SWEEPS_LISTED]}, []

    async def _choose(self, message: Message, _buffers: list[bytes]) -> Answer:
        gids = list(dict.fromkeys(int(gid) for gid in message["gids"]))
        if len(gids) > MOST_CHOSEN:
            raise InvalidRequest([Problem("gids", f"{len(gids):,}", f"at most {MOST_CHOSEN:,} clips can be chosen")])
        jobs = await asyncio.to_thread(generations, self._project, gids)
        self._studio.choose(jobs)
        return {}, []

    async def _compare(self, message: Message, _buffers: list[bytes]) -> Answer:
        sweep = message.get("sweep")
        if sweep is not None:
            clips: object = await asyncio.to_thread(self._project.sweep_run, str(sweep))
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

    async def _jobs(self, message: Message) -> list[Generation]:
        return await asyncio.to_thread(generations, self._project, message["gids"])

    # Once more.

    async def _repeated(self, message: Message) -> Sweep:
        jobs = await self._jobs(message)
        return await asyncio.to_thread(partial(repeated, jobs, new_seeds=message.get("seeds") != "same"))

    async def _again_price(self, message: Message, _buffers: list[bytes]) -> Answer:
        sweep = await self._repeated(message)
        plan = await asyncio.to_thread(partial(sweep.plan, self._project, again=True))
        return {"clips": plan.to_run, "dollars": plan.dollars, "free": plan.free}, []

    async def _again(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await spending.run(self._project, await self._repeated(message), message, again=True), []

    async def _export(self, message: Message, _buffers: list[bytes]) -> Answer:
        jobs = await self._jobs(message)
        folder = await asyncio.to_thread(self._project.export, jobs)
        return {"folder": str(folder), "count": len(jobs)}, []


def find_of(message: Message) -> Find:
    """What the browser looks for. Raises InvalidRequest, naming what it cannot be."""
    asked = dict(message["find"])
    order = str(asked.get("sort", "newest"))
    if order not in ORDERS:
        raise InvalidRequest([Problem("sort", order, f"{order!r} is not allowed; give one of {', '.join(ORDERS)}")])
    rated, seed, sweep, tag, sound = (asked.get(name) for name in ("rated", "seed", "sweep", "tag", "sound"))
    for name, value in (("rated", rated), ("seed", seed)):
        if value is not None and type(value) is not int:
            raise InvalidRequest([Problem(name, repr(value)[:60], f"{value!r} is not allowed; give a whole number")])
    return Find(
        words=tuple(str(asked.get("query", "")).split()),
        sound=None if sound is None else sound is True,
        starred=asked.get("starred") is True,
        rated=rated,
        seed=seed,
        sweep=None if sweep is None else str(sweep),
        tag=None if tag is None else str(tag),
        order=order,
        grouped=asked.get("grouped") is True,
        **{name: tuple(map(str, asked.get(name, ()))) for name in _LISTS},
    )


def generations(project: Project, gids: Iterable[Any]) -> list[Generation]:
    """Those generations, in that order; what the history does not have is left out. It reads the disk."""
    ids = [int(gid) for gid in gids]
    found = {record.id: record for record in project.history.some(ids)}
    return [project.of(found[id]) for id in dict.fromkeys(ids) if id in found]
