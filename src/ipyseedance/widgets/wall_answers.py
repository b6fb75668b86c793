"""What a Wall answers to each message of the browser. `protocol/wall.py` says what they hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..contract import catalog
from ..contract.errors import SeedanceError
from ..contract.roles import Role
from ..jobs import previews as looking
from ..jobs.workspace import workspace_of
from ..project import Project
from ..sweeps.promote import promote
from ..sweeps.sweep import Sweep
from . import spending
from .answering import Act, Answer, AnswerTable, clip_of, judge, poster_of, tags_of
from .permission import Permission, ReadOnly
from .protocol.message import Message, Nothing
from .protocol.shared import Begun, ClipFile, GetClip, GetPoster, Hello, Judge, OfClip, Tags
from .protocol.wall import (
    CompareGiven,
    FilmTiles,
    Finals,
    GetBallot,
    GetFilm,
    GetWaves,
    Likeness,
    ListTags,
    PlanPromotion,
    Promote,
    Promotion,
    SelectCells,
    TurnPage,
    Unvote,
    Vote,
    Waves,
)
from .shown import ShownWall
from .sweeping import totals
from .wall_voting import Voting

if TYPE_CHECKING:
    from ..jobs.job import Job

_DECODING = 2
"""Clips that are looked into at a time: more would leave nothing to the videos that play meanwhile."""


class WallAnswers(AnswerTable):
    """Of the wall."""

    widget = "Wall"

    def __init__(self, wall: ShownWall, voting: Voting) -> None:
        self._wall = wall
        self._decoding = asyncio.Semaphore(_DECODING)
        acts: dict[type[Message], Act] = {
            Hello: self._hello,
            TurnPage: self._page,
            SelectCells: self._select,
            Judge: self._judge,
            GetClip: self._clip,
            GetPoster: self._poster,
            GetFilm: self._film,
            GetWaves: self._waves,
            CompareGiven: self._compare_given,
            PlanPromotion: self._promotion,
            Promote: self._promote,
            ListTags: self._tags,
            GetBallot: voting.ballot,
            Vote: voting.vote,
            Unvote: voting.unvote,
        }
        super().__init__(acts)

    @property
    def project(self) -> Project:
        return self._wall.project

    @property
    def permission(self) -> Permission:
        return self._wall.permission

    def _job(self, ask: OfClip) -> Job:
        return self._wall.job(ask.gid)

    async def _hello(self, _ask: Hello, _buffers: list[bytes]) -> Answer[Nothing]:
        await self._wall.look_again()
        return {}, []

    async def _page(self, ask: TurnPage, _buffers: list[bytes]) -> Answer[Nothing]:
        await self._wall.turn_to(ask.number)
        return {}, []

    async def _select(self, ask: SelectCells, _buffers: list[bytes]) -> Answer[Nothing]:
        await self._wall.choose(ask.gids)
        return {}, []

    async def _judge(self, ask: Judge, _buffers: list[bytes]) -> Answer[Nothing]:
        await judge(self.project, self._job(ask), ask)
        await self._wall.show()
        await self._wall.stand()
        return {}, []

    async def _tags(self, _ask: ListTags, _buffers: list[bytes]) -> Answer[Tags]:
        return await tags_of(self.project)

    async def _clip(self, ask: GetClip, _buffers: list[bytes]) -> Answer[ClipFile]:
        return await clip_of(self._job(ask))

    async def _poster(self, ask: GetPoster, _buffers: list[bytes]) -> Answer[Nothing]:
        return await poster_of(self._job(ask), self.permission)

    async def _film(self, ask: GetFilm, _buffers: list[bytes]) -> Answer[FilmTiles]:
        async with self._decoding:
            keep = not self.permission.read_only
            film = await asyncio.to_thread(looking.film_of, self._job(ask), keep=keep)
        return {"tiles": film.tiles, "columns": film.columns}, [film.data]

    async def _waves(self, ask: GetWaves, _buffers: list[bytes]) -> Answer[Waves]:
        return {"waves": [await self._wave(self._wall.job(gid)) for gid in ask.gids]}, []

    async def _wave(self, job: Job) -> list[int]:
        """A clip's waveform; none where there is none to draw, which the clip itself explains when it is played."""
        async with self._decoding:
            try:
                return await asyncio.to_thread(looking.waveform_of, job, keep=not self.permission.read_only)
            except SeedanceError:
                return []

    async def _compare_given(self, ask: CompareGiven, _buffers: list[bytes]) -> Answer[Likeness]:
        job = self._job(ask)
        if self.permission.read_only and self._wall.is_by_address(job, ask.which):
            raise ReadOnly(self.widget, "given")  # it would be fetched
        async with self._decoding:
            found = await looking.beside(workspace_of(self.project), job, ask.which)
        return {"ssim": found.ssim, "color_shift": found.color_shift}, [found.given, found.actual]

    async def _promotion(self, ask: PlanPromotion, _buffers: list[bytes]) -> Answer[Promotion]:
        sweep = await self._finals(ask)

        def read() -> Promotion:
            resolutions = catalog.endpoint_for(sweep.base).allowed(Role.RESOLUTION)
            return {
                **totals(sweep.plan(self.project)),
                "resolution": str(sweep.base.value(Role.RESOLUTION) or ""),
                "resolutions": resolutions,
                "note": sweep.note,
            }

        return await asyncio.to_thread(read), []

    async def _promote(self, ask: Promote, _buffers: list[bytes]) -> Answer[Begun]:
        return await spending.run(self.project, await self._finals(ask), ask, self.permission), []

    async def _finals(self, ask: Finals) -> Sweep:
        """The sweep that promoting those clips is. Their pictures are read from the disk for it."""
        chosen = [(self._wall.job(gid), self._wall.place(gid)) for gid in ask.gids]
        sweep = await asyncio.to_thread(lambda: promote(chosen, ask.resolution or _finest(chosen), ask.sound))
        await asyncio.to_thread(self._wall.given.check_requests, sweep)
        return sweep


def _finest(chosen: Iterable[tuple[Job, Mapping[str, str]]]) -> str:
    """The last of the resolutions that the model of those clips has, which is its finest; "" where none is known."""
    found = (catalog.known(job.record.endpoint) for job, _ in chosen)
    return next((allowed[-1] for one in found if one and (allowed := one.allowed(Role.RESOLUTION))), "")
