"""What Studio answers to each message of the browser. `protocol/requests.py` says what they hold."""

from __future__ import annotations

import asyncio

from ..contract.frames import Frame
from ..jobs.job import Job
from ..jobs.resume import resume
from ..jobs.workspace import workspace_of
from ..project import Project
from ..sweeps.sweep import Sweep
from . import pictures, snippets, spending, sweeping, views
from .answering import Act, Answer, AnswerTable, Rest, clip_of, generation, judge, poster_of, tags_of
from .building import build
from .history_answers import HistoryAnswers
from .permission import Locked, Permission
from .protocol.message import Message, Nothing
from .protocol.requests import (
    Cancel,
    CancelAll,
    Cancelled,
    Code,
    Composed,
    Dismiss,
    FetchFrame,
    GetThumb,
    ListOpenAmounts,
    ListVariables,
    MakePlan,
    OpenAmounts,
    Plan,
    Resume,
    RunSweep,
    Select,
    Sent,
    SetDraft,
    Settle,
    Submit,
    TakeClipFrame,
    TakeVariable,
    Upload,
    Variables,
    WriteCode,
)
from .protocol.shared import Begun, ClipFile, FrameValue, GetClip, GetPoster, Hello, Judge, ListTags, OfClip, Tags
from .reading import wrong
from .shown import ShownStudio


class Answers(AnswerTable):
    """Of Studio; what concerns its history is in `HistoryAnswers`."""

    widget = "Studio"

    def __init__(self, studio: ShownStudio) -> None:
        self._studio = studio
        acts: dict[type[Message], Act] = {
            Hello: self._hello,
            SetDraft: self._draft,
            Submit: self._submit,
            MakePlan: self._plan,
            RunSweep: self._run,
            Resume: self._resume,
            Settle: self._settle,
            ListOpenAmounts: self._open_amounts,
            Cancel: self._cancel,
            CancelAll: self._cancel_all,
            Dismiss: self._dismiss,
            Select: self._select,
            GetClip: self._clip,
            GetPoster: self._poster,
            WriteCode: self._code,
            Upload: self._upload,
            FetchFrame: self._frame_url,
            TakeVariable: self._frame_variable,
            ListVariables: self._variables,
            TakeClipFrame: self._frame_clip,
            GetThumb: self._thumb,
            Judge: self._judge,
            ListTags: self._tags,
        }
        super().__init__(acts | HistoryAnswers(studio).acts)

    @property
    def project(self) -> Project:
        return self._studio.project

    @property
    def permission(self) -> Permission:
        return self._studio.permission

    async def _job(self, ask: OfClip) -> Job:
        return await generation(self.project, ask.gid)

    async def _hello(self, _ask: Hello, _buffers: list[bytes]) -> Answer[Nothing]:
        self._studio.look_again()
        return {}, []

    async def _draft(self, ask: SetDraft, _buffers: list[bytes]) -> Rest[Nothing]:
        planned = await self._studio.read_draft(ask.endpoint, ask.fields, ask.origin, ask.axes)

        async def rest() -> Answer[Nothing]:
            await planned
            return {}, []

        return rest()

    async def _submit(self, ask: Submit, _buffers: list[bytes]) -> Answer[Sent]:
        project = self.project
        request = await asyncio.to_thread(build, ask.endpoint, ask.fields, self._studio.pictures)
        confirmed, free, cost = False, workspace_of(project).choice.free, project.prices.known(request)
        dearer = spending.dearer(cost, ask.shown)
        if not free:
            purse = await asyncio.to_thread(workspace_of(project).store.purse)
            purse.check(cost)
            consent = await self.permission.consent(ask)
            # The page may have been a moment behind: a price that nobody has seen is asked about.
            confirmed = consent.ask(1, cost, purse.left, dearer)
        # A public name may lead into the kernel's own network: its picture is fetched now, by the rules for pages.
        request = await self._studio.pictures.with_pictures(request)
        # That takes a while, in which prices may be read: it costs no more than what was agreed to.
        job = await asyncio.to_thread(project.submit, request, confirm=confirmed, at_most=cost)
        return {"gids": [job.id]}, []

    async def _sweep(self, ask: Composed) -> Sweep:
        def read() -> Sweep:
            sweep = sweeping.sweep_of(ask.endpoint, ask.fields, ask.axes, self._studio.pictures)
            sweeping.check_size(sweep)
            return sweep

        return await asyncio.to_thread(read)

    async def _plan(self, ask: MakePlan, _buffers: list[bytes]) -> Answer[Plan]:
        sweep = await self._sweep(ask)
        return await asyncio.to_thread(lambda: sweeping.table(sweep.plan(self.project, ask.concurrency))), []

    async def _run(self, ask: RunSweep, _buffers: list[bytes]) -> Answer[Begun]:
        try:
            sweep = await self._sweep(ask)
            if await self._studio.pictures.fetch_all(sweep):
                sweep = await self._sweep(ask)
            return await spending.run(self.project, sweep, ask, self.permission, skip_invalid=ask.skip_invalid), []
        finally:
            self._studio.refresh("plan")

    async def _resume(self, ask: Resume, _buffers: list[bytes]) -> Answer[Sent]:
        project = self.project
        consent = await self.permission.consent(ask)

        def go_on() -> list[Job]:
            waiting, free = project.waiting(), workspace_of(project).choice.free
            spending.check_shown(waiting.jobs, waiting.cost, ask.shown, free=free)
            spending.check_bills(len(waiting.bills), ask.shown)
            if waiting.bills and not waiting.count and self.permission.locked:
                raise Locked("accept a bill")
            if not free:
                purse = workspace_of(project).store.purse()
                if waiting.cost is None:
                    purse.check(None)
                # What waits was taken out of the budget when it was asked for.
                left = None if purse.left is None else purse.left + (waiting.cost or 0.0)
                consent.ask(waiting.count, waiting.cost, left)
            return resume(workspace_of(project), confirm=True, waiting=waiting)

        try:
            # It tries the locks of all who have the project open, which may take seconds.
            jobs = await asyncio.to_thread(go_on)
        finally:
            self._studio.look_again()
        return {"gids": [job.id for job in jobs]}, []

    async def _settle(self, ask: Settle, _buffers: list[bytes]) -> Answer[Nothing]:
        if self.permission.locked:
            raise Locked("say what was billed")  # it makes room in the budget
        job = await self._job(ask)
        if ask.billed and job.record.price is None:
            raise wrong("billed", ask.billed, f"what it was, in code: project.by_id({job.id}).settle(dollars)")
        await asyncio.to_thread(job.settle, job.record.estimate if ask.billed else 0.0)
        self._studio.look_again()
        return {}, []

    async def _open_amounts(self, ask: ListOpenAmounts, _buffers: list[bytes]) -> Answer[OpenAmounts]:
        return await asyncio.to_thread(views.open_amounts, self.project, ask.offset, ask.limit), []

    async def _cancel(self, ask: Cancel, _buffers: list[bytes]) -> Answer[Nothing]:
        job = await self._job(ask)
        await asyncio.to_thread(job.cancel)
        return {}, []

    async def _cancel_all(self, _ask: CancelAll, _buffers: list[bytes]) -> Answer[Cancelled]:
        return {"count": len(await asyncio.to_thread(self.project.cancel_all))}, []

    async def _dismiss(self, ask: Dismiss, _buffers: list[bytes]) -> Answer[Nothing]:
        job = await self._job(ask)
        await asyncio.wrap_future(workspace_of(self.project).store.update(job.id, **job.owed, dismissed=True))
        job.owed = {}
        self._studio.queue.look_again()
        self._studio.refresh("jobs")
        return {}, []

    async def _select(self, ask: Select, _buffers: list[bytes]) -> Answer[Nothing]:
        chosen = None if ask.gid is None else await generation(self.project, ask.gid)
        self._studio.show_clip(chosen, auto=ask.auto)
        return {}, []

    async def _clip(self, ask: GetClip, _buffers: list[bytes]) -> Answer[ClipFile]:
        return await clip_of(await self._job(ask))

    async def _poster(self, ask: GetPoster, _buffers: list[bytes]) -> Answer[Nothing]:
        return await poster_of(await self._job(ask), self.permission)

    async def _code(self, ask: WriteCode, _buffers: list[bytes]) -> Answer[Code]:
        job = await self._job(ask)
        choice = workspace_of(self.project).choice
        return {"text": await asyncio.to_thread(snippets.code_for, job, ask.language, choice)}, []

    async def _upload(self, ask: Upload, buffers: list[bytes]) -> Answer[FrameValue | Nothing]:
        data = buffers[0] if buffers else b""
        frame = await self._studio.pictures.take(ask.upload, ask.name, ask.index, data, last=ask.last)
        return (await self._value(frame) if frame is not None else {}), []

    async def _value(self, frame: Frame) -> FrameValue:
        return await asyncio.to_thread(self._studio.pictures.value, frame)

    async def _frame_url(self, ask: FetchFrame, _buffers: list[bytes]) -> Answer[FrameValue]:
        frame = await self._studio.pictures.fetched(ask.url.strip())
        return await self._value(frame), []

    async def _frame_variable(self, ask: TakeVariable, _buffers: list[bytes]) -> Answer[FrameValue]:
        frame = await asyncio.to_thread(pictures.variable, ask.name)
        return await asyncio.to_thread(self._studio.pictures.given, frame), []

    async def _variables(self, _ask: ListVariables, _buffers: list[bytes]) -> Answer[Variables]:
        return {"variables": await asyncio.to_thread(pictures.variables)}, []

    async def _frame_clip(self, ask: TakeClipFrame, _buffers: list[bytes]) -> Answer[FrameValue]:
        job = await self._job(ask)
        frame = await asyncio.to_thread(pictures.frame_of_clip, job, ask.which)
        return await self._value(frame), []

    async def _thumb(self, ask: GetThumb, _buffers: list[bytes]) -> Answer[Nothing]:
        return {}, [await self._studio.pictures.thumbnail(ask.frame)]

    async def _judge(self, ask: Judge, _buffers: list[bytes]) -> Answer[Nothing]:
        job = await self._job(ask)
        await judge(self.project, job, ask)
        self._studio.judged(job)
        return {}, []

    async def _tags(self, _ask: ListTags, _buffers: list[bytes]) -> Answer[Tags]:
        return await tags_of(self.project)
