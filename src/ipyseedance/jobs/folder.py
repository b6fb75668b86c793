"""A project's folder on the disk."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from ..contract.errors import InvalidRequest, Problem, ProjectUnusable
from ..doors import disks, files, names
from ..store import clips
from ..store.leases import Lease
from ..store.schema import ForeignSchema, InUse
from ..store.store import Store


def open_folder(folder: Path) -> tuple[Lease, Store]:
    """Open a project's folder, made when missing.

    Raises:
        InvalidRequest: it cannot be a project; the text says why.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names.ROOMS:
            _make_room(names.room(folder, name), wanted=name not in names.MADE_WHEN_NEEDED)
        disks.check_locks(names.room(folder, names.OPENERS))
        lease = Lease(names.room(folder, names.OPENERS))
        if lease.alone:
            # Beside the opening, which need not wait for a look through 100,000 names.
            threading.Thread(target=clips.sweep, args=(folder,), name="ipyseedance-sweep", daemon=True).start()
        try:
            return lease, Store(folder, alone=lease.alone)
        except BaseException:
            lease.release()
            raise
    except (OSError, sqlite3.Error, ValueError, ProjectUnusable) as error:
        why = _why(folder, error)
        raise InvalidRequest(
            [Problem("folder", str(folder), f"{str(folder)!r} cannot be a project: {why}")],
            next_step=_next_step(error),
        ) from error


def _why(folder: Path, error: Exception) -> str:
    if isinstance(error, disks.NoLocks):
        return f"{error.strerror}. It is on {disks.disk_of(folder)}"
    if isinstance(error, ProjectUnusable):
        return error.message
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    blocked = _unwritable(folder)
    return f"{reason} ({blocked})" if blocked else reason


def _unwritable(folder: Path) -> str:
    """What of a folder may not be written, or of those it is in where it is not there yet."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    rooms = (names.room(folder, name) for name in names.ROOMS)
    return files.unwritable([there, *rooms, folder / names.HISTORY])


def _make_room(path: Path, *, wanted: bool) -> None:
    """Make one of a project's folders. What is a link is refused: whatever is written would come where it leads."""
    if wanted or path.is_symlink() or path.exists():
        files.make_folder(path)


def _next_step(error: Exception) -> str:
    if isinstance(error, files.NoFile):
        return "A project keeps everything in its own folder: put a real folder or file there, or move it as a whole."
    if isinstance(error, ForeignSchema):
        return "Its history was made or changed by another program. The clips are MP4s in its folder clips: copy them."
    if isinstance(error, InUse):
        return "Close it there, or restart that notebook's kernel. Then open it here again."
    if isinstance(error, disks.NoLocks):
        return (
            "Without locks two notebooks would write over each other's records. Keep the project on another disk, such"
            " as this machine's own, and copy the folder to this one when its work is done."
        )
    if "locked" in str(error):
        return "Close the program that has its history open, then open the project again."
    if isinstance(error, PermissionError):
        return f"Choose a folder you may write to. {files.LET_WRITE}"
    return "Choose a folder you may write to."


def resolve_folder(folder: str | Path) -> Path:
    """The one name a folder has, however it was written."""
    return Path(folder).expanduser().resolve()
