"""A project's folder on the disk."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from ..contract.errors import InvalidRequest, Problem
from ..store import clips
from ..store.history import History
from ..store.owners import Owner


def open_folder(folder: Path) -> tuple[Owner, History]:
    """Open a project's folder, made when missing.

    Raises:
        InvalidRequest: it cannot be a project; the text says why.
    """
    try:
        for name in ("", "clips", "frames"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        owner = Owner(folder / ".openers")
        if owner.alone:
            # Beside the opening, which need not wait for a look through 100,000 names.
            threading.Thread(target=clips.sweep, args=(folder,), name="ipyseedance-sweep", daemon=True).start()
        try:
            return owner, History(folder)
        except BaseException:
            owner.release()
            raise
    except (OSError, sqlite3.Error, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InvalidRequest(
            [Problem("folder", str(folder), f"{str(folder)!r} cannot be a project: {reason}")],
            next_step="Close the program that has its history open, then open the project again."
            if "locked" in str(reason)
            else "Choose a folder you may write to.",
        ) from error


def resolved(folder: str | Path) -> Path:
    """The one name a folder has, however it was written."""
    return Path(folder).expanduser().resolve()
