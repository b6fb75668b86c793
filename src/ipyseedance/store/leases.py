"""Leases: which open notebook looks after a job.

Every opener of a project holds a lock file for as long as its process lives, however it dies. So another opener
can tell a job whose kernel is gone from one that is being watched elsewhere.
"""

from __future__ import annotations

import contextlib
import re
import time
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

from ..doors import files, names

_GRACE_SECONDS = 60
_ASK_SECONDS = 5
_ASKING = "asking"
_ID = re.compile(r"[0-9a-f]{32}")
"""An opener's id, which names its lock file. A row or a folder may say anything else."""


class Lease:
    """This opener's lease of a project folder, which others see as long as its process lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        files.make_folder(folder)
        self.id = uuid.uuid4().hex
        self._dead: set[str] = set()
        """Those found dead. None of them comes to life again: every opening has an id of its own."""
        try:
            files.look(folder / _ASKING)
        except FileNotFoundError:
            pass  # the first to ask makes it
        except files.NoFile:  # a link, such as somebody may have left, would keep all from asking
            files.remove_file(folder / _ASKING)
        self._sweep()
        # The project may be closed on another thread than it was opened on.
        self._lock = FileLock(self._file(self.id), thread_local=False)
        self._lock.acquire(timeout=_GRACE_SECONDS)

    def _file(self, owner: str) -> Path:
        return names.lock_path(self._folder, owner)

    def alive(self, owner: str | None) -> bool:
        """Whether that opener's process still lives; True when it cannot be told."""
        if owner == self.id:
            return True
        if not owner or owner in self._dead or not _ID.fullmatch(owner):
            return False
        try:
            files.look(self._file(owner))  # the library opens no link either; it would make a file that is not there
            if self._is_held(owner):
                return True
        except (FileNotFoundError, files.NoFile):
            pass
        except OSError:
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
        return [owner for owner in self._owners() if self.alive(owner)]

    def _owners(self) -> list[str]:
        stems = (name.removesuffix(".lock") for name in files.names_in(self._folder) if name.endswith(".lock"))
        return [stem for stem in stems if _ID.fullmatch(stem)]

    @property
    def alone(self) -> bool:
        """Whether nobody else has the project open."""
        return self.living() == [self.id]

    def _sweep(self) -> None:
        for owner in self._owners():
            # A new one may not be locked yet, and would look dead for ever if its file were taken away.
            with contextlib.suppress(OSError):
                file = self._file(owner)
                if time.time() - files.look(file).st_mtime > _GRACE_SECONDS and not self.alive(owner):
                    files.remove_file(file)

    def release(self) -> None:
        """Give it back: what this opener looked after is anybody's."""
        self._lock.release()
        with contextlib.suppress(OSError):  # on Windows, while another asks; it is swept away later
            files.remove_file(self._file(self.id))
