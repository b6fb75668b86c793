"""The files of a project: clips and frames, each written whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import unicodedata
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import IO

from ..contract.errors import ClipNotSaved
from ..contract.frames import Frame


def clip_name(id: int, prompt: str, seed: int | None) -> str:
    """A file name a person can read: number, the prompt's first words, seed."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain)[:6])[:48].strip("-")
    parts = [f"{id:05d}", words, f"seed{seed}" if seed is not None else ""]
    return "-".join(part for part in parts if part) + ".mp4"


def keep_frame(folder: Path, frame: Frame) -> None:
    """Write a frame's bytes to `frames/`, so that its generation can be understood and repeated later."""
    if frame.data is None or frame.url is not None:
        return
    path = folder / frame.reference
    if not path.exists():
        _write_whole(path, lambda file: file.write(frame.data or b""))


async def save_clip(path: Path, chunks: AsyncIterator[bytes], check: Callable[[Path], object]) -> None:
    """Write a download to `path`: to a temporary file beside it, checked, flushed to the disk, then renamed.

    Raises:
        ClipNotSaved: the disk is full or unwritable, or `check` found no playable clip. Nothing is left behind.
    """
    part = _part(path)
    try:
        path.parent.mkdir(exist_ok=True)
        with part.open("wb") as file:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_flush, file)
        await asyncio.to_thread(check, part)
        part.replace(path)
    except OSError as error:
        raise ClipNotSaved(
            f"The clip could not be written to {path}: {error.strerror or error}.",
            next_step="Make room or choose a writable folder; reopening the project downloads it again.",
            charged="yes",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """A small file's bytes, made and written when it is not there yet."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        data = make()
        with contextlib.suppress(OSError):  # a folder that cannot be written costs time, not the picture
            _write_whole(path, lambda file: file.write(data))
        return data


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    path.parent.mkdir(exist_ok=True)
    part = _part(path)
    try:
        with part.open("wb") as file:
            write(file)
            _flush(file)
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
