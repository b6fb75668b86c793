"""What Studio answers to each message of the browser. `js/src/requests.ts` is the same table on the other side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..lab.generation import Generation
from ..lab.sweep import Sweep
from . import pictures, snippets, spending, sweeping, views
from .answering import Answer, Message, check_open, clip_of, judge, poster_of, tags_of
from .building import build
from .history_answers import HistoryAnswers
from .permission import ask

if TYPE_CHECKING:
    from .studio import Studio


class Answers:
    """One method a kind of message; each gives plain JSON and buffers, or raises what the widget then paints."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._kinds: dict[str, Callable[[Message, list[bytes]], Awaitable[Answer]]] = {
            "hello": self._hello,
            "draft": self._draft,
            "submit": self._submit,
            "plan": self._plan,
            "run": self._run,
            "resume": self._resume,
            "cancel": self._cancel,
            "cancel_all": self._cancel_all,
            "dismiss": self._dismiss,
            "select": self._select,
            "clip": self._clip,
            "poster": self._poster,
            "code": self._code,
            "upload": self._upload,
            "frame_url": self._frame_url,
            "frame_variable": self._frame_variable,
            "variables": self._variables,
            "frame_clip": self._frame_clip,
            "thumb": self._thumb,
            "judge": self._judge,
            "tags": self._tags,
            **HistoryAnswers(studio).kinds,
        }

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._kinds)

    async def answer(self, message: Message, buffers: list[bytes]) -> Answer:
        """Do what a message asks."""
        check_open(self._studio.project)
        return await self._kinds[str(message.get("kind"))](message, buffers)

    def _job(self, message: Message) -> Generation:
        return self._studio.project.by_id(int(message["gid"]))

    async def _hello(self, _message: Message, _buffers: list[bytes]) -> Answer:
        self._studio.look_again()
        return {}, []

    async def _draft(self, message: Message, _buffers: list[bytes]) -> Answer:
        endpoint, fields, axes = _drafted(message)
        await asyncio.wrap_future(self._studio.redraft(endpoint, fields, str(message["origin"]), axes))
        return {}, []

    async def _submit(self, message: Message, _buffers: list[bytes]) -> Answer:
        project = self._studio.project
        request = build(str(message["endpoint"]), dict(message["fields"]), self._studio.pictures)
        confirmed = False
        if not project.connection.choice.free:
            cost, purse = project.prices.estimate(request), project.purse
            purse.check(cost)
            confirmed = ask(1, cost, purse.left, message.get("confirm"))
        job = project.submit(request, confirm=confirmed)
        await asyncio.wrap_future(job.recorded)
        return {"gids": [job.id]}, []

    async def _sweep(self, message: Message) -> Sweep:
        sweep = await asyncio.to_thread(sweeping.sweep_of, *_drafted(message), self._studio.pictures)
        sweeping.check_size(sweep)
        return sweep

    async def _plan(self, message: Message, _buffers: list[bytes]) -> Answer:
        sweep = await self._sweep(message)
        plan = await asyncio.to_thread(sweep.plan, self._studio.project, message["concurrency"])
        return sweeping.table(plan), []

    async def _run(self, message: Message, _buffers: list[bytes]) -> Answer:
        skip = message.get("skip_invalid") is True
        try:
            return await spending.run(self._studio.project, await self._sweep(message), message, skip_invalid=skip), []
        finally:
            self._studio.refresh("plan")

    async def _resume(self, message: Message, _buffers: list[bytes]) -> Answer:
        project = self._studio.project

        def resume() -> list[Generation]:
            waiting, left = views.waiting(project), project.purse.left
            # What waits was taken out of the budget when it was asked for.
            before = None if left is None else left + waiting["cost"]
            ask(waiting["count"], waiting["cost"], before, message.get("confirm"))
            return project.resume()

        try:
            # It tries the locks of all who have the project open, which may take seconds.
            jobs = await asyncio.to_thread(resume)
        finally:
            self._studio.look_again()
        return {"gids": [job.id for job in jobs]}, []

    async def _cancel(self, message: Message, _buffers: list[bytes]) -> Answer:
        self._job(message).cancel()
        return {}, []

    async def _cancel_all(self, _message: Message, _buffers: list[bytes]) -> Answer:
        return {"count": len(self._studio.project.cancel_all())}, []

    async def _dismiss(self, message: Message, _buffers: list[bytes]) -> Answer:
        job = self._job(message)
        await asyncio.wrap_future(self._studio.project.history.update(job.id, **job.owed, dismissed=True))
        job.owed = {}
        self._studio.queue.look_again()
        self._studio.refresh("jobs")
        return {}, []

    async def _select(self, message: Message, _buffers: list[bytes]) -> Answer:
        gid = message.get("gid")
        self._studio.select(None if gid is None else int(gid))
        return {}, []

    async def _clip(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await clip_of(self._job(message))

    async def _poster(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await poster_of(self._studio.project, self._job(message))

    async def _code(self, message: Message, _buffers: list[bytes]) -> Answer:
        return {"text": snippets.code_for(self._job(message), str(message["language"]))}, []

    async def _upload(self, message: Message, buffers: list[bytes]) -> Answer:
        frame = await asyncio.to_thread(
            self._studio.pictures.chunk,
            str(message["upload"]),
            str(message["name"]),
            int(message["index"]),
            buffers[0] if buffers else b"",
            last=message.get("last") is True,
        )
        return (self._studio.pictures.value(frame) if frame is not None else {}), []

    async def _frame_url(self, message: Message, _buffers: list[bytes]) -> Answer:
        frame = await self._studio.project.fetch_frame(str(message["url"]).strip())
        return self._studio.pictures.value(frame), []

    async def _frame_variable(self, message: Message, _buffers: list[bytes]) -> Answer:
        frame = await asyncio.to_thread(pictures.variable, str(message["name"]))
        return self._studio.pictures.value(frame), []

    async def _variables(self, _message: Message, _buffers: list[bytes]) -> Answer:
        return {"variables": pictures.variables()}, []

    async def _frame_clip(self, message: Message, _buffers: list[bytes]) -> Answer:
        job = self._job(message)
        which = "first" if message.get("which") == "first" else "last"
        frame = await asyncio.to_thread(pictures.frame_of_clip, job, which)
        return self._studio.pictures.value(frame), []

    async def _thumb(self, message: Message, _buffers: list[bytes]) -> Answer:
        return {}, [await self._studio.pictures.thumbnail(str(message["frame"]))]

    async def _judge(self, message: Message, _buffers: list[bytes]) -> Answer:
        job = self._job(message)
        await judge(self._studio.project, job, message)
        self._studio.judged(job)
        return {}, []

    async def _tags(self, _message: Message, _buffers: list[bytes]) -> Answer:
        return await tags_of(self._studio.project)


def _drafted(message: Message) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What a view's composer holds: endpoint, fields, and axes, of which a page of another day knows nothing."""
    return str(message["endpoint"]), dict(message["fields"]), dict(message.get("axes", {}))
