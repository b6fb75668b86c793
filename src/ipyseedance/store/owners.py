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
_ASK_SECONDS = 5
_ASKING = "asking"


class Owner:
    """This opener of a project folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self.id = uuid.uuid4().hex
        self._dead: set[str] = set()
        """Those found dead. None of them comes to life again: every opening has an id of its own."""
        self._sweep()
        # The project may be closed on another thread than it was opened on.
        self._lock = FileLock(self._file(self.id), thread_local=False)
        self._lock.acquire(timeout=_GRACE_SECONDS)

    def _file(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"

    def alive(self, owner: str | None) -> bool:
        """Whether that opener's process still lives; True when it cannot be told."""
        if owner == self.id:
            return True
        if not owner or owner in self._dead:
            return False
        if self._file(owner).exists() and self._is_held(owner):
            return True
        self._dead.add(owner)
        return False

    def _is_held(self, owner: str) -> bool:
        # One opener asks at a time: while it tries a dead one's lock, that would look held to another that asks.
        asking, lock = FileLock(self._folder / _ASKING), FileLock(self._file(owner))
        try:
            with asking.acquire(timeout=_ASK_SECONDS, poll_interval=0.01), lock.acquire(timeout=0):
                return False
        except (Timeout, OSError):
            return True

    def living(self) -> list[str]:
        """The openers whose process lives, this one among them."""
        return [file.stem for file in self._folder.glob("*.lock") if self.alive(file.stem)]

    @property
    def alone(self) -> bool:
        """Whether nobody else has the project open."""
        return self.living() == [self.id]

    def _sweep(self) -> None:
        for file in self._folder.glob("*.lock"):
            # A new one may not be locked yet, and would look dead for ever if its file were taken away.
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > _GRACE_SECONDS and not self.alive(file.stem):
                    file.unlink()

    def release(self) -> None:
        self._lock.release()
        with contextlib.suppress(OSError):  # on Windows, while another asks; it is swept away later
            self._file(self.id).unlink()
