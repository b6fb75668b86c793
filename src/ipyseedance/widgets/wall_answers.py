"""What a Wall answers to each message of the browser. `js/src/wall/messages.ts` is the same table on the other side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ..contract.errors import SeedanceError
from ..lab import looking
from ..lab.promotion import promoted
from ..lab.sweep import Sweep
from . import spending
from .answering import Answer, Message, check_open, clip_of, judge, poster_of, tags_of
from .sweeping import totals

if TYPE_CHECKING:
    from .wall import Wall

_DECODING = 2
"""Clips that are looked into at a time: more would leave nothing to the videos that play meanwhile."""


class WallAnswers:
    """One method a kind of message; each gives plain JSON and buffers, or raises what the widget then paints."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._decoding = asyncio.Semaphore(_DECODING)
        self._kinds: dict[str, Callable[[Message], Awaitable[Answer]]] = {
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
            "ballot": wall.voting.ballot,
            "vote": wall.voting.vote,
            "unvote": wall.voting.unvote,
        }

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._kinds)

    async def answer(self, message: Message, _buffers: list[bytes]) -> Answer:
        """Do what a message asks."""
        check_open(self._wall.project)
        return await self._kinds[str(message.get("kind"))](message)

    async def _hello(self, _message: Message) -> Answer:
        await self._wall.look_again()
        return {}, []

    async def _page(self, message: Message) -> Answer:
        self._wall.turn_to(int(message["number"]))
        return {}, []

    async def _select(self, message: Message) -> Answer:
        self._wall.choose(int(gid) for gid in message["gids"])
        return {}, []

    async def _judge(self, message: Message) -> Answer:
        await judge(self._wall.project, self._wall.job(int(message["gid"])), message)
        self._wall.show()
        await self._wall.stand()
        return {}, []

    async def _tags(self, _message: Message) -> Answer:
        return await tags_of(self._wall.project)

    async def _clip(self, message: Message) -> Answer:
        return await clip_of(self._wall.job(int(message["gid"])))

    async def _poster(self, message: Message) -> Answer:
        return await poster_of(self._wall.project, self._wall.job(int(message["gid"])))

    async def _film(self, message: Message) -> Answer:
        async with self._decoding:
            film = await asyncio.to_thread(looking.film_of, self._wall.job(int(message["gid"])))
        return {"tiles": film.tiles, "columns": film.columns}, [film.data]

    async def _waves(self, message: Message) -> Answer:
        return {"waves": [await self._wave(int(gid)) for gid in message["gids"]]}, []

    async def _wave(self, gid: int) -> list[int]:
        """A clip's waveform; none where there is none to draw, which the clip itself explains when it is played."""
        async with self._decoding:
            try:
                return await asyncio.to_thread(looking.waveform_of, self._wall.job(gid))
            except SeedanceError:
                return []

    async def _given(self, message: Message) -> Answer:
        job, which = self._wall.job(int(message["gid"])), str(message["which"])
        async with self._decoding:
            found = await looking.beside(self._wall.project, job, which)
        return {"ssim": found.ssim, "color_shift": found.color_shift}, [found.given, found.actual]

    async def _promotion(self, message: Message) -> Answer:
        sweep = await self._finals(message)
        plan = await asyncio.to_thread(sweep.plan, self._wall.project)
        schema = type(sweep.base).model_json_schema()["properties"]
        return totals(plan) | {"resolutions": schema["resolution"]["enum"], "note": sweep.note}, []

    async def _promote(self, message: Message) -> Answer:
        return await spending.run(self._wall.project, await self._finals(message), message), []

    async def _finals(self, message: Message) -> Sweep:
        """The sweep that promoting those clips is. Their pictures are read from the disk for it."""
        chosen = [(self._wall.job(gid), self._wall.place(gid)) for gid in map(int, message["gids"])]
        return await asyncio.to_thread(promoted, chosen, str(message["resolution"]), message["generate_audio"] is True)
