"""A clip on its way to the disk.

What has come so far lies beside where the clip will be, under a hidden name that nobody can foresee. A note, whose name
stays the same, says which that is and what it is a part of: so a download goes on from there after its line was cut or
its kernel died. The note is read as a stranger's: it can name nothing but such a part.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..doors import files, names
from ..doors.parsing import read_json

_LONGEST_NOTE = 20_000


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
    _file: Path | None = None

    @classmethod
    def of(cls, clip: Path, url: str) -> Part:
        """What an earlier download from that address left, or nothing yet."""
        part = cls(clip, url)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            note: dict[str, Any] = read_json(files.read_file(part._note, _LONGEST_NOTE))
            total, mark = note["total"], note["mark"]
            part._file = names.part_path(clip.parent, note["part"])
            if note["url"] == url and type(total) in (int, type(None)) and isinstance(mark, str):
                part.total, part.mark = total, mark
                part.size = 0 if part._file is None else files.look(part._file).st_size
        if part.total is not None and part.size > part.total:
            part.size = 0
        return part

    @property
    def file(self) -> Path:
        """Where what has come lies. Raises FileNotFoundError before anything has."""
        if self._file is None:
            raise FileNotFoundError(f"nothing has come of {self.clip.name}")
        return self._file

    @property
    def _note(self) -> Path:
        return names.note_path(self.clip)

    @property
    def may_have_arrived(self) -> bool:
        """Whether it is worth a look at the disk: a download was begun, and of its part nothing is left."""
        return self.size == 0 and self.total is not None

    @property
    def arrived(self) -> bool:
        """Whether `clip` is this file, whole: the kernel died after it was renamed and before that was recorded."""
        return self.may_have_arrived and files.is_file(self.clip) and files.look(self.clip).st_size == self.total

    def begin(self, total: int | None, mark: str) -> None:
        """Begin with nothing."""
        self.discard()
        files.make_folder(self.clip.parent)
        self._file, file = files.new_file(self.clip.parent)
        file.close()
        self.size, self.total, self.mark = 0, total, mark
        note = {"url": self.url, "total": total, "mark": mark, "part": self._file.name}
        files.write_file(self._note, json.dumps(note).encode())

    def write(self, data: bytes) -> None:
        """Add what came next."""
        # At its place rather than at the end: a write that its task no longer waits for does no harm.
        with files.change_file(self.file) as file:
            file.seek(self.size)
            file.write(data)
        self.size += len(data)

    def finish(self) -> None:
        """Give the whole its name, durably. The note stays until `forget`."""
        with files.change_file(self.file) as file:
            os.fsync(file.fileno())
        files.move_file(self.file, self.clip)

    def forget(self) -> None:
        """Remove the note: the clip is recorded."""
        with contextlib.suppress(OSError):
            files.remove_file(self._note)

    def discard(self) -> None:
        """Throw away what has come."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                files.remove_file(self._file)
        self.forget()
        self.size, self.total, self.mark, self._file = 0, None, "", None
