"""The files of a project: the clips' names, and frames and posters, each written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import time
import unicodedata
import uuid
from collections.abc import Callable
from pathlib import Path

from ..contract.errors import ProjectUnusable
from ..contract.frames import Frame
from .part import replace

_IDLE_SECONDS, _OLD_SECONDS = 3600, 7 * 86400


def clip_name(id: int, prompt: str, seed: int | None) -> str:
    """A file name a person can read: number, the prompt's first words, seed."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain)[:6])[:48].strip("-")
    parts = [f"{id:05d}", words, f"seed{seed}" if seed is not None else ""]
    return "-".join(part for part in parts if part) + ".mp4"


def keep_frame(folder: Path, frame: Frame) -> None:
    """Write a frame's bytes to `frames/`, so that its generation can be understood and repeated later.

    Raises:
        ProjectUnusable: they cannot be written.
    """
    if frame.data is None or frame.url is not None:
        return
    path = folder / frame.reference
    if not path.exists():
        try:
            _write_whole(path, frame.data)
        except OSError as error:
            reason = error.strerror or error
            raise ProjectUnusable(f"The picture could not be written to {path}: {reason}. Nothing was sent.") from error


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """A small file's bytes, made and written when it is not there yet."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        data = make()
        with contextlib.suppress(OSError):  # a folder that cannot be written costs time, not the picture
            _write_whole(path, data)
        return data


def sweep(folder: Path) -> None:
    """Remove what downloads and writes left unfinished in a project that nobody else has open.

    Parts of clips that are there, and whatever is older than a week. What was touched within the hour may be the
    opener's own and is left.
    """
    for room in ("clips", "frames"):
        with contextlib.suppress(OSError), os.scandir(folder / room) as entries:
            names = {entry.name for entry in entries}  # no look at the files themselves: there may be 100,000
            for name in names:
                if name.startswith(".") and name.endswith((".part", ".part.json")):
                    of = name[1:].removesuffix(".json").removesuffix(".part")
                    _sweep(folder / room / name, whole=of in names)


def _sweep(part: Path, *, whole: bool) -> None:
    with contextlib.suppress(OSError):
        if time.time() - part.stat().st_mtime > (_IDLE_SECONDS if whole else _OLD_SECONDS):
            part.unlink()


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
