"""What a Wall answers to each message of the browser. `js/src/wall/messages.ts` is the same table on the other side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..contract import catalog
from ..contract.errors import SeedanceError
from ..contract.roles import Role
from ..jobs import previews as looking
from ..jobs.workspace import workspace_of
from ..project import Project
from ..sweeps.promote import promote
from ..sweeps.sweep import Sweep
from . import spending
from .answering import Answer, AnswerTable, clip_of, judge, poster_of, tags_of
from .permission import Permission, ReadOnly
from .reading import Message, text, whole, wholes
from .shown import ShownWall
from .sweeping import totals
from .wall_voting import Voting

if TYPE_CHECKING:
    from ..jobs.job import Job

_DECODING = 2
"""Clips that are looked into at a time: more would leave nothing to the videos that play meanwhile."""
MOST = 100_000
"""Clips that a message names at most: as many as a sweep can have."""
_MOST_WAVES = 200


class WallAnswers(AnswerTable):
    """Of the wall."""

    widget = "Wall"
    looking = frozenset({"hello", "page", "select", "clip", "poster", "film", "waves", "given"})
    sets: ClassVar[Mapping[str, str]] = {
        "page": "page",
        "select": "choice",
        "judge": "judgements",
        "vote": "votes",
        "unvote": "votes",
    }
    adds = frozenset({"vote", "unvote"})
    acts = frozenset({"promote"})
    asks = frozenset({"hello", "clip", "poster", "film", "waves", "given", "promotion", "tags", "ballot"})

    def __init__(self, wall: ShownWall, voting: Voting) -> None:
        self._wall = wall
        self._decoding = asyncio.Semaphore(_DECODING)
        kinds = {
            "hello": self._hello,
            "page": self._page,
            "select": self._select,
            "judge": self._judge,
            "clip": self._clip,
            "poster": self._poster,
            "film": self._film,
            "waves": self._waves,
            "given": self._given,
            "promotion": self._promotion,
            "promote": self._promote,
            "tags": self._tags,
            "ballot": voting.ballot,
            "vote": voting.vote,
            "unvote": voting.unvote,
        }
        super().__init__(kinds)

    @property
    def project(self) -> Project:
        return self._wall.project

    @property
    def permission(self) -> Permission:
        return self._wall.permission

    def _job(self, message: Message) -> Job:
        return self._wall.job(whole(message, "gid"))

    async def _hello(self, _message: Message, _buffers: list[bytes]) -> Answer:
        await self._wall.look_again()
        return {}, []

    async def _page(self, message: Message, _buffers: list[bytes]) -> Answer:
        await self._wall.turn_to(whole(message, "number"))
        return {}, []

    async def _select(self, message: Message, _buffers: list[bytes]) -> Answer:
        await self._wall.choose(wholes(message, "gids", MOST))
        return {}, []

    async def _judge(self, message: Message, _buffers: list[bytes]) -> Answer:
        await judge(self.project, self._job(message), message)
        await self._wall.show()
        await self._wall.stand()
        return {}, []

    async def _tags(self, _message: Message, _buffers: list[bytes]) -> Answer:
        return await tags_of(self.project)

    async def _clip(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await clip_of(self._job(message))

    async def _poster(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await poster_of(self._job(message), self.permission)

    async def _film(self, message: Message, _buffers: list[bytes]) -> Answer:
        async with self._decoding:
            keep = not self.permission.read_only
            film = await asyncio.to_thread(looking.film_of, self._job(message), keep=keep)
        return {"tiles": film.tiles, "columns": film.columns}, [film.data]

    async def _waves(self, message: Message, _buffers: list[bytes]) -> Answer:
        return {"waves": [await self._wave(self._wall.job(gid)) for gid in wholes(message, "gids", _MOST_WAVES)]}, []

    async def _wave(self, job: Job) -> list[int]:
        """A clip's waveform; none where there is none to draw, which the clip itself explains when it is played."""
        async with self._decoding:
            try:
                return await asyncio.to_thread(looking.waveform_of, job, keep=not self.permission.read_only)
            except SeedanceError:
                return []

    async def _given(self, message: Message, _buffers: list[bytes]) -> Answer:
        job, which = self._job(message), text(message, "which")
        if self.permission.read_only and self._wall.is_by_address(job, which):
            raise ReadOnly(self.widget, "given")  # it would be fetched
        async with self._decoding:
            found = await looking.beside(workspace_of(self.project), job, which)
        return {"ssim": found.ssim, "color_shift": found.color_shift}, [found.given, found.actual]

    async def _promotion(self, message: Message, _buffers: list[bytes]) -> Answer:
        sweep = await self._finals(message)

        def read() -> dict[str, Any]:
            resolutions = catalog.endpoint_for(sweep.base).allowed(Role.RESOLUTION)
            return totals(sweep.plan(self.project)) | {"resolutions": resolutions}

        return await asyncio.to_thread(read) | {"note": sweep.note}, []

    async def _promote(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await spending.run(self.project, await self._finals(message), message, self.permission), []

    async def _finals(self, message: Message) -> Sweep:
        """The sweep that promoting those clips is. Their pictures are read from the disk for it."""
        chosen = [(self._wall.job(gid), self._wall.place(gid)) for gid in wholes(message, "gids", MOST)]
        to = text(message, "resolution"), message.get("sound") is True
        sweep = await asyncio.to_thread(promote, chosen, *to)
        await asyncio.to_thread(self._wall.given.check_requests, sweep)
        return sweep
