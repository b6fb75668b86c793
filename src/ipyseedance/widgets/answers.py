"""What Studio answers to each message of the browser.

`js/src/shared/requests.ts` is the same table on the other side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from ..contract.frames import Frame
from ..jobs.job import Job
from ..jobs.resume import resume
from ..jobs.workspace import workspace_of
from ..project import Project
from ..sweeps.sweep import Sweep
from . import pictures, snippets, spending, sweeping, views
from .answering import Act, Answer, AnswerTable, Rest, clip_of, generation, judge, poster_of, tags_of
from .building import build
from .given import LONGEST_ADDRESS
from .history_answers import HistoryAnswers
from .permission import Locked, Permission
from .reading import Message, drafted, mapping, one_of, text, whole, wrong
from .shown import ShownStudio

_MOST_AT_A_TIME = 1000
PAGE = 50
"""Open amounts that are told at a time."""
_WHICH = {"first": "first", "last": "last"}
_LANGUAGES = {name: name for name in ("python", "javascript", "curl")}


class Answers(AnswerTable):
    """Of Studio; what concerns its history is in `HistoryAnswers`."""

    widget = "Studio"
    looking = frozenset({"hello", "select", "clip", "poster", "code", "tags", "open_amounts"}) | HistoryAnswers.looking
    sets: ClassVar[Mapping[str, str]] = {
        "draft": "draft",
        "select": "player",
        "judge": "judgements",
        "dismiss": "failures",
        **HistoryAnswers.sets,
    }
    adds = frozenset({"dismiss"})
    acts = frozenset({"submit", "run", "resume", "settle", "cancel", "cancel_all"}) | HistoryAnswers.acts
    asks = (
        frozenset({"hello", "plan", "clip", "poster", "code", "tags", "variables", "thumb", "open_amounts"})
        | {"upload", "frame_url", "frame_variable", "frame_clip"}
        | HistoryAnswers.asks
    )

    def __init__(self, studio: ShownStudio) -> None:
        self._studio = studio
        kinds: dict[str, Act] = {
            "hello": self._hello,
            "draft": self._draft,
            "submit": self._submit,
            "plan": self._plan,
            "run": self._run,
            "resume": self._resume,
            "settle": self._settle,
            "open_amounts": self._open_amounts,
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
        }
        super().__init__(kinds | HistoryAnswers(studio).kinds)

    @property
    def project(self) -> Project:
        return self._studio.project

    @property
    def permission(self) -> Permission:
        return self._studio.permission

    async def _job(self, message: Message) -> Job:
        return await generation(self.project, whole(message, "gid"))

    async def _hello(self, _message: Message, _buffers: list[bytes]) -> Answer:
        self._studio.look_again()
        return {}, []

    async def _draft(self, message: Message, _buffers: list[bytes]) -> Rest:
        endpoint, fields, axes = await asyncio.to_thread(drafted, message)
        planned = await self._studio.read_draft(endpoint, fields, text(message, "origin"), axes)

        async def rest() -> Answer:
            await planned
            return {}, []

        return rest()

    async def _submit(self, message: Message, _buffers: list[bytes]) -> Answer:
        project = self.project
        endpoint, fields, _ = drafted(message)
        shown = mapping(message, "shown")
        request = await asyncio.to_thread(build, endpoint, fields, self._studio.pictures)
        confirmed, free, cost = False, workspace_of(project).choice.free, project.prices.estimate(request)
        dearer = spending.dearer(cost, shown)  # which reads it, wherever it is made
        if not free:
            purse = await asyncio.to_thread(workspace_of(project).store.purse)
            purse.check(cost)
            consent = await self.permission.consent(message)
            # The page may have been a moment behind: a price that nobody has seen is asked about.
            confirmed = consent.ask(1, cost, purse.left, dearer)
        # A public name may lead into the kernel's own network: its picture is fetched now, by the rules for pages.
        request = await self._studio.pictures.with_pictures(request)
        # That takes a while, in which prices may be read: it costs no more than what was agreed to.
        job = await asyncio.to_thread(project.submit, request, confirm=confirmed, at_most=cost)
        return {"gids": [job.id]}, []

    async def _sweep(self, message: Message) -> Sweep:
        def read() -> Sweep:
            sweep = sweeping.sweep_of(*drafted(message), self._studio.pictures)
            sweeping.check_size(sweep)
            return sweep

        return await asyncio.to_thread(read)

    async def _plan(self, message: Message, _buffers: list[bytes]) -> Answer:
        sweep, concurrency = await self._sweep(message), whole(message, "concurrency", least=1, most=_MOST_AT_A_TIME)
        return await asyncio.to_thread(lambda: sweeping.table(sweep.plan(self.project, concurrency))), []

    async def _run(self, message: Message, _buffers: list[bytes]) -> Answer:
        skip = message.get("skip_invalid") is True
        try:
            sweep = await self._sweep(message)
            if await self._studio.pictures.fetch_all(sweep):
                sweep = await self._sweep(message)
            return await spending.run(self.project, sweep, message, self.permission, skip_invalid=skip), []
        finally:
            self._studio.refresh("plan")

    async def _resume(self, message: Message, _buffers: list[bytes]) -> Answer:
        project, shown = self.project, mapping(message, "shown")
        consent = await self.permission.consent(message)

        def go_on() -> list[Job]:
            waiting, free = project.waiting(), workspace_of(project).choice.free
            spending.check_shown(waiting.jobs, waiting.cost, shown, free=free)
            spending.check_bills(len(waiting.bills), shown)
            if waiting.bills and not waiting.count and self.permission.locked:
                raise Locked("accept a bill")
            if not free:
                left = workspace_of(project).store.purse().left
                # What waits was taken out of the budget when it was asked for.
                consent.ask(waiting.count, waiting.cost, None if left is None else left + waiting.cost)
            return resume(workspace_of(project), confirm=True, waiting=waiting)

        try:
            # It tries the locks of all who have the project open, which may take seconds.
            jobs = await asyncio.to_thread(go_on)
        finally:
            self._studio.look_again()
        return {"gids": [job.id for job in jobs]}, []

    async def _settle(self, message: Message, _buffers: list[bytes]) -> Answer:
        if self.permission.locked:
            raise Locked("say what was billed")  # it makes room in the budget
        job = await self._job(message)
        billed = message.get("billed")
        if not isinstance(billed, bool):
            raise wrong("billed", billed, "true or false")
        await asyncio.to_thread(job.settle, job.record.estimate if billed else 0.0)
        self._studio.look_again()
        return {}, []

    async def _open_amounts(self, message: Message, _buffers: list[bytes]) -> Answer:
        offset, limit = whole(message, "offset"), whole(message, "limit", least=1, most=PAGE)
        return await asyncio.to_thread(views.open_amounts, self.project, offset, limit), []

    async def _cancel(self, message: Message, _buffers: list[bytes]) -> Answer:
        job = await self._job(message)
        await asyncio.to_thread(job.cancel)
        return {}, []

    async def _cancel_all(self, _message: Message, _buffers: list[bytes]) -> Answer:
        return {"count": len(await asyncio.to_thread(self.project.cancel_all))}, []

    async def _dismiss(self, message: Message, _buffers: list[bytes]) -> Answer:
        job = await self._job(message)
        await asyncio.wrap_future(workspace_of(self.project).store.update(job.id, **job.owed, dismissed=True))
        job.owed = {}
        self._studio.queue.look_again()
        self._studio.refresh("jobs")
        return {}, []

    async def _select(self, message: Message, _buffers: list[bytes]) -> Answer:
        chosen = None if message.get("gid") is None else await self._job(message)
        self._studio.show_clip(chosen, auto=message.get("auto") is True)
        return {}, []

    async def _clip(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await clip_of(await self._job(message))

    async def _poster(self, message: Message, _buffers: list[bytes]) -> Answer:
        return await poster_of(await self._job(message), self.permission)

    async def _code(self, message: Message, _buffers: list[bytes]) -> Answer:
        job, language = await self._job(message), one_of(message, "language", _LANGUAGES)
        choice = workspace_of(self.project).choice
        return {"text": await asyncio.to_thread(snippets.code_for, job, language, choice)}, []

    async def _upload(self, message: Message, buffers: list[bytes]) -> Answer:
        piece = text(message, "upload"), text(message, "name"), whole(message, "index"), buffers[0] if buffers else b""
        frame = await self._studio.pictures.take(*piece, last=message.get("last") is True)
        return (await self._value(frame) if frame is not None else {}), []

    async def _value(self, frame: Frame) -> dict[str, Any]:
        return await asyncio.to_thread(self._studio.pictures.value, frame)

    async def _frame_url(self, message: Message, _buffers: list[bytes]) -> Answer:
        frame = await self._studio.pictures.fetched(text(message, "url", LONGEST_ADDRESS).strip())
        return await self._value(frame), []

    async def _frame_variable(self, message: Message, _buffers: list[bytes]) -> Answer:
        frame = await asyncio.to_thread(pictures.variable, text(message, "name"))
        return await asyncio.to_thread(self._studio.pictures.given, frame), []

    async def _variables(self, _message: Message, _buffers: list[bytes]) -> Answer:
        return {"variables": await asyncio.to_thread(pictures.variables)}, []

    async def _frame_clip(self, message: Message, _buffers: list[bytes]) -> Answer:
        job, which = await self._job(message), one_of(message, "which", _WHICH)
        frame = await asyncio.to_thread(pictures.frame_of_clip, job, which)
        return await self._value(frame), []

    async def _thumb(self, message: Message, _buffers: list[bytes]) -> Answer:
        return {}, [await self._studio.pictures.thumbnail(text(message, "frame", LONGEST_ADDRESS))]

    async def _judge(self, message: Message, _buffers: list[bytes]) -> Answer:
        job = await self._job(message)
        await judge(self.project, job, message)
        self._studio.judged(job)
        return {}, []

    async def _tags(self, _message: Message, _buffers: list[bytes]) -> Answer:
        return await tags_of(self.project)
