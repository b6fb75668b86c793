"""Uploads in parts: kept on the disk one by one, and put together when the caller says that all have come."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..doors.files import remove_file
from .files import FileStore

MAX_OPEN = 8
"""Uploads that may be under way; the oldest gives way."""
MAX_BYTES = 1_000_000_000
"""What one upload may hold."""
MAX_PART = 10_000


class WrongPart(Exception):
    """A part that is not taken, or a list of parts that is not what was sent."""


@dataclass
class _Upload:
    name: str
    parts: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Tag and bytes of each part by its number."""


class MultipartUploads:
    """The uploads in parts to one store. Any thread may call."""

    def __init__(self, files: FileStore) -> None:
        self._files = files
        self._open: dict[str, _Upload] = {}
        self._lock = threading.Lock()

    def begin(self, content_type: str) -> tuple[str, str]:
        """The secret name of a new upload, and the name its file will have."""
        id, name = secrets.token_urlsafe(24), self._files.new_name(content_type)
        with self._lock:
            self._open[id] = _Upload(name)
            abandoned = list(self._open)[:-MAX_OPEN]
        for old in abandoned:
            self._drop(old)
        return id, name

    def knows(self, id: str, name: str) -> bool:
        """Whether that upload is under way for a file of that name."""
        upload = self._open.get(id)
        return upload is not None and upload.name == name

    def put(self, id: str, number: int, data: bytes) -> str:
        """Keep a part, in place of an earlier one of that number; its tag.

        Raises:
            WrongPart: its number is out of range, or the upload grows too large or is over.
        """
        if not 1 <= number <= MAX_PART:
            raise WrongPart(f"A part's number is from 1 to {MAX_PART}.")
        tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        with self._lock:
            upload = self._open.get(id)
            if upload is None:
                raise WrongPart("There is no such upload.")
            others = sum(size for n, (_, size) in upload.parts.items() if n != number)
            if others + len(data) > MAX_BYTES:
                raise WrongPart(f"An upload holds {MAX_BYTES} bytes at most.")
            self._files.write_part(self._part(id, number).name, data)
            upload.parts[number] = tag, len(data)
        return tag

    def complete(self, id: str, listed: Sequence[tuple[int, str]]) -> None:
        """Make the file of the listed parts.

        Raises:
            WrongPart: what is listed is not what was sent.
            OSError: the file cannot be written; it may be tried again.
        """
        with self._lock:
            upload = self._open.get(id)
            kept = {} if upload is None else upload.parts
            if upload is None or not listed or any(kept.get(n, ("", 0))[0] != tag for n, tag in listed):
                raise WrongPart("The parts are not those that were sent.")
            del self._open[id]  # so that nobody changes its parts meanwhile
        numbers = sorted({number for number, _ in listed})
        try:
            self._files.join(upload.name, [self._part(id, number) for number in numbers])
        except OSError:
            with self._lock:
                self._open[id] = upload
            raise
        self._delete(id, upload)

    def _drop(self, id: str) -> None:
        with self._lock:
            upload = self._open.pop(id, None)
        if upload is not None:
            self._delete(id, upload)

    def _delete(self, id: str, upload: _Upload) -> None:
        for number in upload.parts:
            with contextlib.suppress(OSError):
                remove_file(self._part(id, number))

    def _part(self, id: str, number: int) -> Path:
        return self._files.folder / f"{id}.{number}.part"
