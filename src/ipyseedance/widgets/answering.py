"""What every widget here is: it answers the browser's messages on the job thread, and paints what goes wrong."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

import anywidget

from ..contract.errors import SeedanceError
from ..doors import files
from ..lab import looking
from ..lab.generation import Generation
from ..lab.project import Project
from ..lab.thread import job_thread
from .failures import failure
from .permission import Permission, ReadOnly
from .reading import Message, scalar, shown, texts, wrong

Answer = tuple[dict[str, Any], list[bytes]]
Act = Callable[[Message, list[bytes]], Awaitable[Answer]]
_LONGEST_REQ = 100
_IN_TURN = frozenset({"choose", "judge"})
"""Kinds that set what is chosen, or thought, and wait for the disk before: the last one sent is the one that stands."""
_MOST_TAGS = 100
"""More than a clip can have: that many are named as wrong."""
_LARGEST_CLIP = 1_000_000_000
"""Bytes of a clip that are sent to the page at once."""


class NotThere(SeedanceError, KeyError):
    """What a message names is not there, or not any more. Nothing was done."""

    default_next_step = "Nothing was done. Look at what is there now."

    def __init__(self, what: str, name: object, place: str) -> None:
        super().__init__(f"There is no {what} {shown(name)} {place}.", type="not_there")


class AnswerTable(ABC):
    """One method a kind of message; each gives plain JSON and buffers, or raises what the widget then paints."""

    widget: ClassVar[str]
    """How a person calls it."""
    looking: ClassVar[frozenset[str]]
    """The kinds that only show something. A read-only widget answers no others."""

    def __init__(self, kinds: Mapping[str, Act]) -> None:
        self._kinds = kinds
        self._in_turn = asyncio.Lock()

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self._kinds)

    @property
    @abstractmethod
    def project(self) -> Project: ...

    @property
    @abstractmethod
    def permission(self) -> Permission: ...

    async def answer(self, message: Message, buffers: list[bytes]) -> Answer:
        """Do what a message asks."""
        self.permission.hide(message)
        check_open(self.project)
        kind = message.get("kind")
        act = self._kinds.get(kind) if isinstance(kind, str) else None
        if act is None:
            raise wrong("kind", kind, f"one of {', '.join(sorted(self._kinds))}")
        if self.permission.read_only and kind not in self.looking:
            raise ReadOnly(self.widget, str(kind))
        if kind not in _IN_TURN:
            return await act(message, buffers)
        async with self._in_turn:  # which lets them in as they came
            return await act(message, buffers)


class AnsweringWidget(anywidget.AnyWidget):
    """A widget whose browser side asks by messages: kernels lose and merge trait updates from the browser."""

    def __init__(self, answers: AnswerTable, **state: Any) -> None:
        self._answers = answers
        self._working: set[str] = set()
        """The requests being answered now. Of the job thread."""
        self._home = _running_loop()
        super().__init__(**state)
        _keep_clicks_off_busy_cells(self.comm)
        self.on_msg(self._receive)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no trait from a page: what it means to do it sends as messages.

        The code that other pages run (`_esm`) is a trait too.
        """

    # Messages come in on whatever thread the kernel likes and are handed on at once.

    def _receive(self, _widget: object, content: Any, buffers: list[Any]) -> None:
        # What has no name of its own cannot be answered. No message has more than one buffer.
        if isinstance(content, dict) and isinstance(req := content.get("req"), str) and len(req) <= _LONGEST_REQ:
            job_thread().start(self._answer(content, [bytes(b) for b in list(buffers or ())[:1]]))

    async def _answer(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        reply: dict[str, Any] = {"kind": "reply", "req": content["req"]}
        if content.get("kind") == "hello":
            # What takes long is then not taken for lost, and not asked for twice.
            reply["working"] = list(self._working)
        self._working.add(content["req"])
        try:
            value, out = await self._answers.answer(content, buffers)
        except Exception as error:  # noqa: BLE001 - painted in the widget: a handler's traceback shows nowhere
            self.send(reply | {"ok": False, "error": failure(error)})
        else:
            self.send(reply | {"ok": True, "value": value}, out)
        finally:
            self._working.discard(content["req"])

    def _at_home(self, act: Callable[[], None]) -> None:
        """Do something where the person's own observers may run: they must not hold the job thread."""
        if self._home is None or self._home.is_closed():
            act()
        else:
            self._home.call_soon_threadsafe(act)

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


def generation(project: Project, gid: int) -> Generation:
    """The generation with that number in the history. Raises NotThere when there is none."""
    try:
        return project.by_id(gid)
    except KeyError:
        raise NotThere("clip", gid, "in this project") from None


async def clip_of(job: Generation) -> Answer:
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


async def poster_of(job: Generation, permission: Permission) -> Answer:
    """A JPEG of its first frame."""
    return {}, [await asyncio.to_thread(looking.poster_of, job, keep=not permission.read_only)]


async def judge(project: Project, job: Generation, message: Message) -> None:
    """Keep what a message says of a clip."""
    given: dict[str, Any] = {name: scalar(message, name) for name in ("star", "rating", "note") if name in message}
    if message.get("tags") is not None:
        given["tags"] = texts(message, "tags", _MOST_TAGS)
    elif "tags" in message:
        given["tags"] = None
    await asyncio.to_thread(project.judge, job, **given)


async def tags_of(project: Project) -> Answer:
    """The tags in use in a project, to choose from."""
    return {"tags": await asyncio.to_thread(project.history.tags)}, []


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
