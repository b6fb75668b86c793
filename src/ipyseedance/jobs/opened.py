"""The folders that this process has open, each once, and closing them when the process ends."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from pathlib import Path

from .connection import Choice
from .resume import pick_up
from .thread import job_thread
from .tuning import Tuning
from .workspace import Workspace

log = logging.getLogger("ipyseedance")

_open: dict[Path, Workspace] = {}
_turns: dict[Path, threading.Lock] = {}
"""One for each folder: it is opened once at a time, and holds up no other."""
_closing: dict[Future[None], Path] = {}
"""What is being closed, each with its folder."""
_marking = threading.Lock()
"""Guards what is marked as closed: each is closed once."""
_of_parent: list[Workspace] = []
"""In a process that was forked off, what the one before had open: kept, since to close it here would do it harm."""


def open_workspace(folder: Path, choice: Choice, tuning: Tuning) -> Workspace:
    """The workspace of a folder: the one that is open, or a new one where it is not, or is at another service.

    Args:
        folder: the project's, as `folder.resolve_folder` names it.
        choice: the service its requests go to.
        tuning: for a new one. One that is open keeps its own.

    Raises:
        InvalidRequest: the folder cannot be a project; the text says why.
    """
    with _turn(folder):
        found = _open.get(folder)
        if found is not None and found.choice == choice:
            return found
        if found is not None:
            found.thread.refuse_waiting()
            begin_closing(found)
        # An earlier one too, whose close was interrupted.
        before = [shut for shut, place in list(_closing.items()) if place == folder]
        if before:
            job_thread().refuse_waiting()
            wait(before, tuning.opening_patience)
        workspace = Workspace(folder, choice, tuning)
        try:
            pick_up(workspace)
        except BaseException:
            wait([begin_closing(workspace)], tuning.opening_patience)
            raise
        workspace.begin()
        if not all(shut.done() for shut in before):
            workspace.jobs.do(_pick_up_after(workspace, before))
        _open[folder] = workspace
        return workspace


def already_open(folder: Path) -> Workspace | None:
    """The workspace of that folder, if this process has it open."""
    return _open.get(folder)


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold a folder's turn to be opened."""
    with _turns.setdefault(folder, threading.Lock()):
        yield


async def _pick_up_after(workspace: Workspace, before: list[Future[None]]) -> None:
    """Take up jobs once those that had the folder open have let go of them."""
    # Not awaited themselves: should this one close meanwhile, their closing must not be cancelled with it.
    await asyncio.wait([asyncio.wrap_future(shut) for shut in before])
    await asyncio.to_thread(pick_up, workspace)


def begin_closing(workspace: Workspace, sending: float = 0.0) -> Future[None]:
    """Close it in the background. The future completes when it is closed; asked again, the same one is given.

    Args:
        sending: seconds to go on sending before, what the service takes at once. What then stays is logged.
    """
    with _marking:
        if workspace.shut is None:
            workspace.closed = True
            if _open.get(workspace.folder) is workspace:
                del _open[workspace.folder]
            workspace.shut = workspace.begin_shutdown(sending)
            _closing[workspace.shut] = workspace.folder
            workspace.shut.add_done_callback(lambda shut: _closing.pop(shut, None))
    return workspace.shut


def close(workspace: Workspace) -> None:
    """Close it, and wait for that."""
    if workspace.thread.is_here:  # a forked process has nothing to let go of
        workspace.thread.refuse_waiting()
        begin_closing(workspace).result()


def close_all(*, sending: float = 1.5, within: float = 6.0) -> None:
    """Close every open folder, as this process ends. What was asked for is sent on for a moment.

    The interpreter calls it when all that is not a daemon thread has ended. Jupyter gives a kernel 2.5 seconds, and
    what it cuts off is found on the disk.

    Args:
        sending: seconds in which requests are still sent; none after Ctrl+C.
        within: seconds for all of it. A request that is on its way then is looked for when the project is open again.
    """
    workspaces = list(_open.values())
    if not workspaces and not _closing:
        return
    until = time.monotonic() + within
    interrupted = issubclass(getattr(sys, "last_type", None) or Exception, KeyboardInterrupt)
    for workspace in workspaces:
        begin_closing(workspace, 0.0 if interrupted else sending)
    if wait(list(_closing), within).not_done:
        log.warning("A request was sent and not answered in time. Open the project again: it is then looked for.")
    job_thread().workers.rest(until - time.monotonic())  # a thread must not be within a decoder when Python ends


def _forget_all() -> None:
    """In a process that was forked off: what the one before has open is not open here."""
    global _marking
    _marking = threading.Lock()  # a thread that has not come along may have held it
    _of_parent.extend(_open.values())
    _open.clear()
    _turns.clear()
    _closing.clear()


atexit.register(close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
