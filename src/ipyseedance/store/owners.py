"""Which open notebook looks after a job.

Every opener of a project holds a lock file for as long as its process lives, however it dies. So another opener
can tell a job whose kernel is gone from one that is being watched elsewhere.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

_GRACE_SECONDS = 60


class Owner:
    """This opener of a project folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self.id = uuid.uuid4().hex
        self._sweep()
        self._lock = FileLock(self._file(self.id))
        self._lock.acquire(timeout=_GRACE_SECONDS)

    def _file(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"

    def alive(self, owner: str | None) -> bool:
        """Whether that opener's process still lives."""
        if owner == self.id:
            return True
        if not owner or not self._file(owner).exists():
            return False
        try:
            with FileLock(self._file(owner)).acquire(timeout=0):
                return False
        except Timeout:
            return True

    def _sweep(self) -> None:
        for file in self._folder.glob("*.lock"):
            # A new one may not be locked yet, and would look dead for ever if its file were taken away.
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > _GRACE_SECONDS and not self.alive(file.stem):
                    file.unlink()

    def release(self) -> None:
        self._lock.release()
        self._file(self.id).unlink(missing_ok=True)
