"""A project's folder on the disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..contract.errors import InvalidRequest, Problem
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
        history = History(folder)
        return Owner(folder / ".openers"), history
    except (OSError, sqlite3.Error, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InvalidRequest(
            [Problem("folder", str(folder), f"{str(folder)!r} cannot be a project: {reason}")],
            next_step="Choose a folder you may write to.",
        ) from error


def resolved(folder: str | Path) -> Path:
    """The one name a folder has, however it was written."""
    return Path(folder).expanduser().resolve()
