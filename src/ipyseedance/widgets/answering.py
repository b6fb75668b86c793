"""What every widget here is: it answers the browser's messages on the job thread, and paints what goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping
from typing import Any, ClassVar, TypeVar

import anywidget
import traitlets

from ..contract.errors import ProjectUnusable, SeedanceError
from ..doors import files
from ..jobs import previews as looking
from ..jobs.job import Job
from ..jobs.thread import job_thread
from ..jobs.workspace import workspace_of
from ..project import Project
from ..ratings.ratings import rate
from ..store.record import JUDGEMENTS
from .failures import failure
from .permission import Permission, ReadOnly
from .protocol.message import Message, Nothing
from .protocol.shared import ClipFile, ErrorValue, Judge, Reply, Tags
from .reading import read, shown, wrong

A = TypeVar("A")
Answer = tuple[A, list[bytes]]
"""What a message is answered, and the bytes that come beside it."""
Rest = Awaitable[Answer[A]]
"""What is left to do of a message when the next one of its kind may take its turn."""
Act = Callable[[Any, list[bytes]], Awaitable[Answer[Any] | Rest[Any]]]
"""What answers one kind of message: it is given that, and the bytes that came beside it."""
Content = dict[str, object]
"""A message as it came, before anything of it is known."""
log = logging.getLogger("ipyseedance")

_LONGEST_REQ = 100
_MOST_DIGITS = 15
_REMEMBERED = 10_000
"""Messages, and what they set, that are remembered: one that was overtaken, or comes twice, comes within seconds."""
_LARGEST_CLIP = 1_000_000_000
"""Bytes of a clip that are sent to the page at once."""


class NotThere(SeedanceError, KeyError):
    """What a message names is not there, or not any more. Nothing was done."""

    default_next_step = "Nothing was done. Look at what is there now."

    def __init__(self, what: str, name: object, place: str) -> None:
        super().__init__(f"There is no {what} {shown(name)} {place}.", type="not_there")


class AnswerTable(ABC):
    """One method a kind of message; each gives its answer, or raises what the widget then paints.

    Here a message becomes its type, which says how it is answered (`protocol/message.py`).
    """

    widget: ClassVar[str]
    """How a person calls it."""

    def __init__(self, acts: Mapping[type[Message], Act]) -> None:
        self._acts = {kind.kind: (kind, act) for kind, act in acts.items()}
        for kind in acts:
            kind.model_rebuild()  # not on the job thread, for the first message
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._said: OrderedDict[Hashable, int] = OrderedDict()
        """The number of the newest message of a page that set something, by the page and what it set."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._acts)

    @property
    @abstractmethod
    def project(self) -> Project: ...

    @property
    @abstractmethod
    def permission(self) -> Permission: ...

    async def answer(self, content: Content, buffers: list[bytes]) -> Answer[Any]:
        """Do what a message asks."""
        self.permission.hide(content)
        check_open(self.project)
        name = content.get("kind")
        if not isinstance(name, str) or name not in self._acts:
            raise wrong("kind", name, f"one of {', '.join(sorted(self._acts))}")
        kind, act = self._acts[name]
        if self.permission.read_only and not kind.looks:
            raise ReadOnly(self.widget, name)
        if not kind.sets:
            answer = await act(await _read(kind, content), buffers)
        else:
            async with self.turn(kind.sets):
                if self._is_overtaken(kind, content):
                    return {}, []
                answer = await act(await _read(kind, content), buffers)
                self._remember(kind, content)
        return answer if isinstance(answer, tuple) else await answer

    def is_act(self, content: Content) -> bool:
        """Whether doing it twice is more than doing it once."""
        name = content.get("kind")
        kind = self._acts[name][0] if isinstance(name, str) and name in self._acts else Message
        return kind.acts or kind.adds

    def turn(self, thing: str) -> asyncio.Lock:
        """Hold it while that thing is set: it lets in as they came. Of the job thread."""
        return self._turns[thing]

    # Kernels with several threads for messages hand on one after another that was sent later.

    def _is_overtaken(self, kind: type[Message], content: Content) -> bool:
        """Whether what a message sets was set by later ones of its page; what only in part was is taken out of it."""
        page, number = _sent(content)
        if number is None or kind.adds:
            return False
        parts = _parts(kind, content)
        old = [part for part in parts if self._said.get((page, kind.sets, part), -1) > number]
        if parts and len(old) == len(parts):
            return True
        for part in old:
            del content[part[1]]  # of what is said of a clip
        return False

    def _remember(self, kind: type[Message], content: Content) -> None:
        page, number = _sent(content)
        if number is None or kind.adds:
            return
        for part in _parts(kind, content):
            self._said[page, kind.sets, part] = number
            self._said.move_to_end((page, kind.sets, part))
        while len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)


def snapshot(default: object = None) -> Any:
    """A trait that shows the page something, typed by its annotation. The kernel sets it as a whole, never within."""
    return traitlets.Any(default).tag(sync=True)


class AnsweringWidget(anywidget.AnyWidget):
    """A widget whose browser side asks by messages: kernels lose and merge trait updates from the browser."""

    def __init__(self, answers: AnswerTable, **state: Any) -> None:
        self._answers = answers
        self._working: set[str] = set()
        """The requests being answered now. Of the job thread, as the next is."""
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._home = _running_loop()
        super().__init__(**state)
        _keep_clicks_off_busy_cells(self.comm)
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no trait from a page: what it means to do it sends as messages.

        The code that other pages run (`_esm`) is a trait too.
        """

    # Messages come in on whatever thread the kernel likes and are handed on at once.

    def _receive(self, _widget: object, content: Any, buffers: Any) -> None:
        # What has no name of its own cannot be answered.
        if isinstance(content, dict) and isinstance(req := content.get("req"), str) and len(req) <= _LONGEST_REQ:
            job_thread().start(self._answer(content, buffers))

    async def _answer(self, content: Content, buffers: Any) -> None:
        req = str(content["req"])
        if self._answers.is_act(content):
            if req in self._taken:  # a line that was cut may deliver a message twice: it is done, and answered, once
                return
            self._taken[req] = None
            if len(self._taken) > _REMEMBERED:
                self._taken.popitem(last=False)
        reply: Reply = {"kind": "reply", "req": req, "ok": False}
        if content.get("kind") == "hello":
            # What takes long is then not taken for lost, and not asked for twice.
            reply["working"] = list(self._working)
        self._working.add(req)
        out: list[bytes] = []
        try:
            # No message has more than one buffer.
            reply["value"], out = await self._answers.answer(content, [bytes(b) for b in list(buffers or ())[:1]])
            reply["ok"] = True
        except Exception as error:  # noqa: BLE001 - painted in the widget: a handler's traceback shows nowhere
            reply["error"] = self._failure(content, error)
        finally:
            self._working.discard(req)
        try:
            self.send(reply, out)
        except Exception as error:
            log.exception("%r could not send an answer", self)
            unsent: Reply = {"kind": "reply", "req": req, "ok": False, "error": self._failure(content, error)}
            with contextlib.suppress(Exception):  # the page is not to be reached at all, which is logged above
                self.send(unsent)

    def _failure(self, content: Content, error: Exception) -> ErrorValue:
        return failure(error, acted=self._answers.is_act(content))

    def _begin_work(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something on the job thread that nobody waits for. What it raises is logged."""
        job_thread().start(self._done(work))

    async def _done(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ProjectUnusable as error:  # whatever the person does next says so too
            log.warning("%r is not up to date: %s %s", self, error.message, error.next_step)
        except Exception:
            log.exception("%r is not up to date. Please report it; run its cell again to show it anew.", self)

    def _at_home(self, act: Callable[[], object]) -> None:
        """Do something where the person's own observers may run: they must not hold the job thread."""

        def do() -> None:
            try:
                act()
            except Exception:
                log.exception("What observes %r raised. Mend it there; the widget itself goes on.", self)

        if self._home is not None:
            with contextlib.suppress(RuntimeError):  # it is closed
                self._home.call_soon_threadsafe(do)
                return
        do()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if data is None:
            return None
        name = type(self).__name__
        note = f"<p><b>ipyseedance {name}</b>: Run this cell to open the {name}.</p>"
        return data | {"text/html": note, "text/plain": repr(self)}, metadata


def check_open(project: Project) -> None:
    """Raises SeedanceError when the project is closed."""
    if project.closed:
        raise SeedanceError("This project is closed.", next_step="Run the cell again to open it.")


async def generation(project: Project, gid: int) -> Job:
    """The generation with that number in the history. Raises NotThere when there is none."""
    try:
        return await asyncio.to_thread(workspace_of(project).by_id, gid)
    except KeyError:
        raise NotThere("clip", gid, "in this project") from None


async def clip_of(job: Job) -> Answer[ClipFile]:
    """The clip itself; raises SeedanceError when it is not to be had."""
    clip = job.clip
    if clip is None:
        raise SeedanceError("This clip is not on disk.", next_step="It may still be downloading.")
    try:
        data = await asyncio.to_thread(files.read_kept, clip.path, _LARGEST_CLIP)
    except OSError as error:
        raise SeedanceError(
            f"The clip's file cannot be read: {error.strerror}.", next_step=f"It should be {clip.path}."
        ) from error
    return {"content_type": "video/mp4", "name": clip.path.name}, [data]


async def poster_of(job: Job, permission: Permission) -> Answer[Nothing]:
    """A JPEG of its first frame."""
    return {}, [await asyncio.to_thread(looking.poster_of, job, keep=not permission.read_only)]


async def judge(project: Project, job: Job, said: Judge) -> None:
    """Keep what a message says of a clip."""
    given = {name: getattr(said, name) for name in JUDGEMENTS if name in said.model_fields_set}
    await asyncio.to_thread(rate, workspace_of(project), job, given)


async def tags_of(project: Project) -> Answer[Tags]:
    """The tags in use in a project, to choose from."""
    return {"tags": await asyncio.to_thread(workspace_of(project).store.tags)}, []


async def _read(kind: type[Message], content: Content) -> Message:
    return await asyncio.to_thread(read, kind, content) if kind.large else read(kind, content)


def _sent(content: Content) -> tuple[str, int | None]:
    """Which page sent a message, and as which of its messages; None where it does not say."""
    page, _, number = str(content.get("req", "")).rpartition("-")
    return page, int(number) if number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS else None


def _parts(kind: type[Message], content: Content) -> list[tuple[int | None, str]]:
    """What a message sets of its thing: what it says of a clip part by part, anything else as a whole."""
    gid = content.get("gid")
    if kind is not Judge or not isinstance(gid, int):
        return [(None, "")]
    return [(gid, name) for name in JUDGEMENTS if name in content]


def _keep_clicks_off_busy_cells(comm: Any) -> None:
    """Have ipykernel deliver clicks on its subshell, so that Cancel works while a cell blocks the main thread.

    ipykernel 7.4 delivers them to the shell that last sent on the comm, which job progress makes the main one. Its
    private hook is looked up with a default, so other kernels are not concerned; the browser tests cover 7.3 and 7.4.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, default: default


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
