"""Files the server hands out: clips it made and pictures it was given, under names nobody can guess."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from ..doors.files import is_file, move_file, names_in, new_file, open_file, remove_file
from ..doors.names import part_path

CONTENT_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
}
_EXTENSIONS = {kind: extension for extension, kind in CONTENT_TYPES.items()}
_NAME = re.compile(r"[A-Za-z0-9_-]{22}\.[a-z0-9]{3,4}")
_PART = re.compile(rf"({_NAME.pattern}|[A-Za-z0-9_-]{{32}}\.[0-9]+)\.part")
"""A part of an upload, or a file that an earlier version was writing; the folder may hold others' files too."""
_OTHER = ".bin"
_MAX_ANNOUNCED = 10_000
SCRATCH_BYTES = 4_000_000_000
"""What the files that nobody asked to keep may hold: a thousand clips, which their project has copied long since."""


@dataclass
class FileStore:
    """A folder of files with random names, and the uploads that were announced.

    With `most` bytes, the oldest files it wrote are deleted when there are more.
    """

    folder: Path
    most: int | None = None
    port: int = 0
    """Where the server that hands them out listens."""
    _expected: dict[str, str] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def new_name(self, content_type: str) -> str:
        """A fresh name for a file of that type."""
        kind = content_type.partition(";")[0].strip().lower()
        return secrets.token_urlsafe(16) + _EXTENSIONS.get(kind, _OTHER)

    def announce(self, content_type: str) -> tuple[str, str]:
        """A secret to upload one file with, and the name it will have."""
        secret, name = secrets.token_urlsafe(24), self.new_name(content_type)
        self.expect(secret, name)
        return secret, name

    def expect(self, secret: str, name: str) -> None:
        """Let that secret stand for that name; the oldest secret gives way when there are too many."""
        self._expected[secret] = name
        if len(self._expected) > _MAX_ANNOUNCED:
            del self._expected[next(iter(self._expected))]

    def expects(self, secret: str) -> bool:
        """Whether an upload secret stands for a name that was not taken yet."""
        return secret in self._expected

    def take(self, secret: str) -> str | None:
        """The name an upload secret stands for, once."""
        return self._expected.pop(secret, None)

    def write(self, name: str, data: bytes) -> None:
        """Write a file so that it appears whole or not at all."""
        with self._write_whole(name) as out:
            out.write(data)
        self._make_room(name, len(data))

    def write_part(self, name: str, data: bytes) -> None:
        """Write a part of an upload, whole or not at all. It does not count among the files."""
        with self._write_whole(name) as out:
            out.write(data)

    def join(self, name: str, parts: Sequence[Path]) -> None:
        """Write a file that is made of others, so that it appears whole or not at all."""
        with self._write_whole(name) as out:
            for part in parts:
                with open_file(part) as piece:
                    shutil.copyfileobj(piece, out, 1 << 20)
            size = out.tell()
        self._make_room(name, size)

    def clear(self) -> None:
        """Delete what an earlier server did not come to the end of; no other may be using the folder."""
        for name in names_in(self.folder):
            if _PART.fullmatch(name) or part_path(self.folder, name):
                with contextlib.suppress(OSError):
                    remove_file(self.folder / name)

    @contextlib.contextmanager
    def _write_whole(self, name: str) -> Iterator[BinaryIO]:
        part, out = new_file(self.folder)
        try:
            with out:
                yield out
            move_file(part, self.folder / name)
        except BaseException:
            with contextlib.suppress(OSError):
                remove_file(part)
            raise

    def _make_room(self, name: str, size: int) -> None:
        """Delete the oldest files while there is more than may be; the newest stays, however large."""
        if self.most is None:
            return
        with self._lock:
            self._sizes[name] = size
            held = sum(self._sizes.values())
            for oldest in list(self._sizes):
                if held <= self.most or oldest == name:
                    break
                held -= self._sizes.pop(oldest)
                with contextlib.suppress(OSError):  # where an open file cannot be deleted, it goes at the end
                    remove_file(self.folder / oldest)

    def path(self, name: str) -> Path | None:
        """The file of that name, if there is one. Open it with `doors.files`: who writes here too may plant a link."""
        path = self.folder / name
        return path if _NAME.fullmatch(name) and is_file(path) else None

    def content_type(self, name: str) -> str:
        """What the file is served as; never anything a browser would run."""
        return CONTENT_TYPES.get(Path(name).suffix, "application/octet-stream")

    def at(self, address: str) -> Path | None:
        """The file an address names, if the address is this server's own."""
        try:
            parts = urlsplit(address)
            own = parts.hostname in LOOPBACK and parts.port == self.port and parts.path.startswith("/files/")
        except ValueError:
            return None
        return self.path(parts.path.removeprefix("/files/")) if own else None


LOOPBACK = ("127.0.0.1", "localhost", "::1")
