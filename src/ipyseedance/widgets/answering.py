"""What every widget here is: it answers the browser's messages on the job thread, and paints what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import anywidget

from ..contract.errors import SeedanceError
from ..lab.generation import Generation
from ..lab.project import Project
from ..lab.thread import job_thread
from .failures import failure

Message = dict[str, Any]
Answer = tuple[dict[str, Any], list[bytes]]


class Answers(Protocol):
    """What answers a widget's messages, or raises what the widget then paints."""

    async def answer(self, message: Message, buffers: list[bytes]) -> Answer: ...


class AnsweringWidget(anywidget.AnyWidget):
    """A widget whose browser side asks by messages: kernels lose and merge trait updates from the browser."""

    def __init__(self, answers: Answers, **state: Any) -> None:
        self._answers = answers
        self._working: set[str] = set()
        """The requests being answered now. Of the job thread."""
        self._home = _running_loop()
        super().__init__(**state)
        _keep_clicks_off_busy_cells(self.comm)
        self.on_msg(self._receive)

    # Messages come in on whatever thread the kernel likes and are handed on at once.

    def _receive(self, _widget: object, content: Any, buffers: list[Any]) -> None:
        if isinstance(content, dict) and "req" in content:
            job_thread().start(self._answer(content, [bytes(b) for b in buffers or ()]))

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


async def clip_of(job: Generation) -> Answer:
    """The clip itself; raises SeedanceError when it is not to be had."""
    clip = job.clip
    if clip is None:
        raise SeedanceError("This clip is not on disk.", next_step="It may still be downloading.")
    try:
        data = await asyncio.to_thread(clip.path.read_bytes)
    except OSError as error:
        raise SeedanceError(
            f"The clip's file cannot be read: {error.strerror}.", next_step=f"It should be {clip.path}."
        ) from error
    return {"content_type": "video/mp4", "name": clip.path.name}, [data]


async def poster_of(project: Project, job: Generation) -> Answer:
    """A JPEG of its first frame."""
    return {}, [await asyncio.to_thread(project.poster, job)]


async def judge(project: Project, job: Generation, message: Message) -> None:
    """Keep what a message says of a clip."""
    given = {name: message[name] for name in ("star", "rating", "tags", "note") if name in message}
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
