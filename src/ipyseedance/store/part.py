"""A clip on its way to the disk.

What has come so far lies beside where the clip will be, under a hidden name that stays the same, so that a download
goes on from there after its line was cut or its kernel died. A note beside it says what it is a part of.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

_REPLACE_TRIES, _REPLACE_PAUSE = 8, 0.25


@dataclass
class Part:
    """What has come of the clip that will be `clip`, from the address `url`. Its methods block, and raise OSError."""

    clip: Path
    url: str
    size: int = 0
    """Bytes that have come."""
    total: int | None = None
    """Bytes the whole has, when the server said so."""
    mark: str = ""
    """The server's word for this version of the file: a strong ETag, a Last-Modified date, or ""."""

    @classmethod
    def of(cls, clip: Path, url: str) -> Part:
        """What an earlier download from that address left, or nothing yet."""
        part = cls(clip, url)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            note = json.loads(part._note.read_text("utf-8"))
            if note["url"] == url:
                part.total, part.mark = note["total"], note["mark"]
                part.size = part.file.stat().st_size
        if part.total is not None and part.size > part.total:
            part.size = 0
        return part

    @property
    def file(self) -> Path:
        return self.clip.with_name(f".{self.clip.name}.part")

    @property
    def _note(self) -> Path:
        return self.clip.with_name(f".{self.clip.name}.part.json")

    @property
    def may_have_arrived(self) -> bool:
        """Whether it is worth a look at the disk: a download was begun, and of its part nothing is left."""
        return self.size == 0 and self.total is not None

    @property
    def arrived(self) -> bool:
        """Whether `clip` is this file, whole: the kernel died after it was renamed and before that was recorded."""
        return self.may_have_arrived and self.clip.is_file() and self._is_whole(self.clip)

    def _is_whole(self, path: Path) -> bool:
        return path.stat().st_size == self.total

    def begin(self, total: int | None, mark: str) -> None:
        """Begin with nothing."""
        self.clip.parent.mkdir(exist_ok=True)
        self.file.write_bytes(b"")
        self.size, self.total, self.mark = 0, total, mark
        self._note.write_text(json.dumps({"url": self.url, "total": total, "mark": mark}), "utf-8")

    def write(self, data: bytes) -> None:
        """Add what came next."""
        # At its place rather than at the end: a write that its task no longer waits for does no harm.
        with self.file.open("r+b") as file:
            file.seek(self.size)
            file.write(data)
        self.size += len(data)

    def finish(self) -> None:
        """Give the whole its name, durably. The note stays until `forget`."""
        with self.file.open("r+b") as file:
            os.fsync(file.fileno())
        replace(self.file, self.clip)

    def forget(self) -> None:
        """Remove the note: the clip is recorded."""
        with contextlib.suppress(OSError):
            self._note.unlink(missing_ok=True)

    def discard(self) -> None:
        """Throw away what has come."""
        with contextlib.suppress(OSError):
            self.file.unlink(missing_ok=True)
        self.forget()
        self.size, self.total, self.mark = 0, None, ""


def replace(part: Path, path: Path) -> None:
    """Give a file its name, durably, over whatever had it."""
    for tries_left in range(_REPLACE_TRIES - 1, -1, -1):
        try:
            part.replace(path)
            break
        except PermissionError:
            # On Windows a file that another program has open cannot be replaced; most let go of it soon.
            if not tries_left:
                raise
            time.sleep(_REPLACE_PAUSE)
    if os.name == "posix":
        with contextlib.suppress(OSError):  # some network disks cannot do it; the name is given all the same
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
